import { PreviewError, type ErrorCode } from '../../core/base/errors.ts'

interface KnownMessage {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly hint?: string
}

/** What DuckDB says, and what it means to the reader. First match wins; read off DuckDB 1.5.5. */
const knownMessages: readonly KnownMessage[] = [
  { pattern: /No space left on device|failed to (?:write|sync|truncate).*(?:space|ENOSPC)/is, code: 'disk.full' },
  { pattern: /Out of Memory Error|failed to (?:offload|allocate)|could not allocate/i, code: 'engine.out-of-memory' },
  {
    pattern: /file system operations are disabled|LocalFileSystem|Permission Error/i,
    code: 'engine.failed',
    hint: 'A preview reads no files and no URLs from SQL, but for CSV and JSON files of the repository: load them into the warehouse or the seed as a table.',
  },
  {
    pattern: /extension|is not in the catalog, but it exists in the (\w+)/i,
    code: 'engine.failed',
    hint: 'A preview loads no extensions; only what DuckDB has built in (JSON, Parquet, ICU) is there.',
  },
]

/** A statement's failure in our words. DuckDB's first paragraph is kept; paths are left to the caller to shorten. */
export function engineError(cause: unknown): PreviewError {
  const message = messageOf(cause)
  const known = knownMessages.find(({ pattern }) => pattern.test(message))
  return new PreviewError(known?.code ?? 'engine.failed', message, { hint: known?.hint, cause })
}

/** What to do about a message of DuckDB's, where we know more than it says. */
export function hintFor(message: string): string | undefined {
  return knownMessages.find(({ pattern }) => pattern.test(message))?.hint
}

const attachMessages: readonly KnownMessage[] = [
  { pattern: /No such file|database does not exist|cannot find the path/i, code: 'warehouse.missing' },
  { pattern: /Could not set lock|Conflicting lock|being used by another process/i, code: 'warehouse.locked' },
  { pattern: /encrypt|cipher|decrypt/i, code: 'warehouse.encrypted' },
  { pattern: /version number|newer (?:version|DuckDB)|storage version/i, code: 'warehouse.newer' },
  { pattern: /\bwal\b|write-ahead/i, code: 'warehouse.wal' },
  { pattern: /No space left/i, code: 'disk.full' },
  { pattern: /./s, code: 'warehouse.not-duckdb' },
]

/** Why a warehouse file could not be opened. */
export function attachError(cause: unknown, path: string): PreviewError {
  const message = messageOf(cause)
  const code =
    attachMessages.find(({ pattern }) => pattern.test(message.replaceAll(path, '')))?.code ?? 'warehouse.not-duckdb'
  return new PreviewError(code, message, { cause })
}

/** The message without the class that DuckDB puts before it and the stack that it may put behind. */
function messageOf(cause: unknown): string {
  const message =
    typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause)
  return (message.split(/\n\nStack Trace:/)[0] as string).trim()
}
