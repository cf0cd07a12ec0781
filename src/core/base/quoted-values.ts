/** Words in the place of what an engine said about a row. */
const WITHHELD = 'what it says of the data is not shown here'

/**
 * A message without what an engine quotes of the data. Errors that arise while a query is understood (Binder, Catalog,
 * Parser, …) speak of the SQL and stay; those that arise while it runs speak of a row, in quotes or without.
 */
export function withoutQuotedValues(message: string): string {
  return message.replace(
    /\b((?:[A-Z][A-Za-z]*(?: [A-Za-z]+)?) Error): ([^]*)/,
    (whole, kind: string, words: string) => {
      if (
        /^(?:Binder|Catalog|Parser|Syntax|Permission|Not implemented|Out of Memory|IO|Interrupted|INTERRUPT)\b/i.test(
          kind,
        )
      )
        return whole
      const [first = ''] = words.split('\n')
      if (/^Conversion|^Out of Range/i.test(kind)) return `${kind}: ${blanked(first)}`
      const csv = /^CSV Error on Line: \d+/.exec(first)?.[0]
      return `${kind}: ${csv ?? WITHHELD}`
    },
  )
}

/** Quoted pieces, and numbers that stand by themselves. `INT32` is a type. */
function blanked(line: string): string {
  return line.replace(/'[^']*'?|"[^"]*"?|(?<![\w.])-?\d[\d.,:eE+-]*/g, '…')
}
