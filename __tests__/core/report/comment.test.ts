import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { renderComment } from '../../../src/core/report/comment.ts'
import { renderText } from '../../../src/core/report/text.ts'
import { runOf, scenes } from './scenes.ts'

describe('renderComment', () => {
  it.each(Object.keys(scenes))('tells the scene "%s" as its golden file does', (scene) => {
    const result = scenes[scene]
    if (result === undefined) throw new Error(scene)
    expectGolden(
      `${scene}.md`,
      renderComment(runOf(result), { links: { runUrl: 'https://github.com/o/r/actions/runs/1' } }),
    )
  })

  it('tells the same document in the same bytes', () => {
    for (const result of Object.values(scenes)) expect(renderComment(runOf(result))).toBe(renderComment(runOf(result)))
  })
})

describe('renderText', () => {
  it('tells the ten models as its golden file does', () => {
    const result = scenes['10-models']
    if (result === undefined) throw new Error('no such scene')
    expectGolden('10-models.txt', renderText(runOf(result)))
  })
})

/** UPDATE_GOLDENS=1 writes the files; their diff is part of the review. */
function expectGolden(file: string, text: string): void {
  const path = new URL(`golden/${file}`, import.meta.url)
  if (process.env.UPDATE_GOLDENS === '1') writeFileSync(path, text)
  expect(text).toBe(readFileSync(path, 'utf8'))
}
