//! `regex-as-value`: a regular expression compared as a text. In: values of comparisons in the `search` language.
//! Out: one finding a value with a piece that hardly means itself.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "regex-as-value",
    Severity::Warning,
    "a value of `search` looks like a regular expression",
    "The search command knows one wildcard, `*`; every other character stands for itself (Search Reference, \
     search). Classes such as `[0-9]`, `(?i)`, `\\d+` or alternatives in parentheses are text there. `| regex \
     field=\"…\"` and `match(field, \"…\")` take regular expressions.",
);

/// The check.
pub(super) struct RegexAsValue;

impl Lint for RegexAsValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web uri=\"/item/[0-9]+\""
    }

    fn good(&self) -> &'static str {
        "index=web | regex uri=\"^/item/[0-9]+$\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::literals(&subject.parsed.pipeline, &mut |comparison, value| {
            let Some(comparison) = comparison else { return };
            let Some(piece) = piece(&value.text) else { return };
            let message = format!("`{piece}` in `{}` stands for itself", subject.shown(value.span));
            findings.push(
                Diagnostic::new(&CODE, value.span, message)
                    .label("no regular expression in `search`")
                    .help(format!("`| regex {}=\"…\"` takes a regular expression", comparison.field.value)),
            );
        });
    }
}

/// Pieces of regular expressions that texts hardly hold.
const PIECES: &[&str] = &[
    "[0-9]", "[a-z]", "[A-Z]", "[a-zA-Z", "[A-Za-z", "[^", "(?i)", "(?:", "\\d+", "\\d{", "\\w+", "\\s+",
    "\\S+", ".*?", ".+?", "]{",
];

fn piece(text: &str) -> Option<&str> {
    let plain = PIECES.iter().find(|piece| text.contains(**piece)).copied();
    plain.or_else(|| alternatives(text))
}

/// `(a|b)`, with more than marks in it: a pair of parentheses with none inside.
fn alternatives(text: &str) -> Option<&str> {
    let ends = text.match_indices(')').filter_map(|(end, _)| Some((text.get(..end)?.rfind('(')?, end)));
    let mut groups =
        ends.filter_map(|(start, end)| Some((text.get(start + 1..end)?, text.get(start..=end)?)));
    let is_list = |inner: &str| {
        let has_words = inner.split('|').all(|part| part.chars().any(char::is_alphanumeric));
        inner.contains('|') && has_words && !inner.contains([' ', ')'])
    };
    groups.find(|(inner, _)| is_list(inner)).map(|(_, group)| group)
}
