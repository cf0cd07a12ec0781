import { compareTypes } from '../plan/type-change.ts'
import type { Row } from '../ports/warehouse.ts'
import { engineText, identifier, join, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import { integer, type Counts } from './read.ts'
import type { ColumnDiff } from './result.ts'
import { rowsOf, type ComparedColumn, type Sides } from './sides.ts'

/** Columns of one statement: planning one takes the square of their number. */
const AT_ONCE = 100

/**
 * The columns with what readers may stumble over: NULLs where one side alone has any, and values of base that a narrower
 * type does not hold. One pass a side over the columns that can have any, as far as the rows that differ tell.
 */
export async function withLosses(
  columns: readonly ColumnDiff[],
  sides: Sides,
  { nulls }: Counts,
  ask: Ask,
): Promise<readonly ColumnDiff[]> {
  const counted = sides.columns.filter((column) => isNarrowed(column) || nulls.has(column.column))
  const losses = new Map<string, Pick<ColumnDiff, 'nulls' | 'misfits'>>()
  for (let from = 0; from < counted.length; from += AT_ONCE) {
    const some = counted.slice(from, from + AT_ONCE)
    const base = (await ask(statement(sides, 'base', some)))[0] ?? {}
    const head = (await ask(statement(sides, 'head', some)))[0] ?? {}
    for (const [index, { column }] of some.entries()) losses.set(column.name, lossesOf(base, head, index))
  }
  return columns.map((column) => ({ ...column, ...losses.get(column.name) }))
}

function lossesOf(base: Row, head: Row, index: number): Pick<ColumnDiff, 'nulls' | 'misfits'> {
  const [was, is] = [base, head].map((row) => integer(row, `nulls${String(index)}`)) as [bigint, bigint]
  const misfits = base[`misfits${String(index)}`]
  return {
    ...((was === 0n) !== (is === 0n) && { nulls: { base: was, head: is } }),
    ...(misfits !== undefined && { misfits: BigInt(String(misfits)) }),
  }
}

function isNarrowed({ column: { typeBase = '', typeHead = '' } }: ComparedColumn): boolean {
  return typeBase !== typeHead && compareTypes(typeBase, typeHead) === 'narrower'
}

function statement(sides: Sides, side: 'base' | 'head', columns: readonly ComparedColumn[]): Sql {
  const facts = columns.flatMap((column, index): readonly Sql[] => {
    const name = identifier(side === 'base' ? column.nameBase : column.nameHead)
    const nulls = sql`count(*) - count(${name}) AS ${identifier(`nulls${String(index)}`)}`
    if (side === 'head' || !isNarrowed(column)) return [nulls]
    const { typeBase = '', typeHead = '' } = column.column
    // There and back again: what is rounded or cut off on the way does not fit either.
    const back = sql`TRY_CAST(TRY_CAST(${name} AS ${engineText(typeHead)}) AS ${engineText(typeBase)})`
    return [
      nulls,
      sql`count_if(${name} IS NOT NULL AND ${back} IS DISTINCT FROM ${name}) AS ${identifier(`misfits${String(index)}`)}`,
    ]
  })
  return sql`SELECT ${join([sql`count(*) AS n`, ...facts])} FROM ${rowsOf(sides, side)}`
}
