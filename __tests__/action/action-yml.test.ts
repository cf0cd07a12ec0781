import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { commentInputs } from '../../src/action/comment-entry/inputs.ts'
import { inputTable } from '../../src/action/inputs.ts'
import { outputTable } from '../../src/action/outputs.ts'
import { readYaml } from './action-yml.ts'

const action = readYaml(readFileSync('action.yml', 'utf8'))

describe('action.yml', () => {
  it('has the inputs of the table, in its order, with its descriptions and defaults', () => {
    const expected = Object.entries(inputTable).map(([name, { description, default: value }]) => {
      return [name, { description, required: 'false', default: value }]
    })
    expect(Object.entries(action.inputs ?? {})).toEqual(expected)
  })

  it('has the outputs of the table', () => {
    expect(Object.entries(action.outputs ?? {})).toEqual(Object.entries(outputTable))
  })

  it('is what the Marketplace and the runner take', () => {
    expect(action).toMatchObject({
      name: expect.stringMatching(/^.{1,60}$/),
      description: expect.stringMatching(/^.{1,124}$/),
      author: expect.stringMatching(/./),
      branding: { icon: expect.stringMatching(/^[a-z-]+$/), color: 'blue' },
      runs: { using: 'node24', main: 'dist/index.js', post: 'dist/index.js', 'post-if': 'always()' },
    })
  })
})

describe('comment/action.yml', () => {
  const entry = readYaml(readFileSync('comment/action.yml', 'utf8'))

  it('has the inputs of its table, in its order, with its descriptions and defaults', () => {
    const expected = Object.entries(commentInputs).map(([name, { description, default: value }]) => {
      return [name, { description, required: 'false', default: value }]
    })
    expect(Object.entries(entry.inputs ?? {})).toEqual(expected)
  })

  it('has the outputs of the Action, and the door beside it', () => {
    expect(Object.entries(entry.outputs ?? {})).toEqual(Object.entries(outputTable))
    expect(entry).toMatchObject({
      description: expect.stringMatching(/^.{1,124}$/),
      runs: { using: 'node24', main: '../dist/comment.js' },
    })
  })
})
