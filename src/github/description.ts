import { z } from 'zod'
import type { GitHubClient } from './client.ts'
import type { Answer } from './failure.ts'

/** A pull request's description as it is now: a re-run's event has the one of long ago. Anybody may have written it. */
export async function fetchDescription(client: GitHubClient, number: number): Promise<Answer<string>> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
  return await client.send({ route, parameters: { pull_number: number }, repeatable: true }, described)
}

const described = z.object({ body: z.string().nullish() }).transform(({ body }) => body ?? '')
