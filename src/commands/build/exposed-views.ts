import { pointTo, storedSession, type Layout, type SideName } from '../../core/environment/layout.ts'
import type { LinkedModel } from '../../core/lineage/link.ts'
import { DEFAULT_SCHEMA, keyOf } from '../../core/lineage/names.ts'
import type { Binder } from '../../core/ports/binder.ts'
import { relationKey, type Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'
import type { Attached } from '../prepared.ts'

/** Views that models read, with what a scan below them shows: ours over stored relations and deltas, and the warehouse's. */
export class ExposedViews {
  readonly #binder: Binder
  readonly #stored: Attached['stored']
  readonly #exposed = new Map<string, readonly Relation[]>()

  constructor(binder: Binder, stored: Attached['stored']) {
    this.#binder = binder
    this.#stored = stored
  }

  add(view: Relation, below: readonly Relation[]): void {
    this.#exposed.set(relationKey(view), below)
  }

  /** Looks below the stored views that a model reads; the plan has seen to it that none of that is rebuilt. */
  async look(layout: Layout, side: SideName, linked: LinkedModel): Promise<void> {
    for (const { target } of linked.links) {
      const relation = pointTo(layout, side, linked, target)
      const isKnown = this.#exposed.has(relationKey(relation))
      if (relation.catalog !== layout.warehouse || isKnown || !this.isStored(relation)) continue
      const bound = await this.#binder.bind(sql`SELECT * FROM ${relation}`, storedSession(layout.warehouse))
      this.add(relation, bound.kind === 'bound' ? bound.scans : [])
    }
  }

  /** By key of the view. In the place of its own relation, a model that is refreshed may read that one `emptied`. */
  beside(stored: Relation | undefined, emptied: Relation | undefined): ReadonlyMap<string, readonly Relation[]> {
    if (stored === undefined || emptied === undefined) return this.#exposed
    return new Map([...this.#exposed, [relationKey(stored), [emptied]]])
  }

  /** Whether the warehouse holds a view of that name. */
  isStored({ schema = DEFAULT_SCHEMA, table }: Relation): boolean {
    return this.#stored.get(keyOf(schema, table))?.view !== undefined
  }
}
