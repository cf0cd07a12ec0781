import { PreviewError } from '../core/base/errors.ts'
import type { ModelChecks } from '../core/checks/result.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import type { Notice } from '../core/base/notice.ts'
import type { Estimates } from './cost/estimates.ts'
import type { Preflight } from '../core/cost/preflight.ts'
import type { ModelDiff } from '../core/diff/result.ts'
import type { SeedChange } from '../core/diff/seed-change.ts'
import { previewViews } from '../core/environment/preview-views.ts'
import { environmentName } from '../core/environment/name.ts'
import type { ModelOutcome } from '../core/environment/outcome.ts'
import { costOf } from './cost/cost.ts'
import { buildEnvironment, type BuiltEnvironment } from './build/build.ts'
import { runChecks } from './check/check.ts'
import { collecting } from './collecting.ts'
import { diffModels } from './diff/diff.ts'
import { keepHistory, readHistory, recordsOf, type History } from './cost/history.ts'
import { lookAhead } from './cost/preflight.ts'
import { plannedSteps } from './plan/plan-steps.ts'
import { checkSeedChange } from './seed/seed-change.ts'
import { prepare } from './plan/prepare.ts'
import type { Prepared } from './prepared.ts'
import type { PreviewRequest } from './request.ts'
import type { Services } from './services.ts'

/** What a run does, and where its files go. */
export interface RunOptions {
  readonly runId: string
  /** Gets the environment's database files. */
  readonly folder: string
  /** Give every model of head a view in the preview environment, so that a person can query it there. */
  readonly complete: boolean
  /** `build` stops before the comparison; what it found is compared later by `compareBuilt`. */
  readonly until: 'build' | 'compare'
}

/** What was found, and where the data came from, when there were any. */
export interface FinishedRun {
  readonly result: PreviewResult
  readonly warehouse: { readonly path: string; readonly name: string } | undefined
}

/** Load, plan, build, compare, price: the whole of a preview. Only a missing project, a bad ref or a bug makes it fail. */
export async function runPreview(
  services: Services,
  request: PreviewRequest,
  options: RunOptions,
): Promise<FinishedRun> {
  return withPrepared(services, request, options, [], async (prepared, attached, failures) => {
    let outcomes: readonly ModelOutcome[] = []
    const diffs: ModelDiff[] = []
    let seedChange: SeedChange | undefined
    await collecting(failures, async () => {
      const built = await buildEnvironment(services, prepared, attached)
      outcomes = built.outcomes
      failures.push(...built.failures)
      if (options.complete) await completeEnvironment(prepared, built, attached)
    })
    if (options.until === 'compare') {
      await collecting(failures, async () => {
        const compared = diffModels(services, prepared, attached.warehouse, outcomes, prepared.request)
        for await (const diff of compared) diffs.push(diff)
      })
      await collecting(failures, async () => {
        seedChange = await checkSeedChange(services, prepared, attached, outcomes, request)
      })
    }
    return { outcomes, diffs, ...(seedChange !== undefined && { seedChange }) }
  })
}

/** Compares what an earlier `build` left in `folder`. */
export async function compareBuilt(
  services: Services,
  request: PreviewRequest,
  options: Pick<RunOptions, 'runId' | 'folder'>,
  outcomes: readonly ModelOutcome[],
): Promise<FinishedRun> {
  return withPrepared(services, request, options, outcomes, async (prepared, attached, failures) => {
    const diffs: ModelDiff[] = []
    await collecting(failures, async () => {
      const compared = diffModels(services, prepared, attached.warehouse, outcomes, request)
      for await (const diff of compared) diffs.push(diff)
    })
    return { outcomes, diffs }
  })
}

/** Prepares, lets `work` run where there is a warehouse, looks at that once more, and tells what was found; `known` where there is none. */
async function withPrepared(
  services: Services,
  request: PreviewRequest,
  { runId, folder, until }: Pick<RunOptions, 'runId' | 'folder'> & Partial<Pick<RunOptions, 'until'>>,
  known: readonly ModelOutcome[],
  work: (prepared: Prepared, attached: NonNullable<Prepared['attached']>, failures: PreviewError[]) => Promise<Worked>,
): Promise<FinishedRun> {
  const started = services.clock.now()
  const history = await readHistory(services, request)
  const { prepared, estimates, expected } = await lookAhead(services, await prepare(services, request, folder), {
    history,
    isBuilding: until !== undefined,
    spentMs: services.clock.now() - started,
  })
  const failures = [...prepared.failures]
  const { attached, planOnly } = prepared
  let found: Worked = { outcomes: known, diffs: [] }
  const checks: ModelChecks[] = []
  const isDryRun = attached !== undefined && planOnly !== undefined
  if (attached !== undefined && planOnly === undefined) found = await work(prepared, attached, failures)
  if (until !== 'build' && !isDryRun) {
    await collecting(failures, async () => {
      for await (const checked of runChecks(services, prepared, found.outcomes, request)) checks.push(checked)
    })
  }
  if (attached !== undefined) {
    await collecting(failures, () => checkWarehouse(services, attached))
  }
  const added = history.path === undefined ? [] : recordsOf(services, prepared, runId, found.outcomes)
  const kept = await keepHistory(services, history, added)
  return finish(services, prepared, {
    ...found,
    checks,
    runId,
    failures,
    notices: [...history.notices, ...kept],
    durationMs: services.clock.now() - started,
    estimates,
    expected,
    history,
  })
}

/** What was built and compared. */
interface Worked {
  readonly outcomes: readonly ModelOutcome[]
  readonly diffs: readonly ModelDiff[]
  readonly seedChange?: SeedChange
}

interface Found extends Worked {
  readonly runId: string
  readonly checks: readonly ModelChecks[]
  readonly failures: readonly PreviewError[]
  readonly notices: readonly Notice[]
  readonly durationMs: number
  readonly estimates: Estimates
  readonly expected: Preflight | undefined
  readonly history: History
}

async function finish(services: Services, prepared: Prepared, found: Found): Promise<FinishedRun> {
  const { sides, plan, planOnly, explanation, notices, attached, request } = prepared
  const result: PreviewResult = {
    version: services.version,
    name: request.name ?? environmentName(sides.refs.headRef),
    runId: found.runId,
    refs: sides.refs,
    plan,
    planOnly,
    ...(attached !== undefined && planOnly === undefined && { dataOrigin: attached.origin }),
    ...(request.dryRun && { steps: plannedSteps(services, prepared) }),
    ...(explanation !== undefined && { explanation }),
    outcomes: found.outcomes,
    diffs: found.diffs,
    checks: found.checks,
    cost: await costOf(services, prepared, found),
    ...(found.seedChange !== undefined && { seedChange: found.seedChange }),
    notices: [...notices, ...found.notices],
    expectations: sides.expectations,
    failures: found.failures,
    durationMs: found.durationMs,
    values:
      request.sampleValues === 'masked' ? { kind: 'masked', digest: services.digest } : { kind: request.sampleValues },
  }
  return { result, warehouse: attached && { path: attached.path, name: attached.definitions.catalog } }
}

async function completeEnvironment(
  { plan }: Prepared,
  { layout, outcomes }: BuiltEnvironment,
  { warehouse }: NonNullable<Prepared['attached']>,
): Promise<void> {
  for (const statement of previewViews(plan, layout, outcomes)) await warehouse.execute(statement)
}

/** The warehouse is opened read-only; this is the alarm, should that ever not hold. */
async function checkWarehouse({ files }: Services, attached: NonNullable<Prepared['attached']>): Promise<void> {
  if ((await files.fingerprint(attached.path)) === attached.fingerprint) return
  throw new PreviewError('warehouse.changed', 'The warehouse file was changed while the preview ran.')
}
