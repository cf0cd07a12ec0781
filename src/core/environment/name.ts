const LONGEST = 60

/** `pr-preview-<branch>`: letters, digits and dashes only, so that every warehouse takes it as a name. */
export function environmentName(ref: string): string {
  const safe = ref
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST)
  return `pr-preview-${safe === '' ? 'head' : safe}`
}
