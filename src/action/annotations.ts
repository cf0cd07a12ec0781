import * as core from '@actions/core'
import type { Location } from '../core/base/location.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { annotationsOf, type Annotation } from '../core/report/annotations.ts'
import { CHECK_FAILURES } from '../core/contract/checks.ts'

/** GitHub shows ten of a level a step. */
const MOST = 10

/** What is broken, beside the line that broke it. The document is already redacted; the toolkit escapes what would be a command. */
export function annotate(run: RunOutput): void {
  const { models, failures } = run
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
  annotateEffects(annotationsOf(run))
}

/** What the edits do to the data, beside the lines that do it; ten of a level, too. */
function annotateEffects(effects: readonly Annotation[]): void {
  for (const level of ['warning', 'notice'] as const) {
    for (const { path, first, last, title, message } of effects.filter((one) => one.level === level).slice(0, MOST)) {
      core[level](message, { title: oneLine(title), file: oneLine(path), startLine: first, endLine: last })
    }
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
