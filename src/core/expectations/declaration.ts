/** Where a declaration stands. `standing`: base has the file in the same words, so it is a rule that was there, and declares nothing new. */
export type Source =
  { readonly kind: 'file'; readonly path: string; readonly standing: boolean } | { readonly kind: 'description' }

/** What a pull request says should become of one thing. */
export interface Declaration {
  readonly subject: Subject
  readonly clause: Clause
  /** `fct_orders: rows unchanged`, however it was spaced. */
  readonly text: string
  readonly source: Source
  /** From one, in the file or the description. */
  readonly line: number
  readonly column: number
}

export type Subject =
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'column'; readonly model: string; readonly column: string }
  /** Every model that no other declaration names. */
  | { readonly kind: 'others' }

export type Clause =
  | { readonly kind: 'identical' | 'rows unchanged' | 'columns unchanged' }
  | { readonly kind: 'new model' | 'removed model' }
  | { readonly kind: ColumnFate }
  | { readonly kind: Counted; readonly bound: Bound }

export type ColumnFate = 'added' | 'removed' | 'retyped' | 'renamed'

/** What is counted: rows of a model, columns of a model, or (`changed`) rows in which a column's value differs. */
export type Counted =
  'rows added' | 'rows removed' | 'rows changed' | 'columns added' | 'columns removed' | 'columns changed' | 'changed'

export const operators = ['<=', '>=', '<', '>', '='] as const
export type Operator = (typeof operators)[number]

/** `<= 0.5 %`: digits 5, scale 1. Per cent are of base's rows. */
export interface Bound {
  readonly operator: Operator
  readonly digits: bigint
  /** How many of the digits stand behind the point. */
  readonly scale: number
  readonly unit: 'count' | 'percent'
}

/** What cannot be read, and where. `frame`: the line with a caret. */
export interface DeclarationFault {
  readonly message: string
  readonly source: Source
  readonly line: number
  readonly column: number
  readonly frame: string | undefined
}

export interface Declarations {
  readonly declarations: readonly Declaration[]
  readonly faults: readonly DeclarationFault[]
}

export const noDeclarations: Declarations = { declarations: [], faults: [] }

/** UTF-16 units of a text that are read, and declarations of a pull request: GitHub's descriptions end there too. */
export const LONGEST_TEXT = 65_536
export const MOST_DECLARATIONS = 500
export const MOST_FAULTS = 20
