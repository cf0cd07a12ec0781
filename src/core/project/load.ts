import type { Notice } from '../base/notice.ts'
import type { TreeEntry } from '../ports/git.ts'
import type { BrokenModel, Model, Project, ProjectConfig } from './model.ts'
import type { ProjectFiles } from './files.ts'
import { by } from '../base/compare.ts'
import { PreviewError } from '../base/errors.ts'
import { formatLocation } from '../base/location.ts'
import { attempt, insist } from './attempt.ts'
import { loadConfig, type LoadOptions } from './config.ts'
import { withContracts } from './contracts.ts'
import { partDuplicates } from './duplicates.ts'
import { groupFor, namedTestsFor, sharedFiles, type SharedFiles } from './folder.ts'
import { contractFolder, modelFolders, stemOf, type ModelFolder } from './layout.ts'
import { parsedFiles, type NotedSidecar, type ParsedFiles } from './parsed.ts'
import { resolveModel } from './resolve.ts'
import { declaredName, type Sidecar } from './sidecar.ts'
import type { TomlFile } from './toml.ts'

/**
 * One side of a pull request. Only what is wrong with rocky.toml fails (as `loadConfig` does); anything else is a broken
 * model or a notice. Every blob of `wantedFiles` must have been read, now or for the other side:
 *
 *     const entries = await git.list(commit, paths.project)
 *     const first = await git.read([configEntry(entries, paths).id])
 *     const { config } = loadConfig(projectFiles(entries, first), options)
 *     const wanted = wantedFiles(entries, config, paths).filter((entry) => !isParsed(options.parsed, entry))
 *     const blobs = await git.read(wanted.map(({ id }) => id))
 *     return loadProject(projectFiles(entries, new Map([...first, ...blobs])), options)
 */
export function loadProject(files: ProjectFiles, options: LoadOptions): Project {
  const { config, notices: configNotices } = loadConfig(files, options)
  const { folders, notices: linkNotices } = modelFolders(files.entries, config, options)
  const notices = [...configNotices, ...linkNotices]
  const parsed = parsedFiles(files, options)
  const loaded = folders.flatMap((folder) =>
    loadFolder({ folder, config, files: parsed }, (notice) => {
      notices.push(notice)
    }),
  )
  const models = loaded.filter((model): model is Model => !isBroken(model))
  const { unique, duplicates } = partDuplicates(models)
  const scope = { folders, apart: contractFolder(options), files: parsed }
  const checked = withContracts(unique, scope, (notice) => {
    notices.push(notice)
  })
  return {
    config,
    models: [...checked].sort(by(({ name }) => name)),
    broken: [...loaded.filter(isBroken), ...duplicates].sort(by(({ name, path }) => JSON.stringify([name, path]))),
    notices: notices.sort(by(noticeKey)),
  }
}

interface FolderScope {
  readonly folder: ModelFolder
  readonly config: ProjectConfig
  readonly files: ParsedFiles
}

type Note = (notice: Notice) => void

function loadFolder(scope: FolderScope, note: Note): readonly (Model | BrokenModel)[] {
  const { folder, files } = scope
  const shared = sharedFiles(folder, files, note)
  const stems = new Set(folder.models.map(({ path }) => stemOf(path)))
  const orphans = [...folder.sidecars].filter(([stem]) => !stems.has(stem)).map(([stem, entry]) => orphan(stem, entry))
  return [...folder.models.map((entry) => loadModel(entry, scope, shared, note)), ...orphans]
}

function loadModel(entry: TreeEntry, scope: FolderScope, shared: SharedFiles, note: Note): Model | BrokenModel {
  const stem = stemOf(entry.path)
  const sidecarEntry = scope.folder.sidecars.get(stem)
  const sidecarFile = sidecarEntry && attempt(() => scope.files.toml(sidecarEntry))
  const made = attempt(() => {
    const { config, files } = scope
    const statement = files.statement(entry)
    statement.notices?.forEach(note)
    const file = settingsOf(entry, sidecarFile && insist(sidecarFile), statement.frontMatter)
    const sidecar = file && notedSidecar(files.sidecar(file, sidecarEntry ?? entry), note)
    const defaults = shared.defaults && insist(shared.defaults)
    return resolveModel({
      stem,
      path: entry.path,
      statement,
      sidecar,
      group: sidecar && groupFor(sidecar, shared),
      defaults,
      namedTests: sidecar === undefined ? new Map() : namedTestsFor(sidecar, shared),
      adapter: config.adapter,
    })
  })
  if (!(made instanceof PreviewError)) return made
  const content = JSON.stringify([entry.id, sidecarEntry?.id])
  return { name: nameOf(stem, entry, scope.files, sidecarFile), path: entry.path, error: made, content }
}

function notedSidecar({ sidecar, notices }: NotedSidecar, note: Note): Sidecar {
  notices.forEach(note)
  return sidecar
}

/** A model has one place for its settings. */
function settingsOf(
  entry: TreeEntry,
  sidecar: TomlFile | undefined,
  frontMatter: TomlFile | undefined,
): TomlFile | undefined {
  if (sidecar === undefined || frontMatter === undefined) return sidecar ?? frontMatter
  const message = `The model has front matter and a sidecar, ${sidecar.path}.`
  const location = { path: entry.path, line: 1, column: 1 }
  throw new PreviewError('project.invalid', message, { location, hint: 'Keep one of the two.' })
}

/** The best name for a model that could not be loaded. */
function nameOf(
  stem: string,
  entry: TreeEntry,
  files: ParsedFiles,
  sidecar: TomlFile | PreviewError | undefined,
): string {
  const file = sidecar ?? attempt(() => files.frontMatter(entry))
  return file === undefined || file instanceof PreviewError ? stem : (declaredName(file) ?? stem)
}

function orphan(stem: string, { path }: TreeEntry): BrokenModel {
  const hint = `Add ${stem}.sql beside it, or remove the file.`
  const message = `The sidecar has no model: there is no ${stem}.sql in its folder.`
  return { name: stem, path, error: new PreviewError('project.invalid', message, { location: { path }, hint }) }
}

function isBroken(model: Model | BrokenModel): model is BrokenModel {
  return 'error' in model
}

function noticeKey({ code, message, location }: Notice): string {
  return JSON.stringify([location === undefined ? '' : formatLocation(location), code, message])
}
