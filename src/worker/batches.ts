const MOST_QUERIES = 500
const MOST_CHARACTERS = 2_000_000

/** Cuts queries into runs that are small enough for one message, in order. A query that is larger than that is one by itself. */
export function batchesOf(queries: readonly string[]): readonly string[][] {
  const batches: string[][] = []
  let current: string[] = []
  let characters = 0
  for (const query of queries) {
    if (current.length === MOST_QUERIES || (current.length > 0 && characters + query.length > MOST_CHARACTERS)) {
      batches.push(current)
      current = []
      characters = 0
    }
    current.push(query)
    characters += query.length
  }
  if (current.length > 0) batches.push(current)
  return batches
}
