import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { resolve } from 'node:path'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { loadProduct, type Product } from './product.ts'
import { madeCase, TOURS, type MadeCase } from './project.ts'
import { previewByWorker } from './by-worker.ts'
import { runCase } from './run-case.ts'
import { share, tally } from './tally.ts'

/** Pairs of projects; most are previewed in this process, every tenth by a worker, out of a git repository. */
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 30)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

let product: Product
beforeAll(async () => {
  product = await loadProduct((file) => resolve(import.meta.dirname, '..', '..', 'src', file))
})
afterAll(() => {
  product.close()
  removeTemporaryFolders()
})

describe('a preview of any pull request', () => {
  it('says of every model what production would do, and misses nothing', async () => {
    const seen: Record<string, number> = {}
    const started = performance.now()
    let pairs = 0
    await fc.assert(
      fc.asyncProperty(madeCase, async (made) => {
        pairs += 1
        const { output, wrong, texts } = await runCase(made, pairs % 10 === 1 ? previewByWorker : product.preview)
        tally(seen, output)
        if (wrong.length > 0 || output.failures.length > 0) process.stderr.write(`${texts.join('\n')}\n`)
        expect({ failures: output.failures, wrong }).toEqual({ failures: [], wrong: [] })
      }),
      {
        numRuns: RUNS,
        seed: SEED,
        examples: TOURS.map((made): [MadeCase] => [made]),
        endOnFailure: process.env['ROCKY_PREVIEW_SHRINK'] !== '1',
      },
    )
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    process.stderr.write(`${String(pairs)} pairs in ${seconds} s: ${JSON.stringify(seen)}\n`)
    // A law that mostly sees what fails, or never a model that was spared, says little.
    expect(share(seen, ['failed', 'removed'])).toBeLessThan(0.2)
    expect(share(seen, ['proven', 'cut off'])).toBeGreaterThan(0.15)
  }, 3_600_000)
})
