import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { runPreview, type FinishedRun } from '../../src/commands/run.ts'
import { openServices, type OpenServices } from '../../src/compose.ts'
import { openRepository } from '../../src/git/open.ts'
import type { PreviewRequest } from '../../src/commands/request.ts'
import { createRepository, temporaryFolder } from './git-repository.ts'

export const fixtures = resolve(import.meta.dirname, '..', '..', 'fixtures')

/** The bundles whose worker runs the SQL: a development build where the variable names one. */
export const distFolder = resolve(process.env['ROCKY_PREVIEW_DIST'] ?? join(import.meta.dirname, '..', '..', 'dist'))

/** A scenario of fixtures/: main has `base/`, the branch has `head/`; fixtures/README.md tells the rest. */
export interface Scenario {
  readonly name: string
  readonly branch: string
  /** The working tree, with the branch checked out. */
  readonly folder: string
  /** The project's folder inside the repository, '' for its root. */
  readonly prefix: string
  /** Fills the database file that the run is then given; undefined where the project seeds one. */
  readonly warehouseScript: string | undefined
  /** What the run is asked for besides. */
  readonly asked: Partial<PreviewRequest>
}

export function scenarioNames(): readonly string[] {
  return readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && projectsIn(join(fixtures, entry.name, 'head')).length === 1)
    .map(({ name }) => name)
    .sort()
}

/** Makes the repository of a scenario. */
export function checkOut(name: string): Scenario {
  const source = join(fixtures, name)
  const repository = createRepository()
  const place = (side: string): void => {
    for (const entry of readdirSync(repository.folder)) {
      if (entry !== '.git') rmSync(join(repository.folder, entry), { recursive: true })
    }
    cpSync(join(source, side), repository.folder, { recursive: true })
  }
  place('base')
  repository.commit({}, 'The models as they are')
  repository.git('checkout', '--quiet', '-b', name)
  place('head')
  repository.commit({}, 'The change under review')
  const script = join(source, 'warehouse.sql')
  const asked = join(source, 'request.json')
  return {
    name,
    branch: name,
    folder: repository.folder,
    prefix: projectPrefix(repository.folder),
    warehouseScript: existsSync(script) ? readFileSync(script, 'utf8') : undefined,
    asked: existsSync(asked) ? (JSON.parse(readFileSync(asked, 'utf8')) as Partial<PreviewRequest>) : {},
  }
}

/** What a run gave, and what the warehouse's file looked like on both sides of it. */
export interface Previewed extends FinishedRun {
  readonly checksums: { readonly before: string | undefined; readonly after: string | undefined }
  /** A copy of the warehouse that outlives the run. */
  readonly warehouseCopy: string | undefined
}

/** Runs a scenario as the command line does. */
export async function previewScenario(scenario: Scenario): Promise<Previewed> {
  const { repository, root, prefix } = await openRepository(join(scenario.folder, scenario.prefix))
  const services = await openServices({
    git: repository,
    workspace: root,
    distFolder,
    limits: noLimits,
    progress: () => undefined,
  })
  try {
    const warehouse = await makeWarehouse(services, scenario)
    const before = warehouse === undefined ? undefined : checksum(warehouse)
    const folder = services.files.temporaryFolder
    const request = { ...requestFor(scenario, prefix, warehouse), ...scenario.asked }
    const finished = await runPreview(services, request, {
      runId: 'run',
      folder,
      complete: true,
      until: 'compare',
    })
    const path = finished.warehouse?.path
    const copy = path === undefined ? undefined : join(temporaryFolder(), 'copy.duckdb')
    if (path !== undefined && copy !== undefined) cpSync(path, copy)
    return {
      ...finished,
      checksums: { before, after: warehouse === undefined ? undefined : checksum(warehouse) },
      warehouseCopy: copy,
    }
  } finally {
    await services.close()
    await repository.close()
  }
}

export const noLimits: PreviewRequest['limits'] = {
  timeoutMs: undefined,
  memoryBytes: 1_000_000_000,
  threads: 2,
  maxDiskBytes: undefined,
}

export function requestFor(
  { branch }: Pick<Scenario, 'branch'>,
  prefix: string,
  warehouse: string | undefined,
): PreviewRequest {
  return {
    refs: { kind: 'named', base: 'main', head: branch },
    project: prefix,
    config: 'rocky.toml',
    models: undefined,
    warehouse,
    seed: undefined,
    env: {},
    vars: {},
    name: undefined,
    dryRun: false,
    sampleValues: 'all',
    keep: undefined,
    limits: noLimits,
    fromFork: false,
  }
}

async function makeWarehouse(
  services: OpenServices,
  { folder, prefix, warehouseScript }: Scenario,
): Promise<string | undefined> {
  if (warehouseScript === undefined) return undefined
  const [, file = 'warehouse.duckdb'] =
    /^path = "(.+)"$/m.exec(readFileSync(join(folder, prefix, 'rocky.toml'), 'utf8')) ?? []
  const path = join(temporaryFolder(), file)
  await services.kernel.seed({ path, name: file.replace('.duckdb', ''), script: warehouseScript })
  return path
}

/** Where the project's settings are: a repository may hold more than a project. */
function projectPrefix(folder: string): string {
  const [found = ''] = projectsIn(folder)
  return relative(folder, join(folder, found, '..'))
}

function projectsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('rocky.toml'))
}

function checksum(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
