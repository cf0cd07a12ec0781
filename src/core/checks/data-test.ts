import { z } from 'zod'
import type { TestDefinition } from '../project/model.ts'
import { authored, engineText, identifier, join, literal, sql, type Sql } from '../sql/sql.ts'

/** What a data test asks of a relation. */
export type Rule =
  /** Rows for which `fails` is true; NULL passes. */
  | { readonly kind: 'rows'; readonly fails: Sql }
  /** Rows that share their key with another; NULL equals NULL. */
  | { readonly kind: 'groups'; readonly keys: readonly Sql[] }
  /** Rows whose value is in no row of `table`, a name as the author wrote it; NULL passes. */
  | { readonly kind: 'orphans'; readonly column: string; readonly table: string; readonly toColumn: string }
  /** The number of rows, ends included. */
  | { readonly kind: 'count'; readonly min: number | undefined; readonly max: number | undefined }
  /** A figure of all rows; NULL fails. */
  | { readonly kind: 'aggregate'; readonly value: Sql; readonly passes: Sql; readonly isCount: boolean }

export interface DataTest {
  readonly name: string
  readonly type: string
  readonly column: string | undefined
  readonly severity: 'error' | 'warning'
  /** SQL of the author's: the rows that are tested are those for which it is true. */
  readonly filter: string | undefined
  readonly rule: Rule
  /** Columns of the relation that it names; they must be there. */
  readonly columns: readonly string[]
  /** Every piece of an author's SQL in it, with the key that holds it: to be let through by `fragmentFault` before any of it runs. */
  readonly fragments: readonly Fragment[]
}

export interface Fragment {
  readonly key: string
  readonly text: string
}

/** A definition that makes no test. */
export interface NoTest {
  readonly name: string
  readonly severity: 'error' | 'warning'
  readonly because: string
}

/** Makes sense of a definition, or says why there is none. */
export function readDataTest({ type, column, definition }: TestDefinition): DataTest | NoTest {
  const common = commonSchema.safeParse(definition)
  const severity = common.success ? common.data.severity : 'error'
  const name = column === undefined ? type : `${type}(${column})`
  if (!common.success) return { name, severity, because: problem(common.error) }
  if (!Object.hasOwn(readers, type)) return { name, severity, because: `there is no test of type "${type}"` }
  const read = readers[type as keyof typeof readers](definition, column)
  if ('because' in read) return { name, severity, because: read.because }
  const filter = common.data.filter?.trim()
  const filters = filter === undefined || filter === '' ? [] : [{ key: 'filter', text: filter }]
  return {
    name: read.name ?? name,
    type,
    column,
    severity,
    filter: filters[0]?.text,
    rule: read.rule,
    columns: read.columns ?? (column === undefined ? [] : [column]),
    fragments: [...filters, ...(read.fragments ?? [])],
  }
}

interface Read {
  readonly rule: Rule
  readonly name?: string
  readonly columns?: readonly string[]
  readonly fragments?: readonly Fragment[]
}
type Reader = (definition: Readonly<Record<string, unknown>>, column: string | undefined) => Read | Refused
interface Refused {
  readonly because: string
}

const commonSchema = z.object({
  severity: z.enum(['error', 'warning']).default('error'),
  filter: z.string().optional(),
})

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const digits = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).trim())
  .refine((value) => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value), 'a number')
const wholeCount = z.int().min(0)
const sqlText = z.string().refine((text) => text.trim() !== '', 'SQL')

/** The clock of these is the run's, which stands still: the session sees to it. */
const NOW = sql`now()`
const TODAY = sql`today()`

const readers = {
  not_null: ofColumn(z.object({}), (column) => ({ kind: 'rows', fails: sql`${column} IS NULL` })),
  unique: ofColumn(z.object({}), (column) => ({ kind: 'groups', keys: [column] })),
  accepted_values: ofColumn(z.object({ values: z.array(word).min(1) }), (column, { values }) => ({
    kind: 'rows',
    fails: sql`${column} NOT IN (${join(values.map(literal))})`,
  })),
  relationships: ofColumn(
    z.object({ to_table: z.string().min(1), to_column: z.string().min(1) }),
    (_, { to_table, to_column }, name) => ({ kind: 'orphans', column: name, table: to_table, toColumn: to_column }),
  ),
  in_range: ofColumn(bounds(digits), (column, { min, max }) => ({
    kind: 'rows',
    fails: join(
      [
        ...(min === undefined ? [] : [sql`${column} < ${engineText(min)}`]),
        ...(max === undefined ? [] : [sql`${column} > ${engineText(max)}`]),
      ],
      ' OR ',
    ),
  })),
  regex_match: ofColumn(z.object({ pattern: z.string().min(1) }), (column, { pattern }) => ({
    kind: 'rows',
    fails: sql`NOT regexp_matches(${column}, ${literal(pattern)})`,
  })),
  not_in_future: ofColumn(z.object({}), (column) => ({ kind: 'rows', fails: sql`${column} > ${NOW}` })),
  older_than_n_days: ofColumn(z.object({ days: z.int().min(1).max(1_000_000) }), (column, { days }) => ({
    kind: 'rows',
    fails: sql`${column} > (${TODAY} - to_days(${days}))`,
  })),
  expression: withSchema(z.object({ expression: sqlText }), ({ expression }) => ({
    name: `expression(${oneLine(expression)})`,
    rule: { kind: 'rows', fails: sql`NOT (${authored(expression)})` },
    columns: [],
    fragments: [{ key: 'expression', text: expression }],
  })),
  unique_expr: withSchema(z.object({ key_expr: sqlText }), ({ key_expr }) => ({
    name: `unique_expr(${oneLine(key_expr)})`,
    rule: { kind: 'groups', keys: [sql`(${authored(key_expr)})`] },
    columns: [],
    fragments: [{ key: 'key_expr', text: key_expr }],
  })),
  composite: withSchema(
    z.object({ kind: z.literal('unique'), columns: z.array(z.string().min(1)).min(2) }),
    ({ columns }) => ({
      name: `unique(${columns.join(', ')})`,
      rule: { kind: 'groups', keys: columns.map(identifier) },
      columns,
    }),
  ),
  row_count_range: withSchema(bounds(wholeCount), ({ min, max }) => ({
    name: `row_count_range(${rangeWords(min, max)})`,
    rule: { kind: 'count', min, max },
    columns: [],
  })),
  aggregate: withSchema(
    z.object({ op: z.enum(['sum', 'count', 'avg', 'min', 'max']), cmp: z.string(), value: digits }),
    ({ op, cmp, value }, column) => {
      const sign = Object.hasOwn(SIGNS, cmp) ? SIGNS[cmp as keyof typeof SIGNS] : undefined
      if (sign === undefined) return { because: `\`cmp\` is "${cmp}"; expected ${Object.keys(SIGNS).join(', ')}` }
      if (op !== 'count' && column === undefined) return { because: `\`${op}\` needs a \`column\`` }
      const figure =
        op === 'count' || column === undefined ? sql`count(*)` : sql`${engineText(op)}(${identifier(column)})`
      return {
        name: op === 'count' || column === undefined ? 'aggregate(count)' : `aggregate(${op} ${column})`,
        rule: {
          kind: 'aggregate',
          value: figure,
          passes: sql`${engineText(sign)} ${engineText(value)}`,
          isCount: op === 'count',
        },
        columns: op === 'count' || column === undefined ? [] : [column],
      }
    },
  ),
} as const satisfies Readonly<Record<string, Reader>>

const SIGNS = {
  lt: '<',
  '<': '<',
  lte: '<=',
  '<=': '<=',
  gt: '>',
  '>': '>',
  gte: '>=',
  '>=': '>=',
  eq: '=',
  '==': '=',
  ne: '<>',
  '!=': '<>',
} as const

function withSchema<T>(
  schema: z.ZodType<T>,
  make: (parameters: T, column: string | undefined) => Read | Refused,
): Reader {
  return (definition, column) => {
    const parsed = schema.safeParse(definition)
    return parsed.success ? make(parsed.data, column) : { because: problem(parsed.error) }
  }
}

function ofColumn<T>(schema: z.ZodType<T>, make: (column: Sql, parameters: T, name: string) => Rule): Reader {
  return withSchema(schema, (parameters, column) => {
    if (column === undefined) return { because: '`column` is missing' }
    return { rule: make(identifier(column), parameters, column) }
  })
}

function bounds<T>(bound: z.ZodType<T>) {
  return z
    .object({ min: bound.optional(), max: bound.optional() })
    .refine(({ min, max }) => min !== undefined || max !== undefined, { path: ['min'], message: '`min` or `max`' })
}

const LONGEST_NAME = 80

function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line
}

function rangeWords(min: number | undefined, max: number | undefined): string {
  const from = min === undefined ? [] : [`min ${String(min)}`]
  return [...from, ...(max === undefined ? [] : [`max ${String(max)}`])].join(', ')
}

function problem({ issues }: z.ZodError): string {
  const [issue] = issues
  const key = issue?.path.join('.') ?? ''
  const message = issue?.message ?? 'it cannot be read'
  return key === '' ? message : `\`${key}\`: ${message}`
}
