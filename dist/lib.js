import { library } from './supervisor.js'
export const { PreviewError, errorKinds, formatError, openRepository, openServices, renderComment, renderText, reportRenderers, runPreview, toRunOutput, version } = await library()
