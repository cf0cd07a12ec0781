import type { SideName } from '../../core/environment/layout.ts'
import { looksLikeFile } from '../../core/lineage/file-functions.ts'
import { leavesProject, type FileRules } from '../../core/lineage/repository-files.ts'
import type { ParsedQuery } from '../../core/ports/binder.ts'
import type { LoadedSides } from '../load.ts'
import type { PreviewRequest } from '../request.ts'
import type { Services } from '../services.ts'

/** Every path that some query reads, or may: a table may have a file's name. */
export function fileReadsAmong(parsed: ReadonlyMap<string, ParsedQuery>): readonly string[] {
  return [...parsed.values()].flatMap((query) => {
    if (query.kind === 'invalid') return []
    const named = query.references.flatMap(({ table }) => (looksLikeFile(table) ? [table] : []))
    return [...named, ...(query.files ?? []).flatMap(({ paths }) => paths)]
  })
}

/** What each side's SQL may read. The whole commit is listed only where a path climbs out of the project's folder. */
export async function fileRules(
  { git }: Pick<Services, 'git'>,
  { project, allow }: PreviewRequest,
  { base, head, refs }: LoadedSides,
  reads: readonly string[],
): Promise<Readonly<Record<SideName, FileRules>>> {
  const common = { project, allowPaths: allow?.paths ?? [], allowFunctions: allow?.functions ?? [] }
  const isWide = project !== '' && reads.some(leavesProject)
  return {
    base: { ...common, entries: isWide ? await git.list(refs.mergeBase, '') : base.entries },
    head: { ...common, entries: isWide ? await git.list(refs.head, '') : head.entries },
  }
}
