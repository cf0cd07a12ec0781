/** What a shape is made of. */
interface Parts {
  readonly r: string
  readonly s: string
  readonly n: number
  /** Conditions that AND joins come the other way round. */
  readonly turned: boolean
  readonly near: boolean
}

type Shape = (parts: Parts) => string

const COLUMNS = 'k, a, b, d, t'

/** Order decides nothing in these, and joins multiply rows at most as often as a source has duplicates. */
const ORDER_FREE: readonly Shape[] = [
  ({ r, n, turned, near }) => {
    const limit = near ? `CAST(${String(n)} AS BIGINT)` : String(n)
    const conditions = [`a > ${limit}`, '(k < 4 OR k IS NULL)']
    return `SELECT * FROM ${r} WHERE ${(turned ? conditions.reverse() : conditions).join(' AND ')}`
  },
  ({ r, n, turned }) =>
    `SELECT k, ${turned ? `CAST(a + ${String(n)} AS INTEGER)` : `a + ${String(n)}`} AS a, b, d, t FROM ${r}`,
  ({ r, s, near }) =>
    `WITH g AS (SELECT k, max(b) AS b FROM ${s} GROUP BY k) SELECT l.k, l.a, g.b, l.d, l.t FROM ${r} AS l ${near ? '' : 'LEFT'} JOIN g ON l.k = g.k`,
  ({ r }) => `SELECT k, CAST(sum(a) AS INTEGER) AS a, min(b) AS b, max(d) AS d, max(t) AS t FROM ${r} GROUP BY k`,
  ({ r, s, n }) =>
    `WITH m1 AS (SELECT ${COLUMNS} FROM ${r} WHERE a < ${String(n)}), m2 AS (SELECT * FROM m1) SELECT ${COLUMNS} FROM m2 UNION ALL SELECT ${COLUMNS} FROM ${s} WHERE a > ${String(n)}`,
  ({ r }) => `SELECT DISTINCT * FROM ${r}`,
  ({ r, s, near }) => `SELECT ${COLUMNS} FROM ${r} UNION ${near ? 'ALL' : ''} SELECT ${COLUMNS} FROM ${s}`,
  ({ r, s, n }) =>
    `SELECT ${COLUMNS} FROM ${r} AS o WHERE EXISTS (SELECT 1 FROM ${s} AS i WHERE i.k = o.k AND i.a > ${String(n)})`,
  ({ r }) =>
    `SELECT k, CAST(count(DISTINCT u) AS INTEGER) AS a, min(b) AS b, max(d) AS d, min(t) AS t FROM ${r} AS u GROUP BY k`,
  ({ r, near }) =>
    `SELECT k, CAST(rank() OVER (PARTITION BY b ORDER BY a ${near ? 'NULLS FIRST' : 'NULLS LAST'}, k) AS INTEGER) AS a, b, d, t FROM ${r}`,
  ({ r, s, n }) => `SELECT * FROM ${r} WHERE k NOT IN (SELECT k FROM ${s} WHERE a > ${String(n)} AND k IS NOT NULL)`,
  ({ r, s }) => `SELECT ${COLUMNS} FROM ${r} EXCEPT ALL SELECT ${COLUMNS} FROM ${s}`,
  ({ r, s }) => `SELECT ${COLUMNS} FROM ${r} WHERE a > (SELECT avg(a) FROM ${s})`,
  // Every row twice: a checksum that lets equal rows cancel sees none of them.
  ({ r, n }) =>
    `SELECT k, ${String(n)} AS a, 'twice' AS b, d, t FROM ${r} UNION ALL SELECT k, ${String(n)}, 'twice', d, t FROM ${r}`,
  ({ r }) => `FROM ${r} SELECT k, bump(a) AS a, upper(b) AS b, d, t`,
  ({ r, s }) => `SELECT ${COLUMNS} FROM ${r} NATURAL JOIN (SELECT DISTINCT * FROM ${s}) AS u`,
  ({ r, s }) =>
    `SELECT k, u.a, l.b, l.d, l.t FROM ${r} AS l JOIN (SELECT k, min(a) AS a FROM ${s} GROUP BY k) AS u USING (k)`,
  ({ r }) => `SELECT k, a, CAST(u AS VARCHAR) AS b, d, t FROM ${r} AS u`,
  ({ r }) => `SELECT k, a, CAST(d AS VARCHAR) AS b, d, t FROM ${r}`,
  ({ r }) => `SELECT k, CAST(epoch_ns(t) % 1000 AS INTEGER) AS a, b, d, t FROM ${r}`,
  ({ r, n }) => `SELECT COLUMNS(* EXCLUDE (a)), ${String(n)} AS a FROM ${r}`,
  ({ r }) => `SELECT ${COLUMNS} FROM ${r} WHERE COLUMNS(*) IS NOT NULL`,
  ({ r, s, near }) => `SELECT * FROM ${r} UNION ALL BY NAME SELECT ${near ? '*' : COLUMNS} FROM ${s}`,
  ({ r, near }) => `SELECT * FROM ${r} QUALIFY rank() OVER (PARTITION BY b ORDER BY a ${near ? 'DESC' : ''}) <= 2`,
  ({ r, s }) =>
    `SELECT k, CAST((SELECT count(*) FROM ${s} AS i WHERE i.k = o.k AND i.a <= o.a) AS INTEGER) AS a, b, d, t FROM ${r} AS o`,
  ({ r }) => `SELECT k, b, CAST(count(*) AS INTEGER) AS a, min(d) AS d, max(t) AS t FROM ${r} GROUP BY ALL`,
  ({ r, near }) =>
    `SELECT k, CAST(sum(a) OVER (PARTITION BY k ORDER BY a, b, d, t ${near ? 'ROWS' : 'RANGE'} UNBOUNDED PRECEDING) AS INTEGER) AS a, b, d, t FROM ${r}`,
  ({ r, n, near }) =>
    `SELECT k, CAST(count(*) FILTER (a > ${String(n)}) AS INTEGER) AS a, ${near ? 'min' : 'max'}(b) FILTER (k > 1) AS b, min(d) AS d, min(t) AS t FROM ${r} GROUP BY k HAVING count(*) > 1`,
  ({ r, n }) => `SELECT o.* FROM ${r} AS o LEFT JOIN raw.v0 AS v ON v.k = o.k AND v.a = ${String(n)} WHERE v.k IS NULL`,
  ({ r, s }) =>
    `SELECT l.k, q.a, l.b, l.d, l.t FROM ${r} AS l, LATERAL (SELECT max(a) AS a FROM ${s} AS i WHERE i.k = l.k) AS q`,
  ({ r, n }) => `SELECT k, CAST(unnest([a, ${String(n)}]) AS INTEGER) AS a, b, d, t FROM ${r} WHERE a < 4`,
  ({ r }) =>
    `SELECT k, CAST(x AS INTEGER) AS a, CAST(y AS VARCHAR) AS b, CAST(k AS DOUBLE) AS d, CAST(NULL AS TIMESTAMP_NS) AS t FROM (PIVOT (SELECT k, b FROM ${r}) ON b IN ('x', 'y') USING count(*))`,
  ({ r, near }) =>
    `SELECT k, CAST(count(*) AS INTEGER) AS a, b, min(d) AS d, max(t) AS t FROM ${r} GROUP BY GROUPING SETS ((k), (${near ? 'b' : 'k, b'}))`,
  ({ r, n }) =>
    `WITH RECURSIVE g(k, a) AS (SELECT k, 0 FROM ${r} WHERE a > ${String(n)} UNION SELECT k, a + 1 FROM g WHERE a < 2) SELECT k, a, 'g' AS b, CAST(a AS DOUBLE) AS d, CAST(NULL AS TIMESTAMP_NS) AS t FROM g`,
  ({ r, n }) =>
    `SELECT k, CAST(list_sum(list_transform([a, ${String(n)}], lambda e: e + k)) AS INTEGER) AS a, b, d, t FROM ${r}`,
  ({ r, s, near }) => `SELECT ${COLUMNS} FROM ${r} ${near ? 'ANTI' : 'SEMI'} JOIN ${s} USING (k)`,
  ({ r }) => `SELECT ${COLUMNS} FROM ${r} WHERE now() > TIMESTAMP '2020-01-01'`,
  ({ r }) =>
    `SELECT k, CAST(list_sum(list(a ORDER BY a)) AS INTEGER) AS a, string_agg(b, ',' ORDER BY b) AS b, min(d) AS d, max(t) AS t FROM ${r} GROUP BY k`,
]

/** What these yield depends on the order in which rows arrive. */
const ORDER_SENSITIVE: readonly Shape[] = [
  ({ r }) => `SELECT k, CAST(count(*) AS INTEGER) AS a, min(b) AS b, sum(d) AS d, max(t) AS t FROM ${r} GROUP BY k`,
  ({ r, near }) =>
    `SELECT k, first(a) AS a, ${near ? 'first' : 'last'}(b) AS b, first(d) AS d, last(t) AS t FROM ${r} GROUP BY k`,
  ({ r }) => `SELECT k, max(a) AS a, string_agg(b, ',') AS b, avg(d) AS d, max(t) AS t FROM ${r} GROUP BY k`,
  ({ r, near }) =>
    `SELECT k, CAST(row_number() OVER (PARTITION BY k ORDER BY b ${near ? 'NULLS FIRST' : ''}) AS INTEGER) AS a, b, d, t FROM ${r}`,
  ({ r, n }) => `SELECT * FROM ${r} ORDER BY k LIMIT ${String(n + 4)}`,
  ({ r, near }) => `SELECT DISTINCT ON (k) * FROM ${r} ORDER BY k ${near ? 'DESC' : ''}`,
  ({ r, s }) => `SELECT l.k, l.a, u.b, l.d, l.t FROM ${r} AS l ASOF LEFT JOIN ${s} AS u ON l.k = u.k AND l.a >= u.a`,
  ({ r, s }) => `SELECT l.k, l.a, u.b, l.d, l.t FROM ${r} AS l POSITIONAL JOIN ${s} AS u`,
  ({ r, near }) =>
    `SELECT k, max(a) AS a, ${near ? 'arg_max' : 'arg_min'}(b, a) AS b, median(d) AS d, mode(t) AS t FROM ${r} GROUP BY k`,
  ({ r }) => `SELECT k, lag(a) OVER (ORDER BY k) AS a, b, sum(d) OVER (PARTITION BY k) AS d, t FROM ${r}`,
]

const ALL = [...ORDER_FREE, ...ORDER_SENSITIVE]

export const SHAPES = ALL.length

/** Whether its text names the second relation. */
export function shaped(shape: number, parts: Parts): { readonly sql: string; readonly readsBoth: boolean } {
  const make = ALL[shape % ALL.length] ?? (({ r }: Parts) => `SELECT * FROM ${r}`)
  const sql = make(parts)
  return { sql, readsBoth: sql.includes(parts.s) && make({ ...parts, s: 'raw.nowhere' }).includes('raw.nowhere') }
}
