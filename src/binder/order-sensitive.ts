/** Functions whose answer may depend on the order of rows: ties, lists, and sums of floating-point numbers (measured, DuckDB 1.5.6). */
const NAMES = new Set(
  (
    'first last any_value arbitrary arg_min arg_max argmin argmax min_by max_by arg_min_null arg_max_null ' +
    'list array_agg string_agg group_concat listagg json_group_array json_group_object map_agg histogram_exact ' +
    'row_number ntile lag lead first_value last_value nth_value ' +
    'sum sum_no_overflow fsum kahan_sum sumkahan avg mean favg geomean geometric_mean product mode ' +
    'stddev stddev_pop stddev_samp var_pop var_samp variance sem skewness kurtosis kurtosis_pop entropy ' +
    'corr covar_pop covar_samp approx_quantile approx_top_k reservoir_quantile random'
  ).split(' '),
)

export function isOrderSensitive(functionName: string): boolean {
  return NAMES.has(functionName) || functionName.startsWith('regr_')
}
