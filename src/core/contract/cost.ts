import type { BudgetBreach, CostReport, ModelCost, PlacedReason } from '../cost/cost.ts'
import type { Preflight } from '../cost/preflight.ts'
import type { Savings } from '../cost/savings.ts'
import { medianMs } from '../cost/timing.ts'
import type { Usage } from '../ports/warehouse.ts'
import type { CostFigures, CostOutput } from './cost-schema.ts'
import type { PreviewResult } from './result.ts'
import { toPlace, type Render } from './shared.ts'

export { costSchema, type CostOutput } from './cost-schema.ts'

export function toCostOutput(result: PreviewResult, render: Render<CostOutput>): CostOutput {
  const { models, price, totals, breaches, close, savings, expected } = result.cost
  const ofProject = breaches.filter(({ model }) => model === undefined)
  const ofModels = breaches.filter(({ model }) => model !== undefined)
  const unmarked = {
    version: result.version,
    command: 'preview-cost',
    branch_name: result.name,
    branch_run_id: result.runId,
    per_model: models.map(modelCost),
    ...(price !== undefined && { price: { ...price, estimate: price.kind !== 'runner' } }),
    summary: summaryOf(totals),
    ...(savings !== undefined && { savings: savingsOf(savings) }),
    ...(expected !== undefined && { expected: expectedOf(expected) }),
    ...(ofProject.length > 0 && { projected_budget_breaches: ofProject.map(breachOf) }),
    ...(ofModels.length > 0 && {
      projected_per_model_budget_breaches: ofModels.map((b) => ({ model_name: b.model ?? '', ...breachOf(b) })),
    }),
    ...(close.length > 0 && {
      budget_headroom: close.map(({ model, limitType, limit, actual }) => ({
        ...(model !== undefined && { model_name: model }),
        limit_type: limitType,
        limit,
        actual,
      })),
    }),
  } as const
  return { ...unmarked, markdown: render(unmarked) }
}

function modelCost(cost: ModelCost): CostOutput['per_model'][number] {
  const { model, skippedViaCopy, base, head, baseUsd, headUsd, deltaUsd, time, month, reasons, growingFor } = cost
  const [baseFigures, headFigures] = [figuresOf(base), figuresOf(head)]
  const baseRows = base?.rows ?? cost.baseDerived?.rows
  return {
    model_name: model,
    skipped_via_copy: skippedViaCopy,
    branch_duration_ms: Math.round(head === undefined ? 0 : medianMs(head)),
    base_duration_ms: Math.round(base === undefined ? 0 : medianMs(base)),
    ...(headUsd !== undefined && { branch_cost_usd: headUsd }),
    ...(baseUsd !== undefined && { base_cost_usd: baseUsd }),
    ...(deltaUsd !== undefined && { delta_usd: deltaUsd }),
    ...(head?.bytesScanned !== undefined && { branch_bytes_scanned: Math.round(head.bytesScanned) }),
    ...(base?.bytesScanned !== undefined && { base_bytes_scanned: Math.round(base.bytesScanned) }),
    ...(head?.rows !== undefined && { branch_rows: Math.round(head.rows) }),
    ...(baseRows !== undefined && { base_rows: Math.round(baseRows) }),
    ...(headFigures !== undefined && { branch_figures: headFigures }),
    ...(baseFigures !== undefined && { base_figures: baseFigures }),
    ...(cost.baseFrom !== undefined && { base_from_records: true as const }),
    ...(cost.baseDerived !== undefined && { base_derived: true as const }),
    ...(time !== undefined && {
      time: {
        change: time.kind,
        base_ms: time.baseMs,
        branch_ms: time.headMs,
        noise_ms: time.noiseMs,
        runs: time.runs,
      },
    }),
    ...(cost.moved.length > 0 && { moved: [...cost.moved] }),
    ...(reasons.length > 0 && { reasons: reasons.map(reasonOf) }),
    ...(month !== undefined && {
      month: {
        runs: month.runs,
        because: month.because,
        ...(month.deltaUsd !== undefined && { delta_usd: month.deltaUsd }),
        ...(month.storageUsd !== undefined && { storage_usd: month.storageUsd }),
      },
    }),
    ...(growingFor !== undefined && { growing_for: growingFor }),
    ...(cost.expectedMs !== undefined && { expected_ms: Math.round(cost.expectedMs) }),
  }
}

const reasonOf = ({ kind, direction, message, location }: PlacedReason) => ({
  code: kind,
  direction,
  message,
  ...toPlace(location),
})

function figuresOf(usage: Usage | undefined): CostFigures | undefined {
  if (usage === undefined) return undefined
  const { rowsScanned, bytesWritten, cpuMs, peakMemoryBytes, spilledBytes } = usage
  const figures = {
    ...(rowsScanned !== undefined && { rows_scanned: Math.round(rowsScanned) }),
    ...(bytesWritten !== undefined && { bytes_written: Math.round(bytesWritten) }),
    ...(cpuMs !== undefined && { cpu_ms: Math.round(cpuMs) }),
    ...(peakMemoryBytes !== undefined && { peak_memory_bytes: Math.round(peakMemoryBytes) }),
    ...(spilledBytes !== undefined && { spilled_bytes: Math.round(spilledBytes) }),
  }
  return Object.keys(figures).length === 0 ? undefined : figures
}

function summaryOf(totals: CostReport['totals']): CostOutput['summary'] {
  const { headUsd, baseUsd, deltaUsd, savingsFromCopyUsd, headBytesScanned, monthDeltaUsd, previewUsd } = totals
  return {
    ...(headUsd !== undefined && { total_branch_cost_usd: headUsd }),
    ...(baseUsd !== undefined && { total_base_cost_usd: baseUsd }),
    ...(deltaUsd !== undefined && { delta_usd: deltaUsd }),
    ...(savingsFromCopyUsd !== undefined && { savings_from_copy_usd: savingsFromCopyUsd }),
    total_branch_duration_ms: Math.round(totals.headDurationMs),
    total_base_duration_ms: Math.round(totals.baseDurationMs),
    ...(headBytesScanned !== undefined && { total_branch_bytes_scanned: Math.round(headBytesScanned) }),
    models_skipped_via_copy: totals.modelsSkippedViaCopy,
    ...(monthDeltaUsd !== undefined && { month_delta_usd: monthDeltaUsd }),
    ...(previewUsd !== undefined && { preview_cost_usd: previewUsd }),
    ...(totals.accountingMs !== undefined && { accounting_ms: Math.round(totals.accountingMs) }),
  }
}

function savingsOf(savings: Savings): NonNullable<CostOutput['savings']> {
  const { models, copied, proven, cutOff, basis, durationMs, usd, fullDurationMs, fullUsd } = savings
  return {
    models,
    copied,
    proven,
    cut_off: cutOff,
    basis,
    ...(durationMs !== undefined && { duration_ms: Math.round(durationMs) }),
    ...(usd !== undefined && { usd }),
    ...(fullDurationMs !== undefined && { full_rebuild_ms: Math.round(fullDurationMs) }),
    ...(fullUsd !== undefined && { full_rebuild_usd: fullUsd }),
  }
}

function expectedOf(expected: Preflight): NonNullable<CostOutput['expected']> {
  const { builds, buildMs, compareMs, bytes, memoryBytes, from, capMs, course } = expected
  return {
    builds,
    build_ms: Math.round(buildMs),
    compare_ms: Math.round(compareMs),
    bytes: Math.round(bytes),
    memory_bytes: Math.round(memoryBytes),
    basis: from,
    ...(capMs !== undefined && { cap_ms: Math.round(capMs) }),
    course: course.kind,
  }
}

const breachOf = ({ limitType, limit, actual, onBreach }: BudgetBreach) => ({
  limit_type: limitType,
  limit,
  actual,
  on_breach: onBreach,
})
