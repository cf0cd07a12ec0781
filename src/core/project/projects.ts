import picomatch from 'picomatch'
import type { TreeEntry } from '../ports/git.ts'
import { fileNameOf, folderOf } from './files.ts'

/** Whether what was given for a project's folder stands for several: `projects/*`. */
export function isProjectPattern(project: string): boolean {
  return /[*?{]/.test(project)
}

/** The part of a pattern that is a folder: where to look. */
export function patternRoot(pattern: string): string {
  const parts = pattern.split('/')
  const plain = parts.findIndex(isProjectPattern)
  return parts.slice(0, plain).join('/')
}

/** Folders that match the pattern and hold a configuration file, sorted. */
export function projectsIn(entries: readonly TreeEntry[], pattern: string, config: string): readonly string[] {
  const matches = picomatch(pattern, { noextglob: true, windows: false })
  return entries
    .filter(({ path, kind }) => kind === 'file' && fileNameOf(path) === config)
    .map(({ path }) => folderOf(path))
    .filter((folder) => matches(folder))
}
