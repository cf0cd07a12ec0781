import type { ModelChecks } from '../../core/checks/result.ts'
import { isNewFault } from '../../core/checks/result.ts'
import type { Location } from '../../core/base/location.ts'
import { checkLocation, type CheckPlace } from '../../core/project/check-places.ts'
import type { Model } from '../../core/project/model.ts'
import type { BlobId } from '../../core/ports/git.ts'
import type { Prepared } from '../prepared.ts'
import type { Services } from '../services.ts'

/** Tells where each thing that is told of a model stands in head's files. They are read again, those few. */
export async function withLocations(
  { git }: Services,
  { sides, plan }: Prepared,
  checks: ModelChecks,
): Promise<ModelChecks> {
  const { model, tests, contract } = checks
  const head = plan.models.find(({ name }) => name === model)?.head
  const ids = new Map(sides.head.entries.map(({ path, id }) => [path, id]))
  const needed = new Set<BlobId>()
  const told = tests.some(
    (test) => test.status === 'newly_failing' || test.status === 'still_failing' || isNewFault(test),
  )
  for (const path of [told ? settingsPath(head) : undefined, contract.length > 0 ? head?.contractPath : undefined]) {
    const id = path === undefined ? undefined : ids.get(path)
    if (id !== undefined) needed.add(id)
  }
  if (needed.size === 0) return checks
  const blobs = await git.read([...needed])
  const locate = (path: string | undefined, place: CheckPlace): { readonly location?: Location } => {
    const id = path === undefined ? undefined : ids.get(path)
    const blob = id === undefined ? undefined : blobs.get(id)
    if (path === undefined || blob === undefined) return {}
    return { location: checkLocation(path, new TextDecoder().decode(blob).replace(/^\uFEFF/, ''), place) }
  }
  return {
    model,
    tests: tests.map((test) => ({ ...test, ...locate(settingsPath(head), test.place) })),
    contract: contract.map((finding) => ({ ...finding, ...locate(head?.contractPath, finding.place) })),
  }
}

/** A model's settings stand in its sidecar, else in its own front matter. */
function settingsPath(model: Model | undefined): string | undefined {
  return model?.sidecarPath ?? model?.path
}
