import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders, temporaryFolder, type TestRepository } from '../support/git-repository.ts'
import { dist, leftovers, removeTemporaryRoot, runCli, temporaryRoot } from './run-cli.ts'
import { shopRepository } from './shop.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

const ENDLESS =
  'WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t WHERE i > 0) SELECT count(*) AS n FROM t'
let repository: TestRepository

beforeAll(() => {
  repository = shopRepository({ 'models/endless.sql': ENDLESS })
})

/** Processes whose command line names the folder of the tests, or that work in it. */
function workers(): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(temporaryRoot))
}

function environmentOf(pid: string): string {
  try {
    return execFileSync('readlink', [`/proc/${pid}/cwd`]).toString() + readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

describe('a signal in the middle', () => {
  it.each([
    ['SIGINT', 130, 'run'],
    ['SIGTERM', 143, 'create'],
  ] as const)(
    '%s ends everything at once with status %i: worker, temporary folder, half-made preview',
    async (signal, status, command) => {
      const state = join(temporaryFolder(), 'state')
      let signalled = 0
      const result = await runCli([command, '--base', 'main', '--state', state], {
        cwd: repository.folder,
        meanwhile: (child) => {
          child.stderr?.on('data', (text: string) => {
            if (!text.includes('building')) return
            setTimeout(() => {
              signalled = performance.now()
              child.kill(signal)
            }, 300)
          })
        },
      })
      expect(performance.now() - signalled).toBeLessThan(1_500)
      expect(result).toMatchObject({ status, stdout: '' })
      expect(result.stderr).toMatch(/building both sides\nrocky-preview: interrupted\n$/)
      expect(leftovers()).toEqual([])
      expect(workers()).toEqual([])
      expect(existsSync(state) ? readdirSync(state) : []).toEqual([])
    },
  )

  it('ends the worker when nothing could be told: the parent was killed', async () => {
    await runCli(['run', '--base', 'main'], {
      cwd: repository.folder,
      meanwhile: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (text.includes('building')) setTimeout(() => child.kill('SIGKILL'), 300)
        })
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(workers()).toEqual([])
  })
})

describe('a reader that goes away', () => {
  it.each(['-o json', '--help'])('is no reason to complain: %s', async (flags) => {
    const line = `'${process.execPath}' '${join(dist, 'cli.js')}' run --base main --dry-run ${flags} | head -1`
    const { stderr } = await promisify(execFile)('sh', ['-c', line], {
      cwd: repository.folder,
      env: { ...process.env, TMPDIR: temporaryRoot },
    })
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m)
  })

  it('is told from a full disk, which is an error', async () => {
    const line = `'${process.execPath}' '${join(dist, 'cli.js')}' run --base main --dry-run > /dev/full`
    const failed = promisify(execFile)('sh', ['-c', line], {
      cwd: repository.folder,
      env: { ...process.env, TMPDIR: temporaryRoot },
    })
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The output could not be written: ENOSPC'),
    })
  })
})
