import type { Frame, Name, SortKey, Window } from './syntax.ts'
import type { Cursor } from './cursor.ts'

/** What stands behind `over`. */
export function readWindow(cursor: Cursor): Window {
  cursor.expect('(')
  const partition: Name[] = []
  const sort: SortKey[] = []
  let frame: Frame | undefined
  while (!cursor.at(')')) {
    if (cursor.accept('partition') !== undefined) {
      do partition.push(cursor.name('a column name'))
      while (anotherName(cursor))
    } else if (cursor.accept('sort') !== undefined) {
      do {
        const descending = cursor.accept('-') !== undefined
        sort.push({ name: cursor.name('a column name'), descending })
        if (cursor.at('asc') || cursor.at('desc'))
          throw cursor.fail('A window’s keys take no word.', 'Write `sort -column` for descending.')
      } while (anotherName(cursor))
    } else if (cursor.at('rows') || cursor.at('range')) {
      frame = readFrame(cursor)
      break
    } else {
      throw cursor.unexpected('`partition`, `sort`, `rows`, `range` or `)`', undefined, ['partition', 'sort', 'rows'])
    }
    cursor.accept(',')
  }
  cursor.expect(')', frame === undefined ? undefined : 'The frame is the last thing in a window.')
  return { partition, sort, frame }
}

/** A comma that a column follows, and not the window's next part. */
function anotherName(cursor: Cursor): boolean {
  const isName = cursor.peek(1).kind === 'name' || cursor.at('-', 1)
  return cursor.at(',') && isName && cursor.accept(',') !== undefined
}

function readFrame(cursor: Cursor): Frame {
  const { text, start: at } = cursor.next()
  const start = readBound(cursor)
  cursor.expect('..', 'A frame is two bounds: `rows unbounded..current`.')
  return { unit: text === 'rows' ? 'rows' : 'range', start, end: readBound(cursor), at }
}

function readBound(cursor: Cursor): string {
  const { kind, text } = cursor.peek()
  const isBound = cursor.at('unbounded') || cursor.at('current') || (kind === 'number' && /^\d{1,18}$/.test(text))
  if (!isBound) throw cursor.unexpected('`unbounded`, `current` or a whole number')
  cursor.next()
  return text
}
