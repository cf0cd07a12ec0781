import { engineText, literal, sql, type Sql } from '../../sql/sql.ts'
import type { Condition } from './explained.ts'

/** Longest text that a condition is made of, in bytes. */
const WIDEST = 200

/** Whether values of the type are told one by one, in ranges, or neither (their NULLs are). */
export function told(type: string): { readonly values: boolean; readonly ranges: boolean } {
  const isNumber = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,\d+\))$/.test(type)
  return {
    values: isNumber || /^(?:VARCHAR|BOOLEAN|DATE|ENUM\(.*\))$/s.test(type),
    ranges: isNumber || /^(?:FLOAT|DOUBLE|DATE|TIMESTAMP.*)$/.test(type),
  }
}

/** The value, or NULL for text that is too long. */
export function shortText(type: string, value: Sql): Sql {
  return type === 'VARCHAR' ? sql`CASE WHEN strlen(${value}) <= ${WIDEST} THEN ${value} END` : value
}

/** A value of the type, from the engine's text of it. */
export function typedLiteral(type: string, text: string): Sql {
  return sql`CAST(${literal(text)} AS ${engineText(type)})`
}

/** True or false for every value, NULL too. */
export function meets(condition: Condition, type: string, value: Sql): Sql {
  const bound = (text: string): Sql => typedLiteral(type, text)
  switch (condition.kind) {
    case 'null':
      return sql`${value} IS NULL`
    case 'not-null':
      return sql`${value} IS NOT NULL`
    case 'value':
      return sql`coalesce(${value} = ${bound(condition.value ?? '')}, false)`
    case 'other-than':
      return sql`coalesce(${value} <> ${bound(condition.value ?? '')}, false)`
    case 'range': {
      const { from, to, open } = condition
      const least = from === undefined || open === 'from' ? sql`true` : sql`${value} >= ${bound(from)}`
      const most = to === undefined || open === 'to' ? sql`true` : sql`${value} <= ${bound(to)}`
      return sql`coalesce(${value} IS NOT NULL AND ${least} AND ${most}, false)`
    }
  }
}
