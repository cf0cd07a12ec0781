import type { Renderers, RunOutput } from '../core/contract/run.ts'
import type { CommentOptions } from '../core/report/comment.ts'
import { reportRenderers } from '../core/report/renderers.ts'

type Redact = (text: string) => string

/** Masks every text of a document; numbers and shape stay. */
export function redactTexts<Document>(document: Document, redact: Redact): Document {
  const masked: unknown = JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? redact(value) : value,
  )
  return masked as Document
}

/** Masks before it renders: in Markdown a secret's punctuation is written in other letters, and no mask would find it. */
export function redactedRenderers(options: CommentOptions, redact: Redact): Renderers {
  const { diff, cost, run } = reportRenderers(options)
  return {
    diff: (document) => diff(redactTexts(document, redact)),
    cost: (document) => cost(redactTexts(document, redact)),
    run: (document: Omit<RunOutput, 'markdown'>) => run(redactTexts(document, redact)),
  }
}
