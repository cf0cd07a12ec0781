import {
  allTime,
  intervalsQuery,
  readIntervals,
  USUAL_INTERVALS,
  type Interval,
  type TimeInterval,
} from '../../core/environment/interval.ts'
import { nameOn } from '../../core/environment/layout.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import type { Strategy } from '../../core/project/model.ts'
import type { Relation } from '../../core/sql/relation.ts'
import type { Prepared } from '../prepared.ts'

/**
 * What a time_interval model is run for, on both sides: the last intervals that the warehouse's relation has rows in; all
 * time where it has none. One that reads itself is run once, since a second run would read what the first has left.
 */
export async function chooseIntervals(
  warehouse: Warehouse,
  model: PlannedModel,
  existing: Relation,
  prepared: Pick<Prepared, 'base' | 'head' | 'request'>,
): Promise<readonly Interval[]> {
  const { base, head } = model
  const strategy = timeInterval(head?.strategy) ?? timeInterval(base?.strategy)
  if (strategy === undefined) return []
  const columns = (await warehouse.describe(existing)) ?? []
  const isTimed = columns.some((column) => column.name.toLowerCase() === strategy.timeColumn.toLowerCase())
  if (!isTimed) return [allTime(strategy)]
  const last = prepared.request.intervals ?? USUAL_INTERVALS
  const rows = await warehouse.query(intervalsQuery(existing, strategy, last), { mode: 'build', searchPath: [] })
  const intervals = readIntervals(rows, strategy)
  if (intervals.length === 0) return [allTime(strategy)]
  const links = [prepared.base.side.linked.get(nameOn('base', model)), prepared.head.side.linked.get(model.name)]
  const readsItself = links.some((link) => link?.links.some(({ target }) => target.kind === 'self'))
  return readsItself ? intervals.slice(-1) : intervals
}

function timeInterval(strategy: Strategy | undefined): TimeInterval | undefined {
  return strategy?.kind === 'time_interval' ? strategy : undefined
}
