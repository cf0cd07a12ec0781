import { codeFrame, lineAndColumn } from '../base/code-frame.ts'
import { PreviewError } from '../base/errors.ts'

/** A `.rocky` file. Offsets everywhere in this room are UTF-16 units of `text`. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** What is wrong with a pipeline, and where: `model.rocky`. */
export function fault({ path, text }: Source, offset: number, message: string, hint?: string): PreviewError {
  const { line, column } = lineAndColumn(text, offset)
  return new PreviewError('model.rocky', message, {
    location: { path, line, column },
    frame: codeFrame(text, line, column),
    hint,
  })
}
