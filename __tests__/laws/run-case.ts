import { runPreview } from '../../src/commands/run.ts'
import { openServices } from '../../src/compose.ts'
import { toRunOutput, type RunOutput } from '../../src/core/contract/run.ts'
import { reportRenderers } from '../../src/core/report/renderers.ts'
import { openRepository } from '../../src/git/open.ts'
import type { Model } from '../../src/core/project/model.ts'
import { createRepository, type Files } from '../support/git-repository.ts'
import { compareProduction } from '../support/compare-production.ts'
import { runInProduction, type ProductionRun } from '../support/production.ts'
import { contradiction } from '../support/truth.ts'
import { distFolder, noLimits, requestFor } from '../support/scenario.ts'
import type { MadeCase, MadeModel } from './project.ts'
import { sidesOf, type SideModel } from './sides.ts'
import { makeWarehouse, modelOf } from './warehouse.ts'

type Row = RunOutput['models'][number]

/** What a preview says of a made-up pull request, and every statement of it that production contradicts. */
export interface CaseResult {
  readonly output: RunOutput
  readonly wrong: readonly string[]
}

export async function runCase(made: MadeCase): Promise<CaseResult> {
  const { base, head } = sidesOf(made)
  const warehouse = await makeWarehouse(made, base)
  const output = await preview(warehouse.file, base, head)
  // Nobody but the edits says what may differ: whoever reads an edited model, by the text of either side.
  const reached = reachedModels(base, head)
  const all = { base: base.map(modelOf), head: head.map(modelOf) }
  const names = output.models.map(({ model_name: name, renamed_from: from = name }) => ({ name, from }))
  const contradictions = async (models: readonly Row[], left: readonly Row[]): Promise<readonly string[]> => {
    if (models.length === 0) return []
    const still = new Set(left.map(({ model_name: name }) => name))
    const runs = (name: string): boolean => (reached.has(name) && !still.has(name)) || !warehouse.stored.has(name)
    const side = (of: readonly Model[], other: readonly Model[]): Promise<ProductionRun> =>
      runInProduction(
        warehouse.file,
        'w',
        of.filter(({ name }) => runs(name)),
        of,
        other,
      )
    const [b, h] = [await side(all.base, all.head), await side(all.head, all.base)]
    const differences = await compareProduction(b, h, names)
    return models.flatMap((model) => {
      const name = model.model_name
      const lie = contradiction(model, differences.get(name), h.failed.get(name))
      return lie === undefined ? [] : [`${name} is ${model.verdict} (${model.evidence.detail}), but ${lie}`]
    })
  }
  // A proof holds whatever the inputs hold, so there everything runs that an edit reaches; what was cut off was cut off on
  // what the proven models hold now; and counts are of what was rebuilt, with all else as it stands.
  const proven = output.models.filter(({ evidence }) => evidence.kind === 'proven')
  const cutOff = output.models.filter(({ reason }) => reason === 'cut_off')
  const rest = output.models.filter((model) => !proven.includes(model) && !cutOff.includes(model))
  const wrong = [
    ...(await contradictions(proven, [])),
    ...(await contradictions(cutOff, proven)),
    ...(await contradictions(rest, [...proven, ...cutOff])),
  ]
  return { output, wrong }
}

async function preview(warehouse: string, base: readonly SideModel[], head: readonly SideModel[]): Promise<RunOutput> {
  const repository = createRepository()
  const before = filesOf(base)
  const after = filesOf(head)
  repository.commit(before)
  repository.git('checkout', '--quiet', '-b', 'change')
  const gone = Object.keys(before).filter((path) => after[path] === undefined)
  repository.commit({ ...Object.fromEntries(gone.map((path) => [path, undefined])), ...after })
  const opened = await openRepository(repository.folder)
  const services = await openServices({
    git: opened.repository,
    workspace: opened.root,
    distFolder,
    limits: noLimits,
    progress: () => undefined,
  })
  try {
    const request = requestFor({ branch: 'change' }, '', warehouse)
    const folder = services.files.temporaryFolder
    const { result } = await runPreview(services, request, { runId: 'run', folder, complete: false, until: 'compare' })
    return toRunOutput(result, reportRenderers())
  } finally {
    await services.close()
    await opened.repository.close()
  }
}

function filesOf(side: readonly SideModel[]): Files {
  const files: Record<string, string> = {
    'rocky.toml': '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.p]\ntype = "transformation"\n',
  }
  for (const { made, sql } of side) {
    files[`models/${made.name}.sql`] = sql
    files[`models/${made.name}.toml`] =
      `[target]\ncatalog = "w"\nschema = "${made.schema}"\n\n[strategy]\n${strategyToml(made)}`
  }
  return files
}

function strategyToml({ strategy }: MadeModel): string {
  const more = {
    merge: 'unique_key = ["k"]',
    delete_insert: 'partition_by = ["k"]',
    incremental: 'timestamp_column = "a"',
  }
  return `type = "${strategy}"\n${strategy in more ? more[strategy as keyof typeof more] : ''}\n`
}

function reachedModels(base: readonly SideModel[], head: readonly SideModel[]): ReadonlySet<string> {
  const text = (side: readonly SideModel[], name: string): string =>
    JSON.stringify(
      side.filter(({ made }) => made.name === name).map(({ made, sql }) => [sql, made.strategy, made.schema]),
    )
  const all = [...base, ...head]
  const reached = new Set(all.map(({ made }) => made.name).filter((name) => text(base, name) !== text(head, name)))
  for (let size = -1; size !== reached.size;) {
    size = reached.size
    for (const { made, reads } of all) if (reads.some((name) => reached.has(name))) reached.add(made.name)
  }
  return reached
}
