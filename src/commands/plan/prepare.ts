import { PreviewError } from '../../core/base/errors.ts'
import type { Notice } from '../../core/base/notice.ts'
import { writtenRelation } from '../../core/checks/unit-inputs.ts'
import type { PlanOnly } from '../../core/contract/result.ts'
import { derivedTwins } from '../../core/environment/derived.ts'
import { clockStatements } from '../../core/environment/setup.ts'
import { fileReadsAmong, fileRules } from './file-rules.ts'
import { FileTables } from './file-tables.ts'
import { layoutOf, type Layout } from '../../core/environment/layout.ts'
import { keyOf } from '../../core/lineage/names.ts'
import { FILES_CATALOG } from '../../core/lineage/repository-files.ts'
import { didYouMean } from '../../core/base/suggest.ts'
import { explain, type Explanation } from '../../core/plan/explain.ts'
import type { Knowledge } from '../../core/plan/own.ts'
import { planOf } from '../../core/plan/make.ts'
import { pairModels, reachOf, type Pairing } from '../../core/plan/pair.ts'
import type { Model } from '../../core/project/model.ts'
import type { Attached, Linked, Prepared } from '../prepared.ts'
import { linkSides, parseModels } from './link.ts'
import { markStale } from './stale.ts'
import { understand } from './understand.ts'
import { loadSides, type LoadedSides } from '../load.ts'
import type { PreviewRequest } from '../request.ts'
import type { Services } from '../services.ts'
import { chooseWarehouse, type ChosenWarehouse } from '../warehouse.ts'

/** Loads, attaches and plans. `folder` gets the environment's files. Fails only where no project is left to tell about. */
export async function prepare(services: Services, request: PreviewRequest, folder: string): Promise<Prepared> {
  services.progress({ kind: 'stage', stage: 'load' })
  const sides = await loadSides(services.git, request)
  const [base, head] = [sides.base.project, sides.head.project]
  const parsed = await parseModels(services, sides)
  const reads = fileReadsAmong(parsed)
  services.progress({ kind: 'stage', stage: 'warehouse' })
  const opened = await openWarehouse(services, request, sides, folder, reads.length > 0)
  services.progress({ kind: 'stage', stage: 'plan' })
  const files = await fileRules(services, request, sides, reads)
  const definitions = opened.attached?.definitions
  const linked = await linkSides(services, definitions, sides, { parsed, files })
  const { base: baseLinked, head: headLinked, code } = linked
  const pairing = pairModels({
    base: base.models,
    head: head.models,
    baseSide: baseLinked.side,
    headSide: headLinked.side,
    views: code.views,
  })
  const { knowledge, ...planned } = await settle(services, opened.attached, {
    pairing,
    base: baseLinked,
    head: headLinked,
    volatile: code.volatile,
    testedAgainst: testedAgainst(pairing, headLinked),
    fullRefresh: request.fullRefresh === true,
  })
  return {
    sides,
    request,
    files,
    ...planned,
    bound: knowledge.bound ?? new Map(),
    explanation: explanationOf(request, pairing, knowledge, planned),
    base: baseLinked,
    head: headLinked,
    ...opened,
    notices: [...sides.notices, ...opened.notices, ...planned.notices, ...distinct([...head.notices, ...base.notices])],
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
  readsFiles: boolean,
): Promise<Opened> {
  try {
    await services.files.makeFolder(folder)
    const chosen = await chooseWarehouse(services, request, sides, folder)
    if (chosen.kind === 'none') return { attached: undefined, planOnly: chosen.planOnly, notices: [], failures: [] }
    return {
      attached: await attach(services, chosen, folder, readsFiles ? (request.allow?.paths ?? []) : undefined),
      planOnly: isPlanOnly(request) ? { because: 'this is a dry run', remedy: [] } : undefined,
      notices: chosen.notices,
      failures: [],
    }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    const planOnly = { because: 'the warehouse could not be opened', remedy: [error.hint] }
    return { attached: undefined, planOnly, notices: [], failures: [error] }
  }
}

/** `allowPaths`: where SQL may read besides the repository's files; undefined when it reads no file at all. */
async function attach(
  services: Services,
  { path, name, origin, baseSeed }: ChosenWarehouse & { readonly kind: 'file' },
  folder: string,
  allowPaths: readonly string[] | undefined,
): Promise<Attached> {
  const { kernel, files, clock } = services
  const fingerprint = await files.fingerprint(path)
  const copies = `${files.temporaryFolder}/repository`
  const warehouse = await kernel.attach({
    warehouse: { path, name },
    base: `${folder}/base.duckdb`,
    head: `${folder}/head.duckdb`,
    ...(allowPaths !== undefined && {
      files: { path: `${folder}/files.duckdb`, name: FILES_CATALOG, readable: [copies, ...allowPaths] },
    }),
    baseSeed: baseSeed?.kind === 'file' ? baseSeed.path : undefined,
  })
  for (const statement of clockStatements(clock.timestamp())) await warehouse.execute(statement)
  const definitions = await warehouse.definitions()
  const stored = new Map(definitions.relations.map((relation) => [keyOf(relation.schema, relation.table), relation]))
  return {
    warehouse,
    definitions,
    stored,
    files: new FileTables(services, warehouse, copies),
    path,
    origin,
    fingerprint,
    ...(baseSeed !== undefined && { baseSeed }),
  }
}

function explanationOf(
  { explain: asked }: PreviewRequest,
  pairing: Pairing,
  knowledge: Knowledge,
  { plan, layout }: Pick<Prepared, 'plan' | 'layout'>,
): Explanation | undefined {
  if (asked === undefined) return undefined
  const explanation = explain(pairing, knowledge, plan, asked)
  if (explanation !== undefined) return withDerived(explanation, layout)
  const hint = didYouMean(
    asked,
    plan.models.map(({ name }) => name),
  )
  throw new PreviewError('input.invalid', `Neither side has a model "${asked}" to explain.`, { hint })
}

/** Base's side of some models is not built. */
function withDerived(explanation: Explanation, { derived }: Layout): Explanation {
  if (!derived.has(explanation.model)) return explanation
  return { ...explanation, because: `${explanation.because}, which add columns and nothing else, so it is built once` }
}

interface SettleInput {
  readonly pairing: Pairing
  readonly base: Linked
  readonly head: Linked
  /** Names of warehouse views whose rows depend on the clock or on chance: they are never read in place. */
  readonly volatile: ReadonlySet<string>
  readonly testedAgainst: ReadonlyMap<string, readonly string[]>
  readonly fullRefresh: boolean
}

/** By model, the models that its tests refer to. */
function testedAgainst({ pairs }: Pairing, { names }: Linked): ReadonlyMap<string, readonly string[]> {
  return new Map(
    pairs.map(({ name, head }) => {
      const tables = (head?.tests ?? []).map(({ definition }) => definition['to_table'])
      const read = tables.flatMap((table) => (typeof table === 'string' ? [names.resolve(writtenRelation(table))] : []))
      return [name, read.flatMap((found) => (found.kind === 'model' ? [found.name] : []))]
    }),
  )
}

/**
 * Plans until the plan holds: a relation that is to be copied may turn out stale, is then built once for both sides, and
 * asks for inputs of its own.
 */
async function settle(
  services: Services,
  attached: Attached | undefined,
  { pairing, base, head, volatile, testedAgainst: beside, fullRefresh }: SettleInput,
): Promise<Pick<Prepared, 'plan' | 'layout' | 'notices'> & { readonly knowledge: Knowledge }> {
  if (attached === undefined) {
    const plan = planOf(pairing, { availability: () => 'present', notices: [] })
    return { plan, layout: layoutOf(plan, '', new Set()), knowledge: {}, notices: [] }
  }
  const stored = storedModels(attached, pairing, volatile)
  const input = { pairing, reach: reachOf(pairing), base, head, stored, fullRefresh }
  const { definitions, knowledge, notices } = await understand(services, attached, input)
  for (;;) {
    const plan = planOf(pairing, {
      ...knowledge,
      availability: (name) => definitions.availability(name),
      notices: [],
      testedAgainst: beside,
    })
    const layout = (): Layout => {
      const usable = [...stored].filter((name) => definitions.availability(name) === 'present')
      const derived = derivedTwins(plan, knowledge.bound ?? new Map(), { base: base.side, head: head.side })
      return layoutOf(plan, attached.definitions.catalog, new Set(usable), derived)
    }
    if (await markStale(services, definitions, plan, layout(), base)) continue
    // One that is cut off later is read from the warehouse, if that holds it as base's code would make it.
    for (const { name, placement, effect } of plan.models)
      if (placement === 'prune' && effect?.own === false) await definitions.isStale(name)
    return { plan, layout: layout(), knowledge, notices }
  }
}

/** Models whose relation the warehouse has. Ephemeral models have none. */
function storedModels({ stored }: Attached, { pairs }: Pairing, volatile: ReadonlySet<string>): ReadonlySet<string> {
  const isStored = ({ strategy, target }: Model): boolean =>
    strategy.kind !== 'ephemeral' && stored.has(keyOf(target.schema, target.table))
  return new Set(
    pairs
      .filter(({ name, base, head }) => {
        const model = base ?? head
        return model !== undefined && !volatile.has(name) && isStored(model)
      })
      .map(({ name }) => name),
  )
}

function isPlanOnly({ dryRun, explain: asked }: PreviewRequest): boolean {
  return dryRun || asked !== undefined
}

function distinct(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()]
}
