import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/core/project/model.ts'
import { temporaryFolder } from './git-repository.ts'

/** What production makes of one side, worked out by plain DuckDB and none of the code under test: model → why it failed. */
export interface ProductionRun {
  /** A database file with a table `result.<model>` for every model that exists after the run. */
  readonly file: string
  readonly failed: ReadonlyMap<string, string>
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Runs `models`, in the order given, in a copy of the warehouse; `catalog` is the name that the warehouse goes by. Bare
 * names are looked up in every schema that some model of `all` fills, as a Rocky project expects. The relations of
 * `gone` are dropped first: what nobody builds any more is not to be read. So is that of a model in `fresh`, before it
 * runs. Results are kept of what `isAsked` names.
 */
export async function runInProduction(
  warehouse: string,
  catalog: string,
  models: readonly Model[],
  all: readonly Model[],
  gone: readonly Model[] = [],
  {
    isAsked = () => true,
    fresh = new Set(),
    files,
  }: {
    readonly isAsked?: (name: string) => boolean
    readonly fresh?: ReadonlySet<string>
    /** Where relative paths start. */
    readonly files?: string | undefined
  } = {},
): Promise<ProductionRun> {
  const file = join(temporaryFolder(), 'production.duckdb')
  cpSync(warehouse, file)
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const failed = new Map<string, string>()
  try {
    await connection.run(`ATTACH '${file}' AS ${quoted(catalog)}`)
    await connection.run(`USE ${quoted(catalog)}`)
    await connection.run("SET TimeZone = 'UTC'")
    if (files !== undefined) await connection.run(`SET file_search_path = '${files}'`)
    const schemas = [...new Set(all.map(({ target }) => target.schema))].filter((schema) => schema !== 'main')
    for (const schema of [...schemas, 'named', 'result']) {
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`)
    }
    // A bare name is a model's before it is a table's.
    const path = ['named', 'main', ...schemas].map((schema) => `${catalog}.${schema}`).join(',')
    await connection.run(`SET search_path = '${path}'`)
    const kept = new Set(all.map(targetOf))
    for (const model of gone) if (!kept.has(targetOf(model))) await drop(connection, model)
    for (const model of models) {
      // One that reads itself starts from its table emptied: without it, it could not run.
      const readsItself = new RegExp(String.raw`\b${model.target.table}\b`, 'i').test(model.sql)
      if (fresh.has(model.name) && readsItself) {
        await connection.run(`CREATE OR REPLACE TABLE ${targetOf(model)} AS FROM ${targetOf(model)} LIMIT 0`)
      } else if (fresh.has(model.name)) await drop(connection, model)
      try {
        await runModel(connection, model)
        if (model.name !== model.target.table || model.target.schema !== 'main') {
          await connection.run(`CREATE OR REPLACE VIEW named.${quoted(model.name)} AS FROM ${targetOf(model)}`)
        }
      } catch (error) {
        failed.set(model.name, String(error))
        // Its readers must not find what an earlier run left.
        await drop(connection, model)
      }
    }
    for (const model of all) {
      if (failed.has(model.name) || !isAsked(model.name)) continue
      await connection
        .run(`CREATE TABLE result.${quoted(model.name)} AS FROM ${targetOf(model)}`)
        .catch(() => undefined)
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
  return { file, failed }
}

async function drop(connection: DuckDBConnection, model: Model): Promise<void> {
  for (const kind of ['VIEW', 'TABLE']) {
    await connection.run(`DROP ${kind} IF EXISTS ${targetOf(model)}`).catch(() => undefined)
  }
}

const targetOf = ({ target }: Model): string => `${quoted(target.schema)}.${quoted(target.table)}`

async function runModel(connection: DuckDBConnection, model: Model): Promise<void> {
  const { sql, strategy } = model
  const target = targetOf(model)
  const found = await connection.runAndReadAll(
    `SELECT table_type FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema = '${model.target.schema}' AND table_name = '${model.target.table}'`,
  )
  const kind = found.getRows()[0]?.[0]
  if (strategy.kind === 'view') {
    if (kind === 'BASE TABLE') await connection.run(`DROP TABLE ${target}`)
    await connection.run(`CREATE OR REPLACE VIEW ${target} AS ${sql}`)
    // A view that binds may still fail when it is read.
    await connection.run(`SELECT count(*) FROM (FROM ${target})`)
    return
  }
  if (strategy.kind === 'time_interval') {
    await runIntervals(connection, model, strategy, kind !== undefined)
    return
  }
  const stateful = ['incremental', 'microbatch', 'merge', 'delete_insert'].includes(strategy.kind)
  if (kind === undefined || !stateful) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE delta AS ${sql}`)
    if (kind === 'VIEW') await connection.run(`DROP VIEW ${target}`)
    await connection.run(`CREATE OR REPLACE TABLE ${target} AS FROM temp.delta`)
    return
  }
  await connection.run(`CREATE OR REPLACE TEMP TABLE delta AS ${sql}`)
  await addNewColumns(connection, model)
  const on = (columns: readonly string[], comparison: string): string =>
    columns.map((column) => `d.${quoted(column)} ${comparison} t.${quoted(column)}`).join(' AND ')
  const where =
    strategy.kind === 'merge'
      ? on(strategy.uniqueKey, '=')
      : strategy.kind === 'delete_insert'
        ? on(strategy.partitionBy, 'IS NOT DISTINCT FROM')
        : 'false'
  await connection.run(`DELETE FROM ${target} AS t WHERE EXISTS (SELECT 1 FROM temp.delta AS d WHERE ${where})`)
  await connection.run(`INSERT INTO ${target} BY NAME FROM temp.delta`)
}

/** The last three intervals that the table has rows in, and those that are looked back on, oldest first; all time at first. */
async function runIntervals(
  connection: DuckDBConnection,
  model: Model,
  { timeColumn, granularity, lookback = 0 }: Model['strategy'] & { readonly kind: 'time_interval' },
  exists: boolean,
): Promise<void> {
  const target = targetOf(model)
  const time = quoted(timeColumn)
  const query = (start: string, end: string): string =>
    model.sql.replaceAll('@start_date', `'${start}'`).replaceAll('@end_date', `'${end}'`)
  if (!exists) {
    await connection.run(`CREATE TABLE ${target} AS ${query('1900-01-01 00:00:00', '2200-01-01 00:00:00')}`)
    return
  }
  const rowsOf = async (sql: string): Promise<readonly string[]> =>
    (await connection.runAndReadAll(sql)).getRows().map(([value]) => String(value))
  const after = async (time: string, intervals: number): Promise<string> =>
    (
      await rowsOf(
        `SELECT strftime(TIMESTAMP '${time}' + INTERVAL (${String(intervals)}) ${granularity}, '%Y-%m-%d %H:%M:%S')`,
      )
    )[0] ?? ''
  const starts = [
    ...(await rowsOf(
      `SELECT DISTINCT strftime(date_trunc('${granularity}', CAST(${time} AS TIMESTAMP)), '%Y-%m-%d %H:%M:%S') AS s FROM ${target} WHERE ${time} IS NOT NULL ORDER BY s DESC LIMIT 3`,
    )),
  ]
  for (let back = 1; back <= lookback; back++) starts.push(await after(starts.at(-1) ?? '', -1))
  for (const start of [...starts].sort()) {
    const end = await after(start, 1)
    await connection.run(`CREATE OR REPLACE TEMP TABLE delta AS ${query(start, end)}`)
    await addNewColumns(connection, model)
    await connection.run(`DELETE FROM ${target} WHERE ${time} >= '${start}' AND ${time} < '${end}'`)
    await connection.run(`INSERT INTO ${target} BY NAME FROM temp.delta`)
  }
}

/** Rocky evolves a stateful table: a column that the query gained is added to it. */
async function addNewColumns(connection: DuckDBConnection, model: Model): Promise<void> {
  const columns = async (relation: string): Promise<readonly (readonly string[])[]> =>
    (await connection.runAndReadAll(`DESCRIBE FROM ${relation}`)).getRows().map((row) => row.map(String))
  const known = new Set((await columns(targetOf(model))).map(([name = '']) => name.toLowerCase()))
  for (const [name = '', type = ''] of await columns('temp.delta')) {
    if (!known.has(name.toLowerCase()))
      await connection.run(`ALTER TABLE ${targetOf(model)} ADD COLUMN ${quoted(name)} ${type}`)
  }
}
