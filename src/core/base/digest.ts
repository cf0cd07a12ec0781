/**
 * The first 128 bits of the SHA-256 of a text in UTF-8, as 32 hexadecimal digits. Core may not use Node's `crypto`, and
 * has no dependency that hashes; about 4 µs for a text of 300 bytes.
 */
export function digestOf(text: string): string {
  const state = Uint32Array.from(INITIAL)
  const message = padded(ENCODER.encode(text))
  const schedule = new Uint32Array(64)
  const view = new DataView(message.buffer)
  for (let block = 0; block < message.length; block += 64) {
    for (let word = 0; word < 16; word += 1) schedule[word] = view.getUint32(block + word * 4)
    compress(state, schedule)
  }
  return [...state.subarray(0, 4)].map((word) => word.toString(16).padStart(8, '0')).join('')
}

const ENCODER = new TextEncoder()

/** One set bit, zeros, and the length in bits: a whole number of 64-byte blocks. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64)
  message.set(bytes)
  message[bytes.length] = 0x80
  const view = new DataView(message.buffer)
  view.setUint32(message.length - 8, Math.floor(bytes.length / 2 ** 29))
  view.setUint32(message.length - 4, (bytes.length << 3) >>> 0)
  return message
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  for (let word = 16; word < 64; word += 1) {
    const early = at(schedule, word - 15)
    const late = at(schedule, word - 2)
    const s0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3)
    const s1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10)
    schedule[word] = at(schedule, word - 16) + s0 + at(schedule, word - 7) + s1
  }
  let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map((word) => at(state, word)) as Eight
  for (let round = 0; round < 64; round += 1) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUNDS, round) + at(schedule, round)) | 0
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  for (const [word, value] of [a, b, c, d, e, f, g, h].entries()) state[word] = at(state, word) + value
}

type Eight = [number, number, number, number, number, number, number, number]

function at(words: Uint32Array, index: number): number {
  return words[index] as number
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** Fractions of the square roots of the first eight primes, and of the cube roots of the first sixty-four (FIPS 180-4). */
const PRIMES = primes(64)
const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2))
const ROUNDS = Uint32Array.from(PRIMES.map((prime) => fraction(prime, 3)))

function primes(count: number): readonly number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

/** The first 32 bits after the point of a root, exactly: the whole root of `prime · 2^(32·degree)`. */
function fraction(prime: number, degree: 2 | 3): number {
  const scaled = BigInt(prime) << BigInt(32 * degree)
  let low = 0n
  let high = 1n << 40n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** BigInt(degree) <= scaled) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn)
}
