//! Tests of the registry of checks: examples, ids, fixes, and what safe fixes keep.
//!
//! Each check is held to queries that it must report and to queries, right next to them, that it must not. Safe fixes
//! are held to the interpreter on random queries and events.

mod levels;
mod names;
mod ranges;
mod words;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::backend::compile::Settings;
use crate::backend::{self, Backend, Options, compile};
use crate::diagnostic::Severity;
use crate::evaluate;
use crate::event::Event;
use crate::target::Targets;

fn ids(spl: &str) -> Vec<&'static str> {
    check_text(spl).iter().map(|finding| finding.code.id).collect()
}

fn fixed(spl: &str, allow_unsafe: bool) -> String {
    fix::apply(spl, &check_text(spl), allow_unsafe).text
}

/// The files of an example: the first has the name that the check gives, others follow a line that names them.
fn documents(lint: &dyn Lint, text: &str) -> Vec<Document> {
    let mut parts = text.split("# file: ");
    let first = (lint.file(), parts.next().unwrap_or(""));
    let files = std::iter::once(first).chain(parts.filter_map(|part| part.split_once('\n')));
    let read = |(name, text): (&str, &str)| {
        let path = std::path::Path::new(name);
        Document::read(path, text.to_owned(), crate::document::format_of(path).unwrap())
    };
    files.map(read).collect()
}

fn macros_and_tables() -> (Definitions, Tables) {
    let mut reader = macros::read::Reader::default();
    let text = "[from_host(1)]\nargs = name\ndefinition = host=$name$\n";
    reader.read(&macros::read::File::named("macros.conf".as_ref()), text);
    let mut tables = Tables::default();
    let (table, _) = crate::document::lookup::table("user,level\nroot,high\n");
    tables.insert("users.csv", table.unwrap());
    (reader.finish().0, tables)
}

/// What checks find in an example. All that are on by default look at it, unless it is about what only one run knows.
fn found_in_example(lint: &dyn Lint, text: &str) -> Vec<Diagnostic> {
    static TARGETS: std::sync::LazyLock<Targets> = std::sync::LazyLock::new(|| Targets::embedded().unwrap());
    let documents = documents(lint, text);
    let (macros, tables) = macros_and_tables();
    let settings = Settings { macros: &macros, ..Settings::of(&TARGETS) };
    let understood = compile::understand(&documents, &settings);
    let known = Known { macros: &macros, tables: &tables };
    let is_asked = lint.group() == Group::Portability;
    let results: Vec<Vec<TargetResult<'_>>> = understood
        .iter()
        .map(|one| {
            let backends = backend::ALL.iter().filter(|_| is_asked);
            let map = |backend: &&dyn Backend| TARGETS.map(backend.name()).unwrap();
            backends.map(|it| compile::rules(one, *it, map(it), &Options::default())).collect()
        })
        .collect();
    let subjects: Vec<Subject<'_>> = understood
        .iter()
        .zip(&results)
        .map(|(one, targets)| Subject { targets, ..Subject::of(one, known) })
        .collect();
    let is_alone = matches!(lint.group(), Group::Portability | Group::Knowledge);
    let checks = chosen(&|id: &str| {
        let is_other = find(id).is_some_and(|it| !is_alone && it.group() != Group::Knowledge);
        id == lint.code().id || is_other && is_default(id)
    });
    let mut findings: Vec<Diagnostic> = subjects.iter().flat_map(|it| check(it, &checks)).collect();
    findings.extend(check_all(&subjects, known, &checks));
    findings
}

/// Checks whose bad example cannot but have another fault too; that it finds nothing at all may follow from any.
const COMPANIONS: &[(&str, &str)] = &[("empty-search", "neq-star"), ("sort-before-stats", "sort-limit")];

#[test]
fn every_check_finds_its_bad_example_and_not_its_good_one() {
    let mut wrong = Vec::new();
    for lint in ALL {
        let id = lint.code().id;
        let bad: BTreeSet<&str> =
            found_in_example(*lint, lint.bad()).iter().map(|finding| finding.code.id).collect();
        let is_strange = |found: &&str| {
            let pair = |(of, other): &(&str, &str)| *of == id && other == found;
            id != *found && *found != "empty-search" && !COMPANIONS.iter().any(pair)
        };
        if !bad.contains(id) || bad.iter().any(is_strange) {
            wrong.push(format!("{id}: the bad example has {bad:?}"));
        }
        let good: Vec<&str> =
            found_in_example(*lint, lint.good()).iter().map(|finding| finding.code.id).collect();
        if !good.is_empty() {
            wrong.push(format!("{id}: the good example has {good:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_registry_is_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lint");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names: BTreeSet<String> = files
        .map(|name| name.to_string_lossy().trim_end_matches(".rs").replace('_', "-"))
        .filter(|name| {
            !["mod", "tests", "fix", "walk", "visit", "asked", "later", "attack"].contains(&name.as_str())
        })
        .collect();
    let names: BTreeSet<String> = names.into_iter().filter(|name| name != "attack.txt").collect();
    let ids: Vec<&str> = ALL.iter().map(|lint| lint.code().id).collect();
    assert_eq!(ids, names.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn every_explanation_names_its_source() {
    for lint in ALL {
        let code = lint.code();
        let is_sourced = [
            "Search Reference",
            "Search Manual",
            "Knowledge Manager Manual",
            "Securing Splunk",
            ".conf",
            "contentctl",
            "ATT&CK",
        ]
        .iter()
        .any(|source| code.explanation.contains(source));
        assert!(is_sourced, "{}", code.id);
        assert!(!code.summary.is_empty() && !code.summary.ends_with('.'), "{}", code.id);
        assert!(find(code.id).is_some());
    }
}

#[test]
fn a_fix_silences_its_check() {
    for lint in ALL.iter().filter(|lint| lint.file() == "query.spl") {
        let findings = check_text(lint.bad());
        if findings.iter().any(|finding| finding.fix.is_some()) {
            let after = fix::apply(lint.bad(), &findings, true).text;
            assert!(!ids(&after).contains(&lint.code().id), "{after}");
        }
    }
}

#[test]
fn every_finding_says_where_why_and_what_to_do() {
    for lint in ALL {
        for finding in found_in_example(*lint, lint.bad()) {
            assert!(finding.message.contains('`') && !finding.message.ends_with('.'), "{}", finding.message);
            assert!(finding.primary.as_ref().is_none_or(|label| !label.text.is_empty()));
            assert!(!finding.help.is_empty(), "{}", finding.message);
            assert!(!["you ", "your "].iter().any(|word| finding.message.contains(word)));
        }
    }
}

#[test]
fn analytics_of_the_framework_for_containers() {
    let container_cli = "sourcetype=docker:daemon OR sourcetype=kubernetes:apiserver\n\
                         | search command IN (\"docker exec\", \"kubectl exec\")";
    assert_eq!(ids(container_cli), ["no-index", "late-filter", "exact-command-line"]);
    assert_eq!(
        fixed(container_cli, true),
        "(sourcetype=docker:daemon OR sourcetype=kubernetes:apiserver)\n\
         command IN (\"docker exec*\", \"kubectl exec*\")"
    );
    let start = "sourcetype=docker:daemon OR sourcetype=kubernetes:container\n| search action=\"start\" OR action=\"exec\"";
    assert_eq!(ids(start), ["no-index", "late-filter"]);
    let logon = "(index=containers sourcetype=\"docker:events\" action=\"create\" container_name=\"*\" user!=\"root\") OR\n\
                 (index=containers verb IN (\"create\", \"patch\") user.username!=\"system:serviceaccount:*\")";
    assert_eq!(ids(logon), ["existence-only", "neq-missing-field", "neq-missing-field"]);
    let commands = " index=containers sourcetype IN (\"docker:events\", \"kubernetes:api\") \n\
                    | search Command IN (\"docker logs\", \"curl http[:]//169.254.169[.]254/latest/\", \"ls\")";
    assert_eq!(ids(commands), ["late-filter", "exact-command-line", "defanged-literal"]);
    assert_eq!(
        fixed(commands, true),
        " index=containers sourcetype IN (\"docker:events\", \"kubernetes:api\") \n\
         Command IN (\"docker logs*\", \"curl http://169.254.169.254/latest/*\", \"ls\")"
    );
}

#[test]
fn a_query_with_errors_gets_the_readers_findings_alone() {
    assert_eq!(ids("user!=root (a=1"), ["unbalanced-parenthesis"]);
    assert!(ids("user!=root or a=1").contains(&"lower-case-boolean"));
}

#[test]
fn only_chosen_checks_run() {
    let document = Document::read("a.spl".as_ref(), "user!=root".to_owned(), crate::document::ALL[1]);
    let analytic = &document.analytics[0];
    let parsed = command::parse(analytic.snippet.text());
    let expanded = Expanded::identity(analytic.snippet.text());
    let subject = Subject {
        document: &document,
        analytic,
        expanded: &expanded,
        parsed: &parsed,
        detection: None,
        optimised: None,
        known: Known::nothing(),
        targets: &[],
    };
    let found = check(&subject, &chosen(&|id| id == "no-index"));
    assert_eq!(found.iter().map(|finding| finding.code.id).collect::<Vec<_>>(), ["no-index"]);
}

#[test]
fn findings_stand_in_the_file() {
    let text = "# Note\n\n- item\n\n  ```spl\n  index=a\n    user!=root\n  ```\n";
    let document = Document::read("a.md".as_ref(), text.to_owned(), crate::document::ALL[0]);
    let analytic = &document.analytics[0];
    let parsed = command::parse(analytic.snippet.text());
    let expanded = Expanded::identity(analytic.snippet.text());
    let subject = Subject {
        document: &document,
        analytic,
        expanded: &expanded,
        parsed: &parsed,
        detection: None,
        optimised: None,
        known: Known::nothing(),
        targets: &[],
    };
    let found = check(&subject, &chosen(&|id| id == "neq-missing-field"));
    assert_eq!(found[0].span().unwrap().of(text), "user!=root");
    assert!(fix::apply(text, &found, true).text.contains("  index=a\n    NOT user=root\n  ```"));
}

#[test]
fn not_equal_is_right_where_the_field_is_asked_for() {
    for right in [
        "index=a user=* user!=root",
        "index=a (user=* (x=1 OR user!=root))",
        "index=a user=r* | search user!=root",
        "index=a user!=\"\"",
        "index=a user!=\"-\" user!=root",
        "index=a user!=\"N/A\"",
        "index=a host!=web-1 sourcetype!=x",
        "index=a NOT user!=root",
        "index=a | stats count by user | search count!=1",
        "index=a | fillnull user | search user!=root",
        "| tstats count from datamodel=M by user | search user!=root",
    ] {
        assert!(!ids(right).contains(&"neq-missing-field"), "{right}");
    }
    for wrong in ["index=a (user=* OR user!=root)", "index=a | where x>1 | search user!=root", "user!=na"] {
        assert!(ids(wrong).contains(&"neq-missing-field"), "{wrong}");
    }
}

#[test]
fn not_equal_is_mended_for_all_values_of_a_field_at_once() {
    let findings = check_text("index=a user!=root x!=1 \"user\" != \"b c\"");
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[0].secondary.len(), 1);
    assert_eq!(
        fix::apply("index=a user!=root x!=1 \"user\" != \"b c\"", &findings, true).text,
        "index=a NOT user=root NOT x=1 NOT \"user\" = \"b c\""
    );
}

#[test]
fn a_chain_of_not_equal_is_reported_only_where_no_value_fails_it() {
    for wrong in [
        "index=a (b!=1 OR b!=2)",
        "index=a b=* (b!=1 OR b!=x* OR c=1)",
        "index=a b=* (b!=10.0.0.0/8 OR b!=11.0.0.0/8)",
    ] {
        assert!(ids(wrong).contains(&"neq-or-chain"), "{wrong}");
    }
    for right in [
        "index=a b=* c=x* (b!=1 OR c!=2)",
        "index=a b=* b!=1 b!=2",
        "index=a b=* (b!=x OR b!=X)",
        "index=a b=* (b!=x* OR b!=*y)",
        "index=a b=* (b!=xy OR b!=x*)",
        "index=a b=* (b!=10.0.0.0/8 OR b!=10.1.0.0/16)",
        "index=a b=* (b!=10.0.0.0/8 OR b!=10.0.0.1)",
    ] {
        assert_eq!(ids(right), Vec::<&str>::new(), "{right}");
    }
    assert_eq!(fixed("index=a (b!=1 OR b!=\"x y\")", true), "index=a (NOT b IN (1, \"x y\"))");
}

#[test]
fn existence_beside_an_exclusion_is_meant() {
    assert_eq!(ids("index=a user=* NOT user=root"), Vec::<&str>::new());
    assert_eq!(ids("index=a (mem=* OR swap=*)"), Vec::<&str>::new());
    assert_eq!(ids("index=* a=1"), ["index-star"]);
    assert_eq!(ids("index=a NOT user=*"), Vec::<&str>::new());
    assert_eq!(ids("index=a user IN (root, *)"), ["existence-only", "redundant-value"]);
    assert_eq!(ids("index=a x.y=* | stats count by x.y"), Vec::<&str>::new());
    assert_eq!(ids("index=a x.y=* | stats count by x.yz"), ["existence-only"]);
    assert_eq!(ids("index=a | rename x AS user | search user=*"), Vec::<&str>::new());
}

#[test]
fn an_index_may_be_named_in_every_branch_or_out_of_sight() {
    for right in [
        "(index=a x=1) OR (index=b y=1)",
        "index IN (a, b) x=1",
        "index::a x=1",
        "`sysmon` x=1",
        "eventtype=x y=1",
        "tag=x",
        "[search index=a | fields user]",
        "| tstats count where x=1",
        "| inputlookup x | search y=1",
    ] {
        assert!(!ids(right).contains(&"no-index"), "{right}");
    }
    for wrong in
        ["(index=a x=1) OR y=1", "NOT index=a", "index!=a", "error", "| search x=1", "earliest=-1h x=1"]
    {
        assert!(ids(wrong).contains(&"no-index"), "{wrong}");
    }
    let found = check_text("earliest=-1h (x=1 sourcetype=y)");
    assert_eq!(found[0].span(), Some(Span::new(18, 30)));
}

#[test]
fn a_late_search_is_joined_as_it_stands() {
    for (before, after) in [
        ("index=a|search b=1", "index=a b=1"),
        ("index=a OR index=b|search c=1 OR c=2", "(index=a OR index=b) (c=1 OR c=2)"),
        ("index=a b=1 OR b=2 | search c=1", "index=a (b=1 OR b=2) c=1"),
        (
            "index=a\n| search b=1\n| search c=1 OR c=2\n| stats count",
            "index=a\nb=1\n(c=1 OR c=2)\n| stats count",
        ),
        ("| search index=a | SEARCH b=1", "| search index=a b=1"),
        ("index=a | search ```why``` b=1", "index=a ```why``` b=1"),
    ] {
        assert_eq!(fixed(before, false), after);
    }
    for kept in
        ["index=a | stats count | search count>1", "index=a | where b=1 | search c=1", "`m` | search b=1"]
    {
        assert!(!ids(kept).contains(&"late-filter"), "{kept}");
    }
}

#[test]
fn a_fix_that_would_change_the_meaning_is_not_offered() {
    // Joined, `IN` and the parenthesis behind it would be a list.
    let findings = check_text("index=a x IN | search b=1 OR c=1");
    let late = findings.iter().find(|finding| finding.code.id == "late-filter").unwrap();
    assert!(late.fix.is_none());
    let mixed = check_text("index=a x IN b=1 OR c=1");
    assert!(mixed.iter().any(|finding| finding.code.id == "mixed-and-or" && finding.fix.is_none()));
}

#[test]
fn a_mix_is_one_only_without_parentheses() {
    for right in [
        "index=a (b=1 OR c=1)",
        "index=a OR (index=b c=1)",
        "sourcetype=a OR sourcetype=b | stats count",
        "(index=a) OR NOT (b=1 c=1 index=a)",
    ] {
        assert!(!ids(right).contains(&"mixed-and-or"), "{right}");
    }
    assert_eq!(
        fixed("index=a (b=1 OR c=1 AND d=1) e=1 OR f=1", false),
        "index=a ((b=1 OR c=1) AND d=1) (e=1 OR f=1)"
    );
}

#[test]
fn command_lines_are_known_by_name_and_by_their_spaces() {
    for wrong in [
        "process.command_line=\"id -u\"",
        "CommandLine=\"Powershell -enc x\"",
        "CommandLine=\"\\\"C:\\\\a b.exe\\\" c\"",
        "Processes.process=\"id -u\"",
        "ParentCommandLine IN (x, \"id -u\")",
    ] {
        assert_eq!(ids(&format!("index=a {wrong}")), ["exact-command-line"], "{wrong}");
    }
    for right in [
        "process=sh",
        "CommandLine=\"id -u*\"",
        "NOT CommandLine=\"id -u\"",
        "title=\"id -u\"",
        "Command=\"User deleted security info\"",
        "command=\"!exec: enable\"",
        "CommandLine!=\"\"",
    ] {
        assert_eq!(ids(&format!("index=a {right}")), Vec::<&str>::new(), "{right}");
    }
}

#[test]
fn defanged_pieces_are_found_where_they_stand() {
    assert_eq!(fixed("index=a \"hXXp[://]x(.)y[dot]z\"", true), "index=a \"http://x.y.z\"");
    assert_eq!(fixed("index=a b=hxxps:\\\\x", true), "index=a b=https:\\\\x");
    for right in ["b=hxxp_parser", "b=\"xhxxp:\"", "b=\"[a].\"", "b=\"a.b\""] {
        assert_eq!(ids(&format!("index=a {right}")), Vec::<&str>::new(), "{right}");
    }
}

#[test]
fn a_contradiction_needs_a_field_with_one_value() {
    for wrong in [
        "index=a index=b",
        "index=a (source=x (source=y*))",
        "index=a EventCode IN (1, 2) | search EventCode=3",
    ] {
        assert!(ids(wrong).contains(&"contradiction"), "{wrong}");
    }
    for right in [
        "index=a b=1 b=2",
        "index=a index=a*",
        "index=a (host=x OR host=y)",
        "index=a source=*x source=y*",
        "index=a EventCode IN (1, 2) EventCode=2",
    ] {
        assert!(!ids(right).contains(&"contradiction"), "{right}");
    }
}

#[test]
fn long_words_are_cut_and_lines_are_joined() {
    assert_eq!(shortened(" a=1\n  b=2 "), "a=1 b=2");
    assert_eq!(shortened(&"é".repeat(100)), format!("{}…", "é".repeat(60)));
}

/// Terms over few fields and values, in every way to join them.
fn search() -> impl Strategy<Value = String> {
    let term =
        prop::sample::select(vec!["a=1", "a=2", "b=1", "b=x*", "a!=1", "NOT b=1", "c=*", "word", "IN"]);
    let joined = term.prop_map(str::to_owned).prop_recursive(3, 16, 4, |inner| {
        (prop::collection::vec(inner, 2..4), prop::sample::select(vec![" ", " OR ", " AND "]), any::<bool>())
            .prop_map(|(parts, word, grouped)| {
                let joined = parts.join(word);
                if grouped { format!("({joined})") } else { joined }
            })
    });
    prop::collection::vec(joined, 1..4).prop_map(|stages| stages.join(" | search "))
}

fn event() -> impl Strategy<Value = Event> {
    let value = || prop::option::of(prop::sample::select(vec!["1", "2", "x", "xy"]));
    (value(), value(), value(), any::<bool>()).prop_map(|(a, b, c, word)| {
        let fields = [("a", a), ("b", b), ("c", c)];
        let event = Event::new().with_raw(if word { "a word here IN" } else { "nothing" });
        fields
            .into_iter()
            .filter_map(|(field, value)| Some((field, value?)))
            .fold(event, |event, (field, value)| event.with(field, value))
    })
}

proptest! {
    #[test]
    fn safe_fixes_keep_the_events(spl in search(), events in prop::collection::vec(event(), 1..8)) {
        let after = fixed(&spl, false);
        let (before, after) = (command::parse(&spl).pipeline, command::parse(&after).pipeline);
        for event in &events {
            prop_assert_eq!(evaluate::matches(&before, event), evaluate::matches(&after, event), "{}", spl);
        }
    }

    #[test]
    fn fixes_come_to_an_end(spl in search()) {
        let mut text = spl;
        for _ in 0..12 {
            text = fixed(&text, true);
        }
        prop_assert_eq!(&fixed(&text, true), &text);
        // No fix finds events for a search that asks for what no event has.
        let left = check_text(&text);
        prop_assert!(left.iter().all(|it| it.severity < Severity::Error || it.code.id == "empty-search"));
    }
}
