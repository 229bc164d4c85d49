//! The functions of `stats`, `chart`, `timechart` and `tstats`.
//!
//! In: nothing. Out: a table by name (Search Reference, "Statistical and charting functions"). Invariant: the table is
//! in the order of its names; `perc`, `p`, `exactperc` and `upperperc` stand for those names with a number behind them.
//! What a function gives is not said here.

use crate::function::Function;

/// All of them, in the order of their names.
pub(super) const ALL: &[Function] = &[
    Function::new("avg", 1, Some(1)),
    Function::new("c", 0, Some(1)),
    Function::new("count", 0, Some(1)),
    Function::new("dc", 1, Some(1)),
    Function::new("distinct_count", 1, Some(1)),
    Function::new("earliest", 1, Some(1)),
    Function::new("earliest_time", 1, Some(1)),
    Function::new("estdc", 1, Some(1)),
    Function::new("estdc_error", 1, Some(1)),
    Function::new("eval", 1, Some(1)),
    Function::new("exactperc", 1, Some(1)),
    Function::new("first", 1, Some(1)),
    Function::new("last", 1, Some(1)),
    Function::new("latest", 1, Some(1)),
    Function::new("latest_time", 1, Some(1)),
    Function::new("list", 1, Some(1)),
    Function::new("max", 1, Some(1)),
    Function::new("mean", 1, Some(1)),
    Function::new("median", 1, Some(1)),
    Function::new("min", 1, Some(1)),
    Function::new("mode", 1, Some(1)),
    Function::new("p", 1, Some(1)),
    Function::new("per_day", 1, Some(1)),
    Function::new("per_hour", 1, Some(1)),
    Function::new("per_minute", 1, Some(1)),
    Function::new("per_second", 1, Some(1)),
    Function::new("perc", 1, Some(1)),
    Function::new("percentile", 1, Some(2)),
    Function::new("range", 1, Some(1)),
    Function::new("rate", 1, Some(1)),
    Function::new("rate_avg", 1, Some(1)),
    Function::new("rate_sum", 1, Some(1)),
    Function::new("sparkline", 1, Some(2)),
    Function::new("stdev", 1, Some(1)),
    Function::new("stdevp", 1, Some(1)),
    Function::new("sum", 1, Some(1)),
    Function::new("sumsq", 1, Some(1)),
    Function::new("upperperc", 1, Some(1)),
    Function::new("values", 1, Some(1)),
    Function::new("var", 1, Some(1)),
    Function::new("varp", 1, Some(1)),
];
