import { PreviewError } from '../../core/base/errors.ts'
import type { Location } from '../../core/base/location.ts'
import { readEngineMessage } from '../../core/environment/engine-message.ts'
import type { TwinOutcome } from '../../core/environment/outcome.ts'
import { publicName } from '../../core/environment/reads.ts'
import { placeIn, type LinkedModel } from '../../core/lineage/link.ts'
import type { Relation } from '../../core/sql/relation.ts'

export function failed(error: PreviewError, linked?: LinkedModel): TwinOutcome {
  const { message, line } = readEngineMessage(error.message)
  const location = error.location ?? placeOf(linked, line)
  return {
    kind: 'failed',
    failure: { code: error.code, message, hint: error.hint, ...(location === undefined ? {} : { location }) },
  }
}

/** Re-pointing names adds no line, and our statement has one line before the author's first; a surrogate key's has more to it. */
function placeOf(linked: LinkedModel | undefined, line: number | undefined): Location | undefined {
  if (linked?.model.path === undefined) return undefined
  const { path, sql: query, source, sqlLineOffset, surrogateKeys } = linked.model
  if (line === undefined || line < 2 || surrogateKeys.length > 0) return { path }
  if (source !== undefined) return placeIn(linked.model, startOfLine(query, line - 1)).location
  return { path, line: line - 1 + sqlLineOffset }
}

function startOfLine(text: string, line: number): number {
  const above = text.split('\n').slice(0, line - 1)
  return above.reduce((offset, content) => offset + content.length + 1, 0)
}

export function noEarlierState({ model }: LinkedModel): PreviewError {
  return new PreviewError(
    'model.unknown-reference',
    'The model reads itself, and the warehouse holds no earlier state of it.',
    placeIn(model, undefined),
  )
}

export function unplannedRead({ model }: LinkedModel, scan: Required<Relation>): PreviewError {
  const what = scan.catalog === 'system' ? `the function ${scan.table}()` : `"${publicName(scan)}"`
  return new PreviewError(
    'model.unplanned-read',
    `The model would read ${what}, which its SQL does not name.`,
    placeIn(model, undefined),
  )
}
