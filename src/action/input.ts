import type { Parser } from './input-parsers.ts'

/** One input of the Action: the source of action.yml and docs/inputs.md. */
export interface Input<T> {
  readonly description: string
  /** As action.yml has it; '' = not given. */
  readonly default: string
  /** What may stand there, for documents and messages. */
  readonly legal: string
  /** Its value must be masked in logs and is never shown in a message. */
  readonly secret?: true
  readonly parse: Parser<T>
}

export function input<T>(definition: Input<T>): Input<T> {
  return definition
}
