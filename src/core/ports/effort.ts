/** How many values a row has: of a fixed width, and of text or anything else whose width varies. */
export interface Values {
  readonly fixed: number
  readonly varying: number
}

/** Computed values of a row: those that touch text, and the others. */
export interface Calls {
  readonly plain: number
  readonly text: number
}

/** The column that a value was read from. `relation` as scans name it, `column` in lower case. */
export interface Origin {
  readonly relation: string
  readonly column: string
}

/** What a filter asks. `least`: that value or more; numbers, and times as milliseconds. */
export interface Condition {
  readonly is: 'equal' | 'least' | 'most' | 'not-null' | 'other'
  readonly origin?: Origin | undefined
  readonly value?: number | undefined
}

export interface Key {
  readonly kind: 'few' | 'date' | 'other'
  readonly isText: boolean
  readonly origin?: Origin | undefined
}

/** What a join holds together; of a computed value the column that it hangs on. */
export interface JoinKey {
  readonly left?: Origin | undefined
  readonly right?: Origin | undefined
}

/** One operator of a bound plan, as far as its time hangs on it. `inputs`: places of other operators in the list. */
export type EffortOperator = { readonly inputs: readonly number[] } & (
  | { readonly kind: 'scan'; readonly relation: string; readonly values: Values }
  /** Rows that stand in the query itself. */
  | { readonly kind: 'given'; readonly rows: number }
  | { readonly kind: 'compute'; readonly calls: Calls }
  | { readonly kind: 'filter'; readonly calls: Calls; readonly conditions: readonly Condition[] }
  /** `rows`: those that match; or each of the left side's, once; or those and the unmatched. */
  | {
      readonly kind: 'join'
      readonly on: 'keys' | 'condition' | 'nothing'
      readonly rows: 'matches' | 'left' | 'all'
      readonly keys: readonly JoinKey[]
    }
  /** `distinct`: functions of values that are told apart first. */
  | { readonly kind: 'group'; readonly keys: readonly Key[]; readonly functions: number; readonly distinct: number }
  | { readonly kind: 'window'; readonly functions: number }
  | { readonly kind: 'sort'; readonly values: Values }
  | { readonly kind: 'limit'; readonly rows?: number | undefined }
  /** Every row of every input; of a list that is spread, more. */
  | { readonly kind: 'union'; readonly times: number }
)

/** What a query has to do, inputs first, the last operator its result; and what a row of that holds. */
export interface Effort {
  readonly operators: readonly EffortOperator[]
  readonly written: Values
  /** Columns that are those of a scan. */
  readonly outputs: readonly { readonly name: string; readonly origin: Origin }[]
}
