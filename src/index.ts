/**
 * The kernel as a library. A run is: open a repository, open the services, `runPreview`, `toRunOutput`, render, close.
 * docs/guide.md has the whole of it in twenty lines.
 */
export { runPreview, type FinishedRun, type RunOptions } from './commands/run.ts'
export type { Limits, PreviewRequest, RequestedRefs } from './commands/request.ts'
export type { ProgressEvent } from './commands/services.ts'
export { openServices, type ComposeOptions, type OpenServices } from './compose.ts'
export { errorKinds, formatError, PreviewError, type ErrorCode } from './core/base/errors.ts'
export type { PreviewResult } from './core/contract/result.ts'
export { toRunOutput, type RunOutput } from './core/contract/run.ts'
export { renderComment, type CommentOptions } from './core/report/comment.ts'
export { reportRenderers } from './core/report/renderers.ts'
export { renderText } from './core/report/text.ts'
export { openRepository, type OpenedRepository } from './git/open.ts'
export { version } from './version.ts'
