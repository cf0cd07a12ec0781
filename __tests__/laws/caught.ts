import fc from 'fast-check'
import { MUTANTS, type Mutant } from './mutants.ts'
import { mutatedSource } from './mutated-source.ts'
import { loadProduct, type Product } from './product.ts'
import { madeCase, TOURS } from './project.ts'
import { openCase, type OpenCase } from './run-case.ts'

/** The pairs that the law is run on in CI, whatever its count is elsewhere. */
const PAIRS = 30
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)
const ONLY = new RegExp(process.env['ROCKY_PREVIEW_MUTANT'] ?? '')

/** One third of the faults: the files run side by side, each with the pairs that show its own, which take long to make. */
export function thirdOfMutants(part: 0 | 1 | 2): readonly Mutant[] {
  const sorted = MUTANTS.toSorted((a, b) => (a.shownBy ?? 1) - (b.shownBy ?? 1))
  const size = Math.ceil(sorted.length / 3)
  return sorted.slice(part * size, (part + 1) * size)
}

/** Runs the law's pairs on the program with one of some faults in it at a time, and gives the names of those that no pair shows. */
export async function uncaught(mutants: readonly Mutant[]): Promise<readonly string[]> {
  const started = performance.now()
  const random = fc.sample(madeCase, { numRuns: PAIRS - TOURS.length, seed: SEED })
  const cases = [...TOURS, ...random].map((made) => once(() => openCase(made)))
  const planted = mutants.filter(({ name }) => ONLY.test(name))
  const left: string[] = []
  for (const mutant of planted) {
    const product = await loadProduct(mutatedSource(mutant))
    if (!(await isCaught(mutant, product, cases))) left.push(mutant.name)
    product.close()
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  const caught = planted.length - left.length
  process.stderr.write(`${String(caught)} of ${String(planted.length)} faults were caught in ${seconds} s\n`)
  return left
}

async function isCaught(
  { name, shownBy = 1 }: Mutant,
  product: Product,
  cases: readonly (() => Promise<OpenCase>)[],
): Promise<boolean> {
  const order = [shownBy - 1, ...cases.keys()].filter((index, at, all) => all.indexOf(index) === at)
  for (const index of order) {
    const open = cases[index]
    const lie = open === undefined ? undefined : await firstLie(await open(), product)
    if (lie === undefined) continue
    process.stderr.write(`pair ${String(index + 1)}: ${name}: ${lie.slice(0, 160)}\n`)
    return true
  }
  return false
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

async function firstLie(one: OpenCase, product: Product): Promise<string | undefined> {
  try {
    const { output, wrong } = await one.judge(product.preview)
    return wrong[0] ?? output.failures[0]?.message
  } catch (error) {
    return String(error)
  }
}
