import { z } from 'zod'
import { engineText, identifier, join, literal, sql, type Sql } from '../sql/sql.ts'
import { readSeparated } from './csv.ts'
import { filledText, read } from './keys.ts'
import { stemOf, type SeedFile } from './layout.ts'
import type { TomlFile } from './toml.ts'

/** Where Rocky puts the tables of files that do not say where. */
const SCHEMA = 'seeds'

/** Rows of one statement. */
const BATCH = 500

/** Rows that the types of columns are read from, as in Rocky. */
const SAMPLE = 1_000

const sidecarSchema = z.object({
  name: filledText.optional(),
  target: z.object({ schema: filledText, table: filledText.optional() }).optional(),
  column_types: z.record(z.string(), filledText).default({}),
})

/**
 * What `rocky seed` does for one file: a table with the header's columns, their types read from the first rows unless the
 * sidecar gives them, and empty fields as NULL. Hooks are not run. Fails with `seed.failed` or as a sidecar does.
 */
export function seedTable({ entry }: SeedFile, text: string, sidecar: TomlFile | undefined): readonly Sql[] {
  const { header, rows } = readSeparated(text, entry.path)
  const settings = sidecar === undefined ? sidecarSchema.parse({}) : read(sidecarSchema, sidecar)
  const schema = settings.target?.schema ?? SCHEMA
  const table = { schema, table: settings.target?.table ?? settings.name ?? stemOf(entry.path) }
  const types = new Map(Object.entries(settings.column_types))
  const sample = rows.slice(0, SAMPLE)
  const columns = header.map((name, index) => {
    const type = types.get(name) ?? typeOf(sample.map(({ fields }) => fields[index] ?? ''))
    return sql`${identifier(name)} ${engineText(type)}`
  })
  const batches = Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, n) =>
    rows.slice(n * BATCH, (n + 1) * BATCH),
  )
  return [
    sql`CREATE SCHEMA IF NOT EXISTS ${identifier(schema)}`,
    sql`CREATE TABLE ${table} (${join(columns)})`,
    ...batches.map((batch) => sql`INSERT INTO ${table} VALUES ${join(batch.map(({ fields }) => tuple(fields)))}`),
  ]
}

function tuple(fields: readonly string[]): Sql {
  return sql`(${join(fields.map((field) => (field === '' ? sql`NULL` : literal(field))))})`
}

/** The narrowest of Rocky's types that holds all values; those that are empty have none. */
function typeOf(values: readonly string[]): string {
  const types = new Set(values.filter((value) => value !== '').map(typeOfValue))
  const [only] = types
  if (types.size === 1 && only !== undefined) return only
  return types.size === 2 && types.has('BIGINT') && types.has('DOUBLE') ? 'DOUBLE' : 'VARCHAR'
}

function typeOfValue(value: string): string {
  if (/^(?:true|false)$/i.test(value)) return 'BOOLEAN'
  if (/^[+-]?\d+$/.test(value) && BigInt.asIntN(64, BigInt(value.replace('+', ''))) === BigInt(value.replace('+', '')))
    return 'BIGINT'
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return 'DOUBLE'
  return /^\d{4}-\d\d-\d\d/.test(value) ? 'TIMESTAMP' : 'VARCHAR'
}
