//! Runs a sequence over events.
//!
//! In: the parts of a sequence, events. Out: the events that are part of an alert. Invariant: for each key the newest open
//! sequence of a part takes the next event and the older ones are dropped, as they are where the event is too far from the
//! first one (Elasticsearch, `SequenceMatcher.match`); an event that lacks a key is in no sequence, unless the key is
//! written with `?` (EQL syntax reference, "Optional by fields"). An event of `until` expires the sequences that are open
//! after it was looked at as a part: one that it ends is a result, one that it opens or continues is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{Event, number};

use super::Clause;
use super::syntax::Field;

/// A sequence; a part that runs several times is there as often.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub(super) stages: Vec<Stage>,
    /// The most milliseconds between the first and the last event.
    pub(super) most: Option<f64>,
    pub(super) until: Option<Stage>,
}

/// One part.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) clause: Clause,
    /// The fields, each with whether events may lack it.
    pub(super) keys: Vec<(Field, bool)>,
}

/// What the events of a sequence share.
type Key = Vec<Vec<String>>;

/// A sequence that waits for its next event.
#[derive(Clone)]
struct Open {
    members: Vec<usize>,
    since: f64,
}

impl Stage {
    /// The key of an event that passes this part.
    fn key(&self, category: Option<&str>, event: &Event, mapped: &dyn Fn(&str) -> bool) -> Option<Key> {
        if !self.clause.matches(category, event, mapped) {
            return None;
        }
        let key = |(field, is_optional): &(Field, bool)| {
            let values: Vec<String> =
                event.values(&field.name).iter().map(|value| value.text().into_owned()).collect();
            (*is_optional || !values.is_empty()).then_some(values)
        };
        self.keys.iter().map(key).collect()
    }
}

impl Sequence {
    /// The events that are part of an alert, by index.
    pub(super) fn members(
        &self,
        category: Option<&str>,
        events: &[Event],
        mapped: &dyn Fn(&str) -> bool,
    ) -> Vec<usize> {
        let time =
            |event: &Event| event.values("_time").first().and_then(|value| number::parse(&value.text()));
        let mut in_order: Vec<(f64, usize)> =
            events.iter().enumerate().filter_map(|(index, event)| Some((time(event)?, index))).collect();
        in_order.sort_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)));
        let mut open: BTreeMap<(usize, Key), Open> = BTreeMap::new();
        let mut members: BTreeSet<usize> = BTreeSet::new();
        for (time, index) in in_order {
            let Some(event) = events.get(index) else { continue };
            // The last part first, so that an event does not follow itself.
            for (place, stage) in self.stages.iter().enumerate().rev() {
                let Some(key) = stage.key(category, event, mapped) else { continue };
                let Some(mut own) = (match place.checked_sub(1) {
                    None => Some(Open { members: Vec::new(), since: time }),
                    Some(before) => open.remove(&(before, key.clone())),
                }) else {
                    continue;
                };
                if self.most.is_some_and(|most| (time - own.since) * 1_000.0 > most) {
                    continue;
                }
                own.members.push(index);
                if place + 1 == self.stages.len() {
                    members.extend(own.members);
                } else {
                    open.insert((place, key), own);
                }
            }
            if let Some(key) = self.until.as_ref().and_then(|until| until.key(category, event, mapped)) {
                open.retain(|(_, other), _| *other != key);
            }
        }
        members.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Query;
    use super::super::tests::types;
    use crate::event::Event;

    /// Events in the order of their times, one a letter; the key is written before it.
    fn members(query: &str, events: &[(&str, &str, &str)]) -> Vec<usize> {
        let query = Query::parse(query, &types).unwrap();
        let event = |(time, key, letter): &(&str, &str, &str)| {
            let event = Event::new().with("_time", *time).with("k", *letter);
            if key.is_empty() { event } else { event.with("w", *key) }
        };
        let events: Vec<Event> = events.iter().map(event).collect();
        query.matches_all(None, &events, &|_| true)
    }

    const PAIR: &str = "sequence by w [any where k == \"a\"] [any where k == \"b\"]";

    #[test]
    fn the_newest_first_event_counts_and_is_used_once() {
        let events = [("1", "u", "a"), ("2", "u", "a"), ("3", "u", "x"), ("4", "u", "b"), ("5", "u", "b")];
        assert_eq!(members(PAIR, &events), [1, 3]);
    }

    #[test]
    fn events_share_their_key_and_have_one() {
        assert!(members(PAIR, &[("1", "u", "a"), ("2", "v", "b")]).is_empty());
        assert!(members(PAIR, &[("1", "U", "a"), ("2", "u", "b")]).is_empty());
        assert!(members(PAIR, &[("1", "", "a"), ("2", "", "b")]).is_empty());
        let optional = PAIR.replace("by w", "by ?w");
        assert_eq!(members(&optional, &[("1", "", "a"), ("2", "", "b")]), [0, 1]);
    }

    #[test]
    fn the_span_holds_its_end_and_drops_what_is_too_old() {
        let span = PAIR.replace("by w", "by w with maxspan=10s");
        assert_eq!(members(&span, &[("1", "u", "a"), ("11", "u", "b")]), [0, 1]);
        assert!(members(&span, &[("1", "u", "a"), ("11.001", "u", "b"), ("11.002", "u", "b")]).is_empty());
    }

    #[test]
    fn the_order_is_that_of_time_and_of_the_list_from_its_end() {
        assert!(members(PAIR, &[("2", "u", "a"), ("1", "u", "b")]).is_empty());
        assert_eq!(members(PAIR, &[("1", "u", "b"), ("1", "u", "a")]), [0, 1]);
        assert!(members(PAIR, &[("1", "u", "a"), ("1", "u", "b")]).is_empty());
    }

    #[test]
    fn until_drops_what_is_open_and_runs_repeat_a_part() {
        let until = format!("{PAIR} until [any where k == \"x\"]");
        assert!(members(&until, &[("1", "u", "a"), ("2", "u", "x"), ("3", "u", "b")]).is_empty());
        assert_eq!(members(&until, &[("1", "u", "a"), ("2", "v", "x"), ("3", "u", "b")]), [0, 2]);
        let runs = "sequence by w [any where k == \"a\"] with runs=3";
        assert_eq!(
            members(runs, &[("1", "u", "a"), ("2", "v", "a"), ("3", "u", "a"), ("4", "u", "a")]),
            [0, 2, 3]
        );
    }

    #[test]
    fn an_expiration_counts_between_the_events_of_a_sequence_and_at_those_before_its_last() {
        let until = |what: &str| format!("{PAIR} until [any where k == \"{what}\"]");
        let events = [("1", "u", "a"), ("2", "u", "b"), ("3", "u", "x")];
        assert_eq!(members(&until("b"), &events), [0, 1], "the last event ends the sequence first");
        assert!(members(&until("a"), &events).is_empty(), "the first event opens what is expired");
        assert_eq!(members(&until("x"), &events), [0, 1], "after the last event it is too late");
        let three = "sequence by w [any where k == \"a\"] [any where k == \"b\"] [any where k == \"c\"]";
        let middle = format!("{three} until [any where k == \"b\"]");
        assert!(members(&middle, &[("1", "u", "a"), ("2", "u", "b"), ("3", "u", "c")]).is_empty());
        let anew = [("1", "u", "a"), ("2", "u", "x"), ("3", "u", "a"), ("4", "u", "b")];
        assert_eq!(members(&until("x"), &anew), [2, 3]);
    }

    #[test]
    fn an_event_does_not_follow_itself() {
        let same = "sequence by w [any where k != null] [any where k != null]";
        assert_eq!(members(same, &[("1", "u", "a")]), Vec::<usize>::new());
        assert_eq!(members(same, &[("1", "u", "a"), ("2", "u", "b")]), [0, 1]);
    }
}
