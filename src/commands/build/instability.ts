import { PreviewError } from '../../core/base/errors.ts'
import { compareRelations } from '../../core/diff/compare.ts'
import { declaredKey, NO_KEY, type Key } from '../../core/diff/key.ts'
import { differingInOrder } from '../../core/diff/unstable.ts'
import type { Twin } from '../../core/diff/twins.ts'
import type { Instability, ModelOutcome, TwinOutcome } from '../../core/environment/outcome.ts'
import {
  chanceOf,
  combined,
  inherited,
  pressureOn,
  withKey,
  type Chance,
} from '../../core/environment/unreproducible.ts'
import { replacingOf } from '../../core/plan/effect.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import { COMPARE_SESSION, type Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import type { Attached, Prepared } from '../prepared.ts'
import type { TwinBuilder } from './twin-builder.ts'

type Built = TwinOutcome & { readonly kind: 'built' }

/**
 * The outcomes, each with what of its model differs from run to run: by a second run of base's twin where there is
 * chance in its own SQL, by lineage where it reads such a model. `failures` gets faults of ours, which say nothing of a model.
 */
export async function withInstability(
  outcomes: readonly ModelOutcome[],
  { plan, bound, base, head }: Prepared,
  { warehouse }: Attached,
  builder: TwinBuilder,
  failures: PreviewError[],
): Promise<readonly ModelOutcome[]> {
  const known = new Map<string, Instability>()
  const byModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  const sides = { base: base.side, head: head.side }
  for (const model of plan.models) {
    const outcome = byModel.get(model.name)
    if (model.placement !== 'prune' || outcome === undefined || outcome.cutOff !== undefined) continue
    const pressure = pressureOn(outcome, bound.get(model.name))
    const above =
      pressure === undefined
        ? inherited(model, bound.get(model.name), known)
        : ({ kind: 'rows', because: pressure } as const)
    const own =
      above?.kind === 'rows'
        ? undefined
        : await ownInstability(warehouse, model, outcome, chanceOf(model, sides), builder, failures)
    const all = combined(own, above)
    if (all !== undefined) known.set(model.name, withKey(all, keyColumns(model)))
  }
  return outcomes.map((outcome) => {
    const instability = known.get(outcome.model)
    return instability === undefined ? outcome : { ...outcome, instability }
  })
}

/** Whatever names a row, or says which earlier rows a run replaces. */
function keyColumns({ base, head }: PlannedModel): readonly string[] {
  const replaced = [base, head].flatMap((side) => (side === undefined ? [] : replacingOf(side.strategy)))
  return [...keyOf(head).columns, ...replaced]
}

function keyOf(head: PlannedModel['head']): Key {
  return head === undefined ? NO_KEY : declaredKey(head)
}

/** What chance in a model's own SQL does to it. */
async function ownInstability(
  warehouse: Warehouse,
  model: PlannedModel,
  { base, head, refresh }: ModelOutcome,
  chance: Chance,
  builder: TwinBuilder,
  failures: PreviewError[],
): Promise<Instability | undefined> {
  const because = chance.base ?? chance.head
  if (because === undefined || base.kind !== 'built' || head.kind !== 'built') return undefined
  if (refresh !== undefined || chance.isSampled) return { kind: 'rows', because }
  try {
    return await seenInstability(warehouse, model, { base, head }, { ...chance, because }, builder)
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error
    if (error.blame === 'bug') failures.push(error)
    // Where chance cannot be told from change, nothing is compared.
    return { kind: 'rows', because }
  }
}

/** By running base once more. */
async function seenInstability(
  warehouse: Warehouse,
  model: PlannedModel,
  { base, head }: { readonly base: Built; readonly head: Built },
  { because, ...chance }: Chance & { readonly because: string },
  builder: TwinBuilder,
): Promise<Instability | undefined> {
  const differing = chance.isSeeded ? await differingColumns(warehouse, base, head) : undefined
  // The same draws for the same rows: chance is not what differs, if anything does.
  if (differing?.length === 0) return undefined
  // On base every run is the same: what differs on head is what the code does, chance that it brings in included.
  if (chance.base === undefined) return { kind: 'columns', columns: [], because }
  const again = await builder.again(model)
  if (again.kind !== 'built') return { kind: 'rows', because }
  const unstable = await unstableColumns(warehouse, base, again, keyOf(model.head))
  if (unstable === 'rows') return { kind: 'rows', because }
  const names = differing === undefined ? unstable : unstable.filter((name) => differing.includes(name))
  if (differing !== undefined && names.length === 0) return undefined
  const columns = [...names].sort().map((name) => ({ name, because: `non-deterministic: ${because}` }))
  return { kind: 'columns', columns, because }
}

/** Columns in which two twins differ, their rows taken in order; undefined where they have not as many. */
async function differingColumns(
  warehouse: Warehouse,
  one: Built,
  other: Built,
): Promise<readonly string[] | undefined> {
  const [first, second] = [await twinOf(warehouse, one), await twinOf(warehouse, other)]
  return differingInOrder(first, second, (statement) => warehouse.query(statement, COMPARE_SESSION))
}

/** The columns in which two runs differ, by the places of rows or, where places say nothing, by a key. */
async function unstableColumns(
  warehouse: Warehouse,
  first: Built,
  second: Built,
  key: Key,
): Promise<readonly string[] | 'rows'> {
  const [one, other] = [await twinOf(warehouse, first), await twinOf(warehouse, second)]
  const inOrder = await differingColumns(warehouse, first, second)
  const isKept = inOrder !== undefined && !key.columns.some((name) => inOrder.includes(name.toLowerCase()))
  if (isKept && (key.columns.length > 0 || inOrder.length < one.columns.length)) return inOrder
  const comparison = await compareRelations(warehouse, {
    base: one.relation,
    head: other.relation,
    key,
    scope: 'whole',
    samples: 0,
  })
  if (comparison.kind !== 'measured') return 'rows'
  const { rows, columns } = comparison
  if (rows.added > 0n || rows.removed > 0n) return 'rows'
  if (rows.changed > 0n && columns.some(({ rowsChanged }) => rowsChanged === undefined)) return 'rows'
  return columns.filter(({ rowsChanged = 0n }) => rowsChanged > 0n).map(({ name }) => name.toLowerCase())
}

/** What a run wrote: of a stateful model the rows of its next run, since the rest is what the warehouse holds. */
async function twinOf(warehouse: Warehouse, { relation, delta }: Built): Promise<Twin> {
  const written: Relation = delta ?? relation
  return { relation: written, columns: (await warehouse.describe(written)) ?? [] }
}
