import { rmSync } from 'node:fs'
import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeDemoRepository } from '../git/demo-repository.ts'
import { onInterrupt } from './interrupt.ts'
import { preview } from './preview.ts'

const BRANCH = 'net-revenue'

/** The whole of a preview on a scenario of ours: a repository with a branch, a seeded warehouse, and the comment at the end. */
export async function demo(
  distFolder: string,
  flags: { readonly keep?: string; readonly nativePath?: string },
): Promise<number> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'rocky-preview-demo-'))
  const uninterrupted = onInterrupt(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  try {
    return await demoIn(folder, distFolder, flags)
  } finally {
    uninterrupted()
  }
}

async function demoIn(folder: string, distFolder: string, flags: Parameters<typeof demo>[1]): Promise<number> {
  const repository = join(folder, 'repository')
  const keep = flags.keep === undefined ? join(folder, 'environment') : resolve(flags.keep)
  await makeDemoRepository(join(distFolder, '..', 'fixtures', 'demo'), repository, BRANCH)
  const status = await preview(distFolder, 'run', {
    base: 'main',
    head: BRANCH,
    project: repository,
    config: 'rocky.toml',
    state: join(folder, 'state'),
    output: 'markdown',
    env: {},
    var: {},
    allowFunctions: [],
    allowPaths: [],
    sampleValues: 'all',
    failOn: [],
    dryRun: false,
    keep,
    ...(flags.nativePath === undefined ? {} : { nativePath: flags.nativePath }),
  })
  process.stderr.write(
    `\nThe project:      ${repository} (branches main and ${BRANCH})\nThe environment:  ${keep}\nOpen it with:     duckdb -init ${join(keep, 'open.sql')}\n`,
  )
  return status
}
