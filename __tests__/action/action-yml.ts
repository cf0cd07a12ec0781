/** The part of YAML that our action.yml keeps to: two spaces a level, `key:`, and scalars that are words or in single quotes. */
export type Yaml = string | { readonly [key: string]: Yaml }

export function readYaml(text: string): Record<string, Yaml> {
  const root: Record<string, Yaml> = {}
  const open: Record<string, Yaml>[] = [root]
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, indent = '', key = '', scalar] = /^((?: {2})*)([\w-]+):(?: (.+))?$/.exec(line) ?? []
    const level = indent.length / 2
    const parent = open[level]
    if (key === '' || parent === undefined || Object.hasOwn(parent, key)) throw new Error(`not in our YAML: ${line}`)
    open.length = level + 1
    const value = scalar === undefined ? {} : unquoted(scalar)
    parent[key] = value
    if (typeof value !== 'string') open.push(value)
  }
  return root
}

function unquoted(scalar: string): string {
  const quoted = /^'((?:[^']|'')*)'$/.exec(scalar)?.[1]
  if (quoted !== undefined) return quoted.replaceAll("''", "'")
  if (/^[\w/.-]+(?:\(\))?$/.test(scalar)) return scalar
  throw new Error(`put it in single quotes: ${scalar}`)
}
