import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { PreviewError } from '../core/base/errors.ts'

/** Where a repository keeps its parts, and what a reader must be able to do to read them. */
export interface Layout {
  /** The working tree's root; of a bare repository the git folder itself. */
  readonly root: string
  /** The folder asked for, below `root`, with `/`; '' for the root. */
  readonly prefix: string
  /** HEAD lies here. In a linked worktree it is `.git/worktrees/<name>` of the main one. */
  readonly gitFolder: string
  /** Objects and branches lie here: the same folder, but for linked worktrees. */
  readonly commonFolder: string
  readonly objectFormat: string
  readonly refFormat: string
  /** Objects may be absent by intent, and git would fetch them whenever it is asked for one. */
  readonly partial: boolean
}

/** The repository around a folder. Fails with `git.not-a-repository`. */
export async function findLayout(folder: string): Promise<Layout> {
  const start = await realpath(folder).catch(() => undefined)
  if (start === undefined) throw new PreviewError('git.not-a-repository', `There is no folder ${folder}.`)
  const found = (await enclosing(start, checkoutAt)) ?? (await enclosing(start, bareAt))
  if (found === undefined) throw new PreviewError('git.not-a-repository', `${folder} is not inside a git repository.`)
  const { root, gitFolder } = found
  const common = await textOf(join(gitFolder, 'commondir'))
  const commonFolder = common === undefined ? gitFolder : resolve(gitFolder, common.trim())
  const prefix = root === gitFolder ? '' : relative(root, start).split(sep).join('/')
  return { root, prefix, gitFolder, commonFolder, ...featuresOf((await textOf(join(commonFolder, 'config'))) ?? '') }
}

interface Found {
  readonly root: string
  readonly gitFolder: string
}

/**
 * Every ancestor is asked for a checkout before any is asked for being bare: git refuses to store a path `.git`, but
 * a pull request can commit the files of a bare repository, and would then choose what base and head are.
 */
async function enclosing(
  start: string,
  at: (folder: string) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = await at(folder)
    if (found !== undefined || folder === dirname(folder)) return found
  }
}

async function checkoutAt(root: string): Promise<Found | undefined> {
  const entry = join(root, '.git')
  if (await isGitFolder(entry)) return { root, gitFolder: entry }
  const [, target] = /^gitdir: (.+?)\r?\n?$/s.exec((await textOf(entry)) ?? '') ?? []
  if (target === undefined) return undefined
  const gitFolder = resolve(root, target)
  return (await isThere(join(gitFolder, 'HEAD'))) ? { root, gitFolder } : undefined
}

async function bareAt(folder: string): Promise<Found | undefined> {
  return (await isGitFolder(folder)) ? { root: folder, gitFolder: folder } : undefined
}

async function isGitFolder(folder: string): Promise<boolean> {
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => isThere(join(folder, name))))
  return parts.every(Boolean)
}

/** Read from the text, because the answer decides whether git may be started on it at all. */
function featuresOf(config: string): Pick<Layout, 'objectFormat' | 'refFormat' | 'partial'> {
  const value = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*"?([^\\s"#;]+)`, 'im').exec(config)?.[1]?.toLowerCase()
  return {
    objectFormat: value('objectformat') ?? 'sha1',
    refFormat: value('refstorage') ?? 'files',
    partial: value('partialclone') !== undefined || /^\s*promisor\s*(?:=\s*"?(?:true|yes|on|1)\b|$)/im.test(config),
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
