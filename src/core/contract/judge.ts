import type { PlanFailure, PlannedModel, Placement, Reason } from '../plan/plan.ts'
import type { Comparison } from '../diff/result.ts'
import type { Interval } from '../environment/interval.ts'
import type { CutOff, ModelOutcome, TwinOutcome } from '../environment/outcome.ts'
import type { PreviewResult } from './result.ts'
import type { Target } from '../project/model.ts'
import type { ModelChecks, TestResult } from '../checks/result.ts'
import { by } from '../base/compare.ts'
import { checkFindings } from './checks.ts'
import { editOf } from './edited-lines.ts'
import { verdictOf, type Judgement } from './verdict.ts'

/** One model of either side, with the verdict on it. */
export interface Judged extends Judgement {
  readonly name: string
  readonly change: PlannedModel['change']['kind']
  readonly renamedFrom?: string
  readonly placement: Placement
  readonly reason: Reason | 'cut_off'
  readonly cutOff?: CutOff
  /** Undefined: a model without a file, or a file that could not be made sense of. */
  readonly path: string | undefined
  readonly target: Target | undefined
  readonly materialization: string | undefined
  /** The models that it reads: on head, else on base. */
  readonly inputs: readonly string[]
  /** What a time_interval model was run for, on both sides. */
  readonly intervals?: readonly Interval[]
  /** What of its file the pull request changes. */
  readonly edit?: ReturnType<typeof editOf>['edit']
  /** Full refreshes of both sides, where the comparison is of their next runs. */
  readonly history?: Comparison
  /** The tests of head that were asked for. */
  readonly tests: readonly TestResult[]
}

/** Every model of either side: first in topological order, then those that could not be planned, by name. */
export function judge(result: PreviewResult): readonly Judged[] {
  const { plan, planOnly, failures } = result
  const outcomes = new Map(result.outcomes.map((outcome) => [outcome.model, outcome]))
  const comparisons = new Map(result.diffs.map((diff) => [diff.model, diff]))
  const checks = new Map(result.checks?.map((each) => [each.model, each]))
  const faults = (side: 'base' | 'head') =>
    new Map(plan.failures.filter((failure) => failure.side === side).map((failure) => [failure.model, failure]))
  const baseFaults = faults('base')
  const headFaults = faults('head')
  const notBuilt = planOnly?.because ?? failures[0]?.message ?? 'the run ended before it'

  /** Each model that fails on head and not on base, or reads one that does, and the first of them. */
  const fallen = new Map<string, string>()
  const planned = plan.models.map((model) => {
    const { name, headInputs } = model
    const outcome = outcomes.get(name)
    const [baseFault, headFault] = [baseFaults.get(name), headFaults.get(name)]
    const above = headInputs.flatMap((input) => fallen.get(input) ?? [])[0]
    const fails = (fault: PlanFailure | undefined, twin: TwinOutcome | undefined): boolean =>
      fault !== undefined || twin?.kind === 'failed'
    const falls = fails(headFault, outcome?.head) && !fails(baseFault, outcome?.base)
    if (falls || above !== undefined) fallen.set(name, above ?? name)
    const { comparison, history } = comparisons.get(name) ?? {}
    const facts = { planned: model, baseFault, headFault, outcome, comparison, history, fallen: above, notBuilt }
    return judged(model, outcome, verdictOf(facts), checks.get(name), history)
  })
  const names = new Set(plan.models.map(({ name }) => name))
  const unplanned = [...headFaults.values()].filter(({ model }) => !names.has(model)).sort(by(({ model }) => model))
  return [...planned, ...unplanned.map((failure) => unplannedModel(failure, baseFaults.has(failure.model)))]
}

function judged(
  planned: PlannedModel,
  outcome: ModelOutcome | undefined,
  judgement: Judgement,
  checks: ModelChecks | undefined,
  history: Comparison | undefined,
): Judged {
  const { name, change, placement, reason, base, head, target } = planned
  const model = head ?? base
  return {
    ...judgement,
    findings: [...judgement.findings, ...checkFindings(checks)],
    name,
    change: change.kind,
    ...(change.kind === 'renamed' && { renamedFrom: change.from }),
    placement,
    reason: outcome?.cutOff === undefined ? reason : 'cut_off',
    ...(outcome?.cutOff !== undefined && { cutOff: outcome.cutOff }),
    path: model?.path,
    target,
    materialization: model?.strategy.kind,
    inputs: head === undefined ? planned.baseInputs : planned.headInputs,
    ...intervalsOf(outcome),
    ...editOf(planned),
    ...(history !== undefined && { history }),
    tests: checks?.tests ?? [],
  }
}

function intervalsOf(outcome: ModelOutcome | undefined): Pick<Judged, 'intervals'> {
  const [intervals] = [outcome?.refresh?.head, outcome?.head, outcome?.base].flatMap((twin) =>
    twin?.kind === 'built' && twin.intervals !== undefined ? [twin.intervals] : [],
  )
  return intervals === undefined ? {} : { intervals }
}

/** A model that the plan could not take in: all that is known of it is its fault. */
function unplannedModel({ model, error }: PlanFailure, onBaseToo: boolean): Judged {
  const { code, message, hint, location } = error
  const old = {
    code: 'failure.old',
    severity: 'info',
    message: 'it fails on base too, so the fault is not new',
  } as const
  return {
    name: model,
    change: 'edited',
    placement: 'prune',
    reason: 'changed',
    path: location?.path,
    target: undefined,
    materialization: undefined,
    inputs: [],
    tests: [],
    verdict: 'failed',
    evidence: { kind: 'none', detail: 'it does not build' },
    findings: [
      { code, severity: 'breaking', message, hint, ...(location !== undefined && { location }) },
      ...(onBaseToo ? [old] : []),
    ],
  }
}
