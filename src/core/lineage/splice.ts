import type { Relation } from '../sql/relation.ts'
import { renderRelation, type Quoting } from '../sql/render.ts'
import type { LinkedModel, LinkTarget } from './link.ts'

/** An author's query with its relation names re-pointed, and the way back from its offsets to the author's. */
export interface SplicedQuery {
  readonly text: string
  readonly originalOffset: (offset: number) => number
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Re-points each name at its place in the author's text; nothing else changes. The name that columns are written with
 * stays valid: an alias is added where the new name would hide it, and a column written with its schema
 * (`main.t.col`) is cut down to `t.col`.
 */
export function spliceReferences(
  { model, query, links }: LinkedModel,
  pointTo: (target: LinkTarget) => Relation,
  style: Quoting,
): SplicedQuery {
  const edits: Edit[] = links.map(({ reference, target }) => {
    const relation = pointTo(target)
    const visible = reference.alias ?? reference.table
    const hidden = reference.alias === undefined && relation.table.toLowerCase() !== visible.toLowerCase()
    const name = renderRelation(relation, style)
    return {
      start: reference.start,
      end: reference.end,
      text: hidden ? `${name} AS ${style.quoteIdentifier(visible)}` : name,
    }
  })
  for (const { parts, starts } of query.qualifiedColumns) {
    const qualifiers = qualifierLength(parts, links)
    const start = starts[0]
    const end = starts[qualifiers]
    if (qualifiers > 0 && start !== undefined && end !== undefined) edits.push({ start, end, text: '' })
  }
  return applyEdits(model.sql, edits)
}

/** How many leading parts of a column's name are the schema (and catalog) of a table that was re-pointed. */
function qualifierLength(parts: readonly string[], links: LinkedModel['links']): number {
  const lower = parts.map((part) => part.toLowerCase())
  for (const { reference } of links) {
    const { catalog, schema, table, alias } = reference
    if (schema === undefined || alias !== undefined) continue
    const qualifier = [catalog, schema].filter((part) => part !== undefined).map((part) => part.toLowerCase())
    const whole = [...qualifier, table.toLowerCase()]
    if (lower.length > whole.length && whole.every((part, index) => part === lower[index])) return qualifier.length
  }
  return 0
}

function applyEdits(text: string, edits: readonly Edit[]): SplicedQuery {
  const sorted = [...edits].sort((a, b) => a.start - b.start)
  const pieces: string[] = []
  let at = 0
  for (const { start, end, text: replacement } of sorted) {
    pieces.push(text.slice(at, start), replacement)
    at = end
  }
  pieces.push(text.slice(at))
  return { text: pieces.join(''), originalOffset: (offset) => originalOffset(sorted, offset) }
}

/** An offset inside a replaced name is told as the name's start. */
function originalOffset(edits: readonly Edit[], offset: number): number {
  let grown = 0
  for (const { start, end, text } of edits) {
    const from = start + grown
    if (offset < from) break
    if (offset < from + text.length) return start
    grown += text.length - (end - start)
  }
  return offset - grown
}
