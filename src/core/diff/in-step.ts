import { join, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import { integer } from './read.ts'
import type { Totals } from './result.ts'
import { keyNames, projected, value, type ComparedColumn, type Sides } from './sides.ts'
import { areStored } from './stored.ts'

/** Rows whose keys are looked at before all rows are. */
const PEEK = 10_000
/** Columns that are read row by row, at most: planning a statement takes the square of their number. */
const WIDEST = 100
/** Halves of the columns are read at a time: one such statement runs on one thread. */
const PARTS = 2
/** More of the rows than this, and looking up each of their keys costs more than a join. */
const FEW = 0.05

/**
 * The columns that differ, where both sides hold equal keys in equal order, as two builds of one query on one thread
 * mostly do: read side by side, without a hash and without a join, at less than the price of a checksum. Undefined: they
 * do not, or it cannot be seen.
 */
export async function readInStep(
  sides: Sides,
  totals: Totals,
  ask: Ask,
): Promise<readonly ComparedColumn[] | undefined> {
  if (sides.keys.length === 0 || sides.columns.length > WIDEST || totals.base !== totals.head) return undefined
  // What a view yields would have to be kept to be read in step.
  if (!(await areStored(sides, ask)) || !(await startInStep(sides, ask))) return undefined
  const rest = sides.columns.filter((column) => !sides.keys.includes(column))
  const parts = Array.from({ length: PARTS }, (_, part) => rest.filter((_, index) => index % PARTS === part))
  const asked = parts.map((part, index) => (index === 0 ? [...sides.keys, ...part] : part))
  const rows = await Promise.all(
    asked.map(async (columns) => (columns.length === 0 ? undefined : (await ask(differStatement(sides, columns)))[0])),
  )
  const differing = asked.flatMap((columns, part) =>
    columns.filter((_, index) => integer(rows[part] ?? {}, `d${String(index)}`) > 0n),
  )
  if (differing.some((column) => sides.keys.includes(column))) return undefined
  return sides.columns.filter((column) => differing.includes(column))
}

/**
 * Whether no key of a row that differs repeats, so that its counterpart can only be the row in its place: `all`, no key
 * repeats, for they ascend; `differing`, no key of those does; undefined: unknown. `sides` are in step, with the columns
 * that differ.
 */
export async function unrepeated(
  sides: Sides,
  { changed, within }: { readonly changed: bigint; readonly within: bigint },
  totals: Totals,
  ask: Ask,
): Promise<'all' | 'differing' | undefined> {
  const [key] = sides.keys
  if (sides.keys.length === 1 && key !== undefined && key.column.typeBase !== 'VARCHAR') {
    const [row = {}] = await ask(ascendingStatement(sides))
    if (integer(row, 'falls') === 0n) return 'all'
  }
  const differ = changed + within
  if (Number(differ) > FEW * Number(totals.base)) return undefined
  const [row = {}] = await ask(heldStatement(sides))
  return integer(row, 'keys') === differ && integer(row, 'held') === differ ? 'differing' : undefined
}

/** Whether the first rows have equal keys: where they do not, nothing more is read. */
async function startInStep(sides: Sides, ask: Ask): Promise<boolean> {
  const first = (side: 'base' | 'head'): Sql =>
    sql`(SELECT * FROM ${projected({ ...sides, columns: [] }, side)} LIMIT ${PEEK})`
  const differ = keyNames(sides).map((key) => sql`b.${key} IS DISTINCT FROM h.${key}`)
  const [row = {}] = await ask(
    sql`SELECT count_if(${join(differ, ' OR ')}) AS n FROM ${first('base')} AS b POSITIONAL JOIN ${first('head')} AS h`,
  )
  return integer(row, 'n') === 0n
}

/** `d<i>`: rows whose value in column i is not that of the row in the same place. */
function differStatement({ base, head }: Sides, columns: readonly ComparedColumn[]): Sql {
  const counts = columns.map(
    (column, index) =>
      sql`count_if(${value(column, 'base', sql`b`)} IS DISTINCT FROM ${value(column, 'head', sql`h`)}) AS d${index}`,
  )
  return sql`SELECT ${join(counts)} FROM ${base} AS b POSITIONAL JOIN ${head} AS h`
}

/** `falls`: rows whose key is not greater than the one before. Keys that ascend do not repeat, whatever the order is of. */
function ascendingStatement(sides: Sides): Sql {
  return sql`SELECT count_if(NOT coalesce(before < k0, true)) AS falls FROM (SELECT k0, lag(k0) OVER () AS before FROM ${projected({ ...sides, columns: [] }, 'base')})`
}

/** The keys of rows that differ, without repetition, and the rows that hold one of them. */
function heldStatement(sides: Sides): Sql {
  const keys = sides.keys.map((key, index) => sql`${value(key, 'base', sql`b`)} AS k${index}`)
  const differ = sides.columns.map(
    (column) => sql`${value(column, 'base', sql`b`)} IS DISTINCT FROM ${value(column, 'head', sql`h`)}`,
  )
  const differing = sql`SELECT DISTINCT ${join(keys)} FROM ${sides.base} AS b POSITIONAL JOIN ${sides.head} AS h WHERE ${join(differ, ' OR ')}`
  const on = keyNames(sides).map((key) => sql`b.${key} = d.${key}`)
  return sql`WITH d AS MATERIALIZED (${differing}) SELECT (SELECT count(*) FROM d) AS keys, (SELECT count(*) FROM ${projected({ ...sides, columns: [] }, 'base')} AS b SEMI JOIN d ON ${join(on, ' AND ')}) AS held`
}
