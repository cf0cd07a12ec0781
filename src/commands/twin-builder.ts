import { PreviewError } from '../core/base/errors.ts'
import type { Location } from '../core/base/location.ts'
import { readEngineMessage } from '../core/environment/engine-message.ts'
import { stepFor, type Step } from '../core/environment/frontier.ts'
import {
  buildSession,
  deltaRelation,
  nameOn,
  pointTo,
  refreshRelation,
  storedRelation,
  storedSession,
  twinRelation,
  type Layout,
  type SideName,
} from '../core/environment/layout.ts'
import { allTime, type Interval } from '../core/environment/interval.ts'
import type { TwinOutcome } from '../core/environment/outcome.ts'
import { publicName, unplannedScans } from '../core/environment/reads.ts'
import { canStartAfresh, type Recipe } from '../core/environment/strategy.ts'
import { placeIn, type LinkedModel } from '../core/lineage/link.ts'
import { DEFAULT_SCHEMA, keyOf } from '../core/lineage/names.ts'
import type { PlannedModel } from '../core/plan/plan.ts'
import type { Usage } from '../core/ports/warehouse.ts'
import { relationKey, type Relation } from '../core/sql/relation.ts'
import { sql } from '../core/sql/sql.ts'
import { bindModel } from './bind.ts'
import { chooseIntervals } from './intervals.ts'
import type { Attached, Linked, Prepared } from './prepared.ts'
import type { Services } from './services.ts'

/** Builds one side of one model at a time, exactly as planned or not at all. */
export class TwinBuilder {
  readonly #services: Services
  readonly #prepared: Pick<Prepared, 'base' | 'head' | 'request'>
  readonly #attached: Attached
  readonly #outcomes: ReadonlyMap<string, TwinOutcome>
  /** Where everything is now: a model that is cut off moves while others are built. */
  readonly #layout: () => Layout
  /** Views of ours over stored relations and deltas: what a scan below them shows. */
  readonly #exposed = new Map<string, readonly Relation[]>()
  readonly #intervals = new Map<string, Promise<readonly Interval[]>>()

  constructor(
    services: Services,
    prepared: Pick<Prepared, 'base' | 'head' | 'request'>,
    attached: Attached,
    outcomes: ReadonlyMap<string, TwinOutcome>,
    layout: () => Layout,
  ) {
    this.#services = services
    this.#prepared = prepared
    this.#attached = attached
    this.#outcomes = outcomes
    this.#layout = layout
  }

  async build(step: Step): Promise<TwinOutcome> {
    const { side } = step
    const model = this.#layout().models.get(step.model)
    if (model === undefined) throw new PreviewError('bug', `The step ${step.id} has no model.`)
    const own = nameOn(side, model)
    const failure = this.#linked(side).side.failures.get(own)
    if (failure !== undefined) return failed(failure)
    const linked = this.#linked(side).side.linked.get(own)
    if (linked === undefined) return { kind: 'absent' }
    const upstream = this.#failedInput(side, linked)
    if (upstream !== undefined) return { kind: 'upstream-failed', model: upstream }
    if (this.#services.clock.now() > this.#services.clock.deadline) {
      return { kind: 'not-built', because: 'the run passed its deadline' }
    }
    try {
      return await this.#materialize(side, model, linked, twinRelation(side, model), this.#startsAfresh(linked))
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      return failed(error, linked)
    }
  }

  /** One side of a stateful model as if its relation did not exist, beside its next run; undefined where that cannot be. */
  async refresh(side: SideName, model: PlannedModel): Promise<TwinOutcome | undefined> {
    const linked = this.#linked(side).side.linked.get(nameOn(side, model))
    if (linked === undefined || !canStartAfresh(linked)) return undefined
    if (this.#services.clock.now() > this.#services.clock.deadline) {
      return { kind: 'not-built', because: 'the run passed its deadline' }
    }
    try {
      return await this.#materialize(side, model, linked, refreshRelation(side, model), true)
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      return failed(error, linked)
    }
  }

  #startsAfresh(linked: LinkedModel): boolean {
    return this.#prepared.request.fullRefresh === true && canStartAfresh(linked)
  }

  async #materialize(
    side: SideName,
    model: PlannedModel,
    linked: LinkedModel,
    relation: Required<Relation>,
    isFresh: boolean,
  ): Promise<TwinOutcome> {
    const layout = this.#layout()
    const { kernel } = this.#services
    const existing = isFresh ? undefined : this.#existing(storedRelation(layout, side, model))
    if (existing === undefined && linked.links.some(({ target }) => target.kind === 'self'))
      throw noEarlierState(linked)
    const session = buildSession(layout, side, linked)
    const intervals = await this.#intervalsOf(model, linked, existing)
    const bound = await bindModel(kernel, linked, {
      files: this.#attached.files,
      pointTo: (target) => pointTo(layout, side, linked, target),
      existing,
      ...(intervals !== undefined && { intervals }),
      session,
    })
    if (bound.kind === 'unbound') throw bound.error
    const { recipe } = bound
    if (recipe.kind === 'delta' && existing !== undefined && this.#isStoredView(existing)) {
      return {
        kind: 'not-built',
        because: `the warehouse holds a view of its name, and "${linked.model.strategy.kind}" writes into a table`,
      }
    }
    await this.#exposeStoredViews(side, linked)
    const read = { layout, side, names: this.#linked(side).names, exposed: this.#exposed }
    const [unplanned] = unplannedScans(read, linked, bound.scans)
    if (unplanned !== undefined) throw unplannedRead(linked, unplanned)
    const built = await this.#write(recipe, relation, existing, session)
    return { ...built, ...(intervals !== undefined && { intervals }) }
  }

  /** Chosen once a model, so that both sides are run for the same. */
  async #intervalsOf(
    model: PlannedModel,
    { model: { strategy } }: LinkedModel,
    existing: Relation | undefined,
  ): Promise<readonly Interval[] | undefined> {
    if (strategy.kind !== 'time_interval') return undefined
    if (existing === undefined) return [allTime(strategy)]
    const known = this.#intervals.get(model.name)
    if (known !== undefined) return known
    const chosen = chooseIntervals(this.#attached.warehouse, model, existing, this.#prepared)
    this.#intervals.set(model.name, chosen)
    return chosen
  }

  /** What lies below the stored views that a model reads; the plan has seen to it that none of it is rebuilt. */
  async #exposeStoredViews(side: SideName, linked: LinkedModel): Promise<void> {
    const layout = this.#layout()
    for (const { target } of linked.links) {
      const relation = pointTo(layout, side, linked, target)
      const key = relationKey(relation)
      if (relation.catalog !== layout.warehouse || this.#exposed.has(key) || !this.#isStoredView(relation)) continue
      const bound = await this.#services.kernel.binder.bind(
        sql`SELECT * FROM ${relation}`,
        storedSession(layout.warehouse),
      )
      this.#exposed.set(key, bound.kind === 'bound' ? bound.scans : [])
    }
  }

  #isStoredView({ schema = DEFAULT_SCHEMA, table }: Relation): boolean {
    return this.#attached.stored.get(keyOf(schema, table))?.view !== undefined
  }

  async #write(
    recipe: Recipe & { readonly kind: 'table' | 'delta' },
    relation: Required<Relation>,
    existing: Relation | undefined,
    session: Parameters<Attached['warehouse']['materialize']>[2],
  ): Promise<TwinOutcome & { readonly kind: 'built' }> {
    const { warehouse } = this.#attached
    // A worker that died may have left the table behind.
    if (recipe.kind === 'table') {
      await warehouse.execute(sql`DROP TABLE IF EXISTS ${relation}`)
      const usage = await warehouse.materialize(relation, recipe.query, session)
      return { kind: 'built', relation, usage }
    }
    const delta = deltaRelation(relation)
    await warehouse.execute(sql`DROP VIEW IF EXISTS ${relation}`)
    await warehouse.execute(sql`DROP TABLE IF EXISTS ${delta}`)
    const usage: Usage = await warehouse.materialize(delta, recipe.query, session)
    await warehouse.execute(sql`CREATE VIEW ${relation} AS ${recipe.result(delta)}`)
    this.#exposed.set(relationKey(relation), existing === undefined ? [delta] : [existing, delta])
    return { kind: 'built', relation, delta, usage }
  }

  /** The first input, by name, whose side was to be built and was not. */
  #failedInput(side: SideName, { inputs }: LinkedModel): string | undefined {
    const layout = this.#layout()
    return inputs.find((input) => {
      const outcome = this.#outcomes.get(stepFor(layout, side, input))
      if (outcome !== undefined) return outcome.kind !== 'built'
      // Nothing was to be built for it: it is read in place, unless it could not even be understood.
      return this.#linked(side).side.failures.has(input)
    })
  }

  #existing(relation: Required<Relation>): Required<Relation> | undefined {
    return this.#attached.stored.has(keyOf(relation.schema, relation.table)) ? relation : undefined
  }

  #linked(side: SideName): Linked {
    return this.#prepared[side]
  }
}

function failed(error: PreviewError, linked?: LinkedModel): TwinOutcome {
  const { message, line } = readEngineMessage(error.message)
  const location = error.location ?? placeOf(linked, line)
  return {
    kind: 'failed',
    failure: { code: error.code, message, hint: error.hint, ...(location === undefined ? {} : { location }) },
  }
}

/** Re-pointing names adds no line, and our statement has one line before the author's first; a surrogate key's has more to it. */
function placeOf(linked: LinkedModel | undefined, line: number | undefined): Location | undefined {
  if (linked?.model.path === undefined) return undefined
  const { path, sql: query, source, sqlLineOffset, surrogateKeys } = linked.model
  if (line === undefined || line < 2 || surrogateKeys.length > 0) return { path }
  if (source !== undefined) return placeIn(linked.model, startOfLine(query, line - 1)).location
  return { path, line: line - 1 + sqlLineOffset }
}

function startOfLine(text: string, line: number): number {
  const above = text.split('\n').slice(0, line - 1)
  return above.reduce((offset, content) => offset + content.length + 1, 0)
}

function noEarlierState({ model }: LinkedModel): PreviewError {
  return new PreviewError(
    'model.unknown-reference',
    'The model reads itself, and the warehouse holds no earlier state of it.',
    placeIn(model, undefined),
  )
}

function unplannedRead({ model }: LinkedModel, scan: Required<Relation>): PreviewError {
  const what = scan.catalog === 'system' ? `the function ${scan.table}()` : `"${publicName(scan)}"`
  return new PreviewError(
    'model.unplanned-read',
    `The model would read ${what}, which its SQL does not name.`,
    placeIn(model, undefined),
  )
}
