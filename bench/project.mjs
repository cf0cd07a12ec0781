import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { join } from 'node:path'

/**
 * A repository with `models` models in folders of a hundred, each reading two of the hundred before; branch `change` edits
 * one in the last folder but one, and branch `root` one in the first, which nearly every model reads at some depth.
 */
export function makeProject(folder, models) {
  const write = (path, text) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('rocky.toml', '[adapter]\ntype = "duckdb"\npath = "bench.duckdb"\n')
  for (let n = 0; n < models; n += 1) {
    const group = Math.floor(n / 100)
    const above = (offset) => (group === 0 ? 'raw.events' : `m${String((group - 1) * 100 + ((n * 7 + offset) % 100))}`)
    if (n % 100 === 0)
      write(
        `models/g${String(group)}/_defaults.toml`,
        `[target]\ncatalog = "bench"\nschema = "s${String(group % 20)}"\n`,
      )
    write(`models/g${String(group)}/m${String(n)}.sql`, query(n, above(0), above(31)))
    write(
      `models/g${String(group)}/m${String(n)}.toml`,
      `intent = "Model ${String(n)}"\n\n[strategy]\ntype = "full_refresh"\n\n[[tests]]\ntype = "unique"\ncolumn = "id"\n`,
    )
  }
  commit(folder, 'main')
  const edited = models - 150
  write(
    `models/g${String(Math.floor(edited / 100))}/m${String(edited)}.sql`,
    query(edited, 'm1', 'm2').replace(' > 3', ' > 4'),
  )
  commit(folder, 'change')
  execFileSync('git', ['checkout', '-q', 'main'], { cwd: folder, stdio: 'pipe' })
  write('models/g0/m5.sql', query(5, 'raw.events', 'raw.events').replace('r.value + 5', 'r.value + 6'))
  commit(folder, 'root')
}

/** A DuckDB file with the source, and every model of `makeProject` on `main` as an empty table. */
export async function makeWarehouse(file, folder, models) {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run('CREATE SCHEMA raw')
  await connection.run('CREATE TABLE raw.events AS SELECT i AS id, i % 10 AS grp, i AS value FROM range(1000) t(i)')
  for (let n = 0; n < models; n += 1) {
    const group = Math.floor(n / 100)
    const schema = (of) => `s${String(Math.floor(of / 100) % 20)}`
    if (n % 100 === 0) await connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema(n)}`)
    const sql = readFileSync(join(folder, `models/g${String(group)}/m${String(n)}.sql`), 'utf8').replace(
      /FROM m(\d+)/g,
      (_, of) => `FROM ${schema(Number(of))}.m${of}`,
    )
    await connection.run(`CREATE TABLE ${schema(n)}.m${String(n)} AS ${sql} WITH NO DATA`)
  }
  connection.closeSync()
  instance.closeSync()
}

/** A repository with two models over one large table; the branch `change` edits the one that keeps nearly every row, and one row in a hundred. */
export function makeLargeProject(folder) {
  const write = (path, text) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('rocky.toml', '[adapter]\ntype = "duckdb"\npath = "large.duckdb"\n')
  write('models/_defaults.toml', '[target]\ncatalog = "large"\nschema = "marts"\n')
  write('models/orders.sql', 'SELECT * FROM raw.orders WHERE amount > 10\n')
  write('models/orders.toml', '[[tests]]\ntype = "unique"\ncolumn = "id"\n')
  write(
    'models/customers.sql',
    'SELECT customer, count(*) AS n, sum(amount) AS revenue FROM orders GROUP BY customer\n',
  )
  commit(folder, 'main')
  write(
    'models/orders.sql',
    'SELECT * REPLACE (CASE id % 100 WHEN 7 THEN amount * 2 ELSE amount END AS amount) FROM raw.orders WHERE amount > 20\n',
  )
  commit(folder, 'change')
}

/** A repository of a scenario's two folders: `base/` on main, `head/` on the branch `change`. */
export function makeRepository(scenario, folder) {
  cpSync(join(scenario, 'base'), folder, { recursive: true })
  commit(folder, 'main')
  cpSync(join(scenario, 'head'), folder, { recursive: true })
  commit(folder, 'change')
}

function commit(folder, branch) {
  const git = (...args) =>
    execFileSync(
      'git',
      ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', '-c', 'gc.auto=0', ...args],
      { cwd: folder, stdio: 'pipe' },
    )
  if (branch === 'main') git('init', '-q', '-b', branch)
  else git('checkout', '-qb', branch)
  git('add', '-A')
  git('commit', '-qm', branch)
  git('repack', '-adq')
}

function query(n, left, right) {
  return `-- Model ${String(n)}
WITH ranked AS (
    SELECT id, grp, value, sum(value) OVER (PARTITION BY grp) AS total
    FROM ${left}
    WHERE id > ${String(n % 7)}
),
counted AS (
    SELECT grp, count(*) AS n, avg(value) AS mean
    FROM ${right}
    GROUP BY grp
)
SELECT r.id, r.grp, r.value + ${String(n)} AS value, CASE WHEN c.n > 3 THEN 'many' ELSE 'few' END AS size
FROM ranked AS r
LEFT JOIN counted AS c USING (grp)
`
}
