import * as core from '@actions/core'
import type { Location } from '../core/base/location.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { CHECK_FAILURES } from '../core/contract/checks.ts'

/** GitHub shows ten of a level a step. */
const MOST = 10

/** What is broken, beside the line that broke it. The document is already redacted; the toolkit escapes what would be a command. */
export function annotate({ models, failures }: RunOutput): void {
  const broken = models
    .filter(({ verdict }) => verdict === 'failed')
    .flatMap(({ model_name: name, path, findings }) =>
      findings
        .filter(({ severity }) => severity !== 'info')
        .slice(0, 1)
        .map((finding) => ({ path, ...finding, title: name })),
    )
  const checks = models
    .filter(({ verdict }) => verdict !== 'failed')
    .flatMap(({ model_name: name, findings }) =>
      findings
        .filter(({ code, severity }) => CHECK_FAILURES.includes(code) && severity === 'breaking')
        .map((finding) => ({ ...finding, title: name })),
    )
  const failed = failures.map((failure) => ({ ...failure, title: 'Rocky preview' }))
  for (const { title, message, hint = '', ...place } of [...failed, ...broken, ...checks].slice(0, MOST)) {
    core.error(`${message} ${hint}`.trim(), { title: oneLine(title), ...placeOf(place) })
  }
}

/** The whole run came to nothing: the step fails. */
export function annotateFailure(message: string, location: Location | undefined): void {
  process.exitCode = core.ExitCode.Failure
  core.error(message, { title: 'The preview could not run', ...placeOf(location ?? {}) })
}

function placeOf({
  path,
  line,
}: {
  readonly path?: string | undefined
  readonly line?: number | undefined
}): core.AnnotationProperties {
  if (path === undefined) return {}
  return { file: oneLine(path), ...(line !== undefined && { startLine: line }) }
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, 200)
}
