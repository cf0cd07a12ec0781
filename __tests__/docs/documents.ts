import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every document that is written for people, by its path. */
export function documents(): readonly string[] {
  const roots = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'fixtures/README.md']
  const folders = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => join(folder, path)),
  )
  return [...roots.filter((path) => existsSync(path)), ...folders].sort()
}

/** A document without its fenced blocks: what is in them is no Markdown. */
export function prose(path: string): string {
  return readFileSync(path, 'utf8').replace(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, '')
}

/** The fenced blocks of a document in one language. */
export function blocks(path: string, language: string): readonly string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm')
  return [...readFileSync(path, 'utf8').matchAll(fence)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
}

/** The ids that GitHub gives the headings of a document. */
export function anchors(path: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const headings = [...prose(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) => {
    const id = text
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(id) ?? 0
    seen.set(id, times + 1)
    return times === 0 ? id : `${id}-${String(times)}`
  })
  return new Set(headings)
}
