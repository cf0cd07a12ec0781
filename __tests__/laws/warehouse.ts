import { DuckDBInstance } from '@duckdb/node-api'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/core/project/model.ts'
import { temporaryFolder } from '../support/git-repository.ts'
import { runInProduction } from '../support/production.ts'
import type { MadeCase } from './project.ts'
import type { SideModel } from './sides.ts'

/** A warehouse as base's code left it, after which its sources got some rows more. */
export async function makeWarehouse(
  { sources, stored, news }: MadeCase,
  base: readonly SideModel[],
): Promise<{ readonly file: string; readonly stored: ReadonlySet<string> }> {
  const file = join(temporaryFolder(), 'w.duckdb')
  await run(file, [
    ...['raw', 's1', 's2'].map((schema) => `CREATE SCHEMA ${schema}`),
    ...sources.map(
      (rows, index) =>
        `CREATE TABLE raw.s${String(index)} AS SELECT * FROM (VALUES ${rows.map(values).join(', ')}) AS t (k, a, b)`,
    ),
  ])
  const kept = base.filter(
    ({ made }, index) => made.strategy !== 'ephemeral' && (stored === 'all' || (stored === 'some' && index % 2 === 0)),
  )
  if (stored === 'nothing') return { file, stored: new Set() }
  // Nothing is there yet, so no model can read its earlier self.
  const first = base.map((side) => ({
    ...modelOf(side),
    sql: side.sql.replace(/ WHERE a > \(SELECT coalesce\(max\(a\), -9\) - 4 FROM [^)]*\)$/, ''),
  }))
  const { file: full, failed } = await runInProduction(file, 'w', first, first)
  const drops = base
    .filter((side) => !kept.includes(side) && !failed.has(side.made.name))
    .map(({ made }) => `DROP ${made.strategy === 'view' ? 'VIEW' : 'TABLE'} w.${made.schema}.${made.name}`)
  const result = [
    ...first.map(({ name }) => `DROP TABLE IF EXISTS w.result.${name}`),
    'DROP SCHEMA result',
    'DROP SCHEMA named',
  ]
  const target = join(temporaryFolder(), 'w.duckdb')
  cpSync(full, target)
  const rows = Array.from(
    { length: news },
    (_, index) => `INSERT INTO w.raw.s0 VALUES (${String(index * 3)}, ${String(9 + index)}, 'new')`,
  )
  await run(target, [...drops, ...result, ...rows])
  return { file: target, stored: new Set(kept.map(({ made }) => made.name).filter((name) => !failed.has(name))) }
}

function values([k, a, b]: MadeCase['sources'][number][number]): string {
  const number = (value: number | null): string => `CAST(${value === null ? 'NULL' : String(value)} AS INTEGER)`
  return `(${number(k)}, ${number(a)}, CAST(${b === null ? 'NULL' : `'${b}'`} AS VARCHAR))`
}

async function run(file: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(`ATTACH '${file}' AS w`)
    await connection.run('USE w')
    for (const statement of statements) await connection.run(statement)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The model as a loader would give it, made without one. */
export function modelOf({ made, sql }: SideModel): Model {
  const { name, schema, strategy } = made
  const kinds = {
    merge: { kind: 'merge', uniqueKey: ['k'] },
    delete_insert: { kind: 'delete_insert', partitionBy: ['k'] },
    incremental: { kind: 'incremental', timestampColumn: 'a' },
  } as const
  return {
    name,
    path: `models/${name}.sql`,
    sql: sql.replace(/;$/, ''),
    sqlLineOffset: 0,
    target: { catalog: 'w', schema, table: name },
    strategy: strategy in kinds ? kinds[strategy as keyof typeof kinds] : { kind: strategy as 'view' },
    dependsOn: [],
    surrogateKeys: [],
    tests: [],
    metadata: {},
  }
}
