//! `exact-command-line`: a command line compared as a whole text.
//!
//! In: positive `=` and `IN` tests of fields that are named like a command line. Out: one finding a comparison, with an
//! edit for each value that leaves no room for arguments. Single words are left alone: many commands take none.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::insertion;
use crate::lint::{Lint, Subject, walk};
use crate::source::Span;
use crate::spl::ast::{Comparison, Literal, Operator};

static CODE: Code = Code::new(
    "exact-command-line",
    Severity::Warning,
    "a command line is compared as a whole",
    "`=` and `IN` compare the whole value (Search Reference, search; Search Manual, \"Wildcards\"), and a field that \
     holds a command line holds all arguments: `command=\"docker exec\"` misses `docker exec -it web sh`. A `*` at the \
     end lets arguments follow; without a space before it, the command alone still matches. Looked at are fields \
     named like a command line (`CommandLine`, `command`, `cmdline`, `process` and their kind, with any prefix up to a \
     dot) and values of more than one word that are not a sentence.",
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
        for (_, search) in subject.parsed.pipeline.searches() {
            walk::conjunctions(&[search], &mut |conjunction, _| {
                let comparisons = conjunction.comparisons().filter(|_| !conjunction.negated);
                findings.extend(comparisons.filter_map(|(comparison, _)| finding(subject, comparison)));
            });
        }
    }
}

/// One finding for all values of a list.
fn finding(subject: &Subject<'_>, comparison: &Comparison) -> Option<Diagnostic> {
    let field = &comparison.field.value;
    if comparison.operator.value != Operator::Equal || !is_command_line(field) {
        return None;
    }
    let exact: Vec<&Literal> = comparison.values.iter().filter(|value| is_exact(value)).collect();
    let (first, others) = exact.split_first()?;
    let message = format!("`{}` is compared with all of `{field}`", subject.shown(first.span));
    let start = subject.shown(Span { start: first.span.start + 1, end: first.span.end.saturating_sub(1) });
    let mut finding = Diagnostic::new(&CODE, first.span, message)
        .label("matches this command without further arguments")
        .help(format!(
            "`\"{start}*\"` matches with and without arguments; `\"*{start}*\"` also behind a path or a shell"
        ));
    for other in others {
        finding = finding.also(other.span, "and this one");
    }
    // The star goes before the closing quote.
    let edits: Vec<Edit> =
        exact.iter().map(|value| insertion(value.span.end.saturating_sub(1), "*")).collect();
    Some(finding.fix(Fix { title: "let arguments follow".to_owned(), edits, safe: false }))
}

fn is_command_line(field: &str) -> bool {
    let name = field.rsplit('.').next().unwrap_or(field).trim_end_matches("{}");
    let name: String = name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    COMMAND_LINES.contains(&name.as_str())
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
