import picomatch from 'picomatch'
import { digestOf } from '../base/digest.ts'
import { PreviewError } from '../base/errors.ts'
import type { FileRead } from '../ports/binder.ts'
import type { BlobId, TreeEntry } from '../ports/git.ts'
import type { Relation } from '../sql/relation.ts'
import { functionForFile, isServedToEverybody } from './file-functions.ts'

/** The catalog with the tables that files of the repository are read into. */
export const FILES_CATALOG = '__files'

/**
 * A table that holds what one call reads of one side's files. It is named by the call and by the contents, so that equal
 * names hold equal rows, on either side, and a changed file is another table.
 */
export interface FileTable {
  readonly relation: Required<Relation>
  /** Of the call and the contents. */
  readonly digest: string
  /** The author's call around the names of the files. */
  readonly before: string
  readonly after: string
  /** From the repository's root, in order. Empty for files outside. */
  readonly files: readonly { readonly path: string; readonly id: BlobId }[]
  /** Paths outside the repository that the workflow allows, as written. */
  readonly outside: readonly string[]
  /** As written, for people and for unit tests. */
  readonly paths: readonly string[]
}

/** What one side's SQL may read. */
export interface FileRules {
  /** Everything in the commit, from the repository's root. */
  readonly entries: readonly TreeEntry[]
  /** The project's folder: relative paths start there. */
  readonly project: string
  /** Folders outside the repository that the workflow allows, absolute. */
  readonly allowPaths: readonly string[]
  readonly allowFunctions: readonly string[]
}

/** A side without files. */
export const NO_FILES: FileRules = { entries: [], project: '', allowPaths: [], allowFunctions: [] }

const MOST_FILES = 1_000
/** Characters of a table's name that tell its files. */
const LONGEST_NAME = 100

/** What a call reads, or why it may not. */
export function tableOfCall(sql: string, read: FileRead, rules: FileRules): FileTable | PreviewError {
  const { start, end, argument, paths } = read
  return fileTable(sql.slice(start, argument.start), sql.slice(argument.end, end), paths, rules)
}

/** The same for a file in the place of a table: `FROM 'data/x.csv'`. */
export function tableOfName(path: string, rules: FileRules): FileTable | PreviewError {
  const name = functionForFile(path)
  if (name === undefined) {
    return refused(`"${path}" is neither a model, nor a table of the warehouse, nor a CSV or JSON file.`)
  }
  if (!isServedToEverybody(name) && !rules.allowFunctions.some((allowed) => allowed.toLowerCase() === name)) {
    return refused(`"${path}" is read by ${name}(), and a preview reads CSV and JSON files only.`, allowHint(name))
  }
  return fileTable(`${name}(`, ')', [path], rules)
}

/** Whether a path climbs out of the project's folder, so that the whole commit must be listed. */
export function leavesProject(path: string): boolean {
  return /^(?:\.\/)*\.\.\//.test(path) || path.includes('/../')
}

function fileTable(
  before: string,
  after: string,
  paths: readonly string[],
  rules: FileRules,
): FileTable | PreviewError {
  const files: TreeEntry[] = []
  const outside: string[] = []
  for (const path of paths) {
    if (isElsewhere(path)) {
      if (!isAllowed(path, rules.allowPaths)) return elsewhere(path)
      outside.push(path)
      continue
    }
    const found = filesAt(path, rules)
    if (found instanceof PreviewError) return found
    files.push(...found)
  }
  if (files.length > 0 && outside.length > 0)
    return refused('One call reads files of the repository and files outside of it.', 'Write two.')
  if (files.length > MOST_FILES)
    return refused(`One call reads ${String(files.length)} files; ${String(MOST_FILES)} is the most.`)
  const named = files.map(({ path, id }) => ({ path, id }))
  const digest = digestOf(JSON.stringify([before, after, named, outside]))
  // For people, who meet the name in costs and errors; the digest is what tells contents apart.
  const shown = named.length === 1 && named[0] !== undefined ? named[0].path : paths.join(', ')
  const table = `${shown.slice(0, LONGEST_NAME)} @${digest}`
  return {
    relation: { catalog: FILES_CATALOG, schema: 'main', table },
    digest,
    before,
    after,
    files: named,
    outside,
    paths,
  }
}

function filesAt(written: string, { entries, project }: FileRules): readonly TreeEntry[] | PreviewError {
  const path = fromRoot(project, written)
  if (path === undefined) return elsewhere(written)
  const isPattern = /[*?[\]]/.test(path)
  const matches = isPattern ? picomatch(path, { dot: true, nobrace: true, noextglob: true, windows: false }) : undefined
  const found = entries.filter((entry) => (matches === undefined ? entry.path === path : matches(entry.path)))
  if (found.length === 0) {
    const link = entries.find((entry) => entry.kind !== 'file' && path.startsWith(`${entry.path}/`))
    if (link !== undefined) return notPlain(link)
    return refused(
      isPattern ? `No file of the commit matches "${written}".` : `The commit has no file "${path}".`,
      `A preview reads files as git has them, from the ${project === '' ? 'root of the repository' : 'project’s folder'}: commit the file, or load it into the warehouse as a table.`,
    )
  }
  const special = found.find(({ kind }) => kind !== 'file')
  return special === undefined ? found : notPlain(special)
}

/** Undefined when the path climbs out of the repository. */
function fromRoot(project: string, path: string): string | undefined {
  const parts: string[] = project === '' ? [] : project.split('/')
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** A URL, an absolute path, somebody's home, or what Windows takes for one. */
function isElsewhere(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|[/\\~])/i.test(path) || path.includes('\\') || path.includes('\0')
}

function isAllowed(path: string, folders: readonly string[]): boolean {
  if (!path.startsWith('/') || path.split('/').includes('..')) return false
  return folders.some((folder) => path.startsWith(folder.endsWith('/') ? folder : `${folder}/`))
}

function elsewhere(path: string): PreviewError {
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(path)
  return refused(
    `"${path}" ${isUrl ? 'is an address' : 'lies outside the repository'}, and a preview reads files of the repository only.`,
    isUrl
      ? 'Load what it holds into the warehouse or the seed, as a table.'
      : 'Commit the file, or load it as a table. A workflow can allow a folder with `allow-paths`.',
  )
}

function notPlain({ path, kind }: TreeEntry): PreviewError {
  return refused(`"${path}" is a ${kind === 'symlink' ? 'symbolic link' : 'submodule'}, and a preview follows none.`)
}

function allowHint(name: string): string {
  return `Load it as a table. A workflow can allow \`${name}\` with \`allow-functions\`.`
}

function refused(message: string, hint?: string): PreviewError {
  return new PreviewError('model.file', message, { hint })
}
