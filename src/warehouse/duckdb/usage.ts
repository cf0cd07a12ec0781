import type { Usage } from '../../core/ports/warehouse.ts'

/** One operator of DuckDB's analysed plan, as far as we read it. Times are seconds. */
interface ProfiledOperator {
  readonly operator_type?: string
  readonly operator_cardinality?: number
  readonly operator_rows_scanned?: number
  readonly result_set_size?: number
  readonly children?: readonly ProfiledOperator[]
}

interface Profile extends ProfiledOperator {
  readonly latency?: number
  readonly cpu_time?: number
  readonly total_memory_allocated?: number
  readonly system_peak_temp_dir_size?: number
  readonly cumulative_rows_scanned?: number
}

/** Reads the answer of `EXPLAIN (ANALYZE, FORMAT json) CREATE TABLE … AS …`; `durationMs` is the caller's clock, which also saw the commit. */
export function usageOf(profileJson: string, durationMs: number): Usage {
  const profile = JSON.parse(profileJson) as Profile
  const operators = [...operatorsOf(profile)]
  const write = operators.find(({ operator_type }) => operator_type?.includes('CREATE_TABLE_AS') === true)
  const bytesScanned = scannedBytes(operators)
  return {
    durationMs,
    ...present('cpuMs', profile.cpu_time === undefined ? undefined : profile.cpu_time * 1000),
    ...present('rows', write?.children?.[0]?.operator_cardinality),
    ...present('rowsScanned', profile.cumulative_rows_scanned),
    ...present('bytesScanned', bytesScanned),
    // Zero means that the engine did not count, not that nothing was allocated.
    ...present('peakMemoryBytes', profile.total_memory_allocated === 0 ? undefined : profile.total_memory_allocated),
    ...present('spilledBytes', profile.system_peak_temp_dir_size),
  }
}

function* operatorsOf(operator: ProfiledOperator): Generator<ProfiledOperator> {
  yield operator
  for (const child of operator.children ?? []) yield* operatorsOf(child)
}

/**
 * Bytes of the columns that the scans projected. DuckDB's `total_bytes_read` is 0 for warm data, so the width of the
 * rows that left the scan is applied to all rows that it went through. A scan that let no row pass has no width to go
 * by, and makes the sum absent.
 */
function scannedBytes(operators: readonly ProfiledOperator[]): number | undefined {
  let bytes = 0
  for (const scan of operators.filter(({ operator_rows_scanned }) => (operator_rows_scanned ?? 0) > 0)) {
    const { operator_cardinality: rows = 0, operator_rows_scanned: scanned = 0, result_set_size: size = 0 } = scan
    if (rows === 0) return undefined
    bytes += Math.round((size / rows) * scanned)
  }
  return bytes
}

function present<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>)
}
