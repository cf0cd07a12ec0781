import { byText } from '../base/compare.ts'
import { feedOf, type Feed } from '../project/feeds.ts'
import type { BrokenModel, Model } from '../project/model.ts'
import type { WarehouseDefinitions } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'

/** What a name in a query's FROM stands for on one side. */
export type Resolution =
  | { readonly kind: 'model'; readonly name: string }
  /** Stored in the warehouse, and no model of this side fills it. */
  | { readonly kind: 'source'; readonly relation: StoredRelation }
  /** Only the other side has a model that fills it. */
  | { readonly kind: 'orphan'; readonly model: string }
  | { readonly kind: 'unknown'; readonly near: readonly string[] }

/** A relation of the attached warehouse, spelled as its catalog spells it. */
export interface StoredRelation {
  readonly schema: string
  readonly table: string
}

/** DuckDB's default schema. */
export const DEFAULT_SCHEMA = 'main'

/** Resolves the names of one side. Matching ignores case, as DuckDB does. */
export class Names {
  readonly #modelsByName = new Map<string, string>()
  readonly #modelsByTarget = new Map<string, string>()
  readonly #otherModelsByTarget = new Map<string, string>()
  readonly #stored: ReadonlyMap<string, StoredRelation> | undefined
  readonly #feeds: readonly Feed[]

  /**
   * `definitions` is undefined when there is no warehouse: then every name that is no model counts as a source.
   * `broken` are models that could not be loaded: their readers fail because of them, and not for a name that means nothing.
   * `feeds` are the project's pipelines that copy or load tables.
   */
  constructor(
    models: readonly Model[],
    otherSide: readonly Model[],
    definitions: WarehouseDefinitions | undefined,
    broken: readonly BrokenModel[] = [],
    feeds: readonly Feed[] = [],
  ) {
    this.#feeds = feeds
    for (const { name } of broken) this.#modelsByName.set(name.toLowerCase(), name)
    for (const { name, path, target } of models) {
      if (path !== undefined) this.#modelsByName.set(name.toLowerCase(), name)
      this.#modelsByTarget.set(keyOf(target.schema, target.table), name)
    }
    for (const { name, target } of otherSide) this.#otherModelsByTarget.set(keyOf(target.schema, target.table), name)
    if (definitions !== undefined) {
      this.#stored = new Map(
        definitions.relations.map(({ schema, table }) => [keyOf(schema, table), { schema, table }]),
      )
    }
  }

  /** `home`: the schema where a bare name is looked for first; a stored view binds in its own. */
  resolve(name: Relation, home = DEFAULT_SCHEMA): Resolution {
    const byName = isBare(name) ? this.#modelsByName.get(name.table.toLowerCase()) : undefined
    if (byName !== undefined) return { kind: 'model', name: byName }
    for (const key of candidates(name, home)) {
      const model = this.#modelsByTarget.get(key)
      if (model !== undefined) return { kind: 'model', name: model }
      const orphan = this.#otherModelsByTarget.get(key)
      if (orphan !== undefined) return { kind: 'orphan', model: orphan }
      const relation = this.#stored?.get(key)
      if (relation !== undefined) return { kind: 'source', relation }
    }
    if (this.#stored === undefined) {
      return { kind: 'source', relation: { schema: name.schema ?? DEFAULT_SCHEMA, table: name.table } }
    }
    return { kind: 'unknown', near: this.#known() }
  }

  /** The pipeline that would have filled a relation that is not there, if one says so. */
  pipelineFilling({ schema = DEFAULT_SCHEMA }: Relation): string | undefined {
    return feedOf(schema, this.#feeds)?.pipeline
  }

  /** Whether there is a warehouse whose tables are known. */
  get knowsTables(): boolean {
    return this.#stored !== undefined
  }

  /** Whether some model of either side fills this relation, and which. */
  modelFilling(relation: StoredRelation): string | undefined {
    const key = keyOf(relation.schema, relation.table)
    return this.#modelsByTarget.get(key) ?? this.#otherModelsByTarget.get(key)
  }

  /** Every name that would have been understood, for suggestions. */
  #known(): readonly string[] {
    const stored = [...(this.#stored?.values() ?? [])].flatMap(({ schema, table }) =>
      schema === DEFAULT_SCHEMA ? [table] : [`${schema}.${table}`],
    )
    return [...new Set([...this.#modelsByName.values(), ...stored])].sort(byText)
  }
}

function isBare({ catalog, schema }: Relation): boolean {
  return catalog === undefined && schema === undefined
}

/** Where DuckDB would look, in order. A catalog's name does not matter: a preview has one warehouse, whatever its file is called. */
function candidates({ schema, table }: Relation, home: string): readonly string[] {
  if (schema !== undefined) return [keyOf(schema, table)]
  return [keyOf(home, table), keyOf(DEFAULT_SCHEMA, table)]
}

/** A relation's key inside one catalog. */
export function keyOf(schema: string, table: string): string {
  return JSON.stringify([schema, table]).toLowerCase()
}
