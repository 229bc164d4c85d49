//! What commands do to rows: a specification in cases, and properties that hold for every search.
//!
//! In: `cases/rows/*.txt`. Out: a verdict on each case of each file. A case is a title, why it is so (a page of Splunk's
//! manual, or that the manual leaves it open and what is chosen), a query, events in the order in which the search finds
//! them, and the rows that result, each with the events it was made of, counted from 0. Invariant: the rows are written
//! by hand from the documentation; nothing writes them anew.
//!
//! ```text
//! == A field of the new name loses its values
//! why: Search Reference, `rename`
//! query: | rename a AS b
//! event: {"a": "1", "b": "2"}
//! row: {"b": "1"} from 0
//! ```
//!
//! `no rows` stands for none, `refused: MESSAGE` for a search that cannot be run, `table: NAME COLUMN,…` and
//! `entry: CELL,…` make a lookup, `definition: [NAME] | KEY = VALUE | …` defines one as transforms.conf does, and `now: SECONDS` is the time.

mod published;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value as Json;
use splc::document::lookup::Definitions;
use splc::event::table::{Table, Tables};
use splc::event::{Event, Value};
use splc::function::Context;
use splc::{command, evaluate};

#[derive(Default)]
struct Case {
    title: String,
    why: String,
    query: String,
    events: Vec<Event>,
    tables: Vec<(String, Table)>,
    definitions: Vec<String>,
    now: f64,
    rows: Vec<(Json, Vec<usize>)>,
    refused: Option<String>,
    is_empty: bool,
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/rows");
    let mut failures = Vec::new();
    let mut count = 0;
    for file in std::fs::read_dir(folder).expect("there are cases") {
        let path = file.expect("the folder can be listed").path();
        let text = std::fs::read_to_string(&path).expect("a case is a text");
        for case in read(&text) {
            count += 1;
            if let Err(reason) = check(&case) {
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                failures.push(format!("{file}: {}\n  {}\n{reason}", case.title, case.query));
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
            None if line == "no rows" => case.is_empty = true,
            Some(("why", text)) => text.clone_into(&mut case.why),
            Some(("query", text)) => text.clone_into(&mut case.query),
            Some(("now", text)) => case.now = text.parse().expect("a time is a number"),
            Some(("event", text)) => case.events.push(event(text)),
            Some(("refused", text)) => case.refused = Some(text.to_owned()),
            Some(("row", text)) => case.rows.push(row(text)),
            Some(("table", text)) => {
                let (name, columns) = text.split_once(' ').expect("a name and columns");
                case.tables.push((name.to_owned(), Table { columns: cells(columns), rows: Vec::new() }));
            }
            Some(("definition", text)) => case.definitions.push(text.replace(" | ", "\n")),
            Some(("entry", text)) => {
                let (_, table) = case.tables.last_mut().expect("a table comes first");
                table.rows.push(cells(text));
            }
            _ => panic!("not understood: {line}"),
        }
    }
    cases
}

fn cells(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

/// The line itself is not the event as it was written: a case that looks at that has `_raw`.
fn event(text: &str) -> Event {
    let json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    Event::from_json(&json).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn row(text: &str) -> (Json, Vec<usize>) {
    let (json, origins) = text.rsplit_once(" from").unwrap_or_else(|| panic!("no origins: {text}"));
    let json = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {text}"));
    let origins = origins.split_whitespace().map(|it| it.parse().expect("an index")).collect();
    (json, origins)
}

fn check(case: &Case) -> Result<(), String> {
    let outcomes = [case.is_empty, !case.rows.is_empty(), case.refused.is_some()];
    if case.why.is_empty() || outcomes.iter().filter(|is_given| **is_given).count() != 1 {
        return Err("  a case says why, and gives rows, `no rows` or `refused`".to_owned());
    }
    let parsed = command::parse(&case.query);
    if !parsed.is_clean() {
        return Err(format!("  not read: {:?}", parsed.diagnostics));
    }
    let mut tables = Tables::default();
    for (name, table) in &case.tables {
        tables.insert(name, table.clone());
    }
    let mut definitions = Definitions::default();
    case.definitions.iter().for_each(|text| definitions.add(Path::new("transforms.conf"), text));
    for (name, definition) in definitions.lookups() {
        tables.define(name, Some(definition.map_err(|finding| finding.message)?));
    }
    let context = Context { tables: Arc::new(tables), ..Context::at(case.now) };
    match (evaluate::pipeline_in(&parsed.pipeline, &case.events, &context), &case.refused) {
        (Err(reason), Some(expected)) if reason.message == *expected => Ok(()),
        (Err(reason), _) => Err(format!("  refused: {}", reason.message)),
        (Ok(rows), _) => {
            let found: Vec<(Json, Vec<usize>)> =
                rows.into_iter().map(|row| (row.event.to_json(), row.origins)).collect();
            if case.refused.is_none() && found == case.rows { Ok(()) } else { Err(shown(&found, &case.rows)) }
        }
    }
}

fn shown(found: &[(Json, Vec<usize>)], expected: &[(Json, Vec<usize>)]) -> String {
    let mut out = String::new();
    for (title, rows) in [("expected", expected), ("found", found)] {
        let _ = writeln!(out, "  {title}:");
        for (json, origins) in rows {
            let origins: Vec<String> = origins.iter().map(usize::to_string).collect();
            let _ = writeln!(out, "    row: {json} from {}", origins.join(" "));
        }
    }
    out
}

/// Stages over few fields, so that they meet each other's results.
const STAGES: &[&str] = &[
    "search a=1 OR b!=x*",
    "search NOT [search a=1 | fields b]",
    "where a>1 OR isnull(b)",
    "eval c=a+1, b=coalesce(b, \"z\")",
    "regex b!=\"^x\"",
    "rex field=b max_match=0 \"(?<d>\\w)\"",
    "rex field=b mode=sed \"s/x/y/\"",
    "rename a AS b, c* AS e*",
    "fields - c*",
    "fields a, b",
    "table a b _time",
    "fillnull value=x a",
    "fillnull",
    "sort - a, +b",
    "sort 2 num(a) d",
    "head 2",
    "head (a=1)",
    "tail 1",
    "reverse",
    "uniq",
    "dedup 1 a b keepempty=t sortby -b",
    "stats count, dc(b) AS n values(*) AS * BY a",
    "stats avg(a) perc90(a) list(b) stdev(a) mode(b) rate(a)",
    "eventstats sum(a) AS s BY b",
    "streamstats window=2 count AS k BY b",
    "streamstats time_window=10s reset_before=(a=1) sum(a) AS t",
    "bin span=10s _time",
    "bin span=2 a",
    "bin span=1mon _time AS month",
    "chart count OVER a BY b limit=1",
    "timechart span=5s count BY b",
    "top 1 a BY b useother=t",
    "rare b",
    "transaction b maxspan=5s startswith=(a=1)",
    "transaction a b",
    "join type=left max=0 a [search b=*]",
    "append [search a=2 | stats count BY b]",
    "appendcols override=t [search b=x]",
    "appendpipe [stats count]",
    "multisearch [search a=1] [search a=2]",
    "set intersect [search a=1 | table b] [search a=2 | table b]",
    "makemv delim=\"x\" allowempty=t b",
    "mvexpand b",
    "nomv b",
    "mvcombine b",
    "convert num(a) rmunit(b)",
    "replace x* WITH *y IN b",
    "strcat a \"-\" b c",
    "addtotals",
    "accum a",
    "delta a p=2",
    "autoregress a p=1-3",
    "rangemap field=a low=0-1 default=high",
    "filldown",
    "foreach a b [eval <<FIELD>>_n=len('<<FIELD>>')]",
    "spath input=b",
    "extract",
    "lookup t a OUTPUT b",
    "inputlookup append=t t where a=1",
    "xyseries a b c",
    "untable a n v",
    "transpose 3 header_field=a",
    "format",
    "return 2 a $b",
    "makeresults count=2",
    "tstats count WHERE a=* BY b _time span=10s",
    "collect index=x",
];

fn events() -> impl Strategy<Value = Vec<Event>> {
    let value =
        prop_oneof![Just("1"), Just("2"), Just("x1"), Just("-0.5e3"), Just(""), Just("{\"k\":[1,{}]}")];
    let field = (prop_oneof![Just("a"), Just("b"), Just("c"), Just("_time"), Just("_raw")], vec(value, 1..3));
    let event = vec(field, 0..5).prop_map(|fields| {
        let mut event = Event::new();
        for (name, values) in fields {
            event.set(name, values.into_iter().map(Value::from).collect());
        }
        event
    });
    vec(event, 0..5)
}

fn tables() -> Arc<Tables> {
    let mut tables = Tables::default();
    let rows = vec![cells("1,x1"), cells("2,")];
    tables.insert("t", Table { columns: cells("a,b"), rows });
    Arc::new(tables)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stages follow each other: no panic, and each row names the events it was made of, in order, each once.
    #[test]
    fn origins_are_events(events in events(), stages in vec(select(STAGES), 1..6)) {
        let query = format!("| {}", stages.join(" | "));
        let parsed = command::parse(&query);
        prop_assert!(parsed.is_clean(), "{query}: {:?}", parsed.diagnostics);
        let context = Context { tables: tables(), ..Context::at(100.0) };
        for row in evaluate::pipeline_in(&parsed.pipeline, &events, &context).unwrap_or_default() {
            prop_assert!(row.origins.iter().all(|origin| *origin < events.len()), "{query}: {row:?}");
            prop_assert!(row.origins.windows(2).all(|pair| pair[0] < pair[1]), "{query}: {row:?}");
        }
    }

    /// A stage that only chooses rows changes none of them.
    #[test]
    fn choosing_changes_nothing(events in events(), stage in select(CHOOSING)) {
        let parsed = command::parse(&format!("| {stage}"));
        for row in evaluate::pipeline_in(&parsed.pipeline, &events, &Context::default()).expect("it can be run") {
            prop_assert_eq!(row.origins.len(), 1);
            prop_assert_eq!(&row.event, &events[row.origins[0]]);
        }
    }
}

const CHOOSING: &[&str] = &[
    "search a=1 OR b!=x*",
    "search NOT [search a=1 | fields b]",
    "where a>1 OR isnull(b)",
    "regex b!=\"^x\"",
    "sort - a, +b",
    "head (a=1)",
    "tail 1",
    "reverse",
    "uniq",
    "dedup 1 a b keepempty=t sortby -b",
];

/// A stage that cannot be run at all would show nothing above.
#[test]
fn every_stage_can_be_run() {
    for stage in STAGES {
        let parsed = command::parse(&format!("| {stage}"));
        let context = Context { tables: tables(), ..Context::at(100.0) };
        let result = evaluate::pipeline_in(&parsed.pipeline, &[], &context);
        assert!(result.is_ok(), "{stage}: {result:?}");
    }
}
