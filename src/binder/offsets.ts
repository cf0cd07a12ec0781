/** DuckDB counts UTF-8 bytes, JavaScript UTF-16 units. Returns the unit at a byte offset of `text`; cheap when it is ASCII. */
export function unitOffsets(text: string): (bytes: number) => number {
  if (isAscii(text)) return (bytes) => bytes
  const units: number[] = []
  let unit = 0
  for (const character of text) {
    const size = Buffer.byteLength(character)
    for (let byte = 0; byte < size; byte += 1) units.push(unit)
    unit += character.length
  }
  return (bytes) => units[bytes] ?? unit
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}
