import { PreviewError } from '../../core/base/errors.ts'
import {
  decide,
  demandsOn,
  readersOfKept,
  whereOrderMatters,
  withCutOff,
  type Decision,
  type Settled,
} from '../../core/environment/cut-off.ts'
import { isBuilt, stepId, stepsOf, type Step } from '../../core/environment/frontier.ts'
import { isReadInPlace, storedRelation, type Layout, type SideName } from '../../core/environment/layout.ts'
import type { ModelOutcome, TwinOutcome } from '../../core/environment/outcome.ts'
import { schemaStatements } from '../../core/environment/setup.ts'
import { keyOf } from '../../core/lineage/names.ts'
import { taintOf } from '../../core/environment/unreproducible.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import { readersWithEqualInput } from './gates.ts'
import { withInstability } from './instability.ts'
import { collecting } from '../collecting.ts'
import type { Attached, Prepared } from '../prepared.ts'
import { withRefreshes } from './refresh.ts'
import { withRepeats } from './repeat.ts'
import type { Services } from '../services.ts'
import { runSteps } from './steps.ts'
import { TwinBuilder } from './twin-builder.ts'
import { TwinTimer } from './twin-timer.ts'

/** What a build has left: what became of each model, where everything is now, and what ended a stage before its time. */
export interface BuiltEnvironment {
  readonly outcomes: readonly ModelOutcome[]
  readonly layout: Layout
  readonly failures: readonly PreviewError[]
}

/**
 * Builds the twins that the plan asks for, inputs first, and stops where both sides come out equal for their readers.
 * What fails takes down its readers only; a stage that fails leaves what the stages before it have built.
 */
export async function buildEnvironment(
  services: Services,
  prepared: Prepared,
  attached: Attached,
): Promise<BuiltEnvironment> {
  services.progress({ kind: 'stage', stage: 'build' })
  const begun = services.clock.now()
  for (const statement of schemaStatements(prepared.plan)) await attached.warehouse.execute(statement)
  const frontier = new Frontier(prepared, attached)
  const timer = new TwinTimer(attached.warehouse)
  const builder = new TwinBuilder(services, prepared, attached, frontier.outcomes, () => frontier.layout, timer)
  const failures: PreviewError[] = []
  await collecting(failures, () =>
    runSteps(services.kernel.concurrency, {
      steps: () => frontier.steps,
      run: async (step, alone) => {
        const outcome = await builder.build(step)
        // Two twins may have been in the worker when it died: the innocent one gets another chance, by itself.
        if (!alone && outcome.kind === 'failed' && isDeath(outcome.failure.code)) return 'again-alone'
        frontier.outcomes.set(step.id, outcome)
        const of = frontier.steps.length
        services.progress({ kind: 'model', stage: 'build', model: step.model, done: frontier.outcomes.size, of })
        return 'finished'
      },
      settle: (step) => frontier.settle(step),
    }),
  )
  if (failures.length > 0) frontier.abandon('the build ended before it was reached')
  const { layout } = frontier
  let outcomes = frontier.collect()
  await collecting(failures, async () => {
    outcomes = await withRefreshes(services, outcomes, prepared, attached, { builder, layout })
  })
  const builtMs = services.clock.now() - begun
  await collecting(failures, async () => {
    outcomes = await withRepeats(services, outcomes, builtMs, (side, model) => timer.time(side, model))
  })
  outcomes = await withInstability(outcomes, prepared, attached, builder, failures)
  return { outcomes, layout, failures }
}

function isDeath(code: string): boolean {
  return code === 'kernel.crashed' || code === 'kernel.memory'
}

/** What to build next, given what was built and what of it came out equal. */
class Frontier {
  readonly outcomes = new Map<string, TwinOutcome>()
  readonly #prepared: Prepared
  readonly #attached: Attached
  readonly #pruned: ReadonlyMap<string, PlannedModel>
  readonly #ordered: ReadonlySet<string>
  readonly #storedTables: ReadonlySet<string>
  readonly #decisions = new Map<string, Decision>()
  readonly #settled = new Map<string, Settled>()
  /** Models whose two sides differ for reasons that are not the code's; in words. */
  readonly #tainted = new Map<string, string>()
  #layout: Layout
  #steps: readonly Step[] = []

  constructor(prepared: Prepared, attached: Attached) {
    const { plan, layout, bound } = prepared
    this.#prepared = prepared
    this.#attached = attached
    this.#layout = layout
    this.#pruned = new Map(
      plan.models.filter(({ placement }) => placement === 'prune').map((model) => [model.name, model]),
    )
    this.#ordered = whereOrderMatters(plan, bound)
    this.#storedTables = new Set(
      plan.models
        .filter(({ base, target: { schema, table } }) => {
          const stored = attached.stored.get(keyOf(base?.target.schema ?? schema, base?.target.table ?? table))
          return stored !== undefined && stored.view === undefined
        })
        .map(({ name }) => name),
    )
    this.#decideAll()
  }

  get layout(): Layout {
    return this.#layout
  }

  get steps(): readonly Step[] {
    return this.#steps
  }

  /** Looks at what a finished step means to its readers, once both sides of its model are there. */
  async settle({ model: name }: Step): Promise<void> {
    const model = this.#pruned.get(name)
    if (model === undefined || this.#settled.has(name)) return
    const sides = (['base', 'head'] as const).filter((side) => isBuilt(this.#layout, side, model))
    if (!sides.every((side) => this.outcomes.has(stepId(side, name)))) return
    this.#settled.set(name, await this.#gate(model))
    this.#decideAll()
  }

  /** The build ended early: of each side that was still to be built it is said why it was not. */
  abandon(because: string): void {
    for (const [name, model] of this.#pruned) {
      if (this.#decisions.get(name)?.kind === 'cut-off') continue
      for (const side of ['base', 'head'] as const satisfies readonly SideName[]) {
        const id = stepId(side, name)
        if (model[side] === undefined || !isBuilt(this.#layout, side, model) || this.outcomes.has(id)) continue
        this.outcomes.set(id, { kind: 'not-built', because })
      }
    }
  }

  /** One outcome a model that was to be built, in plan order. */
  collect(): readonly ModelOutcome[] {
    return this.#prepared.plan.models
      .filter(({ placement }) => placement === 'prune' || placement === 'shared')
      .flatMap((model) => this.#outcomeOf(model) ?? [])
  }

  async #gate(model: PlannedModel): Promise<Settled> {
    const { base, head } = this.#twins(model)
    const { bound, base: baseLinked, head: headLinked } = this.#prepared
    const sides = { base: baseLinked.side, head: headLinked.side }
    const taint = taintOf(model, { base, head }, bound.get(model.name), sides, this.#tainted)
    if (taint !== undefined) this.#tainted.set(model.name, taint)
    if (taint !== undefined || base.kind !== 'built' || head.kind !== 'built') return { kind: 'differs' }
    const readers = [...this.#pruned.values()].filter(
      ({ name, baseInputs, headInputs }) =>
        !this.#decisions.has(name) && (baseInputs.includes(model.name) || headInputs.includes(model.name)),
    )
    if (readers.length === 0) return { kind: 'differs' }
    const demands = demandsOn(model.name, readers, bound, this.#ordered)
    const kept = base.derived === true ? this.#layout.derived.get(model.name) : undefined
    if (kept !== undefined) return { kind: 'gated', equalFor: readersOfKept(demands, kept) }
    try {
      const equalFor = await readersWithEqualInput(this.#attached.warehouse, model, { base, head }, demands)
      return { kind: 'gated', equalFor }
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      // What could not be compared may differ: its readers are built, and what was built is kept.
      return { kind: 'differs' }
    }
  }

  /** Decides what can be decided, in plan order: cutting one model off may cut off those that read it. */
  #decideAll(): void {
    const pruned = new Set(this.#pruned.keys())
    for (const model of this.#pruned.values()) {
      const decision = this.#decisions.has(model.name) ? undefined : decide(model, pruned, this.#settled)
      if (decision === undefined) continue
      this.#decisions.set(model.name, decision)
      if (decision.kind === 'build') continue
      this.#settled.set(model.name, { kind: 'same' })
      this.#layout = withCutOff(this.#layout, model, this.#storedTables)
    }
    this.#steps = stepsOf(this.#prepared.plan, this.#layout, this.#decisions)
  }

  #twins(model: PlannedModel): { readonly base: TwinOutcome; readonly head: TwinOutcome } {
    const of = (side: SideName): TwinOutcome => this.outcomes.get(stepId(side, model.name)) ?? { kind: 'absent' }
    if (this.#layout.models.get(model.name)?.placement === 'shared') return { base: of('base'), head: of('base') }
    const base = of('base')
    if (base.kind !== 'absent' || !isReadInPlace(this.#layout, model)) return { base, head: of('head') }
    const relation = storedRelation(this.#layout, 'base', model)
    return { base: { kind: 'built', relation }, head: of('head') }
  }

  /** Undefined for a shared model that nobody asked for in the end. */
  #outcomeOf(model: PlannedModel): ModelOutcome | undefined {
    const { base, head } = this.#twins(model)
    const decision = this.#decisions.get(model.name)
    if (decision?.kind === 'cut-off') {
      const { placement } = this.#layout.models.get(model.name) ?? model
      const readFrom = placement === 'copy' ? 'warehouse' : base.kind === 'built' ? 'environment' : 'nowhere'
      return { model: model.name, base, head, cutOff: { inputs: decision.inputs, readFrom } }
    }
    if (model.placement === 'shared' && base.kind === 'absent') return undefined
    return { model: model.name, base, head }
  }
}
