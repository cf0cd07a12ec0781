import { join, sql, type Sql } from '../sql/sql.ts'
import type { UncheckedColumn } from './result.ts'
import { rowsOf, type ComparedColumn, type Sides } from './sides.ts'
import { identifier } from '../sql/sql.ts'
import type { Ask } from './ask.ts'

/**
 * The columns whose equality still cannot be shown when no difference was found. A VARIANT is told exactly by its type and
 * text as long as no value is a list or an object.
 */
export async function stillUnchecked(
  sides: Sides,
  unchecked: readonly UncheckedColumn[],
  ask: Ask,
): Promise<readonly UncheckedColumn[]> {
  const plain = sides.columns.filter(({ column }) => column.typeBase === 'VARIANT' && column.typeHead === 'VARIANT')
  if (unchecked.length === 0 || plain.length === 0) return unchecked
  const row = (await ask(nestedStatement(sides, plain)))[0] ?? {}
  const exact = new Set(plain.filter((_, index) => row[`n${String(index)}`] === 0n).map(({ column }) => column.name))
  return unchecked.filter(({ name }) => !exact.has(name))
}

/** Values that hold others. Whatever differs was found, so base tells for both sides. */
function nestedStatement(sides: Sides, columns: readonly ComparedColumn[]): Sql {
  const counts = columns.map(
    ({ nameBase }, index) =>
      sql`count(*) FILTER (regexp_matches(variant_typeof(${identifier(nameBase)}), '^(ARRAY|OBJECT)')) AS n${index}`,
  )
  return sql`SELECT ${join(counts)} FROM ${rowsOf(sides, 'base')}`
}
