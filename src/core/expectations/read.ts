import { codeFrame, lineAndColumn } from '../base/code-frame.ts'
import { declarationBlocks } from './description.ts'
import { tomlStatements } from './toml.ts'
import { parseStatements, type Parsed } from './parse.ts'
import {
  LONGEST_TEXT,
  MOST_DECLARATIONS,
  MOST_FAULTS,
  noDeclarations,
  type Declaration,
  type DeclarationFault,
  type Declarations,
  type Source,
} from './declaration.ts'

/** What a pull request's description declares in its blocks. The text may hold anything; it is read as far as 64 kB. */
export function readDescription(markdown: string): Declarations {
  const source: Source = { kind: 'description' }
  if (markdown.length > LONGEST_TEXT) return tooLong(source)
  const text = declarationBlocks(markdown)
  return text === undefined ? noDeclarations : placed(parseStatements(text), text, source)
}

/** What preview.expectations.toml declares. */
export function readDeclarationFile(text: string, source: Extract<Source, { kind: 'file' }>): Declarations {
  if (text.length > LONGEST_TEXT) return tooLong(source)
  return placed(tomlStatements(text), text, source)
}

/** All together, as far as a pull request may go. */
export function allDeclarations(parts: readonly Declarations[]): Declarations {
  const declarations = parts.flatMap((part) => part.declarations)
  const faults = parts.flatMap((part) => part.faults)
  const [beyond] = declarations.slice(MOST_DECLARATIONS)
  const message = `Only the first ${String(MOST_DECLARATIONS)} declarations are checked.`
  const tooMany = beyond === undefined ? [] : [{ message, ...placeOf(beyond), frame: undefined }]
  return {
    declarations: declarations.slice(0, MOST_DECLARATIONS),
    faults: [...faults, ...tooMany].slice(0, MOST_FAULTS),
  }
}

function placeOf({ source, line, column }: Declaration): Pick<DeclarationFault, 'source' | 'line' | 'column'> {
  return { source, line, column }
}

function placed({ statements, mistakes }: Parsed, text: string, source: Source): Declarations {
  return {
    declarations: statements.slice(0, MOST_DECLARATIONS + 1).map(({ subject, clause, text: told, offset }) => ({
      subject,
      clause,
      text: told,
      source,
      ...lineAndColumn(text, offset),
    })),
    faults: mistakes.slice(0, MOST_FAULTS).map(({ message, offset }) => {
      const { line, column } = lineAndColumn(text, offset)
      return { message, source, line, column, frame: codeFrame(text, line, column) }
    }),
  }
}

function tooLong(source: Source): Declarations {
  const message = 'The text is longer than 64 kB, so nothing in it was read.'
  return { declarations: [], faults: [{ message, source, line: 1, column: 1, frame: undefined }] }
}
