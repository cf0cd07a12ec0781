import type { RenamedColumn } from '../plan/plan.ts'
import type { Column } from '../ports/warehouse.ts'
import type { ColumnDiff } from './result.ts'

/** Whether two relations have one and the same columns: names without case, types, and order. */
export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  const signature = (columns: readonly Column[]): string =>
    JSON.stringify(columns.map(({ name, type }) => [name.toLowerCase(), type]))
  return signature(a) === signature(b)
}

/** Joins the columns of both sides by name, without case: head's order, removed columns last. `renamed` are one column each. */
export function columnDiffs(
  base: readonly Column[],
  head: readonly Column[],
  renamed: readonly RenamedColumn[] = [],
): readonly ColumnDiff[] {
  const baseByName = new Map(base.map((column) => [column.name.toLowerCase(), column]))
  const fromByName = new Map(renamed.map(({ from, to }) => [to.toLowerCase(), from.toLowerCase()]))
  const moved = movedAmong(base, head, fromByName)
  const paired = new Set(head.map(({ name }) => fromByName.get(name.toLowerCase()) ?? name.toLowerCase()))
  return [
    ...head.map(({ name, type }): ColumnDiff => {
      const from = fromByName.get(name.toLowerCase())
      const before = baseByName.get(from ?? name.toLowerCase())
      if (before === undefined) return { name, change: 'added', typeHead: type }
      const types = { typeBase: before.type, typeHead: type, ...(moved.has(name) && { moved: true as const }) }
      if (from !== undefined) return { name, change: 'renamed', renamedFrom: before.name, ...types }
      return { name, change: before.type === type ? 'same' : 'retyped', ...types }
    }),
    ...base
      .filter(({ name }) => !paired.has(name.toLowerCase()))
      .map(({ name, type }): ColumnDiff => ({ name, change: 'removed', typeBase: type })),
  ]
}

/** Head's names of the fewest columns that would have to be put elsewhere for both sides to have one order. */
function movedAmong(
  base: readonly Column[],
  head: readonly Column[],
  fromByName: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const places = new Map(base.map(({ name }, index) => [name.toLowerCase(), index]))
  const common = head.flatMap(({ name }) => {
    const place = places.get(fromByName.get(name.toLowerCase()) ?? name.toLowerCase())
    return place === undefined ? [] : [{ name, place }]
  })
  const kept = longestRising(common.map(({ place }) => place))
  return new Set(common.filter((_, index) => !kept.has(index)).map(({ name }) => name))
}

/** Indexes of a longest subsequence that rises. */
function longestRising(values: readonly number[]): ReadonlySet<number> {
  if (values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0))) return new Set(values.keys())
  const best: { readonly length: number; readonly before: number | undefined }[] = []
  for (const value of values) {
    let length = 1
    let before: number | undefined
    for (const [earlier, { length: known }] of best.entries()) {
      if ((values[earlier] ?? 0) < value && known >= length) [length, before] = [known + 1, earlier]
    }
    best.push({ length, before })
  }
  const longest = Math.max(0, ...best.map(({ length }) => length))
  const kept = new Set<number>()
  for (
    let at: number | undefined = best.findIndex(({ length }) => length === longest);
    at !== undefined && at >= 0;
    at = best[at]?.before
  )
    kept.add(at)
  return kept
}
