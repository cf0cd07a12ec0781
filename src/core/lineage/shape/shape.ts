import { digestOf } from '../../base/digest.ts'
import type { Column } from '../../ports/warehouse.ts'
import type { Relation } from '../../sql/relation.ts'
import { columnKey, misunderstood, type Context } from './context.ts'
import { isKnownOperator, isSimpleOperator, readOperator } from './operators.ts'
import { isPlanNode, listAt, nodesAt, objectsIn, textAt, type PlanNode } from './plan-node.ts'
import { rowsTerm, union, type Output, type Reads } from './rows.ts'
import { relationOf } from './scans.ts'
import { term } from './term.ts'
import type { ColumnRead, OutputShape, Shape } from '../../ports/shape.ts'
import { literalsOf, wholePlan } from './whole-plan.ts'

export type { ColumnRead, Shape } from '../../ports/shape.ts'
export { provenEqual, provenProjection, shapeDifference } from './compare.ts'

/**
 * The shape of a query, from its bound, unoptimised plan as `parsePlan` reads it, and its columns from DESCRIBE. Scans
 * are named by `identify`, so that the shapes of base's and head's twins can be compared.
 */
export function shapeOf(
  plan: unknown,
  outputs: readonly Column[],
  identify: (relation: Required<Relation>) => string,
): Shape {
  const [root] = isPlanNode(plan) ? nodesAt(plan, 'plans') : []
  const context = newContext(identify)
  if (root === undefined) misunderstood(context, 'no plan')
  const operators = [...objectsIn(root)]
    .map((node) => textAt(node, 'type'))
    .filter((type) => type.startsWith('LOGICAL_'))
  for (const type of operators) if (!isKnownOperator(type)) misunderstood(context, type)
  const output = root === undefined || context.unknown.size > 0 ? undefined : context.read(root, undefined)
  if (output !== undefined && output.columns.length !== outputs.length) misunderstood(context, 'the number of columns')
  // A digest of some ten kilobytes: only made where something hangs on it.
  const isWholeNeeded = context.orderReasons.size > 0 || context.unknown.size > 0
  const digest = isWholeNeeded ? wholePlan(root, identify) : ''
  const common = {
    literals: literalsOf(root),
    plan: digest,
    evaluations: evaluationsOf(context),
    sites: sitesOf(context, operators),
    ...findings(context),
  }
  if (output === undefined || context.unknown.size > 0) {
    return { ...everything(root, outputs, digest, identify), ...common }
  }
  return { ...understood(output, outputs, context), ...common }
}

function newContext(identify: (relation: Required<Relation>) => string): Context {
  const context: Context = {
    identify,
    ctes: new Map(),
    relations: new Set(),
    orderReasons: new Set(),
    volatileReasons: new Set(),
    unknown: new Set(),
    excused: new Set(),
    evaluations: new Set(),
    barriers: new Set(),
    evaluatedReads: new Set(),
    frame: { sites: new Set(), below: [] },
    uses: new Map(),
    recursion: { depth: 0 },
    read: (node, outer) => readOperator(node, outer, context),
  }
  return context
}

/** Joins may turn their sides when a column more is read, LIMIT may fetch columns late: what they evaluate is another set of rows then. */
function sitesOf({ evaluations }: Context, operators: readonly string[]): Shape['sites'] {
  return operators.every(isSimpleOperator) ? [...evaluations].map(digestOf).sort() : undefined
}

/** What may fail; where filters may not be moved through something, that says in which rows. */
function evaluationsOf({ evaluations, barriers }: Context): string {
  return evaluations.size === 0 ? '' : digestOf([...evaluations, ...barriers].sort().join('\n'))
}

function findings(context: Context): Pick<Shape, 'orderSensitive' | 'volatile' | 'unknown'> {
  const [orderSensitive] = [...context.orderReasons].sort()
  const [volatile] = [...context.volatileReasons].sort()
  return { orderSensitive, volatile, unknown: [...context.unknown].sort() }
}

function understood(output: Output, outputs: readonly Column[], context: Context): Pick<Shape, 'outputs' | 'rows'> {
  return {
    outputs: output.columns.map((column, index): OutputShape => {
      const { name = '', type = '' } = outputs[index] ?? {}
      const fingerprint = digestOf(term('output', column.term, column.type))
      return { name, type, reads: listed(column.reads), fingerprint }
    }),
    rows: {
      relations: [...context.relations].sort(),
      reads: listed(union([output.rows.reads, unseen(output, context)])),
      fingerprint: digestOf(rowsTerm(output.rows)),
    },
  }
}

/** What no column shows and may still make the query fail: it is then as if it decided the rows. */
function unseen({ columns }: Output, { evaluatedReads }: Context): Reads {
  const seen = union(columns.map(({ reads }) => reads))
  return new Set([...evaluatedReads].filter((read) => !seen.has(read)))
}

/** What can be said of a plan that is not understood: it may read whatever it scans, in any way. */
function everything(
  root: PlanNode | undefined,
  outputs: readonly Column[],
  fingerprint: string,
  identify: (relation: Required<Relation>) => string,
): Pick<Shape, 'outputs' | 'rows'> {
  const relations = new Set<string>()
  const keys = new Set<string>()
  for (const node of objectsIn(root)) {
    const stored = node['function_data']
    if (node['type'] !== 'LOGICAL_GET' || !isPlanNode(stored) || typeof stored['table'] !== 'string') continue
    const relation = identify(relationOf(stored))
    relations.add(relation)
    for (const name of listAt(node, 'names')) keys.add(columnKey(relation, String(name)))
  }
  const reads = listed(keys)
  return {
    outputs: outputs.map(({ name, type }) => ({ name, type, reads, fingerprint })),
    rows: { relations: [...relations].sort(), reads, fingerprint },
  }
}

function listed(reads: Reads): readonly ColumnRead[] {
  return [...reads].sort().map((key) => {
    const at = key.lastIndexOf('\u0000')
    return { relation: key.slice(0, at), column: key.slice(at + 1) }
  })
}
