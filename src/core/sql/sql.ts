import type { Relation } from './relation.ts'

/** SQL as a value: text of ours, names, literals and an author's query, quoted only when a dialect renders it. */
export interface Sql {
  readonly parts: readonly SqlPart[]
}

export type SqlPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'authored'; readonly text: string }

type Substitution = Sql | Relation | number | bigint | boolean

/** Tag: `sql\`select * from ${relation} limit ${10}\``. Relations become quoted names; numbers stand as they are; text needs `literal` or `identifier`. */
export function sql(strings: TemplateStringsArray, ...substitutions: readonly Substitution[]): Sql {
  const parts: SqlPart[] = []
  strings.forEach((text, index) => {
    if (text !== '') parts.push({ kind: 'text', text })
    const substitution = substitutions[index]
    if (substitution !== undefined) parts.push(...partsOf(substitution))
  })
  return { parts }
}

function partsOf(substitution: Substitution): readonly SqlPart[] {
  if (typeof substitution !== 'object') return [{ kind: 'text', text: String(substitution) }]
  if ('parts' in substitution) return substitution.parts
  return [{ kind: 'relation', relation: substitution }]
}

/** A column, schema or other single name. */
export function identifier(name: string): Sql {
  return { parts: [{ kind: 'identifier', name }] }
}

/** A string literal. */
export function literal(value: string): Sql {
  return { parts: [{ kind: 'literal', value }] }
}

/**
 * A query that an author wrote, as it stands. The only door for text that we did not write: it must have passed the
 * statement gate (exactly one SELECT). Newlines around it keep a trailing `--` comment from swallowing what follows.
 */
export function authored(text: string): Sql {
  return { parts: [{ kind: 'authored', text }] }
}

/** Text of ours that a template cannot hold, for example a type's spelling that the engine gave. */
export function engineText(text: string): Sql {
  return { parts: [{ kind: 'text', text }] }
}

/** `a, b, c`; nothing for an empty list. */
export function join(fragments: readonly Sql[], separator = ', '): Sql {
  return {
    parts: fragments.flatMap((fragment, index) =>
      index === 0 ? fragment.parts : [{ kind: 'text', text: separator } as const, ...fragment.parts],
    ),
  }
}
