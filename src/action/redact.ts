import { byText } from '../core/base/compare.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Makes the function that puts `***` where a secret stands, in full or as base64 or percent-encoded. The runner masks logs
 * only: comments, summaries and files are ours to mask. Secrets are `given` (tokens) and every variable with a telling name.
 */
export function createRedactor(variables: Variables, given: readonly string[]): (text: string) => string {
  const forms = new Set([...tellingValues(variables), ...given].flatMap(pieces).flatMap(spellings))
  // The longest first, so that a secret inside another one does not leave its rest behind.
  const ordered = [...forms].sort((a, b) => b.length - a.length || byText(a, b))
  if (ordered.length === 0) return (text) => text
  const pattern = new RegExp(ordered.map(escaped).join('|'), 'g')
  return (text) => text.replace(pattern, '***')
}

const SHORTEST = 8
const TELLING = /TOKEN|SECRET|PASSWORD|PASSWD|KEY|CREDENTIAL|DSN|CONN/i

/** Inputs of ours are left out: `comment-key` has a telling name and stands in every comment. Those that are secret are given. */
export function tellingValues(variables: Variables): readonly string[] {
  const named = Object.entries(variables).filter(([name]) => TELLING.test(name) && !name.startsWith('INPUT_'))
  return named.map(([, value]) => value ?? '').filter((value) => value.length >= SHORTEST)
}

/** Makes the function that cuts off where this machine keeps its files: `…/rocky-preview-a1B2c3/shop.duckdb` → `shop.duckdb`. */
export function createShortener(temporary: string, workspace: string): (text: string) => string {
  const ours = `${escaped(temporary)}/rocky-preview-\\w{6}(?:/rocky-preview-\\w{6})?`
  const pattern = new RegExp(`(?:${ours}|${escaped(workspace)})/`, 'g')
  return (text) => text.replace(pattern, '')
}

/** The message alone, of an error that was written down with its stack. */
export function withoutStack(text: string): string {
  return text.replace(/(?:\r?\n {4}at [^\n]*)+/g, '')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

/** The whole, and each line of a key that has several. */
function pieces(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/)
  return [secret, secret.trim(), ...lines, ...lines.map((line) => line.trim())].filter(
    (piece) => piece.length >= SHORTEST,
  )
}

function spellings(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64')
  const encoded = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'))
  const lowerCased = encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    encoded,
    lowerCased,
    json,
  ]
}
