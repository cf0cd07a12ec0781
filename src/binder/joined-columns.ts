import type { JoinedColumn } from '../core/ports/binder.ts'
import { isNode, type Node } from './ask.ts'

/**
 * Of a join that adds one table on its right by equality of columns alone: that table, and its columns. Undefined for any
 * other node, and for a join that asks more: then repeated keys prove nothing.
 */
export function joinedColumns(
  node: Node,
): { readonly table: Node; readonly columns: readonly JoinedColumn[] } | undefined {
  const { type, left, right, ref_type: reference, join_type: kind } = node
  if (type !== 'JOIN' || reference !== 'REGULAR' || !['INNER', 'LEFT', 'FULL'].includes(String(kind))) return undefined
  if (!isNode(left) || !isNode(right) || right['type'] !== 'BASE_TABLE') return undefined
  const using = node['using_columns']
  const columns =
    Array.isArray(using) && using.length > 0
      ? left['type'] === 'BASE_TABLE'
        ? using.map((column) => ({ column: String(column), equals: { table: calledOf(left), column: String(column) } }))
        : undefined
      : equalities(node['condition'], calledOf(right))
  return columns === undefined ? undefined : { table: right, columns }
}

/** Undefined where any part of the condition is something else. */
function equalities(condition: unknown, table: string): readonly JoinedColumn[] | undefined {
  if (!isNode(condition)) return undefined
  if (condition['type'] === 'CONJUNCTION_AND' && Array.isArray(condition['children'])) {
    const parts = condition['children'].map((child) => equalities(child, table))
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  if (condition['type'] !== 'COMPARE_EQUAL') return undefined
  const [one, other] = [columnOf(condition['left']), columnOf(condition['right'])]
  if (one === undefined || other === undefined) return undefined
  if (same(one.table, table) && !same(other.table, table)) return [{ column: one.column, equals: other }]
  if (same(other.table, table) && !same(one.table, table)) return [{ column: other.column, equals: one }]
  return undefined
}

/** `table.column`; a name alone does not say whose it is. */
function columnOf(value: unknown): JoinedColumn['equals'] | undefined {
  if (!isNode(value) || value['class'] !== 'COLUMN_REF' || !Array.isArray(value['column_names'])) return undefined
  const [table, column, ...others] = value['column_names'].map(String)
  return table === undefined || column === undefined || others.length > 0 ? undefined : { table, column }
}

function calledOf(table: Node): string {
  const alias = table['alias']
  return typeof alias === 'string' && alias !== '' ? alias : String(table['table_name'])
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
