/** A column of a scanned relation: `relation` is the identity that the caller gave it, `column` is lower-case. */
export interface ColumnRead {
  readonly relation: string
  readonly column: string
}

export interface OutputShape {
  readonly name: string
  readonly type: string
  readonly reads: readonly ColumnRead[]
  readonly fingerprint: string
}

/** What a bound query reads, and what it computes, as far as its plan tells. */
export interface Shape {
  readonly outputs: readonly OutputShape[]
  readonly rows: {
    readonly relations: readonly string[]
    readonly reads: readonly ColumnRead[]
    readonly fingerprint: string
  }
  readonly literals: string
  readonly orderSensitive: string | undefined
  readonly volatile: string | undefined
  readonly unknown: readonly string[]
}
