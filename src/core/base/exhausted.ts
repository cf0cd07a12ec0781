import { PreviewError } from './errors.ts'
import { systemCode } from './system-code.ts'

/** What the system has no more of, by the code that it refuses with. */
const resources: Readonly<Record<string, string>> = {
  EMFILE: 'file handles for this process (see `ulimit -n`)',
  ENFILE: 'file handles',
  ENOMEM: 'memory',
  EAGAIN: 'processes or threads',
}

/** The system's refusals that have no place of their own, in words; undefined for any other error. */
export function exhausted(error: unknown): PreviewError | undefined {
  const code = systemCode(error) ?? ''
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PreviewError('disk.full', 'There is no space left on the disk.', { cause: error })
  }
  const resource = Object.hasOwn(resources, code) ? resources[code] : undefined
  if (resource === undefined) return undefined
  return new PreviewError('system.exhausted', `The system has no more ${resource}.`, { cause: error })
}
