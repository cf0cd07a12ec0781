import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { removeTemporaryFolders } from '../support/git-repository.ts'
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
        const { output, wrong } = await runCase(made)
        for (const { verdict, reason, evidence } of output.models) {
          const kind = reason === 'cut_off' ? 'cut off' : evidence.kind === 'proven' ? 'proven' : verdict
          seen[kind] = (seen[kind] ?? 0) + 1
        }
        expect({ failures: output.failures, wrong }).toEqual({ failures: [], wrong: [] })
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['ROCKY_PREVIEW_SHRINK'] !== '1' },
    )
    process.stderr.write(`${String(RUNS)} pairs: ${JSON.stringify(seen)}\n`)
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining(['changed', 'identical', 'not_affected', 'failed', 'proven', 'cut off']),
    )
  }, 3_600_000)
})
