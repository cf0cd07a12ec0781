import { fork, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PreviewError } from '../../src/core/base/errors.ts'
import { isSmallEnough, MOST_BYTES } from '../../src/worker/message-size.ts'
import { operations } from '../../src/worker/protocol.ts'
import { removeTemporaryFolders, temporaryFolder } from '../support/git-repository.ts'
import { realWorker, type RealWorker } from '../worker/real-worker.ts'
import { bounds, mutatedJson } from './fuzz.ts'

/** Messages between the supervisor and the worker, in real processes: neither end believes the other. */

const opened: RealWorker[] = []
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.removeAllListeners('exit').kill('SIGKILL')
  for (const worker of opened.splice(0)) await worker.close()
})
afterAll(removeTemporaryFolders)

async function worker(script?: string): Promise<RealWorker> {
  const real = await realWorker(script === undefined ? {} : { script })
  opened.push(real)
  return real
}

const SESSION = { mode: 'build', searchPath: [{ catalog: 'memory', schema: 'main' }] }
const questions = [
  { id: 1, operation: 'parse', request: { queries: ['SELECT 1', 'DROP TABLE t'], allowed: ['x'] } },
  { id: 2, operation: 'syntax', request: { queries: ['SELECT 1'] } },
  { id: 3, operation: 'bind', request: { query: 'SELECT 1 AS a', session: SESSION, identify: [], target: 't' } },
  { id: 4, operation: 'query', request: { statement: 'SELECT 1 AS a', session: SESSION } },
  { id: 5, operation: 'materialize', request: { target: 't', query: 'SELECT 1 AS a', session: SESSION } },
  { id: 6, operation: 'describe', request: { relation: 't' } },
  { id: 7, operation: 'definitions', request: { catalog: 'memory' } },
  { id: 8, operation: 'execute', request: { statement: 'SELECT 1' } },
  { id: 9, operation: 'statistics', request: { relation: 't' } },
]
const NEVER_AT_RANDOM = new Set(['open', 'seed', 'readRecords', 'writeRecords', 'close'])

describe('the worker', () => {
  it('answers any question, or leaves it; and still answers a good one', async () => {
    const { options } = await worker()
    const limits = bounds(1_500)
    const strange = fc.sample(fc.oneof(mutatedJson(questions), fc.anything({ withDate: true, withMap: true })), {
      ...limits,
    })
    const child = fork(options.script, [], {
      env: { NODE_PATH: `${options.nativeFolder}/node_modules` },
      cwd: options.folder,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    children.push(child)
    let stderr = ''
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
    const answers: unknown[] = []
    const good = new Promise<unknown>((resolve, reject) => {
      child.on('message', (answer: { id?: unknown }) => {
        answers.push(answer)
        if (answer.id === 4_711_000) resolve(answer)
      })
      child.on('exit', (code) => {
        reject(new Error(`the worker ended with ${String(code)}: ${stderr}`))
      })
    })
    for (const message of strange) {
      const { operation } = (message ?? {}) as { operation?: unknown }
      // What opens and writes files is asked by the supervisor alone: here it would write wherever chance says.
      if (typeof operation === 'string' && NEVER_AT_RANDOM.has(operation)) continue
      try {
        child.send(message as object)
      } catch {
        // A function or a symbol cannot be sent.
      }
    }
    child.send({ id: 4_711_000, operation: 'parse', request: { queries: ['SELECT 1'] } })
    expect(await good).toMatchObject({ response: [{ kind: 'query' }] })
    expect(answers.length).toBeGreaterThan(20)
  })
})

describe('the supervisor', () => {
  /** A worker of a stranger's: it answers each question with the next of these, and after them as it should. */
  function impostor(answers: string): string {
    const script = join(temporaryFolder(), 'impostor.cjs')
    writeFileSync(
      script,
      `const answers = ${answers}
       let asked = 0
       process.on('disconnect', () => process.exit())
       process.on('message', ({ id }) => {
         for (const answer of answers(id, asked++)) process.send(answer)
       })`,
    )
    return script
  }

  it('takes an answer, or fails in words of ours; strange answers end the worker', async () => {
    const good = { id: 1, response: [{ kind: 'invalid', message: 'm' }] }
    const strange = fc
      .sample(mutatedJson([good, { id: 1, failure: { code: 'bug', message: 'm', hint: 'h' } }]), { ...bounds(25) })
      .slice(0, 25)
    const script = impostor(`(id, asked) => {
      const all = ${JSON.stringify(strange)}
      const { pid } = process
      const answer = all[(pid + asked) % all.length]
      return [answer !== null && typeof answer === 'object' && !Array.isArray(answer) && answer.id === 1 ? { ...answer, id } : answer]
    }`)
    const { kernel } = await worker(script)
    for (const _ of strange) {
      // An answer that is lost is waited for until the turn ends; here that is soon.
      const asked = kernel
        .warehouse('w')
        .until(performance.now() + 2_000)
        .describe({ table: 't' })
      const failure = await asked.then(
        () => undefined,
        (error: unknown) => error,
      )
      if (failure !== undefined) expect(failure).toBeInstanceOf(PreviewError)
    }
  })

  it('hears no more than its bound from a worker, and asks no more', async () => {
    const script = impostor(
      `(id) => [{ id, response: [{ kind: 'invalid', message: 'x'.repeat(${String(MOST_BYTES + 1)}) }] }]`,
    )
    const { kernel } = await worker(script)
    await expect(kernel.warehouse('w').describe({ table: 't' })).rejects.toMatchObject({
      code: 'kernel.crashed',
      message: 'The worker sent something that is not an answer.',
    })
    const long = { path: '/nowhere', name: 'x', script: 'x'.repeat(MOST_BYTES + 1) }
    const limits = { threads: 1, temporaryFolder: '/nowhere' }
    await expect(kernel.seed({ ...long, limits })).rejects.toMatchObject({
      code: 'kernel.too-large',
      message: 'The question to be sent has more than 64 MB.',
    })
  })
})

describe('isSmallEnough', () => {
  it('is true of what fits, and false of the same with a byte less of room', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        let least = 0
        while (!isSmallEnough(value, least)) least = least * 2 + 1
        expect(isSmallEnough(value, least)).toBe(true)
        expect(isSmallEnough(value, JSON.stringify(value).length * 10 + 8)).toBe(true)
        if (typeof value === 'string') expect(isSmallEnough(value, value.length)).toBe(false)
      }),
      bounds(300),
    )
  })

  it('knows every operation, so that each is bounded', () => {
    expect(Object.keys(operations).length).toBe(questions.length + NEVER_AT_RANDOM.size)
  })
})
