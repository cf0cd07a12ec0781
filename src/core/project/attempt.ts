import { PreviewError } from '../base/errors.ts'

/**
 * The value, or the fault that kept it from being made. Where the loader catches: a fault in one file is
 * that file's alone. What is not a PreviewError is a bug of ours, and passes.
 */
export function attempt<T>(make: () => T): T | PreviewError {
  // eslint-disable-next-line no-restricted-syntax -- a fault must end at its file, or one model would take down all
  try {
    return make()
  } catch (error) {
    if (error instanceof PreviewError) return error
    throw error
  }
}

/** The other way round: for a value that is needed after all. */
export function insist<T>(value: T | PreviewError): T {
  if (value instanceof PreviewError) throw value
  return value
}
