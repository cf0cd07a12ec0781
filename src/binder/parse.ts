import type { JoinedColumn, ParsedQuery, QualifiedColumn, TableReference } from '../core/ports/binder.ts'
import { builtInTableFunctions, NOTHING_MORE, refusalOf, type FunctionCall } from './gate.ts'
import { fileCallOf, type FileCall } from './file-read.ts'
import { isNode, quoted, type Ask, type Node } from './ask.ts'
import { joinedColumns } from './joined-columns.ts'
import { nameAt } from './name-at.ts'
import { unitOffsets } from './offsets.ts'

/** Texts in one statement. The tree is some 30 times the text, so a batch bounds memory. */
export const BATCH = 100
/** Of one query: what no person wrote. */
const LONGEST_QUERY = 256 * 1024

/**
 * Parses each query on its own. This is where a stranger's SQL meets us: DuckDB serialises nothing but SELECTs, and the
 * gate refuses what a SELECT may not call; `allowed` are functions that the workflow lets through, whatever the gate thinks.
 */
export async function parseQueries(
  ask: Ask,
  queries: readonly string[],
  allowed: ReadonlySet<string> = NOTHING_MORE,
): Promise<readonly ParsedQuery[]> {
  const parsed: ParsedQuery[] = []
  const builtIn = builtInTableFunctions(ask)
  const batches = Array.from({ length: Math.ceil(queries.length / BATCH) }, (_, index) =>
    queries.slice(index * BATCH, (index + 1) * BATCH),
  )
  let next = treesOf(ask, batches[0] ?? [])
  for (const [index, batch] of batches.entries()) {
    const trees = await next
    // DuckDB makes the next trees on a thread of its own while these are read: half the time of a big project.
    next = treesOf(ask, batches[index + 1] ?? [])
    for (const [position, query] of batch.entries())
      parsed.push(await gated(query, trees[position] ?? '', builtIn, allowed))
  }
  return parsed
}

/** What of a tree is left out where only its meaning is asked for: it is then a third as long. */
const SHORT = ', skip_null := true, skip_empty := true'

/** A query that DuckDB cannot even put into a tree (too deep, too much memory) takes nothing else down with it. */
export async function treesOf(ask: Ask, batch: readonly string[], options = SHORT): Promise<readonly string[]> {
  if (batch.length === 0) return []
  const list = batch.map((query) => quoted(isTooLong(query) ? '' : query)).join(', ')
  try {
    const rows = await ask(
      `SELECT json_serialize_sql(query${options}) AS tree FROM (SELECT unnest([${list}]) AS query)`,
    )
    return rows.map((row) => String(row['tree']))
  } catch (error) {
    if (batch.length > 1) return (await Promise.all(batch.map((query) => treesOf(ask, [query], options)))).flat()
    return [JSON.stringify({ error: true, error_message: error instanceof Error ? error.message : String(error) })]
  }
}

async function gated(
  query: string,
  json: string,
  builtIn: () => Promise<ReadonlySet<string>>,
  allowed: ReadonlySet<string>,
): Promise<ParsedQuery> {
  if (isTooLong(query)) return { kind: 'invalid', message: `The query has more than ${LONGEST_QUERY / 1024} KiB.` }
  const read = readTree(query, json)
  if (read.parsed.kind === 'invalid') return read.parsed
  const refusal = await refusalOf(read.calls, builtIn, allowed)
  if (refusal === undefined) return read.parsed
  const { message, hint, position } = refusal
  return { kind: 'invalid', message, hint, ...(position === undefined ? {} : { position }) }
}

function isTooLong(query: string): boolean {
  return query.length > LONGEST_QUERY
}

interface ReadTree {
  readonly parsed: ParsedQuery
  readonly calls: readonly FunctionCall[]
}

function readTree(query: string, json: string): ReadTree {
  const tree = JSON.parse(json) as Node
  const offset = unitOffsets(query)
  if (tree['error'] === true) return { parsed: invalid(query, tree, offset), calls: [] }
  const statements = (tree['statements'] ?? []) as readonly unknown[]
  if (statements.length === 0) return refused('The file holds no query.')
  if (statements.length > 1) return refused('The file holds more than one statement.')
  const found: Findings = {
    references: [],
    columns: [],
    calls: [],
    joined: new Map(),
    sampled: false,
    shown: false,
    misplaced: undefined,
  }
  walk(statements[0], new Set(), { query, offset, found })
  if (found.shown) return refused(ANOTHER_KIND)
  if (found.misplaced !== undefined)
    return refused(`The name "${found.misplaced}" could not be found in the text again.`)
  return { parsed: queryOf(found), calls: found.calls }
}

function queryOf(found: Findings): ParsedQuery {
  const functions = [...new Set(found.calls.map(({ name }) => name))].sort()
  const files = found.calls.flatMap(({ files: call }) => (call === undefined || 'refused' in call ? [] : [call]))
  return {
    kind: 'query',
    references: found.references.sort((a, b) => a.start - b.start),
    qualifiedColumns: found.columns,
    functions,
    sampled: found.sampled,
    ...(files.length > 0 && { files }),
  }
}

const ANOTHER_KIND = 'A model is one SELECT; this is another kind of statement.'

const OPEN_PIVOT =
  'A PIVOT that takes its columns from the data cannot be checked: what columns the model has would not be known.'

function refused(message: string): ReadTree {
  return { parsed: { kind: 'invalid', message }, calls: [] }
}

function invalid(query: string, tree: Node, offset: (bytes: number) => number): ParsedQuery {
  const message = String(tree['error_message'])
  if (message.startsWith('Only SELECT statements')) {
    // DuckDB makes two statements of it: the columns first, then the rows.
    return /\bPIVOT(?:_WIDER)?\b/i.test(query) && !/^\s*(?:CREATE|INSERT|COPY|UPDATE|DELETE|DROP|ATTACH)\b/i.test(query)
      ? { kind: 'invalid', message: OPEN_PIVOT, hint: "List the values: `PIVOT … ON kind IN ('a', 'b')`." }
      : { kind: 'invalid', message: ANOTHER_KIND }
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
  readonly calls: FunctionCall[]
  /** By the node of the table that a join adds. */
  readonly joined: Map<Node, readonly JoinedColumn[]>
  sampled: boolean
  /** SHOW, DESCRIBE or SUMMARIZE: they tell about the session's catalogs. */
  shown: boolean
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
  if (typeof node['function_name'] === 'string') noteCall(node, 'scalar', context)
  if (node['type'] === 'TABLE_FUNCTION' && isNode(node['function'])) {
    noteCall(node['function'], 'table', context, fileCallOf(node, context.query, context.offset))
  }
  if (node['type'] === 'SHOW_REF') found.shown = true
  if (isNode(node['sample']) && !isSeeded(node['sample'])) found.sampled = true
  const joined = joinedColumns(node)
  if (joined !== undefined) found.joined.set(joined.table, joined.columns)
  if (node['type'] === 'BASE_TABLE') noteTable(node, ctes, context)
  if (node['class'] === 'COLUMN_REF') noteColumn(node, context)
}

function noteCall(node: Node, kind: FunctionCall['kind'], { offset, found }: Context, files?: FileCall): void {
  const location = Number(node['query_location'])
  // DuckDB writes the largest number for "nowhere".
  const position = Number.isSafeInteger(location) ? offset(location) : undefined
  found.calls.push({
    kind,
    name: String(node['function_name']).toLowerCase(),
    position,
    ...(files !== undefined && { files }),
  })
}

function isSeeded(sample: Node): boolean {
  return typeof sample['seed'] === 'number' && Number.isSafeInteger(sample['seed']) && sample['seed'] >= 0
}

function noteTable(node: Node, ctes: ReadonlySet<string>, { query, offset, found }: Context): void {
  const [catalog, schema, table] = ['catalog_name', 'schema_name', 'table_name'].map((key) => textAt(node, key))
  if (table === undefined || table === '') return
  const names = [catalog, schema, table].filter((name) => name !== '')
  if (names.length === 1 && ctes.has(table.toLowerCase())) return
  const span = nameAt(query, offset(Number(node['query_location'])), names.length)
  if (span === undefined) {
    found.misplaced = names.join('.')
    return
  }
  const alias = textAt(node, 'alias')
  const joinedBy = found.joined.get(node)
  found.references.push({
    ...(catalog === '' || catalog === undefined ? {} : { catalog }),
    ...(schema === '' || schema === undefined ? {} : { schema }),
    table,
    ...(alias === '' ? {} : { alias }),
    ...(joinedBy === undefined ? {} : { joinedBy }),
    start: span.starts[0] as number,
    end: span.end,
  })
}

function textAt(node: Node, key: string): string {
  const text = node[key]
  return typeof text === 'string' ? text : ''
}

function noteColumn(node: Node, { query, offset, found }: Context): void {
  const parts = (node['column_names'] ?? []) as readonly string[]
  if (parts.length < 3) return
  const span = nameAt(query, offset(Number(node['query_location'])), parts.length)
  if (span !== undefined) found.columns.push({ parts, starts: span.starts })
}

function withName(scope: ReadonlySet<string>, name: unknown): ReadonlySet<string> {
  return typeof name === 'string' ? new Set([...scope, name.toLowerCase()]) : scope
}
