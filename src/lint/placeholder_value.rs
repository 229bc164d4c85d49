//! `placeholder-value`: a part of a template that was not filled in. In: values and terms of the `search` language, and
//! what expressions compare. Out: one finding each: `__your_index__`, `<IP>`, `expected_user`, `$token$`, `...`.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::source::Span;
use crate::spl::ast::{Comparison, Literal, Pipeline};
use crate::spl::eval::{Eval, EvalKind};

static CODE: Code = Code::new(
    "placeholder-value",
    Severity::Warning,
    "a value is the placeholder of a template",
    "Published searches leave places to fill in. A search compares them as they are written (Search Reference, \
     search), so as long as one is left the test never holds, or with `!=` leaves nothing out. The `$token$` of a \
     dashboard is filled in by that dashboard alone; nothing is said of one in a saved search that is neither described \
     nor scheduled, for `savedsearch` may fill it in. Of `__name__` in the text of a macro only a note is made: it may be \
     chosen because nothing has it.",
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
        let pipeline = &subject.parsed.pipeline;
        // `savedsearch` fills tokens in (Search Reference, savedsearch), and so do dashboards, of searches that run on demand.
        let is_run = subject.is_detection();
        visit::literals(pipeline, &mut |comparison, value| {
            if is_left(comparison, value) || is_run && is_token(&value.text) {
                findings.push(finding(subject, value.span, &value.text));
            }
        });
        in_expressions(pipeline, &mut |span, text| {
            // A text such as `__no_value__` marks what an expression before it found none for.
            if is_run && is_token(text) || is_named(text) || is_placeholder(text) && !text.starts_with("__") {
                findings.push(finding(subject, span, text));
            }
        });
    }
}

fn finding(subject: &Subject<'_>, span: Span, text: &str) -> Diagnostic {
    let is_default = text.starts_with("__") && subject.is_of_macro(span);
    let severity = if is_default { Severity::Note } else { CODE.severity };
    let finding = Diagnostic::new(&CODE, span, format!("`{}` is a placeholder", subject.shown(span)))
        .label("taken as it is written")
        .help("fill in the value of this installation, or leave the test out");
    Diagnostic { severity, ..finding }
}

/// Whether a value or a term of a search is left to be filled in. A word in brackets that is looked for in the event is
/// a tag, and three dots in quotes are a text.
fn is_left(comparison: Option<&Comparison>, value: &Literal) -> bool {
    let is_gap = !value.quoted && ["...", "…"].contains(&value.text.as_str());
    let is_compared = comparison.is_some() && is_named(&value.text);
    is_gap || is_compared || is_placeholder(&value.text)
}

/// Calls `visit` for what expressions compare: texts, and names that only a token can be.
fn in_expressions(pipeline: &Pipeline, visit: &mut dyn FnMut(Span, &str)) {
    visit::evals(pipeline, &mut |eval| {
        let mut values: Vec<&Eval> = Vec::new();
        if let Some((left, _, right)) = visit::compared(eval) {
            values.extend([left, right]);
        } else if let Some((_, list)) = visit::list(eval) {
            values.extend(list);
        } else if let Some((_, pattern)) = visit::like(eval) {
            values.push(pattern);
        }
        for value in values {
            match &visit::bare(value).kind {
                EvalKind::Text(text) => visit(value.span, text),
                EvalKind::Field(field) if is_token(&field.name) => visit(value.span, &field.name),
                _ => {}
            }
        }
    });
}

/// `$token$` of a dashboard (Dashboards and Visualizations, "Token usage in dashboards"), as all of a value.
fn is_token(text: &str) -> bool {
    let name = text.strip_prefix('$').and_then(|rest| rest.strip_suffix('$'));
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_.:".contains(c);
    name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_word))
}

/// Beginnings of placeholders, in lower case.
const STARTS: &[&str] =
    &["your_", "your-", "expected_", "known_good_", "placeholder", "changeme", "change_me"];

fn is_placeholder(whole: &str) -> bool {
    let text = whole.trim_matches(['*', '%']);
    let lower = text.to_ascii_lowercase();
    let between = |start: &str, end: &str| {
        text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(is_name)
    };
    between("__", "__")
        // Programs write `<name>` into longer texts, so it has to be the whole value unless it says whose it is.
        || text == whole && between("<", ">")
        || is_yours(text)
        || between("{{", "}}")
        || STARTS.iter().any(|start| lower.starts_with(start))
}

/// Whether letters stand in a text only between brackets, as in `@<YOUR_DOMAIN>`, and say whose value is to be filled in. A
/// template of a policy that attackers forget to fill in has text round its brackets.
fn is_yours(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !"<>".contains(c)).to_ascii_lowercase();
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or("");
    let rest = inner.strip_prefix("your").filter(|rest| rest.starts_with(['_', '-', ' ']));
    rest.is_some_and(|rest| rest.len() > 2 && rest.chars().all(|c| c.is_alphanumeric() || "_- .".contains(c)))
}

/// Words that say what to fill in, rather than a tag of a document.
fn is_name(inner: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || "_- ".contains(c);
    // `<local machine>` is what a log says, `<your server>` is not.
    let is_template = || inner.split(' ').any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()));
    let is_one = inner.contains(['_', '-']) && !inner.contains(' ');
    inner.len() > 3 && inner.chars().all(is_word) && (is_one || inner.contains(' ') && is_template())
}

/// One word in brackets that people use for what to fill in. `<script>`, `<none>` and `<CNAME>` are values that logs have.
fn is_named(text: &str) -> bool {
    let word = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    word.is_some_and(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()))
}

/// Words of templates.
const NAMES: &[&str] = &[
    "account",
    "attacker",
    "cidr",
    "domain",
    "email",
    "field",
    "filename",
    "hash",
    "host",
    "hostname",
    "index",
    "indicator",
    "insert",
    "ioc",
    "ip",
    "known",
    "network",
    "number",
    "password",
    "path",
    "placeholder",
    "port",
    "process",
    "server",
    "sourcetype",
    "subnet",
    "target",
    "threshold",
    "url",
    "user",
    "username",
    "value",
    "victim",
    "your",
];
