import { COMPARE_SESSION, type Warehouse } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import type { Key } from './key.ts'
import { countKeys, keyFacts, NO_KEYS } from './key-counts.ts'
import { matchColumns } from './matching.ts'
import { integer } from './read.ts'
import { NO_ROWS, type Comparison } from './result.ts'
import { columnDiffs } from './structure.ts'

/** Two sides of which one is a view of the other: nothing is compared, and what one of them holds is counted. */
export async function provenComparison(
  warehouse: Warehouse,
  request: { readonly base: Relation; readonly head: Relation; readonly key: Key },
): Promise<Comparison> {
  const base = await warehouse.describe(request.base)
  const head = await warehouse.describe(request.head)
  if (base === undefined || head === undefined) return { kind: 'not-compared', because: 'one side is not there' }
  const columns = columnDiffs(base, head)
  const ask: Ask = (statement) => warehouse.query(statement, COMPARE_SESSION)
  const [row = {}] = await ask(sql`SELECT count(*) AS n FROM ${request.head}`)
  const count = integer(row, 'n')
  if (count === 0n) return { kind: 'not-compared', because: NO_ROWS, columns }
  const matched = matchColumns(request, columns, { base, head })
  const isKeyed = matched !== undefined && matched.key.columns.length > 0
  return {
    kind: 'measured',
    method: 'proven',
    because: 'the bound plans are equal but for columns that head adds',
    columns: columns.map((column) => (column.change === 'same' ? { ...column, rowsChanged: 0n } : column)),
    unchecked: [],
    within: 0n,
    key: keyFacts(
      matched?.key ?? request.key,
      isKeyed ? await countKeys(matched.sides, 'base', ask) : NO_KEYS,
      matched?.unusable,
    ),
    rows: { base: count, head: count, added: 0n, removed: 0n, changed: 0n, identical: count },
    samples: [],
    scope: 'whole',
  }
}
