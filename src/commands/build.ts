import { PreviewError } from '../core/base/errors.ts'
import type { Location } from '../core/base/location.ts'
import {
  buildSession,
  DELTA_SCHEMA,
  isReadInPlace,
  pointTo,
  storedRelation,
  storedSession,
  twinRelation,
  type SideName,
} from '../core/environment/layout.ts'
import { readySteps, stepFor, stepsOf, type Step } from '../core/environment/frontier.ts'
import type { ModelOutcome, TwinOutcome } from '../core/environment/outcome.ts'
import { publicName, unplannedScans } from '../core/environment/reads.ts'
import { schemaStatements } from '../core/environment/setup.ts'
import { readEngineMessage } from '../core/environment/engine-message.ts'
import { recipeOf, type Recipe } from '../core/environment/strategy.ts'
import { unreproducible } from '../core/environment/unreproducible.ts'
import { DEFAULT_SCHEMA, keyOf } from '../core/lineage/names.ts'
import { placeIn, type LinkedModel } from '../core/lineage/link.ts'
import { spliceReferences } from '../core/lineage/splice.ts'
import type { PlannedModel } from '../core/plan/plan.ts'
import type { Usage, WarehouseRelation } from '../core/ports/warehouse.ts'
import { formatRelation, relationKey, type Relation } from '../core/sql/relation.ts'
import { sql } from '../core/sql/sql.ts'
import type { Attached, Linked, Prepared } from './prepared.ts'
import type { Services } from './services.ts'

/** Builds every twin and every shared model that the plan asks for; what fails takes down its readers only. */
export async function buildEnvironment(
  services: Services,
  prepared: Prepared,
  attached: Attached,
): Promise<readonly ModelOutcome[]> {
  const { plan, layout } = prepared
  services.progress({ kind: 'stage', stage: 'build' })
  for (const statement of schemaStatements(plan)) await attached.warehouse.execute(statement)
  const steps = stepsOf(plan, layout)
  const outcomes = new Map<string, TwinOutcome>()
  const builder = new Builder(services, prepared, attached, outcomes)
  await runSteps(steps, services.kernel.concurrency, async (step, alone) => {
    const outcome = await builder.build(step)
    // Two twins may have been in the worker when it died: the innocent one gets another chance, by itself.
    if (!alone && outcome.kind === 'failed' && isDeath(outcome.failure.code)) return 'again-alone'
    outcomes.set(step.id, outcome)
    services.progress({ kind: 'model', stage: 'build', model: step.model, done: outcomes.size, of: steps.length })
    return 'finished'
  })
  const collected = plan.models
    .filter(({ placement }) => placement === 'prune' || placement === 'shared')
    .map((model) => outcomeOf(prepared, model, outcomes))
  return unreproducible(plan, collected, prepared.base.side, prepared.head.side)
}

/** Runs ready steps, `concurrency` at a time; those that must be tried again by themselves wait until nothing else runs. */
async function runSteps(
  steps: readonly Step[],
  concurrency: number,
  run: (step: Step, alone: boolean) => Promise<'finished' | 'again-alone'>,
): Promise<void> {
  const begun = new Set<string>()
  const finished = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const again: Step[] = []
  const start = async (step: Step): Promise<void> => {
    const result = await run(step, false)
    if (result === 'finished') finished.add(step.id)
    else again.push(step)
    running.delete(step.id)
  }
  for (;;) {
    for (const step of readySteps(steps, begun, finished).slice(0, concurrency - running.size)) {
      begun.add(step.id)
      running.set(step.id, start(step))
    }
    if (running.size > 0) {
      await Promise.race(running.values())
      continue
    }
    const step = again.shift()
    if (step === undefined) return
    await run(step, true)
    finished.add(step.id)
  }
}

function isDeath(code: string): boolean {
  return code === 'kernel.crashed' || code === 'kernel.memory'
}

class Builder {
  readonly #services: Services
  readonly #prepared: Prepared
  readonly #attached: Attached
  readonly #outcomes: ReadonlyMap<string, TwinOutcome>
  /** What the warehouse holds, by `keyOf`. */
  readonly #stored: ReadonlyMap<string, WarehouseRelation>
  /** Views of ours over stored relations and deltas: what a scan below them shows. */
  readonly #exposed = new Map<string, readonly Relation[]>()

  constructor(services: Services, prepared: Prepared, attached: Attached, outcomes: ReadonlyMap<string, TwinOutcome>) {
    this.#services = services
    this.#prepared = prepared
    this.#attached = attached
    this.#outcomes = outcomes
    const { relations } = attached.definitions
    this.#stored = new Map(relations.map((relation) => [keyOf(relation.schema, relation.table), relation]))
  }

  async build(step: Step): Promise<TwinOutcome> {
    const { side } = step
    const model = this.#prepared.layout.models.get(step.model)
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
      return await this.#materialize(side, model, linked)
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      return failed(error, linked)
    }
  }

  async #materialize(side: SideName, model: PlannedModel, linked: LinkedModel): Promise<TwinOutcome> {
    const { layout } = this.#prepared
    const { kernel } = this.#services
    const existing = this.#existing(storedRelation(layout, side, model))
    if (existing === undefined && linked.links.some(({ target }) => target.kind === 'self'))
      throw noEarlierState(linked)
    const spliced = spliceReferences(linked, (target) => pointTo(layout, side, linked, target), kernel.style)
    const recipe = recipeOf(linked.model, spliced.text, existing)
    if (recipe.kind === 'not-previewed') return { kind: 'not-built', because: recipe.because }
    if (recipe.kind === 'unsupported') throw new PreviewError('model.strategy-unsupported', `${recipe.because}.`)
    if (recipe.kind === 'delta' && existing !== undefined && this.#isStoredView(existing)) {
      return {
        kind: 'not-built',
        because: `the warehouse holds a view of its name, and "${linked.model.strategy.kind}" writes into a table`,
      }
    }
    const session = buildSession(layout, side, linked)
    const bound = await kernel.binder.bind(recipe.query, session)
    if (bound.kind === 'unbound') {
      // A newline stands before the author's text; a surrogate key's SELECT moves it further, and then only the line is lost.
      const offset =
        bound.position === undefined || linked.model.surrogateKeys.length > 0
          ? undefined
          : spliced.originalOffset(bound.position - 1)
      throw new PreviewError('engine.failed', bound.message, { ...placeIn(linked.model, offset), hint: bound.hint })
    }
    await this.#exposeStoredViews(side, linked)
    const read = { layout, side, names: this.#linked(side).names, exposed: this.#exposed }
    const [unplanned] = unplannedScans(read, linked, bound.scans)
    if (unplanned !== undefined) throw unplannedRead(linked, unplanned)
    return this.#write(recipe, twinRelation(side, model), existing, session)
  }

  /** What lies below the stored views that a model reads; the plan has seen to it that none of it is rebuilt. */
  async #exposeStoredViews(side: SideName, linked: LinkedModel): Promise<void> {
    const { layout } = this.#prepared
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
    return this.#stored.get(keyOf(schema, table))?.view !== undefined
  }

  async #write(
    recipe: Recipe & { readonly kind: 'table' | 'delta' },
    relation: Required<Relation>,
    existing: Relation | undefined,
    session: Parameters<Attached['warehouse']['materialize']>[2],
  ): Promise<TwinOutcome> {
    const { warehouse } = this.#attached
    // A worker that died may have left the table behind.
    if (recipe.kind === 'table') {
      await warehouse.execute(sql`DROP TABLE IF EXISTS ${relation}`)
      const usage = await warehouse.materialize(relation, recipe.query, session)
      return { kind: 'built', relation, usage }
    }
    const delta = {
      catalog: relation.catalog,
      schema: DELTA_SCHEMA,
      table: formatRelation({ schema: relation.schema, table: relation.table }),
    }
    await warehouse.execute(sql`DROP VIEW IF EXISTS ${relation}`)
    await warehouse.execute(sql`DROP TABLE IF EXISTS ${delta}`)
    const usage: Usage = await warehouse.materialize(delta, recipe.query, session)
    await warehouse.execute(sql`CREATE VIEW ${relation} AS ${recipe.result(delta)}`)
    this.#exposed.set(relationKey(relation), existing === undefined ? [delta] : [existing, delta])
    return { kind: 'built', relation, delta, usage }
  }

  /** The first input, by name, whose side was to be built and was not. */
  #failedInput(side: SideName, { inputs }: LinkedModel): string | undefined {
    const { layout } = this.#prepared
    return inputs.find((input) => {
      const outcome = this.#outcomes.get(stepFor(layout, side, input))
      if (outcome !== undefined) return outcome.kind !== 'built'
      // Nothing was to be built for it: it is read in place, unless it could not even be understood.
      return this.#linked(side).side.failures.has(input)
    })
  }

  #existing(relation: Required<Relation>): Required<Relation> | undefined {
    return this.#stored.has(keyOf(relation.schema, relation.table)) ? relation : undefined
  }

  #linked(side: SideName): Linked {
    return this.#prepared[side]
  }
}

/** A renamed model is known under its old name on base. */
function nameOn(side: SideName, { name, change }: PlannedModel): string {
  return side === 'base' && change.kind === 'renamed' ? change.from : name
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

function outcomeOf(
  { layout }: Prepared,
  model: PlannedModel,
  outcomes: ReadonlyMap<string, TwinOutcome>,
): ModelOutcome {
  const of = (side: SideName): TwinOutcome => outcomes.get(`${side}:${model.name}`) ?? { kind: 'absent' }
  if (model.placement === 'shared') return { model: model.name, base: of('base'), head: of('base') }
  const base = of('base')
  if (base.kind === 'absent' && isReadInPlace(layout, model)) {
    const relation = storedRelation(layout, 'base', model)
    return { model: model.name, base: { kind: 'built', relation, usage: { durationMs: 0 } }, head: of('head') }
  }
  return { model: model.name, base, head: of('head') }
}
