/** Orders strings by UTF-16 units: the same on every machine, whatever its locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `byText` on a property or any text made from the item. */
export function by<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => byText(text(a), text(b))
}
