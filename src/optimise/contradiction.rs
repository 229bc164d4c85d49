//! Decides parts that exclude or complete each other.
//!
//! Keeps the matched set: `p and not p` is false, `p or not p` is true, also where the one only follows from the other.
//! Values that `not f is x` leaves out need not be asked for beside it. Where "some value is x" stands beside "some
//! value is not x", any value will do. Conditions on one subject with several values exclude each other only through
//! NOT, so nothing here depends on a field having one value.

use foldhash::{HashSet, HashSetExt as _};

use crate::detection::{Condition, Predicate, ValueTest, tree};
use crate::diagnostic::Diagnostic;
use crate::optimise::literal::{Judge, Literal, Subject, condition_mut, groups, literal};
use crate::optimise::{Pass, bottom_up, codes};

pub(crate) static PASS: Pass =
    Pass { name: "contradiction", summary: "decides parts that exclude or complete each other", run: told };

fn told(predicate: Predicate, tell: &mut dyn FnMut(Diagnostic)) -> Predicate {
    bottom_up(predicate, &mut |node| match node {
        Predicate::And(children) => decided(children, true, tell),
        Predicate::Or(children) => decided(children, false, tell),
        other => other,
    })
}

/// What two conditions on one subject are to each other.
enum Relation {
    /// Together they are false in an AND, true in an OR.
    Opposite,
    /// The part at this place may ask less.
    Less(usize, Condition),
    /// In place of both stands that there is a value, or with NOT that there is none.
    Any,
}

/// Decides the parts of an AND (`all`) or OR.
fn decided(mut children: Vec<Predicate>, all: bool, tell: &mut dyn FnMut(Diagnostic)) -> Predicate {
    let rebuilt = |children| if all { Predicate::and(children) } else { Predicate::or(children) };
    if let Some((one, other)) = opposites(&children) {
        tell(verdict(one, other, all));
        return Predicate::Constant(!all);
    }
    let mut judge = Judge::new();
    let mut dropped: HashSet<usize> = HashSet::new();
    for group in groups(&children) {
        for (one, other) in pairs(&children, &group, all) {
            if judge.is_spent() {
                break;
            }
            if dropped.contains(&one) || dropped.contains(&other) {
                continue;
            }
            let relation = relation(&children, (one, other), all, &mut judge);
            let Some((first, second)) = children.get(one).zip(children.get(other)) else { continue };
            match relation {
                Some(Relation::Opposite) => {
                    tell(verdict(first, second, all));
                    return Predicate::Constant(!all);
                }
                Some(Relation::Any) => {
                    tell(any_value(first, second));
                    dropped.insert(other);
                    replace(&mut children, one, Condition::Exists);
                }
                Some(Relation::Less(at, condition)) => replace(&mut children, at, condition),
                None => {}
            }
        }
    }
    let kept = children.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at));
    rebuilt(kept.map(|(_, child)| child).collect::<Vec<_>>())
}

fn replace(children: &mut [Predicate], at: usize, condition: Condition) {
    if let Some(place) = children.get_mut(at).and_then(condition_mut) {
        *place = condition;
    }
}

/// A part and another one that is its opposite.
fn opposites(children: &[Predicate]) -> Option<(&Predicate, &Predicate)> {
    let negated: HashSet<&Predicate> = children.iter().filter_map(inner).collect();
    let one = children.iter().find(|child| negated.contains(child))?;
    children.iter().find(|child| inner(child) == Some(one)).map(|other| (one, other))
}

fn inner(predicate: &Predicate) -> Option<&Predicate> {
    match predicate {
        Predicate::Not(inner) => Some(inner),
        _ => None,
    }
}

/// The pairs of a group that may decide each other: a plain one with one under NOT, and two that add up to any value.
fn pairs(children: &[Predicate], group: &[usize], all: bool) -> Vec<(usize, usize)> {
    let literals = || group.iter().filter_map(|at| children.get(*at).and_then(literal).map(|it| (*at, it)));
    let with = |positive: bool| -> Vec<usize> {
        literals().filter(|(_, literal)| literal.positive == positive).map(|(at, _)| at).collect()
    };
    // By De Morgan, what adds up in an OR does so under NOT in an AND.
    let (plain, negated) = (with(true), with(false));
    let added = if all { &negated } else { &plain };
    let is_other = |literal: &Literal<'_>| matches!(literal.condition, Condition::SomeOther(_));
    let differing = literals().filter(|(_, literal)| literal.positive != all && is_other(literal));
    let adding = differing.flat_map(|(one, _)| added.iter().map(move |other| (one, *other)));
    let mixed = plain.iter().flat_map(|one| negated.iter().map(move |other| (*one, *other)));
    mixed.chain(adding.filter(|(one, other)| one != other)).take(MOST_PAIRS).collect()
}

/// The most pairs of a group that are looked at.
const MOST_PAIRS: usize = 10_000;

fn relation(
    children: &[Predicate],
    (one, other): (usize, usize),
    all: bool,
    judge: &mut Judge,
) -> Option<Relation> {
    let (plain, second) = children.get(one).and_then(literal).zip(children.get(other).and_then(literal))?;
    if plain.positive == second.positive {
        return add_up(plain.condition, second.condition, judge).then_some(Relation::Any);
    }
    let (asked, left_out) = (plain.condition, second.condition);
    let is_opposite = if all { judge.implies(asked, left_out) } else { judge.implies(left_out, asked) };
    if is_opposite {
        return Some(Relation::Opposite);
    }
    match (asked, left_out) {
        (Condition::Some(asked), Condition::Some(left_out)) => {
            let (at, tests, beside) = if all { (one, asked, left_out) } else { (other, left_out, asked) };
            let rest = judge.outside(tests, beside);
            (rest.len() < tests.len()).then_some(Relation::Less(at, Condition::Some(rest)))
        }
        // No value is one of those left out, so any value differs.
        (Condition::SomeOther(tests), Condition::Some(left_out)) if all => {
            judge.outside(tests, left_out).is_empty().then_some(Relation::Less(one, Condition::Exists))
        }
        _ => None,
    }
}

/// Whether every subject that has a value passes the first condition or the second.
fn add_up(differs: &Condition, other: &Condition, judge: &mut Judge) -> bool {
    let Condition::SomeOther(tests) = differs else { return false };
    match other {
        Condition::Some(more) => judge.outside(tests, more).is_empty(),
        Condition::SomeOther(_) => {
            let some: Vec<ValueTest> = tests.clone();
            judge.implies(&Condition::Some(some), other)
        }
        Condition::Exists | Condition::Holds(_) => false,
    }
}

fn verdict(one: &Predicate, other: &Predicate, all: bool) -> Diagnostic {
    let (one, other) = in_order(one, other);
    let (code, message, label) = if all {
        let message = format!("no event passes both {} and {}", shown(one), shown(other));
        (&codes::ALWAYS_FALSE, message, "excludes the other")
    } else {
        let message = format!("every event passes {} or {}", shown(one), shown(other));
        (&codes::ALWAYS_TRUE, message, "takes what the other leaves")
    };
    Diagnostic::new(code, other.origin().0, message).label(label).also(one.origin().0, "the other")
}

fn any_value(one: &Predicate, other: &Predicate) -> Diagnostic {
    let (one, other) = in_order(one, other);
    let subject = match literal(one).map(|literal| literal.subject) {
        Some(Subject::Field(field)) => format!("`{field}`"),
        Some(Subject::Formula(formula)) => format!("`{}`", tree::formula(formula)),
        None => "a value".to_owned(),
    };
    let plain = |predicate: &Predicate| shown(inner(predicate).unwrap_or(predicate));
    let message = format!("every event with {subject} passes {} or {}", plain(one), plain(other));
    Diagnostic::new(&codes::ALWAYS_TRUE, other.origin().0, message)
        .label("takes what the other leaves")
        .also(one.origin().0, "the other")
}

/// Both in the order of the search.
fn in_order<'a>(one: &'a Predicate, other: &'a Predicate) -> (&'a Predicate, &'a Predicate) {
    if other.origin().0.start < one.origin().0.start { (other, one) } else { (one, other) }
}

fn shown(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Test(test) => format!("`{}`", tree::brief(test)),
        Predicate::Computed(computed) => format!("`{}`", tree::brief_computed(computed)),
        Predicate::Hole(hole) => format!("the {} `{}`", hole.kind.word(), hole.name),
        Predicate::Not(inner) => format!("the opposite of {}", shown(inner)),
        _ => "a group of tests".to_owned(),
    }
}
