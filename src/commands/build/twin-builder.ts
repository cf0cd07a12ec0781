import { PreviewError } from '../../core/base/errors.ts'
import { turnEnd } from '../../core/base/turn.ts'
import { stepFor, stepId, type Step } from '../../core/environment/frontier.ts'
import {
  buildSession,
  emptiedRelation,
  nameOn,
  pointTo,
  refreshRelation,
  rerunRelation,
  storedRelation,
  twinRelation,
  type Layout,
  type SideName,
} from '../../core/environment/layout.ts'
import { allTime, type Interval } from '../../core/environment/interval.ts'
import type { TwinOutcome } from '../../core/environment/outcome.ts'
import { unplannedScans } from '../../core/environment/reads.ts'
import { canStartAfresh } from '../../core/environment/strategy.ts'
import type { LinkedModel } from '../../core/lineage/link.ts'
import { keyOf } from '../../core/lineage/names.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'
import { bindModel } from '../plan/bind.ts'
import { ExposedViews } from './exposed-views.ts'
import { chooseIntervals } from './intervals.ts'
import type { Attached, Linked, Prepared } from '../prepared.ts'
import type { Services } from '../services.ts'
import { failed, noEarlierState, unplannedRead } from './twin-failure.ts'
import type { TwinTimer } from './twin-timer.ts'
import { deriveTwin, writeTwin, type DerivedFrom } from './write-twin.ts'

/** From what the warehouse holds; as if it held nothing; or as if what it holds had no rows. */
type Start = 'as-stored' | 'afresh' | 'emptied'

interface How {
  readonly start: Start
  readonly seed?: 'another'
  readonly from?: DerivedFrom | undefined
}

/** Builds one side of one model at a time, exactly as planned or not at all. */
export class TwinBuilder {
  readonly #services: Services
  readonly #prepared: Pick<Prepared, 'base' | 'head' | 'request'>
  readonly #attached: Attached
  readonly #outcomes: ReadonlyMap<string, TwinOutcome>
  /** Where everything is now: a model that is cut off moves while others are built. */
  readonly #layout: () => Layout
  readonly #intervals = new Map<string, Promise<readonly Interval[]>>()
  readonly #views: ExposedViews
  readonly #timer: TwinTimer

  constructor(
    services: Services,
    prepared: Pick<Prepared, 'base' | 'head' | 'request'>,
    attached: Attached,
    outcomes: ReadonlyMap<string, TwinOutcome>,
    layout: () => Layout,
    timer: TwinTimer,
  ) {
    this.#services = services
    this.#prepared = prepared
    this.#attached = attached
    this.#outcomes = outcomes
    this.#layout = layout
    this.#timer = timer
    this.#views = new ExposedViews(services.kernel.binder, attached.stored)
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
    const other = side === 'base' ? 'head' : 'base'
    if (this.#hasSpentTurn(other, step.model)) {
      return { kind: 'not-built', because: `${other}'s side took all the time that the model may take` }
    }
    const from = side === 'base' ? this.#headOf(model) : undefined
    return this.#attempt(side, model, linked, twinRelation(side, model), { start: this.#startOf(linked), from })
  }

  /**
   * One side of a stateful model from nothing, beside its next run: as if its relation did not exist; of one that reads
   * itself, as if that were empty. Undefined where that cannot be.
   */
  async refresh(side: SideName, model: PlannedModel): Promise<TwinOutcome | undefined> {
    const linked = this.#linked(side).side.linked.get(nameOn(side, model))
    if (linked === undefined) return undefined
    const stored = this.#existing(storedRelation(this.#layout(), side, model))
    if (stored === undefined && !canStartAfresh(linked)) return undefined
    const start = canStartAfresh(linked) ? 'afresh' : 'emptied'
    return this.#attempt(side, model, linked, refreshRelation(side, model), { start })
  }

  /** Base's twin once more, from the same inputs and under another seed: whatever comes out otherwise is chance. */
  async again(model: PlannedModel): Promise<TwinOutcome> {
    const linked = this.#linked('base').side.linked.get(nameOn('base', model))
    if (linked === undefined) return { kind: 'absent' }
    return this.#attempt('base', model, linked, rerunRelation(model), { start: this.#startOf(linked), seed: 'another' })
  }

  async #attempt(
    side: SideName,
    model: PlannedModel,
    linked: LinkedModel,
    relation: Required<Relation>,
    how: How,
  ): Promise<TwinOutcome> {
    const { clock } = this.#services
    if (clock.now() > clock.deadline) return { kind: 'not-built', because: 'the run passed its deadline' }
    const warehouse = this.#attached.warehouse.until(turnEnd(clock.now(), clock.deadline))
    try {
      return await this.#materialize(side, model, linked, relation, warehouse, how)
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      return failed(error, linked)
    }
  }

  /** Head's twin, where it is there and base's can be taken out of it. Where it is not, base's is built: that may well be done. */
  #headOf(model: PlannedModel): DerivedFrom | undefined {
    const columns = this.#layout().derived.get(model.name)
    const head = this.#outcomes.get(stepId('head', model.name))
    return columns === undefined || head?.kind !== 'built' ? undefined : { relation: head.relation, columns }
  }

  #startOf(linked: LinkedModel): Start {
    return this.#prepared.request.fullRefresh === true && canStartAfresh(linked) ? 'afresh' : 'as-stored'
  }

  async #materialize(
    side: SideName,
    model: PlannedModel,
    linked: LinkedModel,
    relation: Required<Relation>,
    warehouse: Warehouse,
    { start, seed, from }: How,
  ): Promise<TwinOutcome> {
    const layout = this.#layout()
    const { kernel } = this.#services
    const stored = this.#existing(storedRelation(layout, side, model))
    const existing = start === 'as-stored' ? stored : undefined
    const emptied = start === 'emptied' && stored !== undefined ? emptiedRelation(side, model) : undefined
    if (emptied !== undefined) {
      await warehouse.execute(sql`CREATE OR REPLACE TABLE ${emptied} AS SELECT * FROM ${stored as Relation} LIMIT 0`)
    }
    if (existing === undefined && emptied === undefined && linked.links.some(({ target }) => target.kind === 'self'))
      throw noEarlierState(linked)
    const session = { ...buildSession(layout, side, linked), ...(seed !== undefined && { seed }) }
    const intervals = await this.#intervalsOf(model, linked, existing)
    const bound = await bindModel(kernel, linked, {
      files: this.#attached.files,
      pointTo: (target) => (target.kind === 'self' ? emptied : undefined) ?? pointTo(layout, side, linked, target),
      existing,
      ...(intervals !== undefined && { intervals }),
      session,
    })
    if (bound.kind === 'unbound') throw bound.error
    const { recipe } = bound
    if (recipe.kind === 'delta' && existing !== undefined && this.#views.isStored(existing)) {
      return {
        kind: 'not-built',
        because: `the warehouse holds a view of its name, and "${linked.model.strategy.kind}" writes into a table`,
      }
    }
    await this.#views.look(layout, side, linked)
    const read = { layout, side, names: this.#linked(side).names, exposed: this.#views.beside(stored, emptied) }
    const [unplanned] = unplannedScans(read, linked, bound.scans)
    if (unplanned !== undefined) throw unplannedRead(linked, unplanned)
    const derived = from && (await deriveTwin(warehouse, from, relation, bound.columns))
    if (derived !== undefined) {
      this.#views.add(relation, [derived.from])
      return derived.twin
    }
    const built = await writeTwin(warehouse, recipe, relation, session)
    if (built.delta !== undefined)
      this.#views.add(relation, existing === undefined ? [built.delta] : [existing, built.delta])
    this.#timer.keep(side, model.name, { query: recipe.query, session })
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

  /** A model's two sides have one turn between them: of one that does not end, the other is not tried. */
  #hasSpentTurn(side: SideName, model: string): boolean {
    const outcome = this.#outcomes.get(stepId(side, model))
    return outcome?.kind === 'failed' && outcome.failure.code === 'kernel.timeout'
  }

  #existing(relation: Required<Relation>): Required<Relation> | undefined {
    return this.#attached.stored.has(keyOf(relation.schema, relation.table)) ? relation : undefined
  }

  #linked(side: SideName): Linked {
    return this.#prepared[side]
  }
}
