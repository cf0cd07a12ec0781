import { createHash } from 'node:crypto'
import type { Ask } from './ask.ts'
import { BATCH, treesOf } from './parse.ts'

/**
 * A digest of each query's syntax tree without the positions; undefined where DuckDB makes no tree of it. Equal digests
 * mean the same code: blanks, comments, redundant parentheses and the case of keywords are not in the tree.
 */
export async function syntaxDigests(ask: Ask, queries: readonly string[]): Promise<readonly (string | undefined)[]> {
  const digests: (string | undefined)[] = []
  for (let from = 0; from < queries.length; from += BATCH) {
    // Whole trees: what is null or empty belongs to the code too.
    const trees = await treesOf(ask, queries.slice(from, from + BATCH), '')
    digests.push(...trees.map(digestOf))
  }
  return digests
}

/** Inside a literal of the query the quotes of the key would be escaped, so the pattern meets keys of the tree alone. */
const POSITION = /(?<!\\)"query_location":\d+,?/g

function digestOf(tree: string): string | undefined {
  // No query, or one that was too long to be looked at.
  if (tree.startsWith('{"error":true') || tree.includes('"statements":[]')) return undefined
  // It answers with the text of the statement itself.
  if (tree.includes('"current_query"')) return undefined
  return createHash('sha256').update(tree.replace(POSITION, '')).digest('hex')
}
