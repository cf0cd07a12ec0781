import { keyFacts, NO_KEYS } from '../../core/diff/key-counts.ts'
import { NO_KEY } from '../../core/diff/key.ts'
import type { Comparison } from '../../core/diff/result.ts'
import { columnDiffs } from '../../core/diff/structure.ts'
import { COMPARE_SESSION, type Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'

/** A model that one side alone has: all its rows came, or all went. */
export async function countOneSide(
  warehouse: Warehouse,
  relation: Relation,
  change: 'added' | 'removed',
): Promise<Comparison> {
  const columns = (await warehouse.describe(relation)) ?? []
  const [row] = await warehouse.query(sql`SELECT count(*) AS n FROM ${relation}`, COMPARE_SESSION)
  const rows = BigInt(Number(row?.['n'] ?? 0))
  return {
    kind: 'measured',
    method: 'multiset',
    columns: change === 'added' ? columnDiffs([], columns) : columnDiffs(columns, []),
    because: 'one side alone has it',
    unchecked: [],
    within: 0n,
    key: keyFacts(NO_KEY, NO_KEYS, undefined),
    rows: {
      base: change === 'added' ? 0n : rows,
      head: change === 'added' ? rows : 0n,
      added: change === 'added' ? rows : 0n,
      removed: change === 'added' ? 0n : rows,
      changed: 0n,
      identical: 0n,
    },
    samples: [],
    scope: 'whole',
  }
}
