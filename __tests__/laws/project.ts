import fc from 'fast-check'
import { GADGETS } from './gadgets.ts'
import { SHAPES } from './query.ts'
import { WRAPS, type Wrap } from './wraps.ts'

/** One model of a made-up project: each has the columns k, a, b, d and t, and what its wrap makes of them. */
export interface MadeModel {
  readonly name: string
  readonly schema: 'main' | 's1' | 's2'
  readonly strategy: 'full_refresh' | 'view' | 'ephemeral' | 'incremental' | 'merge' | 'delete_insert'
  readonly shape: number
  /** Picks among what stands before it: two references. */
  readonly reads: readonly [number, number]
  readonly spelling: number
  readonly limit: number
  readonly wrap: Wrap
  /** Ways of saying the same. */
  readonly said: number
  /** Ways of saying nearly the same. */
  readonly near: boolean
}

/** What the pull request does to one model. */
export type Edit =
  | { readonly kind: 'replace'; readonly at: number; readonly model: MadeModel }
  | { readonly kind: 'limit'; readonly at: number; readonly limit: number }
  | { readonly kind: 'wrap'; readonly at: number; readonly wrap: Wrap }
  | { readonly kind: 'said'; readonly at: number; readonly said: number }
  | { readonly kind: 'near' | 'format' | 'remove' | 'rename'; readonly at: number }
  | { readonly kind: 'strategy'; readonly at: number; readonly strategy: MadeModel['strategy'] }
  | { readonly kind: 'add'; readonly model: MadeModel }

/** A small constellation that planners fall over, beside the random models. */
export interface MadeGadget {
  readonly kind: number
  /** The source that it stands on. */
  readonly source: number
  readonly limit: number
}

/** k, a, b, d and t of a source's row. */
export type MadeRow = readonly [number | null, number | null, string | null, string | null, number | null]

export interface MadeCase {
  readonly models: readonly MadeModel[]
  readonly edits: readonly Edit[]
  readonly gadgets: readonly MadeGadget[]
  /** Rows of the two sources, NULLs and duplicates among them. */
  readonly sources: readonly (readonly MadeRow[])[]
  /** How the warehouse stands: which models it has, and what its stateful ones hold beside their query's rows. */
  readonly stored: 'nothing' | 'all' | 'some'
  /** Rows that its sources got since. Without any, the next run of stateful models meets what the last one left. */
  readonly news: number
}

const strategy = fc.constantFrom<MadeModel['strategy'][]>(
  'full_refresh',
  'full_refresh',
  'full_refresh',
  'view',
  'ephemeral',
  'incremental',
  'merge',
  'delete_insert',
)
const shape = fc.nat(SHAPES - 1)
const limit = fc.integer({ min: -2, max: 9 })
/** Most are plain, and none lacks a column from the start. */
const wrap = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Wrap>('none') },
  { weight: 1, arbitrary: fc.constantFrom(...WRAPS.filter((one) => one !== 'dropped' && one !== 'renamed')) },
)

const model = (name: string): fc.Arbitrary<MadeModel> =>
  fc.record({
    name: fc.constant(name),
    schema: fc.constantFrom('main' as const, 's1' as const, 's2' as const),
    strategy,
    shape,
    reads: fc.tuple(fc.nat(50), fc.nat(50)),
    spelling: fc.nat(3),
    limit,
    wrap,
    said: fc.constant(0),
    near: fc.boolean(),
  })

/** Early models more often: more can go wrong below them. */
const at = fc.oneof(fc.nat(2), fc.nat(7))

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), at, model: model('replaced') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('limit' as const), at, limit }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wrap' as const), at, wrap: fc.constantFrom(...WRAPS) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('said' as const), at, said: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('near' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('format' as const, 'rename' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('strategy' as const), at, strategy }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('add' as const), model: model('m9') }) },
)

const row = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 4 }), { freq: 8 }),
  fc.option(fc.integer({ min: -3, max: 9 }), { freq: 8 }),
  fc.option(fc.constantFrom('', 'x', 'y', 'NULL'), { freq: 8 }),
  fc.option(fc.constantFrom('0.0', '-0.0', 'NaN', '0.1', '0.2', '0.3', '1e16', '-1e16'), { freq: 8 }),
  fc.option(fc.nat(3), { freq: 8 }),
)

const gadget: fc.Arbitrary<MadeGadget> = fc.record({ kind: fc.nat(GADGETS.length - 1), source: fc.nat(1), limit })

export const madeCase: fc.Arbitrary<MadeCase> = fc.integer({ min: 3, max: 7 }).chain((count) =>
  fc.record({
    models: fc.tuple(...Array.from({ length: count }, (_, index) => model(`m${String(index)}`))),
    edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
    gadgets: fc.uniqueArray(gadget, { minLength: 3, maxLength: 5, selector: ({ kind }) => kind }),
    sources: fc.tuple(fc.array(row, { minLength: 3, maxLength: 12 }), fc.array(row, { minLength: 1, maxLength: 12 })),
    stored: fc.constantFrom('nothing' as const, 'all' as const, 'all' as const, 'some' as const),
    news: fc.nat(2),
  }),
)

/** Every constellation once, over a warehouse that has everything and sources that have moved on: the law begins with these. */
export const TOURS: readonly MadeCase[] = Array.from({ length: Math.ceil(GADGETS.length / 5) }, (_, tour) => ({
  models: [],
  edits: [],
  gadgets: GADGETS.map((_name, kind) => ({ kind, source: 0, limit: 1 })).slice(tour * 5, tour * 5 + 5),
  sources: [
    [
      [1, 2, 'x', '0.1', 1],
      [1, 4, null, '1e16', 2],
      [2, 3, 'y', '-0.0', null],
      [3, 1, 'z', '0.2', 2],
      [null, 9, 'x', 'NaN', 0],
    ],
    [
      [1, 2, 'x', '0.1', 1],
      [2, 8, 'y', '0.0', 1],
    ],
  ],
  stored: 'all',
  news: 2,
}))
