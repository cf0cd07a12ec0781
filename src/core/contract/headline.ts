import { grouped } from '../base/grouped.ts'
import type { ModelRow } from './model.ts'
import { CHECK_FAILURES } from './checks.ts'

/** Whether data were read, or only code. */
export type Depth = 'measured' | 'plan-only'

/** What a run comes to, worst first: "1 model fails", "2 change data", "40 identical". Models that are not affected are not told. */
export function tally(models: readonly ModelRow[], depth: Depth): readonly string[] {
  const count = (belongs: (model: ModelRow) => boolean): number => models.filter(belongs).length
  const unchecked = depth === 'plan-only' ? 'would be rebuilt' : 'not checked'
  const groups = [
    { n: count(({ verdict }) => verdict === 'failed'), one: 'fails', many: 'fail' },
    {
      n: count((model) => model.verdict === 'changed' && !isDeclared(model) && movesRows(model)),
      one: 'changes data',
      many: 'change data',
    },
    {
      n: count((model) => model.verdict === 'changed' && !isDeclared(model) && !movesRows(model)),
      one: 'changes columns only',
      many: 'change columns only',
    },
    {
      n: count((model) => model.verdict === 'changed' && isDeclared(model)),
      one: 'changes as declared',
      many: 'change as declared',
    },
    { n: count(({ verdict }) => verdict === 'removed'), one: 'removed', many: 'removed' },
    { n: count(({ verdict }) => verdict === 'added'), one: 'added', many: 'added' },
    { n: count(({ verdict }) => verdict === 'not_checked'), one: unchecked, many: unchecked },
    { n: count(({ verdict }) => verdict === 'identical'), one: 'identical', many: 'identical' },
    {
      n: count(({ verdict, change }) => verdict === 'not_affected' && change === 'metadata'),
      one: 'changes settings only',
      many: 'change settings only',
    },
  ].filter(({ n }) => n > 0)
  const told = groups.map(({ n, one, many }, index) => {
    const noun = index > 0 ? '' : n === 1 ? 'model ' : 'models '
    return `${grouped(n)} ${noun}${n === 1 ? one : many}`
  })
  const failing = models.some(({ verdict }) => verdict === 'failed') ? 1 : 0
  return [...told.slice(0, failing), ...checksTally(models), ...told.slice(failing)]
}

/** Tests that fail newly or cannot run any more, whatever their severity, and models whose contract breaks. */
function checksTally(models: readonly ModelRow[]): readonly string[] {
  const count = (wanted: string): number =>
    models.flatMap(({ findings }) => findings).filter(({ code, severity }) => code === wanted && severity !== 'info')
      .length
  const failed = count('test.failed')
  const unable = count('test.not-run')
  const contracts = models.filter(({ findings }) => findings.some(({ code }) => code === 'contract.broken')).length
  return [
    ...(failed === 0 ? [] : [`${grouped(failed)} ${failed === 1 ? 'test newly fails' : 'tests newly fail'}`]),
    ...(unable === 0 ? [] : [`${grouped(unable)} ${unable === 1 ? 'test' : 'tests'} cannot run`]),
    ...(contracts === 0 ? [] : [`${grouped(contracts)} ${contracts === 1 ? 'contract' : 'contracts'} broken`]),
  ]
}

/** An error-severity test fails that did not on base, or a contract is broken. */
export function failsChecks({ findings }: Pick<ModelRow, 'findings'>): boolean {
  return findings.some(({ code, severity }) => CHECK_FAILURES.includes(code) && severity === 'breaking')
}

/** What changed is what the pull request declared, and nothing else did. */
export function isDeclared({ declared }: Pick<ModelRow, 'declared'>): boolean {
  return declared?.status === 'as_declared'
}

/** Some row of the model is added, removed or changed. */
export function movesRows({ rows }: ModelRow): boolean {
  return rows !== undefined && [rows.added, rows.removed, rows.changed].some((count) => count !== 0)
}

/** One sentence. */
export function headlineOf(
  models: readonly ModelRow[],
  failures: readonly unknown[],
  depth: Depth,
  broken: number,
): string {
  const counts = [...brokenTally(broken), ...tally(models, depth)]
  const told = counts.length === 0 ? 'No model is affected' : counts.join(', ')
  if (failures.length > 0) return `The run did not finish: ${lowerFirst(told)}.`
  return depth === 'plan-only' ? `Plan only, no data compared: ${lowerFirst(told)}.` : `${told}.`
}

/** "1 declaration broken", before all else. */
export function brokenTally(broken: number): readonly string[] {
  return broken === 0 ? [] : [`${grouped(broken)} ${broken === 1 ? 'declaration' : 'declarations'} broken`]
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
