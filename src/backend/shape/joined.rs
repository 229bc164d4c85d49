//! Events that `join` brings together.
//!
//! In: a join of events, or of groups by fields of them. Out: the fields whose values they share, and what an event of
//! the sub-search passes. Invariant: an event that contributes to a joined row has those fields, and passes what events
//! of its own side pass; what else the sub-search asks is left out, which leaves no such event out.

use std::collections::{HashMap, HashSet};

use crate::backend::legalise::mentions;
use crate::detection::step::Join;
use crate::detection::{Formula, Predicate, Step};

use super::LeftOut;
use super::constant::plain;
use super::recognise::words;

/// What a join of events asks.
pub(super) struct Joined {
    /// The fields whose values an event shares with one of the sub-search.
    pub(super) by: Vec<String>,
    /// What an event of the sub-search passes.
    pub(super) beside: Predicate,
    /// What else is asked.
    pub(super) left_out: Vec<LeftOut>,
}

/// Reads a join; `field` tells which field of the events a field of a row is.
///
/// # Errors
/// Why events that meet are not just those that share the values of some fields.
pub(super) fn joined(join: &Join, field: &dyn Fn(&str) -> Option<String>) -> Result<Joined, String> {
    if join.keeps_all {
        return Err("an event that meets none of the other search is a result too".to_owned());
    }
    let side = Side::of(&join.other)?;
    let mut by = Vec::new();
    for (own, other) in &join.on {
        let (Some(own), Some(other)) = (plain(own).and_then(field), side.field(other)) else {
            return Err("events meet by something computed".to_owned());
        };
        if own != other {
            return Err(format!("events meet by fields of different names, `{own}` and `{other}`"));
        }
        by.push(own);
    }
    let mut left_out: Vec<LeftOut> = side
        .left_out
        .iter()
        .map(|step| {
            let what = match step {
                Step::Filter(predicate) => words(predicate),
                step => step.subject().to_owned(),
            };
            LeftOut { what, counts: false, origin: step.origin() }
        })
        .collect();
    if join.limit.is_some() {
        let what = "which of the events is earlier".to_owned();
        left_out.push(LeftOut { what, counts: false, origin: join.origin });
    }
    Ok(Joined { by, beside: Predicate::and(side.filters), left_out })
}

/// The steps of a sub-search.
struct Side<'a> {
    /// What each of its events passes.
    filters: Vec<Predicate>,
    /// The fields of the events that fields of its rows are, once rows are groups.
    keys: Option<HashMap<&'a str, &'a str>>,
    left_out: Vec<&'a Step>,
}

impl<'a> Side<'a> {
    fn of(steps: &'a [Step]) -> Result<Self, String> {
        let mut side = Self { filters: Vec::new(), keys: None, left_out: Vec::new() };
        let mut made: HashSet<&str> = HashSet::new();
        for step in steps {
            match step {
                Step::Filter(predicate) if side.keys.is_none() && !mentions(predicate, &made) => {
                    side.filters.push(predicate.clone());
                }
                Step::Group(group) => {
                    let keys = group.by.iter().filter_map(|(name, formula)| {
                        let field = plain(formula).filter(|field| !made.contains(field))?;
                        let field =
                            side.keys.as_ref().map_or(Some(field), |keys| keys.get(field).copied())?;
                        Some((name.as_str(), field))
                    });
                    side.keys = Some(keys.collect());
                }
                Step::Annotate(group) => made.extend(group.aggregates.iter().map(|one| one.name.as_str())),
                Step::Run(run) => made.extend(run.group.aggregates.iter().map(|one| one.name.as_str())),
                Step::Mark(mark) => {
                    made.insert(&mark.name);
                    side.left_out.push(step);
                }
                Step::Sort(_) | Step::Reverse => {}
                Step::Filter(_) | Step::Distinct(_) | Step::First(_) | Step::Last(_) => {
                    side.left_out.push(step);
                }
                Step::Expand(_) | Step::Transaction(_) | Step::Join(_) => {
                    return Err("the other search is about several events itself".to_owned());
                }
            }
        }
        Ok(side)
    }

    /// The field of the events that a formula over rows is.
    fn field(&self, formula: &'a Formula) -> Option<&'a str> {
        let name = plain(formula)?;
        self.keys.as_ref().map_or(Some(name), |keys| keys.get(name).copied())
    }
}
