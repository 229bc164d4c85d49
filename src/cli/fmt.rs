//! `splc fmt`: writes searches in the canonical layout, in their documents.
//!
//! In: files with searches. Out: the files, with nothing changed but the searches; a search on standard input goes to
//! standard output. With `--check` nothing is written: what would change is printed as a unified diff, and makes the
//! exit status 1. Invariant: a search that is left as it is written is reported with the reason, and is no difference,
//! so that `fmt` followed by `fmt --check` always succeeds.

use std::fmt::Write as _;

use crate::cli::args::{Fmt, Global};
use crate::cli::session::Session;
use crate::cli::{Status, Stop, output};
use crate::command;
use crate::diagnostic::{Diagnostic, Edit, Severity};
use crate::document::Document;
use crate::document::rewrite::{Rewritten, rewrite};
use crate::report::visible;
use crate::source::Span;
use crate::spl::codes;

/// What became of the searches.
#[derive(Default)]
struct Counts {
    searches: usize,
    changed: usize,
    left: usize,
}

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Fmt) -> Result<Status, Stop> {
    let session = Session::open(global, &arguments.inputs)?;
    let mut findings = session.findings.clone();
    let mut counts = Counts::default();
    let mut diff = String::new();
    for document in &session.documents {
        let rewritten = formatted(document, &mut findings);
        counts.searches += document.analytics.len();
        counts.changed += rewritten.written.len();
        if arguments.check {
            diff += &unified(document, &rewritten);
        } else if document.path.as_os_str() == "-" {
            output::print(&rewritten.text)?;
        } else if !rewritten.written.is_empty() {
            output::write(&document.path, &rewritten.text)?;
        }
    }
    counts.left = findings.iter().filter(|it| it.code.id == codes::NOT_FORMATTED.id).count();
    findings.retain(|finding| !global.quiet || finding.severity == Severity::Error);
    crate::diagnostic::sort(&mut findings);
    output::findings(global, &findings, &session.sources(), 0);
    output::print(&diff)?;
    // What goes to standard output alone needs no account.
    let is_file = session.documents.iter().any(|document| document.path.as_os_str() != "-");
    if !global.quiet && (arguments.check || is_file) {
        output::error(&summary(&counts, arguments.check));
    }
    let differs = arguments.check && counts.changed > 0;
    Ok(session.status(if differs { Status::Failed } else { Status::Done }))
}

/// The document with its searches formatted; those that are not are added to the findings.
fn formatted(document: &Document, findings: &mut Vec<Diagnostic>) -> Rewritten {
    let mut texts = Vec::new();
    for analytic in &document.analytics {
        let result = command::format(analytic.snippet.text());
        texts.push(
            result.map_err(|why| findings.push(why.in_file(&analytic.snippet).at(&document.path))).ok(),
        );
    }
    let rewritten = rewrite(document, &texts);
    for (index, reason) in &rewritten.refused {
        let Some(analytic) = document.analytics.get(*index) else { continue };
        let first = analytic.snippet.text().trim_start();
        let start = analytic.snippet.text().len() - first.len();
        let line = first.lines().next().unwrap_or("").trim_end();
        let message = format!("`{}` is left as it is written", analytic.metadata.title);
        let finding = Diagnostic::new(&codes::NOT_FORMATTED, Span::new(start, start + line.len()), message);
        findings.push(finding.label(*reason).in_file(&analytic.snippet).at(&document.path));
    }
    rewritten
}

/// What changes, as a unified diff without lines round it.
fn unified(document: &Document, rewritten: &Rewritten) -> String {
    let mut text = String::new();
    if !rewritten.written.is_empty() {
        let path = document.path.display().to_string();
        let path = visible(&path);
        let _ = write!(text, "--- {path}\n+++ {path}\n");
    }
    let mut shift = 0_isize;
    for (_, edit) in &rewritten.written {
        let (first, old, new) = changed_lines(document, edit);
        let (start, moved) = (first.cast_signed(), new.len().cast_signed() - old.len().cast_signed());
        let _ = writeln!(text, "@@ -{start},{} +{},{} @@", old.len(), start + shift, new.len());
        shift += moved;
        for line in old {
            let _ = writeln!(text, "-{}", visible(&line));
        }
        for line in new {
            let _ = writeln!(text, "+{}", visible(&line));
        }
    }
    text
}

/// The number of the first line that an edit changes, the lines that it changes, and what they become.
fn changed_lines(document: &Document, edit: &Edit) -> (usize, Vec<String>, Vec<String>) {
    let text = document.text.as_str();
    let before = text.get(..edit.span.start as usize).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let behind = text.get(edit.span.end as usize..).unwrap_or("");
    let end = if edit.text.ends_with('\n') { 0 } else { behind.find('\n').unwrap_or(behind.len()) };
    let whole = |middle: &str| -> Vec<String> {
        let line = before.get(start..).unwrap_or("").to_owned() + middle + behind.get(..end).unwrap_or("");
        line.lines().map(str::to_owned).collect()
    };
    let (mut old, mut new) = (whole(edit.span.of(text)), whole(&edit.text));
    let same = |(a, b): &(&String, &String)| a == b;
    let common = old.iter().zip(&new).take_while(same).count();
    old.drain(..common);
    new.drain(..common);
    let common_end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    old.truncate(old.len() - common_end);
    new.truncate(new.len() - common_end);
    (before.matches('\n').count() + 1 + common, old, new)
}

/// `3 searches: 1 formatted, 1 unchanged, 1 left as it is written`.
fn summary(counts: &Counts, is_check: bool) -> String {
    let searches = if counts.searches == 1 { "search" } else { "searches" };
    let changed = if is_check { "to be formatted" } else { "formatted" };
    let unchanged = counts.searches.saturating_sub(counts.changed + counts.left);
    format!(
        "{} {searches}: {} {changed}, {unchanged} unchanged, {} left as written\n",
        counts.searches, counts.changed, counts.left
    )
}
