import type { Notice } from '../base/notice.ts'
import type { TreeEntry } from '../ports/git.ts'
import type { ModelFolder } from './layout.ts'
import type { Model } from './model.ts'
import type { ParsedFiles } from './parsed.ts'
import { PreviewError } from '../base/errors.ts'
import { attempt } from './attempt.ts'
import { readContract } from './contract.ts'
import { folderOf, joinPath } from './files.ts'
import { stemOf } from './layout.ts'

/** Where a project's contracts are looked for. */
interface Scope {
  readonly folders: readonly ModelFolder[]
  /** The folder whose contracts are named by model. */
  readonly apart: string
  readonly files: ParsedFiles
}

/** Gives each model its contract: the file beside it, else the one of its name in the project's `contracts/`. */
export function withContracts(
  models: readonly Model[],
  { folders, apart, files }: Scope,
  note: (notice: Notice) => void,
): readonly Model[] {
  const byPlace = new Map(
    folders.flatMap(({ path, contracts }) => [...contracts].map(([stem, entry]) => [joinPath(path, stem), entry])),
  )
  if (byPlace.size === 0) return models
  const used = new Set<TreeEntry>()
  const checked = models.map((model): Model => {
    const entry = byPlace.get(placeOf(model)) ?? byPlace.get(joinPath(apart, model.name))
    if (entry === undefined) return model
    used.add(entry)
    const read = attempt(() => readContract(files.toml(entry), note))
    const contract = read instanceof PreviewError ? { fault: faultOf(read) } : read
    return { ...model, contract, contractPath: entry.path }
  })
  for (const entry of byPlace.values()) if (!used.has(entry)) note(orphan(entry))
  return checked
}

function placeOf({ path = '' }: Model): string {
  return joinPath(folderOf(path), stemOf(path))
}

function faultOf({ message, location }: PreviewError): string {
  const line = location?.line === undefined ? '' : ` (line ${String(location.line)})`
  return `${message}${line}`
}

function orphan({ path }: TreeEntry): Notice {
  const message = 'The contract has no model that could be loaded: it is not checked.'
  return { code: 'project.orphan-contract', message, location: { path } }
}
