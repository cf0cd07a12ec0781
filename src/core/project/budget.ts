import { z } from 'zod'
import type { KeyPath } from './locate.ts'
import type { Budget } from './model.ts'
import type { TomlFile } from './toml.ts'
import { amount, read, wholeAmount } from './keys.ts'

/** `[budget]` of a project or of a model; what it leaves out is absent. */
export function readBudget(file: TomlFile, at: KeyPath): Budget | undefined {
  const budget = read(budgetSchema, file, at)
  if (budget === undefined) return undefined
  return {
    ...(budget.max_usd !== undefined && { maxUsd: budget.max_usd }),
    ...(budget.max_duration_ms !== undefined && { maxDurationMs: budget.max_duration_ms }),
    ...(budget.max_bytes_scanned !== undefined && { maxBytesScanned: budget.max_bytes_scanned }),
    ...(budget.on_breach !== undefined && { onBreach: budget.on_breach }),
  }
}

const budgetSchema = z
  .object({
    max_usd: amount.optional(),
    max_duration_ms: wholeAmount.optional(),
    max_bytes_scanned: wholeAmount.optional(),
    on_breach: z.enum(['warn', 'error']).optional(),
  })
  .optional()
