import { relationKey, type Relation } from '../sql/relation.ts'
import type { LinkedModel } from '../lineage/link.ts'
import type { Names } from '../lineage/names.ts'
import { CATALOGS, plannedModel, pointTo, readRelation, type Layout, type SideName } from './layout.ts'

/** What a view of ours, or of the copy set, scans in turn: by the view's key, the keys of what it may read. */
export type Exposed = ReadonlyMap<string, readonly Relation[]>

interface Read {
  readonly layout: Layout
  readonly side: SideName
  readonly names: Names
  readonly exposed: Exposed
}

/**
 * The scans of a bound statement that its plan does not give it. Allowed are the relations that its links and declared
 * inputs resolve to, what those expose when they are views, and warehouse tables that no model fills: these are one and
 * the same snapshot for both sides.
 */
export function unplannedScans(
  { layout, side, names, exposed }: Read,
  linked: LinkedModel,
  scans: readonly Required<Relation>[],
): readonly Required<Relation>[] {
  const allowed = new Set<string>()
  const allow = (relation: Relation): void => {
    const key = relationKey(relation)
    if (allowed.has(key)) return
    allowed.add(key)
    for (const inner of exposed.get(key) ?? []) allow(inner)
  }
  for (const { target } of linked.links) allow(pointTo(layout, side, linked, target))
  for (const input of linked.inputs) {
    const planned = plannedModel(layout, input)
    if (planned !== undefined) allow(readRelation(layout, side, planned))
  }
  return scans.filter((scan) => !allowed.has(relationKey(scan)) && !isPlainSource(layout, names, scan))
}

function isPlainSource({ warehouse }: Layout, names: Names, scan: Required<Relation>): boolean {
  return scan.catalog.toLowerCase() === warehouse.toLowerCase() && names.modelFilling(scan) === undefined
}

/** For people: a relation as they know it, without the environment's catalogs. */
export function publicName({ catalog, schema, table }: Required<Relation>): string {
  const isOurs = Object.values(CATALOGS).some((ours) => ours === catalog)
  return isOurs ? `${schema}.${table}` : `${catalog}.${schema}.${table}`
}
