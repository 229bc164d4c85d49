//! The JSON report of `compile --report`.
//!
//! The form is fixed: version 1 keeps its keys.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backend::compile::{Status, TargetResult, Understood};
use crate::cli::session::Session;
use crate::cli::unmapped::{self, Unmapped};
use crate::diagnostic::Diagnostic;
use crate::report::Sources;
use crate::source::Span;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    analytics: Vec<Analytic<'a>>,
    diagnostics: Vec<Note<'a>>,
    summary: BTreeMap<&'static str, Summary>,
    /// Log sources and fields that no map knows.
    unmapped: Unmapped,
    /// Files for `--targets` that would know them, to be filled in.
    scaffold: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Analytic<'a> {
    id: &'a str,
    title: &'a str,
    techniques: &'a [String],
    path: String,
    line: usize,
    column: usize,
    spl: &'a str,
    targets: Vec<Target<'a>>,
}

#[derive(Serialize)]
struct Target<'a> {
    #[serde(rename = "target")]
    name: &'static str,
    status: &'static str,
    partial: bool,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    source: Option<&'a str>,
    status: &'static str,
    substitute: Option<&'a str>,
    files: Vec<String>,
    notes: Vec<Note<'a>>,
}

#[derive(Serialize)]
struct Note<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    help: &'a [String],
}

/// How many analytics came out how.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) exact: usize,
    pub(crate) wider: usize,
    pub(crate) narrower: usize,
    pub(crate) refused: usize,
    pub(crate) partial: usize,
}

impl Summary {
    /// Counts the results of one target.
    pub(crate) fn of<'a>(results: impl Iterator<Item = &'a TargetResult<'a>>) -> Self {
        let mut summary = Self::default();
        for result in results {
            match result.status() {
                Status::Exact => summary.exact += 1,
                Status::Wider => summary.wider += 1,
                Status::Narrower => summary.narrower += 1,
                Status::Refused => summary.refused += 1,
            }
            summary.partial += usize::from(result.is_partial());
        }
        summary
    }
}

/// The report as text; `results` holds for each analytic one result a target, `files` for (target, analytic, rule) the
/// paths written.
pub(crate) fn text(
    session: &Session,
    understood: &[Understood<'_>],
    results: &[Vec<TargetResult<'_>>],
    files: &dyn Fn(&str, usize, usize) -> Vec<String>,
) -> String {
    let sources = &session.sources();
    let unmapped = unmapped::of(understood, &session.targets);
    let analytics = understood.iter().zip(results).enumerate().map(|(index, (one, results))| {
        let place = one.analytic.snippet.to_file(Span::new(0, 0)).start;
        let position = one.document.lines.position(&one.document.text, place);
        Analytic {
            id: &one.id,
            title: &one.title,
            techniques: &one.analytic.metadata.techniques,
            path: path(&one.document.path),
            line: position.line,
            column: position.column,
            spl: one.analytic.snippet.text(),
            targets: results.iter().map(|result| target(index, result, files, sources)).collect(),
        }
    });
    let mut names: Vec<&'static str> = results.iter().flatten().map(|result| result.target).collect();
    names.dedup();
    let summary = names.into_iter().map(|name| {
        let of_target = results.iter().flatten().filter(|result| result.target == name);
        (name, Summary::of(of_target))
    });
    let report = Report {
        version: 1,
        analytics: analytics.collect(),
        diagnostics: session.findings.iter().map(|finding| note(finding, sources, true)).collect(),
        summary: summary.collect(),
        scaffold: unmapped.scaffold(&session.targets),
        unmapped,
    };
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

fn target<'a>(
    analytic: usize,
    result: &'a TargetResult<'_>,
    files: &dyn Fn(&str, usize, usize) -> Vec<String>,
    sources: &Sources,
) -> Target<'a> {
    let rules = result.rules.iter().enumerate().map(|(index, rule)| Rule {
        source: rule.source.as_deref(),
        status: rule.status.word(),
        substitute: rule.substitute.as_deref(),
        files: files(result.target, analytic, index),
        notes: rule.notes.iter().map(|finding| note(finding, sources, false)).collect(),
    });
    Target {
        name: result.target,
        status: result.status().word(),
        partial: result.is_partial(),
        rules: rules.collect(),
    }
}

fn note<'a>(finding: &'a Diagnostic, sources: &Sources, with_path: bool) -> Note<'a> {
    let position = finding
        .path
        .as_deref()
        .zip(finding.span())
        .and_then(|(path, span)| sources.position(path, span.start));
    Note {
        code: finding.code.id,
        severity: finding.severity.word(),
        message: &finding.message,
        path: finding.path.as_deref().filter(|_| with_path).map(path),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        help: &finding.help,
    }
}

/// A path with `/`, on every system.
pub(crate) fn path(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
