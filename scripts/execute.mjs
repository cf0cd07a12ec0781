/** ncc may exit 0 and leave a bundle that dies when it is loaded: so each one is. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const broken =
  /\b(ReferenceError|SyntaxError|TypeError|ERR_[A-Z_]*(MODULE|REQUIRE|PACKAGE)[A-Z_]*|MODULE_NOT_FOUND)\b|Cannot find (module|package)/
const nodePath = fileURLToPath(new URL('../node_modules', import.meta.url))
const LIMIT_MS = 30_000

/**
 * Loads a bundle in an empty folder with an empty environment. It may refuse to do anything (the Action has no event
 * here), in its own words and soon; it may not break. The worker finds DuckDB in our node_modules, and no parent.
 */
export async function execute(path, node = process.execPath) {
  const folder = mkdtempSync(join(tmpdir(), 'rocky-preview-execute-'))
  try {
    const words = path.endsWith('cli.js')
      ? [path, '--help']
      : path.endsWith('lib.js')
        ? ['--input-type=module', '-e', importing(path)]
        : [path]
    const { code, output } = await run(node, words, folder)
    if (broken.test(output)) throw new Error(`${path} is broken:\n${output.slice(0, 4_000)}`)
    if (/(cli|lib)\.js$/.test(path) && code !== 0) {
      throw new Error(`${path} ended with ${String(code)}:\n${output.slice(0, 4_000)}`)
    }
    return output
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function importing(path) {
  return `const names = Object.keys(await import(${JSON.stringify(pathToFileURL(path).href)})); if (names.length === 0) throw new Error('it exports nothing')`
}

function run(node, words, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, words, {
      cwd,
      env: { PATH: process.env.PATH, NODE_PATH: nodePath },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') reject(new Error(`${words.join(' ')} did not end within ${String(LIMIT_MS)} ms`))
      else resolve({ code, output })
    })
  })
}
