import { standIn } from '../../core/environment/interval.ts'
import type { SideName } from '../../core/environment/layout.ts'
import type { FileRules } from '../../core/lineage/repository-files.ts'
import { Names } from '../../core/lineage/names.ts'
import { linkSide } from '../../core/lineage/side.ts'
import { noWarehouseCode, readWarehouseCode, type WarehouseCode } from '../../core/lineage/warehouse-views.ts'
import type { ParsedQuery } from '../../core/ports/binder.ts'
import type { WarehouseDefinitions } from '../../core/ports/warehouse.ts'
import type { Model } from '../../core/project/model.ts'
import type { LoadedSides } from '../load.ts'
import type { Linked } from '../prepared.ts'
import type { Services } from '../services.ts'

/** What is known before there is a warehouse. */
export interface Understood {
  /** Both sides' models, by text. */
  readonly parsed?: ReadonlyMap<string, ParsedQuery>
  /** What each side's SQL may read of the repository; absent: nothing. */
  readonly files?: Readonly<Record<SideName, FileRules>>
}

/** Parses the models of both sides: needs no warehouse. */
export async function parseModels(
  services: Services,
  { base, head }: Pick<LoadedSides, 'base' | 'head'>,
): Promise<ReadonlyMap<string, ParsedQuery>> {
  return parseAll(services, [...base.project.models, ...head.project.models])
}

/** Both sides understood over what one warehouse holds, and the code that lives in that; undefined: there is none. */
export async function linkSides(
  services: Services,
  definitions: WarehouseDefinitions | undefined,
  sides: Pick<LoadedSides, 'base' | 'head'>,
  { parsed: known, files }: Understood = {},
): Promise<{ readonly base: Linked; readonly head: Linked; readonly code: WarehouseCode }> {
  const [base, head] = [sides.base.project, sides.head.project]
  const code = await warehouseCode(services, definitions, [...base.models, ...head.models])
  const models = known ?? (await parseModels(services, sides))
  const parsed = new Map([...models, ...(await parseAll(services, code.views))])
  const baseModels = [...base.models, ...code.views]
  const headModels = [...head.models, ...code.views]
  const link = (side: SideName, models: readonly Model[], other: readonly Model[]): Linked => {
    const { broken, config } = sides[side].project
    const rules = files?.[side]
    const names = new Names(models, other, definitions, broken, config.feeds)
    return {
      names,
      side: linkSide({
        models,
        broken,
        parsed,
        names,
        macros: code.macros,
        ...(rules !== undefined && { files: rules }),
      }),
    }
  }
  return { base: link('base', baseModels, headModels), head: link('head', headModels, baseModels), code }
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
