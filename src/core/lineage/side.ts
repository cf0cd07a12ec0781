import { PreviewError } from '../base/errors.ts'
import { graphOf, topologicalOrder } from '../graph/graph.ts'
import type { BrokenModel, Model } from '../project/model.ts'
import type { ParsedQuery } from '../ports/binder.ts'
import { linkModel, type LinkedModel } from './link.ts'
import type { Macros } from './macros.ts'
import type { Names } from './names.ts'
import type { FileRules } from './repository-files.ts'

/** One side of the pull request, understood: its models with their links, and those that could not be understood. */
export interface Side {
  readonly linked: ReadonlyMap<string, LinkedModel>
  readonly failures: ReadonlyMap<string, PreviewError>
  /** What tells edited files of models that could not be loaded, by name. */
  readonly brokenContent?: ReadonlyMap<string, string>
}

interface SideInput {
  readonly models: readonly Model[]
  readonly broken: readonly BrokenModel[]
  /** By SQL text. */
  readonly parsed: ReadonlyMap<string, ParsedQuery>
  readonly names: Names
  readonly macros: Macros
  readonly files?: FileRules
}

/** Links every model of a side. Members of a cycle fail; their readers do not, here: they fail when they are built. */
export function linkSide({ models, broken, parsed, names, macros, files }: SideInput): Side {
  const linked = new Map<string, LinkedModel>()
  const failures = new Map<string, PreviewError>(broken.map(({ name, error }) => [name, error]))
  for (const model of models) {
    const query = parsed.get(model.sql)
    if (query === undefined) throw new PreviewError('bug', `The model "${model.name}" was not parsed.`)
    const link = linkModel(model, query, names, macros, files)
    if (link instanceof PreviewError) failures.set(model.name, link)
    else linked.set(model.name, link)
  }
  for (const members of cyclesAmong(linked)) {
    for (const member of members) {
      failures.set(member, cycleError(linked.get(member), members))
      linked.delete(member)
    }
  }
  const brokenContent = new Map(broken.flatMap(({ name, content }) => (content === undefined ? [] : [[name, content]])))
  return { linked, failures, brokenContent }
}

function cyclesAmong(linked: ReadonlyMap<string, LinkedModel>): readonly (readonly string[])[] {
  return topologicalOrder(graphOf(new Map([...linked].map(([name, { inputs }]) => [name, inputs])))).cycles
}

function cycleError(member: LinkedModel | undefined, members: readonly string[]): PreviewError {
  const path = member?.model.path
  return new PreviewError('model.cycle', `These models read each other in a circle: ${members.join(', ')}.`, {
    ...(path === undefined ? {} : { location: { path } }),
  })
}
