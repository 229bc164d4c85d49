//! `.spl` files: the whole file is one query.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::{Analytic, Format};
use crate::source::Snippet;

/// The format.
pub(crate) struct Spl;

impl Format for Spl {
    fn name(&self) -> &'static str {
        "spl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["spl"]
    }

    fn read(&self, _path: &Path, text: &str) -> (Vec<Analytic>, Vec<Diagnostic>) {
        if text.trim().is_empty() {
            return (Vec::new(), Vec::new());
        }
        (vec![Analytic { snippet: Snippet::whole(text), ..Analytic::default() }], Vec::new())
    }
}
