import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import type { Column, ColumnStatistics, Row, SchemaName, Session, Usage, Value } from '../../core/ports/warehouse.ts'
import { attachError, engineError } from './engine-error.ts'
import type { EngineLimits } from './limits.ts'
import { attachFile, openLocked, type Attachment } from './lockdown.ts'
import { duckdbDialect } from './dialect.ts'
import { importFile, type DataFile } from './import-file.ts'
import { Turnstile } from './turnstile.ts'
import { readStatistics } from './statistics.ts'
import { parseProfile, scannedTables, usageOf } from './usage.ts'
import { measureWidths, type Widths } from './widths.ts'

/** The seed of `random()` for every statement that builds: any fixed number will do. */
const BUILD_SEED = 0.42
const OTHER_SEED = -0.77

/** A locked DuckDB instance with the warehouse and the environment attached. Statements arrive as text that was rendered by our dialect. */
export class Engine {
  readonly #instance: DuckDBInstance
  readonly #settings: DuckDBConnection
  readonly #written: readonly string[]
  readonly #turnstile: Turnstile
  /** Of tables that were scanned or built, by rendered name: a table does not change while it stands. */
  readonly #widths = new Map<string, Widths>()

  private constructor(
    instance: DuckDBInstance,
    settings: DuckDBConnection,
    { threads }: EngineLimits,
    attachments: readonly Attachment[],
  ) {
    this.#instance = instance
    this.#settings = settings
    this.#written = attachments.filter(({ readOnly, path }) => !readOnly && path !== ':memory:').map(({ name }) => name)
    this.#turnstile = new Turnstile(async (mode) => {
      await settings.run(`SET threads = ${String(mode === 'build' ? 1 : threads)}`)
    })
  }

  static async open(
    attachments: readonly Attachment[],
    limits: EngineLimits,
    imports: readonly DataFile[] = [],
    readable: readonly string[] = [],
  ): Promise<Engine> {
    const { instance, connection } = await openLocked({ limits, attachments, readable }, async (settings) => {
      for (const attachment of attachments) {
        try {
          await attachFile(settings, attachment)
        } catch (cause) {
          throw attachError(cause, attachment.path)
        }
      }
      for (const file of imports) await importFile(settings, file)
    })
    return new Engine(instance, connection, limits, attachments)
  }

  async execute(statement: string): Promise<void> {
    await this.#turnstile.run('build', () => this.#onConnection((connection) => connection.run(statement)))
  }

  /** Rows of a small answer under the session's conditions. */
  async query(statement: string, session: Session): Promise<readonly Row[]> {
    return this.#turnstile.run(session.mode, () =>
      this.#onConnection(async (connection) => {
        await enter(connection, session)
        return rowsOf(connection, statement)
      }),
    )
  }

  /** `target` is a rendered name. */
  async materialize(target: string, query: string, session: Session): Promise<Usage> {
    return this.#turnstile.run(session.mode, () =>
      this.#onConnection(async (connection) => {
        await enter(connection, session)
        this.#widths.delete(target)
        const started = performance.now()
        const rows = await rowsOf(connection, `EXPLAIN (ANALYZE, FORMAT json) CREATE TABLE ${target} AS (${query})`)
        const durationMs = performance.now() - started
        const profile = parseProfile(String(Object.values(rows[0] ?? {})[1]))
        const widths = new Map<string, Widths | undefined>()
        for (const table of scannedTables(profile))
          widths.set(table, await this.#widthsOf(connection, renderedName(table)))
        const written = await this.#widthsOf(connection, target)
        const [counted] = await rowsOf(connection, `SELECT count(*) AS n FROM ${target}`)
        const usage = usageOf(profile, {
          durationMs,
          widthsOf: (table) => widths.get(table),
          written,
          rows: Number(counted?.['n'] ?? 0),
        })
        return { ...usage, accountingMs: performance.now() - started - durationMs }
      }),
    )
  }

  /** Several small questions on one connection, where names are looked up as the session says; nothing that builds. */
  async ask<T>(
    { mode, searchPath }: Session,
    work: (ask: (statement: string) => Promise<readonly Row[]>) => Promise<T>,
  ): Promise<T> {
    return this.#turnstile.run(mode, () =>
      this.#onConnection(async (connection) => {
        await lookIn(connection, searchPath)
        return work((statement) => rowsOf(connection, statement))
      }),
    )
  }

  /** `relation` is a rendered name. Undefined when there is no such relation. */
  async describe(relation: string): Promise<readonly Column[] | undefined> {
    return this.#turnstile.run('build', () =>
      this.#onConnection(async (connection) => {
        try {
          const rows = await rowsOf(connection, `DESCRIBE ${relation}`)
          return rows.map((row) => ({
            name: String(row['column_name']),
            type: String(row['column_type']),
            ...(row['key'] === 'PRI' && { isPrimaryKey: true as const }),
          }))
        } catch (cause) {
          if (/^Catalog Error: .*does not exist/s.test((cause as Error).message)) return undefined
          throw cause
        }
      }),
    )
  }

  /** `table` is a rendered name. */
  async statistics(table: string): Promise<readonly ColumnStatistics[]> {
    return this.#turnstile.run('build', () =>
      this.#onConnection((connection) => readStatistics((statement) => rowsOf(connection, statement), table)),
    )
  }

  /** Puts everything that was written into the files themselves: one without its `.wal` would be a file without data. */
  async writeDown(): Promise<void> {
    for (const name of this.#written) {
      await this.execute(`FORCE CHECKPOINT ${duckdbDialect.quoteIdentifier(name)}`)
    }
  }

  /** Stops what is running; each statement then fails with "Interrupted". */
  close(): void {
    this.#settings.closeSync()
    this.#instance.closeSync()
  }

  /** Undefined for a name that cannot be told apart. */
  async #widthsOf(connection: DuckDBConnection, table: string | undefined): Promise<Widths | undefined> {
    if (table === undefined) return undefined
    const known = this.#widths.get(table)
    if (known !== undefined) return known
    try {
      const widths = await measureWidths((statement) => rowsOf(connection, statement), table)
      this.#widths.set(table, widths)
      return widths
    } catch {
      // A type that cannot be written out: the model stands, and its bytes are not known.
      return undefined
    }
  }

  /** A connection for one piece of work: state that author SQL might leave (variables, temporary tables) ends with it. */
  async #onConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect()
    try {
      return await work(connection)
    } catch (cause) {
      throw engineError(cause)
    } finally {
      connection.closeSync()
    }
  }
}

/** A plan names tables without quotes: with a dot in one of the three names they cannot be told apart. */
function renderedName(table: string): string | undefined {
  const parts = table.split('.')
  return parts.length === 3 ? parts.map((part) => duckdbDialect.quoteIdentifier(part)).join('.') : undefined
}

async function lookIn(connection: DuckDBConnection, searchPath: Session['searchPath']): Promise<void> {
  if (searchPath.length > 0) await connection.run(`SET search_path = ${searchPathLiteral(searchPath)}`)
}

async function enter(connection: DuckDBConnection, { mode, searchPath, seed }: Session): Promise<void> {
  await lookIn(connection, searchPath)
  if (mode === 'build') await connection.run(`SELECT setseed(${String(seed === undefined ? BUILD_SEED : OTHER_SEED)})`)
}

function searchPathLiteral(path: readonly SchemaName[]): string {
  const quoted = (name: string): string => duckdbDialect.quoteIdentifier(name)
  return duckdbDialect.quoteLiteral(path.map(({ catalog, schema }) => `${quoted(catalog)}.${quoted(schema)}`).join(','))
}

async function rowsOf(connection: DuckDBConnection, statement: string): Promise<readonly Row[]> {
  const reader = await connection.runAndReadAll(statement)
  return reader
    .getRowObjects()
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))
}

function plain(value: DuckDBValue): Value {
  if (value === null || typeof value !== 'object') return value
  return value.toString()
}
