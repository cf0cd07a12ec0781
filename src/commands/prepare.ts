import { PreviewError } from '../core/base/errors.ts'
import type { Notice } from '../core/base/notice.ts'
import type { PlanOnly } from '../core/contract/result.ts'
import { clockStatements } from '../core/environment/setup.ts'
import { layoutOf, type Layout } from '../core/environment/layout.ts'
import { keyOf, Names } from '../core/lineage/names.ts'
import { linkSide } from '../core/lineage/side.ts'
import { noWarehouseCode, readWarehouseCode, type WarehouseCode } from '../core/lineage/warehouse-views.ts'
import { makePlan, type Availability } from '../core/plan/make.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { ParsedQuery } from '../core/ports/binder.ts'
import type { WarehouseDefinitions } from '../core/ports/warehouse.ts'
import type { Model } from '../core/project/model.ts'
import type { Attached, Linked, Prepared } from './prepared.ts'
import { staleModels } from './stale.ts'
import { loadSides, type LoadedSides } from './load.ts'
import type { PreviewRequest } from './request.ts'
import type { Services } from './services.ts'
import { chooseWarehouse, type ChosenWarehouse } from './warehouse.ts'

/** Loads, attaches and plans. `folder` gets the environment's files. Fails only where no project is left to tell about. */
export async function prepare(services: Services, request: PreviewRequest, folder: string): Promise<Prepared> {
  services.progress({ kind: 'stage', stage: 'load' })
  const sides = await loadSides(services.git, request)
  services.progress({ kind: 'stage', stage: 'warehouse' })
  const opened = await openWarehouse(services, request, sides, folder)
  services.progress({ kind: 'stage', stage: 'plan' })
  const [base, head] = [sides.base.project, sides.head.project]
  const code = await warehouseCode(services, opened.attached?.definitions, [...base.models, ...head.models])
  const parsed = await parseAll(services, [...base.models, ...head.models, ...code.views])
  const baseModels = [...base.models, ...code.views]
  const headModels = [...head.models, ...code.views]
  const definitions = opened.attached?.definitions
  const link = (models: readonly Model[], other: readonly Model[], broken: typeof base.broken): Linked => {
    const names = new Names(models, other, definitions, broken)
    return { names, side: linkSide({ models, broken, parsed, names, macros: code.macros }) }
  }
  const baseLinked = link(baseModels, headModels, base.broken)
  const headLinked = link(headModels, baseModels, head.broken)
  const planWith = (availability: (model: string) => Availability): Plan =>
    makePlan({
      base: base.models,
      head: head.models,
      baseSide: baseLinked.side,
      headSide: headLinked.side,
      views: code.views,
      availability,
      notices: [],
    })
  const { plan, layout } = await settle(
    services,
    opened.attached,
    [...baseModels, ...headModels].filter(({ name }) => !code.volatile.has(name)),
    baseLinked,
    planWith,
  )
  return {
    sides,
    plan,
    layout,
    base: baseLinked,
    head: headLinked,
    ...opened,
    notices: [...sides.notices, ...opened.notices, ...distinct([...head.notices, ...base.notices])],
  }
}

interface Opened {
  readonly attached: Attached | undefined
  readonly planOnly: PlanOnly | undefined
  readonly notices: readonly Notice[]
  readonly failures: readonly PreviewError[]
}

/** A warehouse that cannot be opened leaves a plan without data, and the reason among the failures. */
async function openWarehouse(
  services: Services,
  request: PreviewRequest,
  sides: LoadedSides,
  folder: string,
): Promise<Opened> {
  try {
    await services.files.makeFolder(folder)
    const chosen = await chooseWarehouse(services, request, sides, folder)
    if (chosen.kind === 'none') return { attached: undefined, planOnly: chosen.planOnly, notices: [], failures: [] }
    return {
      attached: await attach(services, chosen, folder),
      planOnly: undefined,
      notices: chosen.notices,
      failures: [],
    }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    const planOnly = { because: 'the warehouse could not be opened', remedy: [error.hint] }
    return { attached: undefined, planOnly, notices: [], failures: [error] }
  }
}

async function attach(
  { kernel, files, clock }: Services,
  { path, name }: ChosenWarehouse & { readonly kind: 'file' },
  folder: string,
): Promise<Attached> {
  const fingerprint = await files.fingerprint(path)
  const warehouse = await kernel.attach({
    warehouse: { path, name },
    base: `${folder}/base.duckdb`,
    head: `${folder}/head.duckdb`,
  })
  for (const statement of clockStatements(clock.timestamp())) await warehouse.execute(statement)
  return { warehouse, definitions: await warehouse.definitions(), path, fingerprint }
}

async function warehouseCode(
  { kernel }: Services,
  definitions: WarehouseDefinitions | undefined,
  models: readonly Model[],
): Promise<WarehouseCode> {
  return definitions === undefined
    ? noWarehouseCode
    : readWarehouseCode(kernel.binder, definitions, models, kernel.style)
}

/** Each distinct text once: base and head share most of theirs. */
async function parseAll({ kernel }: Services, models: readonly Model[]): Promise<ReadonlyMap<string, ParsedQuery>> {
  const texts = [...new Set(models.map(({ sql }) => sql))]
  const parsed = await kernel.binder.parse(texts)
  return new Map(texts.flatMap((text, index) => (parsed[index] === undefined ? [] : [[text, parsed[index]]])))
}

/**
 * Plans until the plan holds: a relation that is to be copied may turn out stale, is then built once for both sides, and
 * asks for inputs of its own.
 */
async function settle(
  services: Services,
  attached: Attached | undefined,
  models: readonly Model[],
  base: Linked,
  planWith: (availability: (model: string) => Availability) => Plan,
): Promise<{ readonly plan: Plan; readonly layout: Layout }> {
  if (attached === undefined) {
    const plan = planWith(() => 'present')
    return { plan, layout: layoutOf(plan, '', new Set()) }
  }
  const stored = storedModels(attached.definitions, models)
  const stale = new Set<string>()
  const checked = new Set<string>()
  for (;;) {
    const plan = planWith((model) => (stale.has(model) ? 'stale' : stored.has(model) ? 'present' : 'missing'))
    const usable = new Set([...stored].filter((model) => !stale.has(model)))
    const layout = layoutOf(plan, attached.definitions.catalog, usable)
    const found = await staleModels(services, attached, plan, layout, base, checked)
    if (found.length === 0) return { plan, layout }
    for (const model of found) stale.add(model)
  }
}

/** Models whose relation the warehouse has. Ephemeral models have none. */
function storedModels({ relations }: WarehouseDefinitions, models: readonly Model[]): ReadonlySet<string> {
  const keys = new Set(relations.map(({ schema, table }) => keyOf(schema, table)))
  return new Set(
    models
      .filter(({ strategy, target }) => strategy.kind !== 'ephemeral' && keys.has(keyOf(target.schema, target.table)))
      .map(({ name }) => name),
  )
}

function distinct(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()]
}
