import { z } from 'zod'
import type { Condition, Explained, FanOut, Shown } from '../diff/explain/explained.ts'
import { countSchema, toCount } from './shared.ts'

/** SQL's NULL is null; a value that may not be shown is absent. */
const valueSchema = z.string().nullable().optional()

const conditionSchema = z.strictObject({
  kind: z.enum(['value', 'other_than', 'null', 'not_null', 'range']),
  value: z.string().optional(),
  /** Ends are within; a side without an end is open. */
  from: z.string().optional(),
  to: z.string().optional(),
})

const amountsSchema = z.strictObject({
  before: z.string(),
  removed: z.string(),
  added: z.string(),
  changed: z.string(),
  after: z.string(),
})

/** What more there is to say of the rows that differ. A value that may not be shown is absent; counts and shares never are. */
export const explainedSchema = z.strictObject({
  /** Where rows of one kind live: of `rows` of the kind `rows_meeting` meet the condition, as do `meeting` rows in all. */
  where: z
    .array(
      z.strictObject({
        kind: z.enum(['added', 'removed', 'changed']),
        column: z.string(),
        condition: conditionSchema,
        rows: countSchema,
        rows_meeting: countSchema,
        meeting: countSchema,
        precision: z.number(),
        recall: z.number(),
      }),
    )
    .optional(),
  /** Totals: before − removed + added + changed = after; shares are of the total before. */
  bridges: z
    .array(
      z.strictObject({
        column: z.string(),
        exact: z.boolean(),
        amounts: amountsSchema.optional(),
        shares: z.strictObject({ removed: z.number(), added: z.number(), changed: z.number() }).optional(),
      }),
    )
    .optional(),
  top_values: z
    .array(
      z.strictObject({
        column: z.string(),
        values: z.array(z.strictObject({ value: valueSchema, base: countSchema, head: countSchema })),
      }),
    )
    .optional(),
  /** Joins of head whose right side repeats its key, which base's did not. */
  fan_out: z
    .array(
      z.strictObject({
        relation: z.string(),
        columns: z.array(z.string()),
        keys: countSchema,
        rows: countSchema,
        examples: z.array(z.strictObject({ key: z.array(z.strictObject({ value: valueSchema })), rows: countSchema })),
      }),
    )
    .optional(),
  /** Why some or all of it was not looked at. */
  left_out: z.string().optional(),
})
export type ExplainedFields = z.infer<typeof explainedSchema>

export function toExplained({ where, bridges, topValues, fanOut = [], leftOut }: Explained): ExplainedFields {
  return {
    ...(where.length > 0 && {
      where: where.map(({ kind, column, condition, rows, rowsMeeting, meeting }) => ({
        kind,
        column,
        condition: toCondition(condition),
        rows: toCount(rows),
        rows_meeting: toCount(rowsMeeting),
        meeting: toCount(meeting),
        precision: share(rowsMeeting, meeting),
        recall: share(rowsMeeting, rows),
      })),
    }),
    ...(bridges.length > 0 && {
      bridges: bridges.map(({ column, isExact, amounts, shares }) => ({
        column,
        exact: isExact,
        ...(amounts !== undefined && { amounts: { ...amounts } }),
        ...(shares !== undefined && { shares: { ...shares } }),
      })),
    }),
    ...(topValues.length > 0 && {
      top_values: topValues.map(({ column, values }) => ({
        column,
        values: values.map(({ value, base, head }) => ({
          ...toValue(value),
          base: toCount(base),
          head: toCount(head),
        })),
      })),
    }),
    ...(fanOut.length > 0 && { fan_out: fanOut.map(toFanOut) }),
    ...(leftOut !== undefined && { left_out: leftOut }),
  }
}

function toFanOut({ relation, columns, keys, rows, examples }: FanOut) {
  return {
    relation,
    columns: [...columns],
    keys: toCount(keys),
    rows: toCount(rows),
    examples: examples.map((example) => ({ key: example.key.map(toValue), rows: toCount(example.rows) })),
  }
}

const kinds = {
  value: 'value',
  'other-than': 'other_than',
  null: 'null',
  'not-null': 'not_null',
  range: 'range',
} as const

function toCondition(condition: Condition): z.infer<typeof conditionSchema> {
  const kind = kinds[condition.kind]
  if (condition.kind === 'range') {
    const { from, to, open } = condition
    return {
      kind,
      ...(from !== undefined && open !== 'from' && { from }),
      ...(to !== undefined && open !== 'to' && { to }),
    }
  }
  return { kind, ...('value' in condition && { value: condition.value }) }
}

const toValue = (value: Shown): { value?: string | null } => (value === undefined ? {} : { value })

const share = (part: bigint, whole: bigint): number =>
  whole === 0n ? 0 : Number((Number(part) / Number(whole)).toPrecision(6))
