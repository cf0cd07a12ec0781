import { PreviewError } from '../core/base/errors.ts'
import { systemCode } from '../core/base/system-code.ts'

/** What the system says, in words. Other codes are shown as they are. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'something on the way to it is not a folder',
  EEXIST: 'there is a file of that name',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links go in a circle',
  ENOENT: 'it does not exist',
}

/** Runs one piece of work on `path` and tells the system's refusals as errors that a person can mend. */
export async function withReason<T>(
  what: 'read' | 'written' | 'removed',
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw failureOf(what, path, cause)
  }
}

function failureOf(what: string, path: string, cause: unknown): unknown {
  const code = systemCode(cause)
  if (code === undefined) return cause
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PreviewError('disk.full', `There is no space left to write ${path}.`, { cause })
  }
  return new PreviewError('input.invalid', `${path} cannot be ${what}: ${reasons[code] ?? code}.`, {
    hint: 'Name another place, or mend its permissions.',
    cause,
  })
}
