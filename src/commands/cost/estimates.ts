import { PreviewError } from '../../core/base/errors.ts'
import { corrected, correctionOf, estimateFromSizes, type Estimate } from '../../core/cost/estimate.ts'
import { recordedEstimate } from '../../core/cost/records.ts'
import { expectedWork, type Size } from '../../core/cost/work.ts'
import { nameOn, type SideName } from '../../core/environment/layout.ts'
import { modelIdentity } from '../../core/lineage/columns.ts'
import { keyOf } from '../../core/lineage/names.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import type { CostRecord } from '../../core/ports/records.ts'
import type { ColumnStatistics, Warehouse, WarehouseRelation } from '../../core/ports/warehouse.ts'
import { formatRelation, type Relation } from '../../core/sql/relation.ts'
import { fingerprintsOf, type Fingerprint } from './fingerprints.ts'
import type { Attached, Prepared } from '../prepared.ts'

/** What one build of each model is expected to take. */
export interface Estimates {
  /** Of head, else of base. */
  readonly best: ReadonlyMap<string, Estimate>
  /** Of base, else of head. */
  readonly base: ReadonlyMap<string, Estimate>
  /** Of head, else of base, by tables' sizes alone, as of the models whose plans are not known: so that one can be held against the other. */
  readonly bySize: ReadonlyMap<string, Estimate>
}

export const NO_ESTIMATES: Estimates = { best: new Map(), base: new Map(), bySize: new Map() }

/** `pace`: how many times longer this machine takes now than the one that prices were taken on. Empty where there is no warehouse. */
export async function estimatesOf(
  prepared: Prepared,
  records: readonly CostRecord[],
  { machine, pace }: { readonly machine: string; readonly pace: number },
): Promise<Estimates> {
  const { attached } = prepared
  if (attached === undefined) return NO_ESTIMATES
  const stored = await storedSizes(prepared, attached)
  const prints = { base: printsOf(prepared, records, 'base'), head: printsOf(prepared, records, 'head') }
  const known: Known = { records, prints, machine, stored, pace }
  const head = sideEstimates(prepared, attached, known, 'head')
  const base = sideEstimates(prepared, attached, known, 'base')
  return { best: head.best, base: base.best, bySize: head.bySize }
}

/** What guesses at either side are made from. */
interface Known {
  readonly records: readonly CostRecord[]
  /** Of every model, where there are records. */
  readonly prints: Readonly<Record<SideName, ReadonlyMap<string, Fingerprint>>>
  readonly machine: string
  readonly stored: StoredSizes
  readonly pace: number
}

function printsOf(
  prepared: Prepared,
  records: readonly CostRecord[],
  side: SideName,
): ReadonlyMap<string, Fingerprint> {
  return records.length === 0 ? new Map() : fingerprintsOf(prepared, side)
}

/** Of the code of `first` where that has the model, else of the other's. */
function sideEstimates(
  prepared: Prepared,
  attached: Attached,
  known: Known,
  first: SideName,
): Pick<Estimates, 'best' | 'bySize'> {
  const bySize = sizeEstimates(prepared, attached, known.pace, first)
  const byPlan = planEstimates(prepared, known, first)
  const recorded = recordedEstimates(prepared, known, first)
  // What earlier runs measured of some models tells how far the guesses at the others are off.
  const correction = correctionOf(
    [...recorded].flatMap(([name, { durationMs }]) => {
      const guess = byPlan.get(name)
      return guess === undefined ? [] : [{ expectedMs: guess.durationMs, actualMs: durationMs }]
    }),
  )
  const best = prepared.plan.models.flatMap(({ name }) => {
    const estimate = recorded.get(name) ?? byPlan.get(name) ?? bySize.get(name)
    return estimate === undefined ? [] : [[name, corrected(estimate, correction)] as const]
  })
  return { best: new Map(best), bySize }
}

function recordedEstimates(
  prepared: Prepared,
  { records, prints, machine }: Known,
  first: SideName,
): ReadonlyMap<string, Estimate> {
  return new Map(
    prepared.plan.models.flatMap((model) => {
      const side = sideOf(model, first)
      const code = prints[side].get(nameOn(side, model))?.code
      const recorded = code === undefined ? undefined : recordedEstimate(records, machine, code)
      return recorded === undefined ? [] : [[model.name, recorded] as const]
    }),
  )
}

/** What is known of each stored table, by the name that plans have for it. */
type StoredSizes = ReadonlyMap<string, Size>

/** Of more tables the values' counts are not asked for. */
const MOST_TABLES = 200

/** Rows of all tables, and the values of those that the plans scan. */
async function storedSizes({ plan, bound }: Prepared, { warehouse, definitions }: Attached): Promise<StoredSizes> {
  const { catalog } = definitions
  const fills = new Map(plan.models.map((model) => [modelIdentity(model.name), storedName(model)]))
  const scanned = new Set(
    plan.models.flatMap((model) => {
      const { base, head } = bound.get(model.name) ?? {}
      const operators = [base, head].flatMap((side) => side?.effort?.operators ?? [])
      return operators.flatMap((one) => (one.kind === 'scan' ? [fills.get(one.relation) ?? one.relation] : []))
    }),
  )
  const sizes = new Map<string, Size>()
  let left = MOST_TABLES
  for (const { schema, table, size } of definitions.relations) {
    const name = formatRelation({ schema, table })
    if (size === undefined) continue
    const isAsked = scanned.has(name) && left > 0
    if (isAsked) left -= 1
    const known = isAsked ? await statisticsOf(warehouse, { catalog, schema, table }) : []
    sizes.set(name, { rows: size.rows, columns: new Map(known.map((one) => [one.column.toLowerCase(), one])) })
  }
  return sizes
}

/** Of the models whose plan was bound, operator by operator. */
function planEstimates(
  { plan, bound }: Prepared,
  { stored, pace }: Known,
  first: SideName,
): ReadonlyMap<string, Estimate> {
  const sizes = new Map(stored)
  const estimates = new Map<string, Estimate>()
  for (const model of plan.models) {
    const own = stored.get(storedName(model))
    const side = sideOf(model, first)
    const isWhole = model[side]?.strategy.kind === 'full_refresh'
    const effort = bound.get(model.name)?.[side]?.effort
    const sizeOf = (relation: string): Size | undefined => (relation.startsWith('self:') ? own : sizes.get(relation))
    const work = effort && expectedWork(effort, sizeOf, isWhole ? own?.rows : undefined)
    const left = isWhole ? (work ?? own) : (own ?? work)
    if (left !== undefined) sizes.set(modelIdentity(model.name), left)
    if (work === undefined) continue
    const { durationMs, bytesScanned, bytesWritten, memoryBytes } = work
    estimates.set(model.name, { durationMs: durationMs * pace, bytesScanned, bytesWritten, memoryBytes, from: 'sizes' })
  }
  return estimates
}

/** Of every model: a view, or what is not stored yet, stands for what it reads itself. */
function sizeEstimates(
  prepared: Prepared,
  attached: Attached,
  pace: number,
  first: SideName,
): ReadonlyMap<string, Estimate> {
  const cells = (stored: WarehouseRelation | undefined): number | undefined =>
    stored?.size && stored.size.rows * stored.size.columns
  const cellsOf = ({ schema = '', table }: Relation): number | undefined =>
    cells(attached.stored.get(keyOf(schema, table)))
  /** What a reader of each model reads, inputs first. */
  const standsFor = new Map<string, number>()
  return new Map(
    prepared.plan.models.map((model): readonly [string, Estimate] => {
      const side = sideOf(model, first)
      const own = cells(storedOf(attached, model))
      const links = prepared[side].side.linked.get(nameOn(side, model))?.links ?? []
      const read = links.reduce((sum, { target }) => {
        if (target.kind === 'source') return sum + (cellsOf(target.relation) ?? 0)
        // A file of the repository is small: it came out of git.
        if (target.kind === 'file') return sum
        return sum + (target.kind === 'self' ? (own ?? 0) : (standsFor.get(target.name) ?? 0))
      }, 0)
      standsFor.set(model.name, own ?? read)
      return [model.name, estimateFromSizes(read, own ?? 0, pace)]
    }),
  )
}

function sideOf({ base, head }: PlannedModel, first: SideName): SideName {
  if (first === 'base') return base === undefined ? 'head' : 'base'
  return head === undefined ? 'base' : 'head'
}

function storedOf({ stored }: Attached, { base, target }: PlannedModel): WarehouseRelation | undefined {
  const { schema, table } = base?.target ?? target
  return stored.get(keyOf(schema, table))
}

function storedName({ base, target }: PlannedModel): string {
  const { schema, table } = base?.target ?? target
  return formatRelation({ schema, table })
}

/** Only an estimate hangs on them: a table that cannot be asked is one of which nothing is known. */
async function statisticsOf(warehouse: Warehouse, table: Relation): Promise<readonly ColumnStatistics[]> {
  try {
    return await warehouse.statistics(table)
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return []
  }
}
