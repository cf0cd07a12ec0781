import { toRunOutput, type RunOutput } from '../core/contract/run.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import type { Analysed } from './analyse.ts'
import { linksOf } from './links.ts'
import { asDeclared, type PageAsItIs } from './page.ts'
import { documentsOf, type ProjectRun } from '../commands/projects.ts'
import { redactedRenderers, redactTexts } from './redact-run.ts'
import type { Step } from './step.ts'

/** What is told: of the one project, or of each that a pattern stands for. */
export type Documented =
  | { readonly kind: 'one'; readonly run: RunOutput }
  | { readonly kind: 'several'; readonly projects: readonly ProjectRun[] }

/** Documents of what was measured, held against what the pull request declares. Their secrets are masked. */
export function documented(step: Step, analysed: Analysed, page: PageAsItIs): Documented {
  const links = linksOf(step.environment, analysed.head)
  const renderers = redactedRenderers({ links, earlier: page.earlier }, step.redact)
  const documentOf = (result: PreviewResult): RunOutput => redactTexts(toRunOutput(result, renderers), step.redact)
  if (analysed.kind === 'one') return { kind: 'one', run: documentOf(asDeclared(analysed.result, page)) }
  const results = analysed.results.map((one) =>
    one.kind === 'ran' ? { ...one, result: asDeclared(one.result, page) } : one,
  )
  return { kind: 'several', projects: documentsOf(results, documentOf) }
}
