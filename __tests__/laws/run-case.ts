import { runPreview } from '../../src/commands/run.ts'
import { openServices } from '../../src/compose.ts'
import { toRunOutput, type RunOutput } from '../../src/core/contract/run.ts'
import { reportRenderers } from '../../src/core/report/renderers.ts'
import { openRepository } from '../../src/git/open.ts'
import type { Model } from '../../src/core/project/model.ts'
import { createRepository, type Files } from '../support/git-repository.ts'
import { compareProduction, type Difference } from '../support/compare-production.ts'
import { runInProduction } from '../support/production.ts'
import { distFolder, noLimits, requestFor } from '../support/scenario.ts'
import type { MadeCase, MadeModel } from './project.ts'
import { sidesOf, type SideModel } from './sides.ts'
import { makeWarehouse, modelOf } from './warehouse.ts'

/** What a preview says of a made-up pull request, and what production makes of both sides. */
export interface CaseResult {
  readonly output: RunOutput
  readonly differences: ReadonlyMap<string, Difference | undefined>
  readonly failed: ReadonlyMap<string, string>
}

export async function runCase(made: MadeCase): Promise<CaseResult> {
  const { base, head } = sidesOf(made)
  const warehouse = await makeWarehouse(made, base)
  const output = await preview(warehouse.file, base, head)
  // Nobody but the edits says what may differ: whoever reads an edited model, by the text of either side.
  const reached = reachedModels(base, head)
  const toRun = (side: readonly SideModel[]): readonly Model[] =>
    side.map(modelOf).filter(({ name }) => reached.has(name) || !warehouse.stored.has(name))
  const all = { base: base.map(modelOf), head: head.map(modelOf) }
  const [b, h] = [
    await runInProduction(warehouse.file, 'w', toRun(base), all.base, all.head),
    await runInProduction(warehouse.file, 'w', toRun(head), all.head, all.base),
  ]
  const names = output.models.map(({ model_name: name, renamed_from: from = name }) => ({ name, from }))
  return { output, failed: h.failed, differences: await compareProduction(b, h, names) }
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
