import type { BlobId, TreeEntry } from '../ports/git.ts'
import { PreviewError } from '../base/errors.ts'
import { LFS_POINTER } from '../base/lfs-pointer.ts'

/** One commit's files, as far as a project needs them. Paths start at the repository's root. */
export interface ProjectFiles {
  /** Everything below the project's folder, whether its contents were read or not. */
  readonly entries: readonly TreeEntry[]
  /** A file's text without its byte order mark. Fails when it is not UTF-8, is a Git LFS pointer, or was not read. */
  text(entry: TreeEntry): string
}

/** A listing, and the blobs of it that were read, keyed by id. */
export function projectFiles(entries: readonly TreeEntry[], blobs: ReadonlyMap<BlobId, Uint8Array>): ProjectFiles {
  return {
    entries,
    text(entry) {
      const blob = blobs.get(entry.id)
      if (blob === undefined) {
        throw new PreviewError('git.missing-object', 'The file was not read.', { location: { path: entry.path } })
      }
      return decode(blob, entry.path)
    },
  }
}

/** `code` of everything that is wrong with a file as a whole. */
export function fileError(path: string, message: string, hint: string, cause?: unknown): PreviewError {
  const code = path.endsWith('.toml') ? 'project.toml' : path.endsWith('.rocky') ? 'model.rocky' : 'model.sql'
  return new PreviewError(code, message, { location: { path }, hint, cause })
}

/** `folder/name`, with no slash for the root's ''. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** A folder as people write it (`./models/`), without what does not matter; '' is the root. */
export function normalizeFolder(folder: string): string {
  const parts = folder.split('/').filter((part) => part !== '' && part !== '.')
  return parts.join('/')
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function decode(blob: Uint8Array, path: string): string {
  const text = utf8(blob, path)
  if (text.startsWith(LFS_POINTER)) {
    const hint = 'Keep SQL and TOML files in git itself: a preview does not fetch LFS objects.'
    throw fileError(path, 'The file is a Git LFS pointer, not its contents.', hint)
  }
  return text
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function utf8(blob: Uint8Array, path: string): string {
  // eslint-disable-next-line no-restricted-syntax -- the decoder has no other way to say it
  try {
    return UTF8.decode(blob)
  } catch (cause) {
    throw fileError(path, 'The file is not UTF-8 text.', 'Save it as UTF-8.', cause)
  }
}
