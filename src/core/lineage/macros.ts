import type { ParsedQuery } from '../ports/binder.ts'

type Query = ParsedQuery & { readonly kind: 'query' }

/** A macro of the warehouse, by lower-case name: what its body reads and calls. */
export type Macros = ReadonlyMap<string, Query>

/** What a query reads and does; positions of references are those of the texts that they stand in. */
export type Doings = Pick<Query, 'references' | 'functions' | 'sampled'>

/** What the macros that a query calls read and do, through macros of their own too; the query itself left out. */
export function doneByMacros({ functions }: Pick<Query, 'functions'>, macros: Macros): Doings {
  const bodies = new Map<string, Query>()
  const open = [...functions]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const body = bodies.has(name) ? undefined : macros.get(name)
    if (body === undefined) continue
    bodies.set(name, body)
    open.push(...body.functions)
  }
  const found = [...bodies.values()]
  return {
    references: found.flatMap(({ references }) => references),
    functions: [...new Set(found.flatMap((body) => body.functions))].sort(),
    sampled: found.some(({ sampled }) => sampled),
  }
}

/** A query together with what its macros do. */
export function withMacros(query: Query, macros: Macros): Doings {
  const beside = doneByMacros(query, macros)
  return {
    references: [...query.references, ...beside.references],
    functions: [...new Set([...query.functions, ...beside.functions])],
    sampled: query.sampled || beside.sampled,
  }
}
