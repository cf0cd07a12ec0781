import { TomlDate } from 'smol-toml'
import { z } from 'zod'
import type { UnitRow, UnitTest, UnitValue } from './model.ts'
import { errorAt, filledText, keyError, read, valueAt } from './keys.ts'
import type { KeyPath } from './locate.ts'
import { missingVariable } from './substitute.ts'
import { isTable, type TomlFile } from './toml.ts'

/** Reads `[[test]]`: given rows → expected rows. Fails at the first key that holds what it may not. */
export function readUnitTests(file: TomlFile): readonly UnitTest[] {
  const written = valueAt(file, ['test'])
  if (written === undefined) return []
  if (!Array.isArray(written)) throw keyError(file, ['test'], 'a list of tables: write [[test]]')
  const names = new Set<string>()
  return written.map((_, index) => {
    const test = readUnitTest(file, ['test', index])
    if (names.has(test.name)) {
      throw errorAt(file, ['test', index, 'name'], `There is another unit test "${test.name}" in this file.`)
    }
    names.add(test.name)
    return test
  })
}

const rowsSchema = z.array(z.unknown())
const testSchema = z.object({
  name: filledText,
  given: z.array(z.object({ ref: filledText, rows: rowsSchema.default([]) })).default([]),
  expect: z.object({ rows: rowsSchema.default([]), ordered: z.boolean().default(false) }),
})

function readUnitTest(file: TomlFile, at: KeyPath): UnitTest {
  if (Array.isArray(valueAt(file, [...at, 'expect']))) {
    throw keyError(file, [...at, 'expect'], 'one table: write [test.expect]')
  }
  const { name, given, expect } = read(testSchema, file, at)
  return {
    name,
    given: given.map(({ ref, rows }, index) => ({ ref, rows: readRows(file, [...at, 'given', index, 'rows'], rows) })),
    expect: { rows: readRows(file, [...at, 'expect', 'rows'], expect.rows), ordered: expect.ordered },
  }
}

function readRows(file: TomlFile, at: KeyPath, rows: readonly unknown[]): readonly UnitRow[] {
  return rows.map((row, index): UnitRow => {
    const path = [...at, index]
    if (!isTable(row)) throw keyError(file, path, 'a row: a table of columns')
    if (Object.keys(row).length === 0) throw keyError(file, path, 'a row with a column at least')
    const cells = Object.entries(row).map(([column, value]) => [column, readCell(file, [...path, column], value)])
    return Object.fromEntries(cells) as UnitRow
  })
}

function readCell(file: TomlFile, at: KeyPath, value: unknown): UnitValue {
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'string') {
    if (missingVariable(value) !== undefined) throw keyError(file, at, 'text')
    return value
  }
  if (value instanceof TomlDate) return { type: dateType(value), text: dateText(value) }
  if (Array.isArray(value)) return value.map((item, index) => readCell(file, [...at, index], item))
  throw keyError(file, at, 'text, a number, true or false, a date or a list of these')
}

function dateType(date: TomlDate): 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMPTZ' {
  if (date.isDate()) return 'DATE'
  if (date.isTime()) return 'TIME'
  return date.isLocal() ? 'TIMESTAMP' : 'TIMESTAMPTZ'
}

/** As DuckDB writes it: a blank for TOML's `T`, no fraction of zeros. */
function dateText(date: TomlDate): string {
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.0+(?=$|[Z+-])/, '')
}
