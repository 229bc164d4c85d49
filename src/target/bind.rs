//! Meets a detection with the log sources that are known: one predicate for each source.
//!
//! In: a detection. Out: [`Sourced`], in the order of the search. Invariant: an event of a source passes the
//! detection exactly if it passes that source's predicate, given that it lies in an index and scope that the
//! search names.

use std::collections::BTreeSet;

use crate::detection::scope::{
    Branch, SCOPE_FIELDS, STORAGE_FIELDS, Scope, is_default_field, is_knowledge_object, split,
};
use crate::detection::{Condition, Detection, Fidelity, Predicate, tree};
use crate::diagnostic::Diagnostic;
use crate::optimise;
use crate::source::Span;
use crate::target::{Recognised, Source, Targets, codes};

/// What a search asks of the events of one log source.
#[derive(Clone, Debug)]
pub struct Sourced<'t> {
    /// The source; none if the search names none that is known.
    pub source: Option<&'t Source>,
    /// The scopes by which the search names it.
    pub scopes: Vec<Scope>,
    /// What it asks, optimised.
    pub predicate: Predicate,
    /// Fields that tell where an event came from, which a rule does not test and its events need not have.
    pub decided: BTreeSet<String>,
    /// Wider where the search asks different things of scopes that a rule does not tell apart.
    pub fidelity: Fidelity,
    /// What was recorded or assumed, with spans in the query.
    pub notes: Vec<Diagnostic>,
    /// Names in the scope that only Splunk can resolve; no rule can be written then.
    pub unresolved: Option<Diagnostic>,
}

/// Splits a detection by log source.
///
/// `stated` is the source that the user says a search without a known one looks at. What several events come to is not
/// split: events of all sources count together, so where there are several the source is none of them.
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
    let branches = split(&optimise::fold(detection));
    let recognised = |branch: &Branch| targets.recognise(&branch.scope, &detection.macros);
    let mut groups = grouped(&branches, &recognised, stated);
    if groups.len() > 1 && !detection.steps.is_empty() {
        groups = grouped(&branches, &|_| None, None);
    }
    let all = groups.into_iter().map(|(source, parts)| sourced(source, parts));
    all.filter(|sourced| sourced.predicate != Predicate::Constant(false)).collect()
}

type Groups<'t> = Vec<(Option<&'t Source>, Vec<Part>)>;

fn grouped<'t>(
    branches: &[Branch],
    recognised: &dyn Fn(&Branch) -> Option<Recognised<'t>>,
    stated: Option<&'t Source>,
) -> Groups<'t> {
    let mut groups: Groups<'t> = Vec::new();
    for branch in branches {
        let (source, part) = part(branch, recognised(branch), stated);
        match groups.iter_mut().find(|(other, _)| name(*other) == name(source)) {
            Some((_, parts)) => parts.push(part),
            None => groups.push((source, vec![part])),
        }
    }
    groups
}

fn name(source: Option<&Source>) -> Option<&str> {
    source.map(|source| source.name.as_str())
}

/// A branch of a search that belongs to a source.
struct Part {
    scope: Scope,
    /// The fields that a rule does not test, since they tell where an event came from.
    decided: BTreeSet<String>,
    /// What a rule tests.
    predicate: Predicate,
    /// Tests of such fields that could not be decided and were left out.
    dropped: Vec<Diagnostic>,
    /// The index tests that were left out.
    recorded: Vec<Diagnostic>,
    unresolved: Option<Diagnostic>,
}

fn part<'t>(
    branch: &Branch,
    recognised: Option<Recognised<'t>>,
    stated: Option<&'t Source>,
) -> (Option<&'t Source>, Part) {
    let Branch { scope, predicate } = branch.clone();
    let source = recognised.as_ref().map(|found| found.source).or(stated);
    // A recognised source decides the tests that told it, a stated one all tests of where events come from.
    let mut decided: BTreeSet<String> = STORAGE_FIELDS.iter().map(|field| (*field).to_owned()).collect();
    match (recognised, source) {
        (Some(found), _) => decided.extend(found.by),
        (None, Some(_)) => decided.extend(SCOPE_FIELDS.iter().map(|field| (*field).to_owned())),
        (None, None) => {}
    }
    let mut part = Part {
        scope,
        decided,
        predicate: Predicate::Constant(true),
        dropped: Vec::new(),
        recorded: Vec::new(),
        unresolved: None,
    };
    part.recorded.extend(index_note(&part.scope));
    let kept = part.scope.predicate_of(|field| !part.decided.contains(field));
    let known = source.map_or_else(|| predicate.clone(), |source| source.decide(&predicate));
    let parts = [kept, known].into_iter().filter(|part| *part != Predicate::Constant(true));
    let joined = Predicate::and(parts);
    part.predicate = optimise::predicate(part.settled(joined, true));
    (source, part)
}

fn sourced(source: Option<&Source>, parts: Vec<Part>) -> Sourced<'_> {
    let mut notes: Vec<Diagnostic> = parts.iter().flat_map(|part| part.recorded.iter().cloned()).collect();
    if source.is_none() {
        notes.extend(parts.first().map(|part| unknown_source(&part.scope)));
    }
    let differs = parts
        .iter()
        .any(|part| parts.iter().any(|other| part.predicate != other.predicate && part.is_apart(other)));
    if differs {
        notes.push(merged_scopes(&parts));
    }
    notes.extend(parts.iter().flat_map(|part| part.dropped.iter().cloned()));
    let is_exact = !differs && parts.iter().all(|part| part.dropped.is_empty());
    let unresolved = parts.iter().find_map(|part| part.unresolved.clone());
    let decided = parts.iter().flat_map(|part| part.decided.iter().cloned()).collect();
    let (scopes, predicates): (Vec<Scope>, Vec<Predicate>) =
        parts.into_iter().map(|part| (part.scope, part.predicate)).unzip();
    Sourced {
        source,
        scopes,
        predicate: optimise::predicate(Predicate::or(predicates)),
        decided,
        fidelity: if is_exact { Fidelity::Exact } else { Fidelity::Wider },
        notes,
        unresolved,
    }
}

fn merged_scopes(parts: &[Part]) -> Diagnostic {
    let span = parts.iter().filter_map(|part| part.scope.span()).reduce(Span::join).unwrap_or_default();
    let names: Vec<String> = parts
        .iter()
        .flat_map(|part| part.scope.iter().filter(|(field, _)| part.decided.contains(*field)))
        .map(|(field, text)| format!("`{field}={text}`"))
        .collect();
    let message = format!(
        "a rule does not test {}, so what the search asks under one it asks under all",
        names.join(", ")
    );
    Diagnostic::new(&codes::MERGED_SCOPES, span, message)
}

impl Part {
    /// Replaces tests of where an event came from by what a rule takes for granted; `positive` tells whether they
    /// stand under an even number of NOT.
    fn settled(&mut self, predicate: Predicate, positive: bool) -> Predicate {
        let Predicate::Test(test) = predicate else {
            let positive = positive != matches!(predicate, Predicate::Not(_));
            return predicate.map_children(&mut |child| self.settled(child, positive));
        };
        let field = test.field.as_str();
        if is_default_field(field) && test.condition == Condition::Exists {
            return Predicate::Constant(true);
        }
        let message = format!("`{}` is recorded, not tested", tree::brief(&test));
        if STORAGE_FIELDS.contains(&field) {
            self.recorded.push(Diagnostic::new(&codes::INDEX_NOT_TESTED, test.origin.0, message));
            return Predicate::Constant(positive);
        }
        if is_knowledge_object(field) && !self.decided.contains(field) {
            self.unresolved = Some(unresolved(field, &tree::brief(&test), test.origin.0));
        }
        if self.decided.contains(field) {
            self.dropped.push(Diagnostic::new(&codes::MERGED_SCOPES, test.origin.0, message));
            return Predicate::Constant(positive);
        }
        Predicate::Test(test)
    }

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

fn unresolved(field: &str, test: &str, span: Span) -> Diagnostic {
    let message = format!("`{test}` needs a definition that only the Splunk installation has");
    Diagnostic::new(&codes::UNRESOLVED_NAME, span, message)
        .help(format!("write the search that the {field} stands for in its place, or map it in sources.yaml"))
}
