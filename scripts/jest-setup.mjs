import { chmodSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const PREFIX = 'rocky-tests-'

/** Whatever tests leave in the temporary folder, by themselves or by the processes that they start, goes when they end. */
export default function setup() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)))
  // Some tests run the program as another user.
  chmodSync(folder, 0o755)
  process.env.TMPDIR = folder
}
