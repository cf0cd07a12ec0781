import { describe, expect, it } from '@jest/globals'
import { missingColumn } from '../../../src/core/environment/strategy-columns.ts'
import type { Strategy } from '../../../src/core/project/model.ts'

const merge: Strategy = { kind: 'merge', uniqueKey: ['id', 'day'], updateColumns: ['amount'] }

describe('missingColumn', () => {
  it.each<[string, Strategy, readonly string[], string | undefined]>([
    ['finds all that a merge names', merge, ['ID', 'Day', 'amount', 'more'], undefined],
    ['misses a column of a key', merge, ['id', 'amount'], '`day`, which the strategy `merge` needs (`unique_key`)'],
    ['misses a column that is updated', merge, ['id', 'day'], '`amount`, which the strategy `merge` needs (`update_c'],
    ['asks nothing of a merge that updates all', { kind: 'merge', uniqueKey: ['id'] }, ['id'], undefined],
    ['misses a partition', { kind: 'delete_insert', partitionBy: ['zone'] }, ['id'], '(`partition_by`)'],
    ['misses a time', { kind: 'time_interval', timeColumn: 'day', granularity: 'day' }, ['id'], '(`time_column`)'],
    ['leaves a filter to its author', { kind: 'incremental', timestampColumn: 'at' }, ['id'], undefined],
    ['asks nothing of a table', { kind: 'full_refresh' }, [], undefined],
  ])('%s', (_, strategy, names, told) => {
    const missing = missingColumn(
      strategy,
      names.map((name) => ({ name })),
    )
    if (told === undefined) expect(missing).toBeUndefined()
    else expect(missing).toContain(told)
  })
})
