import type { Notice } from '../base/notice.ts'
import type { ModelFolder } from './layout.ts'
import type { TestDefinition } from './model.ts'
import type { ParsedFiles } from './parsed.ts'
import type { Sidecar } from './sidecar.ts'
import { PreviewError } from '../base/errors.ts'
import { suggest } from '../base/suggest.ts'
import { attempt, insist } from './attempt.ts'
import { readNamedTests } from './data-tests.ts'
import { errorAt } from './keys.ts'
import { stemOf } from './layout.ts'
import { readDefaults, readGroup, type Defaults, type Group } from './shared.ts'

/** What the models of one folder share. A file that is broken is an error to those who need it. */
export interface SharedFiles {
  readonly defaults: Defaults | PreviewError | undefined
  readonly groups: ReadonlyMap<string, Group | PreviewError>
  readonly namedTests: ReadonlyMap<string, TestDefinition> | PreviewError
}

/** Reads them; `note` is told of what is ignored, and of groups and tests that are broken, whether a model needs them or not. */
export function sharedFiles(folder: ModelFolder, files: ParsedFiles, note: (notice: Notice) => void): SharedFiles {
  const noted = <T>(made: T | PreviewError): T | PreviewError => {
    if (made instanceof PreviewError) note(brokenNotice(made))
    return made
  }
  const { defaults, groups, testDefinitions } = folder
  return {
    defaults: defaults && attempt(() => readDefaults(files.toml(defaults), note)),
    groups: new Map(
      groups.map((entry) => {
        const name = stemOf(entry.path)
        return [name, noted(attempt(() => readGroup(files.toml(entry), name, note)))]
      }),
    ),
    namedTests:
      testDefinitions === undefined ? new Map() : noted(attempt(() => readNamedTests(files.toml(testDefinitions)))),
  }
}

/** The group that the sidecar names. Fails when there is none, or when it is broken. */
export function groupFor({ file, group: name }: Sidecar, { groups }: SharedFiles): Group | undefined {
  if (name === undefined) return undefined
  const group = groups.get(name)
  if (group !== undefined) return insist(group)
  const meant = suggest(name, groups.keys())
  const hint = meant === undefined ? `Add groups/${name}.toml beside the model.` : `Did you mean "${meant}"?`
  throw errorAt(file, ['group'], `There is no group "${name}": no groups/${name}.toml in the model's folder.`, hint)
}

/** The named tests that the sidecar may use. Fails when it uses one and their file is broken. */
export function namedTestsFor({ useTests }: Sidecar, { namedTests }: SharedFiles): ReadonlyMap<string, TestDefinition> {
  return useTests.length === 0 ? new Map() : insist(namedTests)
}

function brokenNotice({ message, location }: PreviewError): Notice {
  return { code: 'project.broken-file', message, ...(location !== undefined && { location }) }
}
