/** What a model makes of its query's columns. */
const WRAPPED = {
  none: (query: string) => query,
  extra: (query: string) => `SELECT *, 7 AS x FROM (${query}) AS q`,
  varied: (query: string) => `SELECT *, a % 2 AS x FROM (${query}) AS q`,
  swapped: (query: string) => `SELECT * REPLACE (a AS k, k AS a) FROM (${query}) AS q`,
  wider: (query: string) => `SELECT * REPLACE (CAST(a AS BIGINT) AS a) FROM (${query}) AS q`,
  reordered: (query: string) => `SELECT d, t, b, * EXCLUDE (d, t, b) FROM (${query}) AS q`,
  unsigned: (query: string) => `SELECT * REPLACE (d + 0.0 AS d) FROM (${query}) AS q`,
  sorted: (query: string) => `SELECT * FROM (${query}) AS q ORDER BY a DESC, k, b, d, t`,
  later: (query: string) =>
    `SELECT * REPLACE (make_timestamp_ns(epoch_ns(t) + CASE WHEN a > 1 THEN 1 ELSE 0 END) AS t) FROM (${query}) AS q`,
  upper: (query: string) => `SELECT * REPLACE (upper(b) AS b) FROM (${query}) AS q`,
  renamed: (query: string) => `SELECT * RENAME (d AS d2) FROM (${query}) AS q`,
  dropped: (query: string) => `SELECT * EXCLUDE (t) FROM (${query}) AS q`,
} as const

export type Wrap = keyof typeof WRAPPED

export const WRAPS = Object.keys(WRAPPED) as [Wrap, ...Wrap[]]

export function wrapped(wrap: Wrap, query: string): string {
  return WRAPPED[wrap](query)
}

/** The same query in other words. */
export function saidOtherwise(said: number, query: string): string {
  switch (said) {
    case 1:
      return `WITH pulled_out AS (${query}) SELECT * FROM pulled_out`
    case 2:
      return `SELECT z.* FROM (${query}) AS z`
    case 3:
      return `SELECT * REPLACE (CAST(b AS VARCHAR) AS b) FROM ((${query})) AS q`
    case 4:
      return `SELECT * FROM (${query}) AS q WHERE true`
    default:
      return query
  }
}
