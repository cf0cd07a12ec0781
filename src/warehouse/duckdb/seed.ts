import type { EngineLimits } from './limits.ts'
import { attachFile, openLocked } from './lockdown.ts'
import { duckdbDialect } from './dialect.ts'
import { engineError } from './engine-error.ts'
import { digestOf } from '../../core/base/digest.ts'
import { PreviewError } from '../../core/base/errors.ts'

/** What a seed may do: make and fill tables, nothing that reaches outside. Words as DuckDB's lexer would see them first. */
const ALLOWED =
  /^(?:create|insert|update|delete|use|begin|start|commit|rollback|select|with|values|from|alter|drop|comment|set\s+schema)\b/i

interface Seed {
  readonly path: string
  /** The catalog that the file is attached under. */
  readonly name: string
  readonly script: string
  readonly limits: EngineLimits
  /** Whether a seed may not call a function; `name` in lower case. */
  readonly isRefused: (name: string) => boolean
}

/** Fills a new database file from a script, in an instance that holds nothing else and was locked before the first statement. */
export async function runSeed({ path, name, script, limits, isRefused }: Seed): Promise<void> {
  const { instance, connection } = await openLocked({ limits, attachments: [], readable: [] }, (settings) =>
    attachFile(settings, { path, name, readOnly: false }),
  )
  try {
    await connection.run(`USE ${duckdbDialect.quoteIdentifier(name)}`)
    const before = CHOOSES_SEED.test(script) ? undefined : stillChance()
    for (const statement of splitStatements(script)) {
      if (!ALLOWED.test(statement.bare)) {
        throw new PreviewError('seed.failed', `A seed may not run this statement: ${firstLine(statement.text)}`)
      }
      const call = calledNames(statement.text).find(isRefused)
      if (call !== undefined) {
        throw new PreviewError('seed.failed', `A seed may not call ${call}(): ${firstLine(statement.text)}`)
      }
      try {
        for (const setting of before?.(statement.text) ?? []) await connection.run(setting)
        await connection.run(statement.text)
      } catch (cause) {
        throw new PreviewError('seed.failed', `${engineError(cause).message}\nin: ${firstLine(statement.text)}`, {
          cause,
        })
      }
    }
    await connection.run(`CHECKPOINT ${duckdbDialect.quoteIdentifier(name)}`).catch((cause: unknown) => {
      throw engineError(cause)
    })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const CHOOSES_SEED = /\bsetseed\s*\(/i

/**
 * What comes before a statement so that `random()` in it gives the same values in every run, and whatever stands before it
 * in the script: an edit elsewhere in a seed changes no rows here. With several threads it would not.
 */
function stillChance(): (statement: string) => readonly string[] {
  const seen = new Map<string, number>()
  return (statement) => {
    if (!/\brandom\s*\(/i.test(statement)) return []
    const nth = (seen.get(statement) ?? 0) + 1
    seen.set(statement, nth)
    const start = Number.parseInt(digestOf(`${String(nth)} ${statement}`).slice(0, 8), 16) / 2 ** 32
    return ['SET threads = 1', `SELECT setseed(${String(start)})`]
  }
}

interface Statement {
  readonly text: string
  /** The text without the comments and blanks before its first word. */
  readonly bare: string
}

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|;|[^;'"$/-]+|[\s\S]/g

/** Splits a script at the semicolons outside strings, quoted names, dollar quotes and comments. */
export function splitStatements(script: string): readonly Statement[] {
  const statements: Statement[] = []
  let text = ''
  let bare = ''
  const end = (): void => {
    if (bare.trim() !== '') statements.push({ text: text.trim(), bare: bare.trim() })
    text = ''
    bare = ''
  }
  for (const [token] of script.matchAll(TOKEN)) {
    if (token === ';') {
      end()
      continue
    }
    text += token
    if (!token.startsWith('--') && !token.startsWith('/*')) bare += token
  }
  end()
  return statements
}

/** Every name that a parenthesis follows, in lower case; outside strings and comments. */
function calledNames(statement: string): readonly string[] {
  const code = statement.replace(TOKEN, (token) =>
    /^(?:--|\/\*|'|\$.*\$)/s.test(token) ? ' ' : token.startsWith('"') ? token.slice(1, -1) : token,
  )
  return [...code.matchAll(/(\w+)\s*\(/g)].map(([, name = '']) => name.toLowerCase())
}

function firstLine(statement: string): string {
  const line = statement.split('\n')[0] as string
  return line.length > 120 ? `${line.slice(0, 120)}…` : line
}
