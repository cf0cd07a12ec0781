import { PreviewError } from '../core/base/errors.ts'
import { gitVersion } from './binary/command.ts'
import { binaryReader } from './binary/reader.ts'
import { findLayout, type Layout } from './layout.ts'
import { repositoryOf, type Repository } from './repository.ts'

export type ReaderChoice = 'auto' | 'binary' | 'isomorphic'

export interface OpenOptions {
  /** `auto` is the git program where it is on the PATH and new enough, else isomorphic-git. */
  readonly reader?: ReaderChoice | undefined
  /** Where PATH and proxy settings come from; this process's by default. */
  readonly environment?: NodeJS.ProcessEnv | undefined
}

export interface OpenedRepository {
  readonly repository: Repository
  /** The working tree's root; of a bare repository the git folder. */
  readonly root: string
  readonly gitFolder: string
  /** The folder asked for, below `root`, with `/`; '' for the root. */
  readonly prefix: string
  /** Which reader was chosen. */
  readonly reader: Exclude<ReaderChoice, 'auto'>
}

/** The repository around a folder. Fails with `git.not-a-repository`. Close it when done. */
export async function openRepository(folder: string, options: OpenOptions = {}): Promise<OpenedRepository> {
  const { reader: choice = 'auto', environment = process.env } = options
  const layout = await findLayout(folder)
  const { root, gitFolder, prefix } = layout
  const version = choice === 'isomorphic' ? undefined : await gitVersion(environment)
  const reader = choice === 'auto' ? chosen(layout, version) : choice
  checkReadable(layout, reader, version)
  // isomorphic-git is much to load, and mostly there is a git.
  const objects =
    reader === 'binary'
      ? binaryReader(layout, environment)
      : (await import('./isomorphic/reader.ts')).isomorphicReader(layout)
  return { repository: repositoryOf(objects), root, gitFolder, prefix, reader }
}

/**
 * 2.31 reads configuration from the environment and knows `--end-of-options` everywhere. Before 2.45 git cannot be told
 * not to fetch on demand: in a partial clone it would ask the network for each object that is absent, and die when it
 * may not; isomorphic-git just says that it is absent.
 */
function chosen(layout: Layout, version: number | undefined): OpenedRepository['reader'] {
  return version !== undefined && version >= (layout.partial ? 2_045 : 2_031) ? 'binary' : 'isomorphic'
}

function checkReadable(layout: Layout, reader: OpenedRepository['reader'], version: number | undefined): void {
  const { root, objectFormat, refFormat } = layout
  const formats = [objectFormat, refFormat].filter((format) => format !== 'sha1' && format !== 'files')
  if (reader === 'binary' ? version !== undefined : formats.length === 0) return
  const why =
    reader === 'binary' ? 'git was asked for, and is not on the PATH' : `only git reads its ${formats.join(', ')}`
  throw new PreviewError('git.not-a-repository', `The repository ${root} cannot be read: ${why}.`, {
    hint: 'Install git 2.45 or later on this machine and put it on the PATH.',
  })
}
