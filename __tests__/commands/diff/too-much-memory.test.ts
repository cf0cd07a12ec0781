import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compareSafely, type Asked } from '../../../src/commands/diff/diff-model.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import type { PlannedModel } from '../../../src/core/plan/plan.ts'
import type { Warehouse } from '../../../src/core/ports/warehouse.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    'CREATE TABLE w.main.b AS SELECT i AS id, i % 7 AS n FROM range(5000) t (i)',
    'CREATE TABLE w.main.h AS SELECT i AS id, i % 5 AS n FROM range(5000) t (i)',
  )
})
afterAll(() => {
  engine.close()
})

const built = (table: string) => ({ kind: 'built', relation: { catalog: 'w', schema: 'main', table } }) as const
const outcome = { model: 'm', base: built('b'), head: built('h') }
const model: PlannedModel = {
  name: 'm',
  base: undefined,
  head: undefined,
  change: { kind: 'edited', fields: ['sql'] },
  placement: 'prune',
  reason: 'changed',
  baseInputs: [],
  headInputs: [],
  target: { catalog: 'w', schema: 'main', table: 'm' },
}

/** The first comparisons, each of which begins with a look at both sides, run out of memory. */
function short(failing: number): Warehouse {
  let looks = 0
  return {
    ...engine.warehouse,
    describe: (relation) => {
      looks += 1
      return engine.warehouse.describe(relation)
    },
    query: (statement, session) =>
      looks <= failing * 2
        ? Promise.reject(new PreviewError('kernel.memory', 'The worker held too much.'))
        : engine.warehouse.query(statement, session),
  }
}

const asked: Asked = { samples: 0, fullRefresh: false, sampleSize: 500, explaining: 'fitting' }

describe('a comparison that takes too much memory', () => {
  it('is exact where there is enough', async () => {
    expect(await compareSafely(short(0), model, outcome, asked)).toMatchObject({ kind: 'measured' })
  })

  it('becomes a sample, and says why', async () => {
    expect(await compareSafely(short(1), model, outcome, asked)).toMatchObject({
      kind: 'sampled',
      because: 'comparing every row takes more memory than this run may',
    })
  })

  it('becomes a count where a sample is too much as well', async () => {
    expect(await compareSafely(short(2), model, outcome, asked)).toMatchObject({
      kind: 'not-compared',
      because: 'rows were only counted (5,000 on both sides): comparing every row takes more memory than this run may',
    })
  })

  it('fails where not even that can be, or where a person asked for every row', async () => {
    const failed = { kind: 'not-compared', because: 'the comparison failed: The worker held too much.' }
    expect(await compareSafely(short(3), model, outcome, asked)).toMatchObject(failed)
    expect(await compareSafely(short(1), model, outcome, { ...asked, algorithm: 'bisection' })).toMatchObject(failed)
  })
})
