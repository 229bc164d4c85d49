//! Unified diffs of files for people.
//!
//! In: a file before and after. Out: its changes with three lines round each, as `diff -u` has them. Invariant: nothing
//! of a file reaches the terminal that could act on it.

use std::path::Path;

use similar::TextDiff;

use crate::report::{display, visible};

/// The changes; nothing where there are none.
pub(crate) fn unified(path: &Path, before: &str, after: &str) -> String {
    let path = display(path);
    // How lines end is kept, and would only be noise here.
    let lines = |text: &str| text.replace("\r\n", "\n");
    let (before, after) = (lines(before), lines(after));
    let diff = TextDiff::from_lines(&before, &after);
    let text = diff.unified_diff().context_radius(3).header(&path, &path).to_string();
    visible(&text).into_owned()
}
