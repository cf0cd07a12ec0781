import { PreviewError } from '../core/base/errors.ts'
import type { ModelChecks } from '../core/checks/result.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import { costReport } from '../core/cost/report.ts'
import type { ModelDiff } from '../core/diff/result.ts'
import { previewViews } from '../core/environment/preview-views.ts'
import { environmentName } from '../core/environment/name.ts'
import type { ModelOutcome } from '../core/environment/outcome.ts'
import { buildEnvironment, type BuiltEnvironment } from './build.ts'
import { runChecks } from './check.ts'
import { diffModels } from './diff.ts'
import { plannedSteps } from './plan-steps.ts'
import { prepare } from './prepare.ts'
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
    let diffs: readonly ModelDiff[] = []
    await collecting(failures, async () => {
      const built = await buildEnvironment(services, prepared, attached)
      outcomes = built.outcomes
      if (options.complete) await completeEnvironment(prepared, built, attached)
    })
    if (options.until === 'compare') {
      await collecting(failures, async () => {
        diffs = await diffModels(services, prepared, attached.warehouse, outcomes, request)
      })
    }
    return { outcomes, diffs }
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
    let diffs: readonly ModelDiff[] = []
    await collecting(failures, async () => {
      diffs = await diffModels(services, prepared, attached.warehouse, outcomes, request)
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
  work: (
    prepared: Prepared,
    attached: NonNullable<Prepared['attached']>,
    failures: PreviewError[],
  ) => Promise<Pick<Found, 'outcomes' | 'diffs'>>,
): Promise<FinishedRun> {
  const started = services.clock.now()
  const prepared = await prepare(services, request, folder)
  const failures = [...prepared.failures]
  const { attached, planOnly } = prepared
  let found: Pick<Found, 'outcomes' | 'diffs'> = { outcomes: known, diffs: [] }
  let checks: readonly ModelChecks[] = []
  const isDryRun = attached !== undefined && planOnly !== undefined
  if (attached !== undefined && planOnly === undefined) found = await work(prepared, attached, failures)
  if (until !== 'build' && !isDryRun) {
    await collecting(failures, async () => {
      checks = await runChecks(services, prepared, found.outcomes, request)
    })
  }
  if (attached !== undefined) {
    await collecting(failures, () => checkWarehouse(services, attached))
  }
  return finish(services, request, prepared, {
    ...found,
    checks,
    runId,
    failures,
    durationMs: services.clock.now() - started,
  })
}

interface Found {
  readonly runId: string
  readonly outcomes: readonly ModelOutcome[]
  readonly diffs: readonly ModelDiff[]
  readonly checks: readonly ModelChecks[]
  readonly failures: readonly PreviewError[]
  readonly durationMs: number
}

function finish(services: Services, request: PreviewRequest, prepared: Prepared, found: Found): FinishedRun {
  const { sides, plan, planOnly, explanation, notices, attached } = prepared
  const result: PreviewResult = {
    version: services.version,
    name: request.name ?? environmentName(sides.refs.headRef),
    runId: found.runId,
    refs: sides.refs,
    plan,
    planOnly,
    ...(request.dryRun && { steps: plannedSteps(services, prepared) }),
    ...(explanation !== undefined && { explanation }),
    outcomes: found.outcomes,
    diffs: found.diffs,
    checks: found.checks,
    // Budgets and prices are base's: a pull request must not loosen its own limits.
    cost: costReport(plan, found.outcomes, sides.base.project.config),
    notices,
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

/** A stage that fails becomes a section of the report; what the stages before it found is kept. */
async function collecting(failures: PreviewError[], stage: () => Promise<void>): Promise<void> {
  try {
    await stage()
  } catch (error) {
    failures.push(error instanceof PreviewError ? error : new PreviewError('bug', String(error), { cause: error }))
  }
}

/** The warehouse is opened read-only; this is the alarm, should that ever not hold. */
async function checkWarehouse({ files }: Services, attached: NonNullable<Prepared['attached']>): Promise<void> {
  if ((await files.fingerprint(attached.path)) === attached.fingerprint) return
  throw new PreviewError('warehouse.changed', 'The warehouse file was changed while the preview ran.')
}
