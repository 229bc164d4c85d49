//! The functions of `eval` and `where`.
//!
//! In: nothing. Out: a table by name (Search Reference, "Evaluation functions"; searchbnf.conf, `eval-function`), put
//! together from one table a family, which stands beside what its functions compute. Invariant: the table is in the
//! order of its names.

mod bitwise;
#[cfg(test)]
pub(crate) mod cases;
mod conditional;
mod conversion;
mod cryptographic;
mod each;
mod informational;
mod json;
pub(super) mod matching;
mod mathematical;
mod multivalue;
mod printf;
mod regex;
pub(super) mod text;
pub(super) mod time;
mod trigonometric;

use std::sync::LazyLock;

use crate::function::Function;

/// The families.
const FAMILIES: &[&[Function]] = &[
    bitwise::ALL,
    conditional::ALL,
    conversion::ALL,
    cryptographic::ALL,
    informational::ALL,
    json::ALL,
    matching::ALL,
    mathematical::ALL,
    multivalue::ALL,
    text::ALL,
    time::ALL,
    trigonometric::ALL,
];

/// All functions, in the order of their names.
pub(super) static ALL: LazyLock<Vec<Function>> = LazyLock::new(|| {
    let mut all = FAMILIES.concat();
    all.sort_by_key(|function| function.name);
    all
});
