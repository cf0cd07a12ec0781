import { by } from '../base/compare.ts'
import type { Location } from '../base/location.ts'
import type { ModelOutcome, TwinOutcome } from '../environment/outcome.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import type { Usage } from '../ports/warehouse.ts'
import type { ProjectConfig } from '../project/model.ts'
import type { OwnPrices } from '../project/own-prices.ts'
import { heldAgainst } from './budgets.ts'
import type { CostReport, ModelCost, MonthCost } from './cost.ts'
import type { Estimate } from './estimate.ts'
import { moved, workMoved, type Moved } from './movement.ts'
import { runsPerMonth } from './month.ts'
import type { Preflight } from './preflight.ts'
import { priceFrom, type Price } from './price.ts'
import { reasonsOf, type InputRows, type Reason } from './reasons.ts'
import { grows } from './records.ts'
import { savingsOf } from './savings.ts'
import { medianMs, timeChange, type TimeChange } from './timing.ts'

/** What a cost report is made of, besides the plan and what became of it. */
export interface CostInput {
  /** Base's: a pull request must not loosen its own limits. */
  readonly config: ProjectConfig
  readonly own: OwnPrices
  readonly runsPerMonth?: number | undefined
  readonly runnerPerMinute?: number | undefined
  /** What this preview took, whole. */
  readonly previewMs?: number | undefined
  /** Where head's SQL reads a relation (`schema.table`). */
  readonly locate?: ((model: string, relation: string) => ReadPlace | undefined) | undefined
  /** One build of each model that head has. Absent: nothing was to be built, so nothing was saved. */
  readonly estimates?: ReadonlyMap<string, Estimate> | undefined
  /** Base's figures of models that were not built there, from earlier runs. */
  readonly recorded?: ReadonlyMap<string, Usage> | undefined
  /** How many pull requests in a row, before this one, have made a model larger. */
  readonly earlierGrowth?: ((model: string) => number) | undefined
  /** What was expected before anything was built. */
  readonly expected?: Preflight | undefined
}

/** `through`: what the SQL names instead, in words: ``the view `recent` ``. */
export interface ReadPlace {
  readonly location?: Location | undefined
  readonly through?: string | undefined
}

/** Prices what was measured on both twins, and holds head's figures against the budgets. */
export function costReport(plan: Plan, outcomes: readonly ModelOutcome[], input: CostInput): CostReport {
  const { config, own, runnerPerMinute, previewMs, expected } = input
  const price = priceFrom({ adapter: config.adapter, cost: config.cost, own, runnerPerMinute })
  const outcomeByModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  const inputs = rebuiltRows(outcomes)
  const models = plan.models
    .filter(({ placement }) => placement !== 'skipped')
    .map((model) => modelCost(model, outcomeByModel.get(model.name), { ...input, price, inputs }))
    .sort(by(({ model }) => model))
  const sums = totalsOf(models)
  const savings =
    input.estimates &&
    savingsOf(plan, outcomes, input.estimates, price, { durationMs: sums.headDurationMs, usd: sums.headUsd })
  const previewUsd =
    runnerPerMinute === undefined || previewMs === undefined ? undefined : (previewMs / 60_000) * runnerPerMinute
  const totals = {
    ...sums,
    ...(previewUsd !== undefined && { previewUsd }),
    ...(savings?.usd !== undefined && { savingsFromCopyUsd: savings.usd }),
  }
  return {
    models,
    ...(price !== undefined && { price: { kind: price.kind, formula: price.formula } }),
    totals,
    ...heldAgainst(plan, models, totals, config.budget),
    ...(savings !== undefined && { savings }),
    ...(expected !== undefined && { expected }),
  }
}

interface Priced extends CostInput {
  readonly price: Price | undefined
  readonly inputs: InputRows
}

function modelCost(planned: PlannedModel, outcome: ModelOutcome | undefined, context: Priced): ModelCost {
  const { name, placement, head: model } = planned
  const { price, inputs, recorded, locate } = context
  const measured = usageOf(outcome?.base)
  const base = measured ?? recorded?.get(name)
  // A model that both sides share has one build, which is what it takes on either.
  const head = usageOf(outcome?.head)
  const isPair = base !== undefined && head !== undefined
  const isDerived = outcome?.base.kind === 'built' && outcome.base.derived === true
  const work = isPair ? workMoved(base, head) : []
  const time = isPair ? timeChange(base, head, work.length === 0 ? 'same' : 'different') : undefined
  const movedFigures = time === undefined ? [] : moved(work, time)
  const usd = pricesOf(base, head, time, price)
  const reasons =
    movedFigures.length > 0 && base?.plan !== undefined && head?.plan !== undefined
      ? reasonsOf(base.plan, head.plan, inputs)
      : []
  const month = monthOf(planned, base, head, usd.deltaUsd, context)
  const expectedMs = placement === 'prune' ? context.estimates?.get(name)?.durationMs : undefined
  const growingFor = isPair && grows(base, head) ? 1 + (context.earlierGrowth?.(name) ?? 0) : 0
  return {
    model: name,
    skippedViaCopy: placement === 'copy',
    ...(base !== undefined && { base }),
    ...(head !== undefined && { head }),
    ...(base !== undefined && measured === undefined && { baseFrom: 'records' as const }),
    ...(isDerived && { baseDerived: { ...(head?.rows !== undefined && { rows: head.rows }) } }),
    ...(time !== undefined && { time }),
    moved: movedFigures,
    reasons: reasons
      .filter((reason) => isTelling(reason, movedFigures))
      .map((reason) => {
        const place = reason.relation === undefined ? undefined : locate?.(name, reason.relation)
        const location = place?.location ?? (model?.path === undefined ? undefined : { path: model.path })
        const message = place?.through === undefined ? reason.message : `${reason.message} (through ${place.through})`
        return { ...reason, message, ...(location !== undefined && { location }) }
      }),
    ...usd,
    ...(month !== undefined && { month }),
    ...(growingFor > 1 && { growingFor }),
    ...(expectedMs !== undefined && { expectedMs }),
  }
}

/** A column of a few rows more is read, and nothing comes of it. */
function isTelling({ kind }: Reason, figures: readonly Moved[]): boolean {
  return kind !== 'columns' || figures.includes('bytes-scanned')
}

/** A base that is read in place was not run, and has no usage. */
function usageOf(outcome: TwinOutcome | undefined): Usage | undefined {
  return outcome?.kind === 'built' ? outcome.usage : undefined
}

/** Time that cannot be told apart costs the same on both sides. */
function pricesOf(
  base: Usage | undefined,
  head: Usage | undefined,
  time: TimeChange | undefined,
  price: Price | undefined,
): Pick<ModelCost, 'baseUsd' | 'headUsd' | 'deltaUsd'> {
  const even = time?.kind === 'same' ? (time.baseMs + time.headMs) / 2 : undefined
  const usdOf = (usage: Usage | undefined): number | undefined =>
    usage && price?.of({ durationMs: even ?? medianMs(usage), bytesScanned: usage.bytesScanned })
  const [baseUsd, headUsd] = [usdOf(base), usdOf(head)]
  return {
    ...(baseUsd !== undefined && { baseUsd }),
    ...(headUsd !== undefined && { headUsd }),
    ...(baseUsd !== undefined && headUsd !== undefined && { deltaUsd: headUsd - baseUsd }),
  }
}

function monthOf(
  { head, change }: PlannedModel,
  base: Usage | undefined,
  usage: Usage | undefined,
  deltaUsd: number | undefined,
  { price, own, config, runsPerMonth: asked }: Priced,
): MonthCost | undefined {
  const often = runsPerMonth(head, { asked, own, config })
  if (often === undefined || usage === undefined) return undefined
  // Only a table that is filled anew holds what one run writes.
  const isStored = head?.strategy.kind === 'full_refresh' && price?.usdPerGbMonth !== undefined
  const [before, after] = [change.kind === 'added' ? 0 : base?.bytesWritten, usage.bytesWritten]
  const storageUsd =
    isStored && before !== undefined && after !== undefined
      ? ((after - before) / 1e9) * (price.usdPerGbMonth ?? 0)
      : undefined
  const perRun =
    change.kind === 'added' ? price?.of({ durationMs: medianMs(usage), bytesScanned: usage.bytesScanned }) : deltaUsd
  return {
    ...often,
    ...(perRun !== undefined && { deltaUsd: perRun * often.runs + (storageUsd ?? 0) }),
    ...(storageUsd !== undefined && { storageUsd }),
  }
}

/** What both twins of each rebuilt model hold, by `schema.table`. */
function rebuiltRows(outcomes: readonly ModelOutcome[]): InputRows {
  return new Map(
    outcomes.flatMap(({ base, head }) => {
      if (base.kind !== 'built' || head.kind !== 'built') return []
      const { schema = 'main', table } = head.relation
      const [before, after] = [base.usage?.rows, head.usage?.rows]
      if (before === undefined || after === undefined) return []
      return [[`${schema}.${table}`, { base: before, head: after }] as const]
    }),
  )
}

function totalsOf(models: readonly ModelCost[]): CostReport['totals'] {
  const baseUsd = sum(models.map((model) => model.baseUsd))
  const headUsd = sum(models.map((model) => model.headUsd))
  const headBytesScanned = sum(models.map(({ head }) => head?.bytesScanned))
  const deltaUsd = sum(models.map((model) => model.deltaUsd))
  const accountingMs = sum(models.flatMap(({ base, head }) => [base?.accountingMs, head?.accountingMs]))
  const monthDeltaUsd = sum(models.map(({ month }) => month?.deltaUsd))
  return {
    ...(baseUsd !== undefined && { baseUsd }),
    ...(headUsd !== undefined && { headUsd }),
    ...(baseUsd !== undefined && headUsd !== undefined && deltaUsd !== undefined && { deltaUsd }),
    baseDurationMs: sum(models.map(({ base }) => base && medianMs(base))) ?? 0,
    headDurationMs: sum(models.map(({ head }) => head && medianMs(head))) ?? 0,
    ...(headBytesScanned !== undefined && { headBytesScanned }),
    ...(accountingMs !== undefined && { accountingMs }),
    modelsSkippedViaCopy: models.filter(({ skippedViaCopy }) => skippedViaCopy).length,
    ...(monthDeltaUsd !== undefined && { monthDeltaUsd }),
  }
}

/** Absent figures are left out; a sum of nothing is absent. */
function sum(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined)
  return known.length === 0 ? undefined : known.reduce((total, figure) => total + figure, 0)
}
