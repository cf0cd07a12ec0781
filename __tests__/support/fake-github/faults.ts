import type { ServerResponse } from 'node:http'

/** Something that goes wrong with requests whose `METHOD /path?query` (without the API's prefix) matches. */
export interface Fault {
  readonly match: RegExp
  /** How many requests it hits; 1 unless given. */
  readonly times?: number
  /** How many matching requests it lets pass before. */
  readonly after?: number
  readonly kind: FaultKind
}

export type FaultKind =
  /** Answers with an error and does nothing; `status-after` does it first. */
  | {
      readonly kind: 'status' | 'status-after'
      readonly status: number
      readonly message?: string
      readonly headers?: Record<string, string>
    }
  /** Drops the connection before or after the request was done. */
  | { readonly kind: 'reset-before' | 'reset-after' }
  /** Drops the connection at once, and does it later all the same, as a server under load may. */
  | { readonly kind: 'lands-late'; readonly ms: number }
  /** Does it at once, and says so late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Half of the JSON, with the length of the whole; or something that is no JSON at all. Both after the request was done. */
  | { readonly kind: 'truncate' | 'bad-json' }

export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export class FaultList {
  readonly #entries: { fault: Fault; skipped: number; hits: number }[] = []

  add(...faults: readonly Fault[]): void {
    this.#entries.push(...faults.map((fault) => ({ fault, skipped: 0, hits: 0 })))
  }

  clear(): void {
    this.#entries.length = 0
  }

  /** The first fault that still has hits left for this request. */
  take(line: string): FaultKind | undefined {
    for (const entry of this.#entries) {
      const { match, times = 1, after = 0, kind } = entry.fault
      if (!match.test(line) || entry.hits >= times) continue
      if (entry.skipped < after) {
        entry.skipped += 1
        continue
      }
      entry.hits += 1
      return kind
    }
    return undefined
  }
}

/** Carries a reply out under a fault; `perform` does what the request asks. */
export function answer(
  response: ServerResponse,
  fault: FaultKind | undefined,
  perform: () => Reply,
  headers: Readonly<Record<string, string>>,
): void {
  switch (fault?.kind) {
    case undefined:
      send(response, perform(), headers)
      return
    case 'status':
      send(response, refusal(fault), headers)
      return
    case 'status-after':
      perform()
      send(response, refusal(fault), headers)
      return
    case 'reset-before':
      response.destroy()
      return
    case 'reset-after':
      perform()
      response.destroy()
      return
    case 'lands-late':
      response.destroy()
      setTimeout(perform, fault.ms).unref()
      return
    case 'delay': {
      const reply = perform()
      setTimeout(() => {
        send(response, reply, headers)
      }, fault.ms).unref()
      return
    }
    case 'truncate': {
      const text = JSON.stringify(perform().body ?? null)
      response.writeHead(200, { ...headers, 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) })
      response.write(text.slice(0, text.length / 2), () => {
        response.destroy()
      })
      return
    }
    case 'bad-json': {
      perform()
      response.writeHead(200, { ...headers, 'content-type': JSON_TYPE }).end('<html>Unicorn!</html>')
      return
    }
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

function refusal(fault: Extract<FaultKind, { kind: 'status' | 'status-after' }>): Reply {
  return {
    status: fault.status,
    body: { message: fault.message ?? `fault ${String(fault.status)}` },
    ...(fault.headers === undefined ? {} : { headers: fault.headers }),
  }
}

function send(response: ServerResponse, reply: Reply, headers: Readonly<Record<string, string>>): void {
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    ...headers,
    ...(text === '' ? {} : { 'content-type': JSON_TYPE, 'content-length': String(Buffer.byteLength(text)) }),
    ...reply.headers,
  })
  response.end(text)
}
