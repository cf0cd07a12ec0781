/** A node of a plan, an expression, or a part of either. */
export type PlanNode = Readonly<Record<string, unknown>>

export function isPlanNode(value: unknown): value is PlanNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function nodesAt(node: PlanNode, field: string): readonly PlanNode[] {
  return listAt(node, field).filter(isPlanNode)
}

export function listAt(node: PlanNode, field: string): readonly unknown[] {
  const list = node[field]
  return Array.isArray(list) ? (list as readonly unknown[]) : []
}

export function textAt(node: PlanNode, field: string): string {
  const value = node[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Nothing is there: DuckDB writes an unused field as null, or as an empty list. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}

/** The node without some of its fields. What is left is hashed as it stands, so name only what is accounted for. */
export function without(node: PlanNode, fields: readonly string[]): PlanNode {
  return Object.fromEntries(Object.entries(node).filter(([field]) => !fields.includes(field)))
}

/** Every object below a value, itself included, parents first. */
export function objectsIn(value: unknown): readonly PlanNode[] {
  const found: PlanNode[] = []
  collect(value, found)
  return found
}

/** Whether some object below a value, or itself, is one of those; asked of every function and scan of a plan, so it stops at the first. */
export function someObject(value: unknown, is: (node: PlanNode) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some((item) => someObject(item, is))
  const node = value as PlanNode
  if (is(node)) return true
  for (const field in node) if (someObject(node[field], is)) return true
  return false
}

function collect(value: unknown, found: PlanNode[]): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) found.push(value as PlanNode)
  for (const child of Object.values(value)) if (typeof child === 'object') collect(child, found)
}
