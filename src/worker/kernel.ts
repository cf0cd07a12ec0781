import type { Binder, Identity } from '../core/ports/binder.ts'
import type { CostRecord } from '../core/ports/records.ts'
import type { Dialect, Session, Warehouse } from '../core/ports/warehouse.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { Sql } from '../core/sql/sql.ts'
import { renderRelation, render } from '../core/sql/render.ts'
import { batchesOf } from './batches.ts'
import { Channel, type WorkerOptions } from './channel.ts'
import { deadlinePassed, type Patience } from './patience.ts'
import type { Operation, Request, Response } from './protocol.ts'

const TURN: Patience = { kind: 'turn' }
/** Binding executes (it folds constants), so it has a bound of its own. */
const BIND: Patience = { kind: 'turn', ms: 5_000 }
/** Whatever must be there for anything else to go on. */
const WITH_THE_RUN: Patience = { kind: 'deadline' }
/** Messages with queries that are under way together: while one is read, DuckDB is busy with the other. */
const PARSED_AT_ONCE = 2
/** Writing down what was built is let finish when the deadline has passed. */
const CLOSE: Patience = { kind: 'grace', ms: 30_000 }

/** Where the tables are that a statement asks for. */
type Lasts = 'as-files' | 'in-the-worker'

/** A worker that comes back after it died: the next call starts a new one and opens the same files again. */
export class Kernel {
  readonly #options: WorkerOptions
  readonly #dialect: Dialect
  readonly #allowed: string[] | undefined
  #channel: Channel | undefined
  #opening: Promise<Channel> | undefined
  #open: Request<'open'> | undefined
  #closed = false

  constructor(options: WorkerOptions, dialect: Dialect) {
    this.#options = options
    this.#dialect = dialect
    this.#allowed = options.allowedFunctions?.map((name) => name.toLowerCase())
  }

  /** Starts the process without waiting for it. */
  start(): void {
    this.#channel ??= new Channel(this.#options)
  }

  /** Opens the locked instance; remembered for the worker that follows after a kill. */
  async open(request: Request<'open'>): Promise<void> {
    await this.#call('open', request, WITH_THE_RUN)
    this.#open = request
  }

  async seed(request: Request<'seed'>): Promise<void> {
    await this.#call('seed', request)
  }

  async readRecords(request: Request<'readRecords'>): Promise<readonly CostRecord[]> {
    return this.#call('readRecords', request)
  }

  async writeRecords(request: Request<'writeRecords'>): Promise<void> {
    await this.#call('writeRecords', request)
  }

  get binder(): Binder {
    return {
      parse: (queries) => this.#parse(queries) as ReturnType<Binder['parse']>,
      syntax: async (queries) =>
        (await this.#call('syntax', { queries: [...queries] })).map((digest) => digest ?? undefined),
      bind: (query, session, identify) => this.#bind(query, session, identify),
      define: (target, query, session, identify) =>
        this.#bind(query, session, identify, renderRelation(target, this.#dialect)),
    }
  }

  #bind(
    query: Sql,
    session: Session,
    identify: readonly Identity[] | undefined,
    target?: string,
  ): ReturnType<Binder['bind']> {
    const request = {
      query: render(query, this.#dialect),
      session: sent(session),
      identify: identify?.map(({ relation, identity, renamed }) => ({
        relation,
        identity,
        ...(renamed !== undefined && { renamed: [...renamed] }),
      })),
      target,
      allowed: this.#allowed,
    }
    return this.#call('bind', request, BIND) as ReturnType<Binder['bind']>
  }

  /** Statements of each end with their turn, and at the moment `until` at the latest. */
  warehouse(catalog: string, lasts: Lasts = 'as-files', until = Infinity): Warehouse {
    const patience: Patience = { kind: 'turn', until }
    return {
      dialect: this.#dialect,
      execute: async (statement) => {
        await this.#call('execute', { statement: render(statement, this.#dialect) }, patience)
      },
      materialize: (target, query, session) => {
        const rendered = { target: renderRelation(target, this.#dialect), query: render(query, this.#dialect) }
        const request = { ...rendered, session: sent(session) }
        return this.#call('materialize', request, patience) as ReturnType<Warehouse['materialize']>
      },
      query: (statement, session) =>
        this.#ask(lasts, 'query', { statement: render(statement, this.#dialect), session: sent(session) }, patience),
      describe: async (relation) =>
        (await this.#ask(lasts, 'describe', { relation: renderRelation(relation, this.#dialect) }, patience)) ??
        undefined,
      statistics: (table) =>
        this.#ask(lasts, 'statistics', { relation: renderRelation(table, this.#dialect) }, patience),
      definitions: (other = catalog) =>
        this.#ask(lasts, 'definitions', { catalog: other }, patience) as ReturnType<Warehouse['definitions']>,
      until: (moment) => this.warehouse(catalog, lasts, Math.min(moment, until)),
    }
  }

  /** Writes everything down and lets the worker go, for good. Never fails: a worker that died has nothing to write. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#opening?.catch(ignored)
    const channel = this.#channel
    this.#channel = undefined
    if (channel === undefined) return
    if (channel.alive && this.#open !== undefined) await channel.call('close', {}, CLOSE).catch(ignored)
    await channel.close()
  }

  /** Lets the worker go without writing anything down; resolves when its process is gone. */
  async discard(): Promise<void> {
    this.#closed = true
    this.#channel?.kill(new PreviewError('bug', 'The worker was already let go.'))
    await this.#channel?.close()
  }

  /** Ends the worker at once, for good. */
  kill(why: PreviewError): void {
    this.#closed = true
    this.#channel?.kill(why)
  }

  /** In messages of a bounded size: neither process should hold ten thousand queries and their trees at once. */
  async #parse(queries: readonly string[]): Promise<Response<'parse'>> {
    const parsed: Response<'parse'> = []
    const batches = batchesOf(queries)
    for (let from = 0; from < batches.length; from += PARSED_AT_ONCE) {
      const some = batches.slice(from, from + PARSED_AT_ONCE)
      parsed.push(...(await Promise.all(some.map((batch) => this.#parseBatch(batch)))).flat())
    }
    return parsed
  }

  /** A query that kills the worker is looked for, and takes nothing else down with it. */
  async #parseBatch(batch: readonly string[]): Promise<Response<'parse'>> {
    try {
      return await this.#call('parse', { queries: [...batch], allowed: this.#allowed })
    } catch (error) {
      if (!(error instanceof PreviewError) || !(error.code === 'kernel.crashed' || error.code === 'kernel.memory'))
        throw error
      if (batch.length === 1)
        return [{ kind: 'invalid', message: `DuckDB does not survive this query. ${error.message}` }]
      const half = Math.ceil(batch.length / 2)
      return [...(await this.#parseBatch(batch.slice(0, half))), ...(await this.#parseBatch(batch.slice(half)))]
    }
  }

  /**
   * A question changes nothing: one that a dead worker left unanswered, through no fault of its own perhaps, is asked
   * once more; unless what it asks for died too.
   */
  async #ask<O extends Operation>(
    lasts: Lasts,
    operation: O,
    request: Request<O>,
    patience: Patience,
  ): Promise<Response<O>> {
    try {
      return await this.#call(operation, request, patience)
    } catch (error) {
      const isUnanswered = error instanceof PreviewError && error.code === 'kernel.crashed'
      if (!isUnanswered || lasts === 'in-the-worker' || this.#closed) throw error
      return this.#call(operation, request, patience)
    }
  }

  async #call<O extends Operation>(operation: O, request: Request<O>, patience = TURN): Promise<Response<O>> {
    const channel = await this.#living()
    return channel.call(operation, request, patience)
  }

  async #living(): Promise<Channel> {
    if (this.#closed) throw new PreviewError('bug', 'The worker was already let go.')
    if (performance.now() > this.#options.deadline) throw deadlinePassed()
    // A new worker counts once it has opened its files, and not before.
    if (this.#opening !== undefined) return this.#opening
    this.start()
    if (this.#channel?.alive === true) return this.#channel
    const opening = this.#restart().finally(() => {
      this.#opening = undefined
    })
    this.#opening = opening
    return opening
  }

  async #restart(): Promise<Channel> {
    await this.#channel?.close()
    const channel = new Channel(this.#options)
    this.#channel = channel
    if (this.#open !== undefined) await channel.call('open', this.#open, WITH_THE_RUN)
    return channel
  }
}

function sent({ mode, searchPath, seed }: Session): Request<'query'>['session'] {
  return { mode, searchPath: searchPath.map((schema) => ({ ...schema })), ...(seed !== undefined && { seed }) }
}

function ignored(): void {
  // What could not be closed is gone already.
}
