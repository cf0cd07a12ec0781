import fc from 'fast-check'
import type { Fault } from '../support/fake-github.ts'

export interface World {
  /** As REST spells it. */
  readonly login: string
  readonly graphql: boolean
  /** What the thread holds already. */
  readonly begins: readonly Disturbance[]
}

export type Disturbance =
  | 'push'
  | 'push-back'
  | 'delete-ours'
  | 'garble-ours'
  /** Another account posts what we wrote, nonce and all. */
  | 'forge'
  | 'quote'
  | 'chat'
  | 'merge'
  | 'reopen'

export interface RunSpec {
  /** How many pushes ago the commit was the head: a re-run brings an old event again. */
  readonly old: number
  readonly attempt: number
  /** It is killed after so many requests of its own. */
  readonly dies: number | undefined
  /** It begins when the others have sent so many requests, or are done. */
  readonly at: number
  readonly create: boolean
  /** It says what others of this commit say. */
  readonly same: boolean
  /** It reads the page before it knows what to say. */
  readonly reads: boolean
}

/** Runs that start together, what fails for them, and what others do while they are at work, by the number of the request. */
export interface Batch {
  readonly runs: readonly RunSpec[]
  readonly faults: readonly Fault[]
  readonly meanwhile: readonly { readonly at: number; readonly what: Disturbance }[]
}

export type Step =
  | { readonly kind: 'disturb'; readonly what: Disturbance }
  | { readonly kind: 'close-event' }
  | ({ readonly kind: 'runs' } & Batch)

const disturbance = fc.constantFrom<Disturbance[]>(
  'push',
  'push',
  'push-back',
  'delete-ours',
  'garble-ours',
  'forge',
  'quote',
  'chat',
  'merge',
  'reopen',
)

export const worlds: fc.Arbitrary<World> = fc.record({
  login: fc.constantFrom('github-actions[bot]', 'previewer[bot]', 'ada-previews'),
  graphql: fc.boolean(),
  begins: fc.subarray<Disturbance>(['chat', 'forge', 'quote']),
})

const run: fc.Arbitrary<RunSpec> = fc.record({
  old: fc.constantFrom(0, 0, 0, 1, 2),
  attempt: fc.integer({ min: 1, max: 3 }),
  dies: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
  ),
  at: fc.constantFrom(0, 0, 0, 2, 5, 9),
  create: fc.constantFrom(true, true, false),
  same: fc.boolean(),
  reads: fc.boolean(),
})

const requests = [/graphql|\/user$/, /^GET .*pulls/, /^GET .*comments/, /^POST \/repos/, /^PATCH/, /^DELETE/, /./]
const limited = { 'retry-after': '7' }
const exhausted = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }
const passing: readonly Fault['kind'][] = [
  { kind: 'status', status: 502 },
  { kind: 'status', status: 429, headers: limited },
  { kind: 'status', status: 403, headers: exhausted },
  { kind: 'status-after', status: 503 },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'lands-late', ms: 15 },
  { kind: 'delay', ms: 700 },
  { kind: 'truncate' },
  { kind: 'bad-json' },
]

const fault: fc.Arbitrary<Fault> = fc.record({
  match: fc.constantFrom(...requests),
  kind: fc.constantFrom(...passing),
  times: fc.integer({ min: 1, max: 2 }),
  after: fc.integer({ min: 0, max: 3 }),
})

const batch: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('runs' as const),
  runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  faults: fc.oneof(fc.constant([]), fc.array(fault, { minLength: 1, maxLength: 3 })),
  meanwhile: fc.oneof(
    fc.constant([]),
    fc.array(fc.record({ at: fc.integer({ min: 1, max: 12 }), what: disturbance }), { minLength: 1, maxLength: 2 }),
  ),
})

/** The head moves between a write and the look after it: chance seldom hits it. */
export const pushedWhileWriting: Step = {
  kind: 'runs',
  runs: [{ old: 0, attempt: 1, dies: undefined, at: 0, create: true, same: false, reads: true }],
  faults: [],
  meanwhile: [{ at: 4, what: 'push' }],
}

export const histories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: batch },
    { weight: 3, arbitrary: disturbance.map((what) => ({ kind: 'disturb', what }) as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'close-event' } as const) },
  ),
  { minLength: 2, maxLength: 7 },
)
