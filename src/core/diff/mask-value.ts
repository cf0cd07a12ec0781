/** Shows a value of a column as it may be shown. */
export type MaskValue = (column: string, value: string | null) => string | null

/** No value of any column. */
export const hidden: MaskValue = () => '***'
