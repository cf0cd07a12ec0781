import { PreviewError } from '../../core/base/errors.ts'
import { deltaRelation } from '../../core/environment/layout.ts'
import { fillInterval, PLANNING_INTERVAL, type Interval, type TimeInterval } from '../../core/environment/interval.ts'
import { missingColumn } from '../../core/environment/strategy-columns.ts'
import { recipeOf, type Recipe } from '../../core/environment/strategy.ts'
import { placeIn, type LinkedModel, type LinkTarget } from '../../core/lineage/link.ts'
import { spliceReferences, type SplicedQuery } from '../../core/lineage/splice.ts'
import type { BoundQuery, Identity } from '../../core/ports/binder.ts'
import type { Session } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { authored } from '../../core/sql/sql.ts'
import type { Model } from '../../core/project/model.ts'
import type { FileTables } from './file-tables.ts'
import type { KernelService } from '../services.ts'

/** How the names of a model are to be read. */
export interface Binding {
  readonly pointTo: (target: LinkTarget) => Relation
  /** The warehouse's relation of a stateful model, where there is one. */
  readonly existing: Relation | undefined
  /** What a time_interval model is run for; one interval for all where there are no data. */
  readonly intervals?: readonly Interval[]
  readonly session: Session
  /** What scanned relations are known as; asks for the shape of the plan. */
  readonly identities?: readonly Identity[]
  /** Puts the tables of files there that the model reads. */
  readonly files: Pick<FileTables, 'provide'>
  /** Leaves an empty table of that name with the query's columns. */
  readonly define?: Required<Relation>
}

export type BoundModel =
  | (Omit<BoundQuery & { readonly kind: 'bound' }, 'kind'> & {
      readonly kind: 'bound'
      readonly recipe: Recipe & { readonly kind: 'table' | 'delta' }
    })
  /** It does not bind; the error stands at its place in the model's file. */
  | { readonly kind: 'unbound'; readonly error: PreviewError }

/** Binds the statement that fills one side of a model, exactly as it would run. */
export async function bindModel(
  { binder, style }: Pick<KernelService, 'binder' | 'style'>,
  linked: LinkedModel,
  { pointTo, existing, intervals = [PLANNING_INTERVAL], session, identities, define, files }: Binding,
): Promise<BoundModel> {
  const { model } = linked
  const spliced = spliceReferences(linked, pointTo, style)
  const recipe = recipeOf(model, spliced.text, existing, intervals)
  if (recipe.kind === 'unsupported') {
    return { kind: 'unbound', error: new PreviewError('model.strategy-unsupported', `${recipe.because}.`) }
  }
  const missing = await files.provide(linked)
  if (missing !== undefined) return { kind: 'unbound', error: missing }
  const bound =
    define === undefined
      ? await binder.bind(recipe.query, session, identities)
      : await binder.define(
          recipe.kind === 'table' ? define : deltaRelation(define),
          recipe.query,
          session,
          identities ?? [],
        )
  if (bound.kind === 'bound') {
    const missing = missingColumn(model.strategy, bound.columns)
    if (missing === undefined) return { ...bound, recipe }
    return { kind: 'unbound', error: new PreviewError('model.strategy-column', missing, placeIn(model, undefined)) }
  }
  if (model.strategy.kind === 'time_interval') return unboundInterval(binder, model, model.strategy, spliced, session)
  // A newline stands before the author's text; a surrogate key's SELECT moves it further, and then only the line is lost.
  const offset =
    bound.position === undefined || model.surrogateKeys.length > 0
      ? undefined
      : spliced.originalOffset(bound.position - 1)
  const place = placeIn(model, offset)
  return { kind: 'unbound', error: new PreviewError('engine.failed', bound.message, { ...place, hint: bound.hint }) }
}

/** Several runs stand in one statement, so the place is looked for in the author's query alone. */
async function unboundInterval(
  binder: KernelService['binder'],
  model: Model,
  { timeColumn }: TimeInterval,
  spliced: SplicedQuery,
  session: Session,
): Promise<BoundModel> {
  const filled = fillInterval(spliced.text, PLANNING_INTERVAL)
  const alone = await binder.bind(authored(filled.text), session)
  if (alone.kind === 'unbound') {
    const { position, message, hint } = alone
    const offset = position === undefined ? undefined : spliced.originalOffset(filled.originalOffset(position - 1))
    return { kind: 'unbound', error: new PreviewError('engine.failed', message, { ...placeIn(model, offset), hint }) }
  }
  const message = `The model cannot be run by its \`time_column\`, \`${timeColumn}\`: its query has no such column, or no times in it.`
  return { kind: 'unbound', error: new PreviewError('model.strategy-column', message, placeIn(model, undefined)) }
}
