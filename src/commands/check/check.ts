import { turnEnd } from '../../core/base/turn.ts'
import { contractFindings } from '../../core/checks/contract-check.ts'
import { readDataTest, type DataTest, type NoTest } from '../../core/checks/data-test.ts'
import {
  statusOf,
  type ContractFinding,
  type ModelChecks,
  type SideOutcome,
  type TestResult,
} from '../../core/checks/result.ts'
import { pairTests, selectChecks, type Selected } from '../../core/checks/select.ts'
import { standOf, type Stand } from '../../core/checks/stand.ts'
import { writtenRelation } from '../../core/checks/unit-inputs.ts'
import { declaredKey } from '../../core/diff/key.ts'
import { plannedModel, type SideName } from '../../core/environment/layout.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import type { LinkTarget } from '../../core/lineage/link.ts'
import type { Column } from '../../core/ports/warehouse.ts'
import { columnMasks, maskValue } from '../../core/project/masking.ts'
import type { Model, UnitTest } from '../../core/project/model.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { openChecking, refusedFragments, withoutQuotes, type Checking } from './checking.ts'
import { checkContract } from './check-contract.ts'
import { runDataTests, type Parent } from './check-data.ts'
import { withLocations } from './check-locations.ts'
import { runUnitTest, type UnitBench } from './check-unit.ts'
import type { Prepared } from '../prepared.ts'
import type { PreviewRequest } from '../request.ts'
import type { Services } from '../services.ts'

/**
 * Runs the tests, unit tests and contracts of every model that may differ, and those that the pull request changes, on
 * both sides; a model's are handed over as soon as they are done. Without a warehouse there are unit tests alone; in a
 * dry run there is nothing.
 */
export async function* runChecks(
  services: Services,
  prepared: Prepared,
  outcomes: readonly ModelOutcome[],
  request: Pick<PreviewRequest, 'sampleValues' | 'dryRun'>,
): AsyncGenerator<ModelChecks, void> {
  const selected = request.dryRun ? [] : selectChecks(prepared.plan.models)
  if (selected.length === 0) return
  const { attached } = prepared
  const read = new Map(selected.map((one) => [one, readTests(one)]))
  const fragments = [...read.values()].flatMap(({ base, head }) =>
    [...base, ...head].flatMap((test) => ('because' in test ? [] : test.fragments)),
  )
  const refusals = await refusedFragments(services, fragments)
  const opened = attached && openChecking(services, prepared, attached, request, refusals)
  const ground = groundOf(prepared, outcomes)
  const bench = await openBench(services, prepared, selected, ground)
  const { clock } = services
  for (const one of selected) {
    const tests = read.get(one)
    const checking = opened && { ...opened, warehouse: opened.warehouse.until(turnEnd(clock.now(), clock.deadline)) }
    const data = checking === undefined || tests === undefined ? [] : await dataResults(checking, ground, one, tests)
    const units = bench === undefined ? [] : await unitResults(bench, prepared, one)
    const contract = checking === undefined ? [] : await contractResults(checking, ground, one)
    yield withLocations(services, prepared, { model: one.planned.name, tests: [...data, ...units], contract })
  }
}

interface ReadTests {
  readonly base: readonly (DataTest | NoTest)[]
  readonly head: readonly (DataTest | NoTest)[]
}

function readTests({ base, tests }: Selected): ReadTests {
  return { base: tests.length === 0 ? [] : (base?.tests ?? []).map(readDataTest), head: tests.map(readDataTest) }
}

type StandOn = (side: SideName, model: string) => Stand

function groundOf({ layout, attached }: Prepared, outcomes: readonly ModelOutcome[]): StandOn {
  const byModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  return (side, name) => {
    const planned = plannedModel(layout, name)
    if (attached === undefined || planned === undefined) return { kind: 'none', because: 'there is no warehouse' }
    return standOf({ layout, definitions: attached.definitions, outcomes: byModel }, side, planned)
  }
}

async function dataResults(
  checking: Checking,
  standOn: StandOn,
  { planned, head, base, tests }: Selected,
  read: ReadTests,
): Promise<readonly TestResult[]> {
  if (tests.length === 0) return []
  const pairs = pairTests(base?.tests ?? [], tests)
  const { sides } = checking.prepared
  const maskOf = columnMasks([base, head], [sides.base.project.config.mask, sides.head.project.config.mask])
  const mask = (column: string | undefined, value: string | null) =>
    maskValue(maskOf(column), value, checking.services.digest)
  // What an engine quotes may be of any column.
  const own = maskOf(undefined) === 'none' ? checking : withoutQuotes(checking)
  const run = async (side: SideName, model: Model | undefined, asked: readonly (DataTest | NoTest)[]) => {
    if (model === undefined || asked.length === 0) return []
    const stand = standOn(side, planned.name)
    if (stand.kind === 'none') return asked.map((): SideOutcome => ({ kind: 'untried', because: stand.because }))
    const key = declaredKey(model).columns
    const parentOf = (table: string): Parent => parentRelation(checking, standOn, side, table)
    return runDataTests(own, stand, model.target.table, asked, { key, parentOf, mask })
  }
  const onHead = await run('head', head, read.head)
  const pairedOnBase = pairs.filter((index) => index !== undefined)
  const paired = pairedOnBase.flatMap((index) => read.base[index] ?? [])
  const onBase = new Map((await run('base', base, paired)).map((outcome, at) => [pairedOnBase[at], outcome]))
  const stand = standOn('head', planned.name)
  return read.head.map((test, index): TestResult => {
    const headOutcome = onHead[index] ?? { kind: 'untried', because: 'it was not reached' }
    const baseIndex = pairs[index]
    const baseOutcome = (baseIndex === undefined ? undefined : onBase.get(baseIndex)) ?? { kind: 'absent' }
    const { type, column } = tests[index] ?? { type: test.name }
    return {
      kind: 'data',
      name: test.name,
      type,
      ...(column !== undefined && { column }),
      severity: test.severity,
      status: statusOf(baseOutcome, headOutcome),
      base: baseOutcome,
      head: headOutcome,
      stored: stand.kind === 'relation' && stand.stored,
      place: { kind: 'test', index },
    }
  })
}

/** What a relationships test points to, on the side that it runs on. */
function parentRelation({ prepared }: Checking, standOn: StandOn, side: SideName, table: string): Parent {
  const { layout } = prepared
  const resolution = prepared[side].names.resolve(writtenRelation(table))
  switch (resolution.kind) {
    case 'model': {
      const stand = standOn(side, resolution.name)
      if (stand.kind === 'relation') return stand
      return { kind: 'untried', because: `\`${table}\`: ${stand.because}` }
    }
    case 'source':
      return { kind: 'relation', relation: { catalog: layout.warehouse, ...resolution.relation } }
    case 'orphan':
      return { kind: 'fault', because: `\`${table}\` is filled by a model that this side does not have` }
    case 'unknown':
      return { kind: 'fault', because: `\`${table}\` is neither a model nor a table of the warehouse` }
  }
}

async function contractResults(
  checking: Checking,
  standOn: StandOn,
  { planned, head, base, contract }: Selected,
): Promise<readonly ContractFinding[]> {
  if (!contract || head.contract === undefined) return []
  const onHead = await checkContract(checking, head.contract, standOn('head', planned.name))
  if (typeof onHead === 'string') {
    const message = `it was not checked: ${onHead}`
    return [{ message, severity: 'warning', status: 'not_checked', place: { kind: 'contract' } }]
  }
  const onBase = base?.contract && (await checkContract(checking, base.contract, standOn('base', planned.name)))
  return contractFindings(typeof onBase === 'string' ? undefined : onBase, onHead)
}

/** Undefined where no model has unit tests to run: nothing is opened for them. */
async function openBench(
  services: Services,
  { attached, layout }: Prepared,
  selected: readonly Selected[],
  standOn: StandOn,
): Promise<((side: SideName) => UnitBench) | undefined> {
  if (selected.every(({ unitTests }) => unitTests.length === 0)) return undefined
  const scratch = await services.kernel.scratch()
  const described = async (relation: Relation): Promise<readonly Column[] | undefined> =>
    attached?.warehouse.describe(relation)
  return (side) => ({
    services,
    scratch,
    warehouse: attached?.definitions.catalog,
    columnsOf: async (target: LinkTarget) => {
      if (attached === undefined || target.kind === 'self' || target.kind === 'file') return undefined
      if (target.kind === 'source') return described({ catalog: layout.warehouse, ...target.relation })
      const stand = standOn(side, target.name)
      return stand.kind === 'none' ? undefined : described(stand.relation)
    },
  })
}

async function unitResults(
  benchFor: (side: SideName) => UnitBench,
  prepared: Prepared,
  { planned, base, unitTests }: Selected,
): Promise<readonly TestResult[]> {
  const run = async (side: SideName, name: string, test: UnitTest | undefined): Promise<SideOutcome> => {
    if (test === undefined) return { kind: 'absent' }
    const { side: loaded, names } = prepared[side]
    const linked = loaded.linked.get(name)
    if (linked === undefined) return { kind: 'untried', because: 'the model cannot be understood' }
    const outcome = await runUnitTest(benchFor(side), linked, names, test)
    // SQL of another warehouse may well not run on DuckDB: that is no fault of the test's.
    const isForeign = prepared.sides[side].project.config.adapter.type !== 'duckdb'
    return outcome.kind === 'fault' && isForeign ? { kind: 'untried', because: outcome.because } : outcome
  }
  const results: TestResult[] = []
  for (const test of unitTests) {
    const onHead = await run('head', planned.name, test)
    const before = base?.unitTests?.find(({ name }) => name === test.name)
    const onBase = await run('base', base?.name ?? planned.name, before)
    results.push({
      kind: 'unit',
      name: test.name,
      type: 'unit',
      severity: 'error',
      status: statusOf(onBase, onHead),
      base: onBase,
      head: onHead,
      stored: false,
      place: { kind: 'unit', name: test.name },
    })
  }
  return results
}
