import type { Notice } from '../base/notice.ts'
import type { TreeEntry } from '../ports/git.ts'
import type { SqlSource } from './model.ts'
import { lineAndColumn } from '../base/code-frame.ts'
import { PreviewError } from '../base/errors.ts'
import { compilePipeline } from '../language/compile.ts'
import { fileError, type ProjectFiles } from './files.ts'
import { readSidecar, type Sidecar } from './sidecar.ts'
import { fillVariables } from './variables.ts'
import { readPrelude, readStatement, type Prelude, type Statement } from './statement.ts'
import { parseToml, tomlFile, type TomlFile, type TomlText } from './toml.ts'

/**
 * What was made of each blob so far, by its id. Base and head share one, so that what a pull request leaves alone is
 * parsed once. Good for one `env` only.
 */
export interface ParseCache {
  readonly toml: Map<string, TomlText>
  readonly statements: Map<string, Statement>
  readonly pipelines: Map<string, Pipeline>
  readonly frontMatter: Map<string, TomlText>
  /** By id and path, which its errors and notices name. */
  readonly sidecars: Map<string, NotedSidecar>
}

export interface NotedSidecar {
  readonly sidecar: Sidecar
  readonly notices: readonly Notice[]
}

export function emptyParseCache(): ParseCache {
  return { toml: new Map(), statements: new Map(), pipelines: new Map(), frontMatter: new Map(), sidecars: new Map() }
}

/** Whether a file was parsed before, so that its blob need not be read again. */
export function isParsed({ toml, statements, pipelines }: ParseCache, { id, path }: TreeEntry): boolean {
  if (path.endsWith('.toml')) return toml.has(id)
  return path.endsWith('.rocky') ? pipelines.has(id) : path.endsWith('.sql') && statements.has(id)
}

/** The files of one commit, parsed. Each method fails with what is wrong with that one file. */
export interface ParsedFiles {
  toml(entry: TreeEntry): TomlFile
  statement(entry: TreeEntry): ParsedStatement
  /** A model file's own settings, also where its query is broken. */
  frontMatter(entry: TreeEntry): TomlFile | undefined
  /** What a file's TOML (its own, or its front matter) says of a model. */
  sidecar(file: TomlFile, entry: TreeEntry): NotedSidecar
}

export interface ParsedStatement {
  readonly sql: string
  readonly lineOffset: number
  readonly source?: SqlSource
  readonly notices?: readonly Notice[]
  readonly frontMatter: TomlFile | undefined
}

/** What a `.rocky` file holds. One that does not compile is not kept: its error names the path. */
interface Pipeline {
  readonly sql: string
  readonly source: SqlSource
  readonly warnings: readonly { readonly message: string; readonly line: number; readonly column: number }[]
  readonly frontMatter: string | undefined
}

/** The cache's values must be given with the same `env`; `vars` are filled in anew for each path. */
interface ParseOptions {
  readonly env: Readonly<Record<string, string>>
  readonly vars: Readonly<Record<string, string>>
  readonly parsed: ParseCache
}

export function parsedFiles(files: ProjectFiles, { env, vars, parsed }: ParseOptions): ParsedFiles {
  const frontMatterOf = ({ id, path }: TreeEntry, text: string | undefined): TomlFile | undefined => {
    if (text === undefined) return undefined
    const toml = remember(parsed.frontMatter, id, () => parseToml(text, env))
    return tomlFile(toml, path)
  }
  return {
    toml: (entry) =>
      tomlFile(
        remember(parsed.toml, entry.id, () => parseToml(files.text(entry), env)),
        entry.path,
      ),
    statement(entry) {
      if (entry.path.endsWith('.rocky')) {
        const { sql, source, warnings, frontMatter } = remember(parsed.pipelines, entry.id, () =>
          readPipeline(files, entry),
        )
        const notices = warnings.map(({ message, line, column }): Notice => {
          return { code: 'model.pipeline', message, location: { path: entry.path, line, column } }
        })
        return { sql, source, lineOffset: 0, notices, frontMatter: frontMatterOf(entry, frontMatter) }
      }
      const statement = remember(parsed.statements, entry.id, () => readStatement(files.text(entry)))
      if (statement.kind === 'invalid') throw statementError(entry.path, statement)
      const { sql, lineOffset, frontMatter, file } = statement
      const filled = file === undefined ? { sql } : fillVariables(sql, { path: entry.path, ...file }, vars)
      return { ...filled, lineOffset, frontMatter: frontMatterOf(entry, frontMatter) }
    },
    frontMatter: (entry) => frontMatterOf(entry, preludeOf(files, entry).frontMatter),
    sidecar: (file, { id, path }) =>
      remember(parsed.sidecars, `${id} ${path}`, () => {
        const notices: Notice[] = []
        const note = (notice: Notice) => void notices.push(notice)
        return { sidecar: readSidecar(file, note), notices }
      }),
  }
}

function readPipeline(files: ProjectFiles, entry: TreeEntry): Pipeline {
  const { start, frontMatter } = preludeOf(files, entry)
  const source = { path: entry.path, text: files.text(entry) }
  const { sql, spans, warnings } = compilePipeline(source, start)
  return {
    sql,
    source: { text: source.text, spans },
    warnings: warnings.map(({ message, at }) => ({ message, ...lineAndColumn(source.text, at) })),
    frontMatter,
  }
}

function preludeOf(files: ProjectFiles, entry: TreeEntry): Extract<Prelude, { kind: 'prelude' }> {
  const prelude = readPrelude(files.text(entry))
  if (prelude.kind === 'invalid') throw statementError(entry.path, prelude)
  return prelude
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
  const code = path.endsWith('.rocky') ? 'model.rocky' : 'model.sql'
  return new PreviewError(code, message, { location: { path, line, column: 1 }, hint, frame })
}
