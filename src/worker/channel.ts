import { fork, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { errorKinds, PreviewError, type ErrorCode } from '../core/base/errors.ts'
import { isSmallEnough, tooLarge } from './message-size.ts'
import { limitOf, type Patience } from './patience.ts'
import { operations, responseMessage, type Operation, type Request, type Response } from './protocol.ts'
import { watchMemory } from './watchdog.ts'

export interface WorkerOptions {
  /** The worker's bundle. */
  readonly script: string
  /** A folder whose `node_modules` holds the native library. */
  readonly nativeFolder: string
  /** The worker's working folder: private, writable. */
  readonly folder: string
  /** When the run must be over, on the clock of `performance.now()`. */
  readonly deadline: number
  /** Resident memory at which the worker is ended. */
  readonly memoryCapBytes: number | undefined
  /** Functions that the workflow lets models call, beyond those of the gate. */
  readonly allowedFunctions?: readonly string[] | undefined
  /** Statements that may be under way at once. */
  readonly concurrency: number
  /** What may be behind the death of a worker that nobody has ended; takes its time. */
  readonly explainDeath?: (() => string | undefined) | undefined
  /** Told the pid of each process that is started. */
  readonly onStart?: ((pid: number) => void) | undefined
}

interface Call {
  readonly operation: Operation
  readonly resolve: (response: unknown) => void
  readonly reject: (error: PreviewError) => void
  readonly timer: NodeJS.Timeout
}

/** The end of what a worker printed, kept so that its death can be told. */
const STDERR_TAIL = 2_000
const LONGEST_TIMER_MS = 2 ** 31 - 1
const CLOSE_MS = 2_000
const LAST_WORDS_MS = 100

/** One worker process: calls go in, answers come out, and whatever kills it rejects what was under way. */
export class Channel {
  readonly #options: WorkerOptions
  readonly #child: ChildProcess
  readonly #calls = new Map<number, Call>()
  readonly #unwatch: () => void
  /** Resolves when the process is gone, or never was. */
  readonly #gone: Promise<void>
  #next = 1
  #stderr = ''
  #ended: PreviewError | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#child = fork(options.script, [], {
      cwd: options.folder,
      env: workerEnvironment(options),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    if (this.#child.pid !== undefined) options.onStart?.(this.#child.pid)
    // What the worker prints is a stranger's: it is kept for the error, and never reaches our own output.
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_TAIL)
    })
    this.#child.on('message', (message) => {
      this.#receive(message)
    })
    this.#gone = new Promise((resolve) => {
      this.#child.on('error', (cause) => {
        this.#end(new PreviewError('kernel.crashed', `The worker could not be started: ${cause.message}`, { cause }))
        if (this.#child.pid === undefined) resolve()
      })
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#ended !== undefined) return
        const because = signal === 'SIGKILL' || signal === 'SIGTERM' ? undefined : options.explainDeath?.()
        const death = deathMessage(code, signal, this.#stderr)
        this.#end(new PreviewError('kernel.crashed', because === undefined ? death : `${death}. ${because}`))
      }
      this.#child.on('close', ended)
      // Answers and last words may still be in the pipes when a process exits, so `close` is waited for; but it never
      // comes when we disconnected while Node held half a message (seen as a run that hung for ever).
      this.#child.on('exit', (code, signal) => {
        resolve()
        const timer = setTimeout(ended, LAST_WORDS_MS, code, signal)
        this.#child.once('close', () => {
          clearTimeout(timer)
        })
      })
    })
    offerToKiller(this.#child.pid)
    this.#unwatch = this.#watch()
  }

  get alive(): boolean {
    return this.#ended === undefined
  }

  /**
   * Fails with the worker's own error, or with `kernel.timeout`, `kernel.memory` or `kernel.crashed`; after these three
   * the channel is dead. A call that runs out of its own time fails with `kernel.timeout`; those beside it, which die
   * with the worker through no fault of theirs, with `kernel.crashed`.
   */
  async call<O extends Operation>(operation: O, request: Request<O>, patience: Patience): Promise<Response<O>> {
    if (this.#ended !== undefined) throw this.#ended
    if (!isSmallEnough(request)) throw tooLarge('question')
    const id = this.#next++
    const response = await new Promise<unknown>((resolve, reject) => {
      this.#calls.set(id, { operation, resolve, reject, timer: this.#timer(id, patience) })
      const unheard = (cause: Error): void => {
        this.kill(new PreviewError('kernel.crashed', `The worker does not listen: ${cause.message}`, { cause }))
      }
      try {
        this.#child.send({ id, operation, request }, (error) => {
          if (error !== null) unheard(error)
        })
      } catch (error) {
        unheard(error as Error)
      }
    })
    const answer = operations[operation].response.safeParse(response)
    if (answer.success) return answer.data as Response<O>
    const strange = strangeAnswer()
    this.kill(strange)
    throw strange
  }

  /** Ends the worker at once; what is under way fails with `why`. */
  kill(why: PreviewError): void {
    this.#end(why)
    this.#child.kill('SIGKILL')
  }

  /** Lets the worker go; resolves when its process is gone. What is still under way fails. */
  async close(): Promise<void> {
    this.#end(new PreviewError('bug', 'The worker was already let go.'))
    if (this.#child.connected) this.#child.disconnect()
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS)
    await this.#gone
    clearTimeout(killer)
  }

  #timer(id: number, patience: Patience): NodeJS.Timeout {
    const { ms, ends, failure } = limitOf(patience, performance.now(), this.#options.deadline)
    const expire = (): void => {
      const late = this.#calls.get(id)
      this.#calls.delete(id)
      late?.reject(failure)
      const beside = 'The worker was ended because a step beside this one took too long.'
      this.kill(ends === 'run' ? failure : new PreviewError('kernel.crashed', beside))
    }
    return setTimeout(expire, Math.min(ms, LONGEST_TIMER_MS))
  }

  #watch(): () => void {
    const { memoryCapBytes } = this.#options
    const { pid } = this.#child
    if (memoryCapBytes === undefined || pid === undefined) return () => undefined
    return watchMemory(pid, memoryCapBytes, () => {
      const cap = `${String(Math.round(memoryCapBytes / 1e6))} MB`
      this.kill(new PreviewError('kernel.memory', `The worker held more than ${cap} of memory and was ended.`))
    })
  }

  #receive(message: unknown): void {
    const parsed = responseMessage.safeParse(message)
    if (!parsed.success || !isSmallEnough(message)) {
      this.kill(strangeAnswer())
      return
    }
    const call = this.#calls.get(parsed.data.id)
    if (call === undefined) return
    this.#calls.delete(parsed.data.id)
    clearTimeout(call.timer)
    if ('failure' in parsed.data) {
      const { code, message: text, hint } = parsed.data.failure
      call.reject(new PreviewError(Object.hasOwn(errorKinds, code) ? (code as ErrorCode) : 'bug', text, { hint }))
    } else call.resolve(parsed.data.response)
  }

  #end(why: PreviewError): void {
    this.#ended ??= why
    this.#unwatch()
    for (const call of this.#calls.values()) {
      clearTimeout(call.timer)
      call.reject(this.#ended)
    }
    this.#calls.clear()
  }
}

/** When the machine's memory is out, Linux should end the worker and not whoever tells about it. */
function offerToKiller(pid: number | undefined): void {
  if (pid === undefined || process.platform !== 'linux') return
  try {
    writeFileSync(`/proc/${String(pid)}/oom_score_adj`, '1000')
  } catch {
    // No /proc, or it may not be written: the watchdog and DuckDB's own limit still stand.
  }
}

/** Nothing of ours but where the library is and how many statements may run at once: no token, no secrets, no home. */
function workerEnvironment({ nativeFolder, concurrency }: WorkerOptions): Record<string, string> {
  const environment: Record<string, string> = { NODE_PATH: `${nativeFolder}/node_modules`, TZ: 'UTC' }
  // Node runs four native statements at once, and a fifth waits for ever behind slow ones.
  if (concurrency > 2) environment['UV_THREADPOOL_SIZE'] = String(Math.min(1_024, concurrency + 2))
  const { SystemRoot } = process.env
  // Windows cannot load system libraries without it.
  if (process.platform === 'win32' && SystemRoot !== undefined) environment['SystemRoot'] = SystemRoot
  return environment
}

function deathMessage(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how = signal === null ? `with status ${String(code)}` : `by ${signal}`
  const last = (stderr.trim().split('\n').at(-1) ?? '').replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
  return `The worker ended ${how}${last === '' ? '' : `: ${last}`}`
}

function strangeAnswer(): PreviewError {
  return new PreviewError('kernel.crashed', 'The worker sent something that is not an answer.')
}
