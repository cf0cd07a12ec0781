import { describe, expect, it } from '@jest/globals'
import { withRepeats } from '../../../src/commands/build/repeat.ts'
import type { ModelOutcome, TwinOutcome } from '../../../src/core/environment/outcome.ts'

const clock = { now: () => 0, timestamp: () => '2026-01-01 00:00:00', deadline: 1e9 }
const built = (durationMs: number): TwinOutcome => ({ kind: 'built', relation: { table: 't' }, usage: { durationMs } })
const outcome = (model: string, base: number, head: number): ModelOutcome => ({
  model,
  base: built(base),
  head: built(head),
})

async function repeated(outcomes: readonly ModelOutcome[], builtMs: number): Promise<readonly string[]> {
  const asked: string[] = []
  const after = await withRepeats({ clock }, outcomes, builtMs, (side, model) => {
    asked.push(`${side} ${model}`)
    return Promise.resolve(7)
  })
  for (const { model, base } of after) {
    const repeats = base.kind === 'built' ? (base.usage?.repeatsMs ?? []).length : 0
    expect([model, repeats]).toEqual([model, asked.filter((one) => one === `base ${model}`).length])
  }
  return asked
}

describe('withRepeats', () => {
  it('measures both sides in turn, where they seem to differ', async () => {
    expect(await repeated([outcome('a', 100, 110), outcome('b', 100, 400)], 100_000)).toEqual([
      'base b',
      'head b',
      'base b',
      'head b',
    ])
  })

  it('stays within a tenth of the build, the largest difference first', async () => {
    const asked = await repeated([outcome('a', 100, 200), outcome('b', 100, 400), outcome('c', 100, 300)], 12_000)
    expect([...new Set(asked)]).toEqual(['base b', 'head b'])
    expect(await repeated([outcome('b', 100, 400)], 9_000)).toEqual([])
  })

  it('leaves alone a model that has one build, and one that is read in place', async () => {
    const twin = built(100)
    const inPlace: ModelOutcome = { ...outcome('b', 100, 900), base: { kind: 'built', relation: { table: 't' } } }
    expect(await repeated([{ model: 'a', base: twin, head: twin }, inPlace], 100_000)).toEqual([])
  })
})
