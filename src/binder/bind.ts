import { effortOf } from '../core/lineage/effort/effort.ts'
import { shapeOf } from '../core/lineage/shape/shape.ts'
import type { BoundQuery, Identity } from '../core/ports/binder.ts'
import type { Column } from '../core/ports/warehouse.ts'
import { formatRelation, relationKey, type Relation } from '../core/sql/relation.ts'
import { isNode, type Ask, type Node } from './ask.ts'
import { isHarmlessTableFunction, isRefusedScalar, NOTHING_MORE } from './gate.ts'
import { unitOffsets } from './offsets.ts'
import { positionOf } from './parse.ts'
import { boundPlan } from './plan.ts'

/** The catalog that stands for what is built in. */
const SYSTEM = 'system'

/**
 * Binds one query, unoptimised, against the catalogs as they are. Binding folds constants, so this executes. The shape is
 * worked out here, beside the engine: a plan is some thirty times its query.
 */
export function bindQuery(
  ask: Ask,
  query: string,
  identify?: readonly Identity[],
  allowed: ReadonlySet<string> = NOTHING_MORE,
): Promise<BoundQuery> {
  // A newline on either side: DESCRIBE takes no VALUES and no TABLE by themselves, and a comment may end the text.
  return boundBy(ask, query, { identify, allowed }, () => ask(`DESCRIBE SELECT * FROM (\n${query}\n)`))
}

/** Binds, and makes an empty table of the query's columns. */
export function defineQuery(
  ask: Ask,
  target: string,
  query: string,
  identify: readonly Identity[],
  allowed: ReadonlySet<string> = NOTHING_MORE,
): Promise<BoundQuery> {
  return boundBy(ask, query, { identify, allowed }, async () => {
    await ask(`CREATE OR REPLACE TABLE ${target} AS (\n${query}\n) WITH NO DATA`)
    // Of the table: to describe the query would be to bind it a third time.
    return ask(`DESCRIBE ${target}`)
  })
}

async function boundBy(
  ask: Ask,
  query: string,
  { identify, allowed }: { readonly identify: readonly Identity[] | undefined; readonly allowed: ReadonlySet<string> },
  describe: () => ReturnType<Ask>,
): Promise<BoundQuery> {
  const bound = await boundPlan(ask, query)
  if (bound.kind === 'error') {
    const position = positionOf(bound.error)
    return {
      kind: 'unbound',
      message: String(bound.error['error_message']),
      ...(position === undefined ? {} : { position: unitOffsets(query)(position) }),
    }
  }
  const { plan, isWhole } = bound
  const columns = (await describe()).map((row): Column => ({
    name: String(row['column_name']),
    type: String(row['column_type']),
  }))
  return {
    kind: 'bound',
    columns,
    scans: scansOf(plan).filter(({ catalog, table }) => catalog !== SYSTEM || !allowed.has(table)),
    ...(identify !== undefined && { effort: effortOf(plan, columns, namer(identify)) }),
    ...(identify === undefined || !isWhole
      ? {}
      : { shape: shapeOf(withNames(plan, identify), columns, namer(identify)) }),
  }
}

function namer(identities: readonly Identity[]): (relation: Required<Relation>) => string {
  const known = new Map(identities.map(({ relation, identity }) => [relationKey(relation), identity]))
  return (relation) =>
    known.get(relationKey(relation)) ?? formatRelation({ schema: relation.schema, table: relation.table })
}

/** The plan with the columns of renamed ones called as in the shape. */
function withNames(plan: Node, identities: readonly Identity[]): unknown {
  const renames = new Map(
    identities.flatMap(({ relation, renamed = [] }) =>
      renamed.length === 0
        ? []
        : [[relationKey(relation), new Map(renamed.map(({ from, to }) => [to.toLowerCase(), from]))]],
    ),
  )
  if (renames.size === 0) return plan
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named)
    if (!isNode(value)) return value
    const node = Object.fromEntries(Object.entries(value).map(([field, child]) => [field, named(child)]))
    const scan = value['type'] === 'LOGICAL_GET' ? scanOf(value) : undefined
    const names = scan && renames.get(relationKey(scan))
    if (names === undefined || !Array.isArray(value['names'])) return node
    return { ...node, names: value['names'].map((name) => names.get(String(name).toLowerCase()) ?? (name as unknown)) }
  }
  return named(plan)
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
