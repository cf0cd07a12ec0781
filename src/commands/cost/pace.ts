import { PreviewError } from '../../core/base/errors.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import { sql } from '../../core/sql/sql.ts'
import type { Clock } from '../services.ts'

/** Some milliseconds of one thread. */
const ROWS = 300_000
/** What they take on the machine that the prices of `work.ts` were taken on. */
const REFERENCE_MS = 5.3
const TIMES = 3

/** How many times longer this machine takes, as it is just now, than the one that prices were taken on. */
export async function measurePace(warehouse: Warehouse, clock: Clock): Promise<number> {
  const took: number[] = []
  try {
    for (let time = 0; time < TIMES; time += 1) {
      const begun = clock.now()
      await warehouse.query(sql`SELECT sum(hash(range)) AS s FROM range(${ROWS})`, { mode: 'build', searchPath: [] })
      took.push(clock.now() - begun)
    }
  } catch (error) {
    // Only an estimate hangs on it; what is wrong with the worker will be told by what asks it next.
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
  }
  const middle = took.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? REFERENCE_MS
  return middle / REFERENCE_MS
}
