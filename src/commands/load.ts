import { PreviewError } from '../core/base/errors.ts'
import type { Notice } from '../core/base/notice.ts'
import { loadConfig, type LoadOptions } from '../core/project/config.ts'
import { folderOf, projectFiles } from '../core/project/files.ts'
import { configEntry, seedEntries, seedFiles, wantedFiles, type SeedFile } from '../core/project/layout.ts'
import { loadProject } from '../core/project/load.ts'
import { previewFileEntry, readPreviewFile, type DiffSettings, type PreviewFile } from '../core/project/preview-file.ts'
import { emptyParseCache, isParsed } from '../core/project/parsed.ts'
import type { Project } from '../core/project/model.ts'
import type { OwnPrices } from '../core/project/own-prices.ts'
import type { Declarations } from '../core/expectations/declaration.ts'
import type { BlobId, GitRepository, TreeEntry } from '../core/ports/git.ts'
import type { Comparands } from '../core/contract/result.ts'
import { readExpectations } from './expectations.ts'
import type { PreviewRequest, RequestedRefs } from './request.ts'

/** One side as git has it and as it was loaded. */
export interface LoadedSide {
  readonly entries: readonly TreeEntry[]
  readonly project: Project
  readonly seed: LoadedSeed | undefined
}

/** What fills a warehouse: a script, or files that are not read until they are needed. Two with one `id` are one seed. */
export type LoadedSeed = {
  readonly path: string
  readonly id: string
} & (
  { readonly kind: 'script'; readonly script: string } | { readonly kind: 'files'; readonly files: readonly SeedFile[] }
)

export interface LoadedSides {
  readonly refs: Comparands
  readonly base: LoadedSide
  readonly head: LoadedSide
  /** Base has a rocky.toml of its own that can be read. */
  readonly baseHasConfig: boolean
  /** Base's preview.toml: a pull request does not loosen its own checks. */
  readonly diff: DiffSettings
  /** Of the same file. */
  readonly cost: OwnPrices
  /** What the pull request says should change. */
  readonly expectations: Declarations
  readonly notices: readonly Notice[]
}

/** Reads both projects out of git. Fails when head has no project; a base without one counts as empty, or is read with head's settings. */
export async function loadSides(git: GitRepository, request: PreviewRequest): Promise<LoadedSides> {
  const refs = await resolveRefs(git, request.refs)
  const options: LoadOptions = {
    project: request.project,
    config: request.config,
    models: request.models,
    seed: request.seed,
    env: request.env,
    vars: request.vars,
    parsed: emptyParseCache(),
  }
  const headEntries = await git.list(refs.head, request.project)
  const head = await loadSide(git, headEntries, options)
  const baseEntries = await git.list(refs.mergeBase, request.project)
  const { entries, notice } = await withReadableConfig(git, baseEntries, headEntries, options)
  const base = entries === undefined ? emptySide(head) : await loadSide(git, entries, options)
  const settings = await loadSettings(git, baseEntries, headEntries, options)
  return {
    refs,
    base,
    head,
    baseHasConfig: notice === undefined,
    diff: settings.diff,
    cost: settings.cost,
    expectations: await readExpectations(git, baseEntries, headEntries, request),
    notices: [...(notice === undefined ? [] : [notice]), ...settings.notices],
  }
}

/** What base's preview.toml says; one that cannot be read says nothing, and that is told. */
async function loadSettings(
  git: GitRepository,
  base: readonly TreeEntry[],
  head: readonly TreeEntry[],
  options: LoadOptions,
): Promise<PreviewFile> {
  const own = previewFileEntry(base, options)
  const theirs = previewFileEntry(head, options)
  const changed: Notice = {
    code: 'preview-settings-changed',
    message:
      'preview.toml is not the same on both sides. This preview used base’s settings; those of the pull request count once it is merged.',
  }
  const notices = own?.id === theirs?.id ? [] : [changed]
  if (own === undefined) return { diff: {}, cost: {}, notices }
  try {
    const read = readPreviewFile(projectFiles(base, await git.read([own.id])), own, options)
    return { diff: read.diff, cost: read.cost, notices: [...notices, ...read.notices] }
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error
    const message = `preview.toml cannot be read on base, so its settings are not used: ${error.message}`
    return { diff: {}, cost: {}, notices: [...notices, { code: 'preview-settings-broken', message, ...placed(error) }] }
  }
}

function placed({ location }: PreviewError): Pick<Notice, 'location'> {
  return location === undefined ? {} : { location }
}

async function resolveRefs(git: GitRepository, refs: RequestedRefs): Promise<Comparands> {
  if (refs.kind === 'commits') {
    const { base, head, mergeBase } = refs
    return { baseRef: base, headRef: head, base, head, mergeBase }
  }
  const baseRef = refs.base ?? (await defaultBranch(git))
  const head = await git.resolve(refs.head)
  const base = await git.resolve(baseRef)
  const mergeBase = await git.mergeBase(base, head)
  if (mergeBase === undefined) {
    throw new PreviewError('git.no-merge-base', `"${baseRef}" and "${refs.head}" share no commit in this clone.`)
  }
  return { baseRef, headRef: refs.head, base, head, mergeBase }
}

/** Where pull requests of this clone go, as far as git knows it. */
async function defaultBranch(git: GitRepository): Promise<string> {
  for (const candidate of ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    if (await resolves(git, candidate)) return candidate
  }
  throw new PreviewError(
    'git.unknown-ref',
    'No default branch was found: there is no main, no master and no origin/HEAD.',
    {
      hint: 'Name the base with --base.',
    },
  )
}

async function resolves(git: GitRepository, ref: string): Promise<boolean> {
  try {
    await git.resolve(ref)
    return true
  } catch (error) {
    if (error instanceof PreviewError && error.code === 'git.unknown-ref') return false
    throw error
  }
}

async function loadSide(git: GitRepository, entries: readonly TreeEntry[], options: LoadOptions): Promise<LoadedSide> {
  const first = await git.read([configEntry(entries, options).id])
  const { config } = loadConfig(projectFiles(entries, first), options)
  const wanted = wantedFiles(entries, config, options)
  const unread = wanted.filter((entry) => !isParsed(options.parsed, entry))
  const [seed] = seedEntries(entries, options)
  const blobs = await git.read([...unread.map(({ id }) => id), ...(seed === undefined ? [] : [seed.id])])
  const files = projectFiles(entries, new Map([...first, ...blobs]))
  const project = loadProject(files, options)
  return {
    entries,
    project,
    seed:
      seed === undefined
        ? filesSeed(seedFiles(entries, options))
        : { kind: 'script', path: seed.path, id: seed.id, script: files.text(seed) },
  }
}

function filesSeed(files: readonly SeedFile[]): LoadedSeed | undefined {
  const [first] = files
  if (first === undefined) return undefined
  const id = JSON.stringify(files.map(({ entry, sidecar }) => [entry.path, entry.id, sidecar?.id]))
  return { kind: 'files', path: folderOf(first.entry.path), id, files }
}

/** Base's listing with a rocky.toml that loads: its own, else head's; undefined when base has no project at all. */
async function withReadableConfig(
  git: GitRepository,
  base: readonly TreeEntry[],
  head: readonly TreeEntry[],
  options: LoadOptions,
): Promise<{ readonly entries: readonly TreeEntry[] | undefined; readonly notice?: Notice }> {
  const headConfig = configEntry(head, options)
  const own = base.find(({ path }) => path === headConfig.path)
  if (own === undefined) {
    return {
      entries: undefined,
      notice: { code: 'base-empty', message: `Base has no ${headConfig.path}: every model counts as added.` },
    }
  }
  try {
    loadConfig(projectFiles(base, await git.read([own.id])), options)
    return { entries: base }
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error
    const message = `${headConfig.path} cannot be read on base and is fixed here (${error.message}): base was loaded with head's settings.`
    return {
      entries: [...base.filter((entry) => entry !== own), headConfig],
      notice: { code: 'base-config-fixed', message },
    }
  }
}

function emptySide({ project }: LoadedSide): LoadedSide {
  return { entries: [], project: { config: project.config, models: [], broken: [], notices: [] }, seed: undefined }
}

/** For callers that need a commit's file as it is: a tracked warehouse. */
export async function readBlob(git: GitRepository, id: BlobId): Promise<Uint8Array> {
  const blob = (await git.read([id])).get(id)
  if (blob === undefined) throw new PreviewError('git.missing-object', `The object ${id} is not in this clone.`)
  return blob
}
