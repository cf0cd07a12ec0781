import { distance } from 'fastest-levenshtein'
import { byText } from './compare.ts'

/** The candidate that was probably meant: at most a third of its letters differ, case ignored, ties by text. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined
  const wanted = word.toLowerCase()
  let nearest: string | undefined
  let nearestDistance = Infinity
  for (const candidate of [...candidates].sort(byText)) {
    if (Math.abs(candidate.length - word.length) > allowedDistance(candidate)) continue
    const candidateDistance = distance(wanted, candidate.toLowerCase())
    if (candidateDistance <= allowedDistance(candidate) && candidateDistance < nearestDistance) {
      nearest = candidate
      nearestDistance = candidateDistance
    }
  }
  return nearest
}

/** `Did you mean "merge"?`, as a hint; undefined when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const nearest = suggest(word, candidates)
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`
}

/** The distance costs the product of both lengths; nobody mistypes a word that is longer. */
const LONGEST = 128

function allowedDistance(candidate: string): number {
  return Math.max(1, Math.floor(candidate.length / 3))
}
