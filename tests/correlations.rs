//! Searches about several events as Sigma correlations, and the reader of those beside an engine that is not ours: rsigma.
//!
//! In: searches, and sets of events with times. Out: a verdict. Invariant: every event that contributes to a result of the
//! search contributes to an alert of the correlation; of every correlation the reader and the engine raise the same
//! alerts with the same events.

use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, JsonEvent};
use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationType};
use serde_json::{Value as Json, json};
use splc::backend::compile::{self, Settings, Status};
use splc::backend::{self, Options};
use splc::document::{Document, format_of};
use splc::evaluate;
use splc::event::{Event, Value};
use splc::target::{Targets, project};
use splc::verify::sigma::{Collection, read_collection};

/// A search, its status and the type of its correlation.
const SEARCHES: &[(&str, Status, &str)] = &[
    ("a=1 | stats count by user | where count > 2", Status::Wider, "event_count"),
    ("a=1 | stats count by user | where NOT count <= 2 | sort - count", Status::Wider, "event_count"),
    ("a=1 | bin _time span=1m | stats dc(x) as n by _time user | where n >= 2", Status::Wider, "value_count"),
    ("a=1 | eventstats dc(x) as n by user | where n=2", Status::Wider, "value_count"),
    ("a=1 | streamstats time_window=60s count by user | where count > 2", Status::Wider, "event_count"),
    ("a=1 | stats sum(x) as total by user | where total > 6.5", Status::Wider, "value_sum"),
    ("a=1 | stats avg(x) as mean by user | search mean<3", Status::Wider, "value_avg"),
    ("a=1 | stats values(x) as x by user | where mvcount(x) > 2", Status::Wider, "value_count"),
    ("a=1 | stats values(x) as seen by user | search seen=1 seen=2", Status::Wider, "temporal"),
    (
        "a=1 | stats values(x) as x by user, _time | eventstats dc(x) as n by user | where n > 2",
        Status::Wider,
        "value_count",
    ),
    ("a=1 | stats count, dc(x) as n by user | where count > 3 OR n > 2", Status::Wider, "value_count"),
    ("a=1 | stats count by user, x | where count > 1 AND user!=\"u1\"", Status::Wider, "event_count"),
    (
        "a=1 | eval k=lower(x) . \"-\" . user | stats count by k user | where count > 2",
        Status::Wider,
        "event_count",
    ),
    ("a=1 | eventstats avg(x) as mean by user | where x > mean AND x > 1", Status::Wider, "temporal"),
    ("a=1 | eval k=lower(user) | stats dc(x) as n by k | where n > 2", Status::Wider, "value_count"),
    ("a=1 | fillnull value=none user | stats count by user | where count > 2", Status::Wider, "event_count"),
    (
        "a=1 | eval user=coalesce(user, \"u1\") | stats dc(x) as n by user | where n > 1",
        Status::Wider,
        "value_count",
    ),
    ("a=1 x<2 | join user [search x>2 | fields user] | table user", Status::Wider, "temporal"),
    ("a=1 x<2 | join user [search x>2 | stats count by user | where count > 1]", Status::Wider, "temporal"),
    ("a=1 x<2 | stats dc(x) as n by user | join user [search x>2 | fields user]", Status::Wider, "temporal"),
];

/// Searches of which each event that may contribute is an alert, with words of the reason.
const EACH: &[(&str, &str)] = &[
    (
        "a=1 x IN (1, 2) | transaction user startswith=(x=1) endswith=(x=2) maxspan=1m",
        "may close without its first or its last event",
    ),
    ("a=1 | bin _time span=1m | stats count by _time user | where count < 3", "may lead to fewer results"),
    ("a=1 | stats count(eval(x=\"1\")) as n by user | where n > 1", "not counted"),
    ("a=1 | stats perc95(x) as p by user | where p > 3", "`p is a number > 3` is not tested"),
    ("a=1 | stats count by user | eventstats avg(count) as mean | where count > mean", "does not compare"),
    ("a=1 | streamstats window=5 count by user | where count > 2", "by time and not by rows"),
    (
        "a=1 | transaction user startswith=(x=1) endswith=(x=2) keepevicted=true | search eventcount=1",
        "fewer events than a rule counts",
    ),
    ("a=1 | eventstats avg(x) as mean by user | where x > mean", "does not compare"),
    ("a=1 | eval k=lower(user) | stats count by k | where count=2", "may lead to fewer results"),
    ("a=1 [search x=2 | fields user] | stats count by user", "those of another search"),
];

/// Searches for which there is no rule, with words of the reason.
const REFUSED: &[(&str, &str)] = &[
    ("a=1 | stats count by user | where count > 2 OR perc95(x) > 1", ""),
    ("user=* | stats perc95(x) as p by user | where p > 3", "the search tests nothing that happened"),
    ("user=* | bin _time span=1m | stats count by _time user | where count < 3", "other stretches of time"),
    ("user=* | eval k=lower(user) | stats count by k | where count > 3", "grouped by something computed"),
    ("| stats count | where count > 3", "nothing is asked of each of them"),
    ("a=1 | join type=left user [search x=2] | where isnull(y)", "is a result too"),
    ("a=1 | join left=L right=R where L.user=R.x [search x=2]", "fields of different names, `user` and `x`"),
    ("a=1 | join user [search index=web | stats count by user]", "nothing is asked"),
    (
        "index=p | transaction src_ip startswith=\"LOGIN_OK\" endswith=\"ADMIN\" maxspan=1h | where NOT match(raw, \"LOGIN_OK\")",
        "no value of theirs is asked for",
    ),
    ("index=proxy sourcetype=squid | rare useragent", "the fields are there by which it groups"),
    ("index=windows | stats count by sourcetype, EventCode", "the fields are there by which it groups"),
    ("index=a | stats count by _raw | where count > 4", "no name for the whole event"),
    ("index=a | bin _time span=1h | stats count by _time | where count > 4", "nothing is asked of each"),
];

/// What becomes of a search: the status, the text, or why it was refused.
fn compiled(spl: &str) -> (Status, String) {
    compiled_for("sigma", "rule", spl)
}

/// The same for a target, of whose texts one is named.
fn compiled_for(target: &str, text: &str, spl: &str) -> (Status, String) {
    let path = Path::new("several.spl").to_path_buf();
    let format = format_of(&path).unwrap();
    let documents = [Document::read(&path, spl.to_owned(), format)];
    let targets = Targets::embedded().unwrap();
    let understood = compile::understand(&documents, &Settings::of(&targets));
    let backend = backend::find(target).unwrap();
    let result = compile::rules(&understood[0], backend, targets.map(target).unwrap(), &Options::default());
    let rule = &result.rules[0];
    let notes: Vec<&str> = rule.notes.iter().map(|note| note.message.as_str()).collect();
    let text = rule.written.as_ref().map(|(_, emission, _)| emission.text(text).to_owned());
    (rule.status, text.unwrap_or_else(|| notes.join("\n")))
}

/// Events of two users, the newest first, within ten minutes.
fn sets() -> impl Strategy<Value = Vec<(i64, u8, u8, bool)>> {
    prop::collection::vec((1i64..100, 0u8..2, 0u8..5, prop::bool::weighted(0.9)), 1..9)
}

fn events(set: &[(i64, u8, u8, bool)]) -> Vec<Event> {
    let mut time = 1_700_000_000_i64;
    let mut events: Vec<Event> = set
        .iter()
        .map(|(gap, user, x, passes)| {
            time += gap;
            let mut event = Event::new().with("_time", time.to_string()).with("user", format!("u{user}"));
            event.set("x", vec![Value::Number(f64::from(*x))]);
            event.with("a", if *passes { "1" } else { "2" })
        })
        .collect();
    events.reverse();
    events
}

/// The alerts of the engine: the event with which each is raised, as its place in time.
fn alerts_of_engine(text: &str, events: &[Event]) -> Vec<(String, i64)> {
    let mut engine = CorrelationEngine::new(CorrelationConfig::default());
    let mut collection = rsigma_parser::parse_sigma_yaml(text).unwrap();
    for correlation in &mut collection.correlations {
        // It takes one rule of `temporal` for enough, where the specification wants all.
        if correlation.correlation_type == CorrelationType::Temporal {
            let predicates = vec![(ConditionOperator::Gte, correlation.rules.len() as u64)];
            correlation.condition =
                CorrelationCondition::Threshold { predicates, field: None, percentile: None };
        }
    }
    engine.add_collection(&collection).unwrap();
    let mut raised = Vec::new();
    for event in events.iter().rev() {
        let time = time(event);
        let mut json = event.to_json();
        json["x"] = json["x"].as_str().map_or(Json::Null, |x| json!(x.parse::<i64>().unwrap()));
        let results = engine.process_event_at(&JsonEvent::borrow(&json), time);
        let correlations = results.iter().filter(|result| result.is_correlation());
        raised.extend(correlations.map(|result| (result.header.rule_title.clone(), time)));
    }
    raised.sort();
    // The engine raises one alert for each rule that an event passes.
    raised.dedup();
    raised
}

fn alerts_of_reader(collection: &Collection, events: &[Event]) -> Vec<(String, i64)> {
    let alerts = collection.alerts(events).unwrap();
    let mut raised: Vec<(String, i64)> =
        alerts.into_iter().map(|alert| (alert.title, time(&events[alert.at]))).collect();
    raised.sort();
    raised.dedup();
    raised
}

fn time(event: &Event) -> i64 {
    event.values("_time")[0].text().parse().unwrap()
}

#[test]
fn searches_about_several_events_become_correlations_that_lose_nothing() {
    let mut runner = TestRunner::deterministic();
    for (spl, status, kind) in SEARCHES {
        let (found, text) = compiled(spl);
        assert_eq!(found, *status, "{spl}\n{text}");
        assert!(text.contains(&format!("type: {kind}\n")), "{spl}\n{text}");
        let collection = read_collection(&text).unwrap_or_else(|error| panic!("{spl}: {error}\n{text}"));
        let pipeline = splc::command::parse(spl).pipeline;
        let (mut matching, mut silent) = (0, 0);
        for _ in 0..60 {
            let events = events(&sets().new_tree(&mut runner).unwrap().current());
            let expected = evaluate::matches_all(&pipeline, &events).unwrap();
            let found = collection.matches_all(&events).unwrap();
            let lost: Vec<&usize> = expected.iter().filter(|at| !found.contains(at)).collect();
            assert!(lost.is_empty(), "{spl}\n{text}\n{events:?}\nlost {lost:?}");
            matching += usize::from(!expected.is_empty());
            silent += usize::from(found.is_empty());
            assert_eq!(
                alerts_of_reader(&collection, &events),
                alerts_of_engine(&text, &events),
                "reader, engine: {spl}\n{text}\n{events:?}"
            );
        }
        assert!(matching > 3, "{spl}: {matching} sets of 60 match");
        assert!(silent > 0 || kind.starts_with("value_avg"), "{spl}: every set raises an alert");
    }
}

#[test]
fn what_no_correlation_says_raises_an_alert_for_each_event() {
    let mut runner = TestRunner::deterministic();
    for (spl, reason) in EACH {
        let (status, text) = compiled(spl);
        assert_eq!(status, Status::Wider, "{spl}\n{text}");
        assert!(text.contains("level: low") && !text.contains("timespan:"), "{spl}\n{text}");
        assert!(text.contains("# threshold-dropped: ") && text.contains(reason), "{spl}\n{text}");
        let collection = read_collection(&text).unwrap_or_else(|error| panic!("{spl}: {error}\n{text}"));
        let pipeline = splc::command::parse(spl).pipeline;
        let mut matching = 0;
        for _ in 0..60 {
            let events = events(&sets().new_tree(&mut runner).unwrap().current());
            let expected = evaluate::matches_all(&pipeline, &events).unwrap();
            let found = collection.matches_all(&events).unwrap();
            assert!(expected.iter().all(|at| found.contains(at)), "{spl}\n{text}\n{events:?}");
            matching += usize::from(!expected.is_empty());
        }
        assert!(matching > 0, "{spl}: no set of 60 matches");
    }
}

#[test]
fn what_no_rule_says_is_refused_with_the_reason() {
    for (spl, reason) in REFUSED {
        let (status, notes) = compiled(spl);
        assert_eq!(status, Status::Refused, "{spl}\n{notes}");
        assert!(notes.contains(reason), "{spl}\n{notes}");
    }
}

#[test]
fn a_test_of_a_field_behind_by_is_one_of_the_events() {
    for (asked, tested) in [
        ("where status=\"failed\" AND count > 3", "status|cased: 'failed'"),
        ("search status=failed count>3", "status: 'failed'"),
        ("where status IN (\"a\", \"b\") | sort - count | where count > 3", "status|cased:"),
        ("where match(status, \"^f+$\") AND count > 3", "status|re: '^f+$'"),
    ] {
        let (status, text) = compiled(&format!("a=1 | stats count by user status | {asked}"));
        assert_eq!(status, Status::Wider, "{text}");
        assert!(text.contains(tested) && text.contains("gt: 3") && !text.contains("dropped-test"), "{text}");
    }
}

#[test]
fn equal_texts_of_events_are_counted_each_and_that_is_said() {
    let (status, text) = compiled("a=1 | stats dc(_raw) as n by user | where n > 1");
    assert_eq!(status, Status::Wider, "{text}");
    assert!(text.contains("type: event_count") && text.contains("`dc(_raw)` counts them once"), "{text}");
    let (status, text) = compiled("user=* | stats dc(_raw) as n by user | where n < 2");
    assert_eq!(status, Status::Refused, "{text}");
}

#[test]
fn conditions_are_named_as_searches_say_them() {
    let (_, text) = compiled("a=1 | stats perc95(x) as p values(y) as y by user | where p > 3 OR NOT p < 1");
    assert!(
        text.contains("`p is a number > 3 or (p is a number >= 1 and not p is a number < 1)` is not tested"),
        "{text}"
    );
    let (_, text) = compiled("a=1 | head 5 | stats count by user | where true() AND count > 2");
    assert!(
        text.contains("a limit of how many rows are kept is left out") && !text.contains("`true`"),
        "{text}"
    );
}

#[test]
fn a_group_without_a_test_of_it_is_a_rule_on_one_event() {
    for asked in ["stats count by user", "where count >= 1", "where count != 0", "search count>0"] {
        let (status, text) = compiled(&format!("a=1 | stats count by user | {asked}"));
        assert_eq!(status, Status::Exact, "{text}");
    }
    let (status, text) = compiled("a=1 | stats count by user | where count > 0");
    assert_eq!(status, Status::Exact, "{text}");
    assert!(!text.contains("timespan:") && text.contains("user|exists: true"), "{text}");
}

#[test]
fn what_only_an_add_on_makes_is_not_asked_for_because_a_search_groups_by_it() {
    let sysmon =
        r#"sourcetype="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 Image="*\\wmic.exe""#;
    for (spl, left_out) in [
        (
            format!("{sysmon} | stats count by Computer dest"),
            "`dest exists` is not tested: the search only groups by it",
        ),
        (
            "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=wmic.exe \
             by Processes.process Processes.dest"
                .to_owned(),
            "`Processes.dest exists` is not tested",
        ),
    ] {
        let (status, text) = compiled(&spl);
        assert_eq!(status, Status::Wider, "{text}");
        assert!(text.contains(left_out) && !text.contains("dest|exists"), "{text}");
        assert!(
            text.contains("Computer|exists: true") || text.contains("CommandLine|exists: true"),
            "{text}"
        );
    }
    // What the search asks for, and what a correlation groups by, is kept.
    for stages in ["search dest=* | stats count by dest", "stats count by dest | where count > 3"] {
        let (_, text) = compiled(&format!("{sysmon} | {stages}"));
        assert!(text.contains("dest|exists: true") && text.contains("unmapped-field: `dest`"), "{text}");
    }
}

#[test]
fn what_is_asked_of_an_extracted_part_is_asked_of_the_whole() {
    let sysmon = r#"sourcetype="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1"#;
    for (stages, status, expected) in [
        (
            r#"eval c=lower(CommandLine) | where match(c, "reg\s+save")"#,
            Status::Exact,
            "CommandLine|re|i: 'reg",
        ),
        (
            r#"rex field=Image "\\\\(?<exe>[^\\\\]+)\z" | search exe=cmd.exe"#,
            Status::Wider,
            r"Image|endswith: '\cmd.exe'",
        ),
        (r#"where mvindex(split(Image, "\\"), -1)="cmd.exe""#, Status::Exact, r"'\cmd.exe'"),
        (r#"eval n=lower(replace(Image, "^.*\\\\", "")) | where n="cmd.exe""#, Status::Wider, r"'\cmd.exe'"),
        (
            r#"where like(mvindex(split(Image, "\\"), -1), "%.exe")"#,
            Status::Exact,
            r"Image|endswith|cased: '.exe'",
        ),
        (r"where len(CommandLine) > 1000", Status::Exact, "CommandLine|re|s: '^.{1001}'"),
    ] {
        let (found, text) = compiled(&format!("{sysmon} | {stages}"));
        assert!(found == status && text.contains(expected), "{found:?} {text}");
    }
}

#[test]
fn what_counts_only_beside_something_that_is_left_out_is_named_too() {
    let sysmon =
        r#"sourcetype="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational" EventCode=1 CommandLine=*x*"#;
    for beside in [r#"NOT (User="A\\B" ParentImage=*y)"#, r#"(User="A\\B" OR ParentImage=*y)"#] {
        let (status, text) = compiled_for("eql", "eql", &format!("{sysmon} {beside}"));
        assert_eq!(status, Status::Wider, "{text}");
        assert!(
            text.contains("`User is ") && text.contains("`ParentImage is \"*y\"` is not tested either"),
            "{text}"
        );
    }
    // Alone, it is tested.
    let (_, text) = compiled_for("eql", "eql", &format!("{sysmon} User=\"A\\\\B\" ParentImage=*y"));
    assert!(text.contains("process.parent.executable") && !text.contains("either"), "{text}");
    let (status, text) = compiled_for("eql", "eql", &format!("{sysmon} | regex _raw=\"a\""));
    assert!(status == Status::Wider && text.contains("no test of the raw event"), "{text}");
}

#[test]
fn keys_that_splunk_alone_has_are_left_out_of_correlations() {
    let (status, text) = compiled(
        "sourcetype=linux_secure action=failure | stats count by index, host, sourcetype, src | where count > 5",
    );
    assert_eq!(status, Status::Wider, "{text}");
    assert!(text.contains("group-by:\n        - host\n        - src\n"), "{text}");
    assert!(
        !text.contains("host|exists") && text.contains("the key `index`, which Splunk alone gives"),
        "{text}"
    );
}

/// Searches that count events of two log sources together, with what the correlation holds.
const OF_TWO_SOURCES: &[(&str, &str)] = &[
    ("stats count by user | where count > 2", "type: event_count\n"),
    ("stats dc(x) as n by user | where n >= 2", "type: value_count\n"),
    ("stats sum(x) as n by user | where n > 5", "type: value_sum\n"),
    ("stats count by Source_Network_Address | where count > 2", "aliases:\n        IpAddress:\n"),
];

/// The search over failures of two log sources.
fn over_two_sources(stages: &str) -> String {
    format!(
        "(sourcetype=WinEventLog:Security EventCode=4625) OR (sourcetype=linux_secure action=failure) | {stages}"
    )
}

#[test]
fn events_of_two_log_sources_are_counted_together_by_one_rule_each() {
    let mut runner = TestRunner::deterministic();
    let targets = Targets::embedded().unwrap();
    for (stages, holds) in OF_TWO_SOURCES {
        let path = Path::new("two.spl");
        let spl = over_two_sources(stages);
        let documents = [Document::read(path, spl.clone(), format_of(path).unwrap())];
        let understood = compile::understand(&documents, &Settings::of(&targets));
        let sigma = backend::find("sigma").unwrap();
        let result =
            compile::rules(&understood[0], sigma, targets.map("sigma").unwrap(), &Options::default());
        let [rule] = result.rules.as_slice() else { panic!("{spl}: {:?}", result.rules) };
        let (rule, emission, _) = rule.written.as_ref().unwrap();
        let text = emission.text("rule");
        assert!(text.contains(holds) && text.matches("\n        - ").count() >= 2, "{text}");
        assert!(!text.contains("sourcetype:") && !text.contains("unknown-source"), "{text}");
        let collection = read_collection(text).unwrap();
        let (mut mixed, mut silent) = (0, 0);
        for _ in 0..80 {
            let sources = prop::collection::vec(any::<bool>(), 9);
            let (set, of) = (sets(), sources).new_tree(&mut runner).unwrap().current();
            let events = of_two_sources(&events(&set), &of);
            let seen: Vec<Event> = events
                .iter()
                .zip(&of)
                .map(|(event, of)| {
                    let member = &rule.members[usize::from(*of)];
                    let seen = project(event, member.mapping, member.view, &|_| true).unwrap();
                    seen.with("_time", event.values("_time")[0].text().into_owned())
                })
                .collect();
            let expected = evaluate::matches_all(&understood[0].parsed.pipeline, &events).unwrap();
            let found = collection.matches_all(&seen).unwrap();
            assert!(expected.iter().all(|at| found.contains(at)), "{text}\n{events:?}");
            mixed += usize::from(expected.iter().any(|at| of[*at]) && expected.iter().any(|at| !of[*at]));
            silent += usize::from(found.is_empty());
            assert_eq!(
                alerts_of_reader(&collection, &seen),
                alerts_of_engine(text, &seen),
                "{text}\n{seen:?}"
            );
        }
        assert!(
            mixed > 3 && silent > 0,
            "{spl}: {mixed} sets of both sources match, {silent} raise no alert"
        );
    }
}

/// The events as failures and successes of two log sources.
fn of_two_sources(events: &[Event], of: &[bool]) -> Vec<Event> {
    let one = |(event, is_linux): (&Event, &bool)| {
        let fails = event.values("a")[0].text() == "1";
        let user = event.values("user")[0].text().into_owned();
        let event = event.clone().with("Source_Network_Address", user);
        match (is_linux, fails) {
            (true, true) => event.with("sourcetype", "linux_secure").with("action", "failure"),
            (true, false) => event.with("sourcetype", "linux_secure").with("action", "success"),
            (false, true) => event.with("sourcetype", "WinEventLog:Security").with("EventCode", "4625"),
            (false, false) => event.with("sourcetype", "WinEventLog:Security").with("EventCode", "4624"),
        }
    };
    events.iter().zip(of).map(one).collect()
}

#[test]
fn what_targets_cannot_count_over_two_log_sources_they_refuse_for_that_reason() {
    let targets = Targets::embedded().unwrap();
    let path = Path::new("two.spl");
    let documents = [Document::read(path, over_two_sources(OF_TWO_SOURCES[0].0), format_of(path).unwrap())];
    let understood = compile::understand(&documents, &Settings::of(&targets));
    for name in ["eql", "falco"] {
        let target = backend::find(name).unwrap();
        let result = compile::rules(&understood[0], target, targets.map(name).unwrap(), &Options::default());
        let notes: Vec<&str> = result.rules[0].notes.iter().map(|note| note.message.as_str()).collect();
        let reason = format!(
            "events of `windows.security` and `linux.auth` are counted together, and a rule of {name} looks at one log source"
        );
        assert!(notes.contains(&reason.as_str()), "{notes:?}");
        assert!(notes.iter().all(|note| !note.contains("names no log source")), "{notes:?}");
    }
}

/// The id of a rule of these tests.
fn id(name: &str) -> String {
    format!("00000000-0000-5000-8000-0000000000{name}")
}

/// Correlations of all types over two rules.
fn correlations() -> impl Strategy<Value = Json> {
    let condition = (prop::sample::select(vec!["gt", "gte", "lt", "lte", "eq", "neq"]), 0i64..6);
    let number = prop::sample::select(vec!["event_count", "value_count", "value_sum", "value_avg"]);
    let number = (number, condition).prop_map(|(kind, (relation, bound))| {
        let mut condition = json!({relation: bound});
        if kind != "event_count" {
            condition["field"] = json!("x");
        }
        json!({"type": kind, "rules": [id("01")], "condition": condition})
    });
    let kind = prop::sample::select(vec!["temporal", "temporal_ordered"]);
    let temporal = kind.prop_map(|kind| json!({"type": kind, "rules": [id("02"), id("03")]}));
    let span = prop::sample::select(vec!["30s", "1m", "5m", "1h"]);
    (prop_oneof![2 => number, 1 => temporal], span, any::<bool>()).prop_map(|(mut correlation, span, by)| {
        correlation["timespan"] = json!(span);
        correlation["group-by"] = if by { json!(["user"]) } else { json!([]) };
        correlation
    })
}

#[test]
fn the_reader_of_correlations_agrees_with_rsigma() {
    let rule = |name: &str, selection: Json| {
        // It finds only rules that have an id.
        json!({"title": name, "id": id(name), "logsource": {"category": "test"},
               "detection": {"sel": selection, "condition": "sel"}})
    };
    let base = [rule("01", json!({"a": "1"})), rule("02", json!({"x": 1})), rule("03", json!({"x|gte": 2}))];
    let mut runner = TestRunner::deterministic();
    let (mut raised, mut silent) = (0, 0);
    for _ in 0..400 {
        let correlation = correlations().new_tree(&mut runner).unwrap().current();
        let correlation = json!({"title": "several", "correlation": correlation});
        let documents: Vec<String> = base.iter().chain([&correlation]).map(Json::to_string).collect();
        let text = documents.join("\n---\n");
        let collection = read_collection(&text).unwrap();
        let events = events(&sets().new_tree(&mut runner).unwrap().current());
        let (ours, theirs) = (alerts_of_reader(&collection, &events), alerts_of_engine(&text, &events));
        assert_eq!(ours, theirs, "ours, theirs: {correlation}\n{events:?}");
        raised += ours.len();
        silent += usize::from(ours.is_empty());
    }
    assert!(raised > 200 && silent > 50, "{raised} alerts, {silent} sets without one");
}
