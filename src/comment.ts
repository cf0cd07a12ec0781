import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import * as core from '@actions/core'
import { runCommentEntry } from './action/comment-entry/run.ts'

const distFolder = dirname(realpathSync(process.argv[1] ?? '.'))

try {
  await runCommentEntry(process.env, distFolder)
} catch (error) {
  // What happens here happened while a failure was told: only the log is left.
  core.setFailed(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
