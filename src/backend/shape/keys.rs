//! What is asked of the keys of a group alone.
//!
//! In: a condition on rows. Out: what each event of a row passes that passes it, and the rest of the condition. Invariant: the
//! two together say what the condition does, but for an event with several values of a key, which is in several groups.

use crate::detection::predicate::OneValue;
use crate::detection::{Formula, Predicate};
use crate::optimise;

use super::level::{Level, Meaning};

/// Takes what is asked of keys alone out of a condition, unless nothing else is asked.
pub(super) fn apart(level: &Level, condition: &Predicate) -> (Vec<Predicate>, Predicate) {
    let Predicate::And(parts) = condition else { return (Vec::new(), condition.clone()) };
    let (of_keys, others): (Vec<_>, Vec<_>) =
        parts.iter().map(|part| (part, of_event(level, part))).partition(|(_, event)| event.is_some());
    if others.is_empty() {
        return (Vec::new(), condition.clone());
    }
    let others = others.into_iter().map(|(part, _)| part.clone());
    (of_keys.into_iter().filter_map(|(_, event)| event).collect(), Predicate::and(others))
}

/// The condition as one on an event, if it asks for keys that are fields of the events alone: some value of each key
/// passes (Search Reference, `stats`: a row has one value of each field behind BY).
fn of_event(level: &Level, condition: &Predicate) -> Option<Predicate> {
    if level.keeps_events || level.is_part || level.ends.is_some() || level.beside.is_some() {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    condition.for_each_field(&mut |field| {
        if names.iter().all(|name| name != field) {
            names.push(field.to_owned());
        }
    });
    let key = |name: &String| match level.meaning(name) {
        Some(Meaning::Key(field)) => Some((name.clone(), field)),
        _ => None,
    };
    let keys: Vec<(String, String)> = names.iter().map(key).collect::<Option<_>>()?;
    // Where a key has the name of another one's field, it is not clear which is meant.
    let is_clear = keys.len() == 1 || keys.iter().all(|(name, field)| name == field);
    if keys.is_empty() || !is_clear {
        return None;
    }
    let one = |holds: Predicate, (field, of): (String, String)| {
        Predicate::OneValue(Box::new(OneValue { of: Formula::Field(of), field, holds }))
    };
    Some(optimise::predicate(keys.into_iter().fold(condition.clone(), one)))
}
