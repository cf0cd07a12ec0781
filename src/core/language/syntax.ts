/** A name and where it stands. */
export interface Name {
  readonly text: string
  readonly at: number
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

export type Expression =
  | Column
  | { readonly kind: 'string' | 'number' | 'date' | 'word'; readonly text: string; readonly at: number }
  /** Operators of one rank, applied from left to right; a list, since a sum of ten thousand terms is not that deep. */
  | {
      readonly kind: 'chain'
      readonly rank: Rank
      readonly first: Expression
      readonly rest: readonly { readonly operator: Name; readonly operand: Expression }[]
      readonly at: number
    }
  | {
      readonly kind: 'comparison'
      readonly left: Expression
      readonly operator: Comparison
      readonly right: Expression
      readonly at: number
    }
  | { readonly kind: 'is-null'; readonly operand: Expression; readonly negated: boolean; readonly at: number }
  | {
      readonly kind: 'in'
      readonly operand: Expression
      readonly list: readonly Expression[]
      readonly negated: boolean
      readonly at: number
    }
  | { readonly kind: 'not' | 'minus'; readonly operand: Expression; readonly at: number }
  | Call
  | {
      readonly kind: 'match'
      readonly subject: Expression
      readonly arms: readonly MatchArm[]
      readonly otherwise: Expression | undefined
      readonly at: number
    }

export type Rank = 'or' | 'and' | 'sum' | 'product'

export interface Column {
  readonly kind: 'column'
  readonly qualifier: Name | undefined
  readonly name: Name
  readonly at: number
}

export interface Call {
  readonly kind: 'call'
  readonly name: Name
  readonly args: readonly Expression[]
  readonly over: Window | undefined
  readonly at: number
}

export interface MatchArm {
  readonly operator: Comparison
  readonly value: Expression
  readonly result: Expression
}

export interface Window {
  readonly partition: readonly Name[]
  readonly sort: readonly SortKey[]
  readonly frame: Frame | undefined
}

export interface Frame {
  readonly unit: 'rows' | 'range'
  readonly start: string
  readonly end: string
  readonly at: number
}

export interface SortKey {
  readonly name: Name
  readonly descending: boolean
}

/** `name: expression` in braces. */
export interface Item {
  readonly name: Name
  readonly value: Expression
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'cross'

export type Step =
  | {
      readonly kind: 'from'
      readonly table: readonly Name[]
      readonly alias: Name | undefined
      readonly at: number
    }
  | { readonly kind: 'where'; readonly condition: Expression; readonly conditionAt: number; readonly at: number }
  | { readonly kind: 'group'; readonly keys: readonly Name[]; readonly items: readonly Item[]; readonly at: number }
  | { readonly kind: 'derive'; readonly items: readonly Item[]; readonly at: number }
  | { readonly kind: 'select'; readonly columns: readonly (Column | Star)[]; readonly at: number }
  | JoinStep
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[]; readonly at: number }
  | { readonly kind: 'take'; readonly count: string; readonly countAt: number; readonly at: number }
  | { readonly kind: 'distinct' | 'replicate'; readonly at: number }

export interface Star {
  readonly kind: 'star'
  readonly at: number
}

export interface JoinStep {
  readonly kind: 'join'
  readonly join: JoinKind
  readonly table: Name
  readonly alias: Name | undefined
  /** Empty for a cross join. */
  readonly on: readonly Name[]
  readonly keep: readonly Column[]
  readonly at: number
}

export interface Pipeline {
  readonly steps: readonly Step[]
  readonly at: number
}

/** A whole file. */
export interface Program {
  readonly lets: readonly { readonly name: Name; readonly pipeline: Pipeline }[]
  readonly main: Pipeline
}
