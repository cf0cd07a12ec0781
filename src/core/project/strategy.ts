import { z } from 'zod'
import type { Notice } from '../base/notice.ts'
import type { Strategy } from './model.ts'
import type { TomlFile } from './toml.ts'
import { filledText, read, someTexts, texts, unknownKeys, valueAt, wholeAmount } from './keys.ts'

/** `[strategy]` of a sidecar, a group or a folder's defaults; undefined when the file has none. */
export function readStrategy(file: TomlFile): Strategy | undefined {
  if (valueAt(file, ['strategy']) === undefined) return undefined
  const { type } = read(typeSchema, file, ['strategy'])
  return read<Strategy>(strategies[type].schema, file, ['strategy'])
}

/** Notices about keys that the strategy does not have. `depends_on` is not among them: it is used. */
export function unknownStrategyKeys(file: TomlFile, strategy: Strategy): readonly Notice[] {
  return unknownKeys(file, ['strategy'], ['type', 'depends_on', ...strategies[strategy.kind].keys])
}

const grain = z.enum(['hour', 'day', 'month', 'year'])

/** Each strategy, in the order in which errors name them. */
const strategies = {
  full_refresh: plainStrategy('full_refresh', []),
  incremental: {
    keys: ['timestamp_column'],
    schema: z
      .object({ timestamp_column: filledText })
      .transform((keys) => ({ kind: 'incremental' as const, timestampColumn: keys.timestamp_column })),
  },
  merge: {
    keys: ['unique_key', 'update_columns'],
    schema: z.object({ unique_key: someTexts, update_columns: texts.optional() }).transform((keys) => ({
      kind: 'merge' as const,
      uniqueKey: keys.unique_key,
      ...(keys.update_columns !== undefined && { updateColumns: keys.update_columns }),
    })),
  },
  delete_insert: {
    keys: ['partition_by'],
    schema: z
      .object({ partition_by: someTexts })
      .transform((keys) => ({ kind: 'delete_insert' as const, partitionBy: keys.partition_by })),
  },
  microbatch: {
    keys: ['timestamp_column', 'granularity'],
    schema: z.object({ timestamp_column: filledText, granularity: grain.optional() }).transform((keys) => ({
      kind: 'microbatch' as const,
      timestampColumn: keys.timestamp_column,
      ...(keys.granularity !== undefined && { granularity: keys.granularity }),
    })),
  },
  time_interval: {
    keys: ['time_column', 'granularity', 'lookback', 'batch_size', 'first_partition'],
    schema: z
      .object({
        time_column: filledText,
        granularity: grain,
        lookback: wholeAmount.optional(),
        batch_size: z.int().min(1).optional(),
        first_partition: filledText.optional(),
      })
      .transform((keys) => ({
        kind: 'time_interval' as const,
        timeColumn: keys.time_column,
        granularity: keys.granularity,
        ...(keys.lookback !== undefined && { lookback: keys.lookback }),
        ...(keys.batch_size !== undefined && { batchSize: keys.batch_size }),
        ...(keys.first_partition !== undefined && { firstPartition: keys.first_partition }),
      })),
  },
  ephemeral: plainStrategy('ephemeral', []),
  materialized_view: plainStrategy('materialized_view', []),
  dynamic_table: plainStrategy('dynamic_table', ['target_lag']),
  content_addressed: plainStrategy('content_addressed', ['storage_prefix', 'partition_columns']),
  view: plainStrategy('view', []),
} satisfies Record<Strategy['kind'], { readonly keys: readonly string[]; readonly schema: z.ZodType<Strategy> }>

const typeSchema = z.object({ type: z.enum(Object.keys(strategies) as [Strategy['kind'], ...Strategy['kind'][]]) })

function plainStrategy<K extends Strategy['kind']>(kind: K, keys: readonly string[]) {
  return { keys, schema: z.object({}).transform(() => ({ kind })) }
}
