import type { BlobId, TreeEntry } from '../../../src/core/ports/git.ts'
import type { LoadOptions } from '../../../src/core/project/config.ts'
import type { Project } from '../../../src/core/project/model.ts'
import { formatError } from '../../../src/core/base/errors.ts'
import { formatLocation } from '../../../src/core/base/location.ts'
import { projectFiles, type ProjectFiles } from '../../../src/core/project/files.ts'
import { loadProject } from '../../../src/core/project/load.ts'
import { emptyParseCache } from '../../../src/core/project/parsed.ts'

export type FileTexts = Readonly<Record<string, string | Uint8Array>>

export const ROCKY = '[adapter]\ntype = "duckdb"\npath = "poc.duckdb"\n'
export const SIDECAR = '[target]\ncatalog = "poc"\nschema = "main"\n'

/** Files of a commit, and links by what they are. Equal contents have equal ids, as in git. */
export function filesOf(texts: FileTexts, links: Readonly<Record<string, 'symlink' | 'submodule'>> = {}): ProjectFiles {
  const blobs = new Map<BlobId, Uint8Array>()
  const entries: TreeEntry[] = []
  for (const [path, text] of Object.entries(texts)) {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    const id = `blob ${Buffer.from(bytes).toString('latin1')}` as BlobId
    blobs.set(id, bytes)
    entries.push({ path, id, kind: 'file' })
  }
  for (const [path, kind] of Object.entries(links)) entries.push({ path, id: `link ${path}` as BlobId, kind })
  return projectFiles(entries, blobs)
}

export function optionsWith(changes: Partial<LoadOptions> = {}): LoadOptions {
  return { project: '', config: 'rocky.toml', env: {}, vars: {}, parsed: emptyParseCache(), ...changes }
}

/** Loads the files beside a rocky.toml that is right, unless they hold one. */
export function load(texts: FileTexts, changes: Partial<LoadOptions> = {}): Project {
  return loadProject(filesOf({ 'rocky.toml': ROCKY, ...texts }), optionsWith(changes))
}

/** Broken models and notices, as people see them. */
export function complaints({ broken, notices }: Project): string {
  const errors = broken.map(({ name, error }) => `${name} [${error.code}] ${formatError(error)}`)
  const notes = notices.map(
    ({ code, message, location }) => `${location ? formatLocation(location) : ''}  ${message} [${code}]`,
  )
  return [...errors, ...notes].join('\n')
}
