import { DEFINITION_CATALOGS } from '../core/environment/definitions.ts'
import { BASE_SEED_CATALOG, CATALOGS } from '../core/environment/layout.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { Notice } from '../core/base/notice.ts'
import type { CommitId, TreeEntry } from '../core/ports/git.ts'
import type { PlanOnly } from '../core/contract/result.ts'
import type { AdapterConfig, Model } from '../core/project/model.ts'
import { readBlob, type LoadedSides } from './load.ts'
import { seedScript } from './seed/seed-script.ts'
import type { PreviewRequest } from './request.ts'
import type { Services } from './services.ts'

/** Where the data come from, or why there are none. */
export type ChosenWarehouse =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly name: string
      readonly origin: 'named' | 'project' | 'tracked' | 'seed'
      readonly notices: readonly Notice[]
      /** Set where head's seed filled it, and base's is another. */
      readonly baseSeed?: BaseSeed
    }
  | { readonly kind: 'none'; readonly planOnly: PlanOnly }

/** What base's own seed made, for what the change of the seed does by itself. */
export type BaseSeed =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'none'; readonly because: string }

const HOW_TO_GIVE_ONE = [
  'Name a DuckDB file with the input `warehouse` (flag --warehouse), restored by a step before this one,',
  'or keep a `data/seed.sql` in the project that creates and fills its raw tables, or CSV files of them in `seeds/`,',
  'or commit a small DuckDB file where rocky.toml says it is.',
]

/**
 * Finds the warehouse: the caller's, else base's rocky.toml's, else one filled from head's seed. Head's rocky.toml has no
 * say: a pull request must not choose what data are read. `folder` is where a file of ours may be made.
 */
export async function chooseWarehouse(
  { git, files, kernel }: Services,
  request: PreviewRequest,
  sides: LoadedSides,
  folder: string,
): Promise<ChosenWarehouse> {
  if (request.warehouse !== undefined) {
    if (!(await files.exists(request.warehouse))) {
      throw new PreviewError('warehouse.missing', `There is no file ${request.warehouse}.`)
    }
    await refuseForkedFile({ git, files }, request, sides, await inWorkspace(files, request.warehouse))
    return file(request.warehouse, 'named')
  }
  const { adapter } = sides.base.project.config
  const elsewhere = notHere(adapter)
  if (elsewhere !== undefined) return elsewhere
  const stored =
    sides.baseHasConfig && request.seed === undefined
      ? await projectFile({ git, files }, request, sides, adapter, folder)
      : undefined
  if (stored !== undefined) return stored
  const { seed } = sides.head
  if (seed === undefined && request.seed !== undefined) {
    throw new PreviewError('seed.failed', `Head has no file ${request.seed}.`, {
      hint: 'Check the path: it starts at the project’s folder.',
    })
  }
  if (seed === undefined) return none('no warehouse was found', HOW_TO_GIVE_ONE)
  const name = catalogName(adapter, sides.head.project.models)
  const path = `${folder}/${name}.duckdb`
  await kernel.seed({ path, name, script: await seedScript({ git, kernel }, seed, request) })
  const baseSeed = await fillFromBase({ git, files, kernel }, request, sides, name)
  const notices = seedNotices(sides)
  return { kind: 'file', path, name, origin: 'seed', notices, ...(baseSeed !== undefined && { baseSeed }) }
}

/** Undefined where both sides have one seed, or nothing is to be built. A seed of base's that fails is no fault of head's. */
async function fillFromBase(
  { git, files, kernel }: Pick<Services, 'git' | 'files' | 'kernel'>,
  request: PreviewRequest,
  { base, head }: LoadedSides,
  name: string,
): Promise<BaseSeed | undefined> {
  const { dryRun, explain } = request
  if (base.seed?.id === head.seed?.id || dryRun || explain !== undefined) return undefined
  if (base.seed === undefined) return { kind: 'none', because: 'base has no seed' }
  const path = `${files.temporaryFolder}/seed-of-base.duckdb`
  try {
    await kernel.seed({ path, name, script: await seedScript({ git, kernel }, base.seed, request) })
    return { kind: 'file', path }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return { kind: 'none', because: `base's seed fails: ${error.message}` }
  }
}

type Reading = Pick<Services, 'git' | 'files'>

/** Adapters that are not a file on this machine. */
function notHere({ type, path = '' }: AdapterConfig): ChosenWarehouse | undefined {
  if (type !== 'duckdb')
    return none(`the project's adapter is ${type}, and this version reads DuckDB files`, HOW_TO_GIVE_ONE)
  if (/^(?:md|motherduck):/i.test(path))
    return none(`the warehouse is ${path}, in MotherDuck, and this version reads local files`, HOW_TO_GIVE_ONE)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    return none(`the warehouse is at a URL (${path}), and a preview opens no URLs`, HOW_TO_GIVE_ONE)
  return undefined
}

async function projectFile(
  { git, files }: Reading,
  request: PreviewRequest,
  sides: LoadedSides,
  { path }: AdapterConfig,
  folder: string,
): Promise<ChosenWarehouse | undefined> {
  if (path === undefined || path === '' || path === ':memory:') return undefined
  const inRepository = resolveInside(request.project, path)
  // rocky.toml may point out of the project's folder, so the project's own listing is not enough.
  const tracked = await entryAt(git, sides.refs.mergeBase, inRepository)
  if (tracked !== undefined) {
    await refuseForkedFile({ git, files }, request, sides, inRepository)
    const { stem } = fileStem(path)
    const copy = `${folder}/${stem}.duckdb`
    await files.write(copy, await readBlob(git, tracked.id))
    return file(copy, 'tracked')
  }
  const real = await files.real(isAbsolute(path) ? path : `${files.workspace}/${request.project}/${path}`)
  const workspace = await files.real(files.workspace)
  if (real !== workspace && !real.startsWith(`${workspace}/`)) {
    throw new PreviewError('warehouse.outside', `rocky.toml names ${path}, which is outside the workspace.`)
  }
  return (await files.exists(real)) ? file(real, 'project') : undefined
}

/** A database file is code to whoever opens it: one that a fork brings or changes is not opened, whoever named it. */
async function refuseForkedFile(
  { git }: Reading,
  { fromFork }: PreviewRequest,
  { refs }: LoadedSides,
  path: string,
): Promise<void> {
  if (!fromFork) return
  const [before, after] = [await entryAt(git, refs.mergeBase, path), await entryAt(git, refs.head, path)]
  if (before?.id === after?.id) return
  throw new PreviewError('warehouse.untrusted', `The pull request changes ${path}, and it comes from a fork.`)
}

/** A file's path inside the repository; '' when it lies elsewhere. */
async function inWorkspace(files: Services['files'], path: string): Promise<string> {
  const [real, workspace] = [await files.real(path), await files.real(files.workspace)]
  return real.startsWith(`${workspace}/`) ? real.slice(workspace.length + 1) : ''
}

async function entryAt(git: Services['git'], commit: CommitId, path: string): Promise<TreeEntry | undefined> {
  if (path === '') return undefined
  const listed = await git.list(commit, path.slice(0, Math.max(0, path.lastIndexOf('/'))))
  return listed.find((entry) => entry.path === path && entry.kind === 'file')
}

function file(path: string, origin: 'named' | 'project' | 'tracked'): ChosenWarehouse {
  return { kind: 'file', path, name: attachedName(fileStem(path).stem), origin, notices: [] }
}

function none(because: string, remedy: readonly string[]): ChosenWarehouse {
  return { kind: 'none', planOnly: { because, remedy } }
}

/** DuckDB calls a file's catalog by the file's stem. */
function fileStem(path: string): { readonly stem: string } {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const dot = name.indexOf('.')
  return { stem: dot > 0 ? name.slice(0, dot) : name }
}

/** Names that DuckDB keeps for itself. */
const TAKEN: ReadonlySet<string> = new Set([
  'memory',
  'temp',
  'system',
  'main',
  ...Object.values(CATALOGS),
  BASE_SEED_CATALOG,
  ...Object.values(DEFINITION_CATALOGS),
])

function attachedName(stem: string): string {
  return stem === '' || TAKEN.has(stem.toLowerCase()) ? 'warehouse' : stem
}

function catalogName({ path }: AdapterConfig, models: readonly Model[]): string {
  if (path !== undefined && path !== '' && path !== ':memory:') return attachedName(fileStem(path).stem)
  const [catalog] = models.map(({ target }) => target.catalog).filter((name) => /^\w+$/.test(name))
  return attachedName(catalog ?? '')
}

function seedNotices({ base, head }: LoadedSides): readonly Notice[] {
  if (head.seed === undefined || base.seed?.id === head.seed.id) return []
  const what = base.seed === undefined ? 'is new' : 'changes'
  const name = head.seed.kind === 'files' ? `${head.seed.path}/` : head.seed.path
  const message = `${name} ${what} in this pull request. Both sides were built from head's seed, so the verdicts show what the code does, not what the new seed does.`
  return [{ code: 'seed-changed', message, ...(head.seed.kind === 'script' && { location: { path: head.seed.path } }) }]
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)
}

/** A path relative to the project as a repository path; '' when it leaves the repository. */
function resolveInside(project: string, path: string): string {
  if (isAbsolute(path)) return ''
  const parts: string[] = []
  for (const part of `${project}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.pop() === undefined) return ''
    if (part !== '..') parts.push(part)
  }
  return parts.join('/')
}
