/** Where a call ends in a query's text, and where its first argument stands. */
export interface CallSpan {
  readonly end: number
  readonly argument: { readonly start: number; readonly end: number }
}

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|[\s\S]/gy

/** Reads the call whose name begins at `start`. Undefined when its brackets are not found: whoever splices must be sure. */
export function callAt(text: string, start: number): CallSpan | undefined {
  TOKEN.lastIndex = start
  let depth = 0
  let from = -1
  let to = -1
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found
    const at = found.index
    if (token === '(' || token === '[' || token === '{') {
      depth += 1
      if (depth === 1) from = at + 1
    } else if (token === ')' || token === ']' || token === '}') {
      depth -= 1
      if (depth === 0) return { argument: { start: from, end: to === -1 ? at : to }, end: at + 1 }
    } else if (token === ',' && depth === 1 && to === -1) to = at
    if (depth === 0 && token === ';') return undefined
  }
  return undefined
}
