import { pointTo, type Layout, type SideName } from '../../environment/layout.ts'
import type { Link, LinkedModel, LinkTarget } from '../../lineage/link.ts'
import type { JoinedColumn } from '../../ports/binder.ts'
import { formatRelation, type Relation } from '../../sql/relation.ts'
import { identifier, join, sql, type Sql } from '../../sql/sql.ts'
import type { Ask } from '../ask.ts'
import { integer } from '../read.ts'
import type { FanOut, Shown } from './explained.ts'

/** Keys that are shown. */
const EXAMPLES = 3
/** Longest text of one, in characters. */
const WIDEST = 200

/** A model whose key base keeps unique and head does not. */
export interface Lost {
  readonly layout: Layout
  readonly base: LinkedModel | undefined
  readonly head: LinkedModel
  /** Head's rows, and the key that repeats in them. */
  readonly relation: Relation
  readonly key: readonly string[]
  /** Whether values of a column of what is read may be shown. */
  readonly mayShow: (target: LinkTarget, column: string) => boolean
}

interface Join {
  readonly link: Link
  readonly leftTarget: LinkTarget
  readonly joinedBy: readonly JoinedColumn[]
  readonly right: Relation
  readonly left: Relation
}

/**
 * The join that multiplies rows: what it adds repeats the columns that it is joined by, base's did not, and every key of
 * the model that repeats has a row on the left that finds such a repetition. Empty when that cannot be shown.
 */
export async function fanOutOf(lost: Lost, ask: Ask): Promise<readonly FanOut[]> {
  const found: FanOut[] = []
  for (const joined of joinsOf(lost, lost.head, 'head')) {
    const repeated = await repeatedKeys(lost, joined, ask)
    if (repeated === undefined || (await isOld(lost, joined, ask))) continue
    const [row = {}] = (await hasKey(lost, joined.left, ask)) ? await ask(explainedStatement(lost, joined)) : []
    const all = integer(row, 'lost')
    if (all > 0n && integer(row, 'found') === all) found.push(repeated)
  }
  return found
}

/** Joins whose both tables are relations that this side reads. */
function joinsOf({ layout }: Lost, linked: LinkedModel, side: SideName): readonly Join[] {
  return linked.links.flatMap((link) => {
    const { joinedBy } = link.reference
    const [first] = joinedBy ?? []
    if (joinedBy === undefined || first === undefined) return []
    // All from one table: else no single relation holds the left of the join.
    if (joinedBy.some(({ equals }) => equals.table.toLowerCase() !== first.equals.table.toLowerCase())) return []
    const left = linked.links.filter(({ reference }) => calledOf(reference) === first.equals.table.toLowerCase())
    const [only] = left
    if (only === undefined || left.length > 1) return []
    return [
      {
        link,
        joinedBy,
        leftTarget: only.target,
        right: pointTo(layout, side, linked, link.target),
        left: pointTo(layout, side, linked, only.target),
      },
    ]
  })
}

const calledOf = ({ alias, table }: Link['reference']): string => (alias ?? table).toLowerCase()
const columnsOf = ({ joinedBy }: Join): readonly Sql[] => joinedBy.map(({ column }) => identifier(column))

async function repeatedKeys({ mayShow }: Lost, joined: Join, ask: Ask): Promise<FanOut | undefined> {
  const columns = columnsOf(joined)
  const texts = columns.map((column, index) => sql`left(CAST(${column} AS VARCHAR), ${WIDEST}) AS t${index}`)
  const counts = sql`SELECT ${join([...texts, sql`n, count(*) OVER () AS keys, CAST(sum(n) OVER () AS BIGINT) AS held`])} FROM ${repetitions(joined)} ORDER BY n DESC, ${join(columns)} LIMIT ${EXAMPLES}`
  const rows = await ask(counts)
  const [first] = rows
  if (first === undefined) return undefined
  return {
    relation: formatRelation({ table: joined.link.reference.table }),
    columns: joined.joinedBy.map(({ column }) => column),
    keys: integer(first, 'keys'),
    rows: integer(first, 'held'),
    examples: rows.map((row) => ({
      key: joined.joinedBy.map(({ column, equals }, index): Shown => {
        if (!mayShow(joined.link.target, column) || !mayShow(joined.leftTarget, equals.column)) return undefined
        const value = row[`t${String(index)}`]
        return value === null || value === undefined ? null : String(value)
      }),
      rows: integer(row, 'n'),
    })),
  }
}

/** A NULL joins nothing. */
function repetitions(joined: Join): Sql {
  const columns = columnsOf(joined)
  const filled = join(
    columns.map((column) => sql`${column} IS NOT NULL`),
    ' AND ',
  )
  return sql`(SELECT ${join(columns)}, count(*) AS n FROM ${joined.right} WHERE ${filled} GROUP BY ${join(columns)} HAVING count(*) > 1)`
}

/** Base joins the same by the same columns, and they repeat there too. */
async function isOld(lost: Lost, joined: Join, ask: Ask): Promise<boolean> {
  if (lost.base === undefined) return false
  const signature = ({ link, joinedBy }: Join): string =>
    JSON.stringify([link.reference.table, joinedBy.map(({ column }) => column)]).toLowerCase()
  const before = joinsOf(lost, lost.base, 'base').filter((each) => signature(each) === signature(joined))
  for (const each of before)
    if ((await ask(sql`SELECT 1 AS one FROM ${repetitions(each)} LIMIT 1`)).length > 0) return true
  return false
}

async function hasKey({ key }: Lost, left: Relation, ask: Ask): Promise<boolean> {
  const [row = {}] = await ask(sql`SELECT * FROM ${left} LIMIT 1`)
  const known = new Set(Object.keys(row).map((name) => name.toLowerCase()))
  return key.every((column) => known.has(column.toLowerCase()))
}

/** `lost`: keys that repeat in head; `found`: those of them of which the left of the join has a row that finds a repetition. */
function explainedStatement({ relation, key }: Lost, joined: Join): Sql {
  const keys = key.map(identifier)
  const lost = sql`(SELECT ${join(keys)} FROM ${relation} GROUP BY ${join(keys)} HAVING count(*) > 1)`
  const finds = join(
    joined.joinedBy.map(({ column, equals }) => sql`l.${identifier(equals.column)} = r.${identifier(column)}`),
    ' AND ',
  )
  const sames = join(
    keys.map((column) => sql`k.${column} = l.${column}`),
    ' AND ',
  )
  const rows = sql`(SELECT ${join(keys.map((column) => sql`l.${column}`))} FROM ${joined.left} AS l SEMI JOIN ${repetitions(joined)} AS r ON ${finds})`
  return sql`SELECT (SELECT count(*) FROM ${lost}) AS lost, (SELECT count(*) FROM ${lost} AS k SEMI JOIN ${rows} AS l ON ${sames}) AS found`
}
