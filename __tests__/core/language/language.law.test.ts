import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { compilePipeline } from '../../../src/core/language/compile.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { madePipeline, type Row, type Table } from './made-pipeline.ts'
import { rowsOf } from './rows.ts'

const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 80)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

const small = fc.option(fc.nat(3), { freq: 4 })
const tRows = fc.array(fc.record({ a: small, b: small, s: fc.constantFrom('x', "it's", null) }), { maxLength: 6 })
const uRows = fc.array(fc.record({ a: small, c: small }), { maxLength: 4 })

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
})

afterAll(() => {
  engine.close()
})

describe('a pipeline', () => {
  it('gives the rows that its steps give, taken one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(madePipeline, tRows, uRows, async ({ text, run }, t, u) => {
        await fill('t', ['a', 'b', 's'], t)
        await fill('u', ['a', 'c'], u)
        const { columns, rows } = run({ t: { columns: ['a', 'b', 's'], rows: t }, u: { columns: ['a', 'c'], rows: u } })
        const lines = rows.map((row) => columns.map((column) => String(row[column] ?? '∅')).join(' '))
        expect({ text, rows: await rowsOf(engine, text) }).toEqual({ text, rows: [columns.join(' '), ...lines.sort()] })
      }),
      { numRuns: RUNS, seed: SEED },
    )
  }, 3_600_000)

  async function fill(table: string, columns: Table['columns'], rows: readonly Row[]): Promise<void> {
    const types = columns.map((column) => `"${column}" ${column === 's' ? 'VARCHAR' : 'BIGINT'}`).join(', ')
    const values = rows.map((row) => `(${columns.map((column) => literal(row[column] ?? null)).join(', ')})`)
    await engine.run(`CREATE OR REPLACE TABLE w.main.${table} (${types})`)
    if (values.length > 0) await engine.run(`INSERT INTO w.main.${table} VALUES ${values.join(', ')}`)
  }
})

const WORDS =
  'let from where group derive select join left right full cross sort take distinct replicate as on keep asc desc and or ' +
  'not is null in true false match over partition rows range unbounded current by window a b c sum count f _ a.b 1 2_0 ' +
  '1.5 "x" \'y\' @2024-02-29 .. { } ( ) [ ] : , . * + - / % == != >= <= > < = | => -- \n'
const soup = fc
  .array(fc.constantFrom(...WORDS.split(' ')), { maxLength: 30 })
  .map((words) => `from t ${words.join(' ')}`)
const mutated = fc
  .tuple(
    madePipeline,
    fc.nat(),
    fc.nat(8),
    fc.oneof(fc.constantFrom(...WORDS.split(' ')), fc.string({ unit: 'binary', maxLength: 3 })),
  )
  .map(([{ text }, at, length, put]) => {
    const place = at % (text.length + 1)
    return text.slice(0, place) + put + text.slice(place + length)
  })

const anything = fc.oneof(
  { weight: 3, arbitrary: soup },
  { weight: 6, arbitrary: mutated },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

describe('any text', () => {
  it('is lowered to what DuckDB parses, or refused with a place in it', async () => {
    let parsed = 0
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const made = outcomeOf(text)
        if (made instanceof PreviewError) {
          const { line = 0, column = 0 } = made.location ?? {}
          expect(made.code).toBe('model.rocky')
          expect(text.split('\n')[line - 1]?.length ?? -1).toBeGreaterThanOrEqual(column - 1)
          return
        }
        parsed += 1
        const [query] = await engine.binder.parse([made.sql])
        expect({ text, sql: made.sql, kind: query?.kind }).toEqual({ text, sql: made.sql, kind: 'query' })
        expect(made.spans).toEqual([...made.spans].sort(([a], [b]) => a - b))
        expect(made.spans.every(([sql, source]) => sql <= made.sql.length && source <= text.length)).toBe(true)
      }),
      { numRuns: RUNS * 10, seed: SEED },
    )
    expect(parsed).toBeGreaterThan(RUNS / 2)
  }, 3_600_000)
})

function outcomeOf(text: string): ReturnType<typeof compilePipeline> | PreviewError {
  try {
    return compilePipeline({ path: 'models/m.rocky', text }, 0)
  } catch (error) {
    if (error instanceof PreviewError) return error
    throw error
  }
}

function literal(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL')
}
