import type { GitHubClient } from './client.ts'
import { openThread } from './thread.ts'

/** The comment of ours that stands, whole; undefined where there is none or it cannot be read. */
export async function earlierComment(client: GitHubClient, number: number, key: string): Promise<string | undefined> {
  const thread = await openThread(client, number, key)
  const own = await thread.own()
  return own.kind === 'answered' ? own.value[0]?.body : undefined
}
