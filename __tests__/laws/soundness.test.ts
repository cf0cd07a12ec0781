import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { contradiction } from '../support/truth.ts'
import { madeCase } from './project.ts'
import { runCase } from './run-case.ts'

/** Pairs of projects; each takes about a second. */
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 20)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

afterAll(removeTemporaryFolders)

describe('a preview of any pull request', () => {
  it('says of every model what production would do, and misses nothing', async () => {
    const seen: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(madeCase, async (made) => {
        const { output, differences, failed } = await runCase(made)
        const wrong = output.models.flatMap((model) => {
          seen[model.verdict] = (seen[model.verdict] ?? 0) + 1
          const name = model.model_name
          const lie = contradiction(model, differences.get(name), failed.get(name))
          return lie === undefined ? [] : [`${name} is ${model.verdict}, but ${lie}`]
        })
        expect({ failures: output.failures, wrong }).toEqual({ failures: [], wrong: [] })
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['ROCKY_PREVIEW_SHRINK'] !== '1' },
    )
    process.stderr.write(`${String(RUNS)} pairs: ${JSON.stringify(seen)}\n`)
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(['changed', 'identical', 'not_affected', 'failed']))
  }, 3_600_000)
})
