import type { Links } from '../core/report/links.ts'
import type { Environment } from './inputs.ts'
import type { Subject } from './commits.ts'

/** Addresses on the server that runs us: never a literal host. Nothing where the environment does not name one. */
export function linksOf(environment: Environment, { refs }: Subject): Links {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment
  if (server === undefined || repository === undefined) return {}
  const root = `${server}/${repository}`
  return {
    fileUrl: (path, line) => {
      const file = path.split('/').map(encodeURIComponent).join('/')
      return `${root}/blob/${refs.head}/${file}${line === undefined ? '' : `#L${String(line)}`}`
    },
    ...(run === undefined ? {} : { runUrl: `${root}/actions/runs/${run}` }),
  }
}
