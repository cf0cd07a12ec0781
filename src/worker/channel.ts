import { fork, type ChildProcess } from 'node:child_process'
import { errorKinds, PreviewError, type ErrorCode } from '../core/base/errors.ts'
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
}

interface Call {
  readonly operation: Operation
  readonly resolve: (response: unknown) => void
  readonly reject: (error: PreviewError) => void
  readonly timer: NodeJS.Timeout
}

/** The end of a worker's life, kept so that later calls can say what happened. */
const STDERR_TAIL = 2_000

/** One worker process: calls go in, answers come out, and whatever kills it rejects what was under way. */
export class Channel {
  readonly #options: WorkerOptions
  readonly #child: ChildProcess
  readonly #calls = new Map<number, Call>()
  readonly #unwatch: () => void
  #next = 1
  #stderr = ''
  #ended: PreviewError | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#child = fork(options.script, [], {
      cwd: options.folder,
      env: workerEnvironment(options.nativeFolder),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    // What the worker prints is a stranger's: it is kept for the error, and never reaches our own output.
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_TAIL)
    })
    this.#child.on('message', (message) => {
      this.#receive(message)
    })
    this.#child.on('error', (cause) => {
      this.#end(new PreviewError('kernel.crashed', `The worker could not be started: ${cause.message}`, { cause }))
    })
    this.#child.on('exit', (code, signal) => {
      const how = signal === null ? `with status ${String(code)}` : `by ${signal}`
      const last = this.#stderr.trim().split('\n').at(-1) ?? ''
      this.#end(new PreviewError('kernel.crashed', `The worker ended ${how}${last === '' ? '' : `: ${last}`}`))
    })
    this.#unwatch = this.#watch()
  }

  get alive(): boolean {
    return this.#ended === undefined
  }

  /** Fails with the worker's own error, or with `kernel.timeout`, `kernel.memory` or `kernel.crashed`; after these three the channel is dead. */
  async call<O extends Operation>(operation: O, request: Request<O>, timeoutMs = Infinity): Promise<Response<O>> {
    if (this.#ended !== undefined) throw this.#ended
    const left = this.#options.deadline - performance.now()
    const id = this.#next++
    const response = await new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.kill(new PreviewError('kernel.timeout', timeoutMessage(operation, timeoutMs < left)))
        },
        Math.max(0, Math.min(timeoutMs, left, 2 ** 31 - 1)),
      )
      this.#calls.set(id, { operation, resolve, reject, timer })
      this.#child.send({ id, operation, request }, (error) => {
        if (error !== null) this.#end(new PreviewError('kernel.crashed', `The worker does not listen: ${error.message}`))
      })
    })
    return operations[operation].response.parse(response) as Response<O>
  }

  /** Ends the worker at once; what is under way fails with `why`. */
  kill(why: PreviewError): void {
    this.#end(why)
    this.#child.kill('SIGKILL')
  }

  /** Lets the worker go; resolves when its process is gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => { resolve() }))
    this.#ended ??= new PreviewError('bug', 'The worker was already let go.')
    this.#unwatch()
    if (this.#child.connected) this.#child.disconnect()
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000)
    await gone
    clearTimeout(killer)
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
    if (!parsed.success) {
      this.kill(new PreviewError('kernel.crashed', 'The worker sent something that is not an answer.'))
      return
    }
    const call = this.#calls.get(parsed.data.id)
    if (call === undefined) return
    this.#calls.delete(parsed.data.id)
    clearTimeout(call.timer)
    if ('failure' in parsed.data) {
      const { code, message: text, hint } = parsed.data.failure
      call.reject(new PreviewError(code in errorKinds ? (code as ErrorCode) : 'bug', text, { hint }))
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

/** Nothing of ours but where the library is: no token, no secrets, no home. */
function workerEnvironment(nativeFolder: string): Record<string, string> {
  const environment: Record<string, string> = { NODE_PATH: `${nativeFolder}/node_modules`, TZ: 'UTC' }
  const { SystemRoot } = process.env
  // Windows cannot load system libraries without it.
  if (process.platform === 'win32' && SystemRoot !== undefined) environment['SystemRoot'] = SystemRoot
  return environment
}

function timeoutMessage(operation: Operation, own: boolean): string {
  return own ? `One step (${operation}) took longer than it may.` : 'The run passed its deadline and was stopped.'
}
