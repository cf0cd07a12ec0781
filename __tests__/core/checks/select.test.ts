import { describe, expect, it } from '@jest/globals'
import { pairTests, selectChecks } from '../../../src/core/checks/select.ts'
import { isNewFault, statusOf, type SideOutcome } from '../../../src/core/checks/result.ts'
import type { PlannedModel } from '../../../src/core/plan/plan.ts'
import { aTest } from '../../support/checking.ts'
import { aModel } from '../../support/model.ts'

const ran = (failing: bigint): SideOutcome => ({ kind: 'ran', failing, keys: [] })
const fault: SideOutcome = { kind: 'fault', because: 'x' }
const untried: SideOutcome = { kind: 'untried', because: 'x' }
const absent: SideOutcome = { kind: 'absent' }

describe('statusOf', () => {
  it.each<[string, SideOutcome, SideOutcome, string, boolean]>([
    ['passes and fails', ran(0n), ran(1n), 'newly_failing', false],
    ['is not there and fails', absent, ran(1n), 'newly_failing', false],
    ['is not tried and fails', untried, ran(1n), 'newly_failing', false],
    ['cannot run and fails', fault, ran(1n), 'newly_failing', false],
    ['fails and fails', ran(9n), ran(1n), 'still_failing', false],
    ['fails and passes', ran(1n), ran(0n), 'fixed', false],
    ['cannot run and passes', fault, ran(0n), 'fixed', false],
    ['passes and passes', ran(0n), ran(0n), 'passing', false],
    ['is not there and passes', absent, ran(0n), 'passing', false],
    ['passes and cannot run', ran(0n), fault, 'not_run', true],
    ['fails and cannot run', ran(1n), fault, 'not_run', true],
    ['is not there and cannot run', absent, fault, 'not_run', true],
    ['cannot run and cannot run', fault, fault, 'not_run', false],
    ['passes and is not tried', ran(0n), untried, 'not_run', false],
  ])('of a test that %s', (_, base, head, status, isNew) => {
    expect([statusOf(base, head), isNewFault({ base, head })]).toEqual([status, isNew])
  })
})

describe('pairTests', () => {
  it('pairs by what is asked: order, severity and case do not count, parameters do', () => {
    const base = [aTest('not_null', { column: 'a' }), aTest('in_range', { column: 'b', min: '1' })]
    const head = [
      aTest('in_range', { min: '1', severity: 'warning', column: 'B' }),
      aTest('in_range', { column: 'b', min: '2' }),
      aTest('not_null', { column: 'a' }),
      aTest('not_null', { column: 'a' }),
      aTest('not_null', { column: 'a', filter: 'x' }),
    ]
    expect(pairTests(base, head)).toEqual([1, undefined, 0, undefined, undefined])
  })
})

describe('selectChecks', () => {
  const tests = [aTest('not_null', { column: 'a' })]
  const unitTests = [{ name: 'u', given: [], expect: { rows: [], ordered: false } }]
  const contract = { columns: [], required: [], protected: [], noNewNullable: false }
  const model = aModel({ name: 'm', tests, unitTests, contract })
  const planned = (parts: Partial<PlannedModel>): PlannedModel => ({
    name: 'm',
    base: model,
    head: model,
    change: { kind: 'none' },
    placement: 'prune',
    reason: 'changed',
    baseInputs: [],
    headInputs: [],
    target: model.target,
    ...parts,
  })
  const chosen = (parts: Partial<PlannedModel>) =>
    selectChecks([planned(parts)]).map((one) => [one.tests.length, one.unitTests.length, one.contract])

  it.each<[string, Partial<PlannedModel>, readonly unknown[]]>([
    ['everything of a rebuilt model', {}, [[1, 1, true]]],
    ['nothing of one that is left alone', { placement: 'copy' }, []],
    ['tests that change', { placement: 'skipped', change: { kind: 'metadata', fields: ['tests'] } }, [[1, 0, false]]],
    ['unit tests that change', { placement: 'copy', change: { kind: 'metadata', fields: ['test'] } }, [[0, 1, false]]],
    [
      'a contract that changes',
      { placement: 'copy', change: { kind: 'metadata', fields: ['contract'] } },
      [[0, 0, true]],
    ],
    ['nothing of a model that is removed', { head: undefined, change: { kind: 'removed' } }, []],
  ])('takes %s', (_, parts, taken) => {
    expect(chosen(parts)).toEqual(taken)
  })
})
