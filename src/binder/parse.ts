import type { ParsedQuery, QualifiedColumn, TableReference } from '../core/ports/binder.ts'
import { isOrderSensitive } from './order-sensitive.ts'
import { isNode, quoted, type Ask, type Node } from './ask.ts'
import { nameAt } from './name-at.ts'
import { unitOffsets } from './offsets.ts'

/** Texts in one statement. The tree is some 30 times the text, so a batch bounds memory. */
const BATCH = 100

/** Parses each query on its own; DuckDB refuses whatever is not a SELECT, so this is also the first gate for hostile text. */
export async function parseQueries(ask: Ask, queries: readonly string[]): Promise<readonly ParsedQuery[]> {
  const parsed: ParsedQuery[] = []
  for (let from = 0; from < queries.length; from += BATCH) {
    const batch = queries.slice(from, from + BATCH)
    const list = batch.map(quoted).join(', ')
    const rows = await ask(`SELECT json_serialize_sql(query) AS tree FROM (SELECT unnest([${list}]) AS query)`)
    batch.forEach((query, index) => parsed.push(readTree(query, String(rows[index]?.['tree']))))
  }
  return parsed
}

function readTree(query: string, json: string): ParsedQuery {
  const tree = JSON.parse(json) as Node
  const offset = unitOffsets(query)
  if (tree['error'] === true) return invalid(tree, offset)
  const statements = tree['statements'] as readonly unknown[]
  if (statements.length === 0) return { kind: 'invalid', message: 'The file holds no query.' }
  if (statements.length > 1) return { kind: 'invalid', message: 'The file holds more than one statement.' }
  const found: Findings = { references: [], columns: [], functions: new Set(), sampled: false, unordered: false, misplaced: undefined }
  walk(statements[0], new Set(), { query, offset, found })
  if (found.misplaced !== undefined) {
    return { kind: 'invalid', message: `The name "${found.misplaced}" could not be found in the text again.` }
  }
  return {
    kind: 'query',
    references: found.references.sort((a, b) => a.start - b.start),
    qualifiedColumns: found.columns,
    functions: [...found.functions].sort(),
    sampled: found.sampled,
    orderSensitive: found.unordered || found.sampled || [...found.functions].some(isOrderSensitive),
  }
}

function invalid(tree: Node, offset: (bytes: number) => number): ParsedQuery {
  const message = String(tree['error_message'])
  if (message.startsWith('Only SELECT statements')) {
    return { kind: 'invalid', message: 'A model is one SELECT; this is another kind of statement.' }
  }
  const position = positionOf(tree)
  return { kind: 'invalid', message, ...(position === undefined ? {} : { position: offset(position) }) }
}

/** The byte position that DuckDB's JSON errors carry as text. */
export function positionOf(error: Node): number | undefined {
  const position = Number(error['position'])
  return error['position'] === undefined || !Number.isSafeInteger(position) ? undefined : position
}

interface Findings {
  readonly references: TableReference[]
  readonly columns: QualifiedColumn[]
  readonly functions: Set<string>
  sampled: boolean
  /** LIMIT, OFFSET, DISTINCT ON, a positional join or `rowid`. */
  unordered: boolean
  misplaced: string | undefined
}

interface Context {
  readonly query: string
  readonly offset: (bytes: number) => number
  readonly found: Findings
}

/** `ctes`: lower-case names that stand for a CTE here and not for a table. */
function walk(value: unknown, ctes: ReadonlySet<string>, context: Context): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, ctes, context)
    return
  }
  if (!isNode(value)) return
  note(value, ctes, context)
  let scope = ctes
  const map = isNode(value['cte_map']) ? value['cte_map']['map'] : undefined
  if (Array.isArray(map)) {
    // A CTE sees those before it; only a recursive one sees itself (below).
    for (const entry of map as readonly Node[]) {
      walk(entry['value'], scope, context)
      scope = withName(scope, entry['key'])
    }
  }
  const inner = value['type'] === 'RECURSIVE_CTE_NODE' ? withName(scope, value['cte_name']) : scope
  for (const [key, child] of Object.entries(value)) {
    if (key !== 'cte_map' && typeof child === 'object') walk(child, inner, context)
  }
}

function note(node: Node, ctes: ReadonlySet<string>, context: Context): void {
  const { found } = context
  if (typeof node['function_name'] === 'string') found.functions.add(node['function_name'].toLowerCase())
  if (isNode(node['sample']) && !isSeeded(node['sample'])) found.sampled = true
  if (isUnordered(node)) found.unordered = true
  if (node['type'] === 'BASE_TABLE') noteTable(node, ctes, context)
  if (node['class'] === 'COLUMN_REF') noteColumn(node, context)
}

function isUnordered(node: Node): boolean {
  const { type } = node
  if (type === 'LIMIT_MODIFIER' || type === 'LIMIT_PERCENT_MODIFIER' || node['ref_type'] === 'POSITIONAL') return true
  if (type === 'DISTINCT_MODIFIER') return ((node['distinct_on_targets'] as readonly unknown[] | undefined) ?? []).length > 0
  const names = node['class'] === 'COLUMN_REF' ? (node['column_names'] as readonly string[]) : []
  return names.at(-1)?.toLowerCase() === 'rowid'
}

function isSeeded(sample: Node): boolean {
  return typeof sample['seed'] === 'number' && Number.isSafeInteger(sample['seed']) && sample['seed'] >= 0
}

function noteTable(node: Node, ctes: ReadonlySet<string>, { query, offset, found }: Context): void {
  const [catalog, schema, table] = ['catalog_name', 'schema_name', 'table_name'].map((key) => String(node[key] ?? ''))
  if (table === undefined || table === '') return
  const names = [catalog, schema, table].filter((name) => name !== '')
  if (names.length === 1 && ctes.has(table.toLowerCase())) return
  const span = nameAt(query, offset(Number(node['query_location'])), names.length)
  if (span === undefined) {
    found.misplaced = names.join('.')
    return
  }
  const alias = String(node['alias'] ?? '')
  found.references.push({
    ...(catalog === '' || catalog === undefined ? {} : { catalog }),
    ...(schema === '' || schema === undefined ? {} : { schema }),
    table,
    ...(alias === '' ? {} : { alias }),
    start: span.starts[0] as number,
    end: span.end,
  })
}

function noteColumn(node: Node, { query, offset, found }: Context): void {
  const parts = node['column_names'] as readonly string[]
  if (parts.length < 3) return
  const span = nameAt(query, offset(Number(node['query_location'])), parts.length)
  if (span !== undefined) found.columns.push({ parts, starts: span.starts })
}

function withName(scope: ReadonlySet<string>, name: unknown): ReadonlySet<string> {
  return typeof name === 'string' ? new Set([...scope, name.toLowerCase()]) : scope
}
