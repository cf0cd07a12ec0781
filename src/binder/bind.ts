import { parsePlan } from '../core/lineage/shape/read-plan.ts'
import { shapeOf } from '../core/lineage/shape/shape.ts'
import type { BoundQuery, Identity } from '../core/ports/binder.ts'
import type { Column } from '../core/ports/warehouse.ts'
import { formatRelation, relationKey, type Relation } from '../core/sql/relation.ts'
import { isNode, quoted, type Ask, type Node } from './ask.ts'
import { isHarmlessTableFunction, isRefusedScalar, NOTHING_MORE } from './gate.ts'
import { unitOffsets } from './offsets.ts'
import { positionOf } from './parse.ts'

/** The catalog that stands for what is built in. */
const SYSTEM = 'system'

/**
 * Binds one query, unoptimised, against the catalogs as they are. Binding folds constants, so this executes. The shape is
 * worked out here, beside the engine: a plan is some thirty times its query.
 */
export async function bindQuery(
  ask: Ask,
  query: string,
  identify?: readonly Identity[],
  allowed: ReadonlySet<string> = NOTHING_MORE,
): Promise<BoundQuery> {
  const rows = await ask(`SELECT json_serialize_plan(${quoted(query)}, optimize := false) AS plan`)
  const plan = parsePlan(String(rows[0]?.['plan'])) as Node
  if (plan['error'] === true) {
    const position = positionOf(plan)
    return {
      kind: 'unbound',
      message: String(plan['error_message']),
      ...(position === undefined ? {} : { position: unitOffsets(query)(position) }),
    }
  }
  // A newline on either side: DESCRIBE takes no VALUES and no TABLE by themselves, and a comment may end the text.
  const described = await ask(`DESCRIBE SELECT * FROM (\n${query}\n)`)
  const columns = described.map((row): Column => ({
    name: String(row['column_name']),
    type: String(row['column_type']),
  }))
  return {
    kind: 'bound',
    columns,
    scans: scansOf(plan).filter(({ catalog, table }) => catalog !== SYSTEM || !allowed.has(table)),
    ...(identify === undefined ? {} : { shape: shapeOf(plan, columns, namer(identify)) }),
  }
}

/** Binds, and makes an empty table of the query's columns. */
export async function defineQuery(
  ask: Ask,
  target: string,
  query: string,
  identify: readonly Identity[],
  allowed: ReadonlySet<string> = NOTHING_MORE,
): Promise<BoundQuery> {
  const bound = await bindQuery(ask, query, identify, allowed)
  if (bound.kind === 'bound') await ask(`CREATE OR REPLACE TABLE ${target} AS (\n${query}\n) WITH NO DATA`)
  return bound
}

function namer(identities: readonly Identity[]): (relation: Required<Relation>) => string {
  const known = new Map(identities.map(({ relation, identity }) => [relationKey(relation), identity]))
  return (relation) =>
    known.get(relationKey(relation)) ?? formatRelation({ schema: relation.schema, table: relation.table })
}

/**
 * Every stored table below a plan, through views and macros. Table functions that read something, and scalars that a
 * model may not call, stand as `system.functions.<name>`: a macro can hide both from the gate.
 */
function scansOf(plan: Node): readonly Required<Relation>[] {
  const scans = new Map<string, Required<Relation>>()
  collect(plan, scans)
  return [...scans.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scan]) => scan)
}

function collect(value: unknown, scans: Map<string, Required<Relation>>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, scans)
    return
  }
  if (!isNode(value)) return
  if (value['type'] === 'LOGICAL_GET') {
    const scan = scanOf(value)
    if (scan !== undefined) note(scan, scans)
  }
  if (value['expression_class'] === 'BOUND_FUNCTION') {
    const name = String(value['name']).toLowerCase()
    if (isRefusedScalar(name)) note(systemFunction(name), scans)
  }
  for (const child of Object.values(value)) if (typeof child === 'object') collect(child, scans)
}

function note(scan: Required<Relation>, scans: Map<string, Required<Relation>>): void {
  scans.set(JSON.stringify([scan.catalog, scan.schema, scan.table]), scan)
}

function systemFunction(name: string): Required<Relation> {
  return { catalog: SYSTEM, schema: 'functions', table: name }
}

function scanOf(get: Node): Required<Relation> | undefined {
  const stored = get['function_data']
  if (isNode(stored) && typeof stored['table'] === 'string') {
    return { catalog: String(stored['catalog']), schema: String(stored['schema']), table: stored['table'] }
  }
  const name = String(get['name'])
  return isHarmlessTableFunction(name.toLowerCase()) ? undefined : systemFunction(name)
}
