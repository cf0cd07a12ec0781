import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import type { Contract } from './model.ts'
import { didYouMean } from '../base/suggest.ts'
import { errorAt, filledText, read, texts, unknownKeys } from './keys.ts'
import type { TomlFile } from './toml.ts'

/** Reads a `.contract.toml`; `note` is told of what is ignored. Fails at the first key that holds what it may not. */
export function readContract(file: TomlFile, note: (notice: Notice) => void): Contract {
  unknownKeys(file, [], Object.keys(contractSchema.shape)).forEach(note)
  unknownKeys(file, ['rules'], Object.keys(rulesSchema.shape)).forEach(note)
  const { columns, rules } = read(contractSchema, file)
  columns.forEach((_, index) => {
    unknownKeys(file, ['columns', index], Object.keys(columnSchema.shape)).forEach(note)
  })
  const names = new Set<string>()
  columns.forEach(({ name, type }, index) => {
    if (names.has(name.toLowerCase())) {
      throw errorAt(file, ['columns', index, 'name'], `The column "${name}" stands in this contract twice.`)
    }
    names.add(name.toLowerCase())
    if (type !== undefined) checkType(file, index, type)
  })
  return {
    columns: columns.map(({ name, type, nullable }) => ({
      name,
      ...(type !== undefined && { type }),
      ...(nullable !== undefined && { nullable }),
    })),
    required: rules.required,
    protected: rules.protected,
    noNewNullable: rules.no_new_nullable,
  }
}

/** The types of Rocky, by name. DuckDB's own spelling is taken too: `BIGINT`, `DECIMAL(18,2)`. */
export const CONTRACT_TYPES =
  'Boolean Int32 Int64 Float32 Float64 Decimal String Binary Date Timestamp TimestampNtz Array Map Struct Variant'.split(
    ' ',
  )

/** Words of DuckDB are upper-case or hold a bracket; what is neither those nor a type of Rocky's is a slip. */
function checkType(file: TomlFile, index: number, type: string): void {
  if (CONTRACT_TYPES.includes(type) || /^[A-Z][A-Z0-9_ ]*$/.test(type) || /[(<[]/.test(type)) return
  const hint = didYouMean(type, CONTRACT_TYPES) ?? `One of ${CONTRACT_TYPES.join(', ')}.`
  throw errorAt(file, ['columns', index, 'type'], `There is no type "${type}".`, hint)
}

const columnSchema = z.object({
  name: filledText,
  type: filledText.optional(),
  nullable: z.boolean().optional(),
  description: z.unknown().optional(),
})

const rulesSchema = z.object({
  required: texts.default([]),
  protected: texts.default([]),
  no_new_nullable: z.boolean().default(false),
})

const contractSchema = z.object({
  columns: z.array(columnSchema).default([]),
  rules: rulesSchema.prefault({}),
})
