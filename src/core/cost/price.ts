import type { AdapterConfig, CostConfig } from '../project/model.ts'
import type { OwnPrices } from '../project/own-prices.ts'

/** What is paid for. */
export interface Work {
  readonly durationMs: number
  readonly bytesScanned?: number | undefined
}

/** What a run costs, and by which formula. */
export interface Price {
  /** `runner`: what this machine costs, as measured. The others are estimates of another place. */
  readonly kind: 'runner' | 'databricks' | 'snowflake' | 'bigquery' | 'own'
  /** In words, with its figures. */
  readonly formula: string
  /** USD of one run. Undefined where a figure that is paid for is not known. */
  readonly of: (work: Work) => number | undefined
  readonly usdPerGbMonth?: number
}

/** What a price is made from; the declared one of preview.toml comes before the adapter's. */
export interface PriceSources {
  readonly adapter: AdapterConfig
  readonly cost: CostConfig
  readonly own: OwnPrices
  readonly runnerPerMinute?: number | undefined
}

/** DBUs per hour by warehouse size: the sizes and figures of Rocky's own cost command. */
const DBU_PER_HOUR: Readonly<Record<string, number>> = {
  '2x-small': 4,
  'x-small': 6,
  small: 12,
  medium: 24,
  large: 40,
  'x-large': 80,
  '2x-large': 144,
  '3x-large': 272,
  '4x-large': 528,
}

const USD_PER_TERABYTE = 6.25
const BYTES_PER_TERABYTE = 1e12
const MS_PER_HOUR = 3_600_000
const MS_PER_MINUTE = 60_000

/** Undefined where nothing has a price: DuckDB on a machine that nobody put one on. */
export function priceFrom({ adapter, cost, own, runnerPerMinute }: PriceSources): Price | undefined {
  const declared = ownPrice(own)
  if (declared !== undefined) return declared
  switch (adapter.type) {
    case 'databricks':
    case 'snowflake': {
      const perHour = DBU_PER_HOUR[cost.warehouseSize.toLowerCase()]
      if (perHour === undefined) return undefined
      return {
        kind: adapter.type,
        formula: `hours × ${String(perHour)} DBU (${cost.warehouseSize}) × $${String(cost.computeCostPerDbu)}`,
        of: ({ durationMs }) => (durationMs / MS_PER_HOUR) * perHour * cost.computeCostPerDbu,
        usdPerGbMonth: cost.storageCostPerGbMonth,
      }
    }
    case 'bigquery':
      return {
        kind: 'bigquery',
        formula: `terabytes scanned × $${String(USD_PER_TERABYTE)}`,
        of: ({ bytesScanned }) =>
          bytesScanned === undefined ? undefined : (bytesScanned / BYTES_PER_TERABYTE) * USD_PER_TERABYTE,
        usdPerGbMonth: cost.storageCostPerGbMonth,
      }
    case 'duckdb':
      if (runnerPerMinute === undefined) return undefined
      return {
        kind: 'runner',
        formula: `minutes × $${String(runnerPerMinute)}`,
        of: ({ durationMs }) => (durationMs / MS_PER_MINUTE) * runnerPerMinute,
      }
    default:
      return undefined
  }
}

/** `[cost]` of preview.toml: what it names is added up. */
function ownPrice(own: OwnPrices): Price | undefined {
  const { usdPerSecond, usdPerTerabyte, usdPerComputeUnit, computeUnitsPerHour = 1, usdPerGbMonth } = own
  const parts = [
    ...(usdPerSecond === undefined ? [] : [`seconds × $${String(usdPerSecond)}`]),
    ...(usdPerTerabyte === undefined ? [] : [`terabytes scanned × $${String(usdPerTerabyte)}`]),
    ...(usdPerComputeUnit === undefined
      ? []
      : [`hours × ${String(computeUnitsPerHour)} units × $${String(usdPerComputeUnit)}`]),
  ]
  if (parts.length === 0) return undefined
  return {
    kind: 'own',
    formula: parts.join(' + '),
    of: ({ durationMs, bytesScanned }) => {
      if (usdPerTerabyte !== undefined && bytesScanned === undefined) return undefined
      return (
        (durationMs / 1000) * (usdPerSecond ?? 0) +
        ((bytesScanned ?? 0) / BYTES_PER_TERABYTE) * (usdPerTerabyte ?? 0) +
        (durationMs / MS_PER_HOUR) * computeUnitsPerHour * (usdPerComputeUnit ?? 0)
      )
    },
    ...(usdPerGbMonth !== undefined && { usdPerGbMonth }),
  }
}
