//! Meets a detection with the log sources that are known: one predicate for each source.
//!
//! In: a detection. Out: [`Sourced`], in the order of the search. Invariant: an event of a source passes the
//! detection exactly if it passes that source's predicate, given that it lies in an index and scope that the
//! search names.

use crate::detection::scope::{Branch, Scope, split};
use crate::detection::{Detection, Predicate};
use crate::diagnostic::Diagnostic;
use crate::optimise;
use crate::source::Span;
use crate::target::{Source, Targets, codes};

/// What a search asks of the events of one log source.
#[derive(Clone, Debug)]
pub struct Sourced<'t> {
    /// The source; none if the search names none that is known.
    pub source: Option<&'t Source>,
    /// The scopes by which the search names it.
    pub scopes: Vec<Scope>,
    /// What it asks, optimised.
    pub predicate: Predicate,
    /// What was recorded or assumed, with spans in the query.
    pub notes: Vec<Diagnostic>,
    /// Names in the scope that only Splunk can resolve; no rule can be written then.
    pub unresolved: Option<Diagnostic>,
}

/// Splits a detection by log source.
///
/// `stated` is the source that the user says a search without a known one looks at.
///
/// ```
/// use splc::{command, target::{bind, Targets}};
/// let targets = Targets::embedded().unwrap();
/// let parsed = command::parse("sourcetype IN (docker:daemon, kubernetes:api) user=root");
/// let detection = command::lower(&parsed.pipeline).unwrap();
/// let names: Vec<_> = bind(&detection, &targets, None)
///     .iter()
///     .map(|sourced| sourced.source.unwrap().name.clone())
///     .collect();
/// assert_eq!(names, ["docker.daemon", "kubernetes.audit"]);
/// ```
pub fn bind<'t>(detection: &Detection, targets: &'t Targets, stated: Option<&'t Source>) -> Vec<Sourced<'t>> {
    let mut all: Vec<Sourced<'t>> = Vec::new();
    for branch in split(&optimise::fold(detection)) {
        let one = sourced(branch, targets, stated);
        let same = |other: &&mut Sourced<'_>| name(other.source) == name(one.source);
        match all.iter_mut().find(same) {
            Some(before) => join(before, one),
            None => all.push(one),
        }
    }
    for sourced in &mut all {
        sourced.predicate = optimise::predicate(sourced.predicate.clone());
    }
    all
}

fn name(source: Option<&Source>) -> Option<&str> {
    source.map(|source| source.name.as_str())
}

fn join<'t>(before: &mut Sourced<'t>, one: Sourced<'t>) {
    let parts = [std::mem::replace(&mut before.predicate, Predicate::Constant(true)), one.predicate];
    before.predicate = Predicate::or(parts);
    before.scopes.extend(one.scopes);
    before.notes.extend(one.notes);
    before.unresolved = before.unresolved.take().or(one.unresolved);
}

fn sourced<'t>(branch: Branch, targets: &'t Targets, stated: Option<&'t Source>) -> Sourced<'t> {
    let Branch { scope, predicate } = branch;
    let mut notes: Vec<Diagnostic> = index_note(&scope).into_iter().collect();
    let recognised = targets.recognise(&scope);
    let by = recognised.as_ref().map(|found| found.by.clone()).unwrap_or_default();
    let source = recognised.as_ref().map(|found| found.source).or(stated);
    // A stated source decides the tests of where events come from; a recognised one those that told it.
    let is_decided = |field: &str| {
        field == "index" || (source.is_some() && by.is_empty()) || by.iter().any(|f| f == field)
    };
    let kept = scope.predicate_of(|field| !is_decided(field));
    if source.is_none() {
        notes.push(unknown_source(&scope));
    }
    let unresolved = scope
        .iter()
        .find(|(field, _)| matches!(*field, "eventtype" | "tag") && !is_decided(field))
        .map(|(field, text)| unresolved(field, text, scope.span()));
    let parts = [kept, predicate].into_iter().filter(|part| *part != Predicate::Constant(true));
    let predicate = Predicate::and(parts);
    Sourced { source, scopes: vec![scope], predicate, notes, unresolved }
}

fn index_note(scope: &Scope) -> Option<Diagnostic> {
    let index = scope.get("index")?;
    let span = scope.span_of("index").unwrap_or_default();
    let message = format!("`index={index}` is recorded, not tested");
    Some(Diagnostic::new(&codes::INDEX_NOT_TESTED, span, message))
}

fn unknown_source(scope: &Scope) -> Diagnostic {
    let named: Vec<String> = scope
        .iter()
        .filter(|(field, _)| *field != "index")
        .map(|(field, text)| format!("{field}={text}"))
        .collect();
    if named.is_empty() {
        return Diagnostic::new(
            &codes::NO_SOURCE,
            scope.span().unwrap_or_default(),
            "the search names no log source",
        )
        .help("state it with `--source NAME`");
    }
    let message = format!("`{}` names no log source that is known", named.join(" "));
    Diagnostic::new(&codes::UNKNOWN_SOURCE, scope.span().unwrap_or_default(), message).help(
        "state the source with `--source NAME`, or add the name to sources.yaml and use `--targets DIR`",
    )
}

fn unresolved(field: &str, text: &str, span: Option<Span>) -> Diagnostic {
    let message = format!("`{field}={text}` names a definition that only the Splunk installation has");
    Diagnostic::new(&codes::UNRESOLVED_NAME, span.unwrap_or_default(), message)
        .help("write the search of the event type or tag in its place, or map it in sources.yaml")
}
