//! `splc compile`: writes rules.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::backend::compile::{self, RuleResult, Status as RuleStatus, TargetResult, Understood};
use crate::backend::{Backend, Options, OutputFile};
use crate::cli::args::{Compile, FailOn, Global};
use crate::cli::report_file::{self, Summary};
use crate::cli::session::{Session, backends};
use crate::cli::{Status, Stop, output};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Span;

/// The files of one target and which rules are in each.
type Files = Vec<(OutputFile, Vec<(usize, usize)>)>;

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Compile) -> Result<Status, Stop> {
    let backends = backends(&arguments.targets.targets);
    if arguments.output.is_none() && backends.len() != 1 {
        return Err(Stop(
            "`-o DIR` is needed where more than one target is written; `-t NAME` chooses one".to_owned(),
        ));
    }
    let session = Session::open(global, &arguments.inputs)?;
    let options = Options {
        allow_narrower: arguments.allow.is_some(),
        falco_engine: arguments.falco_engine.into(),
        rust_crate: arguments.rust_crate,
    };
    let understood = session.understood();
    session.print_findings(global, &understood);
    let mut results: Vec<Vec<TargetResult<'_>>> = understood.iter().map(|_| Vec::new()).collect();
    let mut files: Vec<Files> = Vec::new();
    for backend in &backends {
        let map = session.targets.map(backend.name()).map_err(|error| Stop(error.to_string()))?;
        let of_target: Vec<TargetResult<'_>> =
            understood.iter().map(|one| compile::rules(one, *backend, map, &options)).collect();
        files.push(compile::files(&understood, &of_target, *backend, &options));
        for (all, one) in results.iter_mut().zip(of_target) {
            all.push(one);
        }
    }
    let paths = paths_of_rules(&backends, &files);
    let paths_of = |target: &str, analytic: usize, rule: usize| {
        paths.get(&(target.to_owned(), analytic, rule)).cloned().unwrap_or_default()
    };
    let mut status = Status::Done;
    match &arguments.output {
        Some(folder) if arguments.check => status = check(folder, &backends, &files)?,
        Some(folder) => write(folder, &files)?,
        None => print(&files, &understood, &results)?,
    }
    if let Some(file) = &arguments.report {
        let text = report_file::text(&session, &understood, &results, &paths_of);
        output::write(file, &text)?;
    }
    if let (Some(folder), false) = (&arguments.output, global.quiet) {
        let count = files.iter().map(Vec::len).sum();
        output::print(&summary(&understood, &results, &paths_of, folder, count, arguments.check))?;
    }
    if arguments.fail_on.is_some_and(|least| results.iter().flatten().any(|result| fails(least, result))) {
        status = status.max(Status::Failed);
    }
    Ok(session.status(status))
}

/// The paths written for (target, analytic, rule).
fn paths_of_rules(
    backends: &[&dyn Backend],
    files: &[Files],
) -> HashMap<(String, usize, usize), Vec<String>> {
    let mut paths: HashMap<(String, usize, usize), Vec<String>> = HashMap::new();
    for (backend, files) in backends.iter().zip(files) {
        for (file, rules) in files {
            for (analytic, rule) in rules {
                paths
                    .entry((backend.name().to_owned(), *analytic, *rule))
                    .or_default()
                    .push(file.path.clone());
            }
        }
    }
    paths
}

fn write(folder: &Path, files: &[Files]) -> Result<(), Stop> {
    let mut seen = HashSet::new();
    if let Some((file, _)) = files.iter().flatten().find(|(file, _)| !seen.insert(file.path.as_str())) {
        return Err(Stop(format!(
            "two rules would be written to `{}`; give their searches different titles",
            file.path
        )));
    }
    files.iter().flatten().try_for_each(|(file, _)| output::write(&folder.join(&file.path), &file.text))
}

/// Says which files differ from those in the folder, and which would not be written.
fn check(folder: &Path, backends: &[&dyn Backend], files: &[Files]) -> Result<Status, Stop> {
    let mut told = Vec::new();
    for (file, _) in files.iter().flatten() {
        match output::read(&folder.join(&file.path))? {
            Some(text) if text == file.text => {}
            Some(_) => told.push((file.path.clone(), "differs from what would be written")),
            None => told.push((file.path.clone(), "is missing")),
        }
    }
    let written: HashSet<&str> = files.iter().flatten().map(|(file, _)| file.path.as_str()).collect();
    for backend in backends {
        let found = output::files(&folder.join(backend.name()))?;
        let paths = found.into_iter().map(|name| format!("{}/{name}", backend.name()));
        told.extend(
            paths.filter(|path| !written.contains(path.as_str())).map(|path| (path, "would not be written")),
        );
    }
    for (path, difference) in &told {
        output::error(&format!("check: `{}` {difference}\n", folder.join(path).display()));
    }
    Ok(if told.is_empty() { Status::Done } else { Status::Failed })
}

/// Prints the files of the only target, and to standard error what was refused.
fn print(
    files: &[Files],
    understood: &[Understood<'_>],
    results: &[Vec<TargetResult<'_>>],
) -> Result<(), Stop> {
    let mut refused = String::new();
    for (one, result) in understood.iter().zip(results.iter().flatten()) {
        for rule in result.rules.iter().filter(|rule| rule.status == RuleStatus::Refused) {
            rule_lines(&mut refused, one, result.target, rule, &[]);
        }
    }
    output::error(&refused);
    let texts: Vec<&str> = files.iter().flatten().map(|(file, _)| file.text.as_str()).collect();
    output::print(&texts.join("\n"))
}

fn fails(least: FailOn, result: &TargetResult<'_>) -> bool {
    match least {
        FailOn::Refused => result.status() == RuleStatus::Refused,
        FailOn::Partial => result.status() == RuleStatus::Refused || result.is_partial(),
        FailOn::Wider => result.status() >= RuleStatus::Wider || result.is_partial(),
    }
}

/// What became of every analytic, then one line a target.
fn summary(
    understood: &[Understood<'_>],
    results: &[Vec<TargetResult<'_>>],
    paths_of: &dyn Fn(&str, usize, usize) -> Vec<String>,
    folder: &Path,
    files: usize,
    is_check: bool,
) -> String {
    let mut text = String::new();
    for (index, (one, results)) in understood.iter().zip(results).enumerate() {
        let place = one.analytic.snippet.to_file(Span::new(0, 0)).start;
        let line = one.document.lines.position(&one.document.text, place).line;
        let techniques = one.analytic.metadata.techniques.join(", ");
        let techniques = if techniques.is_empty() { techniques } else { format!(" [{techniques}]") };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}:{line}: {}{techniques}", one.document.path.display(), one.title);
        let lines = |result: &TargetResult<'_>, name: &str| {
            let mut text = String::new();
            for (rule_index, rule) in result.rules.iter().enumerate() {
                rule_lines(&mut text, one, name, rule, &paths_of(result.target, index, rule_index));
            }
            text
        };
        // What no target takes, such as a macro without a definition, is told once.
        let alike: Vec<String> = results.iter().map(|result| lines(result, "all")).collect();
        match alike.as_slice() {
            [first, others @ ..] if !others.is_empty() && others.iter().all(|other| other == first) => {
                text.push_str(first);
            }
            _ => results.iter().for_each(|result| text.push_str(&lines(result, result.target))),
        }
        text.push('\n');
    }
    let targets: Vec<&str> = results.first().into_iter().flatten().map(|result| result.target).collect();
    for target in targets {
        let of_target = results.iter().flatten().filter(|result| result.target == target);
        let _ = writeln!(text, "{target:<6} {}", counts(Summary::of(of_target)));
    }
    let (analytics, verb) = (understood.len(), if is_check { "compared with" } else { "written to" });
    let searches = if analytics == 1 { "search" } else { "searches" };
    let files_word = if files == 1 { "file" } else { "files" };
    let _ = writeln!(text, "{analytics} {searches}, {files} {files_word} {verb} {}", folder.display());
    text
}

fn counts(summary: Summary) -> String {
    let all = [
        (summary.exact, "exact"),
        (summary.wider, "wider"),
        (summary.narrower, "narrower"),
        (summary.refused, "refused"),
    ];
    let mut parts: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if summary.partial > 0 {
        parts.push(format!("{} of these partial (a log source was refused)", summary.partial));
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

/// A rule with its status, then what was dropped or why it was refused.
fn rule_lines(
    text: &mut String,
    one: &Understood<'_>,
    target: &str,
    rule: &RuleResult<'_>,
    paths: &[String],
) {
    let source = rule.source.as_deref().unwrap_or("(no known source)");
    let substitute =
        rule.substitute.as_ref().map(|name| format!(" (substitute: {name})")).unwrap_or_default();
    let files = if paths.is_empty() { String::new() } else { format!("  {}", paths.join(" ")) };
    let _ = writeln!(text, "  {target:<6} {:<8} {source}{substitute}{files}", rule.status.word());
    for note in rule.notes.iter().filter(|note| is_told(note)) {
        let position = note.span().map(|span| one.document.lines.position(&one.document.text, span.start));
        let place = position.map(|at| format!(" ({}:{})", at.line, at.column)).unwrap_or_default();
        let _ = writeln!(text, "         {}: {}{place}", note.code.id, note.message);
        if note.severity == Severity::Error {
            for help in &note.help {
                let _ = writeln!(text, "         help: {help}");
            }
        }
    }
}

/// Whether a note is worth a line beside the rule: what changes which events match. All are in the report.
fn is_told(note: &Diagnostic) -> bool {
    use crate::backend::codes::{DROPPED_TEST, MAY_MISS_LETTERS, MAY_MISS_VALUES};
    use crate::detection::codes::TIME_RANGE;
    use crate::target::codes::MERGED_SCOPES;
    let changing =
        [DROPPED_TEST.id, MAY_MISS_LETTERS.id, MAY_MISS_VALUES.id, MERGED_SCOPES.id, TIME_RANGE.id];
    note.severity == Severity::Error || changing.contains(&note.code.id)
}
