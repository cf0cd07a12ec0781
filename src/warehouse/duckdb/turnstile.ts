import type { Mode } from '../../core/ports/warehouse.ts'

/**
 * Lets statements of one mode run together and never beside those of the other. DuckDB's `threads` is one setting for
 * the whole instance, and results are reproducible with one thread only.
 */
export class Turnstile {
  readonly #change: (mode: Mode) => Promise<void>
  #mode: Mode | undefined
  #running = 0
  #waiting: (() => void)[] = []
  #changing: Promise<void> | undefined

  /** `change` runs while nothing else does. */
  constructor(change: (mode: Mode) => Promise<void>) {
    this.#change = change
  }

  async run<T>(mode: Mode, statement: () => Promise<T>): Promise<T> {
    await this.#enter(mode)
    try {
      return await statement()
    } finally {
      this.#running -= 1
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  async #enter(mode: Mode): Promise<void> {
    for (;;) {
      if (this.#changing !== undefined) await this.#changing
      else if (this.#mode === mode) break
      else if (this.#running === 0) this.#changing = this.#changeTo(mode)
      else await new Promise<void>((wake) => this.#waiting.push(wake))
    }
    this.#running += 1
  }

  async #changeTo(mode: Mode): Promise<void> {
    try {
      await this.#change(mode)
      this.#mode = mode
    } finally {
      this.#changing = undefined
    }
  }
}
