/**
 * Parses DuckDB's JSON without loss: a number that JavaScript would round stays as its digits, in a string, and so do
 * negative zero, infinities and NaN, which DuckDB writes bare. `9007199254740993` and `…992` are different literals.
 */
export function parsePlan(json: string): unknown {
  return JSON.parse(json.replaceAll(STRING_OR_NUMBER, (token) => (LOSSY.test(token) ? `"${token}"` : token)))
}

/** Strings are matched to be passed over. Short whole numbers need no look: they are most of a plan. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?(?:Infinity|NaN)|-0(?![\d.]*[1-9])[\d.eE+-]*|-?\d[\d.eE+-]{15,}/g
const LOSSY = /^[^"]/
