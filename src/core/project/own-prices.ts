import { z } from 'zod'
import { amount, read } from './keys.ts'
import type { TomlFile } from './toml.ts'

/** `[cost]` of preview.toml: prices of a warehouse that we have no formula for. What it leaves out is absent. */
export interface OwnPrices {
  readonly usdPerSecond?: number
  readonly usdPerTerabyte?: number
  readonly usdPerComputeUnit?: number
  readonly computeUnitsPerHour?: number
  readonly usdPerGbMonth?: number
  readonly runsPerMonth?: number
}

export const COST_KEYS = [
  'usd_per_second',
  'usd_per_terabyte_scanned',
  'usd_per_compute_unit',
  'compute_units_per_hour',
  'usd_per_gb_month',
  'runs_per_month',
]

export function readOwnPrices(file: TomlFile): OwnPrices {
  const cost = read(schema, file, ['cost']) ?? {}
  return {
    ...(cost.usd_per_second !== undefined && { usdPerSecond: cost.usd_per_second }),
    ...(cost.usd_per_terabyte_scanned !== undefined && { usdPerTerabyte: cost.usd_per_terabyte_scanned }),
    ...(cost.usd_per_compute_unit !== undefined && { usdPerComputeUnit: cost.usd_per_compute_unit }),
    ...(cost.compute_units_per_hour !== undefined && { computeUnitsPerHour: cost.compute_units_per_hour }),
    ...(cost.usd_per_gb_month !== undefined && { usdPerGbMonth: cost.usd_per_gb_month }),
    ...(cost.runs_per_month !== undefined && { runsPerMonth: cost.runs_per_month }),
  }
}

const schema = z
  .object({
    usd_per_second: amount.optional(),
    usd_per_terabyte_scanned: amount.optional(),
    usd_per_compute_unit: amount.optional(),
    compute_units_per_hour: amount.optional(),
    usd_per_gb_month: amount.optional(),
    runs_per_month: amount.optional(),
  })
  .optional()
