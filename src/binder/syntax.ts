import { createHash } from 'node:crypto'
import { quoted, type Ask } from './ask.ts'

/** Texts in one statement. */
const BATCH = 100

/**
 * A digest of each query's syntax tree without the positions; undefined where DuckDB makes no tree of it. Equal digests
 * mean the same code: blanks, comments, redundant parentheses and the case of keywords are not in the tree.
 */
export async function syntaxDigests(ask: Ask, queries: readonly string[]): Promise<readonly (string | undefined)[]> {
  const digests: (string | undefined)[] = []
  for (let from = 0; from < queries.length; from += BATCH) {
    const list = queries
      .slice(from, from + BATCH)
      .map(quoted)
      .join(', ')
    const rows = await ask(`SELECT json_serialize_sql(query) AS tree FROM (SELECT unnest([${list}]) AS query)`)
    digests.push(...rows.map((row) => digestOf(String(row['tree']))))
  }
  return digests
}

/** Inside a literal of the query the quotes of the key would be escaped, so the pattern meets keys of the tree alone. */
const POSITION = /(?<!\\)"query_location":\d+,?/g

function digestOf(tree: string): string | undefined {
  if (tree.startsWith('{"error":true')) return undefined
  // It answers with the text of the statement itself.
  if (tree.includes('"current_query"')) return undefined
  return createHash('sha256').update(tree.replace(POSITION, '')).digest('hex')
}
