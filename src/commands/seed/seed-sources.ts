import { compareRelations } from '../../core/diff/compare.ts'
import { NO_KEY } from '../../core/diff/key.ts'
import type { Comparison } from '../../core/diff/result.ts'
import type { SourceChange } from '../../core/diff/seed-change.ts'
import { columnDiffs } from '../../core/diff/structure.ts'
import { equalProjections } from '../../core/diff/twins.ts'
import type { LinkedModel } from '../../core/lineage/link.ts'
import { keyOf } from '../../core/lineage/names.ts'
import { COMPARE_SESSION, type Warehouse, type WarehouseRelation } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'
import type { How } from '../diff/diff-settings.ts'
import type { SeedWorld } from './seed-world.ts'

/** What differs between the two seeds, and who reads of it directly. */
export interface ChangedSources {
  readonly sources: readonly SourceChange[]
  readonly reachedBy: (model: LinkedModel) => boolean
}

/** Compares the tables that no model fills, by gates first. */
export async function changedSources(
  warehouse: Warehouse,
  before: SeedWorld,
  after: SeedWorld,
  how: Omit<How, 'samples'>,
): Promise<ChangedSources> {
  const [old, now] = [relationsOf(before), relationsOf(after)]
  const sources: SourceChange[] = []
  const changed = new Set<string>()
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const pair = { base: old.get(key), head: now.get(key) }
    if (pair.base?.view !== undefined || pair.head?.view !== undefined) continue
    const [base, head] = [inWorld(before, pair.base), inWorld(after, pair.head)]
    if (base !== undefined && head !== undefined && (await isEqual(warehouse, base, head))) continue
    changed.add(key)
    const source = await sourceChange(warehouse, base, head, how)
    if (source !== undefined) sources.push(source)
  }
  const codeOf = ({ definitions: { relations, macros } }: SeedWorld): string =>
    JSON.stringify([relations.filter(({ view }) => view !== undefined), macros])
  const macros = new Set(
    [before, after].flatMap(({ definitions }) => definitions.macros.map(({ name }) => name.toLowerCase())),
  )
  const isAny = changed.size > 0 || codeOf(before) !== codeOf(after)
  // What lies below a stored view or a macro is not looked through: whoever reads one is built, and compared.
  const isView = (key: string): boolean => old.get(key)?.view !== undefined || now.get(key)?.view !== undefined
  const reachedBy = ({ links, query }: LinkedModel): boolean =>
    isAny &&
    (query.functions.some((name) => macros.has(name.toLowerCase())) ||
      links.some(({ target }) => {
        const key = target.kind === 'source' ? keyOf(target.relation.schema, target.relation.table) : undefined
        return key !== undefined && (changed.has(key) || isView(key))
      }))
  return { sources, reachedBy }
}

function relationsOf({ definitions, linked }: SeedWorld): ReadonlyMap<string, WarehouseRelation> {
  return new Map(
    definitions.relations
      .filter((relation) => linked.names.modelFilling(relation) === undefined)
      .map((relation) => [keyOf(relation.schema, relation.table), relation]),
  )
}

function inWorld(
  { definitions: { catalog } }: SeedWorld,
  relation: WarehouseRelation | undefined,
): Required<Relation> | undefined {
  return relation && { catalog, schema: relation.schema, table: relation.table }
}

/** Equal rows in an equal order: the order of a source may decide what its readers yield. */
export async function isEqual(warehouse: Warehouse, base: Relation, head: Relation): Promise<boolean> {
  const twin = async (relation: Relation) => ({ relation, columns: (await warehouse.describe(relation)) ?? [] })
  const [equal] = await equalProjections(
    await twin(base),
    await twin(head),
    [{ columns: undefined, ordered: true }],
    (statement) => warehouse.query(statement, COMPARE_SESSION),
  )
  return equal === true
}

/** Undefined where the same rows stand in another order. */
async function sourceChange(
  warehouse: Warehouse,
  base: Required<Relation> | undefined,
  head: Required<Relation> | undefined,
  how: Omit<How, 'samples'>,
): Promise<SourceChange | undefined> {
  const one = head ?? base
  if (one === undefined) return undefined
  const { schema, table } = one
  if (base === undefined || head === undefined) {
    const columns = (await warehouse.describe(one)) ?? []
    const [row] = await warehouse.query(sql`SELECT count(*) AS n FROM ${one}`, COMPARE_SESSION)
    const n = BigInt(Number(row?.['n'] ?? 0))
    const none = { base: 0n, head: 0n, added: 0n, removed: 0n, changed: 0n, identical: 0n }
    return base === undefined
      ? { schema, table, change: 'added', rows: { ...none, head: n, added: n }, columns: columnDiffs([], columns) }
      : { schema, table, change: 'removed', rows: { ...none, base: n, removed: n }, columns: columnDiffs(columns, []) }
  }
  const comparison = await compareRelations(warehouse, { base, head, key: NO_KEY, scope: 'whole', samples: 0, ...how })
  return showsNothing(comparison)
    ? undefined
    : {
        schema,
        table,
        change: 'changed',
        rows: comparison.kind === 'measured' ? comparison.rows : undefined,
        columns: comparison.columns ?? [],
      }
}

function showsNothing(comparison: Comparison): boolean {
  if (comparison.kind !== 'measured' || comparison.unchecked.length > 0) return false
  const { rows, columns } = comparison
  return rows.added + rows.removed + rows.changed === 0n && columns.every(({ change }) => change === 'same')
}
