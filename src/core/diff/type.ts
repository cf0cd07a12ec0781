/** A type as the engine spells it, taken apart as far as comparing needs. */
export type EngineType =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly element: EngineType }
  | { readonly kind: 'map'; readonly key: EngineType; readonly value: EngineType }
  | { readonly kind: 'struct' | 'union'; readonly members: readonly Member[] }

export interface Member {
  readonly name: string
  readonly type: EngineType
}

/** `STRUCT(a INTEGER, "b c" UNION(x DATE, y VARCHAR))[]` as a tree. What is not understood is a scalar of that text. */
export function parseType(text: string): EngineType {
  const element = /^(.*)\[\d*\]$/s.exec(text)?.[1]
  if (element !== undefined) return { kind: 'list', element: parseType(element) }
  const [, constructor, inside] = /^(STRUCT|UNION|MAP)\((.*)\)$/s.exec(text) ?? []
  if (constructor === undefined || inside === undefined) return { kind: 'scalar', text }
  const parts = splitList(inside)
  if (constructor === 'MAP') {
    const [key = '', value = ''] = parts
    return { kind: 'map', key: parseType(key), value: parseType(value) }
  }
  const members = parts.map(parseMember)
  return { kind: constructor === 'STRUCT' ? 'struct' : 'union', members }
}

/** Whether the type, at any depth, holds a scalar or a union of which `test` is true. */
export function holds(type: EngineType, test: (type: EngineType) => boolean): boolean {
  if (test(type)) return true
  switch (type.kind) {
    case 'scalar':
      return false
    case 'list':
      return holds(type.element, test)
    case 'map':
      return holds(type.key, test) || holds(type.value, test)
    case 'struct':
    case 'union':
      return type.members.some((member) => holds(member.type, test))
  }
}

/** Splits at the commas that stand in no parentheses and no quotes. */
function splitList(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  let at = 0
  while (at < text.length) {
    const char = text[at]
    if (char === '"' || char === "'") at = closing(text, at, char)
    else if (char === '(') depth += 1
    else if (char === ')') depth -= 1
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim())
      from = at + 1
    }
    at += 1
  }
  return [...parts, text.slice(from).trim()]
}

/** Where the quotation that opens at `at` ends; a doubled quote stands for itself. */
function closing(text: string, at: number, quote: string): number {
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] !== quote) continue
    if (text[end + 1] !== quote) return end
    end += 1
  }
  return text.length
}

function parseMember(text: string): Member {
  if (!text.startsWith('"')) {
    const space = text.indexOf(' ')
    return { name: text.slice(0, space), type: parseType(text.slice(space + 1)) }
  }
  const end = closing(text, 0, '"')
  return { name: text.slice(1, end).replaceAll('""', '"'), type: parseType(text.slice(end + 1).trim()) }
}
