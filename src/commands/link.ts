import { standIn } from '../core/environment/interval.ts'
import { Names } from '../core/lineage/names.ts'
import { linkSide } from '../core/lineage/side.ts'
import { noWarehouseCode, readWarehouseCode, type WarehouseCode } from '../core/lineage/warehouse-views.ts'
import type { ParsedQuery } from '../core/ports/binder.ts'
import type { WarehouseDefinitions } from '../core/ports/warehouse.ts'
import type { Model } from '../core/project/model.ts'
import type { LoadedSides } from './load.ts'
import type { Linked } from './prepared.ts'
import type { Services } from './services.ts'

/** Both sides understood over what one warehouse holds, and the code that lives in that; undefined: there is none. */
export async function linkSides(
  services: Services,
  definitions: WarehouseDefinitions | undefined,
  { base: { project: base }, head: { project: head } }: Pick<LoadedSides, 'base' | 'head'>,
): Promise<{ readonly base: Linked; readonly head: Linked; readonly code: WarehouseCode }> {
  const code = await warehouseCode(services, definitions, [...base.models, ...head.models])
  const parsed = await parseAll(services, [...base.models, ...head.models, ...code.views])
  const baseModels = [...base.models, ...code.views]
  const headModels = [...head.models, ...code.views]
  const link = (models: readonly Model[], other: readonly Model[], broken: typeof base.broken): Linked => {
    const names = new Names(models, other, definitions, broken)
    return { names, side: linkSide({ models, broken, parsed, names, macros: code.macros }) }
  }
  return { base: link(baseModels, headModels, base.broken), head: link(headModels, baseModels, head.broken), code }
}

async function warehouseCode(
  { kernel }: Services,
  definitions: WarehouseDefinitions | undefined,
  models: readonly Model[],
): Promise<WarehouseCode> {
  return definitions === undefined
    ? noWarehouseCode
    : readWarehouseCode(kernel.binder, definitions, models, kernel.style)
}

/** Each distinct text once: base and head share most of theirs. */
async function parseAll({ kernel }: Services, models: readonly Model[]): Promise<ReadonlyMap<string, ParsedQuery>> {
  const texts = [...new Set(models.map(({ sql }) => sql))]
  const parsed = await kernel.binder.parse(texts.map(standIn))
  return new Map(texts.flatMap((text, index) => (parsed[index] === undefined ? [] : [[text, parsed[index]]])))
}
