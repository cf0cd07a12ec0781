import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** Nothing is loaded from anywhere, and no script or style runs but those that the page holds itself. */
export function contentPolicy(parts: {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}): string {
  return [
    "default-src 'none'",
    `script-src ${parts.scripts.map(hashOf).join(' ')}`,
    `style-src ${parts.styles.map(hashOf).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashOf(source: string): string {
  return `'sha256-${btoa(String.fromCharCode(...sha256(utf8ToBytes(source))))}'`
}
