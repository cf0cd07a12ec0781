import type { MadeModel } from './project.ts'

/**
 * The SQL of a made-up model over `r` and `s`. Its rows never depend on order, and joins multiply rows at most as often
 * as a source has duplicates. `self`: its own relation, where it may read that.
 */
export function queryOf(
  { shape, limit, extra, strategy }: MadeModel,
  r: string,
  s: string,
  self: string | undefined,
): { readonly sql: string; readonly readsBoth: boolean } {
  const n = String(limit)
  const x = extra ? ', 7 AS x' : ''
  const one = (sql: string) => ({ sql: keyed(sql), readsBoth: false })
  const two = (sql: string) => ({ sql: keyed(sql), readsBoth: true })
  // A merge with two rows of one key is no merge that production could make sense of.
  const keyed = (sql: string): string =>
    strategy === 'merge' ? `SELECT k, max(a) AS a, min(b) AS b${x} FROM (${sql}) AS whole GROUP BY k` : sql
  const shapes = [
    () => one(`SELECT * FROM ${r} WHERE a > ${n}`),
    () => one(`SELECT k, a + ${n} AS a, b${x} FROM ${r}`),
    () =>
      two(
        `WITH g AS (SELECT k, max(b) AS b FROM ${s} GROUP BY k) SELECT l.k, l.a, g.b${x} FROM ${r} AS l LEFT JOIN g ON l.k = g.k`,
      ),
    () => one(`SELECT k, CAST(sum(a) AS INTEGER) AS a, min(b) AS b${x} FROM ${r} GROUP BY k`),
    () =>
      two(
        `WITH m1 AS (SELECT k, a, b FROM ${r} WHERE a < ${n}), m2 AS (SELECT * FROM m1) SELECT k, a, b${x} FROM m2 UNION ALL SELECT k, a, b${x} FROM ${s} WHERE a > ${n}`,
      ),
    () => one(`SELECT DISTINCT * FROM ${r}`),
    () => two(`SELECT k, a, b${x} FROM ${r} UNION SELECT k, a, b${x} FROM ${s}`),
    () =>
      two(`SELECT k, a, b${x} FROM ${r} AS o WHERE EXISTS (SELECT 1 FROM ${s} AS i WHERE i.k = o.k AND i.a > ${n})`),
    () => one(`SELECT k, CAST(count(DISTINCT t) AS INTEGER) AS a, min(b) AS b${x} FROM ${r} AS t GROUP BY k`),
    () => one(`SELECT k, CAST(rank() OVER (PARTITION BY b ORDER BY a, k) AS INTEGER) AS a, b${x} FROM ${r}`),
    () => two(`SELECT * FROM ${r} WHERE k NOT IN (SELECT k FROM ${s} WHERE a > ${n} AND k IS NOT NULL)`),
    () => two(`SELECT k, a, b FROM ${r} EXCEPT ALL SELECT k, a, b FROM ${s}`),
    () => two(`SELECT k, a, b${x} FROM ${r} WHERE a > (SELECT avg(a) FROM ${s})`),
    // Every row twice: a checksum that lets equal rows cancel sees none of them.
    () =>
      one(
        `SELECT k, ${n} AS a, 'twice' AS b${x} FROM ${r} UNION ALL SELECT k, ${n}, 'twice'${extra ? ', 7' : ''} FROM ${r}`,
      ),
    () => one(`FROM ${r} SELECT k, a, upper(b) AS b${x}`),
  ]
  const made = (shapes[shape] ?? shapes[0])?.() ?? one('SELECT 1')
  if (self === undefined) return made
  return {
    ...made,
    sql: `SELECT * FROM (${made.sql}) AS news WHERE a > (SELECT coalesce(max(a), -9) - 4 FROM ${self})`,
  }
}
