import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import * as core from '@actions/core'
import { readLeft } from './action/left.ts'
import { runPost } from './action/post.ts'
import { runAction } from './action/run.ts'

const distFolder = dirname(realpathSync(process.argv[1] ?? '.'))

try {
  // The runner starts the same file after the job, with what main left.
  if (readLeft(process.env).began) await runPost(process.env, distFolder)
  else await runAction(process.env, distFolder)
} catch (error) {
  // What happens here happened while a failure was told: only the log is left.
  core.setFailed(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
