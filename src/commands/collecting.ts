import { PreviewError } from '../core/base/errors.ts'

/** A stage that fails becomes a section of the report; what the stages before it found is kept. */
export async function collecting(failures: PreviewError[], stage: () => Promise<void>): Promise<void> {
  try {
    await stage()
  } catch (error) {
    failures.push(error instanceof PreviewError ? error : new PreviewError('bug', String(error), { cause: error }))
  }
}
