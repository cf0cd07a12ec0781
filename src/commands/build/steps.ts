import { readySteps, type Step } from '../../core/environment/frontier.ts'

/** What is to be done next, and what to do with a step. */
export interface Schedule {
  /** Every step that is known to be asked for now; finishing one may add others. */
  readonly steps: () => readonly Step[]
  /** `alone`: nothing else runs. `again-alone`: it must be tried once more, by itself. */
  readonly run: (step: Step, alone: boolean) => Promise<'finished' | 'again-alone'>
  /** After a step is finished, and before its readers are looked at. */
  readonly settle: (step: Step) => Promise<void>
}

/**
 * Runs ready steps, `concurrency` at a time; those that must be tried again by themselves wait until nothing else runs.
 * Where one throws, those that run beside it are waited for, and none is begun.
 */
export async function runSteps(concurrency: number, { steps, run, settle }: Schedule): Promise<void> {
  const begun = new Set<string>()
  const finished = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const again: Step[] = []
  const finish = async (step: Step): Promise<void> => {
    finished.add(step.id)
    await settle(step)
  }
  const start = async (step: Step): Promise<void> => {
    if ((await run(step, false)) === 'finished') await finish(step)
    else again.push(step)
    running.delete(step.id)
  }
  try {
    for (;;) {
      for (const step of readySteps(steps(), begun, finished).slice(0, concurrency - running.size)) {
        begun.add(step.id)
        running.set(step.id, start(step))
      }
      if (running.size > 0) {
        await Promise.race(running.values())
        continue
      }
      const step = again.shift()
      if (step === undefined) return
      await run(step, true)
      await finish(step)
    }
  } finally {
    await Promise.allSettled(running.values())
  }
}
