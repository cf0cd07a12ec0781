import type { AdapterConfig, CostConfig } from '../project/model.ts'
import type { Usage } from '../ports/warehouse.ts'

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
const MS_PER_HOUR = 3_600_000

/** What one run costs in USD where the adapter has a price; undefined where it has none, as DuckDB has not. */
export function priceOf(usage: Usage, adapter: AdapterConfig, cost: CostConfig): number | undefined {
  switch (adapter.type) {
    case 'databricks':
    case 'snowflake': {
      const dbuPerHour = DBU_PER_HOUR[cost.warehouseSize.toLowerCase()]
      if (dbuPerHour === undefined) return undefined
      return (usage.durationMs / MS_PER_HOUR) * dbuPerHour * cost.computeCostPerDbu
    }
    case 'bigquery':
      return usage.bytesScanned === undefined ? undefined : (usage.bytesScanned / 1e12) * USD_PER_TERABYTE
    default:
      return undefined
  }
}
