import { readFileSync } from 'node:fs'

const POLL_MS = 100
const PAGE_BYTES = 4096

/**
 * Calls `exceeded` once when a process's resident memory passes `capBytes`. DuckDB's own limit does not see everything
 * (`range(100000000)` took 9 GB under a limit of 512 MB), so the process is watched from outside. Linux only; elsewhere
 * DuckDB's limit stands alone.
 */
export function watchMemory(pid: number, capBytes: number, exceeded: () => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid)
    if (bytes === undefined || bytes <= capBytes) return
    clearInterval(timer)
    exceeded()
  }, POLL_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}

function residentBytes(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  } catch {
    // No /proc on this system, or the process is gone: its exit is seen elsewhere.
    return undefined
  }
}
