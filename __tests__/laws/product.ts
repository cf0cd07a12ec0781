import { pathToFileURL } from 'node:url'
import type * as run from '../../src/commands/run.ts'
import type * as contract from '../../src/core/contract/run.ts'
import type { RunOutput } from '../../src/core/contract/run.ts'
import type * as files from '../../src/files/files.ts'
import { temporaryFolder, type Files } from '../support/git-repository.ts'
import { requestFor } from '../support/scenario.ts'
import { kernelsOf } from './kernel-here.ts'
import { memoryGit } from './memory-git.ts'

/** The program, from our sources or from a copy of them with a fault in it. */
export interface Product {
  /** Previews a pull request in this process: no worker, no repository; everything else is the real thing. */
  readonly preview: (warehouse: string, base: Files, head: Files) => Promise<RunOutput>
  readonly close: () => void
}

/** Gets one file of a program by its path in `src`. */
export type Load = (path: string) => Promise<unknown>

const NO_REPORT = { diff: () => '', cost: () => '', run: () => '' }

/** Loads the program; `placeOf` says where the files of its `src` are. */
export async function loadProduct(placeOf: (file: string) => string): Promise<Product> {
  const load: Load = async (file) => import(pathToFileURL(placeOf(file)).href)
  const { runPreview } = (await load('commands/run.ts')) as typeof run
  const { toRunOutput } = (await load('core/contract/run.ts')) as typeof contract
  const { fileService } = (await load('files/files.ts')) as typeof files
  const kernels = await kernelsOf(load)
  let previews = 0
  return {
    preview: async (warehouse, base, head) => {
      const folder = temporaryFolder()
      const kernel = kernels.open(folder)
      const services = {
        git: memoryGit({ main: base, change: head }),
        version: '0',
        kernel,
        files: fileService(folder, folder),
        clock: { now: () => performance.now(), timestamp: () => '2026-01-31 04:00:00', deadline: Infinity },
        machine: 'law',
        digest: (value: string) => value,
        progress: () => undefined,
      }
      try {
        // Words about a difference take a fifth of the time and decide no verdict: every fifth preview has them.
        const facts = previews++ % 5 === 0 ? undefined : ('never' as const)
        const request = { ...requestFor({ branch: 'change' }, '', warehouse), diff: { facts } }
        const options = { runId: 'run', folder, complete: false, until: 'compare' } as const
        const { result } = await runPreview(services, request, options)
        return toRunOutput(result, NO_REPORT)
      } finally {
        await kernel.close()
      }
    },
    close: kernels.close,
  }
}
