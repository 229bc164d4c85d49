//! `exact-command-line`: a command line compared as a whole text.
//!
//! In: positive `=` and `IN` tests of fields that are named like a command line. Out: one finding a comparison, with an
//! edit for each value that leaves no room for arguments. Single words are left alone: many commands take none. Where the
//! parent process is named too, the line may be known to its end, and it is a note.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::event::pattern::Pattern;
use crate::lint::fix::insertion;
use crate::lint::{Lint, Subject, walk};
use crate::source::Span;
use crate::spl::ast::{Comparison, Expression, Kind, Literal, Operator};

static CODE: Code = Code::new(
    "exact-command-line",
    Severity::Warning,
    "a command line is compared as a whole",
    "`=` and `IN` compare the whole value (Search Reference, search; Search Manual, \"Wildcards\"), and a field that \
     holds a command line holds all arguments: `command=\"docker exec\"` misses `docker exec -it web sh`. A `*` at the \
     end lets arguments follow; without a space before it, the command alone still matches. Looked at are fields \
     named like a command line (`CommandLine`, `command`, `cmdline`, `process` and their kind, with any prefix up to a \
     dot) and values of more than one word that are not a sentence. A value that a wildcard beside it covers loses \
     nothing. Only a note is made of command lines of a parent and of tests beside one of a parent process: such a \
     pair is often known to the last word.",
);

/// Names of fields that hold command lines, in lower case without `_`: Sysmon and Windows security logs, auditd,
/// Defender, the data model Endpoint.Processes, the Elastic Common Schema, Docker and Kubernetes collectors.
const COMMAND_LINES: &[&str] = &[
    "cmd",
    "cmdline",
    "command",
    "commandline",
    "initiatingprocesscommandline",
    "parentcmdline",
    "parentcommand",
    "parentcommandline",
    "parentprocess",
    "parentprocesscommandline",
    "process",
    "processcmdline",
    "processcommandline",
];

/// The check.
pub(super) struct ExactCommandLine;

impl Lint for ExactCommandLine {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=containers command IN (\"docker exec\", \"kubectl exec\")"
    }

    fn good(&self) -> &'static str {
        "index=containers command IN (\"docker exec*\", \"kubectl exec*\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let searches: Vec<&Expression> =
            subject.parsed.pipeline.searches().map(|(_, search)| search).collect();
        let has_parent = searches.iter().any(|search| names_parent(search));
        for search in searches {
            let mut tests = Vec::new();
            gather(search, false, has_parent, &mut tests);
            findings.extend(tests.iter().filter_map(|test| finding(subject, test)));
        }
    }
}

/// Alternatives for one field.
struct Test<'a> {
    field: &'a str,
    values: Vec<&'a Literal>,
    /// Whether the parent process is named beside it.
    has_parent: bool,
}

/// The positive tests of command lines, those of one field in one OR together.
fn gather<'a>(expression: &'a Expression, negated: bool, has_parent: bool, tests: &mut Vec<Test<'a>>) {
    match &expression.kind {
        Kind::Group(inner) => gather(inner, negated, has_parent, tests),
        Kind::Not(inner) => gather(inner, !negated, has_parent, tests),
        Kind::And(children) => {
            let has_parent = has_parent || names_parent(expression);
            for child in children {
                gather(child, negated, has_parent, tests);
            }
        }
        Kind::Or(children) => {
            let from = tests.len();
            for child in children {
                match &child.ungrouped().kind {
                    Kind::Comparison(comparison) => add(comparison, negated, has_parent, from, tests),
                    _ => gather(child, negated, has_parent, tests),
                }
            }
        }
        Kind::Comparison(comparison) => add(comparison, negated, has_parent, tests.len(), tests),
        _ => {}
    }
}

/// Adds a comparison to the test of its field, if there is one from that place on.
fn add<'a>(
    comparison: &'a Comparison,
    negated: bool,
    has_parent: bool,
    from: usize,
    tests: &mut Vec<Test<'a>>,
) {
    let field = comparison.field.value.as_str();
    if negated || comparison.operator.value != Operator::Equal || !is_command_line(field) {
        return;
    }
    match tests.iter_mut().skip(from).find(|test| test.field == field) {
        Some(test) => test.values.extend(&comparison.values),
        None => tests.push(Test { field, values: comparison.values.iter().collect(), has_parent }),
    }
}

/// Whether a term that has to hold names the parent process.
fn names_parent(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::Group(inner) => names_parent(inner),
        Kind::And(children) => children.iter().any(names_parent),
        Kind::Or(children) => children.iter().all(names_parent),
        Kind::Comparison(comparison) => {
            comparison.operator.value == Operator::Equal
                && comparison.field.value.to_ascii_lowercase().contains("parent")
        }
        _ => false,
    }
}

/// One finding for all values.
fn finding(subject: &Subject<'_>, test: &Test<'_>) -> Option<Diagnostic> {
    let field = test.field;
    let wide = test.values.iter().filter(|value| value.text.contains('*'));
    let wide: Vec<Pattern> = wide.filter_map(|value| walk::of_text(value)).collect();
    let is_covered = |value: &Literal| {
        walk::of_text(value).is_some_and(|value| wide.iter().any(|wide| wide.covers(&value)))
    };
    let is_lost = |value: &&Literal| is_exact(value) && !is_covered(value);
    let exact: Vec<&Literal> = test.values.iter().copied().filter(is_lost).collect();
    let is_operation = field == "command" && exact.iter().all(|value| names_operation(&value.text));
    let (first, others) = exact.split_first()?;
    let message = format!("`{}` is compared with all of `{field}`", subject.shown(first.span));
    let start = subject.shown(Span { start: first.span.start + 1, end: first.span.end.saturating_sub(1) });
    let mut finding = Diagnostic::new(&CODE, first.span, message)
        .label("matches this command without further arguments")
        .help(format!(
            "`\"{start}*\"` matches with and without arguments; `\"*{start}*\"` also behind a path or a shell"
        ));
    if is_operation || test.has_parent || last_name(field).to_ascii_lowercase().starts_with("parent") {
        finding.severity = Severity::Note;
    }
    for other in others {
        finding = finding.also(other.span, "and this one");
    }
    // The star goes before the closing quote.
    let edits: Vec<Edit> =
        exact.iter().map(|value| insertion(value.span.end.saturating_sub(1), "*")).collect();
    Some(finding.fix(Fix { title: "let arguments follow".to_owned(), edits, safe: false }))
}

/// The name behind the last dot.
fn last_name(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field).trim_end_matches("{}")
}

fn is_command_line(field: &str) -> bool {
    let name: String =
        last_name(field).chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    COMMAND_LINES.contains(&name.as_str())
}

/// Whether words could name what was done in an audit log, such as `run script`: plain words without the marks of a path,
/// an option or a file, the first of which is a verb and no program that takes it.
fn names_operation(text: &str) -> bool {
    const VERBS: &[&str] =
        &["add", "change", "create", "delete", "execute", "get", "modify", "remove", "run", "update"];
    let is_plain = |c: char| c.is_ascii_alphabetic() || c == ' ';
    text.chars().all(is_plain) && VERBS.iter().any(|verb| text.split(' ').next() == Some(verb))
}

/// A command of several words, all of it.
fn is_exact(value: &Literal) -> bool {
    let mut words = value.text.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    value.quoted && value.directive.is_none() && !value.text.contains('*') && is_command(first, second)
}

/// Audit logs name what was done in a field of the same name: `User deleted security info`, `!exec: enable`.
fn is_command(first: &str, second: &str) -> bool {
    let starts_well = first.starts_with(|c: char| c.is_alphanumeric() || "\"'/\\.%$~&(@".contains(c));
    let is_lower = |word: &str| word.chars().all(|c| c.is_ascii_lowercase());
    let is_sentence = first.starts_with(|c: char| c.is_ascii_uppercase())
        && first.get(1..).is_some_and(is_lower)
        && is_lower(second);
    starts_well && !is_sentence
}
