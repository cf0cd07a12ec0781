/**
 * Bundles the entries into dist. The same bytes come out in every folder and on every Node.
 *
 *   node scripts/build.mjs [--compiled] [--out <dist folder>]
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { bundle } from './bundle.mjs'
import { build, compile, flag, root } from './compile.mjs'
import { execute } from './execute.mjs'
import { mergeLicences } from './licences.mjs'

const entries = ['main', 'comment', 'cli', 'index', 'worker']
const MAX_BYTES = 3_000_000
/** Names of the engine's interface that only a bundle with its client has: minifying leaves them. */
const duckdb = /data_chunk_get_vector|\("@duckdb\/node-bindings"\)/

const out = flag('--out', join(root, 'dist'))
const missing = entries.filter((entry) => !existsSync(join(root, 'src', `${entry}.ts`)))
if (missing.length > 0) throw new Error(`there is no ${missing.map((entry) => `src/${entry}.ts`).join(', ')}`)

compile()
const files = new Map([['package.json', '{"type":"module"}\n']])

// The Action, its comment entry, the command line and the library are one bundle with four doors: apart, each would carry its own git,
// zod and HTTP client (3.1 MB in place of 1.6).
const doors = join(build, 'supervisor.mjs')
writeFileSync(
  doors,
  `export const main = () => import('./main.js')
export const comment = () => import('./comment.js')
export const cli = () => import('./cli.js')
export const library = () => import('./index.js')
`,
)
const supervisor = await bundle(doors, 'supervisor')
for (const [path, text] of supervisor.files) {
  if (duckdb.test(text)) throw new Error(`${path} contains DuckDB's client: only the worker may`)
  files.set(path, text)
}
const worker = await bundle(join(build, 'worker.js'), 'worker')
for (const [path, text] of worker.files) files.set(path, text)

files.set('index.js', "import { main } from './supervisor.js'\nawait main()\n")
files.set('comment.js', "import { comment } from './supervisor.js'\nawait comment()\n")
files.set('cli.js', "#!/usr/bin/env node\nimport { cli } from './supervisor.js'\nawait cli()\n")
const names = Object.keys(await import(pathToFileURL(join(build, 'index.js')).href)).sort()
files.set(
  'lib.js',
  `import { library } from './supervisor.js'\nexport const { ${names.join(', ')} } = await library()\n`,
)
files.set('licenses.txt', mergeLicences([supervisor.licences, worker.licences], join(root, 'node_modules')))

const bytes = [...files]
  .filter(([path]) => path.endsWith('.js'))
  .reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0)
if (bytes > MAX_BYTES) throw new Error(`the bundles have ${String(bytes)} bytes; ${String(MAX_BYTES)} are allowed`)

mkdirSync(join(out, 'native'), { recursive: true })
for (const name of readdirSync(out))
  if (name !== 'native' && !files.has(name)) rmSync(join(out, name), { recursive: true })
for (const [path, text] of files) writeFileSync(join(out, path), text)
chmodSync(join(out, 'cli.js'), 0o755)
for (const [path, text] of files) console.log(`${String(Buffer.byteLength(text)).padStart(9)}  ${path}`)
console.log(`${String(bytes).padStart(9)}  JavaScript in all`)

for (const name of ['index.js', 'comment.js', 'cli.js', 'lib.js', 'worker.js']) await execute(join(out, name))
