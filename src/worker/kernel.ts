import type { Binder } from '../core/ports/binder.ts'
import type { Dialect, Session, Warehouse } from '../core/ports/warehouse.ts'
import type { PreviewError } from '../core/base/errors.ts'
import { renderRelation, render } from '../core/sql/render.ts'
import { Channel, type WorkerOptions } from './channel.ts'
import type { Operation, Request, Response } from './protocol.ts'

/** Binding executes (it folds constants), so it has a bound of its own. */
const BIND_TIMEOUT_MS = 5_000

/** A worker that comes back after it died: the next call starts a new one and opens the same files again. */
export class Kernel {
  readonly #options: WorkerOptions
  readonly #dialect: Dialect
  #channel: Channel | undefined
  #opening: Promise<Channel> | undefined
  #open: Request<'open'> | undefined

  constructor(options: WorkerOptions, dialect: Dialect) {
    this.#options = options
    this.#dialect = dialect
  }

  /** Starts the process without waiting for it. */
  start(): void {
    this.#channel ??= new Channel(this.#options)
  }

  /** Opens the locked instance; remembered for the worker that follows after a kill. */
  async open(request: Request<'open'>): Promise<void> {
    await this.#call('open', request)
    this.#open = request
  }

  async seed(request: Request<'seed'>): Promise<void> {
    await this.#call('seed', request)
  }

  get binder(): Binder {
    return {
      parse: (queries) => this.#call('parse', { queries: [...queries] }) as ReturnType<Binder['parse']>,
      bind: (query, session) =>
        this.#call('bind', { query: render(query, this.#dialect), session: sent(session) }, BIND_TIMEOUT_MS) as ReturnType<
          Binder['bind']
        >,
    }
  }

  warehouse(catalog: string): Warehouse {
    return {
      dialect: this.#dialect,
      execute: async (statement) => {
        await this.#call('execute', { statement: render(statement, this.#dialect) })
      },
      materialize: (target, query, session) =>
        this.#call('materialize', {
          target: renderRelation(target, this.#dialect),
          query: render(query, this.#dialect),
          session: sent(session),
        }) as ReturnType<Warehouse['materialize']>,
      query: (statement, session) =>
        this.#call('query', { statement: render(statement, this.#dialect), session: sent(session) }),
      describe: async (relation) =>
        (await this.#call('describe', { relation: renderRelation(relation, this.#dialect) })) ?? undefined,
      definitions: () => this.#call('definitions', { catalog }) as ReturnType<Warehouse['definitions']>,
    }
  }

  /** Writes everything down and lets the worker go. */
  async close(): Promise<void> {
    if (this.#channel?.alive === true) {
      if (this.#open !== undefined) await this.#channel.call('close', {})
      await this.#channel.close()
    }
    this.#channel = undefined
    this.#open = undefined
  }

  /** Ends the worker at once. */
  kill(why: PreviewError): void {
    this.#channel?.kill(why)
  }

  async #call<O extends Operation>(operation: O, request: Request<O>, timeoutMs?: number): Promise<Response<O>> {
    const channel = await this.#living()
    return channel.call(operation, request, timeoutMs)
  }

  async #living(): Promise<Channel> {
    this.start()
    if (this.#channel?.alive === true) return this.#channel
    this.#opening ??= this.#restart()
    try {
      return await this.#opening
    } finally {
      this.#opening = undefined
    }
  }

  async #restart(): Promise<Channel> {
    await this.#channel?.close()
    const channel = new Channel(this.#options)
    this.#channel = channel
    if (this.#open !== undefined) await channel.call('open', this.#open)
    return channel
  }
}

function sent(session: Session): Request<'query'>['session'] {
  return { mode: session.mode, searchPath: session.searchPath.map((schema) => ({ ...schema })) }
}
