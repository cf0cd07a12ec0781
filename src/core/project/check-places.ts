import type { Location } from '../base/location.ts'
import { valueAt } from './keys.ts'
import { locate, type KeyPath } from './locate.ts'
import { readStatement } from './statement.ts'
import { parseToml, tomlFile } from './toml.ts'

/** What a finding points at: the n-th test of a model (inline ones come first), a unit test by name, or a clause of a contract. */
export type CheckPlace =
  | { readonly kind: 'test'; readonly index: number }
  | { readonly kind: 'unit'; readonly name: string }
  | {
      readonly kind: 'contract'
      readonly column?: string
      readonly rule?: 'required' | 'protected' | 'no_new_nullable'
    }

/** The line of it, in the text of the file at `path`: a sidecar, a contract, or SQL with front matter. Looked for only when something is to be told. */
export function checkLocation(path: string, text: string, place: CheckPlace): Location {
  const source = path.endsWith('.sql') ? frontMatter(text) : text
  const parsed = parseToml(source, {})
  if (parsed.kind === 'invalid') return { path, line: parsed.line, column: parsed.column }
  const file = tomlFile(parsed, path)
  return {
    path,
    ...locate(
      source,
      keyPath((at) => valueAt(file, at), place),
    ),
  }
}

function frontMatter(text: string): string {
  const statement = readStatement(text)
  return (statement.kind === 'query' ? statement.frontMatter : undefined) ?? ''
}

function keyPath(value: (at: KeyPath) => unknown, place: CheckPlace): KeyPath {
  if (place.kind === 'test') {
    const inline = listAt(value, ['tests']).length
    return place.index < inline ? ['tests', place.index] : ['use_test', place.index - inline]
  }
  if (place.kind === 'unit') return ['test', indexNamed(listAt(value, ['test']), place.name)]
  const { column, rule } = place
  if (rule !== undefined) {
    const names = listAt(value, ['rules', rule])
    const index = names.findIndex((name) => name === column)
    return index < 0 ? ['rules', rule] : ['rules', rule, index]
  }
  return ['columns', indexNamed(listAt(value, ['columns']), column)]
}

function listAt(value: (at: KeyPath) => unknown, at: KeyPath): readonly unknown[] {
  const list = value(at)
  return Array.isArray(list) ? (list as readonly unknown[]) : []
}

function indexNamed(tables: readonly unknown[], name: string | undefined): number {
  const index = tables.findIndex((table) => (table as { readonly name?: unknown }).name === name)
  return Math.max(0, index)
}
