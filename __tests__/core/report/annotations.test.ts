import { describe, expect, it } from '@jest/globals'
import { toRunOutput } from '../../../src/core/contract/run.ts'
import type { PlannedModel } from '../../../src/core/plan/plan.ts'
import { annotationsOf, type Annotation } from '../../../src/core/report/annotations.ts'
import { measured, previewResult, rowCounts, sameColumns } from '../../support/preview-result.ts'
import { readDescription } from '../../../src/core/expectations/read.ts'

const was = 'select\n  id,\n  amount\nfrom a\nwhere b'

function annotated(
  sql: string,
  parts: Partial<PlannedModel> & { readonly inputMoves?: boolean; readonly block?: string } = {},
): readonly Annotation[] {
  const { inputMoves = false, block, ...rest } = parts
  const changed = measured({
    rows: rowCounts({ base: 200_000, removed: 1, changed: 98_110 }),
    columns: sameColumns.map((column) => (column.name === 'amount' ? { ...column, rowsChanged: 98_110n } : column)),
  })
  const input = { name: 'input', comparison: inputMoves ? changed : measured(), change: { kind: 'none' as const } }
  const result = previewResult([input, { name: 'm', inputs: ['input'], comparison: changed, ...rest }])
  const models = result.plan.models.map((planned): PlannedModel => {
    if (planned.name !== 'm' || planned.base === undefined || planned.head === undefined) return planned
    return { ...planned, base: { ...planned.base, sql: was }, head: { ...planned.head, sql, sqlLineOffset: 3 } }
  })
  const expectations =
    block === undefined ? {} : { expectations: readDescription(`\`\`\`rocky-preview\n${block}\n\`\`\``) }
  const run = toRunOutput(
    { ...result, ...expectations, plan: { ...result.plan, models } },
    { diff: () => '', cost: () => '', run: () => '' },
  )
  return annotationsOf(run)
}

describe('annotations of what edits do', () => {
  it('stand on the changed lines of the file, with what was measured', () => {
    expect(annotated(was.replace('  amount', '  amount * 2 as amount,\n  1 as one'))).toEqual([
      {
        level: 'warning',
        path: 'models/m.sql',
        first: 6,
        last: 7,
        title: 'm',
        message: '98,110 values of amount changed, 1 row removed (this edit).',
      },
    ])
  })

  it('name the edit as the cause only where it is the only one', () => {
    const causes = (sql: string, parts: Parameters<typeof annotated>[1] = {}): readonly string[] =>
      annotated(sql, parts).map(({ message }) => /\((.*)\)/.exec(message)?.[1] ?? '')
    const one = was.replace('where b', 'where c')
    expect(causes(one)).toEqual(['this edit'])
    expect(causes(one.replace('select', 'select distinct'))).toEqual(['this file’s edits'])
    expect(causes(one, { change: { kind: 'edited', fields: ['sql', 'strategy'] } })).toEqual(['this file’s edits'])
    expect(causes(one, { inputMoves: true })).toEqual(['this edit, and what it reads'])
  })

  it('are none for models whose file the pull request leaves alone', () => {
    expect(annotated(was, { change: { kind: 'none' }, inputMoves: true })).toEqual([])
  })

  it('are notices where the change is as declared', () => {
    const [annotation] = annotated(was.replace('where b', 'where c'), { block: 'm: rows changed, rows removed <= 1' })
    expect(annotation).toMatchObject({ level: 'notice', message: expect.stringContaining('as declared') })
  })
})
