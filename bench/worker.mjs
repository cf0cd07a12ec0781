/** How long until a worker answers its first query, and how long DuckDB takes for the same in this process; in milliseconds, as JSON. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const query = 'SELECT 1 AS one'

let started = performance.now()
const child = fork(join(root, 'dist', 'worker.js'), [], {
  env: { NODE_PATH: join(root, 'node_modules') },
  serialization: 'advanced',
})
await new Promise((resolve) => {
  child.once('message', resolve)
  child.send({ id: 1, operation: 'parse', request: { queries: [query] } })
})
const worker = performance.now() - started
child.kill('SIGKILL')

started = performance.now()
const { DuckDBInstance } = await import('@duckdb/node-api')
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.runAndReadAll(`SELECT json_serialize_sql('${query}')`)
const inProcess = performance.now() - started
console.log(JSON.stringify({ worker, inProcess }))
