//! What is kept of events.

use super::*;
use crate::command;
use crate::event::Value;

fn several(text: &str) -> Several<usize> {
    Several::new(&[command::lower(&command::parse(text).pipeline).unwrap()])
}

#[test]
fn an_event_that_is_kept_has_the_fields_that_are_asked_for() {
    let mut several =
        several("| dedup user | stats count by user | where count > 1").keeping(&["host".to_owned()]);
    let event =
        Event::new().with("user", "root").with("host", "h").with("other", "x".repeat(1000)).with_raw("y");
    several.add(0, &event, 1);
    let kept = &several.detections[0].as_ref().unwrap().kept[0].event;
    assert!(kept.has("user") && kept.has("host") && !kept.has("other") && kept.raw().is_none());
}

#[test]
fn groups_that_can_be_counted_keep_no_event() {
    let mut several =
        several("| stats count dc(host) AS hosts sum(bytes) AS bytes by user | where hosts > 1");
    for at in 0..100 {
        let event = Event::new().with("user", "root").with("host", (at % 3).to_string()).with("bytes", "2");
        several.add(0, &event, at);
    }
    assert!(several.weight < 2_000, "{}", several.weight);
    let rows = several.finish();
    let text = |name: &str| rows[0].event.values(name)[0].text().into_owned();
    assert_eq!((text("count"), text("hosts"), text("bytes")), ("100".into(), "3".into(), "200".into()));
    assert_eq!((rows[0].group.as_slice(), rows[0].last), (&["user".to_owned()][..], Some(99)));
}

#[test]
fn an_event_in_too_many_groups_gives_its_detection_up() {
    for functions in ["count", "count list(d)"] {
        let mut waiting = several(&format!("a=* | stats {functions} by a b c | where count > 1"));
        let mut event = Event::new();
        for name in ["a", "b", "c"] {
            event.set(name, (0..100).map(|at| Value::from(at.to_string().as_str())).collect());
        }
        assert!(waiting.add(0, &event, 1).is_empty());
        let reason = "given up after 1 events, since an event is in more than 100000 of its groups; its rows are not known";
        assert_eq!(waiting.left().iter().map(|left| left.reason.as_str()).collect::<Vec<_>>(), [reason]);
        assert!(waiting.finish().is_empty());
    }
}
