import { inputTable } from '../../build/action/inputs.js'
import { commentInputs } from '../../build/action/comment-entry/inputs.js'
import { generated, table } from './markdown.mjs'
import { outputsParts } from './outputs.mjs'

/** docs/inputs.md from `inputTable`, in the order of its table, and what outputs.mjs adds. */
export async function inputsDocument() {
  const rows = Object.entries(inputTable).map(([name, input]) => {
    return [`\`${name}\``, input.description, input.legal, input.default === '' ? '' : `\`${input.default}\``]
  })
  const entry = Object.entries(commentInputs).map(([name, input]) => {
    return [`\`${name}\``, input.description, input.default === '' ? '' : `\`${input.default}\``]
  })
  return generated(
    'Inputs and outputs of the Action',
    '## Inputs',
    table(['input', 'what it does', 'what it may be', 'default'], rows),
    ...outputsParts(),
    '## Inputs of the comment entry',
    'Of `…/rocky-preview/comment`, which writes the comment from the file that a preview left. It has the same outputs.',
    table(['input', 'what it does', 'default'], entry),
  )
}
