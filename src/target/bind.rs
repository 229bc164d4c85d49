//! Meets a detection with the log sources that are known: one predicate for each source.
//!
//! In: a detection. Out: [`Sourced`], in the order of the search. Invariant: an event of a source passes the
//! detection exactly if it passes that source's predicate, given that it lies in an index and scope that the
//! search names.

use crate::detection::scope::{Branch, Scope, split};
use crate::detection::{Detection, Fidelity, Predicate};
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
    /// Wider where the search asks different things of scopes that a rule does not tell apart.
    pub fidelity: Fidelity,
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
    let mut groups: Vec<(Option<&'t Source>, Vec<Part>)> = Vec::new();
    for branch in split(&optimise::fold(detection)) {
        let (source, part) = part(branch, targets, stated);
        match groups.iter_mut().find(|(other, _)| name(*other) == name(source)) {
            Some((_, parts)) => parts.push(part),
            None => groups.push((source, vec![part])),
        }
    }
    groups.into_iter().map(|(source, parts)| sourced(source, parts)).collect()
}

fn name(source: Option<&Source>) -> Option<&str> {
    source.map(|source| source.name.as_str())
}

/// A branch of a search that belongs to a source.
struct Part {
    scope: Scope,
    /// The scope fields that a rule does not test.
    decided: Vec<String>,
    /// What a rule tests.
    predicate: Predicate,
}

fn part<'t>(branch: Branch, targets: &'t Targets, stated: Option<&'t Source>) -> (Option<&'t Source>, Part) {
    let Branch { scope, predicate } = branch;
    let recognised = targets.recognise(&scope);
    let source = recognised.as_ref().map(|found| found.source).or(stated);
    // A recognised source decides the tests that told it, a stated one all tests of where events come from.
    let by = recognised.map(|found| found.by);
    let is_decided = |field: &str| {
        field == "index" || by.as_ref().map_or(source.is_some(), |by| by.iter().any(|other| other == field))
    };
    let decided =
        scope.iter().map(|(field, _)| field).filter(|field| is_decided(field)).map(str::to_owned).collect();
    let kept = scope.predicate_of(|field| !is_decided(field));
    let parts = [kept, predicate].into_iter().filter(|part| *part != Predicate::Constant(true));
    let predicate = optimise::predicate(Predicate::and(parts));
    (source, Part { scope, decided, predicate })
}

fn sourced(source: Option<&Source>, parts: Vec<Part>) -> Sourced<'_> {
    let mut notes: Vec<Diagnostic> = parts.iter().filter_map(|part| index_note(&part.scope)).collect();
    if source.is_none() {
        notes.extend(parts.first().map(|part| unknown_source(&part.scope)));
    }
    let differs = parts
        .iter()
        .any(|part| parts.iter().any(|other| part.predicate != other.predicate && part.is_apart(other)));
    if differs {
        let span = parts.iter().filter_map(|part| part.scope.span()).reduce(Span::join).unwrap_or_default();
        let message = "the search asks different things of events that it tells apart by name only";
        notes.push(Diagnostic::new(&codes::MERGED_SCOPES, span, message));
    }
    let unresolved = parts.iter().find_map(|part| {
        let is_name =
            |field: &&str| matches!(*field, "eventtype" | "tag") && !part.decided.iter().any(|d| d == field);
        let field = part.scope.iter().map(|(field, _)| field).find(is_name)?;
        Some(unresolved(field, part.scope.get(field)?, part.scope.span()))
    });
    let (scopes, predicates): (Vec<Scope>, Vec<Predicate>) =
        parts.into_iter().map(|part| (part.scope, part.predicate)).unzip();
    Sourced {
        source,
        scopes,
        predicate: optimise::predicate(Predicate::or(predicates)),
        fidelity: if differs { Fidelity::Wider } else { Fidelity::Exact },
        notes,
        unresolved,
    }
}

impl Part {
    /// Whether only names that a rule does not test tell the events of two parts apart.
    fn is_apart(&self, other: &Self) -> bool {
        let names = |part: &Self| -> Vec<(String, Option<String>)> {
            part.decided
                .iter()
                .map(|field| (field.clone(), part.scope.get(field).map(str::to_owned)))
                .collect()
        };
        names(self) != names(other)
    }
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
