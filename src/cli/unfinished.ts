import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../core/base/system-code.ts'

/** Where this process makes a preview before it takes its place: two that make the same one do not meet. */
export function unfinishedOf(preview: string): string {
  return `${preview}.unfinished-${String(process.pid)}`
}

/** Whether a folder's name says that some process was, or is, making the preview of that name there; of any, where none is given. */
export function isUnfinished(folder: string, name?: string): boolean {
  const [, of] = UNFINISHED.exec(folder) ?? []
  return of !== undefined && (name === undefined || name === of)
}

/** What a finished one takes the place of is moved aside, for a moment. */
const UNFINISHED = /^(.+)\.unfinished(?:-(\d+)(?:-replaced)?)?$/

/** Removes what processes that are gone have left of a preview. What cannot be looked at or removed stays. */
export function removeAbandoned(preview: string): void {
  for (const folder of foldersBeside(preview)) {
    const pid = Number(UNFINISHED.exec(folder)?.[2] ?? 0)
    if (isUnfinished(folder, basename(preview)) && (pid === process.pid || !isAlive(pid)))
      removeIfPossible(join(dirname(preview), folder))
  }
}

function removeIfPossible(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // It takes room and does no harm.
  }
}

function foldersBeside(preview: string): readonly string[] {
  try {
    return readdirSync(dirname(preview))
  } catch {
    // There is no state yet, or it cannot be read: writing to it will say so.
    return []
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and another user's.
    return systemCode(error) === 'EPERM'
  }
}
