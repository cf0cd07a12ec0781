/** The floor of a cold run: the SQL of the demo, by hand, in a process forked like our worker. Nothing is planned, checked or told. */
import { DuckDBInstance } from '@duckdb/node-api'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , scenario, folder] = process.argv
const models = (side, name) => readFileSync(join(scenario, side, 'models', `${name}.sql`), 'utf8')
const seed = await DuckDBInstance.create(join(folder, 'shop.duckdb'))
const seeding = await seed.connect()
await seeding.run(readFileSync(join(scenario, 'base', 'data', 'seed.sql'), 'utf8'))
await seeding.run('CHECKPOINT')
seeding.closeSync()
seed.closeSync()

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run(
  `ATTACH '${join(folder, 'shop.duckdb')}' AS shop (READ_ONLY); ATTACH '${join(folder, 'base.duckdb')}' AS b; ATTACH '${join(folder, 'head.duckdb')}' AS h; USE b; CREATE SCHEMA marts; SET threads = 1`,
)
for (const name of ['staging/raw_orders', 'staging/raw_customers', 'staging/stg_orders']) {
  await connection.run(
    `CREATE TABLE ${name.split('/')[1]} AS ${models('base', name).replaceAll('ingest.', 'shop.ingest.')}`,
  )
}
await connection.run(`CREATE TABLE marts.dim_customers AS ${models('base', 'marts/dim_customers')}`)
for (const [side, catalog] of [
  ['base', 'b'],
  ['head', 'h'],
]) {
  await connection.run(`CREATE TABLE ${catalog}.main.fct_revenue AS ${models(side, 'marts/fct_revenue')}`)
}
await connection.run('SET threads = 2')
for (const catalog of ['b', 'h'])
  await connection.runAndReadAll(`SELECT count(*), sum(hash(hash(f))) FROM ${catalog}.main.fct_revenue AS f`)
await connection.runAndReadAll(
  'SELECT count(*) FILTER (x.net_amount IS DISTINCT FROM y.net_amount) FROM b.main.fct_revenue AS x FULL JOIN h.main.fct_revenue AS y USING (order_id)',
)
connection.closeSync()
instance.closeSync()
