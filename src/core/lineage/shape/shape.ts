import type { Column } from '../../ports/warehouse.ts'
import type { Relation } from '../../sql/relation.ts'
export interface ColumnRead { readonly relation: string; readonly column: string }
export interface OutputShape { readonly name: string; readonly type: string; readonly reads: readonly ColumnRead[]; readonly fingerprint: string }
export interface Shape {
  readonly outputs: readonly OutputShape[]
  readonly rows: { readonly relations: readonly string[]; readonly reads: readonly ColumnRead[]; readonly fingerprint: string }
  readonly literals: string
  readonly orderSensitive: string | undefined
  readonly volatile: string | undefined
  readonly unknown: readonly string[]
}
export function shapeOf(plan: unknown, outputs: readonly Column[], identify: (relation: Required<Relation>) => string): Shape { throw new Error('stub') }
export function provenEqual(base: Shape, head: Shape): boolean { return JSON.stringify(base) === JSON.stringify(head) }
export function shapeDifference(base: Shape, head: Shape): { readonly rows: boolean; readonly columns: readonly string[]; readonly reordered: boolean } { return { rows: true, columns: [], reordered: false } }
