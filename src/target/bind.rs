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
use crate::target::{Named, Recognised, Source, Targets, codes};

/// What a search asks of the events of one log source.
#[derive(Clone, Debug)]
pub struct Sourced<'t> {
    /// The source; none if the search names none that is known.
    pub source: Option<&'t Source>,
    /// The scopes by which the search names it.
    pub scopes: Vec<Scope>,
    /// What it asks, optimised.
    pub predicate: Predicate,
    /// What tells the events of the source from others of the one that it is a part of, by the fields that the search
    /// tests; true for a source that is whole.
    pub part: Predicate,
    /// Fields that tell where an event came from, which a rule does not test and its events need not have.
    pub decided: BTreeSet<String>,
    /// Wider where the search asks different things of scopes that a rule does not tell apart.
    pub fidelity: Fidelity,
    /// What was recorded or assumed, with spans in the query.
    pub notes: Vec<Diagnostic>,
    /// Names in the scope that only Splunk can resolve; no rule can be written then.
    pub unresolved: Option<Diagnostic>,
    /// What the search asks of each log source where events of several count together; empty where it looks at one.
    pub members: Vec<Self>,
}

impl<'t> Sourced<'t> {
    /// What the search asks source by source.
    pub fn apart(&self) -> &[Self] {
        if self.members.is_empty() { std::slice::from_ref(self) } else { &self.members }
    }

    /// The log sources whose events count together, if all are known; empty where it looks at one.
    pub fn together(&self) -> Vec<&'t Source> {
        let known: Option<Vec<&Source>> = self.members.iter().map(|member| member.source).collect();
        known.unwrap_or_default()
    }
}

/// Splits a detection by log source.
///
/// `stated` is the source that the user says a search without a known one looks at. What several events come to is not
/// split: events of all sources count together, so where there are several the source is none of them, and what is asked
/// of each stands in its `members`.
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
    let mut groups: Groups<'t> = Vec::new();
    for branch in &branches {
        let recognised = targets.recognise(&Named::of(detection, &branch.scope));
        let (source, part) = part(branch, recognised, detection, stated);
        for (source, part) in apart(source, part, detection, targets) {
            add(&mut groups, source, part);
        }
    }
    let all = groups.into_iter().map(|(source, parts)| sourced(source, parts));
    let all: Vec<Sourced<'t>> =
        all.filter(|sourced| sourced.predicate != Predicate::Constant(false)).collect();
    if all.len() < 2 || detection.steps.is_empty() { all } else { vec![joined(&branches, detection, all)] }
}

/// What a search asks of events of several log sources that count together.
fn joined<'t>(branches: &[Branch], detection: &Detection, members: Vec<Sourced<'t>>) -> Sourced<'t> {
    let parts = branches.iter().map(|branch| part(branch, None, detection, None).1).collect();
    let mut whole = sourced(None, parts);
    // What is not known is said of those members that are not.
    let is_unknown =
        |note: &Diagnostic| [codes::UNKNOWN_SOURCE.id, codes::NO_SOURCE.id].contains(&note.code.id);
    whole.notes.retain(|note| !is_unknown(note));
    whole
        .notes
        .extend(members.iter().flat_map(|member| &member.notes).filter(|note| is_unknown(note)).cloned());
    whole.notes.push(several_sources(&members));
    Sourced { members, ..whole }
}

fn several_sources(members: &[Sourced<'_>]) -> Diagnostic {
    let spans = members.iter().flat_map(|member| &member.scopes).filter_map(Scope::span);
    let names: Vec<String> = members
        .iter()
        .map(|member| match member.source {
            Some(source) => format!("`{}`", source.name),
            None => "a log source that is not known".to_owned(),
        })
        .collect();
    let message = format!("events of {} are counted together", names.join(" and "));
    Diagnostic::new(&codes::SEVERAL_SOURCES, spans.reduce(Span::join).unwrap_or_default(), message)
}

type Groups<'t> = Vec<(Option<&'t Source>, Vec<Part>)>;

fn add<'t>(groups: &mut Groups<'t>, source: Option<&'t Source>, part: Part) {
    match groups.iter_mut().find(|(other, _)| name(*other) == name(source)) {
        Some((_, parts)) => parts.push(part),
        None => groups.push((source, vec![part])),
    }
}

fn name(source: Option<&Source>) -> Option<&str> {
    source.map(|source| source.name.as_str())
}

/// A branch of a search that belongs to a source.
#[derive(Clone)]
struct Part {
    scope: Scope,
    data_models: Vec<(Span, String)>,
    /// The fields that a rule does not test, since they tell where an event came from.
    decided: BTreeSet<String>,
    /// What a rule tests.
    predicate: Predicate,
    /// What tells the part of the source.
    told: Predicate,
    /// Tests of such fields that could not be decided and were left out.
    dropped: Vec<Diagnostic>,
    /// The index tests that were left out.
    recorded: Vec<Diagnostic>,
    unresolved: Option<Diagnostic>,
}

fn part<'t>(
    branch: &Branch,
    recognised: Option<Recognised<'t>>,
    detection: &Detection,
    stated: Option<&'t Source>,
) -> (Option<&'t Source>, Part) {
    let Branch { scope, predicate } = branch.clone();
    let source = recognised.as_ref().map(|found| found.source).or(stated);
    // A recognised source decides the tests that told it, a stated one all tests of where events come from.
    let mut decided: BTreeSet<String> = STORAGE_FIELDS.iter().map(|field| (*field).to_owned()).collect();
    match (recognised, source) {
        (Some(found), _) => decided.extend(found.by),
        (None, Some(stated)) => {
            decided.extend(SCOPE_FIELDS.iter().map(|field| (*field).to_owned()));
            decided.extend(stated.told_by().map(str::to_owned));
        }
        (None, None) => {}
    }
    let mut part = Part {
        scope,
        data_models: detection.data_models.clone(),
        decided,
        predicate: Predicate::Constant(true),
        told: Predicate::Constant(true),
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

/// The parts of a source that the search names, such as the events of some numbers, each with what it asks of them; the
/// source as a whole if it asks for events of no part too. What several events come to is not asked part by part.
fn apart<'t>(
    source: Option<&'t Source>,
    part: Part,
    detection: &Detection,
    targets: &'t Targets,
) -> Vec<(Option<&'t Source>, Part)> {
    let mut named: Vec<(&Source, Predicate)> = Vec::new();
    for kind in source.into_iter().flat_map(|source| targets.parts_of(&source.name)) {
        let before: Vec<&Source> = named.iter().map(|(kind, _)| *kind).collect();
        let Some(asked) = kind.within(&part.predicate).filter(|_| !kind.is_covered_by(&before)) else {
            continue;
        };
        let asked = optimise::predicate(asked);
        if asked != Predicate::Constant(false) {
            named.push((kind, asked));
        }
    }
    let kinds: Vec<&Source> = named.iter().map(|(kind, _)| *kind).collect();
    let is_all = optimise::predicate(Source::outside(&kinds, &part.predicate)) == Predicate::Constant(false);
    let is_one = detection.steps.is_empty() || kinds.len() == 1;
    if kinds.is_empty() || !is_all || !is_one {
        return vec![(source, part)];
    }
    let of = |(kind, predicate): (&'t Source, Predicate)| {
        let mut own = part.clone();
        own.decided.extend(kind.told_by().map(str::to_owned));
        own.told = kind.part_test(&part.predicate);
        own.predicate = predicate;
        (Some(kind), own)
    };
    named.into_iter().map(of).collect()
}

fn sourced(source: Option<&Source>, parts: Vec<Part>) -> Sourced<'_> {
    let mut notes: Vec<Diagnostic> = parts.iter().flat_map(|part| part.recorded.iter().cloned()).collect();
    if source.is_none() {
        notes.extend(parts.first().map(|part| unknown_source(&part.scope, &part.data_models)));
    }
    let differs = parts
        .iter()
        .any(|part| parts.iter().any(|other| part.predicate != other.predicate && part.is_apart(other)));
    if differs {
        notes.push(merged_scopes(&parts));
    }
    notes.extend(parts.iter().flat_map(|part| part.dropped.iter().cloned()));
    // What tells the events of a data model from others is not in the rule where no log source stands for it.
    let is_narrower = source.is_none() && parts.iter().any(|part| !part.data_models.is_empty());
    let is_exact = !differs && !is_narrower && parts.iter().all(|part| part.dropped.is_empty());
    let unresolved = parts.iter().find_map(|part| part.unresolved.clone());
    let decided = parts.iter().flat_map(|part| part.decided.iter().cloned()).collect();
    let part = optimise::predicate(Predicate::or(parts.iter().map(|part| part.told.clone())));
    let (scopes, predicates): (Vec<Scope>, Vec<Predicate>) =
        parts.into_iter().map(|part| (part.scope, part.predicate)).unzip();
    Sourced {
        source,
        scopes,
        predicate: optimise::predicate(Predicate::or(predicates)),
        part,
        decided,
        fidelity: if is_exact { Fidelity::Exact } else { Fidelity::Wider },
        notes,
        unresolved,
        members: Vec::new(),
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

fn unknown_source(scope: &Scope, data_models: &[(Span, String)]) -> Diagnostic {
    let of_scope = scope.iter().filter(|(field, _)| *field != "index");
    let models = data_models.iter().map(|(_, model)| format!("datamodel={model}"));
    let named: Vec<String> = of_scope.map(|(field, text)| format!("{field}={text}")).chain(models).collect();
    let span = scope.span().or_else(|| data_models.first().map(|(span, _)| *span)).unwrap_or_default();
    if named.is_empty() {
        return Diagnostic::new(&codes::NO_SOURCE, span, "the search names no log source")
            .help("state it with `--source NAME`");
    }
    let message = format!("`{}` names no log source that is known", named.join(" "));
    Diagnostic::new(&codes::UNKNOWN_SOURCE, span, message).help(
        "state the source with `--source NAME`, or add the name to sources.yaml and use `--targets DIR`",
    )
}

fn unresolved(field: &str, test: &str, span: Span) -> Diagnostic {
    let message = format!("`{test}` needs a definition that only the Splunk installation has");
    Diagnostic::new(&codes::UNRESOLVED_NAME, span, message)
        .help(format!("write the search that the {field} stands for in its place, or map it in sources.yaml"))
}
