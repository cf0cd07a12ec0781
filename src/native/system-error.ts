/** Whether this is an operating system's error of one of these codes. By shape: an error of another realm is no `instanceof Error`. */
export function hasCode(cause: unknown, ...codes: readonly string[]): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && codes.some((code) => code === cause.code)
}

/** For `catch`: undefined for errors of these codes, and throws the others on. */
export function unlessCode(...codes: readonly string[]): (cause: unknown) => undefined {
  return (cause) => {
    if (!hasCode(cause, ...codes)) throw cause
  }
}
