import { errorKinds } from '../../build/core/base/errors.js'
import { generated, table } from './markdown.mjs'

const blames = { user: 'you', transient: 'nobody: run again', bug: 'we' }

/** docs/errors.md from `errorKinds`, in the order of its table. */
export async function errorsDocument() {
  const rows = Object.entries(errorKinds).map(([code, { blame, when, remedy }]) => [
    `\`${code}\``,
    when,
    remedy,
    blames[blame],
  ])
  return generated(
    'Errors',
    'Every error has a code, says what happened and what to do. Who can mend it decides the exit status.',
    table(['code', 'when', 'what to do', 'who can mend it'], rows),
  )
}
