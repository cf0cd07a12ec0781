/** A whole number's thousands apart: `10002400` → `10,002,400`. */
export function grouped(n: bigint | number | string): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}
