import type { RunOutput } from '../../src/core/contract/run.ts'
import type { Model } from '../../src/core/project/model.ts'
import { compareProduction } from '../support/compare-production.ts'
import type { Files } from '../support/git-repository.ts'
import { runInProduction, type ProductionRun } from '../support/production.ts'
import { contradiction } from '../support/truth.ts'
import type { MadeCase } from './project.ts'
import { sidesOf, type SideModel } from './sides.ts'
import { makeWarehouse, modelOf } from './warehouse.ts'

type Row = RunOutput['models'][number]

/** Previews two trees of files over a warehouse. */
export type Preview = (warehouse: string, base: Files, head: Files) => Promise<RunOutput>

/** What a preview says of a made-up pull request, and every statement of it that production contradicts. */
export interface CaseResult {
  readonly output: RunOutput
  readonly wrong: readonly string[]
  /** The text of every model that differs, and of its readers. */
  readonly texts: readonly string[]
}

/** A made-up pull request with its warehouse; what production makes of it is worked out once, however many previews are judged. */
export interface OpenCase {
  readonly judge: (preview: Preview) => Promise<CaseResult>
}

export async function runCase(made: MadeCase, preview: Preview): Promise<CaseResult> {
  return (await openCase(made)).judge(preview)
}

export async function openCase(made: MadeCase): Promise<OpenCase> {
  const sides = sidesOf(made)
  const { base, head } = sides
  const warehouse = await makeWarehouse(made, sides)
  // Nobody but the edits says what may differ: whoever reads an edited model, by the text of either side.
  const reached = reachedModels(base, head)
  const views = sides.gadgets.flatMap(({ views: of = [] }) => of.map(viewOf))
  const all = { base: [...base.map(modelOf), ...views], head: [...head.map(modelOf), ...views] }
  const refused = new Set(sides.gadgets.flatMap(({ refused: of = [] }) => of))
  const chance = new Map(sides.gadgets.flatMap(({ chance: of = {} }) => Object.entries(of)))
  const known = new Map<string, Promise<Truth>>()
  /** What production makes of the models that are asked about, those of `left` left as they stand. */
  const truthOf = async (asked: readonly Row[], left: readonly Row[]): Promise<Truth> => {
    const still = namesOf(left)
    const needed = upstreamOf([...base, ...head], namesOf(asked))
    const runs = ({ name }: Model): boolean =>
      needed.has(name) &&
      !views.some((view) => view.name === name) &&
      ((reached.has(name) && !still.has(name)) || !warehouse.stored.has(name))
    const side = (of: readonly Model[], other: readonly Model[]): Promise<ProductionRun> =>
      runInProduction(warehouse.file, 'w', of.filter(runs), of, other, {
        isAsked: (name) => namesOf(asked).has(name),
      })
    const [b, h] = [await side(all.base, all.head), await side(all.head, all.base)]
    const names = asked.map(({ model_name: name, renamed_from: from = name }) => {
      const made = chance.get(name)
      return { name, from, ...(made !== undefined && made !== 'rows' && { without: made }) }
    })
    return { differences: await compareProduction(b, h, names), failed: h.failed, failedBefore: b.failed }
  }
  const contradictions = async (models: readonly Row[], left: readonly Row[]): Promise<readonly string[]> => {
    if (models.length === 0) return []
    const key = JSON.stringify([[...namesOf(models)].sort(), [...namesOf(left)].sort()])
    const truth = known.get(key) ?? truthOf(models, left)
    known.set(key, truth)
    const { differences, failed, failedBefore } = await truth
    return models.flatMap((model) => {
      const { model_name: name, renamed_from: from = name, verdict } = model
      // What fails on both sides is none of the pull request's affairs.
      const stillFails = verdict === 'not_affected' && failed.has(name) && failedBefore.has(from)
      if (stillFails || (verdict === 'failed' && refused.has(name))) return []
      const lie =
        chance.get(name) === 'rows' && !failed.has(name)
          ? mistaken(model)
          : contradiction(model, differences.get(name), failed.get(name))
      return lie === undefined ? [] : [`${name} is ${model.verdict} (${model.evidence.detail}), but ${lie}`]
    })
  }
  return {
    judge: async (preview) => {
      const output = await preview(warehouse.file, filesOf(base), filesOf(head))
      // A proof holds whatever the inputs hold, so there everything runs that an edit reaches; what was cut off was cut off on
      // what the proven models hold now; and counts are of what was rebuilt, with all else as it stands.
      const isProven = ({ evidence, verdict }: Row): boolean => evidence.kind === 'proven' && verdict !== 'changed'
      const proven = output.models.filter(isProven)
      const cutOff = output.models.filter(({ reason }) => reason === 'cut_off')
      const rest = output.models.filter((model) => !proven.includes(model) && !cutOff.includes(model))
      const claims = [
        [proven, []],
        [cutOff, proven],
        [rest, [...proven, ...cutOff]],
      ] as const
      let wrong: readonly string[] = []
      // One lie is enough.
      for (const [models, left] of claims) if (wrong.length === 0) wrong = await contradictions(models, left)
      return { output, wrong, texts: textsOf(base, head, reached) }
    },
  }
}

/** Equal draws on both sides say that the code is the same; different ones say nothing of it. */
function mistaken({ verdict }: Row): string | undefined {
  return verdict === 'changed' ? 'its rows differ from run to run' : undefined
}

interface Truth {
  readonly differences: Awaited<ReturnType<typeof compareProduction>>
  readonly failed: ReadonlyMap<string, string>
  readonly failedBefore: ReadonlyMap<string, string>
}

function namesOf(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ model_name: name, renamed_from: from = name }) => [name, from]))
}

function upstreamOf(models: readonly SideModel[], names: ReadonlySet<string>): ReadonlySet<string> {
  const needed = new Set(names)
  // A view of the warehouse is asked about by a name of its own: its constellation is small.
  for (const { name } of models)
    if ([...names].some((view) => view.startsWith(`raw.${name.slice(0, 2)}_`))) needed.add(name)
  for (let size = -1; size !== needed.size;) {
    size = needed.size
    for (const { name, reads } of models) if (needed.has(name)) for (const read of reads) needed.add(read)
  }
  return needed
}

function viewOf(name: string): Model {
  const [schema = '', table = ''] = name.split('.')
  const side = { name, schema, table, strategy: 'view', sql: '', first: '', reads: [] } as const
  return modelOf(side)
}

function filesOf(side: readonly SideModel[]): Files {
  const files: Record<string, string> = {
    'rocky.toml': '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.p]\ntype = "transformation"\n',
  }
  for (const { name, schema, table, sql, strategy } of side) {
    files[`models/${name}.sql`] = sql
    files[`models/${name}.toml`] =
      `[target]\ncatalog = "w"\nschema = "${schema}"\ntable = "${table}"\n\n[strategy]\n${strategyToml(strategy)}`
  }
  return files
}

function strategyToml(strategy: SideModel['strategy']): string {
  const more = {
    merge: 'unique_key = ["k"]',
    delete_insert: 'partition_by = ["k"]',
    incremental: 'timestamp_column = "a"',
  }
  return `type = "${strategy}"\n${strategy in more ? more[strategy as keyof typeof more] : ''}\n`
}

function reachedModels(base: readonly SideModel[], head: readonly SideModel[]): ReadonlySet<string> {
  const all = [...base, ...head]
  const text = (side: readonly SideModel[], of: string): string =>
    JSON.stringify(
      side.filter(({ name }) => name === of).map(({ sql, strategy, schema, table }) => [sql, strategy, schema, table]),
    )
  const reached = new Set(all.map(({ name }) => name).filter((name) => text(base, name) !== text(head, name)))
  for (let size = -1; size !== reached.size;) {
    size = reached.size
    for (const { name, reads } of all) if (reads.some((read) => reached.has(read))) reached.add(name)
  }
  return reached
}

function textsOf(
  base: readonly SideModel[],
  head: readonly SideModel[],
  reached: ReadonlySet<string>,
): readonly string[] {
  const told = (side: readonly SideModel[], of: string): string | undefined => {
    const model = side.find(({ name }) => name === of)
    return model === undefined ? undefined : `${model.strategy} ${model.sql}`
  }
  return [...reached].map((name) => {
    const [before, after] = [told(base, name), told(head, name)]
    return before === after ? `${name}: ${before ?? ''}` : `${name}: ${before ?? 'nothing'} ⇒ ${after ?? 'nothing'}`
  })
}
