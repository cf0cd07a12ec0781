import { CATALOGS } from '../core/environment/layout.ts'
import type { FileService } from '../core/ports/files.ts'
import type { Quoting } from '../core/sql/render.ts'

interface Kept {
  /** Where the environment's files are now. */
  readonly folder: string
  readonly warehouse: { readonly path: string; readonly name: string }
  readonly into: string
}

/** Leaves base.duckdb, head.duckdb and an open.sql that attaches them, and the warehouse, under the names that their views use. */
export async function keepEnvironment(
  files: FileService,
  { folder, warehouse, into }: Kept,
  style: Quoting,
): Promise<void> {
  await files.makeFolder(into)
  let stored = warehouse.path
  for (const side of ['base', 'head'] as const) {
    if (folder !== into) await files.copy(`${folder}/${side}.duckdb`, `${into}/${side}.duckdb`)
  }
  if (stored.startsWith(`${folder}/`) && folder !== into) {
    // A warehouse that we made ourselves goes with the run's private folder.
    stored = `${into}/${warehouse.name}.duckdb`
    await files.copy(warehouse.path, stored)
  }
  const attach = (path: string, name: string): string =>
    `ATTACH ${style.quoteLiteral(path)} AS ${style.quoteIdentifier(name)} (READ_ONLY);`
  const lines = [
    '-- Opens this preview: duckdb -init open.sql',
    attach(stored, warehouse.name),
    attach(`${into}/base.duckdb`, CATALOGS.base),
    attach(`${into}/head.duckdb`, CATALOGS.head),
    `USE ${style.quoteIdentifier(CATALOGS.head)};`,
  ]
  await files.write(`${into}/open.sql`, `${lines.join('\n')}\n`)
}
