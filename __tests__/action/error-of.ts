import { PreviewError } from '../../src/core/base/errors.ts'

/** The PreviewError that a call fails with. */
export function errorOf(call: () => unknown): PreviewError {
  try {
    call()
  } catch (error) {
    if (error instanceof PreviewError) return error
    throw error
  }
  throw new Error('nothing failed')
}
