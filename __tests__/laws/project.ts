import fc from 'fast-check'

/** One model of a made-up project: every model has the columns k, a and b, and perhaps x. */
export interface MadeModel {
  readonly name: string
  readonly schema: 'main' | 's1' | 's2'
  readonly strategy: 'full_refresh' | 'view' | 'ephemeral' | 'incremental' | 'merge' | 'delete_insert'
  readonly shape: number
  /** Picks among what stands before it: two references. */
  readonly reads: readonly [number, number]
  readonly spelling: number
  readonly limit: number
  readonly extra: boolean
}

/** What the pull request does to one model. */
export type Edit =
  | { readonly kind: 'replace'; readonly at: number; readonly model: MadeModel }
  | { readonly kind: 'limit'; readonly at: number; readonly limit: number }
  | { readonly kind: 'extra'; readonly at: number }
  | { readonly kind: 'format'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'strategy'; readonly at: number; readonly strategy: MadeModel['strategy'] }
  | { readonly kind: 'add'; readonly model: MadeModel }

export interface MadeCase {
  readonly models: readonly MadeModel[]
  readonly edits: readonly Edit[]
  /** k, a, b of the two sources, NULLs and duplicates among them. */
  readonly sources: readonly (readonly (readonly [number | null, number | null, string | null])[])[]
  /** How the warehouse stands: which models it has, and what its stateful ones hold beside their query's rows. */
  readonly stored: 'nothing' | 'all' | 'some'
  /** Without it, the next run of stateful models meets what the last one left. */
  readonly news: number
}

const strategy = fc.constantFrom(
  'full_refresh' as const,
  'full_refresh' as const,
  'view' as const,
  'ephemeral' as const,
  'incremental' as const,
  'merge' as const,
  'delete_insert' as const,
)

const model = (name: string): fc.Arbitrary<MadeModel> =>
  fc.record({
    name: fc.constant(name),
    schema: fc.constantFrom('main' as const, 's1' as const, 's2' as const),
    strategy,
    shape: fc.nat(14),
    reads: fc.tuple(fc.nat(50), fc.nat(50)),
    spelling: fc.nat(3),
    limit: fc.integer({ min: -2, max: 12 }),
    extra: fc.boolean(),
  })

/** Early models more often: more can go wrong below them. */
const where = fc.oneof(fc.nat(2), fc.nat(6))

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), at: where, model: model('replaced') }),
  fc.record({ kind: fc.constant('limit' as const), at: where, limit: fc.integer({ min: -2, max: 12 }) }),
  fc.record({ kind: fc.constant('extra' as const), at: where }),
  fc.record({ kind: fc.constant('format' as const), at: where }),
  fc.record({ kind: fc.constant('remove' as const), at: where }),
  fc.record({ kind: fc.constant('strategy' as const), at: where, strategy }),
  fc.record({ kind: fc.constant('add' as const), model: model('m9') }),
)

const row = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 5 }), { freq: 6 }),
  fc.option(fc.integer({ min: -3, max: 12 }), { freq: 6 }),
  fc.option(fc.constantFrom('', 'x', 'y', 'NULL'), { freq: 6 }),
)

export const madeCase: fc.Arbitrary<MadeCase> = fc.integer({ min: 3, max: 7 }).chain((count) =>
  fc.record({
    models: fc.tuple(...Array.from({ length: count }, (_, index) => model(`m${String(index)}`))),
    edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
    sources: fc.tuple(fc.array(row, { minLength: 1, maxLength: 14 }), fc.array(row, { minLength: 1, maxLength: 14 })),
    stored: fc.constantFrom('nothing' as const, 'all' as const, 'some' as const),
    news: fc.nat(3),
  }),
)
