//! The outline of a document, and its layout.
//!
//! In: a document. Out: a symbol for each search with one for each of its commands, and the edits of `splc fmt`. Invariant:
//! a symbol's name lies inside of its range, and formatting changes no byte outside of searches (`document::rewrite`).

use lsp_types::{DocumentSymbol, SymbolKind, TextEdit};

use crate::command;
use crate::document::rewrite::rewrite;
use crate::document::{Analytic, Document};
use crate::editor::{findings, place};
use crate::source::Span;

/// The searches with their commands, in order.
pub(super) fn of(document: &Document) -> Vec<DocumentSymbol> {
    document.analytics.iter().map(|analytic| search(document, analytic)).collect()
}

fn search(document: &Document, analytic: &Analytic) -> DocumentSymbol {
    let text = analytic.snippet.text();
    let whole = trimmed(text, Span::new(0, text.len()));
    let stages = command::parse(text).pipeline.stages;
    let commands = stages.iter().map(|stage| {
        let name = if stage.name.value.is_empty() { "search" } else { stage.name.value.as_str() };
        let place = |span| analytic.snippet.to_file(span);
        let whole = trimmed(text, stage.span);
        let own = if stage.name.span.start < stage.name.span.end { stage.name.span } else { whole };
        symbol(document, name.to_owned(), SymbolKind::FUNCTION, place(whole.join(own)), place(own), None)
    });
    let place = analytic.snippet.to_file(whole);
    let title = analytic.metadata.title.trim();
    let title = if title.is_empty() { "search" } else { title };
    let commands = commands.collect();
    symbol(document, title.to_owned(), SymbolKind::EVENT, place, place, Some(commands))
}

/// A span without white space at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let own = span.of(text);
    let start = span.start as usize + (own.len() - own.trim_start().len());
    Span::new(start, start + own.trim().len())
}

#[allow(deprecated, reason = "the structure has a field that the protocol replaced by tags")]
fn symbol(
    document: &Document,
    name: String,
    kind: SymbolKind,
    whole: Span,
    own: Span,
    children: Option<Vec<DocumentSymbol>>,
) -> DocumentSymbol {
    DocumentSymbol {
        name,
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: place::range(document, whole),
        selection_range: place::range(document, own),
        children,
    }
}

/// What formatting changes; a search that cannot be formatted stays as it is.
pub(super) fn formatted(document: &Document) -> Vec<TextEdit> {
    let texts: Vec<Option<String>> =
        document.analytics.iter().map(|analytic| command::format(analytic.snippet.text()).ok()).collect();
    let rewritten = rewrite(document, &texts);
    findings::edits(document, rewritten.written.iter().map(|(_, edit)| edit))
}
