import { PreviewError } from '../../core/base/errors.ts'
import { inputTable, type Environment } from '../inputs.ts'

/** Every input of the comment entry: the source of comment/action.yml. Those of the same name mean what they mean for the preview. */
export const commentInputs = {
  'github-token': {
    description: 'Reads the pull request and writes the comment. Needs pull-requests: write.',
    default: inputTable['github-token'].default,
  },
  json: {
    description: 'The file that the preview left, of its output json-path. Read with care: it may be anybody’s.',
    default: '',
  },
  workflow: {
    description:
      'On workflow_run: path of the workflow whose runs are shown, for example .github/workflows/preview.yml. Others are refused.',
    default: '',
  },
  result: {
    description: 'In one workflow with the preview: how that job ended, ${{ needs.preview.result }}.',
    default: '',
  },
  comment: described('comment'),
  'comment-key': described('comment-key'),
  'comment-required': described('comment-required'),
} as const satisfies Record<string, { readonly description: string; readonly default: string }>

/** What only this entry takes. Fails with `input.invalid`. */
export function readCommentInputs(environment: Environment): { readonly workflow: string; readonly result: string } {
  const workflow = given(environment, 'workflow')
  const result = given(environment, 'result')
  if (!/^$|^\.github\/workflows\/[\w .-]{1,200}\.ya?ml$/.test(workflow)) {
    throw refused('workflow', workflow, 'a path like .github/workflows/preview.yml')
  }
  if (!['', 'success', 'failure', 'cancelled', 'skipped'].includes(result)) {
    throw refused('result', result, 'success, failure, cancelled or skipped')
  }
  return { workflow, result }
}

function given(environment: Environment, name: keyof typeof commentInputs): string {
  return (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim()
}

function refused(name: string, value: string, legal: string): PreviewError {
  return new PreviewError('input.invalid', `Input \`${name}\` is "${value.slice(0, 80)}"; expected ${legal}.`)
}

function described(name: 'comment' | 'comment-key' | 'comment-required') {
  const { description, default: value } = inputTable[name]
  return { description, default: value }
}
