//! Takes what all groups of a list have in common out of them.
//!
//! Keeps the matched set, by distribution: `(a and b) or (a and c)` is `a and (b or c)`, and `(a or b) and (a or c)` is
//! `a or (b and c)`. Only what every group has is taken out, so that what is left reads as alternatives of one thing.
//! Of groups that differ in nothing but the values of one field, the values become one list:
//! `(a and f=x) or (a and f=y)` is `a and f in (x, y)`. Groups are found by the hashes of their parts.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::detection::{Condition, Predicate};
use crate::optimise::literal::{Subject, literal};
use crate::optimise::merge::join;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "factor",
    summary: "takes out what all groups of a list have in common",
    run: |predicate, _| bottom_up(predicate, &mut factored),
};

fn factored(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::Or(children) => {
            let (groups, others) = groups_first(children, |child| matches!(child, Predicate::And(_)));
            let groups = united(groups);
            taken_out(groups, others, Join { outer: Predicate::or, inner: Predicate::and })
        }
        Predicate::And(children) => {
            let (groups, others) = groups_first(children, |child| matches!(child, Predicate::Or(_)));
            taken_out(groups, others, Join { outer: Predicate::and, inner: Predicate::or })
        }
        other => other,
    }
}

/// Parts in the order of the search, each with its place.
type Placed = Vec<(usize, Predicate)>;

fn groups_first(children: Vec<Predicate>, is_group: fn(&Predicate) -> bool) -> (Placed, Placed) {
    children.into_iter().enumerate().partition(|(_, child)| is_group(child))
}

/// How a list and the groups in it are joined.
#[derive(Clone, Copy)]
struct Join {
    outer: fn(Vec<Predicate>) -> Predicate,
    inner: fn(Vec<Predicate>) -> Predicate,
}

fn parts(group: &Predicate) -> &[Predicate] {
    match group {
        Predicate::And(parts) | Predicate::Or(parts) => parts,
        _ => std::slice::from_ref(group),
    }
}

/// The list with what all groups have in common before what is left of them.
fn taken_out(groups: Placed, others: Placed, join: Join) -> Predicate {
    let common = common(&groups);
    if common.is_empty() || grows(&groups, &others, &common) {
        return (join.outer)(in_order(groups.into_iter().chain(others)));
    }
    let place = groups.first().map_or(0, |(place, _)| *place);
    let rest = groups.into_iter().map(|(_, group)| {
        let parts = match group {
            Predicate::And(parts) | Predicate::Or(parts) => parts,
            other => vec![other],
        };
        parts.into_iter().filter(|part| !common.contains(part)).collect::<Vec<_>>()
    });
    let mut rest: Vec<Vec<Predicate>> = rest.collect();
    // A group that is nothing but what all have says all that the others do.
    if rest.iter().any(Vec::is_empty) {
        rest.clear();
    }
    let rest: Vec<Predicate> = rest.into_iter().map(join.inner).collect();
    let rest = (!rest.is_empty()).then(|| (join.outer)(rest));
    let factor = (join.inner)(common.into_iter().chain(rest).collect());
    (join.outer)(in_order(others.into_iter().chain([(place, factor)])))
}

/// Whether the list would be longer than before: beside others, what is left of the groups needs a list of its own.
fn grows(groups: &Placed, others: &Placed, common: &[Predicate]) -> bool {
    let is_single = |(_, group): &&(usize, Predicate)| parts(group).len() == common.len() + 1;
    let saved = groups.len().saturating_sub(1) * common.len() + groups.iter().filter(is_single).count();
    !others.is_empty() && saved < 2
}

fn in_order(placed: impl Iterator<Item = (usize, Predicate)>) -> Vec<Predicate> {
    let mut placed: Placed = placed.collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, predicate)| predicate).collect()
}

/// The parts that all groups have, if there are several groups.
fn common(groups: &Placed) -> Vec<Predicate> {
    let Some(((_, first), rest)) = groups.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Vec::new();
    };
    let mut seen = HashSet::new();
    let mut common: Vec<&Predicate> = parts(first).iter().filter(|part| seen.insert(*part)).collect();
    for (_, group) in rest {
        if common.is_empty() {
            break;
        }
        let has: HashSet<&Predicate> = parts(group).iter().collect();
        common.retain(|part| has.contains(part));
    }
    common.into_iter().cloned().collect()
}

/// What two groups have in common that differ in the values of one field: the sum of the hashes of the other parts,
/// how many there are, the field, and what is asked of it.
type Key<'a> = (u64, usize, Subject<'a>, bool);

/// The groups where those that differ in the values of one field alone are one.
fn united(mut groups: Placed) -> Placed {
    let mut gone: HashSet<usize> = HashSet::new();
    for found in alike(&groups) {
        let mut places = found.into_iter();
        let Some((first, part)) = places.next() else { continue };
        for (other, other_part) in places {
            let Some((_, Predicate::And(parts))) = groups.get_mut(other) else { continue };
            let value = parts.swap_remove(other_part);
            gone.insert(other);
            if let Some((_, Predicate::And(parts))) = groups.get_mut(first)
                && let Some(into) = parts.get_mut(part)
            {
                join(into, value);
            }
        }
    }
    let kept = groups.into_iter().enumerate().filter(|(at, _)| !gone.contains(at));
    kept.map(|(_, group)| group).collect()
}

/// Sets of groups that differ in one part each, which asks for values of the same field; a group is in one set at most.
fn alike(groups: &Placed) -> Vec<Vec<(usize, usize)>> {
    let mut sets: HashMap<Key<'_>, Vec<(usize, usize)>> = HashMap::new();
    for (at, (_, group)) in groups.iter().enumerate() {
        let parts = parts(group);
        let hashes: Vec<u64> = parts.iter().map(hash).collect();
        let sum = hashes.iter().fold(0_u64, |sum, hash| sum.wrapping_add(*hash));
        for (part, (asked, hash)) in parts.iter().zip(&hashes).enumerate() {
            let Some(asked) = literal(asked).filter(|literal| literal.positive) else { continue };
            let is_holds = match asked.condition {
                Condition::Some(_) => false,
                Condition::Holds(_) => true,
                Condition::Exists | Condition::SomeOther(_) => continue,
            };
            let key = (sum.wrapping_sub(*hash), parts.len(), asked.subject, is_holds);
            let set = sets.entry(key).or_default();
            // A group that says one thing twice is alike to others, not to itself.
            if set.last().is_none_or(|(last, _)| *last != at) {
                set.push((at, part));
            }
        }
    }
    let mut sets: Vec<Vec<(usize, usize)>> = sets.into_values().filter(|set| set.len() > 1).collect();
    sets.sort_by_key(|set| (Reverse(set.len()), set.first().copied()));
    let mut used = HashSet::new();
    for set in &mut sets {
        set.retain(|(at, _)| !used.contains(at));
        let first = set.first().copied();
        set.retain(|place| first.is_some_and(|first| have_the_same_rest(groups, first, *place)));
        // One group alone stays free for another set.
        if set.len() > 1 {
            used.extend(set.iter().map(|(at, _)| *at));
        } else {
            set.clear();
        }
    }
    sets
}

/// Hashes may be equal by chance.
fn have_the_same_rest(groups: &Placed, (one, part): (usize, usize), (two, other): (usize, usize)) -> bool {
    let rest = |group: usize, without: usize| -> HashSet<&Predicate> {
        let parts = groups.get(group).map_or(&[][..], |(_, group)| parts(group));
        parts.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, part)| part).collect()
    };
    (one, part) == (two, other) || rest(one, part) == rest(two, other)
}

fn hash(predicate: &Predicate) -> u64 {
    let mut hasher = DefaultHasher::new();
    predicate.hash(&mut hasher);
    hasher.finish()
}
