import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ParsedQuery } from '../../src/core/ports/binder.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

async function parse(query: string): Promise<ParsedQuery> {
  return (await engine.binder.parse([query]))[0]!
}

describe('the gate', () => {
  it.each([
    'DETACH w',
    "ATTACH ':memory:' AS x",
    "COPY (SELECT 1) TO 'x'",
    'PRAGMA version',
    'CALL pragma_version()',
    'SET threads = 1',
    'USE w',
    'CREATE TABLE x (a INT)',
    'INSERT INTO t VALUES (1)',
    'LOAD httpfs',
    'INSTALL httpfs',
    'BEGIN',
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE '/etc'",
    'SHOW TABLES',
    'DESCRIBE t',
    'SUMMARIZE t',
    'SELECT * FROM (DESCRIBE t)',
    'EXPLAIN SELECT 1',
    'PREPARE p AS SELECT 1',
    'VACUUM',
  ])('lets nothing through but a SELECT: %s', async (query) => {
    expect(await parse(query)).toEqual({
      kind: 'invalid',
      message: expect.stringMatching(/^A model is one SELECT|^The file holds more than one/),
    })
  })

  it.each(['PIVOT t ON y USING sum(x)', 'WITH p AS (PIVOT t ON y USING sum(x)) FROM p'])(
    'asks for the values of a pivot: %s',
    async (query) => {
      expect(await parse(query)).toMatchObject({ kind: 'invalid', hint: expect.stringMatching(/List the values/) })
    },
  )

  it.each([
    ['', 'The file holds no query.'],
    ['-- nothing', 'The file holds no query.'],
    [';;', 'The file holds no query.'],
    ['SELECT 1; SELECT 2', 'The file holds more than one statement.'],
  ])('wants one statement: %j', async (query, message) => {
    expect(await parse(query)).toMatchObject({ kind: 'invalid', message })
  })

  it.each([
    "SELECT * FROM read_csv(['x' || 'y'])",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM READ_Parquet('s3://x')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM sniff_csv('x')",
    "SELECT * FROM read_duckdb('x')",
    'SELECT * FROM arrow_scan(1, 2, 3)',
    "SELECT * FROM parquet_metadata('x')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('t')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT * FROM enable_logging(storage := 'stdout')",
    'SELECT * FROM system.main.enable_Profiling()',
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM duckdb_secrets()',
    "SELECT * FROM pragma_table_info('t')",
    'SELECT * FROM checkpoint()',
    "SELECT * FROM sql_auto_complete('S')",
    "SELECT write_log('x')",
    'SELECT sleep_ms(1)',
    'SELECT pg_sleep(1)',
    "SELECT getenv('HOME')",
    "SELECT current_setting('threads')",
    "SELECT getvariable('x')",
    "SELECT system.main.Write_Log('x')",
    "SELECT json_serialize_plan('SELECT 1')",
  ])('refuses what a model may not call, and says where: %s', async (query) => {
    const name = /(\w+)\(/.exec(query)![1]!.toLowerCase()
    const refused = await parse(query)
    expect(refused).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`${name}() `),
      hint: expect.any(String),
    })
    expect(refused).toHaveProperty('position', query.search(/(?:system\.main\.)?\w+\(/))
  })

  it.each([
    "SELECT 1 WHERE (SELECT write_log('x')) IS NULL",
    'SELECT list_transform([1], x -> sleep_ms(x))',
    "SELECT sum(1) FILTER (write_log('x') = '')",
    "SELECT 1 ORDER BY write_log('x')",
    'SELECT * FROM t, LATERAL (SELECT * FROM read_csv(t.a))',
    "SELECT * REPLACE (write_log('x') AS a) FROM t",
    "VALUES (write_log('x'))",
    "WITH c AS (FROM read_text('x')) SELECT 1",
    "SELECT CASE WHEN true THEN getenv('x') END",
    "SELECT sum(1) OVER (ORDER BY write_log('x'))",
    "PIVOT (FROM read_blob('x')) ON y IN ('a') USING sum(x)",
    "SELECT 1 UNION ALL SELECT 1 FROM t GROUP BY write_log('x')",
    "SELECT 1 FROM t JOIN u ON write_log('x') = ''",
    "SELECT {'a': write_log('x')}",
    'FROM t LIMIT (SELECT sleep_ms(1))',
    "SELECT DISTINCT ON (write_log('x')) 1 FROM t",
    "SELECT 1 FROM t QUALIFY write_log('x') = ''",
  ])('looks everywhere: %s', async (query) => {
    expect(await parse(query)).toMatchObject({ kind: 'invalid', hint: expect.any(String) })
  })

  it.each([
    "SELECT nextval('s'), currval('s'), uuid(), random(), now(), current_date",
    'SELECT * FROM range(3)',
    'SELECT * FROM generate_series(1, 3)',
    'SELECT * FROM unnest([1, 2])',
    "SELECT * FROM json_each('{}')",
    'SELECT * FROM repeat(1, 3)',
    'SELECT * FROM a_macro_of_the_warehouse(1)',
    'SELECT "read_csv", sleep_ms FROM t',
    "SELECT 'write_log(1)'",
    'SELECT setseed(0.5)',
  ])('lets through what is harmless: %s', async (query) => {
    expect(await parse(query)).toMatchObject({ kind: 'query' })
  })

  it('finds what a macro of the warehouse hides when it is bound', async () => {
    await engine.run(
      'CREATE MACRO w.main.quiet(x) AS write_log(x::VARCHAR)',
      'CREATE MACRO w.main.settings() AS TABLE SELECT * FROM duckdb_settings()',
    )
    const { engineText } = await import('../../src/core/sql/sql.ts')
    const session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const
    const scans = async (query: string) => {
      const bound = await engine.binder.bind(engineText(query), session)
      return bound.kind === 'bound' ? bound.scans : bound
    }
    expect(await scans("SELECT quiet('x') AS a")).toEqual([
      { catalog: 'system', schema: 'functions', table: 'write_log' },
    ])
    expect(await scans('SELECT * FROM settings()')).toEqual([
      { catalog: 'system', schema: 'functions', table: 'duckdb_settings' },
    ])
  })
})
