import type { Links } from '../core/report/links.ts'
import type { Environment } from './inputs.ts'

/** Addresses on the server that runs us: never a literal host. Nothing where the environment does not name one. */
export function linksOf(environment: Environment, head: string): Links {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment
  if (server === undefined || repository === undefined) return {}
  const root = `${server}/${repository}`
  return {
    ...(/^[0-9a-f]{40,64}$/.test(head) && {
      fileUrl: (path: string, line: number | undefined) => {
        const file = path.split('/').map(encodeURIComponent).join('/')
        return `${root}/blob/${head}/${file}${line === undefined ? '' : `#L${String(line)}`}`
      },
    }),
    ...(run !== undefined && { runUrl: `${root}/actions/runs/${run}` }),
  }
}
