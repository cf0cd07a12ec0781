import { loadedModels } from './loaded-models.ts'
import { compareProduction, type Difference } from './compare-production.ts'
import { runInProduction } from './production.ts'
import type { RunOutput } from '../../src/core/contract/run.ts'
import type { Model } from '../../src/core/project/model.ts'
import type { Previewed } from './scenario.ts'

/** Every statement of a run that production, worked out by plain DuckDB, contradicts. Empty: all is true. */
export async function productionDifferences(
  { result, warehouseCopy, warehouse }: Previewed,
  output: RunOutput,
  /** The project's files on each side, for SQL that reads some. */
  files: { readonly base?: string; readonly head?: string } = {},
): Promise<readonly string[]> {
  if (warehouseCopy === undefined || warehouse === undefined) return []
  const sideOf = (side: 'base' | 'head') => loadedModels(result.plan, side)
  const [base, head] = [sideOf('base'), sideOf('head')]
  const names = output.models.map(
    ({ model_name: name, renamed_from: from = name, unchecked_columns: without = [] }) => ({
      name,
      from,
      without: without.map((column) => column.name.toLowerCase()),
    }),
  )
  const contradictions = async (
    models: RunOutput['models'],
    run: { readonly base: readonly Model[]; readonly head: readonly Model[] },
    fresh: ReadonlySet<string> = new Set(),
  ): Promise<readonly string[]> => {
    if (models.length === 0) return []
    const runs = {
      base: await runInProduction(warehouseCopy, warehouse.name, run.base, base.all, head.all, {
        fresh,
        files: files.base,
      }),
      head: await runInProduction(warehouseCopy, warehouse.name, run.head, head.all, base.all, {
        fresh,
        files: files.head,
      }),
    }
    const differences = await compareProduction(runs.base, runs.head, names)
    return models.flatMap((model) => {
      const name = model.model_name
      const wrong = contradiction(model, differences.get(name), runs.head.failed.get(name))
      return wrong === undefined ? [] : [`${name} is ${model.verdict}, but ${wrong}`]
    })
  }
  // What is proven holds whatever the inputs hold: there every model runs. What is measured was measured on what stands.
  const isProven = ({ evidence, verdict }: RunOutput['models'][number]): boolean =>
    evidence.kind === 'proven' && verdict !== 'changed'
  const refreshed = output.models.filter(({ scope }) => scope === 'full_refresh')
  const ofRefreshes: string[] = []
  // Where it was not asked for, every other model is as its next run leaves it.
  const groups = output.models.some(({ evidence }) => evidence.detail.includes('of a full refresh compared'))
    ? [refreshed]
    : refreshed.map((model) => [model])
  for (const group of groups) {
    const fresh = new Set(group.map(({ model_name: name }) => name))
    ofRefreshes.push(...(await contradictions(group, { base: base.run, head: head.run }, fresh)))
  }
  return [
    ...ofRefreshes,
    ...(await contradictions(output.models.filter(isProven), { base: base.all, head: head.all })),
    ...(await contradictions(
      output.models.filter((model) => !isProven(model) && model.scope !== 'full_refresh'),
      { base: base.run, head: head.run },
    )),
  ]
}

/** What of one model's verdict and counts is not so. */
export function contradiction(
  { verdict, rows, scope, columns = [] }: RunOutput['models'][number],
  difference: Difference | undefined,
  failure: string | undefined,
): string | undefined {
  if (failure !== undefined) {
    return verdict === 'failed' || verdict === 'not_checked' || verdict === 'removed'
      ? undefined
      : `it fails: ${failure}`
  }
  if (verdict === 'failed') return difference === undefined ? undefined : 'it builds'
  if (verdict === 'not_checked' || verdict === 'added' || verdict === 'removed') return undefined
  if (difference === undefined) return verdict === 'not_affected' ? undefined : 'one side has no such relation'
  const { columnsOfHead, ...counted } = difference
  const { onlyBase, onlyHead, sameColumns } = counted
  const same = onlyBase === 0 && onlyHead === 0 && sameColumns
  if (same !== (verdict !== 'changed')) return `in production ${JSON.stringify(counted)}`
  const kept = columns.find(
    ({ renamed_from: from }) => from !== undefined && columnsOfHead.includes(from.toLowerCase()),
  )
  if (kept !== undefined) return `it tells ${kept.name} as another name of a column that production keeps`
  if (rows === undefined || columns.some(({ change }) => change === 'retyped')) return undefined
  const counts = [Number(rows.removed) + Number(rows.changed), Number(rows.added) + Number(rows.changed)]
  const totals = scope !== 'next_run' ? [Number(rows.base), Number(rows.head)] : [difference.base, difference.head]
  const told = JSON.stringify([...counts, ...totals])
  const truth = JSON.stringify([onlyBase, onlyHead, difference.base, difference.head])
  return told === truth
    ? undefined
    : `it tells ${told} (removed and changed, added and changed, base, head), and ${truth} is so`
}
