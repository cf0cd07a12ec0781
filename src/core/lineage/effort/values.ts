import type { Values } from '../../ports/effort.ts'
import { isPlanNode, textAt } from '../shape/plan-node.ts'

const VARYING = /^(?:VARCHAR|BLOB|BIT|JSON|LIST|STRUCT|MAP|ARRAY|UNION|VARIANT|GEOMETRY)\b|[[(]\]?$|\[\d*\]$/

/** By a type's name, as DESCRIBE or a plan spells it. */
export function isFixed(type: string): boolean {
  return !VARYING.test(type)
}

export function valuesOf(types: readonly string[]): Values {
  const fixed = types.filter(isFixed).length
  return { fixed, varying: types.length - fixed }
}

/** A plan's type without what it is made of. */
export function typeName(type: unknown): string {
  return isPlanNode(type) ? textAt(type, 'id') : ''
}

/** `12.5` → 12.5, `2024-01-31` → its milliseconds since 1970, UTC. Undefined for other text. */
export function placeOnLine(text: string): number | undefined {
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return Number(text)
  const time = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}))?/.exec(text)
  if (time === null) return undefined
  const ms = Date.parse(`${time[1] ?? ''}T${time[2] ?? '00:00:00'}Z`)
  return Number.isNaN(ms) ? undefined : ms
}
