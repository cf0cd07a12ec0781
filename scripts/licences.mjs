import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** ncc's licence files as one, a package once, sorted by name. A package's text begins with a line of its name and one of its licence. */
export function mergeLicences(texts, nodeModules) {
  const packages = new Map()
  for (const text of texts) {
    const lines = text.split('\n')
    const starts = [...lines.keys()].filter(
      (at) => (at === 0 || lines[at - 1] === '') && isPackage(lines, at, nodeModules),
    )
    if (text.trim() !== '' && starts[0] !== 0) throw new Error(`licences begin with ${lines[0]}, which is no package`)
    for (const [at, start] of starts.entries()) {
      packages.set(
        lines[start],
        lines
          .slice(start, starts[at + 1])
          .join('\n')
          .trimEnd(),
      )
    }
  }
  return `${[...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join('\n\n')}\n`
}

function isPackage(lines, at, nodeModules) {
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(lines[at])) return false
  const path = join(nodeModules, lines[at], 'package.json')
  if (!existsSync(path)) return false
  const { license } = JSON.parse(readFileSync(path, 'utf8'))
  return lines[at + 1] === (typeof license === 'string' ? license : license?.type)
}
