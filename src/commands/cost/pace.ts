import { PreviewError } from '../../core/base/errors.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import { sql } from '../../core/sql/sql.ts'
import type { Clock } from '../services.ts'

/** Long enough that the system lets others in between, where there are any: a short burst hardly ever waits. */
const ROWS = 600_000
/** What they take on the machine that the prices of `work.ts` were taken on. */
const REFERENCE_MS = 10.6
const ROUNDS = 2

/**
 * How many times longer builds take on this machine, as it is just now, than on the one that prices were taken on:
 * measured as they run, so many side by side; on the average, which is what a long one gets.
 */
export async function measurePace(warehouse: Warehouse, clock: Clock, sideBySide: number): Promise<number> {
  const probe = async (): Promise<number> => {
    const begun = clock.now()
    await warehouse.query(sql`SELECT sum(hash(range)) AS s FROM range(${ROWS})`, { mode: 'build', searchPath: [] })
    return clock.now() - begun
  }
  const took: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      took.push(...(await Promise.all(Array.from({ length: Math.max(1, sideBySide) }, probe))))
  } catch (error) {
    // Only an estimate hangs on it; what is wrong with the worker will be told by what asks it next.
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
  }
  return took.length === 0 ? 1 : took.reduce((sum, ms) => sum + ms, 0) / took.length / REFERENCE_MS
}
