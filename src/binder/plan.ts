import { parsePlan } from '../core/lineage/shape/read-plan.ts'
import { isNode, quoted, type Ask, type Node } from './ask.ts'
import { parseQueries } from './parse.ts'

/** The bound plan of a query; `isWhole`: as its author wrote it, so that its shape can be read. Else it tells what is scanned, and no more. */
export type BoundPlan =
  | { readonly kind: 'plan'; readonly plan: Node; readonly isWhole: boolean }
  | { readonly kind: 'error'; readonly error: Node }

/**
 * The unoptimised plan or, where DuckDB binds a query and cannot write that plan down (`WITH ORDINALITY` behind a function
 * that reads no row), the optimised one: it leaves out what is never read, and folds what a macro calls.
 */
export async function boundPlan(ask: Ask, query: string): Promise<BoundPlan> {
  const plan = await serialized(ask, query, false)
  if (plan['error'] !== true) return { kind: 'plan', plan, isWhole: true }
  if (plan['error_type'] !== 'internal') return { kind: 'error', error: plan }
  const optimized = await serialized(ask, query, true)
  if (optimized['error'] === true) return { kind: 'error', error: optimized }
  const macro = await macroIn(ask, query)
  if (macro === undefined) return { kind: 'plan', plan: optimized, isWhole: false }
  const message = `It calls the macro ${macro}() beside something that DuckDB gives no whole plan of, such as WITH ORDINALITY: what the macro reads cannot be seen.`
  return { kind: 'error', error: { error_message: message } }
}

async function serialized(ask: Ask, query: string, optimize: boolean): Promise<Node> {
  const rows = await ask(`SELECT json_serialize_plan(${quoted(query)}, optimize := ${String(optimize)}) AS plan`)
  const plan = parsePlan(String(rows[0]?.['plan']))
  return isNode(plan) ? plan : { error: true, error_message: 'DuckDB gives no plan.' }
}

/** The first function of a query that is not DuckDB's own. */
async function macroIn(ask: Ask, query: string): Promise<string | undefined> {
  const [parsed] = await parseQueries(ask, [query])
  if (parsed?.kind !== 'query') return 'of an unknown name'
  if (parsed.functions.length === 0) return undefined
  const names = parsed.functions.map(quoted).join(', ')
  const rows = await ask(
    `SELECT min(function_name) AS name FROM duckdb_functions() WHERE NOT internal AND lower(function_name) IN (${names})`,
  )
  const name = rows[0]?.['name']
  return typeof name === 'string' ? name : undefined
}
