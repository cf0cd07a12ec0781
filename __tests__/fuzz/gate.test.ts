import { writeSync } from 'node:fs'
import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBExtractedStatements } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { corpus } from '../hostile/corpus.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { bounds, found, mutatedText } from './fuzz.ts'

/** What the gate lets through is one SELECT, and DuckDB's own parser says so too. */

const BATCH = 40
const nowhere = { canary: '/nowhere', folder: '/nowhere', outside: '/nowhere', port: '1', warehouse: '/nowhere' }
const statements = ['models', 'seeds', 'expressions', 'names'] as const
const texts = [
  ...statements.flatMap((name) => corpus(name, nowhere).map(({ text }) => text)),
  'SELECT a, b FROM t WHERE a > 1',
  'WITH c AS (SELECT 1 AS a) SELECT * FROM c JOIN (VALUES (1), (2)) AS v (a) USING (a) -- done',
  "SELECT 'it''s', $$a;b$$, \"q\"\"q\", E'\\n' /* ; */ FROM t ORDER BY ALL LIMIT 1;",
  'FROM t PIVOT (sum(x) FOR y IN (1, 2))',
]
const pieces = [
  ...[';', ';;', '; DROP TABLE t', '\n;\n', "'", '"', '$$', '$a$', '--', '--\n', '/*', '*/', '\\', '\0', '(', ')', ','],
  ...['SELECT ', ' FROM ', ' UNION ALL ', 'ATTACH ', 'COPY ', 'PRAGMA ', 'SET ', 'CALL ', 'EXPLAIN ', 'WITH x AS ('],
  ...[
    'INSERT INTO t ',
    ' RETURNING *',
    'DELETE FROM t',
    'DESCRIBE ',
    'SHOW ',
    'VALUES (1)',
    'TABLE t',
    ' INTO x',
    "E'",
  ],
  ...[
    "write_log('x')",
    'sleep_ms(1)',
    "read_text('/x')",
    "'/etc/passwd'",
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\ud83d\ude00',
  ],
]

let engine: TestEngine
let oracle: DuckDBConnection
beforeAll(async () => {
  engine = await openTestEngine()
  oracle = await (await DuckDBInstance.create(':memory:', { enable_external_access: 'false' })).connect()
})
afterAll(() => {
  engine.close()
  oracle.closeSync()
})

/** Statements of nothing, before the one that there is. */
const EMPTY = /^(?:[\s;]|--[^\n]*\n|\/\*(?:(?!\/\*)[^])*?\*\/)+/

/** Why DuckDB says that a text is not one SELECT; undefined where it is. A view is made of nothing else. */
async function objection(text: string): Promise<string | undefined> {
  const [alone, viewed] = [await extracted(text), await extracted(`CREATE VIEW v AS ${text.replace(EMPTY, '')}`)]
  if (typeof alone === 'string' || typeof viewed === 'string')
    return [alone, viewed].filter((one) => typeof one === 'string').join(' / ')
  if (alone.count !== 1 || viewed.count !== 1) return `${String(alone.count)} / ${String(viewed.count)} statements`
  // In the place where a model stands nothing of it may come out of its parentheses.
  const placed = await extracted(`CREATE TABLE m AS (\n${text}\n)`)
  if (typeof placed !== 'string' && placed.count !== 1) return `${String(placed.count)} statements where a model stands`
  const type = await alone.prepare(0).then(
    ({ statementType }) => statementType,
    // There are no tables here, so most do not bind.
    () => StatementType.SELECT,
  )
  return type === StatementType.SELECT ? undefined : `statement type ${String(type)}`
}

function extracted(text: string): Promise<DuckDBExtractedStatements | string> {
  return oracle.extractStatements(text).catch((error: unknown) => String(error))
}

/** What the gate lets through of a batch, and DuckDB would not have as a SELECT. */
async function escapes(batch: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const parsed = await engine.binder.parse(batch)
  expect(parsed.length).toBe(batch.length)
  const out: (readonly [string, string])[] = []
  for (const [index, text] of batch.entries()) {
    if (parsed[index]?.kind !== 'query') continue
    passed += 1
    const why = await objection(text)
    if (why !== undefined) out.push([text, why])
  }
  return out
}
let passed = 0

describe('the gate, whatever a model holds', () => {
  it('lets nothing through that was found once', async () => {
    expect(await escapes(found('gate') as readonly string[])).toEqual([])
  })

  it('lets one SELECT through, and no other statement', async () => {
    const limits = bounds(150)
    let tried = 0
    await fc.assert(
      fc.asyncProperty(fc.array(mutatedText(texts, pieces), { minLength: BATCH, maxLength: BATCH }), async (batch) => {
        tried += batch.length
        expect(await escapes(batch)).toEqual([])
      }),
      limits,
    )
    writeSync(2, `fuzz, gate: ${String(tried)} texts, ${String(passed)} let through; seed ${String(limits.seed)}\n`)
    expect(passed).toBeGreaterThan(0)
  })
})
