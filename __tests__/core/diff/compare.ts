import { compareRelations, type CompareRequest } from '../../../src/core/diff/compare.ts'
import type { Comparison } from '../../../src/core/diff/result.ts'
import type { TestEngine } from '../../support/engine.ts'

/** Every way to compare; one that needs a key falls back where there is none. */
export const methods = [
  'fitting',
  'bisection',
  'in_step',
  'bucket_drill',
  'keyed_columns',
  'keyed_join',
  'keyed_multiset',
  'sampled',
] as const
export type Method = (typeof methods)[number]

export async function fill(
  engine: TestEngine,
  {
    base,
    head,
    stored = 'TABLE',
  }: { readonly base: string; readonly head: string; readonly stored?: 'TABLE' | 'VIEW' },
): Promise<void> {
  for (const [name, query] of [
    ['b', base],
    ['h', head],
  ] as const) {
    for (const kind of ['TABLE', 'VIEW']) await engine.run(`DROP ${kind} IF EXISTS w.main.${name}`).catch(ignored)
    await engine.run(`CREATE ${stored} w.main.${name} AS ${query}`)
  }
}

export function compare(
  engine: TestEngine,
  {
    base = 'b',
    head = 'h',
    key = [],
  }: { readonly base?: string; readonly head?: string; readonly key?: readonly string[] },
  request: Partial<CompareRequest> = {},
): Promise<Comparison> {
  return compareRelations(engine.warehouse, {
    base: { catalog: 'w', schema: 'main', table: base },
    head: { catalog: 'w', schema: 'main', table: head },
    key: { columns: key, source: key.length === 0 ? 'none' : 'declared' },
    scope: 'whole',
    samples: 5,
    ...request,
  })
}

/** Removed, added, changed. What was not compared fails. Counts that do not add up do, too. */
export function countsOf(comparison: Comparison): readonly [removed: number, added: number, changed: number] {
  if (comparison.kind === 'not-compared') throw new Error(comparison.because)
  const { base, head, removed, added, changed, identical } = comparison.rows
  if (base - removed + added !== head || identical + changed + removed !== base) throw new Error('does not add up')
  return [Number(removed), Number(added), Number(changed)]
}

/** DROP of the other kind is an error, which IF EXISTS does not cover. */
function ignored(): void {
  // There is nothing of that kind to drop.
}
