import git from 'isomorphic-git'
import fs from 'node:fs'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Always the same author and time, so that the commits have the same ids everywhere. */
const AUTHOR = { name: 'rocky-preview', email: 'demo@example.invalid', timestamp: 1_790_000_000, timezoneOffset: 0 }

/** Makes a repository of a scenario: `base/` is the commit of main, `head/` the one of a feature branch on top of it. */
export async function makeDemoRepository(scenario: string, folder: string, branch: string): Promise<void> {
  await git.init({ fs, dir: folder, defaultBranch: 'main' })
  await commitFolder(join(scenario, 'base'), folder, 'The models as they are')
  await git.branch({ fs, dir: folder, ref: branch, checkout: true })
  await commitFolder(join(scenario, 'head'), folder, 'The change under review')
}

async function commitFolder(from: string, folder: string, message: string): Promise<void> {
  for (const name of await readdir(folder)) if (name !== '.git') await rm(join(folder, name), { recursive: true })
  await cp(from, folder, { recursive: true })
  for (const [path, , inWorkTree] of await git.statusMatrix({ fs, dir: folder })) {
    if (inWorkTree === 0) await git.remove({ fs, dir: folder, filepath: path })
    else await git.add({ fs, dir: folder, filepath: path })
  }
  await git.commit({ fs, dir: folder, message, author: AUTHOR, committer: AUTHOR })
}
