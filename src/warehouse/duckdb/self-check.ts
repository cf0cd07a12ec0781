import type { DuckDBConnection } from '@duckdb/node-api'
import { PreviewError } from '../../core/base/errors.ts'
import { duckdbDialect } from './dialect.ts'

/** One attack, and how the engine must answer it. Another failure than that proves nothing. */
interface Attack {
  readonly control: string
  readonly statement: string
  readonly refusal: RegExp
}

/**
 * Tries what the lock-down must stop, on the instance that it was done to, and fails with `kernel.unlocked` where one
 * does not. A setting that was renamed or ignored by another DuckDB is found here, before a stranger's SQL finds it.
 * `readOnly` are the catalogs that nobody may write to. None of the attacks leaves anything behind, should it get through. Some five milliseconds.
 */
export async function checkLocks(
  connection: DuckDBConnection,
  folder: string,
  readOnly: readonly string[],
): Promise<void> {
  for (const attack of attacks(folder)) await expectRefusal(connection, attack)
  for (const catalog of readOnly) {
    // In a transaction, so that nothing stays of what gets through.
    await connection.run('BEGIN')
    try {
      await expectRefusal(connection, writeTo(catalog))
    } finally {
      await connection.run('ROLLBACK')
    }
  }
}

async function expectRefusal(connection: DuckDBConnection, { control, statement, refusal }: Attack): Promise<void> {
  const answer = await answerTo(connection, statement)
  if (answer === undefined) throw unlocked(control, 'it was let through')
  if (!refusal.test(answer)) throw unlocked(control, answer)
}

const NO_ACCESS = /Permission Error|has been disabled by configuration|file system operations are disabled/i
const LOCKED = /configuration has been locked|Cannot .* while database is running|Cannot change .* when/i

function attacks(folder: string): readonly Attack[] {
  const nowhere = (name: string): string => duckdbDialect.quoteLiteral(`${folder}/none/${name}`)
  return [
    { control: 'reading files', statement: `SELECT 1 FROM read_blob(${nowhere('probe')})`, refusal: NO_ACCESS },
    { control: 'listing files', statement: `SELECT 1 FROM glob(${nowhere('*')})`, refusal: NO_ACCESS },
    { control: 'writing files', statement: `COPY (SELECT 1) TO ${nowhere('probe.csv')}`, refusal: NO_ACCESS },
    { control: 'opening databases', statement: `ATTACH ${nowhere('probe.duckdb')} AS probe`, refusal: NO_ACCESS },
    {
      control: 'extensions',
      statement: `LOAD ${nowhere('probe.duckdb_extension')}`,
      refusal: /Loading external extensions is disabled|Permission Error/i,
    },
    { control: 'opening the lock', statement: 'SET lock_configuration = false', refusal: LOCKED },
    { control: 'giving access back', statement: 'SET enable_external_access = true', refusal: LOCKED },
    { control: 'the memory limit', statement: "SET memory_limit = '1TB'", refusal: LOCKED },
    { control: 'the disk limit', statement: "SET max_temp_directory_size = '1TB'", refusal: LOCKED },
    { control: 'the folder to spill to', statement: `SET temp_directory = ${nowhere('')}`, refusal: LOCKED },
  ]
}

function writeTo(catalog: string): Attack {
  return {
    control: `the read-only attachment of "${catalog}"`,
    statement: `CREATE SCHEMA ${duckdbDialect.quoteIdentifier(catalog)}."rocky_preview_probe"`,
    refusal: /read-only/i,
  }
}

/** What the engine says against a statement; undefined when it ran. */
async function answerTo(connection: DuckDBConnection, statement: string): Promise<string | undefined> {
  try {
    await connection.run(statement)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function unlocked(control: string, how: string): PreviewError {
  const [first = ''] = how.split('\n')
  return new PreviewError('kernel.unlocked', `DuckDB's lock-down does not hold: ${control} (${first}).`)
}
