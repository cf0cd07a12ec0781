import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from '@jest/globals'
import type { RunOutput } from '../../src/core/contract/run.ts'

/** The bundles under test: ROCKY_PREVIEW_DIST, or the repository's own. */
export const dist = process.env['ROCKY_PREVIEW_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url))

export interface CliResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

interface CliOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Other bundles than those under test. */
  readonly dist?: string
  readonly uid?: number
  readonly gid?: number
  /** Gets the process while it runs. */
  readonly meanwhile?: (child: ChildProcess) => void
}

/** A temporary folder of the tests' own, so that what a run leaves behind can be seen. */
export const temporaryRoot = mkdtempSync(join(tmpdir(), 'rocky-cli-test-'))

export function removeTemporaryRoot(): void {
  rmSync(temporaryRoot, { recursive: true, force: true })
}

/** What runs have left in the temporary folder; the unpacked library may stay. */
export function leftovers(): readonly string[] {
  return readdirSync(temporaryRoot).filter((name) => !name.startsWith('rocky-preview-native'))
}

/** Runs the command line as a child process and waits for its end. */
export function runCli(
  args: readonly string[],
  { cwd, env, meanwhile, dist: from = dist, ...who }: CliOptions = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [join(from, 'cli.js'), ...args], {
    cwd,
    env: { PATH: process.env['PATH'], TMPDIR: temporaryRoot, SECRET_TOKEN: 'do-not-show', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...who,
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  meanwhile?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => {
      resolve({ status, ...output })
    })
  })
}

/** The run document on stdout, and nothing beside it. */
export function documentOf({ stdout, stderr }: CliResult): RunOutput {
  try {
    return JSON.parse(stdout) as RunOutput
  } catch {
    throw new Error(`not a document: ${stdout.slice(0, 500)}\n${stderr}`)
  }
}

/** Holds of every run that ends by itself, whatever was wrong. */
export function expectClean({ stdout, stderr }: CliResult): void {
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
  expect(stderr).not.toMatch(/bug of ours|UnhandledPromise|node:internal|Warning:/)
  expect(stdout + stderr).not.toContain('do-not-show')
  if (stdout !== '') expect(() => JSON.parse(stdout) as unknown).not.toThrow()
  expect(leftovers()).toEqual([])
}
