import type { FileRead } from '../core/ports/binder.ts'
import { FILE_FUNCTIONS } from '../core/lineage/file-functions.ts'
import { isNode, type Node } from './ask.ts'
import { callAt } from './call-at.ts'

/** A call that reads files, or why a preview cannot serve it. */
export type FileCall = FileRead | { readonly refused: string }

/** Options that say how a file is read. What is not here tells of the copy that a preview reads, or does more than read. */
const OPTIONS = new Set(
  (
    'all_varchar allow_quoted_nulls auto_detect auto_type_candidates binary_as_string buffer_size column_names ' +
    'column_types columns comment compression convert_strings_to_integers dateformat date_format decimal_separator ' +
    'delim delimiter dtypes encoding escape field_appearance_threshold file_row_number force_not_null format header ' +
    'hive_partitioning hive_types hive_types_autocast ignore_errors map_inference_threshold max_line_size ' +
    'maximum_depth maximum_line_size maximum_object_size maximum_sample_files names new_line normalize_names ' +
    'null_padding nullstr parallel quote records rejects_limit sample_size sep skip strict_mode thousands ' +
    'timestampformat timestamp_format types union_by_name'
  ).split(' '),
)

/** Reads a table function of DuckDB's tree. Undefined: it is none of those that read files. */
export function fileCallOf(node: Node, query: string, offset: (bytes: number) => number): FileCall | undefined {
  const call = node['function']
  if (node['type'] !== 'TABLE_FUNCTION' || !isNode(call)) return undefined
  const name = String(call['function_name']).toLowerCase()
  if (!FILE_FUNCTIONS.has(name)) return undefined
  const [first, ...options] = (call['children'] ?? []) as readonly Node[]
  const paths = first && namesIn(first)
  if (paths === undefined || paths.length === 0) return { refused: 'must be given the names of its files as text' }
  if (node['with_ordinality'] === 'WITH_ORDINALITY') return { refused: 'cannot be numbered WITH ORDINALITY' }
  for (const option of options) {
    const named = optionName(option)
    if (named === undefined || !OPTIONS.has(named)) return { refused: `cannot take ${named ?? 'that argument'}` }
    if (readsMore(option)) return { refused: `must be given plain values; ${named} is none` }
  }
  const start = offset(Number(call['query_location']))
  const span = callAt(query, start)
  if (span === undefined) return { refused: 'could not be found in the text again' }
  const alias = node['alias']
  return { function: name, paths, start, ...span, ...(typeof alias === 'string' && alias !== '' && { alias }) }
}

/** `'a.csv'` or `['a.csv', 'b.csv']`. */
function namesIn(argument: Node): readonly string[] | undefined {
  if (typeof argument['alias'] === 'string' && argument['alias'] !== '') return undefined
  if (argument['function_name'] === 'list_value') {
    const names = ((argument['children'] ?? []) as readonly Node[]).map(textOf)
    return names.every((name) => name !== undefined) ? names : undefined
  }
  const name = textOf(argument)
  return name === undefined ? undefined : [name]
}

function textOf({ class: kind, value }: Node): string | undefined {
  if (kind !== 'CONSTANT' || !isNode(value) || !isNode(value['type'])) return undefined
  return value['type']['id'] === 'VARCHAR' && typeof value['value'] === 'string' ? value['value'] : undefined
}

/** `header = true`, `header := true` or `header => true`. */
function optionName(argument: Node): string | undefined {
  const { alias, left } = argument
  if (typeof alias === 'string' && alias !== '') return alias.toLowerCase()
  if (argument['type'] !== 'COMPARE_EQUAL' || !isNode(left) || left['class'] !== 'COLUMN_REF') return undefined
  const names = (left['column_names'] ?? []) as readonly string[]
  return names.length === 1 ? names[0]?.toLowerCase() : undefined
}

/** Whether a value is more than constants: it holds a query or a column. */
function readsMore(argument: Node): boolean {
  const value = argument['type'] === 'COMPARE_EQUAL' ? argument['right'] : argument
  const within = (part: unknown): boolean => {
    if (Array.isArray(part)) return part.some(within)
    if (!isNode(part)) return false
    return part['class'] === 'SUBQUERY' || part['class'] === 'COLUMN_REF' || Object.values(part).some(within)
  }
  return within(value)
}
