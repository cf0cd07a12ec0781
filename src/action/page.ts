import type { GivenExpectations } from '../commands/request.ts'
import type { Notice } from '../core/base/notice.ts'
import type { GitHubClient } from '../github/client.ts'
import { fetchDescription } from '../github/description.ts'
import { earlierComment } from '../github/earlier.ts'
import type { Remembered } from '../core/report/since.ts'
import { memoryOf } from './memory.ts'
import type { Step } from './step.ts'
import type { Subject } from './subject.ts'

/** What the pull request's page says before we do: what it declares, what kept us from knowing it, and our last report. */
export interface PageAsItIs {
  readonly given: GivenExpectations | undefined
  readonly notices: readonly Notice[]
  readonly earlier: Remembered | undefined
}

/** Reads it, if there is a pull request. That it cannot be read is told, and stops nothing. */
export async function readPage(
  { inputs }: Pick<Step, 'inputs'>,
  { pullRequest }: Subject,
  client: GitHubClient,
): Promise<PageAsItIs> {
  if (pullRequest === undefined) return { given: undefined, notices: [], earlier: undefined }
  const body =
    inputs.comment === 'never' ? undefined : await earlierComment(client, pullRequest.number, inputs.commentKey)
  const earlier = body === undefined ? undefined : memoryOf(body)
  const answer = await fetchDescription(client, pullRequest.number)
  if (answer.kind === 'answered') return { given: { description: answer.value }, notices: [], earlier }
  const message = `The description of the pull request could not be read, so what it declares was not checked: ${answer.failure.message}`
  return { given: undefined, notices: [{ code: 'expectations-unread', message }], earlier }
}
