import type { Renderers } from '../contract/run.ts'
import { renderComment, type CommentOptions } from './comment.ts'
import { renderCostMarkdown, renderDiffMarkdown } from './documents.ts'

/** What writes the `markdown` of the contract's documents. */
export function reportRenderers(options: CommentOptions = {}): Renderers {
  return { diff: renderDiffMarkdown, cost: renderCostMarkdown, run: (run) => renderComment(run, options) }
}
