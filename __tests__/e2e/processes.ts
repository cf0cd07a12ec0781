import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Linux only, as the Action's runner is. */

export function childrenOf(pid: number | undefined): readonly number[] {
  if (pid === undefined) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number)
}

/** The process that runs the SQL, once it exists. */
export async function workerOf(child: ChildProcess, { not }: { readonly not?: number } = {}): Promise<number> {
  for (;;) {
    const found = childrenOf(child.pid).find((pid) => pid !== not && commandLine(pid).includes('worker.js'))
    if (found !== undefined) return found
    if (child.exitCode !== null) throw new Error('the Action ended before it had a worker')
    await sleep(10)
  }
}

/** Resolves when models are being built. */
export async function building(log: NodeJS.ReadableStream | null): Promise<void> {
  await new Promise<void>((resolve) => {
    let text = ''
    log?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('Building both sides')) resolve()
    })
  })
}

export function isAlive(pid: number): boolean {
  // Killed and not yet waited for counts as dead.
  return /^State:\s+[^ZX]/m.test(text(`/proc/${String(pid)}/status`))
}

/** Collects the command line of every process below until it ends; call the result to get them. */
export function commandLinesBelow(child: ChildProcess): () => Promise<readonly string[]> {
  const seen = new Set<string>()
  const watching = (async () => {
    while (child.exitCode === null && child.signalCode === null) {
      for (const pid of [child.pid ?? 0, ...childrenOf(child.pid).flatMap((below) => [below, ...childrenOf(below)])]) {
        seen.add(commandLine(pid))
      }
      await sleep(15)
    }
  })()
  return async () => {
    await watching
    return [...seen]
  }
}

function commandLine(pid: number): string {
  return text(`/proc/${String(pid)}/cmdline`).replaceAll('\0', ' ')
}

function parentOf(pid: string): number {
  return Number(/\) \S (\d+)/.exec(text(`/proc/${pid}/stat`))?.[1])
}

/** '' for a process that is gone. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
