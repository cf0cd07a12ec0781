import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone when the work is done. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'rocky-preview-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One run of a command as a whole process: wall milliseconds and what it printed. */
export function once(command, args, options = {}) {
  const started = performance.now()
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  const ms = performance.now() - started
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${String(result.status)}: ${result.stderr}`)
  return { ms, stdout: result.stdout }
}

/** Runs the two in turn, A B A B …, after one warm-up of each, and gives the medians and the median of the pairwise ratios. */
export function inTurn(runs, a, b) {
  a()
  b()
  const pairs = Array.from({ length: runs }, () => ({ a: a().ms, b: b().ms }))
  return {
    a: median(pairs.map((pair) => pair.a)),
    b: median(pairs.map((pair) => pair.b)),
    ratio: median(pairs.map((pair) => pair.a / pair.b)),
  }
}

export function median(values) {
  const sorted = [...values].sort((x, y) => x - y)
  return sorted[Math.floor(sorted.length / 2)]
}

export const ms = (value) => `${value.toFixed(0).padStart(6)} ms`

/** The peak memory of a command's own process and of each process below it, polled; says so where there is no /proc. */
export async function peakMegabytes(command, args) {
  const child = spawn(command, args, { stdio: 'ignore' })
  const peaks = new Map()
  const timer = setInterval(() => {
    for (const pid of familyOf(child.pid)) {
      const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readIfThere(`/proc/${String(pid)}/status`))?.[1] ?? 0)
      peaks.set(pid, Math.max(peaks.get(pid) ?? 0, kilobytes))
    }
  }, 20)
  await new Promise((resolve) => child.on('exit', resolve))
  clearInterval(timer)
  const megabytes = [...peaks.values()].filter((value) => value > 0).map((value) => Math.round(value / 1_000))
  return megabytes.length === 0 ? 'not known here' : `${megabytes.sort((a, b) => b - a).join(' + ')} MB`
}

/** The most that a command and every process below it held at one moment, polled; beside it the most that each held. Linux only. */
export async function peakTogether(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  const peaks = new Map()
  let together = 0
  const timer = setInterval(() => {
    let sum = 0
    for (const pid of familyOf(child.pid)) {
      const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readIfThere(`/proc/${String(pid)}/status`))?.[1] ?? 0)
      sum += kilobytes
      peaks.set(pid, Math.max(peaks.get(pid) ?? 0, kilobytes))
    }
    together = Math.max(together, sum)
  }, 20)
  const status = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(timer)
  const inMegabytes = (kilobytes) => Math.round((kilobytes * 1_024) / 1e6)
  return { status, stdout, megabytes: inMegabytes(together), processes: [...peaks.values()].map(inMegabytes) }
}

function familyOf(pid) {
  const children = readIfThere(`/proc/${String(pid)}/task/${String(pid)}/children`)
    .trim()
    .split(' ')
  return [pid, ...children.filter((child) => child !== '').flatMap(familyOf)]
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
