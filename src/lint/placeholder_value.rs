//! `placeholder-value`: a part of a template that was not filled in. In: values and terms of the `search` language.
//! Out: one finding each: `__your_index__`, `<name>`, `expected_user`, `CHANGEME`.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "placeholder-value",
    Severity::Warning,
    "a value is the placeholder of a template",
    "Published searches leave places to fill in. A search compares them as they are written (Search Reference, \
     search), so as long as one is left the test never holds, or with `!=` leaves nothing out. Of `__name__` in the \
     text of a macro only a note is made: it may be chosen because nothing has it.",
);

/// The check.
pub(super) struct PlaceholderValue;

impl Lint for PlaceholderValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=__your_sysmon_index__ EventCode=1"
    }

    fn good(&self) -> &'static str {
        "index=sysmon EventCode=1"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::literals(&subject.parsed.pipeline, &mut |_, value| {
            if !is_placeholder(&value.text) {
                return;
            }
            let is_default = value.text.starts_with("__") && subject.is_of_macro(value.span);
            let severity = if is_default { Severity::Note } else { CODE.severity };
            let finding = Diagnostic::new(
                &CODE,
                value.span,
                format!("`{}` is a placeholder", subject.shown(value.span)),
            )
            .label("compared as it is written")
            .help("fill in the value of this installation, or leave the test out");
            findings.push(Diagnostic { severity, ..finding });
        });
    }
}

/// Beginnings of placeholders, in lower case.
const STARTS: &[&str] =
    &["your_", "your-", "expected_", "known_good_", "placeholder", "changeme", "change_me"];

fn is_placeholder(whole: &str) -> bool {
    let text = whole.trim_matches('*');
    let lower = text.to_ascii_lowercase();
    let between = |start: &str, end: &str| {
        text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(is_name)
    };
    between("__", "__")
        // Programs write `<name>` into longer texts, so it has to be the whole value.
        || text == whole && between("<", ">")
        || between("{{", "}}")
        || STARTS.iter().any(|start| lower.starts_with(start))
}

/// Words that say what to fill in, rather than a tag of a document.
fn is_name(inner: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || "_- ".contains(c);
    inner.len() > 3 && inner.chars().all(is_word) && inner.contains(['_', '-', ' '])
}
