//! The smallest event that still shows a difference.
//!
//! In: an event, or a set of them, and whether one shows the difference. Out: one that does, without the fields, values
//! and events that it does without. Invariant: what comes out shows the difference if what goes in does; the number of
//! tries is bounded.

use crate::event::Event;

/// The most tries.
const TRIES: usize = 400;

/// The event without what the difference does without.
pub(super) fn event(event: &Event, differs: &dyn Fn(&Event) -> bool) -> Event {
    let mut smallest = event.clone();
    let mut left = TRIES;
    for (name, _) in event.fields() {
        let values = smallest.values(name).to_vec();
        let mut tries = vec![Vec::new()];
        tries.extend((values.len() > 1).then_some(values).into_iter().flatten().map(|value| vec![value]));
        for values in tries {
            if left == 0 {
                return smallest;
            }
            left -= 1;
            let mut smaller = smallest.clone();
            smaller.set(name, values);
            if differs(&smaller) {
                smallest = smaller;
                break;
            }
        }
    }
    smallest
}

/// The events without those that the difference does without.
pub(super) fn set(events: &[Event], differs: &dyn Fn(&[Event]) -> bool) -> Vec<Event> {
    let mut smallest = events.to_vec();
    let mut size = smallest.len() / 2;
    let mut tries = TRIES;
    while size > 0 {
        let mut from = 0;
        while from < smallest.len() && tries > 0 {
            tries -= 1;
            let mut smaller = smallest.clone();
            smaller.drain(from..(from + size).min(smallest.len()));
            if differs(&smaller) {
                smallest = smaller;
            } else {
                from += size;
            }
        }
        size /= 2;
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_keeps_what_the_difference_needs() {
        let large = Event::new().with("a", "1").with("b", "2").with("b", "3").with("c", "4");
        let differs = |event: &Event| event.values("b").iter().any(|value| value.text() == "3");
        assert_eq!(event(&large, &differs), Event::new().with("b", "3"));
    }

    #[test]
    fn a_set_keeps_the_events_that_the_difference_needs() {
        let events: Vec<Event> = (0..50).map(|at| Event::new().with("n", at.to_string())).collect();
        let differs = |set: &[Event]| {
            ["7", "31"]
                .iter()
                .all(|n| set.iter().any(|event| event.values("n").iter().any(|it| it.text() == *n)))
        };
        assert_eq!(set(&events, &differs), [events[7].clone(), events[31].clone()]);
    }
}
