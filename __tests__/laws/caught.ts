import fc from 'fast-check'
import { mutatedSource, type Mutant } from './mutants.ts'
import { loadProduct, type Product } from './product.ts'
import { madeCase, TOURS } from './project.ts'
import { openCase, type OpenCase } from './run-case.ts'

/** The pairs that the law is run on in CI, whatever its count is elsewhere. */
const PAIRS = 30
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)
const ONLY = new RegExp(process.env['ROCKY_PREVIEW_MUTANT'] ?? '')

/** Runs the law's pairs on the program with each of some faults in it, and gives the names of those that no pair shows. */
export async function uncaught(mutants: readonly Mutant[]): Promise<readonly string[]> {
  const open = new Map<string, Product>()
  for (const mutant of mutants.filter(({ name }) => ONLY.test(name)))
    open.set(mutant.name, await loadProduct(mutatedSource(mutant)))
  const started = performance.now()
  const planted = open.size
  const random = fc.sample(madeCase, { numRuns: PAIRS - TOURS.length, seed: SEED })
  for (const [index, made] of [...TOURS, ...random].entries()) {
    if (open.size === 0) break
    const one = await openCase(made)
    for (const [name, product] of open) {
      const lie = await firstLie(one, product)
      if (lie === undefined) continue
      open.delete(name)
      product.close()
      process.stderr.write(`pair ${String(index + 1)}: ${name}: ${lie.slice(0, 160)}\n`)
    }
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  process.stderr.write(`${String(planted - open.size)} of ${String(planted)} faults were caught in ${seconds} s\n`)
  for (const product of open.values()) product.close()
  return [...open.keys()]
}

async function firstLie(one: OpenCase, product: Product): Promise<string | undefined> {
  try {
    const { output, wrong } = await one.judge(product.preview)
    return wrong[0] ?? output.failures[0]?.message
  } catch (error) {
    return String(error)
  }
}
