//! `splc lint`: reports what is probably wrong with searches, and mends it where asked.
//!
//! In: files with searches. Out: a report on standard output; with `--fix` the files, after their changes were shown as a
//! diff on standard error. Invariant: a file is written only if it is read again as holding the same number of searches,
//! and what is reported then is about the file as it was written.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::backend::compile::{self, TargetResult, Understood};
use crate::backend::{self, Backend, Options};
use crate::cli::args::{Global, Lint};
use crate::cli::session::Session;
use crate::cli::{Status, Stop, codes, config, diff, git, output};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{self, Group, Subject, fix};
use crate::report::{self, Format, Report, Styled};
use crate::review::{Baseline, Changes, Entry, Policy};

/// How often fixes are looked for again: one may uncover another, and those that touch each other wait.
const ROUNDS: usize = 10;

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Lint) -> Result<Status, Stop> {
    let known = codes();
    check_codes(arguments, &known)?;
    let mut session = Session::open(global, &arguments.inputs)?;
    let current = config::current()?;
    let review = Review::of(arguments, &session, &known, current)?;
    let mut findings = review.findings(&session)?;
    if arguments.fix {
        findings = mend(global, arguments, &review, &mut session, findings)?;
    }
    if let Some((path, None)) = &review.baseline {
        return adopt(global, &review, &session, path, &findings);
    }
    findings.retain(|finding| !global.quiet || finding.severity == Severity::Error);
    let sources = session.sources();
    let report =
        Report { findings: &findings, sources: &sources, codes: &known, checked: session.documents.len() };
    output::print(&rendered(global, arguments, &report)?)?;
    let worst = findings.iter().map(|finding| finding.severity).max();
    Ok(session.status(if worst == Some(Severity::Error) { Status::Failed } else { Status::Done }))
}

fn rendered(global: &Global, arguments: &Lint, report: &Report<'_>) -> Result<String, Stop> {
    // GitHub's manual, "Default environment variables".
    let in_actions = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let name = arguments.format.as_deref().unwrap_or(if in_actions { "github" } else { "text" });
    let format = report::find(name).ok_or_else(|| Stop(format!("`{name}` is no format of a report")))?;
    let is_coloured = output::is_coloured(global, std::io::stdout().is_terminal());
    Ok(if name == "text" && is_coloured { Styled.render(report) } else { format.render(report) })
}

fn check_codes(arguments: &Lint, known: &[&'static Code]) -> Result<(), Stop> {
    for name in arguments.select.iter().chain(&arguments.ignore) {
        if !known.iter().any(|code| code.id == name) {
            let near = crate::function::nearest(name, known.iter().map(|code| code.id));
            let near = near.map(|id| format!("; `{id}` is one")).unwrap_or_default();
            return Err(Stop(format!(
                "`{name}` is no diagnostic code{near}; `splc explain CODE` tells what one means"
            )));
        }
    }
    Ok(())
}

/// What becomes of a query for the targets of these names.
fn answers<'u>(
    session: &'u Session,
    one: &Understood<'u>,
    names: &[String],
) -> Result<Vec<TargetResult<'u>>, Stop> {
    let chosen = backend::ALL.iter().filter(|backend| names.iter().any(|name| name == backend.name()));
    let answer = |backend: &&'static dyn Backend| {
        let map = session.targets.map(backend.name()).map_err(|error| Stop(error.to_string()))?;
        Ok(compile::rules(one, *backend, map, &Options::default()))
    };
    chosen.map(answer).collect()
}

/// What is told of what is found.
struct Review<'a> {
    arguments: &'a Lint,
    known: &'a [&'static Code],
    current: PathBuf,
    /// The file of accepted findings, and what it holds if it is there.
    baseline: Option<(PathBuf, Option<Baseline>)>,
    /// The top of the repository and its changed lines.
    changes: Option<(PathBuf, Changes)>,
}

impl<'a> Review<'a> {
    fn of(
        arguments: &'a Lint,
        session: &Session,
        known: &'a [&'static Code],
        current: PathBuf,
    ) -> Result<Self, Stop> {
        let reads_stdin = session.documents.iter().any(|document| document.path.as_os_str() == "-");
        if reads_stdin && (arguments.fix || arguments.changed_since.is_some()) {
            return Err(Stop("`--fix` and `--changed-since` need files; standard input is none".to_owned()));
        }
        let baseline = arguments.baseline.as_deref().map(baseline).transpose()?;
        let changes = arguments
            .changed_since
            .as_deref()
            .map(|revision| git::changes(revision, &config::start(&current, &arguments.inputs.paths)));
        Ok(Self { arguments, known, current, baseline, changes: changes.transpose()? })
    }

    /// All findings that are to be told, in reading order.
    fn findings(&self, session: &Session) -> Result<Vec<Diagnostic>, Stop> {
        let policy = Policy {
            config: session.config(),
            select: &self.arguments.select,
            ignore: &self.arguments.ignore,
            current: self.current.clone(),
        };
        let mut findings = session.findings.clone();
        let (understood, given) = (session.understood(), session.known());
        let asked = if self.arguments.targets.is_empty() {
            &session.config().targets
        } else {
            &self.arguments.targets
        };
        let results: Vec<Vec<TargetResult<'_>>> =
            understood.iter().map(|one| answers(session, one, asked)).collect::<Result<_, Stop>>()?;
        let subjects: Vec<Subject<'_>> = understood
            .iter()
            .zip(&results)
            .map(|(one, targets)| Subject { targets, ..Subject::of(one, given) })
            .collect();
        for of_one in subjects.chunk_by(|one, next| std::ptr::eq(one.document, next.document)) {
            let path = of_one.first().map_or(Path::new(""), |subject| &subject.document.path);
            let checks = lint::chosen(&|id| policy.takes(id, path));
            findings.extend(of_one.iter().flat_map(|subject| lint::check(subject, &checks)));
        }
        // The file of such a finding is known once it is made, so the policy chooses afterwards.
        findings.extend(lint::check_all(&subjects, given, &lint::chosen(&|_| true)));
        // A check of what targets cannot say runs for the targets that are asked for.
        let runs = |id: &str| !asked.is_empty() || lint::group_of(id) != Some(Group::Portability);
        let mut findings = self.told(session, &policy, findings, &runs);
        crate::diagnostic::sort(&mut findings);
        if let Some((path, Some(baseline))) = &self.baseline {
            let (new, gone) =
                baseline.new_findings(findings, &session.sources(), &|file| self.below(path, file));
            self.tell_gone(session, path, &gone);
            findings = new;
        }
        self.on_changed_lines(session, findings)
    }

    /// What is told of each file, and of the run as a whole.
    fn told(
        &self,
        session: &Session,
        policy: &Policy<'_>,
        findings: Vec<Diagnostic>,
        runs: &dyn Fn(&str) -> bool,
    ) -> Vec<Diagnostic> {
        let mut by_path: BTreeMap<Option<PathBuf>, Vec<Diagnostic>> = BTreeMap::new();
        for finding in findings {
            by_path.entry(finding.path.clone()).or_default().push(finding);
        }
        let mut told = Vec::new();
        for document in &session.documents {
            let own = by_path.remove(&Some(document.path.clone())).unwrap_or_default();
            told.extend(policy.told(document, own, self.known, runs));
        }
        let others = by_path.into_values().flatten();
        told.extend(others.filter_map(|finding| policy.judged(finding)));
        told
    }

    /// The findings that have a place on a changed line; one about a whole file counts if the file has changed.
    fn on_changed_lines(
        &self,
        session: &Session,
        findings: Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>, Stop> {
        let Some((top, changes)) = &self.changes else { return Ok(findings) };
        let top = top.canonicalize().unwrap_or_else(|_| top.clone());
        let mut names: BTreeMap<&Path, String> = BTreeMap::new();
        for document in &session.documents {
            let path = document.path.canonicalize().unwrap_or_else(|_| self.current.join(&document.path));
            let Ok(below) = path.strip_prefix(&top) else {
                return Err(Stop(format!(
                    "`{}` lies outside of the repository `{}`, so `--changed-since` cannot tell its lines",
                    document.path.display(),
                    top.display()
                )));
            };
            names.insert(&document.path, report::display(below));
        }
        let sources = session.sources();
        let is_changed = |finding: &Diagnostic| {
            // What is wrong with options concerns every change, as does a path that cannot be read.
            let Some(path) = &finding.path else { return true };
            // A note about a folder concerns none.
            let Some(name) = names.get(path.as_path()) else { return finding.severity != Severity::Note };
            let line = |at| sources.position(path, at).map_or(1, |position| position.line);
            let mut places = finding.primary.iter().chain(&finding.secondary).peekable();
            if places.peek().is_none() {
                return changes.touch_file(name);
            }
            places.any(|place| changes.touch(name, line(place.span.start), line(place.span.end)))
        };
        Ok(findings.into_iter().filter(is_changed).collect())
    }

    /// The path of a file below the folder of the baseline.
    fn below(&self, baseline: &Path, file: &Path) -> PathBuf {
        let folder = self.current.join(baseline).parent().map(Path::to_path_buf).unwrap_or_default();
        let folder = folder.canonicalize().unwrap_or(folder);
        let full = self.current.join(file);
        let full = full.canonicalize().unwrap_or(full);
        full.strip_prefix(&folder).map_or_else(|_| file.to_path_buf(), Path::to_path_buf)
    }

    /// Says which accepted findings have gone from the files that were looked at.
    fn tell_gone(&self, session: &Session, path: &Path, gone: &[&Entry]) {
        let is_narrowed = !self.arguments.select.is_empty() || !self.arguments.ignore.is_empty();
        let read: Vec<String> = session
            .documents
            .iter()
            .map(|document| report::display(&self.below(path, &document.path)))
            .collect();
        let count = gone.iter().filter(|entry| read.contains(&entry.path)).count();
        if count > 0 && !is_narrowed && self.changes.is_none() && !self.arguments.fix {
            let path = path.display();
            output::error(&format!(
                "{path}: {count} of its findings are gone; without the file, the next run writes it anew\n"
            ));
        }
    }
}

fn baseline(path: &Path) -> Result<(PathBuf, Option<Baseline>), Stop> {
    let read = |text: String| {
        Baseline::read(&text).map_err(|why| Stop(format!("`{}` is no baseline: {why}", path.display())))
    };
    let baseline = output::read(path)?.map(read).transpose()?;
    // Where nobody looks, a mistyped name would accept every finding.
    if baseline.is_none() && std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
    {
        return Err(Stop(format!(
            "the baseline `{}` does not exist; a run outside of CI writes it, to be committed",
            path.display()
        )));
    }
    Ok((path.to_path_buf(), baseline))
}

/// Writes a baseline with all findings.
fn adopt(
    global: &Global,
    review: &Review<'_>,
    session: &Session,
    path: &Path,
    findings: &[Diagnostic],
) -> Result<Status, Stop> {
    let unread = findings.iter().filter(|finding| finding.path.is_none());
    let unread: Vec<Diagnostic> = unread.cloned().collect();
    output::findings(global, &unread, &session.sources(), 0);
    if session.status(Status::Done) != Status::Done {
        return Err(Stop("a baseline is written only where every path can be read".to_owned()));
    }
    let baseline = Baseline::of(findings, &session.sources(), &|file| review.below(path, file));
    output::write(path, &baseline.text())?;
    output::error(&format!("{}: {} findings are accepted from now on\n", path.display(), baseline.len()));
    Ok(Status::Done)
}

/// Applies fixes until there are no more, shows what changes, and writes the files; gives the findings that are left.
fn mend(
    global: &Global,
    arguments: &Lint,
    review: &Review<'_>,
    session: &mut Session,
    mut findings: Vec<Diagnostic>,
) -> Result<Vec<Diagnostic>, Stop> {
    let mut changed: BTreeMap<usize, (String, usize)> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut fixed = Vec::new();
        for (index, document) in session.documents.iter().enumerate() {
            let own: Vec<Diagnostic> = findings
                .iter()
                .filter(|finding| finding.path.as_ref() == Some(&document.path))
                .cloned()
                .collect();
            fixed.extend(fix::in_document(document, &own, arguments.allow_unsafe).map(|it| (index, it)));
        }
        if fixed.is_empty() {
            break;
        }
        for (index, (document, count)) in fixed {
            let before = session.replace(index, document);
            changed.entry(index).or_insert((before, 0)).1 += count;
        }
        findings = review.findings(session)?;
    }
    for (index, (before, count)) in changed {
        let Some(document) = session.documents.get(index) else { continue };
        if !global.quiet {
            output::error(&diff::unified(&document.path, &before, &document.text));
        }
        output::write(&document.path, &document.text)?;
        let fixes = if count == 1 { "fix" } else { "fixes" };
        output::error(&format!("{}: {count} {fixes} applied\n", document.path.display()));
    }
    Ok(findings)
}
