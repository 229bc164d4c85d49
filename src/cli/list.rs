//! `splc list`: the searches that are found, with techniques and what each target can do.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::backend::Options;
use crate::backend::compile::{self, Understood};
use crate::cli::args::{DataFormat, Global, List};
use crate::cli::report_file;
use crate::cli::session::{Session, backends};
use crate::cli::unmapped::{self, Unmapped};
use crate::cli::{Status, Stop, output};
use crate::detection::{Detection, Hole};
use crate::source::Span;
use crate::target::Sourced;

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    path: String,
    line: usize,
    techniques: &'a [String],
    commands: Vec<&'a str>,
    sources: Vec<&'a str>,
    parse: &'static str,
    kind: &'static str,
    reasons: Vec<Reason>,
    /// Names that only the Splunk installation can resolve.
    holes: Vec<Named<'a>>,
    targets: BTreeMap<&'static str, Target>,
    /// Log sources and fields that no map knows.
    unmapped: Unmapped,
}

#[derive(Serialize)]
struct Target {
    status: &'static str,
    partial: bool,
    /// Log sources whose events stand in for others.
    substitutes: Vec<String>,
}

#[derive(Serialize)]
struct Named<'a> {
    kind: &'static str,
    name: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: String,
    line: usize,
}

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &List) -> Result<Status, Stop> {
    let session = Session::open(global, &arguments.inputs)?;
    let understood = session.understood();
    session.print_findings(global, &[]);
    let entries = understood.iter().map(|one| entry(&session, one)).collect::<Result<Vec<_>, Stop>>()?;
    let text = match arguments.format {
        DataFormat::Json => entries.iter().filter_map(|entry| serde_json::to_string(entry).ok()).fold(
            String::new(),
            |mut text, line| {
                text.push_str(&line);
                text.push('\n');
                text
            },
        ),
        DataFormat::Text => {
            as_text(&entries, &unmapped::of(&understood, &session.targets).as_text(&session.targets))
        }
    };
    output::print(&text)?;
    Ok(session.status(Status::Done))
}

fn entry<'a>(session: &'a Session, one: &'a Understood<'a>) -> Result<Entry<'a>, Stop> {
    let document = one.document;
    let line_of = |span: Span| {
        let in_file = one.analytic.snippet.to_file(one.expanded.to_query(span));
        document.lines.position(&document.text, in_file.start).line
    };
    let reasons = one.detection.as_ref().err().map(|reason| Reason {
        code: reason.code.id,
        message: reason.message.clone(),
        line: line_of(reason.span().unwrap_or_default()),
    });
    let holes = one.detection.as_ref().map(Detection::holes).unwrap_or_default();
    let named =
        |hole: &'a Hole| Named { kind: hole.kind.word(), name: &hole.name, line: line_of(hole.origin.0) };
    let holes = holes.into_iter().map(named).collect();
    let mut targets = BTreeMap::new();
    for backend in backends(&[]) {
        let map = session.targets.map(backend.name()).map_err(|error| Stop(error.to_string()))?;
        let result = compile::rules(one, backend, map, &Options::default());
        let mut substitutes: Vec<String> =
            result.rules.iter().filter_map(|rule| rule.substitute.clone()).collect();
        substitutes.dedup();
        let target = Target { status: result.status().word(), partial: result.is_partial(), substitutes };
        targets.insert(backend.name(), target);
    }
    Ok(Entry {
        id: &one.id,
        title: &one.title,
        path: report_file::path(&document.path),
        line: line_of(Span::new(0, 0)),
        techniques: &one.analytic.metadata.techniques,
        commands: one.parsed.pipeline.stages.iter().map(|stage| stage.name.value.as_str()).collect(),
        sources: one
            .sourced()
            .iter()
            .flat_map(Sourced::apart)
            .filter_map(|sourced| Some(sourced.source?.name.as_str()))
            .collect(),
        parse: if one.parsed.is_clean() { "clean" } else { "recovered" },
        kind: one.detection.as_ref().map_or("unsupported", |detection| detection.kind().word()),
        reasons: reasons.into_iter().collect(),
        holes,
        targets,
        unmapped: unmapped::of([one], &session.targets),
    })
}

fn as_text(entries: &[Entry<'_>], unmapped: &str) -> String {
    let mut text = String::new();
    for entry in entries {
        let techniques = entry.techniques.join(", ");
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}:{}: {}", entry.path, entry.line, entry.title);
        let _ = writeln!(text, "  id          {}", entry.id);
        if !techniques.is_empty() {
            let _ = writeln!(text, "  techniques  {techniques}");
        }
        if !entry.sources.is_empty() {
            let _ = writeln!(text, "  sources     {}", entry.sources.join(", "));
        }
        let _ = writeln!(text, "  commands    {}", entry.commands.join(" | "));
        let _ = writeln!(text, "  kind        {} ({} parse)", entry.kind, entry.parse);
        for hole in &entry.holes {
            let _ = writeln!(text, "  hole        {} {} (line {})", hole.kind, hole.name, hole.line);
        }
        for reason in &entry.reasons {
            let _ =
                writeln!(text, "  reason      {}: {} (line {})", reason.code, reason.message, reason.line);
        }
        let targets: Vec<String> =
            entry.targets.iter().map(|(name, target)| format!("{name} {}", in_words(target))).collect();
        let _ = writeln!(text, "  targets     {}", targets.join(", "));
    }
    if !unmapped.is_empty() {
        text.push_str(unmapped);
        text.push('\n');
    }
    let searches = if entries.len() == 1 { "search" } else { "searches" };
    let _ = writeln!(text, "{} {searches}", entries.len());
    text
}

/// A status with what it holds for.
fn in_words(target: &Target) -> String {
    let mut more: Vec<String> =
        target.substitutes.iter().map(|source| format!("substitute: {source}")).collect();
    if target.partial {
        more.push("partial".to_owned());
    }
    if more.is_empty() {
        target.status.to_owned()
    } else {
        format!("{} ({})", target.status, more.join(", "))
    }
}
