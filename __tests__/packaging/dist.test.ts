import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from '@jest/globals'

// @ts-expect-error: a script of the build, without types.
import { execute as untyped } from '../../scripts/execute.mjs'
import { nodeVersions } from '../support/node-versions.ts'

const execute = untyped as (path: string, node: string) => Promise<string>
const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const bundles = ['index.js', 'comment.js', 'cli.js', 'lib.js', 'worker.js']
const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'))

describe('dist', () => {
  it.each(nodeVersions.flatMap((node) => bundles.map((name) => [name, node] as const)))(
    'holds a %s that starts on %s',
    async (name, node) => {
      await execute(join(dist, name), node)
    },
    60_000,
  )

  it('has DuckDB in the worker alone', () => {
    const holders = scripts.filter((name) => readFileSync(join(dist, name), 'utf8').includes('data_chunk_get_vector'))
    expect(holders).toEqual(['worker.js'])
  })

  it('holds at most 3 MB of JavaScript', () => {
    const bytes = scripts.reduce((sum, name) => sum + readFileSync(join(dist, name)).length, 0)
    expect(bytes).toBeLessThanOrEqual(3_000_000)
  })

  it('names no folder of the machine that built it', () => {
    const home = fileURLToPath(new URL('../..', import.meta.url))
    expect(scripts.filter((name) => readFileSync(join(dist, name), 'utf8').includes(home))).toEqual([])
  })
})
