/** One operator of DuckDB's analysed plan, as far as we read it. Times are seconds. */
export interface Operator {
  readonly operator_type?: string
  readonly operator_name?: string
  readonly operator_cardinality?: number
  readonly operator_rows_scanned?: number
  readonly extra_info?: Readonly<Record<string, unknown>>
  readonly children?: readonly Operator[]
}

/** The answer of `EXPLAIN (ANALYZE, FORMAT json)`. */
export interface Profile extends Operator {
  readonly cpu_time?: number
  readonly total_memory_allocated?: number
  readonly system_peak_temp_dir_size?: number
  readonly cumulative_rows_scanned?: number
}

export function* operatorsOf(operator: Operator): Generator<Operator> {
  yield operator
  for (const child of operator.children ?? []) yield* operatorsOf(child)
}

/** A scan of a stored table. Its name stands there as `catalog.schema.table`, without quotes. */
export function scannedTable({ operator_type, extra_info }: Operator): string | undefined {
  const table = extra_info?.['Table']
  return operator_type === 'TABLE_SCAN' && typeof table === 'string' && table !== '' ? table : undefined
}

/** One line or several: DuckDB writes a list of one as text, and an empty one as empty text. */
export function linesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' && value !== '' ? [value] : []
}

/** The names in an expression as the engine prints it; what stands in quotes as text is none. */
export function namesIn(expression: string): readonly string[] {
  const withoutText = expression.replace(/'(?:[^']|'')*'/g, "''")
  const names = withoutText.match(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
}
