//! Detections over several events: the steps of the intermediate form come to what the tree comes to.
//!
//! In: `cases/several/*.txt`, a specification by example, and pipelines made at random over few fields with few values, so
//! that groups meet. Out: a verdict. A case is a title, why it is so, a search, events in the order in which the search
//! finds them, and which of them, counted from 0, contribute to a row of the result. Invariant: the indexes are written by
//! hand from Splunk's manual; both sides have to give them, and a case says `wider` where the intermediate form has to say
//! so of itself.
//!
//! ```text
//! == More than two logins of one user
//! why: Search Reference, `stats`
//! query: action=login | stats count by user | where count > 2
//! event: {"action": "login", "user": "root"}
//! contribute: none
//! ```

use std::cell::RefCell;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use splc::detection::Fidelity;
use splc::event::{Event, Value};
use splc::function::Context;
use splc::{command, evaluate};

/// Pipelines with events that a run looks at.
const PAIRS: u32 = 4_000;

#[derive(Default)]
struct Case {
    title: String,
    why: String,
    query: String,
    events: Vec<Event>,
    contribute: Option<Vec<usize>>,
    is_wider: bool,
}

#[test]
fn cases_over_several_events() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/several");
    let mut failures = Vec::new();
    let mut count = 0;
    for file in std::fs::read_dir(folder).expect("there are cases") {
        let path = file.expect("the folder can be listed").path();
        for case in read(&std::fs::read_to_string(&path).expect("a case is a text")) {
            count += 1;
            if let Err(reason) = check(&case) {
                failures.push(format!("{}: {}\n  {}\n  {reason}", path.display(), case.title, case.query));
            }
        }
    }
    assert!(count > 0 && failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(title) = line.strip_prefix("== ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().unwrap_or_else(|| panic!("a title comes first: {line}"));
        match line.split_once(": ") {
            None if line == "wider" => case.is_wider = true,
            Some(("why", text)) => text.clone_into(&mut case.why),
            Some(("query", text)) => text.clone_into(&mut case.query),
            Some(("event", text)) => {
                case.events
                    .push(Event::from_json_text(text).unwrap_or_else(|error| panic!("{error}: {text}")));
            }
            Some(("contribute", "none")) => case.contribute = Some(Vec::new()),
            Some(("contribute", text)) => {
                let indexes = text.split_whitespace().map(|it| it.parse().expect("an index"));
                case.contribute = Some(indexes.collect());
            }
            _ => panic!("not understood: {line}"),
        }
    }
    cases
}

fn check(case: &Case) -> Result<(), String> {
    let Some(expected) = case.contribute.as_ref().filter(|_| !case.why.is_empty()) else {
        return Err("a case says why, and what contributes".to_owned());
    };
    let parsed = command::parse(&case.query);
    if !parsed.is_clean() {
        return Err(format!("not read: {:?}", parsed.diagnostics));
    }
    let tree = evaluate::matches_all(&parsed.pipeline, &case.events).map_err(|reason| reason.message)?;
    let detection = command::lower(&parsed.pipeline).map_err(|reason| reason.message)?;
    let context = Context::at(evaluate::latest(&case.events));
    let steps = evaluate::detection(&detection, &case.events, &context);
    let is_wider = detection.fidelity == Fidelity::Wider;
    let steps_hold = if is_wider { expected.iter().all(|it| steps.contains(it)) } else { steps == *expected };
    if tree == *expected && steps_hold && is_wider == case.is_wider {
        return Ok(());
    }
    Err(format!(
        "expected {expected:?}, the tree says {tree:?}, the steps say {steps:?} ({:?})",
        detection.fidelity
    ))
}

const FIRST: &[&str] = &[
    "u=* OR h=*",
    "h=*",
    "NOT u=c",
    "u!=b",
    "x>1 OR u=a",
    "_time>0",
    "| tstats count AS n max(x) AS m where u=* by u h",
    "| tstats count AS n min(_time) AS m where x=* by u _time span=5m",
];

const BEFORE: &[&str] = &[
    "bin _time span=5m",
    "bin span=10s _time AS t",
    "eval x=x*2",
    "eval v=coalesce(h, u), n=x",
    "eval u=if(x>2, \"a\", u)",
    "eval h=upper(h)",
    "rename u AS h",
    "rename x AS n",
    "mvexpand u",
    "mvexpand limit=1 u",
    "dedup u",
    "dedup 2 h sortby -x",
    "dedup u consecutive=t keepempty=t",
    "fillnull value=none u",
    "sort 0 _time",
    "sort - x, u",
    "sort 3 num(x)",
    "sort u d",
    "head 5",
    "tail 4",
    "reverse",
    "where isnotnull(x)",
    "search h=a",
    "fields - n",
    "streamstats count AS x",
    "eventstats dc(u) AS n BY h",
];

const FUNCTIONS: &[&str] = &[
    "count AS n",
    "c(x) AS n",
    "dc(x) AS n",
    "distinct_count(u) AS n",
    "sum(x) AS n",
    "avg(x) AS n",
    "max(x) AS n",
    "min(h) AS n",
    "values(x) AS n",
    "values(h) AS n, count AS m",
    "list(x) AS n",
    "count(eval(x>2)) AS n",
    "sum(eval(x+1)) AS n",
    "dc(eval(if(x>2, h, u))) AS n",
    "first(x) AS n",
    "last(x) AS n",
    "earliest(x) AS n",
    "latest(x) AS n",
    "range(_time) AS n",
    "max(_time) AS m, count AS n",
    "mode(x) AS n",
    "median(x) AS n",
    "perc90(x) AS n",
    "stdev(x) AS n",
    "rate(x) AS n",
    "count AS x, dc(x) AS n",
    "max(x) AS u, count AS n",
    "latest(*) AS *, dc(h) AS n",
    "values(*) AS all_*, count AS n",
    "first(x) AS m, last(*) AS *, count AS n",
];

const BY: &[&str] = &["", "BY u", "BY h", "BY u, h", "BY _time, u", "BY h _time"];

const WINDOWS: &[&str] = &[
    "",
    "current=f",
    "window=2",
    "window=3 global=f",
    "window=2 current=f global=f",
    "time_window=60s",
    "time_window=5m current=f",
];

const TRANSACTIONS: &[&str] = &[
    "transaction u",
    "transaction u maxspan=5m",
    "transaction u, h maxspan=10m",
    "transaction h maxpause=60s keepevicted=t",
    "transaction u maxevents=2",
    "transaction u startswith=(h=a)",
    "transaction u startswith=(h=a) endswith=(h=b)",
    "transaction u endswith=eval(x>2)",
    "transaction u maxspan=10m endswith=(h=b)",
    "transaction u, h connected=f maxspan=5m",
    "transaction maxpause=30s",
    "transaction u startswith=\"a\" keepevicted=t",
];

const TESTS: &[&str] = &[
    "where n>1",
    "where n>2",
    "where n>=1",
    "where n<3",
    "where n=2",
    "where n!=2",
    "where isnull(n)",
    "where mvcount(n)>1",
    "where NOT n>2",
    "where n>x",
    "where m>2 OR n>2",
    "where x>2",
    "where mvcount(all_x)>1 OR n>3",
    "search n>2",
    "search n=a",
    "search NOT n=2",
    "where n>1 AND u!=\"a\"",
    "eval k=if(n>2, \"many\", \"few\") | search k=many",
];

const OF_TRANSACTIONS: &[&str] = &[
    "where eventcount>2",
    "where duration<60",
    "where duration>100 AND eventcount>1",
    "search closed_txn=1",
    "where mvcount(h)>1",
    "search h=a h=b",
    "stats count AS n BY u | where n>1",
    "stats max(eventcount) AS n | where n>2",
    "where eventcount>1 | stats dc(u) AS n BY h | where n>1",
];

const AFTER: &[&str] = &[
    "stats count AS m BY h | where m>1",
    "stats count AS m BY u | where m=1",
    "eventstats avg(n) AS a stdev(n) AS s | where n>=a+s",
    "eventstats max(n) AS n | where n>3",
    "eventstats count AS k BY u | where k>1",
    "stats dc(u) AS m | where m>1",
    "stats max(n) AS n BY u | where n>2",
    "stats values(*) AS * BY u | where mvcount(h)>1",
    "streamstats count AS r | where r<3",
    "streamstats sum(n) AS n BY u | where n>3",
    "sort - n | head 2 | stats count | where count>1",
    "sort - n | head 2",
    "dedup u",
    "dedup n | stats count | where count>1",
    "where u!=\"a\"",
    "bin _time span=1h | stats count AS m BY _time | where m>1",
    "fields - n",
    "stats count",
    "rename n AS k | where k>1",
    "tail 1 | eventstats count AS k | where k=1",
];

/// What stands in brackets; whatever its rows are, their fields are known.
const OTHERS: &[&str] = &[
    "search u=a | fields u",
    "search h=* | fields u h",
    "search x>1 | stats count AS n BY u",
    "search NOT u=c | stats max(x) AS x BY u h | where x>2",
    "search h=b | eval x=x*2, n=1 | table u x n",
    "search u=* | dedup h | table h x",
    "search x=* | sort 0 - num(x) | head 3 | rename x AS n | fields h n",
    "search u=b | eval h=mvappend(h, \"b\"), u=null() | fields u h",
    "search x=* [search u=a | fields h] | fields u x",
    "search u=* | join h [search x>1 | fields h x] | fields u x",
    "tstats count AS n WHERE x=* BY h",
];

/// More of them for a join, whose fields may be any.
const JOINED: &[&str] = &["search u=b", "search x>2 | eval n=x", "search h=* | stats values(*) AS * BY u"];

const JOINS: &[&str] = &[
    "join u",
    "join type=inner max=0 h",
    "join type=left u",
    "join type=outer max=0 u h",
    "join overwrite=f max=2 u",
    "join usetime=t h",
    "join usetime=t earlier=f max=0 u",
    "join left=L right=R where L.u = R.u",
    "join max=0 left=L right=R where R.h=L.h",
];

const OF_ALIASES: &[&str] =
    &["search L.x>1 R.x>1", "where 'R.n'='L.x' OR 'R.h'=\"b\"", "stats count AS n BY L.u"];

/// A stage that looks at a sub-search.
fn other() -> impl Strategy<Value = String> {
    let condition = select(&["search", "search NOT", "search x>1 OR", "search h=a NOT"][..]);
    let ending =
        select(&["", "", "", " | format", " | format maxresults=2", " | return 2 u", " | return h=u"][..]);
    let condition = (condition, select(OTHERS), ending)
        .prop_map(|(search, other, ending)| format!("{search} [{other}{ending}]"));
    let other = prop_oneof![3 => select(OTHERS), 2 => select(JOINED)];
    let join = (select(JOINS), other, select(OF_ALIASES)).prop_map(|(join, other, then)| {
        let then = if join.contains("left=L") { format!(" | {then}") } else { String::new() };
        format!("{join} [{other}]{then}")
    });
    prop_oneof![1 => condition, 2 => join]
}

pub(super) fn pipeline() -> impl Strategy<Value = String> {
    let window = (select(WINDOWS), select(FUNCTIONS), select(BY));
    let grouping = prop_oneof![
        6 => (select(FUNCTIONS), select(BY)).prop_map(|(functions, by)| format!("stats {functions} {by}")),
        2 => (select(FUNCTIONS), select(BY)).prop_map(|(functions, by)| format!("eventstats {functions} {by}")),
        3 => window.prop_map(|(window, functions, by)| format!("streamstats {window} {functions} {by}")),
        1 => select(FUNCTIONS).prop_map(|functions| format!("timechart span=5m {functions}")),
        1 => select(FUNCTIONS).prop_map(|functions| format!("chart {functions} BY u")),
    ];
    let tested = (grouping, select(TESTS)).prop_map(|(group, test)| format!("{group} | {test}"));
    let joined =
        (select(TRANSACTIONS), select(OF_TRANSACTIONS)).prop_map(|(group, test)| format!("{group} | {test}"));
    let core = prop_oneof![6 => tested, 1 => joined];
    let before = vec(prop_oneof![4 => select(BEFORE).prop_map(str::to_owned), 1 => other()], 0..3);
    let core = prop_oneof![5 => core.boxed(), 1 => other().boxed()];
    let after = vec(prop_oneof![6 => select(AFTER).prop_map(str::to_owned), 1 => other()], 0..2);
    (select(FIRST), before, core, after).prop_map(|(first, before, core, after)| {
        let stages = [&[first.to_owned()], before.as_slice(), &[core], after.as_slice()].concat();
        stages.join(" | ")
    })
}

/// Few values, so that groups meet; times newest first, as a search finds them, or in any order.
pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    // Mostly one value, sometimes none or several.
    let one = |values: &'static [&'static str]| {
        let some = |least, most| vec(select(values), least..=most);
        prop_oneof![8 => some(1, 1), 1 => some(0, 0), 1 => some(2, 3)]
    };
    let fields =
        (one(&["a", "a", "b", "c"]), one(&["a", "b"]), one(&["1", "2", "3", "10", "zz"]), 0_u32..900);
    let event = fields.prop_map(|(u, h, x, time)| {
        let mut event = Event::new();
        for (name, values) in [("u", u), ("h", h), ("x", x)] {
            event.set(name, values.into_iter().map(Value::from).collect());
        }
        event.with("_time", (1_700_000_000 + time).to_string())
    });
    (vec(event, 1..12), 0_u8..4).prop_map(|(mut events, order)| {
        if order > 0 {
            events.sort_by_key(|event| std::cmp::Reverse(event.values("_time")[0].text().into_owned()));
        }
        events
    })
}

#[derive(Default)]
struct Counts {
    compared: u32,
    refused: u32,
    /// Pairs of which some events contribute, and of which some do not.
    some: u32,
    not_all: u32,
    steps: u32,
}

#[test]
fn the_steps_come_to_what_the_search_means() {
    let config = Config { cases: PAIRS, failure_persistence: None, ..Config::default() };
    let counts = RefCell::new(Counts::default());
    let result = TestRunner::new(config).run(&(pipeline(), events()), |(query, events)| {
        let parsed = command::parse(&query);
        prop_assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let tree = evaluate::matches_all(&parsed.pipeline, &events);
        let mut tree = tree.map_err(|reason| TestCaseError::fail(reason.message))?;
        let mut counts = counts.borrow_mut();
        let Ok(detection) = command::lower(&parsed.pipeline) else {
            counts.refused += 1;
            return Ok(());
        };
        // Where each event is judged alone, an outer join shows more of it and brings no other event in.
        if detection.steps.is_empty() && (query.contains("type=left") || query.contains("type=outer")) {
            let alone = |at: &usize| evaluate::matches(&parsed.pipeline, &events[*at]) == Ok(true);
            tree = (0..events.len()).filter(alone).collect();
        }
        let context = Context::at(evaluate::latest(&events));
        let steps = evaluate::detection(&detection, &events, &context);
        if detection.fidelity == Fidelity::Wider {
            prop_assert!(tree.iter().all(|it| steps.contains(it)), "{tree:?} {steps:?} {detection:?}");
        } else {
            prop_assert_eq!(&tree, &steps, "tree, steps: {:?}", detection);
        }
        counts.compared += 1;
        counts.steps += u32::from(!detection.steps.is_empty());
        counts.some += u32::from(!steps.is_empty());
        counts.not_all += u32::from(steps.len() < events.len());
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let Counts { compared, refused, some, not_all, steps } = counts.into_inner();
    println!(
        "{compared} compared, {refused} refused, {some} with matches, {not_all} with others, {steps} with steps"
    );
    assert!(
        compared >= 2_000 && steps > compared / 2,
        "{compared} compared, {refused} refused, {steps} with steps"
    );
    assert!(some > compared / 4 && not_all > compared / 4, "{some} and {not_all} of {compared}");
}
