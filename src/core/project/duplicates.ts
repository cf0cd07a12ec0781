import type { BrokenModel, Model } from './model.ts'
import { PreviewError } from '../base/errors.ts'
import { formatRelation } from '../sql/relation.ts'

/** Parts models whose name and target are theirs alone from those that share one: each of the latter is broken. */
export function partDuplicates(models: readonly Model[]): {
  readonly unique: readonly Model[]
  readonly duplicates: readonly BrokenModel[]
} {
  const byName = sharers(models, ({ name }) => name.toLowerCase())
  const byTarget = sharers(models, targetKey)
  const unique: Model[] = []
  const duplicates: BrokenModel[] = []
  for (const model of models) {
    const namesakes = byName.get(model)
    const rivals = byTarget.get(model)
    if (namesakes !== undefined)
      duplicates.push(broken(model, `${several(namesakes)} named "${model.name}"`, namesakes))
    else if (rivals !== undefined) duplicates.push(broken(model, targetMessage(model, rivals), rivals))
    else unique.push(model)
  }
  return { unique, duplicates }
}

/** A DuckDB file has one catalog, so that targets which differ in theirs alone are one table. */
function targetKey({ target: { schema, table } }: Model): string {
  return `${schema}\0${table}`.toLowerCase()
}

/** Every model whose key another has too, with all that have it. */
function sharers(models: readonly Model[], key: (model: Model) => string): ReadonlyMap<Model, readonly Model[]> {
  const first = new Map<string, Model>()
  const shared = new Map<Model, Model[]>()
  for (const model of models) {
    const holder = first.get(key(model))
    if (holder === undefined) {
      first.set(key(model), model)
      continue
    }
    const group = shared.get(holder) ?? [holder]
    group.push(model)
    shared.set(holder, group)
    shared.set(model, group)
  }
  return shared
}

function broken(model: Model, fault: string, sharers: readonly Model[]): BrokenModel {
  const path = model.path ?? ''
  const paths = sharers.map((sharer) => sharer.path ?? '')
  const message = `${fault}: ${paths.slice(0, -1).join(', ')} and ${paths.at(-1) ?? ''}.`
  return { name: model.name, path, error: new PreviewError('model.duplicate', message, { location: { path } }) }
}

function targetMessage({ target }: Model, rivals: readonly Model[]): string {
  const catalogs = new Set(rivals.map((rival) => rival.target.catalog.toLowerCase()))
  const aside = catalogs.size > 1 ? ' (their catalogs differ, but a DuckDB file has one)' : ''
  return `${several(rivals)} filling ${formatRelation({ ...target, catalog: '' })}${aside}`
}

function several(models: readonly Model[]): string {
  return models.length === 2 ? 'There are two models' : `There are ${String(models.length)} models`
}
