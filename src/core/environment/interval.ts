import { EARLIEST, LATEST } from '../base/all-time.ts'
import { commentsIn } from '../project/statement.ts'
import type { Strategy } from '../project/model.ts'
import type { Row } from '../ports/warehouse.ts'
import { engineText, identifier, literal, sql, type Sql } from '../sql/sql.ts'
import type { Relation } from '../sql/relation.ts'

export type TimeInterval = Strategy & { readonly kind: 'time_interval' }

/** From `start` on, until before `end`; both as DuckDB writes a timestamp, `2026-01-31 00:00:00`. */
export interface Interval {
  readonly start: string
  readonly end: string
}

/** How many intervals a preview runs unless it is told, and at most. */
export const USUAL_INTERVALS = 3
export const MOST_INTERVALS = 100

/** For plans without data: the same on both sides, and no date that an author would write. */
export const PLANNING_INTERVAL: Interval = { start: '1987-03-14 00:00:00', end: '1987-03-15 00:00:00' }

/** For a first run, and for given rows: every time that data have. */
export function allTime({ firstPartition }: TimeInterval): Interval {
  const [year = '1900', month = '01', day = '01', hour = '00'] = firstPartition?.split(/[-T ]/) ?? []
  const start = `${year}-${month}-${day} ${hour.slice(0, 2)}:00:00`
  return {
    start: /^\d{4}-\d\d-\d\d \d\d:00:00$/.test(start) ? start : EARLIEST,
    end: LATEST,
  }
}

const PLACEHOLDER = /@(start|end)_date\b/g

/** A query with `@start_date` and `@end_date` filled in, and the way back from its offsets. Comments are left alone. */
export function fillInterval(
  text: string,
  interval: Interval,
): { readonly text: string; readonly originalOffset: (offset: number) => number } {
  const places = placeholders(text)
  let filled = ''
  let end = 0
  for (const { at, bound, length } of places) {
    filled += `${text.slice(end, at)}'${interval[bound]}'`
    end = at + length
  }
  const originalOffset = (offset: number): number => {
    let grown = 0
    for (const { at, bound, length } of places) {
      const size = interval[bound].length + 2
      if (offset < at + grown) break
      if (offset < at + grown + size) return at
      grown += size - length
    }
    return offset - grown
  }
  return { text: filled + text.slice(end), originalOffset }
}

/** The same query with texts of the same length in the place of dates: for a parser, which cannot know what they are. */
export function standIn(text: string): string {
  if (!text.includes('_date')) return text
  return placeholders(text).reduce(
    (parsed, { at, bound, length }) =>
      `${parsed.slice(0, at)}'${`${bound}_date`.slice(0, length - 2)}'${parsed.slice(at + length)}`,
    text,
  )
}

function placeholders(
  text: string,
): readonly { readonly at: number; readonly bound: 'start' | 'end'; readonly length: number }[] {
  const found = [...text.matchAll(PLACEHOLDER)]
  if (found.length === 0) return []
  const comments = commentsIn(text)
  return found
    .filter(({ index }) => !comments.some(([from, to]) => from <= index && index < to))
    .map(({ index, 0: written, 1: bound }) => ({
      at: index,
      bound: bound === 'start' ? ('start' as const) : ('end' as const),
      length: written.length,
    }))
}

/** The last intervals that the time column of a relation has rows in, and as many before them as are looked back, by start. */
export function intervalsQuery(
  relation: Relation,
  { timeColumn, granularity, lookback = 0 }: TimeInterval,
  last: number,
): Sql {
  const grain = literal(granularity)
  const one = engineText(`INTERVAL (1) ${granularity}`)
  const back = engineText(`to_${granularity}s(CAST(i AS INTEGER))`)
  const format = literal('%Y-%m-%d %H:%M:%S')
  return sql`WITH found AS (SELECT DISTINCT date_trunc(${grain}, t) AS s FROM (SELECT TRY_CAST(${identifier(timeColumn)} AS TIMESTAMP) AS t FROM ${relation}) WHERE isfinite(t) ORDER BY s DESC LIMIT ${last}), chosen AS (SELECT s FROM found UNION SELECT CAST((SELECT min(s) FROM found) - ${back} AS TIMESTAMP) FROM range(1, ${lookback} + 1) AS r (i)) SELECT strftime(s, ${format}) AS first, strftime(s + ${one}, ${format}) AS behind FROM (SELECT s FROM chosen WHERE s IS NOT NULL ORDER BY s DESC LIMIT ${MOST_INTERVALS}) ORDER BY s`
}

/** Intervals as they are run: neighbours are run together, at most `batchSize` at a time. */
export function readIntervals(rows: readonly Row[], { batchSize = 1 }: TimeInterval): readonly Interval[] {
  const runs: (Interval & { readonly size: number })[] = []
  for (const { first, behind } of rows) {
    const [start, end] = [String(first), String(behind)]
    const before = runs.at(-1)
    if (before?.end === start && before.size < batchSize) {
      runs[runs.length - 1] = { start: before.start, end, size: before.size + 1 }
    } else runs.push({ start, end, size: 1 })
  }
  return runs.map(({ start, end }) => ({ start, end }))
}

/** Whether a row's time lies in one of the intervals; NULL lies in none. */
export function within(column: Sql, intervals: readonly Interval[]): Sql {
  const ranges = intervals.map(
    ({ start, end }) => sql`(${column} >= ${literal(start)} AND ${column} < ${literal(end)})`,
  )
  return ranges.reduce((all, range) => sql`${all} OR ${range}`, sql`(${column} IS NULL AND false)`)
}
