import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CompareRequest } from '../../../src/core/diff/compare.ts'
import type { Comparison } from '../../../src/core/diff/result.ts'
import type { Mutant } from '../../laws/mutants.ts'
import { mutatedSource } from '../../laws/mutated-source.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { removeTemporaryFolders } from '../../support/git-repository.ts'
import { countsOf, fill, methods } from './compare.ts'
import { pairs, type Pair } from './pairs.ts'

/** Faults in the comparison of rows, each with the pair that must show it. */
const MUTANTS: readonly (Mutant & { readonly pair: string })[] = [
  {
    name: 'keys are believed to be unique',
    pair: 'one row of a duplicate key changes',
    patches: [
      [
        'core/diff/exact.ts',
        'if (counts.matched + counts.removed !== base || counts.matched + counts.added !== head) {',
        'if (base < 0n || head < 0n) {',
      ],
    ],
  },
  {
    name: 'NULL keys are joined as others are',
    pair: 'a NULL key whose row changes',
    patches: [
      ['core/diff/exact.ts', 'if (isMultiset || nulls.nullsBase > 0n || nulls.nullsHead > 0n) {', 'if (isMultiset) {'],
      ['core/diff/exact.ts', '  if (nulls.nullsBase > 0n || nulls.nullsHead > 0n) {', '  if (nulls.nullsBase < 0n) {'],
    ],
  },
  {
    name: 'values of 128 bits are hashed as they are',
    pair: 'a sum of integers goes from 0 to -1',
    patches: [
      ['core/diff/hashable.ts', "if (type === 'HUGEINT') return (value) =>", "if (type === 'none') return (value) =>"],
    ],
  },
  {
    name: 'nested values are hashed as they are',
    pair: 'a struct of NULL against NULL',
    patches: [
      [
        'core/diff/comparable.ts',
        "hashed: parsed.kind !== 'scalar' ? (column) => sql`CAST(${column} AS VARCHAR)` : hashable(type)",
        'hashed: hashable(type)',
      ],
    ],
  },
  {
    name: 'leftover rows are paired by =',
    pair: 'a NULL key whose row changes',
    patches: [['core/diff/rows.ts', 'sql`b.${key} IS NOT DISTINCT FROM h.${key}`', 'sql`b.${key} = h.${key}`']],
  },
  {
    name: 'checksums of buckets are combined by XOR',
    pair: 'two equal rows of one key make the same change',
    patches: [
      ['core/diff/buckets.ts', 'sum(CAST(h & ${HALF} AS INTEGER)) AS s', 'bit_xor(CAST(h & ${HALF} AS INTEGER)) AS s'],
      ['core/diff/buckets.ts', 'sum(CAST(h >> 33 AS INTEGER)) AS t', 'bit_xor(CAST(h >> 33 AS INTEGER)) AS t'],
    ],
  },
  {
    name: 'rows of a bucket are not counted',
    pair: 'two rows make the same change',
    patches: [
      [
        'core/diff/buckets.ts',
        'WHERE b.n IS DISTINCT FROM h.n OR b.s IS DISTINCT FROM h.s OR b.t IS DISTINCT FROM h.t',
        'WHERE b.n <> h.n AND b.s <> h.s',
      ],
    ],
  },
  {
    name: 'equal checksums of columns are believed without equal keys',
    pair: 'two equal rows of one key make the same change',
    patches: [
      [
        'core/diff/exact.ts',
        "return added === 0n && removed === 0n && found.method === 'keyed_columns'",
        'return added >= 0n && removed >= 0n',
      ],
    ],
  },
  {
    name: 'rows in step are counterparts whatever their keys',
    pair: 'later rows stand in another order',
    patches: [
      [
        'core/diff/in-step.ts',
        'if (differing.some((column) => sides.keys.includes(column))) return undefined',
        'if (differing.length < 0) return undefined',
      ],
    ],
  },
  {
    name: 'keys of rows in step are believed not to repeat',
    pair: 'the values of two rows of one key change places',
    patches: [
      [
        'core/diff/in-step.ts',
        "return integer(row, 'keys') === differ && integer(row, 'held') === differ ? 'differing' : undefined",
        "return integer(row, 'keys') >= 0n ? 'differing' : undefined",
      ],
    ],
  },
  {
    name: 'two rows in step that differ are believed to have two keys',
    pair: 'of two rows of one key the values move up',
    patches: [
      [
        'core/diff/in-step.ts',
        "return integer(row, 'keys') === differ && integer(row, 'held')",
        "return integer(row, 'held')",
      ],
    ],
  },
  {
    name: 'keys that do not fall are believed to ascend',
    pair: 'a repeated number whose values change places',
    patches: [['core/diff/in-step.ts', 'NOT coalesce(before < k0, true)', 'NOT coalesce(before <= k0, true)']],
  },
  {
    name: 'of a wide table the first hundred columns decide which rows changed',
    pair: 'one of 300 columns',
    patches: [
      [
        'core/diff/joined.ts',
        "changed: rows === undefined ? 0n : integer(rows, 'changed')",
        'changed: first.counts.changed',
      ],
    ],
  },
  {
    name: 'columns of checksums are put together by XOR',
    pair: 'two rows swap values',
    patches: [
      [
        'core/diff/buckets.ts',
        'bit_xor(hash(hash(${key}, ${hashedColumn(column, side)})))',
        'bit_xor(hash(${hashedColumn(column, side)}))',
      ],
    ],
  },
]

type Compare = (warehouse: TestEngine['warehouse'], request: CompareRequest) => Promise<Comparison>

describe('a pair', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
  })
  afterAll(() => {
    engine.close()
    removeTemporaryFolders()
  })

  it.each(MUTANTS)(
    'shows that $name: $pair',
    async (mutant) => {
      const source = mutatedSource(mutant)('core/diff/compare.ts')
      const { compareRelations } = (await import(source)) as { readonly compareRelations: Compare }
      const lie = await firstLie(engine, compareRelations, mutant.pair)
      process.stderr.write(`${mutant.name}: ${lie ?? 'nobody sees it'}\n`)
      expect(lie).toBeDefined()
    },
    600_000,
  )
})

/** Undefined: every method counts the pair right, and is blind to the fault. */
async function firstLie(engine: TestEngine, compare: Compare, name: string): Promise<string | undefined> {
  const pair = pairs.find((each) => each.name === name)
  if (pair === undefined) throw new Error(`There is no pair called "${name}".`)
  await fill(engine, pair)
  for (const method of methods) {
    const counts = await counted(engine, compare, pair, method)
    if (counts !== JSON.stringify(pair.expected)) return `${method}: ${counts}`
  }
  return undefined
}

async function counted(
  engine: TestEngine,
  compare: Compare,
  { key = [] }: Pair,
  algorithm: (typeof methods)[number],
): Promise<string> {
  const relation = (table: string) => ({ catalog: 'w', schema: 'main', table })
  try {
    const comparison = await compare(engine.warehouse, {
      base: relation('b'),
      head: relation('h'),
      key: { columns: key, source: key.length === 0 ? 'none' : 'declared' },
      scope: 'whole',
      samples: 0,
      algorithm,
      sampleSize: 1_000_000_000,
      keyless: 'whole-rows',
    })
    return JSON.stringify(countsOf(comparison))
  } catch (error) {
    // What cannot be compared is no wrong answer; counts that do not add up are one, and told as a bug.
    if (error instanceof Error && error.message.startsWith('The counts do not add up')) return error.message
    throw error
  }
}
