import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { downstreamOf, graphOf, topologicalOrder, upstreamOf, type Graph } from '../../../src/core/graph/graph.ts'

const graph = (edges: Readonly<Record<string, readonly string[]>>): Graph => graphOf(new Map(Object.entries(edges)))

describe('topologicalOrder', () => {
  it.each([
    ['puts inputs before readers', { c: ['b'], b: ['a'], a: [] }, ['a', 'b', 'c'], []],
    ['breaks ties by name', { b: [], a: [], c: ['a', 'b'] }, ['a', 'b', 'c'], []],
    ['leaves out inputs that are no nodes', { a: ['elsewhere'] }, ['a'], []],
    ['does not call a self-reference a cycle', { a: ['a'] }, ['a'], []],
    ['takes a cycle out and keeps its readers', { a: ['b'], b: ['a'], c: ['b'], d: [] }, ['c', 'd'], [['a', 'b']]],
    [
      'tells two cycles apart',
      { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
      [],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['joins cycles that share a member', { a: ['b', 'c'], b: ['a'], c: ['a'] }, [], [['a', 'b', 'c']]],
  ])('%s', (_, edges, order, cycles) => {
    expect(topologicalOrder(graph(edges))).toEqual({ order, cycles })
  })

  it('walks a chain of 20,000 without running out of stack', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `m${String(index).padStart(5, '0')}`)
    const chain = new Map(
      names.map((name, index): [string, string[]] => [name, index === 0 ? [] : [names[index - 1] ?? '']]),
    )
    expect(topologicalOrder(graphOf(chain)).order).toEqual(names)
  })

  it('puts every node into the order or into one cycle, inputs first', () => {
    fc.assert(
      fc.property(edges, (given) => {
        const built = graph(given)
        const { order, cycles } = topologicalOrder(built)
        expect([...order, ...cycles.flat()].sort()).toEqual([...built.nodes])
        const inCycle = new Set(cycles.flat())
        const position = new Map(order.map((node, index) => [node, index]))
        for (const node of order) {
          for (const input of built.inputs.get(node) ?? []) {
            if (!inCycle.has(input)) expect(position.get(input)).toBeLessThan(position.get(node) ?? -1)
          }
        }
        for (const cycle of cycles)
          for (const member of cycle)
            expect(downstreamOf(built, [...(built.readers.get(member) ?? [])])).toContain(member)
      }),
    )
  })
})

describe('downstreamOf', () => {
  it('reaches exactly the nodes whose upstream holds a start', () => {
    fc.assert(
      fc.property(edges, fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), (given, start) => {
        const built = graph({ ...given, [start]: given[start] ?? [] })
        const reached = downstreamOf(built, [start])
        for (const node of built.nodes) expect(reached.has(node)).toBe(upstreamOf(built, [node]).has(start))
      }),
    )
  })
})

const edges = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'x'), { maxLength: 4 }),
)
