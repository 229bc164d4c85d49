//! From analytics to rules: reads, lowers, binds, legalises and emits, and judges the result.
//!
//! In: documents, targets, macros, options. Out: for every analytic and target the rules with their status. Invariant:
//! every source of a search is judged alone, and what is not written is refused with a reason and its words.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::backend::legalise::{SeveralValues, Unfit, legalise, only_presence};
use crate::backend::{
    Backend, Emission, Legal, Options, OutputFile, Rule, View, Written, codes, joint, name, period,
    unresolved,
};
use crate::command;
use crate::detection::{Detection, Fidelity, Predicate, codes as detection_codes};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Analytic, Document, conf};
use crate::function::Context;
use crate::optimise;
use crate::source::Span;
use crate::spl::macros::{self, Definitions, Expanded};
use crate::spl::{Parsed, tree};
use crate::target::{Mapped, Mapping, Source, Sourced, TargetMap, Targets, bind};

/// How a rule came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The same events.
    Exact,
    /// All of them and perhaps more.
    Wider,
    /// It may miss some; written only where that was allowed.
    Narrower,
    /// Not written.
    Refused,
}

impl Status {
    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Wider => "wider",
            Self::Narrower => "narrower",
            Self::Refused => "refused",
        }
    }
}

impl From<Fidelity> for Status {
    fn from(fidelity: Fidelity) -> Self {
        match fidelity {
            Fidelity::Exact => Self::Exact,
            Fidelity::Wider => Self::Wider,
            Fidelity::Narrower => Self::Narrower,
        }
    }
}

/// A query that was read and understood as far as it can be, before any target.
#[derive(Debug)]
pub struct Understood<'a> {
    /// Where it was found.
    pub document: &'a Document,
    /// The query with what is said of it.
    pub analytic: &'a Analytic,
    /// Its id.
    pub id: String,
    /// Its title; with digits of the id where another query of the run has the same one.
    pub title: String,
    /// The query with its macros replaced; spans of what follows are places in this text.
    pub expanded: Expanded,
    /// Its tree, with findings.
    pub parsed: Parsed,
    /// What it asks of an event, or why that cannot be said.
    pub detection: Result<Detection, Box<Diagnostic>>,
    /// What the passes of the optimiser make of its filters; nothing where there is no detection.
    pub optimised: Option<Predicate>,
    /// The tables and the time that it was understood with.
    pub context: &'a Context,
    /// The same by log source, once somebody has asked.
    sourced: OnceLock<Vec<Sourced<'a>>>,
    targets: &'a Targets,
    stated: Option<&'a Source>,
}

impl<'a> Understood<'a> {
    /// What it asks of an event by log source; empty where that cannot be said. Split when it is first asked for: the
    /// checks of a search ask for it only where there are targets.
    ///
    /// ```
    /// use splc::{backend::compile::{self, Settings}, document::{Document, format_of}, target::Targets};
    /// let targets = Targets::embedded().unwrap();
    /// let path = std::path::Path::new("a.spl");
    /// let text = "sourcetype=docker:daemon command=*exec*".to_owned();
    /// let documents = [Document::read(path, text, format_of(path).unwrap())];
    /// let understood = compile::understand(&documents, &Settings::of(&targets));
    /// assert_eq!(understood[0].sourced()[0].source.unwrap().name, "docker.daemon");
    /// ```
    pub fn sourced(&self) -> &[Sourced<'a>] {
        self.sourced.get_or_init(|| {
            let detection = self.detection.as_ref().ok();
            detection.map_or_else(Vec::new, |detection| bind(detection, self.targets, self.stated))
        })
    }
}

/// What became of a query for one target.
#[derive(Debug)]
pub struct TargetResult<'a> {
    /// The target.
    pub target: &'static str,
    /// One entry for each log source, or one that says why there is none.
    pub rules: Vec<RuleResult<'a>>,
}

/// What became of a query for one target and log source.
#[derive(Debug)]
pub struct RuleResult<'a> {
    /// The name of the log source.
    pub source: Option<String>,
    /// How it came out.
    pub status: Status,
    /// The source whose events the rule sees instead.
    pub substitute: Option<String>,
    /// What was assumed, dropped or refused, with spans in the file.
    pub notes: Vec<Diagnostic>,
    /// The rule and its text, if it was written, and the index of what it was made from.
    pub written: Option<(Rule<'a>, Emission, usize)>,
}

impl TargetResult<'_> {
    /// The worst status of the rules written; refused if none was.
    pub fn status(&self) -> Status {
        let written = self.rules.iter().map(|rule| rule.status).filter(|status| *status != Status::Refused);
        written.max().unwrap_or(Status::Refused)
    }

    /// Whether some source was refused while another was written.
    pub fn is_partial(&self) -> bool {
        self.status() != Status::Refused && self.rules.iter().any(|rule| rule.status == Status::Refused)
    }
}

/// What queries are understood by.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The log sources that are known.
    pub targets: &'a Targets,
    /// The source that the user says a search without a known one looks at.
    pub stated: Option<&'a Source>,
    /// The macros that are defined.
    pub macros: &'a Definitions,
    /// The tables of lookups, and the time if the user states one.
    pub context: &'a Context,
}

impl<'a> Settings<'a> {
    /// Nothing but these log sources and the macros that are built in.
    pub fn of(targets: &'a Targets) -> Self {
        Self { targets, stated: None, macros: Definitions::builtin(), context: Context::nothing() }
    }
}

/// Expands, reads and lowers every query of the documents.
pub fn understand<'a>(documents: &'a [Document], settings: &Settings<'a>) -> Vec<Understood<'a>> {
    let queries = documents
        .iter()
        .flat_map(|document| document.analytics.iter().map(move |analytic| (document, analytic)));
    let mut all: Vec<Understood<'a>> =
        queries.map(|(document, analytic)| understood(document, analytic, settings)).collect();
    make_unique(&mut all);
    all
}

fn understood<'a>(document: &'a Document, analytic: &'a Analytic, settings: &Settings<'a>) -> Understood<'a> {
    let written = analytic.snippet.text();
    let app = analytic.metadata.app.clone().or_else(|| conf::app_of(&document.path));
    let expanded = macros::expand(written, settings.macros, app.as_deref());
    let parsed = command::parse_expanded(&expanded);
    let title = analytic.metadata.title.clone();
    let id = analytic.metadata.id.clone().unwrap_or_else(|| {
        // An id has to stay the same whatever macros are known.
        let own = (!expanded.is_identity()).then(|| command::parse(written));
        let pipeline = &own.as_ref().unwrap_or(&parsed).pipeline;
        name::analytic_id(&document.path.to_string_lossy(), &title, &tree::print(pipeline))
    });
    let Settings { targets, stated, context, .. } = *settings;
    let (detection, optimised) = match lowered(&parsed, &expanded, context) {
        Ok((detection, optimised)) => (Ok(detection), Some(optimised)),
        Err(reason) => (Err(reason), None),
    };
    let sourced = OnceLock::new();
    Understood {
        document,
        analytic,
        id,
        title,
        expanded,
        parsed,
        detection,
        optimised,
        context,
        sourced,
        targets,
        stated,
    }
}

/// What a query asks of an event, with the macros that say it, and what the passes make of its filters.
fn lowered(
    parsed: &Parsed,
    expanded: &Expanded,
    context: &Context,
) -> Result<(Detection, Predicate), Box<Diagnostic>> {
    if !parsed.is_clean() {
        return Err(Box::new(recovered(parsed)));
    }
    match command::lower_in(&parsed.pipeline, context) {
        Ok(mut detection) => {
            let (optimised, verdicts) = optimise::judged(optimise::fold(&detection));
            detection.notes.extend(verdicts);
            detection.macros = expanded.calls().map(|(span, name)| (span, name.to_owned())).collect();
            Ok((detection, optimised))
        }
        Err(reason) => Err(Box::new(unresolved::missing_macro(reason, expanded))),
    }
}

/// Gives queries of one id different ids, and queries of one title different titles: engines take two rules of one
/// name for one rule (Falco: `rule_loader_collector.cpp`, `define_info`).
///
/// An id that a document gives for several queries is kept for none of them: what tells them apart is their text.
fn make_unique(all: &mut [Understood<'_>]) {
    let count = |keys: &mut dyn Iterator<Item = String>| {
        keys.fold(HashMap::<String, usize>::new(), |mut counts, key| {
            *counts.entry(key).or_default() += 1;
            counts
        })
    };
    let ids = count(&mut all.iter().map(|one| one.id.clone()));
    let mut again: HashMap<String, usize> = HashMap::new();
    for one in all.iter_mut().filter(|one| ids.get(&one.id).is_some_and(|count| *count > 1)) {
        let text = tree::print(&one.parsed.pipeline);
        one.id = name::analytic_id(&format!("{} {}", one.id, one.document.path.display()), &one.title, &text);
        // The same query twice in one document: only its place is left.
        let seen = again.entry(one.id.clone()).or_default();
        *seen += 1;
        if *seen > 1 {
            one.id = name::rule_id(&one.id, Some(&seen.to_string()), false);
        }
    }
    // Targets trim titles, and some readers ignore their case.
    let clean = |title: &str| title.trim().trim_end_matches('.').to_lowercase();
    let titles = count(&mut all.iter().map(|one| clean(&one.title)));
    for one in all.iter_mut().filter(|one| titles.get(&clean(&one.title)).is_some_and(|count| *count > 1)) {
        one.title = format!("{} ({})", one.title, name::digits(&one.id).to_uppercase());
    }
}

fn recovered(parsed: &Parsed) -> Diagnostic {
    let errors: Vec<&Diagnostic> =
        parsed.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let span = errors.first().and_then(|finding| finding.span()).unwrap_or_default();
    let reasons: Vec<&str> = errors.iter().take(3).map(|finding| finding.message.as_str()).collect();
    let message = format!("the search has errors: {}", reasons.join("; "));
    Diagnostic::new(&detection_codes::RECOVERED_PARSE, span, message).help("mend the errors first")
}

/// Makes the rules of a query for one target.
pub fn rules<'a>(
    understood: &Understood<'a>,
    backend: &dyn Backend,
    map: &'a TargetMap,
    options: &Options,
) -> TargetResult<'a> {
    let rules = match &understood.detection {
        Err(reason) => vec![refused(understood, None, vec![(**reason).clone()])],
        Ok(detection) if !detection.holes().is_empty() => {
            let holes = unresolved::all(detection, &understood.expanded);
            vec![refused(understood, None, detection.notes.iter().cloned().chain(holes).collect())]
        }
        Ok(detection) if understood.sourced().is_empty() => {
            let span = Span::new(0, understood.expanded.text().len());
            let reason =
                Diagnostic::new(&codes::NEVER_TRUE, span, "the tests of the search exclude each other");
            vec![refused(understood, None, detection.notes.iter().cloned().chain([reason]).collect())]
        }
        Ok(detection) => (0..understood.sourced().len())
            .filter_map(|index| Some((index, understood.sourced().get(index)?)))
            .flat_map(|(index, sourced)| {
                let of = |one: &Sourced<'a>| {
                    best_rule(understood, detection, one, backend, map, SeveralValues::NoneEqual)
                };
                let of_one = |one| rule(understood, detection, index, one, backend, map, options);
                joint::alone(sourced, backend, &of).into_iter().map(of_one).collect::<Vec<_>>()
            })
            .collect(),
    };
    TargetResult { target: backend.name(), rules }
}

fn refused<'a>(
    understood: &Understood<'a>,
    source: Option<String>,
    notes: Vec<Diagnostic>,
) -> RuleResult<'a> {
    RuleResult {
        source,
        status: Status::Refused,
        substitute: None,
        notes: placed(understood, notes),
        written: None,
    }
}

/// Findings of a query as findings of its file.
pub fn placed(understood: &Understood<'_>, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let in_file = |finding: Diagnostic| {
        let in_query = understood.expanded.placed(finding);
        in_query.in_file(&understood.analytic.snippet).at(&understood.document.path)
    };
    let mut seen = HashSet::new();
    let mut findings = findings;
    findings.retain(|finding| seen.insert((finding.code.id, finding.span(), finding.message.clone())));
    findings.into_iter().map(in_file).collect()
}

fn rule<'a>(
    understood: &Understood<'a>,
    detection: &Detection,
    index: usize,
    sourced: &Sourced<'a>,
    backend: &dyn Backend,
    map: &'a TargetMap,
    options: &Options,
) -> RuleResult<'a> {
    let source_name = joint::source_name(sourced);
    let mut notes: Vec<Diagnostic> = detection.notes.iter().chain(&sourced.notes).cloned().collect();
    if let Some(unresolved) = &sourced.unresolved {
        notes.push(unresolved.clone());
        return refused(understood, source_name, notes);
    }
    let best = |several_values| {
        let named = || (name::rule_id(&understood.id, None, true), understood.title.clone());
        joint::best(sourced, backend, &named, &|one| {
            best_rule(understood, detection, one, backend, map, several_values)
        })
    };
    let mut rule = match best(SeveralValues::NoneEqual) {
        Ok(rule) => rule,
        Err(reason) => {
            notes.push(*reason);
            return refused(understood, source_name, notes);
        }
    };
    if rule.fidelity == Fidelity::Narrower && !options.allow_narrower {
        // A rule that says too much is better than none, and so is one that is hard to read.
        let others = [SeveralValues::Present, SeveralValues::Expression].into_iter();
        let mut wider = others.filter_map(|others| best(others).ok());
        rule = wider.find(|wider| wider.fidelity != Fidelity::Narrower).unwrap_or(rule);
    }
    notes.extend(rule.legal.notes.iter().cloned());
    notes.extend(substitute_note(sourced, &rule));
    if rule.fidelity == Fidelity::Narrower && !options.allow_narrower {
        notes.push(narrower(&notes));
        return refused(understood, source_name, notes);
    }
    match backend.emit(&rule, options) {
        Ok(emission) => {
            notes.extend(emission.notes.iter().cloned());
            RuleResult {
                source: source_name,
                status: rule.fidelity.into(),
                substitute: rule.mapping.substitute.as_ref().map(|substitute| substitute.source.clone()),
                notes: placed(understood, notes),
                written: Some((rule, emission, index)),
            }
        }
        Err(reason) => {
            notes.push(beyond_limit(&rule, reason));
            refused(understood, source_name, notes)
        }
    }
}

/// A limit of the target that a rule is over, with a place.
fn beyond_limit(rule: &Rule<'_>, reason: Diagnostic) -> Diagnostic {
    if reason.primary.is_some() {
        return reason;
    }
    let first = rule.legal.predicate.tests().first().map(|(test, _)| test.origin.0).unwrap_or_default();
    Diagnostic::new(reason.code, first, reason.message).help("split the search, or translate it by hand")
}

fn substitute_note(sourced: &Sourced<'_>, rule: &Rule<'_>) -> Option<Diagnostic> {
    let substitute = rule.mapping.substitute.as_ref()?;
    let span = sourced.scopes.iter().find_map(crate::detection::Scope::span).unwrap_or_default();
    let message = format!("the rule looks at {}: {}", rule.view.title, substitute.reason);
    Some(Diagnostic::new(&codes::SUBSTITUTE, span, message))
}

fn narrower(notes: &[Diagnostic]) -> Diagnostic {
    let culprit = notes.iter().find(|note| {
        let codes = [&codes::MAY_MISS_VALUES, &codes::MAY_MISS_LETTERS, &codes::MAY_MISS_EVENTS];
        codes.iter().any(|code| code.id == note.code.id)
    });
    // What is said of several events last is why more of them may be too many.
    let last = || notes.iter().rev().find(|note| note.code.id == codes::CORRELATION.id);
    let culprit = culprit.or_else(last);
    let span = culprit.and_then(Diagnostic::span).unwrap_or_default();
    let reason = culprit.map_or("an approximation", |note| note.message.as_str());
    Diagnostic::new(&codes::NARROWER_REFUSED, span, format!("the rule may miss events: {reason}"))
        .help("write it all the same with `--allow narrower`")
}

/// The rule by the best mapping: an exact one before others, else the first that does.
fn best_rule<'a>(
    understood: &Understood<'a>,
    detection: &Detection,
    sourced: &Sourced<'a>,
    backend: &dyn Backend,
    map: &'a TargetMap,
    several_values: SeveralValues,
) -> Result<Rule<'a>, Box<Diagnostic>> {
    let mut best: Option<(&'a Mapping, &'a View, Legal, Fidelity)> = None;
    let mut reasons: Vec<(usize, Diagnostic)> = Vec::new();
    for mapping in map.mappings_of(sourced.source) {
        let Some(view) = map.view(mapping) else { continue };
        let told =
            Some(&sourced.part).filter(|part| mapping.tests_parts && **part != Predicate::Constant(true));
        let asked = told.map(|part| Predicate::and([part.clone(), sourced.predicate.clone()]));
        let asked = asked.as_ref().unwrap_or(&sourced.predicate);
        let (source, capabilities) = (sourced.source, backend.capabilities());
        let legal = legalise(asked, detection, source, mapping, capabilities, several_values);
        match legal.and_then(|legal| with_content(legal, detection, mapping)) {
            Ok(legal) => {
                let fidelity = detection.fidelity.combined(sourced.fidelity).combined(legal.fidelity());
                if best.as_ref().is_none_or(|(.., before)| fidelity < *before) {
                    best = Some((mapping, view, legal, fidelity));
                }
            }
            Err(Unfit::UnknownFields(fields, reason)) => reasons.push((1 + fields.len(), reason)),
            Err(Unfit::Refused(reason)) => reasons.push((0, reason)),
        }
    }
    let Some((mapping, view, legal, fidelity)) = best else {
        return Err(Box::new(no_rule(backend, sourced, map, reasons)));
    };
    // A part of a source that is written as a whole is not what the search looks at.
    let is_only =
        matches!(understood.sourced(), [one] if one.members.is_empty() == sourced.members.is_empty());
    let source_name = sourced.source.map(|source| source.name.as_str());
    let notes = detection.notes.iter().chain(&sourced.notes).chain(&legal.notes);
    Ok(Rule {
        id: name::rule_id(&understood.id, source_name, is_only),
        title: title(understood, sourced, is_only),
        metadata: &understood.analytic.metadata,
        spl: understood.analytic.snippet.text(),
        source: sourced.source,
        mapping,
        view,
        shown: detection.shown.clone(),
        period: period::of(&understood.parsed.pipeline, &understood.analytic.metadata.schedule),
        notes: notes.cloned().collect(),
        legal,
        fidelity,
        members: Vec::new(),
    })
}

/// Refuses a rule on one event that asks only that fields are there.
fn with_content(legal: Legal, detection: &Detection, mapping: &Mapping) -> Result<Legal, Unfit> {
    let named = detection.tied.iter().filter_map(|field| match mapping.field(field) {
        Mapped::Field(field) => Some(field.name),
        _ => None,
    });
    let is_one_event = legal.shape.is_none() && legal.steps.is_empty();
    match only_presence(&legal.predicate, &named.collect()).filter(|_| is_one_event) {
        Some(reason) => Err(Unfit::Refused(reason)),
        None => Ok(legal),
    }
}

fn title(understood: &Understood<'_>, sourced: &Sourced<'_>, only: bool) -> String {
    let title = &understood.title;
    match sourced.source {
        Some(source) if !only => format!("{title} - {}", source.title),
        None if !only => format!("{title} - Other Sources"),
        _ => title.clone(),
    }
}

/// Why no mapping does: what the target lacks, and the words that need it.
fn no_rule(
    backend: &dyn Backend,
    sourced: &Sourced<'_>,
    map: &TargetMap,
    mut reasons: Vec<(usize, Diagnostic)>,
) -> Diagnostic {
    // The mapping that knows most of the fields tells most.
    reasons.sort_by_key(|(missing, _)| *missing);
    let target = backend.name();
    let scope = sourced.scopes.iter().find_map(crate::detection::Scope::span).unwrap_or_default();
    let source = sourced.source.map_or("an unknown source", |source| source.name.as_str());
    let without = sourced.source.and_then(|source| map.without(source));
    let mut reason = match (reasons.into_iter().next(), without) {
        (Some((missing, reason)), without) => {
            let because = without.filter(|_| missing > 0).map(|text| format!("; {text}")).unwrap_or_default();
            Diagnostic { message: format!("{source}: {}{because}", reason.message), ..reason }
        }
        (None, Some(text)) => Diagnostic::new(&codes::NO_TARGET_SOURCE, scope, format!("{source}: {text}")),
        (None, None) => {
            let message = format!("{target} has no events of {source}");
            Diagnostic::new(&codes::NO_TARGET_SOURCE, scope, message)
        }
    };
    if reason.primary.is_none() {
        reason = Diagnostic::new(reason.code, scope, reason.message);
    }
    let help = match (reason.code.id == codes::NO_TARGET_SOURCE.id, sourced.source) {
        (true, None) => "state the log source with `--source NAME`".to_owned(),
        (true, Some(_)) => {
            format!(
                "map the field in `{target}.yaml` of `--targets DIR`, or take a target that keeps the names of the search"
            )
        }
        (false, _) => {
            format!(
                "add a test that {target} can make, or map a field to it in `{target}.yaml` of `--targets DIR`"
            )
        }
    };
    if reason.help.is_empty() { reason.help(help) } else { reason }
}

/// The files of a run for one target, and for each rule result its files.
pub fn files(
    understood: &[Understood<'_>],
    results: &[TargetResult<'_>],
    backend: &dyn Backend,
    options: &Options,
) -> Vec<(OutputFile, Vec<(usize, usize)>)> {
    let titles = understood.iter().map(|one| (one.title.as_str(), one.id.as_str()));
    let slugs = name::unique_slugs(titles);
    let mut written = Vec::new();
    let mut places = Vec::new();
    for (analytic, result) in results.iter().enumerate() {
        let sources = result.rules.len();
        for (index, rule) in result.rules.iter().enumerate() {
            if let (Some((rule, emission, _)), Some(name)) = (&rule.written, slugs.get(analytic)) {
                written.push(Written { name, analytic, sources, rule, emission });
                places.push((analytic, index));
            }
        }
    }
    let with_places = |file: OutputFile| {
        let places = file.rules.iter().filter_map(|rule| places.get(*rule).copied()).collect();
        (file, places)
    };
    backend.files(&written, options).into_iter().map(with_places).collect()
}
