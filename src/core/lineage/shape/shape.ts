import type { Column } from '../../ports/warehouse.ts'
import type { Relation } from '../../sql/relation.ts'
import type { Shape } from '../../ports/shape.ts'
export function shapeOf(plan: unknown, outputs: readonly Column[], identify: (relation: Required<Relation>) => string): Shape { throw new Error('stub') }
export function provenEqual(base: Shape, head: Shape): boolean { return JSON.stringify(base) === JSON.stringify(head) }
export function shapeDifference(base: Shape, head: Shape): { readonly rows: boolean; readonly columns: readonly string[]; readonly reordered: boolean } { return { rows: true, columns: [], reordered: false } }
