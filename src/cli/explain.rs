//! `splc explain`: how a search is read and translated, or what a diagnostic code means.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::backend::Options;
use crate::backend::compile::{self, Understood};
use crate::cli::args::{Explain, Global};
use crate::cli::session::{Session, backends};
use crate::cli::{Status, Stop, codes, output};
use crate::detection::{scope, tree};
use crate::lint;
use crate::optimise;
use crate::source::Span;
use crate::spl;
use crate::target::Named;

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Explain) -> Result<Status, Stop> {
    let subject = &arguments.subject;
    let is_path = subject == "-" || Path::new(subject).exists();
    if !is_path && let Some(code) = codes().into_iter().find(|code| code.id == subject) {
        output::print(&code_text(code))?;
        return Ok(Status::Done);
    }
    if !is_path && !subject.contains(['/', '\\', '.']) {
        let near = nearest(subject).map(|id| format!("; `{id}` is one")).unwrap_or_default();
        return Err(Stop(format!("`{subject}` is neither a path nor a diagnostic code{near}")));
    }
    let session = Session::open_paths(global, &[PathBuf::from(subject)])?;
    let understood = session.understood();
    session.print_findings(global, &understood);
    let mut text = String::new();
    for one in &understood {
        explain(&mut text, &session, one)?;
    }
    output::print(&text)?;
    Ok(session.status(Status::Done))
}

/// What a code means; of a check also its group and examples.
fn code_text(code: &crate::diagnostic::Code) -> String {
    let group = lint::group_of(code.id).map(|group| format!(", {}", group.word())).unwrap_or_default();
    let text = lint::documentation(code.id).unwrap_or_else(|| format!("{}\n", code.explanation));
    format!("{} ({}{group})\n\n{}\n\n{text}", code.id, code.level(), code.summary)
}

/// The code that shares most with a word that is none.
fn nearest(word: &str) -> Option<&'static str> {
    let shared = |id: &str| word.split('-').filter(|part| !part.is_empty() && id.contains(part)).count();
    let best = codes().into_iter().max_by_key(|code| shared(code.id))?;
    (shared(best.id) > 0).then_some(best.id)
}

fn explain<'a>(text: &mut String, session: &'a Session, one: &Understood<'a>) -> Result<(), Stop> {
    let start = one.analytic.snippet.to_file(Span::new(0, 0)).start;
    let line = one.document.lines.position(&one.document.text, start).line;
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# {} ({}:{line})\n\nAs it is read:\n", one.title, one.document.path.display());
    if !one.expanded.is_identity() {
        let _ = writeln!(text, "  {}\n", one.expanded.text().trim().replace('\n', "\n  "));
    }
    text.push_str(&indented(&spl::tree::print(&one.parsed.pipeline)));
    let detection = match &one.detection {
        Ok(detection) => detection,
        Err(reason) => {
            let _ = writeln!(text, "\nNot translated: {}: {}\n", reason.code.id, reason.message);
            return Ok(());
        }
    };
    let _ = writeln!(text, "\nWhat it asks of an event (fold):\n");
    let folded = optimise::fold(detection);
    text.push_str(&indented(&tree::print(&folded, 0)));
    for note in &detection.notes {
        let _ = writeln!(text, "  {}: {}", note.code.id, note.message);
    }
    if !detection.steps.is_empty() {
        let _ = writeln!(text, "\nWhat the events that pass have to come to:\n");
        text.push_str(&indented(&tree::steps(&detection.steps, 0)));
    }
    for branch in scope::split(&folded) {
        let scope: Vec<String> =
            branch.scope.iter().map(|(field, value)| format!("{field}={value}")).collect();
        let scope = if scope.is_empty() { "no scope".to_owned() } else { scope.join(" ") };
        let recognised = session.targets.recognise(&Named::of(detection, &branch.scope));
        let source = recognised.map_or("not known", |found| found.source.name.as_str());
        let _ = writeln!(text, "\nFor events of {scope} (source: {source}):\n");
        text.push_str(&indented(&tree::print(&branch.predicate, 0)));
        optimise::traced(branch.predicate, &mut |step| {
            let _ = writeln!(text, "\n  after {} ({}):\n", step.pass, step.summary);
            for note in &step.verdicts {
                let _ = writeln!(text, "  {}: {}", note.code.id, note.message);
            }
            text.push_str(&indented(&tree::print(&step.predicate, 0)));
        });
    }
    let _ = writeln!(text, "\nTargets:\n");
    for backend in backends(&[]) {
        let map = session.targets.map(backend.name()).map_err(|error| Stop(error.to_string()))?;
        for rule in compile::rules(one, backend, map, &Options::default()).rules {
            let source = rule.source.as_deref().unwrap_or("(no known source)");
            let substitute =
                rule.substitute.as_ref().map(|name| format!(" (substitute: {name})")).unwrap_or_default();
            let _ = writeln!(text, "  {:<6} {:<8} {source}{substitute}", backend.name(), rule.status.word());
            if let Some((rule, _, _)) = &rule.written {
                text.push_str(&indented(&indented(&indented(&tree::print(&rule.legal.predicate, 0)))));
            }
            for note in &rule.notes {
                let _ = writeln!(text, "      {}: {}", note.code.id, note.message);
            }
        }
    }
    text.push('\n');
    Ok(())
}

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |all, line| all + "  " + line + "\n")
}
