import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { EngineLimits } from './limits.ts'
import { checkLocks } from './self-check.ts'
import { duckdbDialect } from './dialect.ts'

/** A database file to attach. */
export interface Attachment {
  readonly path: string
  readonly name: string
  readonly readOnly: boolean
}

/** What an instance may use once it is locked. */
export interface Locked {
  readonly limits: EngineLimits
  readonly attachments: readonly Attachment[]
  /** Folders that SQL may read from. DuckDB lets it write there too; COPY and ATTACH are kept out by the gate. */
  readonly readable: readonly string[]
}

/**
 * Opens an in-memory instance, attaches the files and then shuts every door, in the order that docs/security.md
 * explains: what can only be set at open, what is only enforced by SET, ATTACH while access is still on, access off,
 * lock last. After this no statement can open a file, load an extension or change a setting but `threads`, and that was
 * tried: see `checkLocks`.
 */
export async function openLocked(
  { limits, attachments, readable }: Locked,
  attach: (connection: DuckDBConnection) => Promise<void>,
): Promise<{ readonly instance: DuckDBInstance; readonly connection: DuckDBConnection }> {
  const { temporaryFolder } = limits
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    allow_persistent_secrets: 'false',
    temp_directory: `${temporaryFolder}/spill`,
    extension_directory: `${temporaryFolder}/none`,
    secret_directory: `${temporaryFolder}/none`,
    home_directory: `${temporaryFolder}/none`,
    max_expression_depth: '250',
    threads: String(limits.threads),
    ...(limits.memoryBytes === undefined ? {} : { memory_limit: `${String(limits.memoryBytes)}B` }),
  })
  const connection = await instance.connect()
  const settings = [
    // GLOBAL: every statement has a connection of its own, and a plain SET of these two is for one connection.
    "SET GLOBAL TimeZone = 'UTC'",
    'SET GLOBAL perfect_ht_threshold = 17',
    "SET allowed_configs = ['threads']",
    // Given at open it is shown but not enforced (DuckDB 1.4.5 to 1.5.5).
    ...(limits.maxDiskBytes === undefined ? [] : [`SET max_temp_directory_size = '${String(limits.maxDiskBytes)}B'`]),
  ]
  for (const setting of settings) await connection.run(setting)
  await attach(connection)
  if (readable.length > 0) {
    const folders = readable.map((folder) => duckdbDialect.quoteLiteral(folder)).join(', ')
    await connection.run(`SET allowed_directories = [${folders}]`)
  }
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  const readOnly = attachments.filter((attachment) => attachment.readOnly).map(({ name }) => name)
  await checkLocks(connection, temporaryFolder, readOnly)
  return { instance, connection }
}

/** `ATTACH 'file' AS name (READ_ONLY)`. */
export async function attachFile(connection: DuckDBConnection, { path, name, readOnly }: Attachment): Promise<void> {
  const attach = `ATTACH ${duckdbDialect.quoteLiteral(path)} AS ${duckdbDialect.quoteIdentifier(name)}`
  await connection.run(readOnly ? `${attach} (READ_ONLY)` : attach)
}
