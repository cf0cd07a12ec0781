import { afterAll, describe, expect, it } from '@jest/globals'
import { DuckDBInstance } from '@duckdb/node-api'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PreviewError } from '../../src/core/base/errors.ts'
import type { CostRecord } from '../../src/core/ports/records.ts'
import { readRecords, writeRecords } from '../../src/warehouse/duckdb/records.ts'
import { removeTemporaryFolders, temporaryFolder } from '../support/git-repository.ts'

afterAll(removeTemporaryFolders)

const folder = temporaryFolder()
const limits = { threads: 1, memoryBytes: 500_000_000, maxDiskBytes: undefined, temporaryFolder: folder }

function record(parts: Partial<CostRecord> = {}): CostRecord {
  return {
    run: 'r1',
    at: '2026-01-01 00:00:00',
    preview: 'pr-1',
    commit: 'a'.repeat(40),
    machine: 'linux',
    model: 'it\'s "quoted"',
    side: 'base',
    code: 'c',
    durationMs: 12.5,
    ...parts,
  }
}

async function refusalOf(path: string): Promise<string> {
  const error: unknown = await readRecords(path, limits).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect((error as PreviewError | undefined)?.code).toBe('records.refused')
  return (error as PreviewError).message
}

async function database(name: string, ...statements: readonly string[]): Promise<string> {
  const path = join(folder, name)
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
  return path
}

describe('the file of records', () => {
  it('gives back what was written, what is absent as absent, oldest first', async () => {
    const path = join(folder, 'records.duckdb')
    const late = record({ at: '2026-01-02 00:00:00', inputs: 'i', rows: 3, bytesScanned: 1e12 })
    await writeRecords(path, [late, record()], limits)
    expect(await readRecords(path, limits)).toEqual([record(), late])
  })

  it('refuses what is no database, with words', async () => {
    const path = join(folder, 'text.duckdb')
    writeFileSync(path, 'no database at all')
    expect(await refusalOf(path)).toMatch(/^The records '.*text\.duckdb' cannot be used: DuckDB cannot open it\.$/)
  })

  it.each([
    ['another database', 'CREATE TABLE orders (id INTEGER)'],
    ['a table of that name with other columns', 'CREATE TABLE rocky_preview_records_v1 (run VARCHAR)'],
    ['a view of that name', 'CREATE VIEW rocky_preview_records_v1 AS SELECT 1 AS run'],
  ])('refuses %s', async (name, statement) => {
    const path = await database(`${name.replaceAll(' ', '-')}.duckdb`, statement)
    expect(await refusalOf(path)).toMatch(/it holds no records of ours/)
  })

  it('says of a file of another version whose it is', async () => {
    const path = await database('newer.duckdb', 'CREATE TABLE rocky_preview_records_v2 (run VARCHAR, flavour VARCHAR)')
    expect(await refusalOf(path)).toMatch(/another version of rocky-preview wrote it\.$/)
  })

  it('refuses a file that is cut off', async () => {
    const path = join(folder, 'whole.duckdb')
    await writeRecords(path, [record()], limits)
    const cut = join(folder, 'cut.duckdb')
    writeFileSync(cut, readFileSync(path).subarray(0, 5_000))
    expect(await refusalOf(cut)).toMatch(/cannot be used/)
  })
})
