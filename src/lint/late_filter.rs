//! `late-filter`: a search behind the base search that belongs into it.
//!
//! In: the searches that a pipeline begins with. Out: one finding, with a fix that joins them all and keeps line ends
//! and comments. A base search with a macro is left alone, for the text of a macro may hold pipes.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::{insertion, keeps_meaning};
use crate::lint::{Group, Lint, Subject};
use crate::source::Span;
use crate::spl::ast::{Arguments, Expression, Kind, Stage};

static CODE: Code = Code::new(
    "late-filter",
    Severity::Note,
    "a search right behind the base search belongs into it",
    "The base search chooses what is read from disk, so conditions belong there (Search Manual, \"Quick tips for \
     optimization\": filter as early as possible). A search right behind it keeps the same events. Splunk's optimizer \
     often joins the two by itself (limits.conf, `[search_optimization::predicate_merge]`), but not for other readers \
     of the search. Not reported: a base search with a macro, which may hold commands of its own.",
);

/// The check.
pub(super) struct LateFilter;

impl Lint for LateFilter {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=a OR index=b | search action=start OR action=exec"
    }

    fn good(&self) -> &'static str {
        "(index=a OR index=b) (action=start OR action=exec)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let searches: Vec<(&Stage, &Expression)> =
            subject.parsed.pipeline.stages.iter().map_while(search_of).collect();
        let [(_, base), (late, _), others @ ..] = searches.as_slice() else { return };
        if has_macro(base) {
            return;
        }
        let message = format!("`{}` is searched for behind the base search", subject.shown(arguments(late)));
        let mut finding = Diagnostic::new(&CODE, late.span, message)
            .label("keeps the same events inside of it")
            .help("move the terms in front of the pipe");
        for (other, _) in others {
            finding = finding.also(other.span, "this as well");
        }
        let edits = edits(subject.text(), &searches).unwrap_or_default();
        let safe = keeps_meaning(subject.parsed, subject.text(), &edits);
        if !edits.is_empty() && safe != Some(false) {
            let title = "join it to the base search".to_owned();
            finding = finding.fix(Fix { title, edits, safe: safe == Some(true) });
        }
        findings.push(finding);
    }
}

fn search_of(stage: &Stage) -> Option<(&Stage, &Expression)> {
    match &stage.arguments {
        Arguments::Search(expression) => Some((stage, expression)),
        _ => None,
    }
}

fn has_macro(expression: &Expression) -> bool {
    let mut found = false;
    expression.walk(&mut |expression| found |= matches!(expression.kind, Kind::Macro(_)));
    found
}

/// What follows the word `search`.
fn arguments(stage: &Stage) -> Span {
    Span::new(stage.name.span.end as usize, stage.span.end as usize)
}

/// Takes out each pipe with its `search`, and puts parentheses round a side that is an OR, which would otherwise
/// stand beside other terms; none where a comment stands between pipe and `search`.
fn edits(text: &str, searches: &[(&Stage, &Expression)]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for (index, (stage, expression)) in searches.iter().enumerate() {
        if let Some((before, _)) = index.checked_sub(1).and_then(|index| searches.get(index)) {
            edits.push(joint(text, before, stage)?);
        }
        if matches!(expression.kind, Kind::Or(_)) {
            edits.push(insertion(expression.span.start, "("));
            edits.push(insertion(expression.span.end, ")"));
        }
    }
    Some(edits)
}

/// The pipe and the word `search`, with the white space behind them; that before the pipe is kept.
fn joint(text: &str, before: &Stage, stage: &Stage) -> Option<Edit> {
    if stage.name.span.start != stage.span.start {
        return None;
    }
    let gap = Span { start: before.span.end, end: stage.span.start }.of(text);
    let pipe = before.span.end as usize + gap.find('|')?;
    let rest = arguments(stage).of(text);
    let space = rest.len() - rest.trim_start().len();
    let kept = if pipe == before.span.end as usize { " " } else { "" };
    Some(Edit { span: Span::new(pipe, stage.name.span.end as usize + space), text: kept.to_owned() })
}
