import { existsSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isUnfinished } from './unfinished.ts'

/** Removes previews from a state folder, and the folder when that leaves it empty. What is not a preview is not ours to remove. */
export async function clean(state: string, name: string | undefined): Promise<void> {
  if (!existsSync(state)) return
  for (const entry of await readdir(state, { withFileTypes: true })) {
    const folder = join(state, entry.name)
    const isOurs = isUnfinished(entry.name) || existsSync(join(folder, 'preview.json'))
    const isMeant = name === undefined || entry.name === name || isUnfinished(entry.name, name)
    if (entry.isDirectory() && isOurs && isMeant) await rm(folder, { recursive: true, force: true })
  }
  if ((await readdir(state)).length === 0) await rmdir(state)
}
