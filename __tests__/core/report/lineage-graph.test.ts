import { describe, expect, it } from '@jest/globals'
import { lineageGraph } from '../../../src/core/report/lineage-graph.ts'
import { survey } from '../../../src/core/report/survey.ts'
import { runOf, scenes, wideResult } from './scenes.ts'

describe('lineageGraph', () => {
  it('draws every model of a small run, and who reads whom', () => {
    const scene = scenes['1-model']
    if (scene === undefined) throw new Error('no such scene')
    const { nodes, edges, left } = lineageGraph(survey(runOf(scene)), { nodes: 40, edges: 80 })
    expect(nodes.map((node) => (node.kind === 'model' ? `${node.name} ${node.mark}` : node.label))).toEqual([
      'fct_revenue differs',
      'active_customers same',
      'raw_orders untouched',
    ])
    expect(edges).toEqual([
      [2, 0],
      [0, 1],
    ])
    expect(left).toEqual({ models: 0, edges: 0 })
  })

  it.each([100, 1_000])(
    'draws the worst of %i one by one and the rest by folder, and counts whom it leaves out',
    (count) => {
      const { nodes, edges, left } = lineageGraph(survey(runOf(wideResult(count))), { nodes: 40, edges: 80 })
      const alone = nodes.filter(({ kind }) => kind === 'model')
      const together = nodes.flatMap((node) => (node.kind === 'group' ? [node] : []))
      expect(nodes.length).toBeLessThanOrEqual(40)
      expect(alone[0]).toMatchObject({ mark: 'broken' })
      expect(alone.every(({ mark }) => mark !== 'same')).toBe(true)
      expect(together[0]?.label).toMatch(/^\d+ identical$/)
      expect(alone.length + together.reduce((sum, { models }) => sum + models, 0) + left.models).toBe(count)
      expect(edges.length).toBeLessThanOrEqual(80)
      expect(edges.every(([from, to]) => from !== to)).toBe(true)
    },
  )
})
