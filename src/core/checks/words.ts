import type { PreviewError } from '../base/errors.ts'
import { withoutQuotedValues } from '../base/quoted-values.ts'
import { readEngineMessage } from '../environment/engine-message.ts'

/** What an engine's error says, in one line. What it quotes may have come out of a row: it is kept only where values may be shown. */
export function engineWords(error: PreviewError | string, values: 'shown' | 'hidden'): string {
  const { message } = readEngineMessage(typeof error === 'string' ? error : error.message)
  const line = message.replace(/\s+/g, ' ').slice(0, LONGEST)
  return values === 'shown'
    ? line
    : withoutQuotedValues(message)
        .replace(/\s+/g, ' ')
        .slice(0, LONGEST)
        .replace(/'[^']*'?/g, '…')
}

const LONGEST = 300
