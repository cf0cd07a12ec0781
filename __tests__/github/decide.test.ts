import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decide, inOrder, type Decision, type View, type Wish } from '../../src/github/decide.ts'
import { aComment, aState, HEAD, NEWER_HEAD } from './builders.ts'

const wish: Wish = { state: aState(), content: 'content', create: true }
const theirs = { nonce: 'theirs', content: 'other', t: 500 }

describe('decide', () => {
  it.each<[string, Partial<View>, Partial<Wish>, Partial<Decision>]>([
    ['creates when there is none', {}, {}, { kind: 'create' }],
    ['creates none when none was asked for', {}, { create: false }, { kind: 'not-asked' }],
    ['updates one that exists even so', { own: [aComment(5, theirs)] }, { create: false }, { kind: 'update', id: 5 }],
    ['updates the lowest id', { own: [aComment(5, theirs), aComment(9, theirs)] }, {}, { kind: 'update', id: 5 }],
    ['is done when its own write stands', { own: [aComment(5)] }, {}, { kind: 'landed', surplus: [] }],
    [
      'deletes the others then',
      { own: [aComment(5), aComment(8), aComment(9)] },
      {},
      { kind: 'landed', surplus: [8, 9] },
    ],
    ['writes again what it said before', { own: [aComment(5, { content: 'before' })] }, {}, { kind: 'update', id: 5 }],
    ['leaves a newer run of the same head', { own: [aComment(5, { ...theirs, t: 2_000 })] }, {}, { kind: 'older-run' }],
    [
      'leaves a newer attempt of the same second',
      { own: [aComment(5, { ...theirs, t: 1_000, attempt: 2 })] },
      {},
      { kind: 'older-run' },
    ],
    ['writes over an older run', { own: [aComment(5, theirs)] }, {}, { kind: 'update', id: 5 }],
    [
      'writes over a newer run of another head',
      { own: [aComment(5, { ...theirs, t: 2_000, head: NEWER_HEAD })] },
      {},
      { kind: 'update', id: 5 },
    ],
    ['writes over a garbled state', { own: [{ ...aComment(5), state: undefined }] }, {}, { kind: 'update', id: 5 }],
    [
      'leaves what says the same already',
      { own: [aComment(5, { nonce: 'theirs', t: 500 })] },
      {},
      { kind: 'unchanged' },
    ],
    [
      'writes nothing when the head has moved',
      { liveHead: NEWER_HEAD, own: [aComment(5, theirs)] },
      {},
      { kind: 'stale', surplus: [] },
    ],
    [
      'takes its own late surplus away beside its own late write',
      { liveHead: NEWER_HEAD, own: [aComment(5), aComment(6), aComment(7, theirs)] },
      {},
      { kind: 'mark-outdated', id: 5, alsoOurs: [6] },
    ],
    [
      'marks its own late write when the head has moved',
      { liveHead: NEWER_HEAD, own: [aComment(5)] },
      {},
      { kind: 'mark-outdated', id: 5 },
    ],
    [
      'takes its own late surplus away when the head has moved',
      { liveHead: NEWER_HEAD, own: [aComment(5, theirs), aComment(6), aComment(7, theirs)] },
      {},
      { kind: 'stale', surplus: [6] },
    ],
  ])('%s', (_fact, view, wanted, expected) => {
    expect(decide({ ...wish, ...wanted }, { liveHead: HEAD, own: [], ...view })).toMatchObject(expected)
  })

  it('writes content only for the live head, and never deletes the comment that stands', () => {
    const id = fc.integer({ min: 1, max: 50 })
    const state = fc.record({
      head: fc.constantFrom(HEAD, NEWER_HEAD),
      t: fc.integer({ min: 0, max: 3 }),
      nonce: fc.constantFrom('mine', 'theirs', 'third'),
      content: fc.constantFrom('content', 'other'),
    })
    const own = fc
      .uniqueArray(id, { maxLength: 4 })
      .chain((ids) => fc.tuple(...ids.toSorted((a, b) => a - b).map((n) => state.map((s) => aComment(n, s)))))
    fc.assert(
      fc.property(own, fc.constantFrom(HEAD, NEWER_HEAD), fc.boolean(), (comments, liveHead, create) => {
        const decision = decide({ ...wish, create }, { liveHead, own: comments })
        if (decision.kind === 'create' || decision.kind === 'update') expect(liveHead).toBe(HEAD)
        if (decision.kind === 'create') expect(comments).toHaveLength(0)
        if ('id' in decision) expect(decision.id).toBe(comments[0]?.id)
        if ('surplus' in decision) expect(decision.surplus).not.toContain(comments[0]?.id)
        if (decision.kind === 'landed' || decision.kind === 'unchanged') {
          expect(decision.surplus).toEqual(comments.slice(1).map((comment) => comment.id))
        }
      }),
    )
  })
})

describe('inOrder', () => {
  it('is total: two different runs are never equal', () => {
    const run = fc.record({ t: fc.nat(2), run: fc.nat(2), attempt: fc.nat(2), nonce: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(run, run, (a, b) => {
        const [first, second] = [aState(a), aState(b)]
        expect(Math.sign(inOrder(first, second))).toBe(0 - Math.sign(inOrder(second, first)))
        expect(inOrder(first, second) === 0).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })
})
