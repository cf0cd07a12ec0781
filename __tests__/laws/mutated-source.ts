import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { transformSync } from '@swc/core'
import { temporaryFolder } from '../support/git-repository.ts'
import type { Mutant } from './mutants.ts'

const root = resolve(import.meta.dirname, '..', '..')
const PARTS = ['binder', 'commands', 'core', 'files', 'warehouse', 'native', 'version.ts']

let compiled: string | undefined

/**
 * A copy of `src` in JavaScript with the fault in it; its folder. Fails where the text to replace is not there once. All else
 * is compiled once: it is most of what a fault would cost.
 */
export function mutatedSource({ name, patches }: Mutant): string {
  compiled ??= compile()
  const folder = temporaryFolder()
  const source = join(folder, 'src')
  cpSync(compiled, source, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const texts = new Map<string, string>()
  for (const [file, from, to] of patches) {
    const parts = (texts.get(file) ?? readFileSync(join(root, 'src', file), 'utf8')).split(from)
    if (parts.length !== 2) throw new Error(`"${name}": ${file} has ${String(parts.length - 1)} times: ${from}`)
    texts.set(file, parts.join(to))
  }
  for (const [file, text] of texts) writeFileSync(join(source, compiledName(file)), toJavaScript(text))
  return source
}

/** The name of a file of `src` in such a copy. */
export function compiledName(file: string): string {
  return file.replace(/\.ts$/, '.js')
}

function compile(): string {
  const folder = temporaryFolder()
  for (const part of PARTS) {
    const files = part.endsWith('.ts') ? [part] : filesIn(part)
    for (const file of files) {
      const target = join(folder, compiledName(file))
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, toJavaScript(readFileSync(join(root, 'src', file), 'utf8')))
    }
  }
  return folder
}

function filesIn(part: string): readonly string[] {
  const names = readdirSync(join(root, 'src', part), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(part, name))
}

/** As jest.config.mjs has it; imports name the files as they are called now. */
function toJavaScript(text: string): string {
  const { code } = transformSync(text, {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  })
  return code.replace(/(\bfrom '\.{1,2}\/[^']+)\.ts'/g, "$1.js'")
}
