//! Rules about events of several log sources that count together, from those for each source.
//!
//! In: the rules of the sources, each over its own fields. Out: a rule that holds them, or why they do not count together.
//! Invariant: all of them compute the same number over fields of the same name, and are grouped by as many fields; what
//! is said of one is said of the whole.

use crate::backend::shape::{Ask, Shape};
use crate::backend::{Backend, Rule, Sources, codes};
use crate::detection::Fidelity;
use crate::diagnostic::Diagnostic;
use crate::target::{Source, Sourced};

/// The best rule for what the search asks of one log source, or a reason that there is none.
pub(super) type Best<'f, 'a> = &'f dyn Fn(&Sourced<'a>) -> Result<Rule<'a>, Box<Diagnostic>>;

/// The best rule for what the search asks of one log source, or of several whose events count together; `named` gives the
/// id and the title of the latter.
///
/// # Errors
/// The target does not count them together, or has no rule for one of them.
pub(super) fn best<'a>(
    sourced: &Sourced<'a>,
    backend: &dyn Backend,
    named: &dyn Fn() -> (String, String),
    of: Best<'_, 'a>,
) -> Result<Rule<'a>, Box<Diagnostic>> {
    match (sourced.together().is_empty(), backend.capabilities().sources) {
        (true, _) | (_, Sources::Tested) => of(sourced),
        (false, Sources::RuleForEach) => {
            let members = sourced.members.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            joint(members, sourced, named()).map_err(Box::new)
        }
        (false, Sources::One) => {
            let reason = format!("a rule of {} looks at one log source", backend.name());
            Err(Box::new(one_source(sourced, &reason)))
        }
    }
}

/// What rules are written for: each of the log sources that count together where each event is an alert of its own, else
/// what the search asks of one or of all together.
pub(super) fn alone<'s, 'a>(
    sourced: &'s Sourced<'a>,
    backend: &dyn Backend,
    of: Best<'_, 'a>,
) -> Vec<&'s Sourced<'a>> {
    let is_alone = |member| of(member).is_ok_and(|rule| rule.legal.shape.is_none());
    let is_split = backend.capabilities().sources == Sources::RuleForEach
        && !sourced.together().is_empty()
        && sourced.members.iter().all(is_alone);
    if is_split { sourced.members.iter().collect() } else { vec![sourced] }
}

/// The name of the log source, or of all whose events count together.
pub(super) fn source_name(sourced: &Sourced<'_>) -> Option<String> {
    let together = sourced.together();
    let names = sourced.source.iter().chain(&together).map(|source| source.name.as_str());
    let names: Vec<&str> = names.collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// The rule that counts the events of all `members`.
fn joint<'a>(
    members: Vec<Rule<'a>>,
    whole: &Sourced<'_>,
    (id, title): (String, String),
) -> Result<Rule<'a>, Diagnostic> {
    if let Some(reason) = members.iter().skip(1).find_map(|other| differs(members.first()?, other)) {
        return Err(one_source(whole, reason));
    }
    let Some(first) = members.first() else { return Err(one_source(whole, "there is none of them")) };
    let mut joint = Rule { id, title, source: None, ..first.clone() };
    joint.legal.notes.clear();
    for member in &members {
        for note in &member.notes {
            if !joint.legal.notes.contains(note) {
                joint.legal.notes.push(note.clone());
            }
        }
        joint.legal.adds |= member.legal.adds;
        joint.legal.misses |= member.legal.misses;
        joint.fidelity = joint.fidelity.combined(member.fidelity);
        joint.legal.fields.extend(member.legal.fields.clone());
    }
    joint.fidelity =
        joint.fidelity.combined(if joint.legal.misses { Fidelity::Narrower } else { Fidelity::Exact });
    joint.notes = whole.notes.iter().chain(&joint.legal.notes).cloned().collect();
    joint.members = members;
    Ok(joint)
}

/// The refusal of a search about several log sources by a target that does not count their events together.
fn one_source(whole: &Sourced<'_>, reason: &str) -> Diagnostic {
    let names = names(&whole.together());
    let message = format!("events of {names} are counted together, and {reason}");
    let span =
        whole.scopes.iter().filter_map(crate::detection::Scope::span).reduce(crate::source::Span::join);
    Diagnostic::new(&codes::SEVERAL_EVENTS, span.unwrap_or_default(), message)
        .help("run the search with `splc match`, or write a search for each log source")
}

/// Names of log sources, as words of a sentence.
fn names(sources: &[&Source]) -> String {
    let names: Vec<String> = sources.iter().map(|source| format!("`{}`", source.name)).collect();
    names.join(" and ")
}

/// Why the events of two rules are not counted together.
fn differs(one: &Rule<'_>, other: &Rule<'_>) -> Option<&'static str> {
    let is_number = |shape: &Shape| shape.alternatives.iter().all(|ask| matches!(ask, Ask::Threshold(_)));
    let (Some(left), Some(right)) = (&one.legal.shape, &other.legal.shape) else {
        return Some("not every one of these log sources has the fields that are asked for");
    };
    if !is_number(left) || !is_number(right) {
        return Some("the rule would want an event of every one of these log sources");
    }
    if left.alternatives != right.alternatives {
        return Some("what is computed is over fields that have different names there");
    }
    let is_substitute = one.mapping.substitute.is_some() || other.mapping.substitute.is_some();
    let texts = |shape: &Shape| shape.filled.iter().map(|key| key.text.clone()).collect::<Vec<_>>();
    let are_alike =
        left.window == right.window && left.by.len() == right.by.len() && texts(left) == texts(right);
    // Keys are paired by their order: where one is left out here and another there, they are not the same.
    let left_out = |shape: &Shape| shape.left_out.iter().map(|what| what.what.clone()).collect::<Vec<_>>();
    let are_alike = are_alike && left_out(left) == left_out(right);
    (!are_alike || is_substitute).then_some("these log sources are not grouped alike")
}
