import { createHash } from 'node:crypto'

/**
 * `preview.yml/job/project`: tells apart what one pull request can have several of. Made of what the workflow is, never of
 * what a pull request says. Two keys that would look the same after cleaning differ by a few digits of their hash.
 */
export function deriveCommentKey(environment: Readonly<Record<string, string | undefined>>, project: string): string {
  const workflow = /\/([^/@]+)@/.exec(environment.GITHUB_WORKFLOW_REF ?? '')?.[1]
  const parts = [workflow, environment.GITHUB_JOB, project].filter((part) => part !== undefined && part !== '')
  const whole = parts.length === 0 ? 'default' : parts.join('/')
  const clean = whole.replace(/[^A-Za-z0-9._/-]/g, '-')
  if (clean === whole && whole.length <= 100) return whole
  return `${clean.slice(0, 91)}-${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`
}
