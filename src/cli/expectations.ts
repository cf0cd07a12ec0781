import { readFile } from 'node:fs/promises'
import type { GivenExpectations } from '../commands/request.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { PreviewFlags } from './program.ts'

/** The file of `--expectations`. Fails with `input.invalid` when it cannot be read. */
export async function expectationsOf({
  expectations: path,
}: Pick<PreviewFlags, 'expectations'>): Promise<GivenExpectations | undefined> {
  if (path === undefined) return undefined
  try {
    return { file: { path, text: await readFile(path, 'utf8') } }
  } catch (cause) {
    throw new PreviewError('input.invalid', `There is no file of expectations at ${path}.`, { cause })
  }
}
