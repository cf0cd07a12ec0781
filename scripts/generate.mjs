/**
 * Writes what is generated from the sources: docs/errors.md, docs/inputs.md, docs/cli.md and schemas/.
 *
 *   node scripts/generate.mjs [--compiled] [--out <folder in place of the repository>]
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { compile, flag, root } from './compile.mjs'
import { cliDocument } from './generate/cli.mjs'
import { errorsDocument } from './generate/errors.mjs'
import { inputsDocument } from './generate/inputs.mjs'
import { schemaFiles } from './generate/schemas.mjs'

compile()
const files = new Map([
  ['docs/errors.md', await errorsDocument()],
  ['docs/inputs.md', await inputsDocument()],
  ['docs/cli.md', await cliDocument()],
  ...(await schemaFiles()),
])

const out = flag('--out', root)
mkdirSync(join(out, 'schemas'), { recursive: true })
for (const name of readdirSync(join(out, 'schemas'))) {
  if (name.endsWith('.schema.json') && !files.has(`schemas/${name}`)) rmSync(join(out, 'schemas', name))
}
for (const [path, text] of files) {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), text)
}
console.log(`wrote ${[...files.keys()].join(', ')}`)
