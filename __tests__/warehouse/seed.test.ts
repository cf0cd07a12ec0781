import { afterAll, describe, expect, it } from '@jest/globals'
import { DuckDBInstance } from '@duckdb/node-api'
import { join } from 'node:path'
import { isRefusedInSeed } from '../../src/binder/gate.ts'
import { runSeed } from '../../src/warehouse/duckdb/seed.ts'
import { removeTemporaryFolders, temporaryFolder } from '../support/git-repository.ts'

afterAll(removeTemporaryFolders)

describe('runSeed', () => {
  const dice = 'CREATE TABLE dice AS SELECT i, random() AS x FROM range(300000) AS t (i);'

  it('gives random() the same values in every run, whatever else the script holds', async () => {
    const alone = await checksumOf(dice, 'dice')
    expect(await checksumOf(dice, 'dice')).toBe(alone)
    expect(await checksumOf(`CREATE TABLE other AS SELECT random() AS y FROM range(10); ${dice}`, 'dice')).toBe(alone)
  })

  it('gives the same statement other values the second time', async () => {
    const twice = 'CREATE TABLE t (x DOUBLE); INSERT INTO t SELECT random(); INSERT INTO t SELECT random();'
    expect(await answer(twice, 'SELECT count(DISTINCT x) FROM t')).toBe('2')
  })

  it('leaves a script alone that starts random() itself', async () => {
    const own = (start: string): string => `SELECT setseed(${start}); CREATE TABLE t AS SELECT random() AS x;`
    const of = (start: string): Promise<string> => answer(own(start), 'SELECT x FROM t')
    expect(await of('0.1')).toBe(await of('0.1'))
    expect(await of('0.1')).not.toBe(await of('0.2'))
  })
})

const checksumOf = (script: string, table: string): Promise<string> =>
  answer(script, `SELECT sum(hash(hash(t, rowid))::HUGEINT) FROM ${table} AS t`)

async function answer(script: string, question: string): Promise<string> {
  const folder = temporaryFolder()
  const path = join(folder, 'w.duckdb')
  const limits = { threads: 2, memoryBytes: 500_000_000, maxDiskBytes: undefined, temporaryFolder: folder }
  await runSeed({ path, name: 'w', script, limits, isRefused: isRefusedInSeed })
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  const [row] = (await connection.runAndReadAll(question)).getRows()
  connection.closeSync()
  instance.closeSync()
  return String(row?.[0])
}
