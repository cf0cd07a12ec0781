import { identifier, join, literal, sql, type Sql } from '../sql/sql.ts'
import { holds, type EngineType, type Member } from './type.ts'

/** Whether values of the type may be equal for the engine, or read alike as text, and yet not be the same. */
export function needsEncoding(type: EngineType): boolean {
  return holds(type, (each) => each.kind === 'union' || (each.kind === 'scalar' && isText(each.text)))
}

/**
 * The value, or one that is equal exactly when the value is the same: a union becomes a struct of its tag and each of its
 * members, an INTERVAL its text (a month equals thirty days), a VARIANT its type and text. NULL stays NULL.
 */
export function encoded(type: EngineType, value: Sql, depth = 0): Sql {
  if (!needsEncoding(type)) return value
  const item = identifier(`item${String(depth)}`)
  const inside = (part: EngineType, of: Sql): Sql => encoded(part, of, depth + 1)
  switch (type.kind) {
    case 'scalar':
      return type.text === 'VARIANT'
        ? sql`(variant_typeof(${value}) || ':' || CAST(${value} AS VARCHAR))`
        : sql`CAST(${value} AS VARCHAR)`
    case 'list':
      return sql`list_transform(${value}, lambda ${item}: ${inside(type.element, item)})`
    case 'map': {
      const entry = packed([
        ['key', inside(type.key, sql`struct_extract(${item}, 'key')`)],
        ['value', inside(type.value, sql`struct_extract(${item}, 'value')`)],
      ])
      return sql`list_transform(map_entries(${value}), lambda ${item}: ${entry})`
    }
    case 'struct':
      return unlessNull(value, packed(members(type.members, 'struct_extract', value, inside)))
    case 'union': {
      const tag = ['tag', sql`CAST(union_tag(${value}) AS VARCHAR)`] as const
      return unlessNull(value, packed([tag, ...members(type.members, 'union_extract', value, inside)]))
    }
  }
}

function members(
  each: readonly Member[],
  extract: 'struct_extract' | 'union_extract',
  value: Sql,
  inside: (part: EngineType, of: Sql) => Sql,
): readonly (readonly [string, Sql])[] {
  const from = extract === 'struct_extract' ? sql`struct_extract` : sql`union_extract`
  return each.map(({ name, type }, index) => [
    `m${String(index)}`,
    inside(type, sql`${from}(${value}, ${literal(name)})`),
  ])
}

function packed(parts: readonly (readonly [string, Sql])[]): Sql {
  return sql`struct_pack(${join(parts.map(([name, part]) => sql`${identifier(name)} := ${part}`))})`
}

function unlessNull(value: Sql, otherwise: Sql): Sql {
  return sql`(CASE WHEN ${value} IS NULL THEN NULL ELSE ${otherwise} END)`
}

function isText(scalar: string): boolean {
  return scalar === 'INTERVAL' || scalar === 'VARIANT'
}
