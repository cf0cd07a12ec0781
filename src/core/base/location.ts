/** A place in a file of the repository. Lines and columns count from one; columns in UTF-16 units. */
export interface Location {
  readonly path: string
  readonly line?: number
  readonly column?: number
}

/** `models/a.sql:3:8`, as editors and terminals link it. */
export function formatLocation({ path, line, column }: Location): string {
  return [path, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}
