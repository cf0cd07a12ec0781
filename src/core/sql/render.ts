import type { Relation } from './relation.ts'
import type { Sql, SqlPart } from './sql.ts'
import { unreachable } from '../base/unreachable.ts'

/** What a dialect must know to write names and literals. */
export interface Quoting {
  quoteIdentifier(name: string): string
  quoteLiteral(text: string): string
}

/** The statement's text, quoted as the dialect quotes. */
export function render(statement: Sql, style: Quoting): string {
  return statement.parts.map((part) => renderPart(part, style)).join('')
}

function renderPart(part: SqlPart, style: Quoting): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'identifier':
      return style.quoteIdentifier(part.name)
    case 'relation':
      return renderRelation(part.relation, style)
    case 'literal':
      return style.quoteLiteral(part.value)
    case 'authored':
      return `\n${part.text}\n`
    default:
      return unreachable(part)
  }
}

export function renderRelation({ catalog, schema, table }: Relation, style: Quoting): string {
  return [catalog, schema, table]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => style.quoteIdentifier(part as string))
    .join('.')
}
