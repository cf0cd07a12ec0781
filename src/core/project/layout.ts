import picomatch from 'picomatch'
import type { Notice } from '../base/notice.ts'
import type { TreeEntry } from '../ports/git.ts'
import type { ProjectConfig } from './model.ts'
import { by } from '../base/compare.ts'
import { PreviewError } from '../base/errors.ts'
import { fileNameOf, folderOf, joinPath, normalizeFolder } from './files.ts'

/** Where a project's files are; paths start at the repository's root. */
export interface ProjectPaths {
  /** The project's folder; '' = the root. */
  readonly project: string
  /** Name of the configuration file in it. */
  readonly config: string
  /** A folder of models that the caller adds to the pipelines' globs. */
  readonly models?: string | undefined
  /** A seed file that the caller names. */
  readonly seed?: string | undefined
}

/** A file of `seeds/` that becomes a table, and the sidecar that says more of it. */
export interface SeedFile {
  readonly entry: TreeEntry
  readonly sidecar: TreeEntry | undefined
}

/** The models' files of one folder, sorted by path. */
export interface ModelFolder {
  readonly path: string
  /** `.sql` and `.rocky`. */
  readonly models: readonly TreeEntry[]
  /** Sidecars by the stem of their name. */
  readonly sidecars: ReadonlyMap<string, TreeEntry>
  /** `<stem>.contract.toml`, by stem. */
  readonly contracts: ReadonlyMap<string, TreeEntry>
  readonly defaults: TreeEntry | undefined
  readonly groups: readonly TreeEntry[]
  readonly testDefinitions: TreeEntry | undefined
}

/** The first blob to read: everything else depends on it. Fails with `project.missing`. */
export function configEntry(entries: readonly TreeEntry[], paths: ProjectPaths): TreeEntry {
  const path = configPath(paths)
  const entry = entries.find((candidate) => candidate.path === path)
  if (entry?.kind === 'file') return entry
  const message = entry === undefined ? 'There is no such file.' : `The file is a ${entry.kind}, which is not followed.`
  throw new PreviewError('project.missing', message, { location: { path }, hint: elsewhere(entries, paths) })
}

/** What else must be read: the models' files and the seeds, sorted by path. */
export function wantedFiles(
  entries: readonly TreeEntry[],
  config: ProjectConfig,
  paths: ProjectPaths,
): readonly TreeEntry[] {
  const models = modelEntries(entries, config, paths).files
  return [...models, ...seedEntries(entries, paths)].sort(by((entry) => entry.path))
}

/** The seed files that there are, the one to use first. */
export function seedEntries(entries: readonly TreeEntry[], { project, seed }: ProjectPaths): readonly TreeEntry[] {
  const folder = normalizeFolder(project)
  const candidates = seed === undefined ? SEEDS.map((name) => joinPath(folder, name)) : [normalizeFolder(seed)]
  return candidates.flatMap((path) => entries.filter((entry) => entry.path === path && entry.kind === 'file'))
}

/** The files that Rocky's own `seed` would load, sorted by path; none where a script fills the tables. */
export function seedFiles(entries: readonly TreeEntry[], paths: ProjectPaths): readonly SeedFile[] {
  if (paths.seed !== undefined || seedEntries(entries, paths).length > 0) return []
  const folder = joinPath(normalizeFolder(paths.project), 'seeds')
  const own = entries.filter(({ path, kind }) => kind === 'file' && folderOf(path) === folder)
  return own
    .filter(({ path }) => /\.[ct]sv$/i.test(path))
    .map((entry) => ({ entry, sidecar: own.find(({ path }) => path === `${stemPath(entry.path)}.toml`) }))
    .sort(by(({ entry }) => entry.path))
}

/** The models' folders, sorted by path, and a notice for each link among them that is not followed. */
export function modelFolders(
  entries: readonly TreeEntry[],
  config: ProjectConfig,
  paths: ProjectPaths,
): { readonly folders: readonly ModelFolder[]; readonly notices: readonly Notice[] } {
  const { files, links } = modelEntries(entries, config, paths)
  const byFolder = new Map<string, TreeEntry[]>()
  const stems = new Set(files.filter(isModel).map((entry) => stemPath(entry.path)))
  for (const entry of files) {
    const isGroup = isGroupFile(entry) && !stems.has(stemPath(entry.path))
    const folder = isGroup ? folderOf(folderOf(entry.path)) : folderOf(entry.path)
    const members = byFolder.get(folder)
    if (members === undefined) byFolder.set(folder, [entry])
    else members.push(entry)
  }
  const folders = [...byFolder].sort(by(([path]) => path)).map(([path, members]) => modelFolder(path, members, stems))
  return { folders, notices: links.map(linkNotice) }
}

const SEEDS = ['data/seed.sql', 'seeds/seed.sql']
const DEFAULTS = '_defaults.toml'
const TEST_DEFINITIONS = 'test_definitions.toml'

/** Our own settings stand beside rocky.toml. */
const NOT_MODELS = ['preview.toml', 'preview.expectations.toml', ...SEEDS]

function configPath({ project, config }: ProjectPaths): string {
  return joinPath(normalizeFolder(project), normalizeFolder(config))
}

function elsewhere(entries: readonly TreeEntry[], { config }: ProjectPaths): string | undefined {
  const name = fileNameOf(config)
  const other = entries.find((entry) => entry.kind === 'file' && fileNameOf(entry.path) === name)
  if (other === undefined) return undefined
  const folder = folderOf(other.path) === '' ? '.' : folderOf(other.path)
  return `There is a ${other.path}: name its folder with --project ${folder} (input \`project\`).`
}

/** A glob chooses models; the TOML files beside a chosen model, and the groups below it, come with it. */
function modelEntries(entries: readonly TreeEntry[], config: ProjectConfig, paths: ProjectPaths) {
  const chosen = chooser(config, paths)
  const relevant = entries.filter((entry) => entry.kind !== 'file' || /\.(?:sql|rocky|toml)$/.test(entry.path))
  const matching = relevant.filter((entry) => chosen(entry.path))
  const folders = new Set(matching.filter(isModel).map((entry) => folderOf(entry.path)))
  const belongs = new Set(matching)
  const excluded = exclusions(paths)
  const contracts = contractFolder(paths)
  const files = relevant.filter((entry) => {
    if (entry.kind !== 'file' || excluded.has(entry.path)) return false
    if (isContract(entry)) return folders.has(folderOf(entry.path)) || folderOf(entry.path) === contracts
    if (belongs.has(entry)) return true
    if (!entry.path.endsWith('.toml')) return false
    const folder = folderOf(entry.path)
    return folders.has(folder) || (fileNameOf(folder) === 'groups' && folders.has(folderOf(folder)))
  })
  const links = matching.filter((entry) => entry.kind !== 'file')
  return { files: files.sort(by((entry) => entry.path)), links: links.sort(by((entry) => entry.path)) }
}

function exclusions(paths: ProjectPaths): ReadonlySet<string> {
  const folder = normalizeFolder(paths.project)
  const caller = paths.seed === undefined ? [] : [normalizeFolder(paths.seed)]
  return new Set([configPath(paths), ...caller, ...NOT_MODELS.map((name) => joinPath(folder, name))])
}

function chooser({ modelGlobs }: ProjectConfig, { models, project }: ProjectPaths): (path: string) => boolean {
  const folder = normalizeFolder(project)
  const prefix = folder === '' ? '' : `${folder}/`
  // Globs come with the pull request: no extended patterns, which can be made to take forever.
  const matches = picomatch([...modelGlobs], { dot: true, noextglob: true, windows: false })
  const given = models === undefined ? undefined : normalizeFolder(models)
  return (path) =>
    (path.startsWith(prefix) && matches(path.slice(prefix.length))) ||
    (given !== undefined && (given === '' || path.startsWith(`${given}/`)))
}

function modelFolder(path: string, members: readonly TreeEntry[], stems: ReadonlySet<string>): ModelFolder {
  const tomls = members.filter((entry) => entry.path.endsWith('.toml'))
  const named = (name: string) => tomls.find((entry) => entry.path === joinPath(path, name))
  const [defaults, testDefinitions] = [named(DEFAULTS), named(TEST_DEFINITIONS)]
  const groups = tomls.filter((entry) => isGroupFile(entry) && !stems.has(stemPath(entry.path)))
  const contracts = tomls.filter(isContract)
  const apart = new Set([defaults, testDefinitions, ...groups, ...contracts])
  const sidecars = tomls.filter((entry) => !apart.has(entry))
  return {
    path,
    models: members.filter(isModel).sort(by((entry) => entry.path)),
    sidecars: new Map(sidecars.map((entry) => [stemOf(entry.path), entry])),
    contracts: new Map(contracts.map((entry) => [contractStem(entry), entry])),
    defaults,
    groups,
    testDefinitions,
  }
}

function isModel(entry: TreeEntry): boolean {
  return /\.(?:sql|rocky)$/.test(entry.path)
}

/** Contracts of a project may stand in a folder of their own; there they are named by model. */
export function contractFolder({ project }: Pick<ProjectPaths, 'project'>): string {
  return joinPath(normalizeFolder(project), 'contracts')
}

function isContract({ path }: TreeEntry): boolean {
  return path.endsWith(CONTRACT)
}

function contractStem({ path }: TreeEntry): string {
  return fileNameOf(path).slice(0, -CONTRACT.length)
}

const CONTRACT = '.contract.toml'

function isGroupFile(entry: TreeEntry): boolean {
  return entry.path.endsWith('.toml') && !isContract(entry) && fileNameOf(folderOf(entry.path)) === 'groups'
}

function stemPath(path: string): string {
  return path.replace(/\.[^./]+$/, '')
}

/** A file's name without its last ending. */
export function stemOf(path: string): string {
  return stemPath(fileNameOf(path))
}

function linkNotice({ kind, path }: TreeEntry): Notice {
  return {
    code: 'project.link',
    message: `The ${kind} is not followed: what it points to is left out.`,
    location: { path },
  }
}
