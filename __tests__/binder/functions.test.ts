import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { FILE_FUNCTIONS } from '../../src/core/lineage/file-functions.ts'
import { VOLATILE_FUNCTIONS } from '../../src/core/lineage/shape/volatile.ts'
import { sql } from '../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

/** The gate refuses scalars by name, so a DuckDB that brings new ones must not widen it unseen. */

let engine: TestEngine
/** What this DuckDB has built in. */
let builtIn: readonly BuiltIn[]
/** What has been looked at, by class. */
let classes: ReadonlyMap<string, readonly string[]>

interface BuiltIn {
  readonly name: string
  readonly kind: 'scalar' | 'table'
  /** In DuckDB's own words: it has side effects, or its value is not decided by its arguments. */
  readonly isVolatile: boolean
}

beforeAll(async () => {
  engine = await openTestEngine()
  const session = { mode: 'compare', searchPath: [] } as const
  const [version] = await engine.warehouse.query(sql`SELECT ltrim(version(), 'v') AS v`, session)
  const rows = await engine.warehouse.query(
    sql`SELECT lower(function_name) AS name, function_type IN ('table', 'table_macro', 'pragma') AS rows,
          coalesce(bool_or(has_side_effects OR stability <> 'CONSISTENT'), false) AS volatile
        FROM duckdb_functions() WHERE internal GROUP BY ALL ORDER BY ALL`,
    session,
  )
  builtIn = rows.map(({ name, rows: isTable, volatile }) => ({
    name: String(name),
    kind: isTable === true ? 'table' : 'scalar',
    isVolatile: volatile === true,
  }))
  classes = classesOf(readFileSync(new URL(`functions-${String(version?.['v'])}.txt`, import.meta.url), 'utf8'))
})
afterAll(() => {
  engine.close()
})

function classesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const parts = text.split(/^\[([a-z ]+)\].*$/m).slice(1)
  const pairs: [string, readonly string[]][] = []
  for (let at = 0; at < parts.length; at += 2) pairs.push([parts[at] ?? '', (parts[at + 1] ?? '').trim().split(/\s+/)])
  return new Map(pairs)
}

const of = (name: string): readonly string[] => classes.get(name) ?? []
const namesOf = (kind: 'scalar' | 'table'): readonly string[] =>
  [...classes].flatMap(([name, names]) => (name.startsWith(kind) ? names : [])).sort()

/** Those of the names that the gate refuses. */
async function refusedBy(kind: 'scalar' | 'table'): Promise<readonly string[]> {
  const names = [...namesOf(kind)]
  const queries = names.map((name) => (kind === 'table' ? `SELECT * FROM "${name}"()` : `SELECT "${name}"()`))
  const parsed = await engine.binder.parse(queries)
  return names.filter((_, index) => parsed[index]?.kind === 'invalid')
}

describe('the functions of this DuckDB', () => {
  it.each(['scalar', 'table'] as const)('have all been looked at, each once: %s', (kind) => {
    const known = namesOf(kind)
    const there = builtIn.filter((one) => one.kind === kind).map(({ name }) => name)
    expect(there.filter((name) => !known.includes(name))).toEqual([])
    expect(known.filter((name) => !there.includes(name))).toEqual([])
    expect(known.length).toBe(new Set(known).size)
    expect(known.length).toBeGreaterThan(kind === 'scalar' ? 800 : 100)
  })

  it('are refused by the gate where they act, wait, or tell of settings, and only there', async () => {
    expect(await refusedBy('scalar')).toEqual([...of('scalar refused')].sort())
  })

  it('are refused as tables, all but a few', async () => {
    // Without the path of a file there is nothing to serve.
    expect(await refusedBy('table')).toEqual([...of('table refused'), ...of('table files')].sort())
    expect([...FILE_FUNCTIONS.keys()].sort()).toEqual([...of('table files')].sort())
  })

  it('count as chance wherever DuckDB does not vouch for them', () => {
    const doubtful = builtIn.filter(({ kind, isVolatile }) => kind === 'scalar' && isVolatile).map(({ name }) => name)
    const kept = doubtful.filter((name) => !VOLATILE_FUNCTIONS.has(name) && !of('scalar refused').includes(name))
    // It fails, or is not reached.
    expect(kept).toEqual(['error'])
    expect(of('scalar pure').filter((name) => VOLATILE_FUNCTIONS.has(name))).toEqual([])
  })
})
