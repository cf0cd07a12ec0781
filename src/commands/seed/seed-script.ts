import { PreviewError } from '../../core/base/errors.ts'
import { projectFiles } from '../../core/project/files.ts'
import { emptyParseCache, parsedFiles } from '../../core/project/parsed.ts'
import { seedTable } from '../../core/project/seed-files.ts'
import { render } from '../../core/sql/render.ts'
import type { LoadedSeed } from '../load.ts'
import type { PreviewRequest } from '../request.ts'
import type { KernelService, Services } from '../services.ts'

/** Bytes of all files together: they go through the worker as one script. */
const MOST_BYTES = 32 * 1024 * 1024

/** The script that fills the warehouse. Fails with `seed.failed` where a file cannot be made a table. */
export async function seedScript(
  { git, kernel }: { readonly git: Services['git']; readonly kernel: Pick<KernelService, 'style'> },
  seed: LoadedSeed,
  { env, vars }: Pick<PreviewRequest, 'env' | 'vars'>,
): Promise<string> {
  if (seed.kind === 'script') return seed.script
  const entries = seed.files.flatMap(({ entry, sidecar }) => (sidecar === undefined ? [entry] : [entry, sidecar]))
  const blobs = await git.read(entries.map(({ id }) => id))
  const bytes = [...blobs.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (bytes > MOST_BYTES) {
    const most = `${String(MOST_BYTES / 1024 / 1024)} MiB`
    throw new PreviewError('seed.failed', `The files of ${seed.path} are too much: a seed may hold ${most} of them.`, {
      hint: 'Load them into a warehouse in a step before this one, and name it with `warehouse`.',
    })
  }
  const files = projectFiles(entries, blobs)
  const parsed = parsedFiles(files, { env, vars, parsed: emptyParseCache() })
  const statements = seed.files.flatMap((file) =>
    seedTable(file, files.text(file.entry), file.sidecar && parsed.toml(file.sidecar)),
  )
  return statements.map((statement) => `${render(statement, kernel.style)};\n`).join('')
}
