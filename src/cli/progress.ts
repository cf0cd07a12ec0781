import type { ProgressEvent } from '../commands/services.ts'

const stages = {
  load: 'reading the two commits',
  warehouse: 'opening the warehouse',
  plan: 'planning',
  build: 'building both sides',
  compare: 'comparing',
} as const satisfies Record<(ProgressEvent & { kind: 'stage' })['stage'], string>

/** One line that is written over on a terminal; a line a stage elsewhere. `done` clears the line. */
export function progressOn(stream: NodeJS.WriteStream): {
  readonly report: (event: ProgressEvent) => void
  readonly done: () => void
} {
  const live = stream.isTTY
  let shown = 0
  const show = (line: string): void => {
    const width = stream.columns === 0 ? 80 : stream.columns
    const fitting = line.length < width ? line : `${line.slice(0, width - 2)}…`
    stream.write(`\r${fitting.padEnd(shown)}`)
    shown = fitting.length
  }
  return {
    report: (event) => {
      if (event.kind === 'stage') {
        if (live) show(`${stages[event.stage]} …`)
        else stream.write(`rocky-preview: ${stages[event.stage]}\n`)
      } else if (live)
        show(
          `${stages[event.stage]} … ${String(event.done)} of ${String(event.of)}${rowsOf(event)}: ${printable(event.model)}`,
        )
    },
    done: () => {
      if (live && shown > 0) stream.write(`\r${' '.repeat(shown)}\r`)
      shown = 0
    },
  }
}

/** ` (1.20 M of 30 M rows, about 40 s left)`; nothing where rows are not counted, or all are done. */
function rowsOf({ rows }: ProgressEvent & { kind: 'model' }): string {
  if (rows === undefined || rows.done === rows.of) return ''
  const left = rows.leftMs === undefined ? '' : `, about ${duration(rows.leftMs)} left`
  return ` (${short(rows.done)} of ${short(rows.of)} rows${left})`
}

const short = (count: number): string =>
  count < 10_000
    ? String(count)
    : count < 10_000_000
      ? `${(count / 1e6).toFixed(2)} M`
      : `${String(Math.round(count / 1e6))} M`

const duration = (ms: number): string =>
  ms < 90_000 ? `${String(Math.max(1, Math.round(ms / 1000)))} s` : `${String(Math.round(ms / 60_000))} min`

/** A model's name comes from the pull request: control characters could move the cursor. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
}
