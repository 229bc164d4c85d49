//! `where-quoted-field`: a field in double quotes, which is a text. In: comparisons of two texts or of a word and a number,
//! and functions that ask something of a text that is written out, or change one that looks like the name of a field. Out:
//! one finding each. What a macro supplied, and the `$token$` of a dashboard, may vary and is left alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::event::number;
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::{Eval, EvalKind};

static CODE: Code = Code::new(
    "where-quoted-field",
    Severity::Warning,
    "a field in double quotes is a text in `where` and `eval`",
    "Double quotes make a text, single quotes a field name (Search Reference, where, \"Usage\"): `where \
     \"user.name\"=\"x\"` compares two texts and is the same for every row, `isnull(\"user\")` is never true, and \
     `\"Login Count\" > 5` compares a text with a number. What a function of text makes of a text is reported where it is \
     written as a path is: `lower(\"user.name\")`.",
);

/// The check.
pub(super) struct WhereQuotedField;

impl Lint for WhereQuotedField {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | where \"user.name\"=\"root\""
    }

    fn good(&self) -> &'static str {
        "index=web | where 'user.name'=\"root\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for_each(subject, &mut |eval, name| {
            let shown = subject.shown(eval.span);
            findings.push(
                Diagnostic::new(&CODE, name.span, format!("`{shown}` is the same for every row"))
                    .label("a text, for it stands in double quotes")
                    .help("a field stands in single quotes, or in none"),
            );
        });
    }
}

/// Calls `visit` with each expression that is the same for every row, and the text in it that may be meant as a field.
pub(super) fn for_each<'a>(subject: &Subject<'a>, visit: &mut dyn FnMut(&'a Eval, &'a Eval)) {
    visit::evals(&subject.parsed.pipeline, &mut |eval| {
        let Some(name) = constant(eval) else { return };
        let is_token = visit::text(name).is_some_and(|text| text.contains(['$', '<']) || text.is_empty());
        if !is_token && !subject.is_of_macro(eval.span) {
            visit(eval, name);
        }
    });
}

/// The text in place of a field, where nothing else decides.
fn constant(eval: &Eval) -> Option<&Eval> {
    if let Some((left, operator, right)) = visit::compared(eval) {
        let number = |eval: &Eval| matches!(visit::bare(eval).kind, EvalKind::Number(_));
        return match (visit::text(left), visit::text(right)) {
            (Some(_), Some(_)) => visit::is_equality(operator).then_some(left),
            (Some(text), None) => (number(right) && is_word(text)).then_some(left),
            (None, Some(text)) => (number(left) && is_word(text)).then_some(right),
            (None, None) => None,
        };
    }
    if let Some((subject, pattern)) = visit::like(eval) {
        return (visit::text(subject).is_some() && visit::text(pattern).is_some()).then_some(subject);
    }
    let (name, arguments) = visit::call(eval)?;
    let first = arguments.first()?;
    let text = visit::text(first)?;
    let is_constant = match (name.as_str(), arguments.get(1)) {
        ("isnull" | "isnotnull", None) => true,
        ("match", Some(second)) => visit::text(second).is_some(),
        // A list is written as one text that is split.
        ("split", Some(second)) => is_path(text) && visit::text(second).is_some_and(|it| !text.contains(it)),
        (name, None) => OF_TEXT.contains(&name) && is_path(text),
        _ => false,
    };
    is_constant.then_some(first)
}

/// Functions of one text (Search Reference, "Text functions").
const OF_TEXT: &[&str] = &["len", "lower", "ltrim", "rtrim", "trim", "upper", "urldecode"];

/// Ends of the names of hosts and files, of which a search may take the length.
const ENDS: &[&str] = &[
    "bat", "cloud", "com", "dll", "dev", "edu", "exe", "gov", "html", "io", "js", "json", "local", "log",
    "net", "org", "php", "ps1", "py", "sh", "sys", "txt", "xml", "zip",
];

/// Whether a text is no number.
fn is_word(text: &str) -> bool {
    number::parse(text).is_none() && text.contains(|c: char| c.is_ascii_alphabetic())
}

/// Whether a text is written as the path of a field is: names joined by dots, the first in lower case.
fn is_path(text: &str) -> bool {
    let is_name = |part: &str| {
        let part = part.strip_suffix("{}").unwrap_or(part);
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_lower = text.starts_with(|c: char| c.is_ascii_lowercase());
    let is_host = text.rsplit_once('.').is_some_and(|(_, last)| ENDS.contains(&last));
    is_lower && !is_host && text.contains('.') && text.split('.').all(is_name)
}
