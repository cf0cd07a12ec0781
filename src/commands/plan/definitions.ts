import { PreviewError } from '../../core/base/errors.ts'
import { sameColumns } from '../../core/diff/structure.ts'
import {
  definitionFor,
  definitionRelation,
  definitionSchemas,
  definitionSession,
  identitiesOf,
} from '../../core/environment/definitions.ts'
import { deltaRelation, type SideName } from '../../core/environment/layout.ts'
import { canStartAfresh, type Recipe } from '../../core/environment/strategy.ts'
import type { LinkedModel } from '../../core/lineage/link.ts'
import { DEFAULT_SCHEMA, keyOf } from '../../core/lineage/names.ts'
import type { Effort } from '../../core/ports/effort.ts'
import type { Shape } from '../../core/ports/shape.ts'
import type { Availability } from '../../core/plan/make.ts'
import type { Pair, Pairing } from '../../core/plan/pair.ts'
import type { RenamedColumn } from '../../core/plan/plan.ts'
import { lastingRenames } from '../../core/plan/renamed-columns.ts'
import type { Identity } from '../../core/ports/binder.ts'
import type { Column, Session } from '../../core/ports/warehouse.ts'
import { formatRelation, relationKey, type Relation } from '../../core/sql/relation.ts'
import { bindModel, type BoundModel } from './bind.ts'
import type { Attached, Linked } from '../prepared.ts'
import type { Services } from '../services.ts'

/** A relation whose columns can be seen before anything is built. */
export interface Definition {
  readonly kind: 'defined'
  readonly relation: Required<Relation>
  readonly columns: readonly Column[]
  /** Undefined where the plan was not asked for or not understood. */
  readonly shape: Shape | undefined
  /** Absent where the plan was not asked for. */
  readonly effort?: Effort | undefined
}

/** `error` is the model's own fault; undefined when it lies in something that it reads. */
export type Defined = Definition | { readonly kind: 'undefined'; readonly error: PreviewError | undefined }

/** What there is to bind, and to bind against. */
export interface DefinitionInput {
  readonly pairing: Pairing
  /** Names of the pairs that a change reaches: these have a definition a side. */
  readonly reach: ReadonlySet<string>
  readonly base: Linked
  readonly head: Linked
  /** Names of the pairs whose relation the warehouse has. */
  readonly stored: ReadonlySet<string>
  /** Names of the pairs whose two texts have one syntax tree. */
  readonly sameSyntax: ReadonlySet<string>
  /** Stateful models have no earlier state. */
  readonly fullRefresh: boolean
  /** Names of the pairs that a worker died of: they are not bound again. */
  readonly deadly: ReadonlySet<string>
}

type Inputs = ReadonlyMap<string, Definition>

const BEYOND_US: Defined = { kind: 'undefined', error: undefined }

/**
 * Definitions of models, made on demand, inputs first, without touching data. A model that no change reaches has one for
 * both sides: the warehouse's own relation wherever that is as base's code would make it, else what base's code yields.
 */
export class Definitions {
  readonly #services: Services
  readonly #attached: Attached
  readonly #input: DefinitionInput
  readonly #pairs: ReadonlyMap<string, Pair>
  readonly #schemas: readonly string[]
  readonly #defined = new Map<string, Promise<Defined>>()
  readonly #stale = new Set<string>()

  constructor(services: Services, attached: Attached, input: DefinitionInput) {
    const { pairs } = input.pairing
    this.#services = services
    this.#attached = attached
    this.#input = input
    this.#pairs = new Map(pairs.map((pair) => [pair.name, pair]))
    this.#schemas = definitionSchemas(pairs)
  }

  /** One side of a model; for one that no change reaches, both. */
  of(side: SideName, name: string): Promise<Defined> {
    const key = this.#input.reach.has(name) ? `${side}:${name}` : name
    const known = this.#defined.get(key)
    if (known !== undefined) return known
    const pair = this.#pairs.get(name)
    const made =
      pair === undefined
        ? Promise.resolve(BEYOND_US)
        : this.#input.reach.has(name)
          ? this.#reached(side, pair)
          : this.#unreached(pair)
    this.#defined.set(key, made)
    return made
  }

  /** Of a model whose definition was asked for; else only whether it is there. */
  availability(name: string): Availability {
    if (this.#stale.has(name)) return 'stale'
    return this.#input.stored.has(name) ? 'present' : 'missing'
  }

  /** Whether the warehouse holds a model of the copy set otherwise than base's code would make it. */
  async isStale(name: string): Promise<boolean> {
    const defined = await this.of('base', name)
    const pair = this.#pairs.get(name)
    if (pair === undefined || defined.kind === 'undefined' || !this.#input.reach.has(name)) return this.#stale.has(name)
    const linked = this.#linked('base', pair)
    if (linked !== undefined && isAllCode(linked)) {
      const stored = (await this.#attached.warehouse.describe(this.#storedRelation(pair))) ?? []
      if (!sameColumns(stored, defined.columns)) this.#stale.add(name)
    }
    return this.#stale.has(name)
  }

  /** For a stored view that shows what is rebuilt below it: it must be made anew. */
  markStale(name: string): void {
    this.#stale.add(name)
    this.#defined.delete(name)
  }

  async #reached(side: SideName, pair: Pair): Promise<Defined> {
    const linked = this.#linked(side, pair)
    const inputs = linked && (await this.#inputs(side, pair))
    if (linked === undefined || inputs === undefined || this.#input.deadly.has(pair.name)) return BEYOND_US
    const twin = side === 'head' ? await this.#sameAsBase(pair, linked, inputs) : undefined
    return twin ?? this.#define(side, pair, linked, inputs)
  }

  async #unreached(pair: Pair): Promise<Defined> {
    const { name } = pair
    const linked = this.#linked('base', pair)
    const isStored = this.#input.stored.has(name)
    if (isStored && !this.#stale.has(name)) {
      const relation = this.#storedRelation(pair)
      const columns = (await this.#attached.warehouse.describe(relation)) ?? []
      const made = linked && (await this.#columnsByCode(pair, linked))
      if (made === undefined || sameColumns(made, columns))
        return { kind: 'defined', relation, columns, shape: undefined }
      this.#stale.add(name)
    }
    const inputs = linked && (await this.#inputs('base', pair))
    return linked === undefined || inputs === undefined ? BEYOND_US : this.#define('base', pair, linked, inputs)
  }

  /** Base's definition, where head's code is the same over the same definitions. */
  async #sameAsBase(pair: Pair, head: LinkedModel, inputs: Inputs): Promise<Definition | undefined> {
    const base = this.#linked('base', pair)
    if (base === undefined || !this.#isSameCode(pair, base, head)) return undefined
    const defined = await this.of('base', pair.name)
    const baseInputs = await this.#inputs('base', pair)
    if (defined.kind === 'undefined' || baseInputs?.size !== inputs.size) return undefined
    const same = [...inputs].every(([name, { columns }]) => sameColumns(columns, baseInputs.get(name)?.columns ?? []))
    return same ? defined : undefined
  }

  #isSameCode({ name }: Pair, base: LinkedModel, head: LinkedModel): boolean {
    const sameText = base.model.sql === head.model.sql || this.#input.sameSyntax.has(name)
    return sameText && this.#settingsOf('base', base) === this.#settingsOf('head', head)
  }

  /** Everything of a model that its definition depends on, but for its text and its inputs' columns. */
  #settingsOf(side: SideName, { model, links }: LinkedModel): string {
    const targets = links.map(({ target }) =>
      target.kind === 'model' ? { ...target, name: this.#pairName(side, target.name) } : target,
    )
    return JSON.stringify([model.strategy, model.surrogateKeys, formatRelation(model.target), targets])
  }

  async #columnsByCode(pair: Pair, linked: LinkedModel): Promise<readonly Column[] | undefined> {
    if (!isAllCode(linked)) return undefined
    const inputs = new Map<string, Required<Relation>>()
    for (const input of pair.baseInputs) {
      const planned = this.#pairs.get(input)
      // As it is stored: whether it is stale itself matters only where this model is made anew.
      if (planned !== undefined && this.#input.stored.has(input)) inputs.set(input, this.#storedRelation(planned))
      else {
        const defined = await this.of('base', input)
        if (defined.kind === 'undefined') return undefined
        inputs.set(input, defined.relation)
      }
    }
    const bound = await this.#bind('base', linked, inputs)
    // What does not bind here says nothing about the stored relation.
    return bound.kind === 'bound' ? bound.columns : undefined
  }

  /** Undefined when the definition of some input is not known. */
  async #inputs(side: SideName, pair: Pair): Promise<Inputs | undefined> {
    const found = new Map<string, Definition>()
    for (const input of side === 'base' ? pair.baseInputs : pair.headInputs) {
      const defined = await this.of(side, input)
      if (defined.kind === 'undefined') return undefined
      found.set(input, defined)
    }
    return found
  }

  /** Makes an empty table with the columns that one side's code yields. */
  async #define(side: SideName, pair: Pair, linked: LinkedModel, inputs: Inputs): Promise<Defined> {
    const relations = new Map([...inputs].map(([name, { relation }]) => [name, relation]))
    const relation = definitionRelation(side, pair)
    try {
      // Nobody asks for the columns of a model without readers.
      const isRead = (this.#input.pairing.graph.readers.get(pair.name) ?? []).length > 0
      const renamed = side === 'head' ? await this.#renamed(inputs) : new Map<string, readonly RenamedColumn[]>()
      const identities = identitiesOf(this.#attached.definitions.catalog, linked, relations, renamed)
      const bound = await this.#bind(side, linked, relations, identities, isRead ? relation : undefined)
      if (bound.kind === 'unbound') return { kind: 'undefined', error: bound.error }
      const columns =
        bound.recipe.kind === 'delta' && isRead
          ? await this.#defineResult(relation, bound.recipe, this.#session(side, linked))
          : bound.columns
      const shape = this.#reachesUnplanned(linked, relations, bound.scans) ? undefined : bound.shape
      return { kind: 'defined', relation, columns, shape, effort: bound.effort }
    } catch (error) {
      if (!(error instanceof PreviewError) || error.code !== 'engine.failed') throw error
      // It binds, and no table can be made of it: the build will say so, with the data at hand.
      return BEYOND_US
    }
  }

  /** Of the inputs of head: the columns that base has under another name. */
  async #renamed(inputs: Inputs): Promise<ReadonlyMap<string, readonly RenamedColumn[]>> {
    const found = new Map<string, readonly RenamedColumn[]>()
    for (const [name, head] of inputs) {
      const pair = this.#pairs.get(name)
      if (pair === undefined || !this.#input.reach.has(name)) continue
      const base = await this.of('base', name)
      const renamed = base.kind === 'defined' && base !== head ? lastingRenames(pair, { base, head }) : []
      if (renamed.length > 0) found.set(name, renamed)
    }
    return found
  }

  /** The whole of a stateful model: its earlier state and its delta. */
  async #defineResult(
    relation: Required<Relation>,
    { result }: Recipe & { readonly kind: 'delta' },
    session: Session,
  ): Promise<readonly Column[]> {
    const bound = await this.#services.kernel.binder.define(relation, result(deltaRelation(relation)), session, [])
    return bound.kind === 'bound' ? bound.columns : []
  }

  async #bind(
    side: SideName,
    linked: LinkedModel,
    inputs: ReadonlyMap<string, Required<Relation>>,
    identities?: readonly Identity[],
    define?: Required<Relation>,
  ): Promise<BoundModel> {
    const { catalog } = this.#attached.definitions
    return bindModel(this.#services.kernel, linked, {
      files: this.#attached.files,
      pointTo: (target) => definitionFor(catalog, linked, target, (name) => inputs.get(this.#pairName(side, name))),
      existing: this.#existing(linked),
      session: this.#session(side, linked),
      ...(identities !== undefined && { identities }),
      ...(define !== undefined && { define }),
    })
  }

  /**
   * Whether a plan scans what a change reaches without the model's SQL having named it: a macro that names a table in
   * full, for instance. Nothing can then be said of the model; it is rebuilt, and the build tells what is wrong.
   */
  #reachesUnplanned(
    { model, links }: LinkedModel,
    inputs: ReadonlyMap<string, Required<Relation>>,
    scans: readonly Required<Relation>[],
  ): boolean {
    const { catalog } = this.#attached.definitions
    const files = links.flatMap(({ target }) => (target.kind === 'file' ? [target.table.relation] : []))
    const planned = new Set([...inputs.values(), ...files, { ...model.target, catalog }].map(relationKey))
    const { names } = this.#input.base
    return scans.some((scan) => {
      if (planned.has(relationKey(scan))) return false
      if (scan.catalog.toLowerCase() !== catalog.toLowerCase()) return true
      const filling = names.modelFilling(scan)
      return filling !== undefined && this.#input.reach.has(this.#pairName('base', filling))
    })
  }

  #session(side: SideName, linked: LinkedModel): Session {
    return definitionSession(this.#attached.definitions.catalog, this.#schemas, side, linked)
  }

  #linked(side: SideName, { name, baseName }: Pair): LinkedModel | undefined {
    return this.#input[side].side.linked.get(side === 'base' ? baseName : name)
  }

  #pairName(side: SideName, name: string): string {
    return side === 'base' ? (this.#input.pairing.headNames.get(name) ?? name) : name
  }

  #existing(linked: LinkedModel): Relation | undefined {
    if (this.#input.fullRefresh && canStartAfresh(linked)) return undefined
    const { target } = linked.model
    const { catalog } = this.#attached.definitions
    const { schema, table } = target
    return this.#attached.stored.has(keyOf(schema, table)) ? { catalog, schema, table } : undefined
  }

  #storedRelation({ base, head }: Pair): Required<Relation> {
    const { schema, table } = (base ?? head)?.target ?? { schema: DEFAULT_SCHEMA, table: '' }
    return { catalog: this.#attached.definitions.catalog, schema, table }
  }
}

/** Stateful models may have grown columns that their code no longer names; for the others the code says it all. */
function isAllCode({ model: { strategy } }: LinkedModel): boolean {
  return strategy.kind === 'full_refresh' || strategy.kind === 'view'
}
