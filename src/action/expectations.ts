import type { GivenExpectations } from '../commands/request.ts'
import type { Notice } from '../core/base/notice.ts'
import type { GitHubClient } from '../github/client.ts'
import { fetchDescription } from '../github/description.ts'
import type { Subject } from './subject.ts'

/** What is declared outside of git, and what kept us from knowing it. */
export interface LiveExpectations {
  readonly given: GivenExpectations | undefined
  readonly notices: readonly Notice[]
}

/** Reads the description of the pull request, if there is one. That it cannot be read is told, and stops nothing. */
export async function liveExpectations({ pullRequest }: Subject, client: GitHubClient): Promise<LiveExpectations> {
  if (pullRequest === undefined) return { given: undefined, notices: [] }
  const answer = await fetchDescription(client, pullRequest.number)
  if (answer.kind === 'answered') return { given: { description: answer.value }, notices: [] }
  const message = `The description of the pull request could not be read, so what it declares was not checked: ${answer.failure.message}`
  return { given: undefined, notices: [{ code: 'expectations-unread', message }] }
}
