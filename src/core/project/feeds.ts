import { text, read, valueAt } from './keys.ts'
import type { KeyPath } from './locate.ts'
import type { TomlFile } from './toml.ts'

/** A pipeline that fills tables in ways that a preview does not run, and the schemas that it fills. */
export interface Feed {
  readonly pipeline: string
  /** As written: `staging__{source}` stands for every schema that begins so. */
  readonly schema: string
}

/** Pipelines that copy or load tables, in the file's order. One without a type copies, as in Rocky. */
export function readFeeds(
  file: TomlFile,
  pipelines: readonly { readonly name: string; readonly at: KeyPath }[],
): readonly Feed[] {
  return pipelines.flatMap(({ name, at }) => {
    const type = valueAt(file, [...at, 'type']) ?? 'replication'
    const path = [...at, 'target', type === 'load' ? 'schema' : 'schema_template']
    if ((type !== 'replication' && type !== 'load') || typeof valueAt(file, path) !== 'string') return []
    return [{ pipeline: name, schema: read(text, file, path) }]
  })
}

/** The first of them that fills a schema; letters of either case are one. */
export function feedOf(schema: string, feeds: readonly Feed[]): Feed | undefined {
  return feeds.find((feed) => {
    const [written, filled] = [feed.schema.toLowerCase(), schema.toLowerCase()]
    const start = written.indexOf('{')
    if (start < 0) return written === filled
    const [before, after] = [written.slice(0, start), written.slice(written.lastIndexOf('}') + 1)]
    const isMore = filled.length > before.length + after.length && before !== ''
    return isMore && filled.startsWith(before) && filled.endsWith(after)
  })
}
