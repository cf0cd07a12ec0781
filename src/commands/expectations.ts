import type { GitRepository, TreeEntry } from '../core/ports/git.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import { noDeclarations, type Declarations } from '../core/expectations/declaration.ts'
import { allDeclarations, readDeclarationFile, readDescription } from '../core/expectations/read.ts'
import { joinPath } from '../core/project/files.ts'
import type { PreviewRequest } from './request.ts'

/** What the project's file declares as head has it, or the file that the caller gave in its place. */
export async function readExpectations(
  git: GitRepository,
  base: readonly TreeEntry[],
  head: readonly TreeEntry[],
  { project, expectations: given = {} }: Pick<PreviewRequest, 'project' | 'expectations'>,
): Promise<Declarations> {
  const inFile =
    given.file === undefined
      ? await projectFile(git, base, head, joinPath(project, 'preview.expectations.toml'))
      : [readDeclarationFile(given.file.text, { kind: 'file', path: given.file.path, standing: false })]
  return allDeclarations(inFile)
}

/** The same with what the pull request's description declares. What is declared changes nothing of what is measured, so it can be read last. */
export function withDescription(result: PreviewResult, description: string): PreviewResult {
  const { expectations = noDeclarations } = result
  return { ...result, expectations: allDeclarations([expectations, readDescription(description)]) }
}

async function projectFile(
  git: GitRepository,
  base: readonly TreeEntry[],
  head: readonly TreeEntry[],
  path: string,
): Promise<readonly Declarations[]> {
  const at = (entries: readonly TreeEntry[]): TreeEntry | undefined =>
    entries.find((entry) => entry.path === path && entry.kind === 'file')
  const file = at(head)
  if (file === undefined) return []
  const blob = (await git.read([file.id])).get(file.id)
  // Bytes that are no UTF-8 become characters that the language does not know: a fault with its place.
  const text = new TextDecoder().decode(blob)
  return [readDeclarationFile(text, { kind: 'file', path, standing: at(base)?.id === file.id })]
}
