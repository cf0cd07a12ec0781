import { z } from 'zod'
import type { GitHubClient } from './client.ts'

/** Which account's comments are ours. */
export interface Identity {
  /** Tells our logins from others'. GitHub is asked when that is first needed, and once. */
  ownership(): Promise<(login: string) => boolean>
  /** GitHub named the author of something that this run wrote: that settles it. */
  learn(login: string): void
}

/**
 * Asks who the token belongs to: GraphQL, which answers every kind of token; else the REST route, which answers people's.
 * Where neither does it is taken for a job's token, and the first answer to a write says whether that is so. Each is asked
 * once: a wrong guess is mended by the next look, and waiting would hold up every run of a server without GraphQL.
 */
export function identityOf(client: GitHubClient): Identity {
  let ours: string | undefined
  return {
    async ownership() {
      const login = ours ?? (await viewerLogin(client)) ?? (await userLogin(client)) ?? JOBS_ACCOUNT
      if (ours === undefined) client.debug(`comments of ${login} are ours`)
      ours = login
      return (author) => isSame(login, author)
    },
    learn: (author) => {
      if (author !== '') ours = author
    },
  }
}

const JOBS_ACCOUNT = 'github-actions[bot]'

async function viewerLogin(client: GitHubClient): Promise<string | undefined> {
  if (client.graphqlUrl === undefined) return undefined
  const parameters = { query: '{viewer{login}}' }
  const answer = await client.send({ route: `POST ${client.graphqlUrl}`, parameters, repeatable: false }, viewerAnswer)
  return answer.kind === 'answered' ? answer.value.data?.viewer.login : undefined
}

async function userLogin(client: GitHubClient): Promise<string | undefined> {
  const answer = await client.send({ route: 'GET /user', repeatable: false }, userAnswer)
  return answer.kind === 'answered' ? answer.value.login : undefined
}

/** GraphQL may leave out what REST puts behind a bot's login. A person may bear an app's name, so a suffix that we know of counts. */
function isSame(ours: string, author: string): boolean {
  const [a, b] = [ours.toLowerCase(), author.toLowerCase()]
  return a === b || (!a.endsWith(SUFFIX) && b === `${a}${SUFFIX}`)
}

const SUFFIX = '[bot]'

const login = z.string().min(1)

/** A refusal is an answer too: `data` is then null. */
const viewerAnswer = z.object({ data: z.object({ viewer: z.object({ login }) }).nullish() })

const userAnswer = z.object({ login })
