import { withoutQuotedValues } from '../base/quoted-values.ts'

/** What is shown of values that came out of a row. Counts, shares, names and types are always shown. */
export type ValuePolicy =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  /** Equal values look equal. `digest` is keyed with a secret of the run, so that no guess finds them. */
  | { readonly kind: 'masked'; readonly digest: (text: string) => string }

/**
 * What a text of a document is. `value`: it came out of a row. `words`: a sentence, in which an engine may quote a row.
 * `name`: of ours, or of the project's code.
 */
type Kind = 'value' | 'words' | 'name'

const VALUES =
  /\.samples\[\]\.(?:primary_key|key\[\]\.value|changes\[\]\.(?:base|branch)_value)$|\.facts\.(?:base|head)\.(?:min|max|mean|sum)$|\.tests\[\]\.keys\[\]\[\]\.value$|\.explained\.(?:where\[\]\.condition\.(?:value|from|to)|bridges\[\]\.amounts\.\w+|top_values\[\]\.values\[\]\.value|fan_out\[\]\.examples\[\]\.key\[\]\.value)$/

const WORDS =
  /^\.(?:failures|notices)\[\]\.(?:message|hint)$|\.findings\[\]\.(?:message|hint)$|\.tests\[\]\.reason$|\.because$|\.detail$|\.not_checked$|\.left_out$|\.reasons\[\]\.message$|\.faults\[\]\.message$|\.plan_only\.remedy\[\]$/

/** Told by checks only where it is a count (`mayTell`), or of rows that the author wrote into a unit test. */
const OF_THE_TEST = /\.tests\[\]\.(?:observed_(?:base|head)|(?:missing|unexpected)\[\]\[\]\.value)$/

const NAMES =
  /\.(?:version|command|branch_name|base_ref|head_ref|run_id|base_run_id|branch_run_id|branch_schema|model_name|source_schema|target_schema|base_note|markdown|headline|column|column_name|renamed_from|materialization|path|code|type|name|type_base|type_head|ordered_by|coverage|catalog|schema|table|relation|sql|formula|text|frame)$|\.(?:changed_columns|skipped_set|added_columns|removed_columns|inputs|columns|path)\[\]$|\.type_changes\[\]\.(?:from|to)$|\.columns\.(?:added|removed|retyped)\[\]$|^\.refs\.\w+$|^\.sources\[\]\.(?:base|head)$|\.intervals\[\]\.(?:start|end)$/

/** Of a document's text, by its place (`.models[].tests[].keys[][].value`). Undefined: nobody has said, and a test fails. */
export function textKind(place: string): Kind | undefined {
  if (VALUES.test(place)) return 'value'
  if (WORDS.test(place)) return 'words'
  return OF_THE_TEST.test(place) || NAMES.test(place) ? 'name' : undefined
}

/** The document as it may be shown. Everything that is printed, posted or written passes through here, before it is rendered. */
export function underPolicy<Document>(document: Document, policy: ValuePolicy): Document {
  return policy.kind === 'all' ? document : (shown(document, '', policy) as Document)
}

/** In the place of a value that is not shown. */
export const HIDDEN_VALUE = '***'

function shown(part: unknown, place: string, policy: Exclude<ValuePolicy, { kind: 'all' }>): unknown {
  if (typeof part === 'string') return shownText(part, textKind(place), policy)
  if (Array.isArray(part)) return part.map((item) => shown(item, `${place}[]`, policy))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, shown(value, `${place}.${key}`, policy)]))
}

function shownText(text: string, kind: Kind | undefined, policy: Exclude<ValuePolicy, { kind: 'all' }>): string {
  if (kind === 'words') return withoutQuotedValues(text)
  if (kind !== 'value') return text
  return policy.kind === 'masked' ? `#${policy.digest(text)}` : HIDDEN_VALUE
}
