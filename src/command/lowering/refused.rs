//! Why a stage is not lowered, in the words that people read.

use crate::command::Unsupported;
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

impl From<Unsupported> for Diagnostic {
    fn from(reason: Unsupported) -> Self {
        Self::new(&codes::UNSUPPORTED_ARGUMENT, reason.span, reason.message)
    }
}

/// A macro call that was not expanded.
pub(crate) fn undefined_macro(body: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNDEFINED_MACRO, span, format!("the macro `{body}` is not defined"))
        .help("write the text of the macro in its place")
}

/// Arguments that were not read.
pub(crate) fn arguments(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::RECOVERED_PARSE, span, "the arguments were not read")
}

/// An argument that is not translated.
pub(crate) fn argument(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&codes::UNSUPPORTED_ARGUMENT, span, message)
}

/// A command that asks for what other events hold.
pub(crate) fn stored(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` keeps or changes results by what other stored events hold");
    Diagnostic::new(&codes::STORED, span, message)
        .help("search both kinds of events at once and group them with `stats … by` what they share")
}

/// A command that takes its rows from somewhere else than events.
pub(crate) fn no_events(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` reads no events");
    Diagnostic::new(&codes::NO_EVENTS, span, message)
        .help("a rule is about events; write the condition as a search of the events behind this")
}
