/** The steps of a pipeline, for messages. */
export const STEPS = [
  ...['from', 'where', 'group', 'derive', 'select', 'join', 'left_join', 'right_join', 'full_join', 'cross_join'],
  ...['sort', 'take', 'distinct', 'replicate'],
]

/** Words that cannot name a column, an alias or a model. Five of them (by, check, order, union, window) mean nothing yet. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    'and as asc by check current derive desc distinct false from group in is join keep let match not null on or order ' +
    'over partition range replicate rows select sort take true unbounded union where window'
  ).split(' '),
)

/** What people write out of habit, and how the pipeline language says it. */
export const INSTEAD: Readonly<Record<string, string>> = {
  aggregate: 'Write `group keys { name: sum(column) }`.',
  by: 'Keys stand right behind `group` and `sort`, without `by`.',
  case: 'Write `match value { > 10 => "a", _ => "b" }`.',
  check: 'Tests are declared in the sidecar, as [[tests]].',
  filter: 'Write `where`.',
  having: 'Write `where` below `group`.',
  inner: 'Write `join`.',
  like: 'There is no `like`; a function does it, for example contains(name, "x").',
  between: 'Write `a >= 1 and a <= 2`.',
  limit: 'Write `take 10`.',
  order: 'Write `sort column desc`.',
  union: 'The language has no union; write the model in SQL.',
  window: 'Windows stand behind a function: `sum(x) over (partition a, sort b)`.',
  with: 'Write `let name = from …`.',
}

/** Functions that make one value of many rows. What is not listed is left to DuckDB to judge. */
export const AGGREGATES: ReadonlySet<string> = new Set(
  (
    'any_value approx_count_distinct arg_max arg_min array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count ' +
    'count_if count_star covar_pop covar_samp first group_concat histogram last list max max_by mean median min min_by ' +
    'mode product quantile quantile_cont quantile_disc stddev stddev_pop stddev_samp string_agg sum sum_no_overflow ' +
    'var_pop var_samp variance'
  ).split(' '),
)

/** DuckDB 1.5.5, duckdb_keywords(): what cannot stand as a name without quotes (its categories reserved and type_function). */
const SQL_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'all analyze and any array as asc asymmetric both case cast check collate column constraint create default ' +
    'deferrable analyse describe distinct do else end except false fetch for foreign from group having in initially ' +
    'intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider ' +
    'placing primary qualify references returning select with some summarize show symmetric table then to trailing ' +
    'true union unique unpivot using variadic when where window desc ' +
    'anti right at authorization binary by collation columns concurrently asof freeze full generated glob ilike inner ' +
    'is isnull join left like map natural notnull outer overlaps positional verbose semi similar struct tablesample ' +
    'try_cast unpack cross'
  ).split(' '),
)

/** A name of the pipeline (letters, digits, underscores) as SQL: quoted where DuckDB would read a keyword. */
export function sqlName(name: string): string {
  return SQL_KEYWORDS.has(name.toLowerCase()) ? `"${name}"` : name
}
