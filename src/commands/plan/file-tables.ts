import { PreviewError } from '../../core/base/errors.ts'
import { LFS_POINTER } from '../../core/base/lfs-pointer.ts'
import { placeIn, type LinkedModel } from '../../core/lineage/link.ts'
import type { FileTable } from '../../core/lineage/repository-files.ts'
import type { Session, Warehouse } from '../../core/ports/warehouse.ts'
import { authored } from '../../core/sql/sql.ts'
import { readBlob } from '../load.ts'
import type { Services } from '../services.ts'

/** Bytes of the repository that a run copies out for SQL to read, both sides together. */
const MOST_BYTES = 256 * 1024 * 1024

/** One thread, so that rows lie as they stand in the file; no search path, so that nothing of the warehouse is called. */
const READING: Session = { mode: 'build', searchPath: [] }

/** Files of the repository as tables: read out of git, written into the private folder, read once for each content. */
export class FileTables {
  readonly #services: Pick<Services, 'git' | 'files' | 'kernel'>
  readonly #warehouse: Warehouse
  /** Where the copies go; SQL may read it. */
  readonly #folder: string
  readonly #tables = new Map<string, Promise<void>>()
  #bytes = 0

  constructor(services: Pick<Services, 'git' | 'files' | 'kernel'>, warehouse: Warehouse, folder: string) {
    this.#services = services
    this.#warehouse = warehouse
    this.#folder = folder
  }

  /** Makes what a model reads of files; the error is the model's own. A worker that dies of it fails the call. */
  async provide(linked: LinkedModel): Promise<PreviewError | undefined> {
    for (const { target, reference } of linked.links) {
      if (target.kind !== 'file') continue
      try {
        await this.#table(target.table)
      } catch (error) {
        if (!(error instanceof PreviewError) || error.blame === 'bug' || error.code.startsWith('kernel.')) throw error
        const { code, message, hint } = error
        return new PreviewError(code, message, { ...placeIn(linked.model, reference.start), hint })
      }
    }
    return undefined
  }

  async #table(table: FileTable): Promise<void> {
    const name = table.relation.table
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const made = this.#read(table).catch((error: unknown) => {
      // One that a dying worker took with it is tried again.
      this.#tables.delete(name)
      throw error
    })
    this.#tables.set(name, made)
    return made
  }

  async #read(table: FileTable): Promise<void> {
    const paths = table.outside.length > 0 ? table.outside : await this.#copies(table)
    const { dialect } = this.#warehouse
    const query = `SELECT * FROM ${table.before}[${paths.map((path) => dialect.quoteLiteral(path)).join(', ')}]${table.after}`
    await this.#gate(query, paths)
    await this.#warehouse.materialize(table.relation, authored(query), READING)
  }

  async #copies({ digest, files }: FileTable): Promise<readonly string[]> {
    const copies: string[] = []
    for (const { path, id } of files) {
      const content = await readBlob(this.#services.git, id)
      refusePointer(path, content)
      this.#bytes += content.byteLength
      if (this.#bytes > MOST_BYTES) {
        const most = `${String(MOST_BYTES / 1024 / 1024)} MiB`
        throw new PreviewError('model.file', `"${path}" is too much: models may read ${most} of the repository.`)
      }
      const copy = `${this.#folder}/${digest}/${path}`
      await this.#services.files.write(copy, content)
      copies.push(copy)
    }
    return copies
  }

  /** The statement is put together from pieces of the author's: it must still be one call that reads our copies. */
  async #gate(query: string, paths: readonly string[]): Promise<void> {
    const [parsed] = await this.#services.kernel.binder.parse([query])
    if (parsed?.kind === 'invalid') throw new PreviewError('model.sql', parsed.message, { hint: parsed.hint })
    const files = parsed?.files ?? []
    const isOurs = files.length === 1 && JSON.stringify(files[0]?.paths) === JSON.stringify(paths)
    if (!isOurs || parsed?.references.length !== 0) {
      throw new PreviewError('model.sql', 'The call that reads files could not be taken out of the query.', {
        hint: "Write it plainly: read_csv('data/x.csv', header = true).",
      })
    }
  }
}

function refusePointer(path: string, content: Uint8Array): void {
  if (!new TextDecoder().decode(content.subarray(0, LFS_POINTER.length)).startsWith(LFS_POINTER)) return
  throw new PreviewError('model.file', `"${path}" is kept in Git LFS: git holds a pointer to it, and no rows.`, {
    hint: 'Keep the file in git itself, or load it into the warehouse or the seed, as a table.',
  })
}
