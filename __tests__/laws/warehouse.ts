import { DuckDBInstance } from '@duckdb/node-api'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/core/project/model.ts'
import { temporaryFolder } from '../support/git-repository.ts'
import { runInProduction } from '../support/production.ts'
import type { MadeCase, MadeRow } from './project.ts'
import type { MadeSides, SideModel } from './sides.ts'

/** A warehouse as base's code left it, after which its sources got some rows more and some of its tables were spoiled. */
export async function makeWarehouse(
  { sources, stored, news }: MadeCase,
  { base, gadgets }: MadeSides,
): Promise<{ readonly file: string; readonly stored: ReadonlySet<string> }> {
  const file = join(temporaryFolder(), 'w.duckdb')
  const needed = gadgets.flatMap(({ needs = [] }) => base.filter(({ name }) => needs.includes(name)))
  await run(file, [
    ...['raw', 's1', 's2'].map((schema) => `CREATE SCHEMA ${schema}`),
    ...sources.map(
      (rows, index) =>
        `CREATE TABLE raw.s${String(index)} AS SELECT * FROM (VALUES ${rows.map(values).join(', ')}) AS v (k, a, b, d, t)`,
    ),
    'CREATE VIEW raw.v0 AS SELECT * FROM w.raw.s0 WHERE k IS NOT NULL',
    'CREATE MACRO main.bump(x) AS x + 1',
    ...needed.map(({ schema, table, sql }) => `CREATE TABLE ${schema}.${table} AS ${sql}`),
    ...gadgets.flatMap(({ before = [] }) => before),
    ...(stored === 'nothing' ? needed.map(({ schema, table }) => `DROP TABLE ${schema}.${table}`) : []),
  ])
  if (stored === 'nothing') return { file, stored: new Set() }
  const isKept = ({ strategy }: SideModel, index: number): boolean =>
    strategy !== 'ephemeral' && (stored === 'all' || index % 2 === 0)
  // Nothing is there yet, so no model can read its earlier self.
  const first = base.map((side) => ({ ...modelOf(side), sql: side.first }))
  const { file: full, failed } = await runInProduction(file, 'w', first, first)
  const kept = new Set(base.filter((side, index) => isKept(side, index) && !failed.has(side.name)))
  const drops = base
    .filter((side) => !kept.has(side) && !failed.has(side.name))
    .map(({ schema, table, strategy }) => `DROP ${strategy === 'view' ? 'VIEW' : 'TABLE'} w.${schema}.${table}`)
  const result = [
    ...first.map(({ name }) => `DROP TABLE IF EXISTS w.result.${name}`),
    'DROP SCHEMA result',
    'DROP SCHEMA named CASCADE',
  ]
  const names = new Set([...kept].map(({ name }) => name))
  const spoiling = gadgets.filter(({ spoils = [] }) => spoils.some((name) => names.has(name)))
  const spoiled = new Set(spoiling.flatMap(({ spoils = [] }) => spoils))
  // What is built in the place of a spoiled table must be what it was before.
  const newer = Array.from(
    { length: spoiled.size > 0 ? 0 : news },
    (_, index) => `INSERT INTO w.raw.s0 VALUES (${String(index * 3)}, ${String(9 + index)}, 'new', 0.5, NULL)`,
  )
  const target = join(temporaryFolder(), 'w.duckdb')
  cpSync(full, target)
  await run(target, [...drops, ...result, ...newer, ...spoiling.flatMap(({ after = [] }) => after)])
  return { file: target, stored: new Set([...names].filter((name) => !spoiled.has(name))) }
}

function values([k, a, b, d, t]: MadeRow): string {
  const cast = (value: number | string | null, type: string): string =>
    `CAST(${value === null ? 'NULL' : `'${String(value)}'`} AS ${type})`
  const instant = t === null ? 'NULL' : `2026-01-31 04:00:00.00000000${String(t)}`
  return `(${cast(k, 'INTEGER')}, ${cast(a, 'INTEGER')}, ${cast(b, 'VARCHAR')}, ${cast(d, 'DOUBLE')}, ${cast(t === null ? null : instant, 'TIMESTAMP_NS')})`
}

async function run(file: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
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
export function modelOf({ name, schema, table, strategy, sql }: SideModel): Model {
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
    target: { catalog: 'w', schema, table },
    strategy: strategy in kinds ? kinds[strategy as keyof typeof kinds] : { kind: strategy as 'view' },
    dependsOn: [],
    surrogateKeys: [],
    tests: [],
    metadata: {},
  }
}
