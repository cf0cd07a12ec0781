import { readFileSync, writeFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

/** Runs statements in a DuckDB of the test's own. */
export async function inDuckDB(
  ...statements: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    let rows: readonly Readonly<Record<string, unknown>>[] = []
    for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRowObjectsJson()
    return rows
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const contents = (name: string): readonly string[] => [
  `CREATE SCHEMA ${name}.raw`,
  `CREATE TABLE ${name}.raw.orders AS SELECT i AS id, i % 7 AS customer, i * 10 AS amount FROM range(200) t(i)`,
  `CREATE TABLE ${name}.raw.customers AS SELECT i AS id, 'c' || i AS name FROM range(7) t(i)`,
]

/** A warehouse as the shop's models want it. */
export async function makeWarehouse(path: string, ...more: readonly string[]): Promise<void> {
  await inDuckDB(`ATTACH '${path}' AS w`, ...contents('w'), ...more, 'DETACH w')
}

export async function makeEncryptedWarehouse(path: string): Promise<void> {
  const attach = `ATTACH '${path}' AS w (ENCRYPTION_KEY 'secret')`
  await inDuckDB("SET force_mbedtls_unsafe = 'true'", attach, ...contents('w'), 'DETACH w')
}

/** The version of a DuckDB file stands behind a checksum of eight bytes and the letters DUCK, in a block of 4096 bytes. */
export function makeNewer(path: string, from: string): void {
  const file = readFileSync(from)
  file.writeBigUInt64LE(99n, 12)
  let checksum = 5381n
  for (let at = 8; at < 4096; at += 8) checksum ^= BigInt.asUintN(64, file.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n)
  file.writeBigUInt64LE(checksum, 0)
  writeFileSync(path, file)
}

/** Leaves `path` with writes that are in `path`.wal alone, as a program does that still runs. */
export async function makeUnfinished(
  path: string,
  source: string,
): Promise<{ readonly file: Buffer; readonly wal: Buffer }> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`ATTACH '${source}' AS w`)
  await connection.run("SET wal_autocheckpoint = '1TB'")
  await connection.run('INSERT INTO w.raw.orders SELECT 1000 + i, 1, 5000 FROM range(50) t(i)')
  const files = { file: readFileSync(source), wal: readFileSync(`${source}.wal`) }
  connection.closeSync()
  instance.closeSync()
  writeFileSync(path, files.file)
  writeFileSync(`${path}.wal`, files.wal)
  return files
}
