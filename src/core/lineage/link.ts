import { PreviewError } from '../base/errors.ts'
import { byText } from '../base/compare.ts'
import { codeFrame, lineAndColumn } from '../base/code-frame.ts'
import { didYouMean } from '../base/suggest.ts'
import { formatRelation, type Relation } from '../sql/relation.ts'
import type { Location } from '../base/location.ts'
import type { Model, SqlSource } from '../project/model.ts'
import type { ParsedQuery, TableReference } from '../ports/binder.ts'
import { looksLikeFile } from './file-functions.ts'
import { doneByMacros, withMacros, type Macros } from './macros.ts'
import { NO_FILES, tableOfCall, tableOfName, type FileRules, type FileTable } from './repository-files.ts'
import { chanceIn, drawsIn } from './volatility.ts'
import { DEFAULT_SCHEMA, type Names, type StoredRelation } from './names.ts'

/** What one reference of a model's text is re-pointed to. */
export type LinkTarget =
  | { readonly kind: 'model'; readonly name: string }
  /** The model's own previous state: the warehouse's relation. */
  | { readonly kind: 'self' }
  | { readonly kind: 'source'; readonly relation: StoredRelation }
  /** Files of this side's commit. */
  | { readonly kind: 'file'; readonly table: FileTable }

export interface Link {
  readonly reference: TableReference
  readonly target: LinkTarget
}

/** A model whose every name is understood. */
export interface LinkedModel {
  readonly model: Model
  readonly query: ParsedQuery & { readonly kind: 'query' }
  readonly links: readonly Link[]
  /** Models that it reads, itself left out, sorted; `depends_on` and what its macros read included. */
  readonly inputs: readonly string[]
  /** It calls a macro of the warehouse that reads models: names in the macro's body resolve through the search path. */
  readonly readsModelsThroughMacros: boolean
  /** Why its rows differ from run to run, in words. */
  readonly chance: string | undefined
  /** Why they would under another seed. */
  readonly draws: string | undefined
  /** It takes a sample without a seed, or a macro does that it calls. */
  readonly isSampled: boolean
}

/** Understands every name of one model, or says why not. */
export function linkModel(
  model: Model,
  parsed: ParsedQuery,
  names: Names,
  macros: Macros,
  rules: FileRules = NO_FILES,
): LinkedModel | PreviewError {
  if (parsed.kind === 'invalid') return invalidSql(model, parsed)
  const home = model.path === undefined ? model.target.schema : DEFAULT_SCHEMA
  const links: Link[] = []
  for (const reference of parsed.references) {
    const link = resolveLink(model, reference, names, home, rules)
    if (link instanceof PreviewError) return link
    links.push(link)
  }
  for (const read of parsed.files ?? []) {
    const table = tableOfCall(model.sql, read, rules)
    if (table instanceof PreviewError) return placed(table, model, read.start)
    const { start, end, alias } = read
    const reference = { table: read.function, start, end, ...(alias !== undefined && { alias }) }
    links.push({ reference, target: { kind: 'file', table } })
  }
  const throughMacros = doneByMacros(parsed, macros)
    .references.map((reference) => names.resolve(reference))
    .flatMap((resolution) => (resolution.kind === 'model' ? [resolution.name] : []))
  const declared = declaredInputs(model, names)
  if (declared instanceof PreviewError) return declared
  const direct = links.flatMap(({ target }) => (target.kind === 'model' ? [target.name] : []))
  const inputs = new Set([...direct, ...throughMacros, ...declared])
  inputs.delete(model.name)
  const doings = withMacros(parsed, macros)
  return {
    model,
    query: parsed,
    links,
    inputs: [...inputs].sort(byText),
    readsModelsThroughMacros: throughMacros.length > 0,
    chance: chanceIn(doings),
    draws: drawsIn(doings),
    isSampled: doings.sampled,
  }
}

function invalidSql(model: Model, parsed: ParsedQuery & { readonly kind: 'invalid' }): PreviewError {
  return new PreviewError('model.sql', parsed.message, { ...placeIn(model, parsed.position), hint: parsed.hint })
}

function resolveLink(
  model: Model,
  reference: TableReference,
  names: Names,
  home: string,
  rules: FileRules,
): Link | PreviewError {
  const resolution = names.resolve(reference, home)
  // A table goes before a file of its name, as in DuckDB; without a warehouse nobody can tell, and a path is a path.
  const isPath = isBareName(reference) && looksLikeFile(reference.table)
  if (isPath && (resolution.kind === 'unknown' || (resolution.kind === 'source' && !names.knowsTables)))
    return fileLink(model, reference, rules)
  switch (resolution.kind) {
    case 'model':
      return { reference, target: resolution.name === model.name ? { kind: 'self' } : resolution }
    case 'source':
      return { reference, target: resolution }
    case 'orphan':
      return new PreviewError(
        'model.unknown-reference',
        `"${formatRelation(reference)}" is filled by the model "${resolution.model}", which this side does not have: it would read a table that nobody builds any more.`,
        { ...placeIn(model, reference.start), hint: 'Read another model, or keep the one that fills it.' },
      )
    case 'unknown':
      return unknownReference(model, reference, resolution.near, names.pipelineFilling(reference))
  }
}

function fileLink(model: Model, reference: TableReference, rules: FileRules): Link | PreviewError {
  const table = tableOfName(reference.table, rules)
  if (table instanceof PreviewError) return placed(table, model, reference.start)
  // DuckDB calls it by the file's name without its ending.
  const stem = (reference.table.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '')
  return { reference: { ...reference, table: stem }, target: { kind: 'file', table } }
}

function placed({ code, message, hint }: PreviewError, model: Model, offset: number): PreviewError {
  return new PreviewError(code, message, { ...placeIn(model, offset), hint })
}

function isBareName({ catalog, schema }: Relation): boolean {
  return catalog === undefined && schema === undefined
}

function unknownReference(
  model: Model,
  reference: TableReference,
  known: readonly string[],
  pipeline: string | undefined,
): PreviewError {
  const name = formatRelation(reference)
  return new PreviewError('model.unknown-reference', `"${name}" is neither a model nor a table of the warehouse.`, {
    ...placeIn(model, reference.start),
    hint: didYouMean(name, known) ?? (pipeline === undefined ? undefined : filledBy(pipeline)),
  })
}

function filledBy(pipeline: string): string {
  return `The pipeline \`${pipeline}\` fills tables there, and a preview runs no such pipeline: create the table in the seed, or name a warehouse in which it has run.`
}

function declaredInputs(model: Model, names: Names): readonly string[] | PreviewError {
  const inputs: string[] = []
  for (const declared of model.dependsOn) {
    const resolution = names.resolve({ table: declared })
    if (resolution.kind === 'model') inputs.push(resolution.name)
    else {
      return new PreviewError(
        'model.unknown-reference',
        `depends_on names "${declared}", and there is no such model.`,
        {
          location: { path: model.sidecarPath ?? model.path ?? model.name },
        },
      )
    }
  }
  return inputs
}

/** Where an offset of the model's query lies in its file, with the line to show. */
export function placeIn(
  model: Model,
  offset: number | undefined,
): { readonly location?: Location; readonly frame?: string | undefined } {
  if (model.path === undefined) return {}
  if (offset === undefined) return { location: { path: model.path } }
  if (model.source !== undefined) return placeInSource(model.path, model.source, offset)
  const { line, column } = lineAndColumn(model.sql, offset)
  const above = model.sqlLineOffset
  return {
    location: { path: model.path, line: line + above, column },
    frame: codeFrame('\n'.repeat(above) + model.sql, line + above, column),
  }
}

/** The same for SQL that was made of another text. */
function placeInSource(path: string, { text, spans }: SqlSource, offset: number): ReturnType<typeof placeIn> {
  const [from, at, same = 0] = spans.findLast(([sql]) => sql <= offset) ?? spans[0] ?? [0, 0]
  const { line, column } = lineAndColumn(text, at + Math.max(0, Math.min(offset - from, same)))
  return { location: { path, line, column }, frame: codeFrame(text, line, column) }
}
