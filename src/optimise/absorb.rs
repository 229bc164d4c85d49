//! Removes what another part already says.
//!
//! Keeps the matched set: `a or (a and b)` is a, `a and (a or b)` is a, `a and a` is a, `a and (not a or b)` is
//! `a and b`, and `(a and b) or (a and b and c)` is `a and b`; so with AND and OR the other way round. Parts are looked
//! up by hash, groups by their rarest part, so a list of n parts costs n look-ups, not n² comparisons.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use crate::detection::Predicate;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "absorb",
    summary: "removes what another part already says",
    run: |predicate, _| bottom_up(predicate, &mut absorbed),
};

/// The most pairs of groups that are compared.
const PAIRS: usize = 20_000;

fn absorbed(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::And(children) => Predicate::and(remaining(children, alternatives, Predicate::or)),
        Predicate::Or(children) => Predicate::or(remaining(children, conjuncts, Predicate::and)),
        other => other,
    }
}

fn alternatives(predicate: &Predicate) -> &[Predicate] {
    if let Predicate::Or(parts) = predicate { parts } else { &[] }
}

fn conjuncts(predicate: &Predicate) -> &[Predicate] {
    if let Predicate::And(parts) = predicate { parts } else { &[] }
}

/// The children that say something new; `parts` are those of a group joined the other way, `join` joins them.
fn remaining(
    children: Vec<Predicate>,
    parts: fn(&Predicate) -> &[Predicate],
    join: fn(Vec<Predicate>) -> Predicate,
) -> Vec<Predicate> {
    if children.len() < 2 {
        return children;
    }
    let present: HashSet<&Predicate> = children.iter().collect();
    let negated: HashSet<&Predicate> = children.iter().filter_map(inner).collect();
    let is_settled =
        |part: &Predicate| negated.contains(part) || inner(part).is_some_and(|inner| present.contains(inner));
    let mut seen = HashSet::new();
    let mut edits: Vec<Edit> = children
        .iter()
        .map(|child| {
            let parts = parts(child);
            if !seen.insert(child) || parts.iter().any(|part| present.contains(part)) {
                Edit::Remove
            } else {
                Edit::Without(parts.iter().map(is_settled).collect())
            }
        })
        .collect();
    for at in contained(&children, &edits, parts) {
        edits.iter_mut().skip(at).take(1).for_each(|edit| *edit = Edit::Remove);
    }
    children.into_iter().zip(edits).filter_map(|(child, edit)| edit.applied(child, join)).collect()
}

fn inner(predicate: &Predicate) -> Option<&Predicate> {
    match predicate {
        Predicate::Not(inner) => Some(inner),
        _ => None,
    }
}

/// What becomes of a child.
enum Edit {
    Remove,
    /// The parts that are marked go, since their opposite stands beside the group.
    Without(Vec<bool>),
}

impl Edit {
    fn applied(self, child: Predicate, join: fn(Vec<Predicate>) -> Predicate) -> Option<Predicate> {
        match (self, child) {
            (Self::Remove, _) => None,
            (Self::Without(goes), Predicate::And(parts) | Predicate::Or(parts)) if goes.contains(&true) => {
                let kept = parts.into_iter().zip(goes).filter(|(_, goes)| !goes);
                Some(join(kept.map(|(part, _)| part).collect()))
            }
            (Self::Without(_), child) => Some(child),
        }
    }
}

/// The groups that hold all parts of another one, which says all that they say.
fn contained(children: &[Predicate], edits: &[Edit], parts: fn(&Predicate) -> &[Predicate]) -> Vec<usize> {
    let stays = |at: &usize| !matches!(edits.get(*at), Some(Edit::Remove));
    let mut holders: HashMap<&Predicate, Vec<usize>> = HashMap::new();
    let groups: Vec<(usize, &[Predicate])> = children
        .iter()
        .enumerate()
        .filter(|(at, _)| stays(at))
        .map(|(at, child)| (at, parts(child)))
        .filter(|(_, parts)| !parts.is_empty())
        .collect();
    if groups.len() < 2 {
        return Vec::new();
    }
    for (at, parts) in &groups {
        parts.iter().for_each(|part| holders.entry(part).or_default().push(*at));
    }
    let (mut gone, mut left) = (HashSet::new(), PAIRS);
    for (at, parts) in &groups {
        let rarest = parts.iter().filter_map(|part| holders.get(part)).min_by_key(|holders| holders.len());
        for other in rarest.into_iter().flatten().filter(|other| *other != at) {
            if left == 0 || gone.contains(at) {
                break;
            }
            left -= 1;
            let is_held = |part| {
                holders.get(part).is_some_and(|holders: &Vec<usize>| holders.binary_search(other).is_ok())
            };
            if parts.iter().all(is_held) {
                gone.insert(*other);
            }
        }
    }
    let mut gone: Vec<usize> = gone.into_iter().collect();
    gone.sort_unstable();
    gone
}
