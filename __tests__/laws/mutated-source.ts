import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { transformSync } from '@swc/core'
import { temporaryFolder } from '../support/git-repository.ts'
import type { Mutant } from './mutants.ts'

const root = resolve(import.meta.dirname, '..', '..')
const PARTS = ['binder', 'commands', 'core', 'files', 'warehouse', 'native', 'version.ts']

let compiled: Compiled | undefined

/** `src` in JavaScript; files go by their names in `src`. */
interface Compiled {
  readonly folder: string
  readonly texts: ReadonlyMap<string, string>
  /** Who imports each file. */
  readonly importers: ReadonlyMap<string, readonly string[]>
}

/**
 * `src` in JavaScript with the fault in it: where each of its files is. Fails where the text to replace is not there once.
 * Made and loaded anew are the files of the fault and those that import them, at any depth; the others once for all faults.
 */
export function mutatedSource({ name, patches }: Mutant): (file: string) => string {
  compiled ??= compile()
  const { folder: shared, texts, importers } = compiled
  const faulty = new Map<string, string>()
  for (const [file, from, to] of patches) {
    const parts = (faulty.get(file) ?? readFileSync(join(root, 'src', file), 'utf8')).split(from)
    if (parts.length !== 2) throw new Error(`"${name}": ${file} has ${String(parts.length - 1)} times: ${from}`)
    faulty.set(file, parts.join(to))
  }
  const anew = reached([...faulty.keys()], importers)
  const folder = programFolder()
  for (const file of anew) {
    const text = faulty.get(file)
    const script = text === undefined ? (texts.get(file) ?? '') : toJavaScript(text)
    const linked = script.replace(IMPORT, (all, path: string) => {
      const target = importedBy(file, path)
      return anew.has(target) ? all : `from '${join(shared, compiledName(target))}'`
    })
    write(folder, file, linked)
  }
  return (file) => join(anew.has(file) ? folder : shared, compiledName(file))
}

function compile(): Compiled {
  const folder = programFolder()
  const texts = new Map<string, string>()
  const importers = new Map<string, string[]>()
  for (const file of PARTS.flatMap((part) => (part.endsWith('.ts') ? [part] : filesIn(part)))) {
    const script = toJavaScript(readFileSync(join(root, 'src', file), 'utf8'))
    texts.set(file, script)
    write(folder, file, script)
    for (const [, path = ''] of script.matchAll(IMPORT)) {
      const target = importedBy(file, path)
      importers.set(target, [...(importers.get(target) ?? []), file])
    }
  }
  return { folder, texts, importers }
}

/** Imports of other files of ours, as they are compiled. */
const IMPORT = /\bfrom '(\.{1,2}\/[^']+\.js)'/g

function importedBy(file: string, path: string): string {
  return join(dirname(file), path).replace(/\.js$/, '.ts')
}

/** The files, and whoever imports one of them. */
function reached(files: readonly string[], importers: Compiled['importers']): ReadonlySet<string> {
  const found = new Set(files)
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer)
  return found
}

/** A folder for modules that find our packages. */
function programFolder(): string {
  const folder = temporaryFolder()
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  return folder
}

function write(folder: string, file: string, script: string): void {
  const target = join(folder, compiledName(file))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, script)
}

function compiledName(file: string): string {
  return file.replace(/\.ts$/, '.js')
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
