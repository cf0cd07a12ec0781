import { readFileSync } from 'node:fs'

/** What stands in braces in a corpus. */
export type Places = Readonly<Record<'canary' | 'folder' | 'outside' | 'port' | 'warehouse', string>>

/** One line of a corpus: as it stands there, and with its placeholders filled and its escapes undone. */
export interface Line {
  readonly written: string
  readonly text: string
}

export function corpus(name: 'models' | 'seeds' | 'expressions' | 'bombs' | 'names', places: Places): readonly Line[] {
  return readFileSync(new URL(`corpus/${name}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((written) => ({ written, text: filled(written, places) }))
}

function filled(line: string, places: Places): string {
  return (
    line
      .replace(/\{(canary|folder|outside|port|warehouse)\}/g, (_, place: keyof Places) => places[place])
      // Inside E'…' the escape is SQL's own.
      .replace(/\\n/g, (escape, at: number) => (line.includes("E'") && at > line.indexOf("E'") ? escape : '\n'))
      .replace(/\\x00|\\u0000/g, '\0')
      .replace(/\\u202e/g, '\u202e')
  )
}
