import type { ChildProcessWithoutNullStreams } from 'node:child_process'

export interface GitObject {
  readonly type: string
  readonly bytes: Uint8Array
}

/** One `git cat-file --batch`, started when it is first asked and never a reason for Node to stay alive. */
export interface Batch {
  /** Those of the objects that are there, by id. Questions asked meanwhile wait for their turn. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, GitObject>>
  close(): Promise<void>
}

export function openBatch(start: () => ChildProcessWithoutNullStreams): Batch {
  let child: ChildProcessWithoutNullStreams | undefined
  let turn: Promise<unknown> = Promise.resolve()

  function running(): ChildProcessWithoutNullStreams {
    if (child !== undefined) return child
    const started = start()
    child = started
    // The pipe breaks when git dies; 'close' tells it to whoever waits.
    started.stdin.on('error', () => undefined)
    started.on('error', () => undefined)
    started.on('close', () => {
      if (child === started) child = undefined
    })
    return started
  }

  return {
    read(ids) {
      const answer = turn.then(() => (ids.length === 0 ? new Map<string, GitObject>() : exchange(running(), ids)))
      turn = answer.catch(() => undefined)
      return answer
    },
    async close() {
      await turn
      const closing = child
      if (closing === undefined) return
      child = undefined
      hold(closing)
      await new Promise((resolve) => {
        closing.on('close', resolve)
        closing.stdin.end()
      })
    },
  }
}

/**
 * All ids are written at once and the answers parsed as they come. Nothing can block: what a pipe does not take yet,
 * Node keeps, and it reads meanwhile.
 */
function exchange(child: ChildProcessWithoutNullStreams, ids: readonly string[]) {
  return new Promise<ReadonlyMap<string, GitObject>>((resolve, reject) => {
    const answers = parser(ids)
    let complaint = ''
    const onData = (chunk: Buffer) => {
      try {
        answers.push(chunk)
      } catch (error) {
        child.kill()
        leave()
        reject(new Error(String(error)))
        return
      }
      if (answers.left() > 0) return
      leave()
      resolve(answers.objects)
    }
    const onComplaint = (chunk: Buffer) => (complaint += chunk.toString())
    const onError = (error: Error) => (complaint += error.message)
    const onClose = () => {
      leave()
      reject(new Error(complaint.split('\n')[0] ?? ''))
    }
    const leave = () => {
      child.stdout.off('data', onData)
      child.stderr.off('data', onComplaint)
      child.off('error', onError)
      child.off('close', onClose)
      release(child)
    }
    hold(child)
    child.stdout.on('data', onData)
    child.stderr.on('data', onComplaint)
    child.on('error', onError)
    child.on('close', onClose)
    child.stdin.write(`${ids.join('\n')}\n`)
  })
}

/** Answers come in the order of the questions: `<id> <type> <size>`, the bytes, a line feed; or `<id> missing`. */
function parser(ids: readonly string[]) {
  const objects = new Map<string, GitObject>()
  let answered = 0
  let line = ''
  let body: { readonly type: string; readonly bytes: Uint8Array; filled: number } | undefined

  /** Returns where the rest of the chunk begins. */
  function pushBody(chunk: Buffer, at: number, { type, bytes, filled }: NonNullable<typeof body>): number {
    const part = chunk.subarray(at, at + bytes.length - filled)
    bytes.set(part, filled)
    const reached = filled + part.length
    body = reached < bytes.length ? { type, bytes, filled: reached } : undefined
    // The line feed after the bytes was read as one more byte.
    if (body === undefined) objects.set(ids[answered++] ?? '', { type, bytes: bytes.subarray(0, -1) })
    return at + part.length
  }

  function pushLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(10, at)
    line += chunk.toString('latin1', at, end < 0 ? chunk.length : end)
    if (end < 0) return chunk.length
    const [, type, size] = /^\S+ ([a-z]+) (\d+)$/.exec(line) ?? []
    if (type === undefined) answered++
    body = type === undefined ? undefined : { type, bytes: new Uint8Array(Number(size) + 1), filled: 0 }
    line = ''
    return end + 1
  }

  return {
    objects,
    left: () => ids.length - answered,
    push(chunk: Buffer) {
      let at = 0
      while (at < chunk.length) at = body === undefined ? pushLine(chunk, at) : pushBody(chunk, at, body)
    },
  }
}

/** A pipe of a child is a socket, though its type does not say so. */
interface Held {
  ref?: () => unknown
  unref?: () => unknown
}

function hold(child: ChildProcessWithoutNullStreams): void {
  for (const each of [child, child.stdin, child.stdout, child.stderr] as Held[]) each.ref?.()
}

function release(child: ChildProcessWithoutNullStreams): void {
  for (const each of [child, child.stdin, child.stdout, child.stderr] as Held[]) each.unref?.()
}
