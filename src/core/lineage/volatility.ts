import type { Doings } from './macros.ts'

/**
 * Functions of the clock, and what they answer in an environment: the instant that the run was given. Both twins then
 * see one time of day, however long the first takes. `at` is an ISO timestamp in UTC without its zone.
 */
export const clockFunctions: readonly { readonly name: string; readonly value: (at: string) => string }[] = [
  { name: 'now', value: (at) => `TIMESTAMPTZ '${at}+00'` },
  { name: 'get_current_timestamp', value: (at) => `TIMESTAMPTZ '${at}+00'` },
  { name: 'transaction_timestamp', value: (at) => `TIMESTAMPTZ '${at}+00'` },
  { name: 'current_date', value: (at) => `DATE '${at.slice(0, 10)}'` },
  { name: 'today', value: (at) => `DATE '${at.slice(0, 10)}'` },
  { name: 'get_current_time', value: (at) => `TIMETZ '${at.slice(11)}+00'` },
  { name: 'current_localtimestamp', value: (at) => `TIMESTAMP '${at}'` },
  { name: 'current_localtime', value: (at) => `TIME '${at.slice(11)}'` },
]

/** Functions that draw from the seed that every build starts from, on one thread: the same draws for the same calls (measured, DuckDB 1.5.6). */
const SEEDED = new Set(['random', 'uuid', 'gen_random_uuid', 'uuidv4'])

/** Functions that answer differently from call to call and cannot be pinned. */
const CHANCE = new Set([
  'uuidv7',
  'nextval',
  'currval',
  'txid_current',
  'current_query',
  'current_query_id',
  'current_connection_id',
  'current_transaction_id',
  'stats',
])

/** `age(t)` with one argument counts from today. */
const VOLATILE = new Set([...clockFunctions.map(({ name }) => name), ...SEEDED, ...CHANCE, 'setseed', 'age'])

/** What in a query draws from the seed, in words: as many calls before a row, and it gets the same; one more, and all behind it differ. */
export function drawsIn(query: Doings): string | undefined {
  const name = query.functions.find((used) => SEEDED.has(used))
  return name === undefined ? undefined : `it calls ${name}(), whose values differ from run to run`
}

/** What in a query cannot be repeated, in words: `uuidv7()`, or a sample without a seed. Undefined when everything can. */
export function chanceIn(query: Doings): string | undefined {
  const name = query.functions.find((used) => CHANCE.has(used))
  if (name !== undefined) return `it calls ${name}(), whose values differ from run to run`
  return query.sampled ? 'it takes a sample without a seed' : undefined
}

/** Whether a query's rows depend on when, or how often, it is asked. */
export function isVolatile(query: Doings): boolean {
  return query.sampled || query.functions.some((used) => VOLATILE.has(used))
}
