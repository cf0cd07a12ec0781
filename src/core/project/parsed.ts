import type { Notice } from '../base/notice.ts'
import type { TreeEntry } from '../ports/git.ts'
import { PreviewError } from '../base/errors.ts'
import { fileError, type ProjectFiles } from './files.ts'
import { readSidecar, type Sidecar } from './sidecar.ts'
import { readStatement, type Statement } from './statement.ts'
import { parseToml, tomlFile, type TomlFile, type TomlText } from './toml.ts'

/**
 * What was made of each blob so far, by its id. Base and head share one, so that what a pull request leaves alone is
 * parsed once. Good for one `env` only.
 */
export interface ParseCache {
  readonly toml: Map<string, TomlText>
  readonly statements: Map<string, Statement>
  readonly frontMatter: Map<string, TomlText>
  /** By id and path, which its errors and notices name. */
  readonly sidecars: Map<string, NotedSidecar>
}

export interface NotedSidecar {
  readonly sidecar: Sidecar
  readonly notices: readonly Notice[]
}

export function emptyParseCache(): ParseCache {
  return { toml: new Map(), statements: new Map(), frontMatter: new Map(), sidecars: new Map() }
}

/** Whether a file was parsed before, so that its blob need not be read again. */
export function isParsed({ toml, statements }: ParseCache, { id, path }: TreeEntry): boolean {
  return path.endsWith('.toml') ? toml.has(id) : path.endsWith('.sql') && statements.has(id)
}

/** The files of one commit, parsed. Each method fails with what is wrong with that one file. */
export interface ParsedFiles {
  toml(entry: TreeEntry): TomlFile
  statement(entry: TreeEntry): ParsedStatement
  /** What a file's TOML (its own, or its front matter) says of a model. */
  sidecar(file: TomlFile, entry: TreeEntry): NotedSidecar
}

export interface ParsedStatement {
  readonly sql: string
  readonly lineOffset: number
  readonly frontMatter: TomlFile | undefined
}

export function parsedFiles(
  files: ProjectFiles,
  env: Readonly<Record<string, string>>,
  parsed: ParseCache,
): ParsedFiles {
  return {
    toml: (entry) =>
      tomlFile(
        remember(parsed.toml, entry.id, () => parseToml(files.text(entry), env)),
        entry.path,
      ),
    statement(entry) {
      const statement = remember(parsed.statements, entry.id, () => readStatement(files.text(entry)))
      if (statement.kind === 'invalid') throw statementError(entry.path, statement)
      const { sql, lineOffset, frontMatter } = statement
      if (frontMatter === undefined) return { sql, lineOffset, frontMatter }
      const toml = remember(parsed.frontMatter, entry.id, () => parseToml(frontMatter, env))
      return { sql, lineOffset, frontMatter: tomlFile(toml, entry.path) }
    },
    sidecar: (file, { id, path }) =>
      remember(parsed.sidecars, `${id} ${path}`, () => {
        const notices: Notice[] = []
        const note = (notice: Notice) => void notices.push(notice)
        return { sidecar: readSidecar(file, note), notices }
      }),
  }
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}

function statementError(
  path: string,
  { message, hint, line, frame }: Extract<Statement, { kind: 'invalid' }>,
): PreviewError {
  if (line === undefined) return fileError(path, message, hint)
  return new PreviewError('model.sql', message, { location: { path, line, column: 1 }, hint, frame })
}
