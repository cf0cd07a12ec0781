import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import * as core from '@actions/core'
import { runAction } from './action/run.ts'
import { formatError, PreviewError } from './core/base/errors.ts'

const distFolder = dirname(realpathSync(process.argv[1] ?? '.'))

try {
  await runAction(process.env, distFolder)
} catch (error) {
  if (error instanceof PreviewError) core.setFailed(formatError(error))
  else core.setFailed(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
