//! `.spl` files: the whole file is one query, or several between empty lines and under lines that begin with `#`.
//!
//! In: text. Out: the queries. Invariant: a file without such lines is one query, whatever stands in it.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::{Analytic, Format, comment};
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
        let (parts, left_out) = comment::parts(&Snippet::whole(text));
        let analytic = |part: comment::Part| {
            let mut metadata = part.metadata;
            if metadata.title.is_empty() {
                metadata.title = part.title.unwrap_or_default();
            }
            Analytic { metadata, snippet: part.snippet, examples: Vec::new() }
        };
        (parts.into_iter().map(analytic).collect(), left_out.into_iter().collect())
    }
}
