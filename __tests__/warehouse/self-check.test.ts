import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { afterAll, describe, expect, it } from '@jest/globals'
import { openLocked } from '../../src/warehouse/duckdb/lockdown.ts'
import { checkLocks } from '../../src/warehouse/duckdb/self-check.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocky-preview-locks-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const LOCKS = ['SET enable_external_access = false', 'SET lock_configuration = true']

/** An instance that is locked as ours is, but for the statements left out. */
async function halfLocked(statements: readonly string[], attach?: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: `${folder}/spill` })
  const connection = await instance.connect()
  if (attach !== undefined) await connection.run(attach)
  for (const statement of statements) await connection.run(statement)
  return connection
}

describe('the self-check', () => {
  it('is content with the lock-down as it is', async () => {
    const limits = { threads: 1, memoryBytes: 100_000_000, maxDiskBytes: undefined, temporaryFolder: folder }
    const { instance } = await openLocked({ limits, attachments: [], readable: [] }, () => Promise.resolve())
    instance.closeSync()
  })

  it('finds files within reach', async () => {
    mkdirSync(`${folder}/none`, { recursive: true })
    const connection = await halfLocked(['SET lock_configuration = true'])
    await expect(checkLocks(connection, folder, [])).rejects.toMatchObject({
      code: 'kernel.unlocked',
      message: expect.stringContaining('reading files'),
    })
  })

  it('finds settings that may be changed', async () => {
    const connection = await halfLocked(LOCKS.slice(0, 1))
    await expect(checkLocks(connection, folder, [])).rejects.toMatchObject({
      code: 'kernel.unlocked',
      message: expect.stringContaining('opening the lock'),
    })
  })

  it('finds a warehouse that may be written, and leaves nothing in it', async () => {
    const connection = await halfLocked(LOCKS, `ATTACH '${folder}/w.duckdb' AS w`)
    await expect(checkLocks(connection, folder, ['w'])).rejects.toMatchObject({
      code: 'kernel.unlocked',
      message: expect.stringContaining('read-only attachment of "w"'),
    })
    const reader = await connection.runAndReadAll(
      "SELECT schema_name FROM duckdb_schemas() WHERE schema_name LIKE 'rocky%'",
    )
    expect(reader.getRows()).toEqual([])
  })
})
