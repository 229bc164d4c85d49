//! Compiles the Rust that is generated and runs it.
//!
//! In: searches that hold every construct, and random predicates with random formulas; events on their edges. Out: a test. Invariant:
//! the generated program decides every event as `evaluate` does, compiles without a warning of rustc or clippy in
//! the editions 2021 and 2024, as a crate and as a module, and is left as it is by rustfmt.

mod package;
mod searches;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use splc::backend::compile::{self, Settings};
use splc::backend::rust::Rust;
use splc::backend::{Backend as _, Emission, Legal, Options, Rule, Written};
use splc::detection::formula::{Each, Extract};
use splc::detection::regex::Sed;
use splc::detection::{
    Computed, Condition, Decimal, Fidelity, Formula, OneValue, Order, Predicate, Regex, Test, ValueTest,
};
use splc::document::{Document, Metadata, format_of, load};
use splc::evaluate;
use splc::event::pattern::{Case, Pattern, Piece};
use splc::event::raw::{Bound, Term};
use splc::event::{Event, network};
use splc::source::Origin;
use splc::spl::eval::BinaryOperator;
use splc::target::Targets;

/// Searches that name no log source, so that a rule tests all that they say.
const SEARCHES: &[&str] = &[
    "command IN (\"docker exec\", \"kubectl exec\")",
    "action=start OR action=\"exec\"",
    "user=root NOT action=stop",
    "NOT user=root action=*",
    "user!=root",
    "user!=ro* code!=5",
    "command=\"*exec*\" OR command=docker* OR command=*sh",
    "command=\"d*k*r e*c\"",
    "code>=5 code<100",
    "code>a OR code<=\"10\"",
    "address=10.0.0.0/8 OR address=\"2001:db8::/32\"",
    "docker",
    "\"docker exec\" NOT fail*",
    "TERM(10.0.0.1) OR CASE(Exec)",
    "a.b=x a{}=y",
    "a*=x",
    "*=root NOT _raw=*x*",
    "user=É OR user=\"stra\u{DF}e\"",
    "\"quote\\\"d\" OR a=\"back\\\\slash\" OR a=\"#\"",
    "user=root command IN (\"docker exec -it web /bin/sh -c id\", \"kubectl exec -it web -- /bin/sh -c id\", \
     \"nsenter --target 1 --mount --uts --ipc --net --pid\") (action=start OR (action=exec code>=5 NOT user!=root))",
    "sourcetype=no:such:type action=start",
    "| where code>=5 AND code<100",
    "| where code=5 OR code=3.14 OR (user=\"root\" AND code!=10)",
    "| regex command=\"(?i)docker\\s+exec\"",
    "action=* | regex user!=\"^r(.)\\1t$\"",
    "| where match(command, \"exec(?! -it)\") OR (len(user) > 4 AND isnum(code))",
    "| rex field=command \"(?<verb>\\w+)\\s+(?<object>\\S+)$\" | eval verb=lower(verb) | where verb=\"docker\"",
    "| eval n=mvcount(mvfilter(match(user, \"o\"))), t=strftime(_time, \"%Y\") | where n=1 AND t=\"1970\"",
    "| where match(command, user) OR mvfind(user, action) > 0 OR replace(command, action, \"-\") = \"docker - -it web /bin/sh -c id\"",
    "| rex mode=sed field=user \"s/o/0/g\" | search user=r00t",
    "| eval ratio=code/10 | where ratio >= 0.5 AND ratio < 10 | mvexpand user | search user=root",
];

/// How many of the searches test fields and nothing else, so that they need no memory.
const PLAIN: &[&str] =
    &["command", "action=start", "user", "NOT user", "code", "address", "| where code", "a.b"];

/// Events that lie on the edges of the searches.
fn events() -> Vec<Json> {
    let mut events = vec![
        json!({}),
        json!({"command": "Docker EXEC", "user": "ROOT", "action": "start", "code": 5}),
        json!({"command": "docker exec -it web /bin/sh -c id", "user": "root", "action": "exec", "code": "10"}),
        json!({"command": ["ls", "docker exec"], "user": ["root", "mallory"], "action": ""}),
        json!({"user": null, "action": "stop", "code": -0.0, "address": "10.255.0.1"}),
        json!({"user": "rot", "code": 1e300, "address": "2001:DB8::1"}),
        json!({"code": 99.99, "address": "::ffff:10.0.0.1"}),
        json!({"code": "a1", "address": ["x", "10.0.0.1"]}),
        json!({"code": true, "message": "calling docker exec (fail)"}),
        json!({"message": "docker-exec failed Exec to=10.0.0.1", "_raw": "dockerd to 10.0.0.1 x"}),
        json!({"a.b": "x", "a": {"b": "nested"}, "a{}": "y"}),
        json!({"a": [{"b": 1}, "y", ["x"]], "a.b": "X"}),
        json!({"a": {"b": ["x", null, {}]}, "A": "x"}),
        json!({"user": "\u{E9}", "a": "back\\slash"}),
        json!({"user": "STRASSE", "a": "quote\"d"}),
        json!({"user": "STRA\u{1E9E}E", "a": "#", "sourcetype": "No:Such:Type", "action": "Start"}),
    ];
    events.extend(sampled(&random_event(), 400));
    events
}

/// The same values at every run.
fn sampled<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn texts() -> impl Strategy<Value = String> + Clone {
    let pieces =
        vec!["a", "A", "b", "\u{E9}", "\u{C9}", "K", "\u{212A}", " ", "*", ".", "\\", "\"", "\n", "7"];
    let made = prop::collection::vec(prop::sample::select(pieces), 0..4).prop_map(|pieces| pieces.concat());
    let whole =
        vec!["5", "10", "-1.5e3", "10.0.0.1", "11.0.0.1", "::1", "2001:db8::1", "docker exec", "root"];
    prop_oneof![3 => made, 2 => prop::sample::select(whole).prop_map(str::to_owned)]
}

fn random_event() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        6 => texts().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(Json::from),
        1 => (-3_i64..12).prop_map(Json::from),
        1 => any::<f64>().prop_map(Json::from),
    ];
    let value = scalar.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            members(inner).prop_map(Json::from),
        ]
    });
    members(value).prop_map(Json::from)
}

fn members(value: impl Strategy<Value = Json>) -> impl Strategy<Value = serde_json::Map<String, Json>> {
    let keys = vec!["a", "A", "b", "c", "a.b", "b.c", "a{}", "", "_raw", "user", "command", "code", "action"];
    let member = (prop::sample::select(keys).prop_map(str::to_owned), value);
    prop::collection::vec(member, 0..6).prop_map(|members| members.into_iter().collect())
}

fn random_predicate() -> impl Strategy<Value = Predicate> {
    let fields = vec!["a", "b", "a.b", "b.c", "a{}", "a{}.b", "user", "command", "code", "a*", "*", "*.b"];
    let condition = prop_oneof![
        1 => Just(Condition::Exists),
        6 => prop::collection::vec(value_test(), 1..4).prop_map(Condition::Some),
        2 => prop::collection::vec(value_test(), 1..4).prop_map(Condition::SomeOther),
        1 => prop::collection::vec(term(), 1..3).prop_map(Condition::Holds),
    ];
    let test = (prop::sample::select(fields), condition.clone()).prop_map(|(field, condition)| {
        let field = if matches!(condition, Condition::Holds(_)) { "_raw" } else { field };
        Predicate::Test(Test { field: field.to_owned(), condition, origin: Origin::default() })
    });
    let computed =
        (formula(), prop::option::of(condition), test.clone()).prop_map(|(formula, condition, test)| {
            let formula = match formula {
                Formula::Null => Formula::Holds(Box::new(test)),
                formula => formula,
            };
            Predicate::Computed(Box::new(Computed { formula, condition, origin: Origin::default() }))
        });
    let one = (formula(), test.clone()).prop_map(|(of, holds)| {
        let field = holds.tests().first().map_or("a", |(test, _)| test.field.as_str()).to_owned();
        Predicate::OneValue(Box::new(OneValue { of, field, holds }))
    });
    prop_oneof![6 => test, 3 => computed, 1 => one].prop_recursive(4, 16, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts.clone().prop_map(Predicate::and),
            parts.prop_map(Predicate::or),
            inner.prop_map(Predicate::negated),
        ]
    })
}

/// Formulas of every kind; null stands for one that holds a predicate.
fn formula() -> impl Strategy<Value = Formula> {
    let leaf = prop_oneof![
        6 => prop::sample::select(vec!["a", "a{}", "user", "command", "code", "_time", "_raw"])
            .prop_map(|name| Formula::Field(name.to_owned())),
        2 => texts().prop_map(Formula::Text),
        2 => number().prop_map(Formula::Number),
        1 => any::<bool>().prop_map(Formula::Boolean),
        1 => Just(Formula::Null),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let operators = vec![
            BinaryOperator::And, BinaryOperator::Or, BinaryOperator::Equal, BinaryOperator::Less,
            BinaryOperator::Like, BinaryOperator::Concatenate, BinaryOperator::Add, BinaryOperator::Remainder,
        ];
        let functions = vec![
            ("lower", 1), ("len", 1), ("isnull", 1), ("tonumber", 1), ("tostring", 1), ("coalesce", 2), ("if", 3),
            ("mvcount", 1), ("split", 2), ("in", 3), ("cidrmatch", 2), ("strftime", 2), ("now", 0), ("md5", 1),
            ("sqrt", 1), ("mvsort", 1), ("json_extract", 2), ("round", 2), ("bit_and", 2),
        ];
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            2 => boxed.clone().prop_map(Formula::Not),
            1 => boxed.clone().prop_map(Formula::Minus),
            4 => (prop::sample::select(operators), boxed.clone(), boxed)
                .prop_map(|(operator, left, right)| Formula::Binary(operator, left, right)),
            6 => (prop::sample::select(functions), prop::collection::vec(inner.clone(), 3))
                .prop_map(|((name, count), arguments)| {
                    Formula::Call(name.to_owned(), arguments.into_iter().take(count).collect())
                }),
            2 => (inner.clone(), prop::sample::select(vec!["o", "(?i)EXEC", "(a)(?=\\w)", "("]))
                .prop_map(|(of, pattern)| {
                    Formula::Call("match".to_owned(), vec![of, Formula::Text(pattern.to_owned())])
                }),
            2 => (inner.clone(), inner.clone(), prop::option::of(1_usize..3)).prop_map(|(from, otherwise, most)| {
                let regex = Regex::parse(r"(?<first>\w)(?<rest>\w*)").unwrap();
                Formula::Extract(Box::new(Extract { from, regex, group: "rest".to_owned(), most, otherwise }))
            }),
            1 => inner.clone().prop_map(|of| Formula::Edit(Box::new(of), Sed::parse("s/o/0/g y/ab/ba/").unwrap())),
            2 => (inner.clone(), inner, any::<bool>()).prop_map(|(values, body, filters)| {
                Formula::Each(Box::new(Each { values, field: "a".to_owned(), body, filters }))
            }),
        ]
    })
}

fn value_test() -> impl Strategy<Value = ValueTest> {
    let networks = vec!["10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "::/0", "2001:db8::/32", "::1/128"];
    let orders = vec![Order::Less, Order::LessEqual, Order::Greater, Order::GreaterEqual];
    prop_oneof![
        6 => pattern().prop_map(ValueTest::Matches),
        1 => prop::sample::select(networks).prop_map(|text| ValueTest::In(network::parse(text).unwrap())),
        2 => (prop::sample::select(orders.clone()), texts()).prop_map(|(order, than)| ValueTest::Compares(order, than)),
        1 => prop::sample::select(vec!["o+t", "(?i)^docker", "(.)\\1", "x$"])
            .prop_map(|pattern| ValueTest::Regex(Regex::parse(pattern).unwrap())),
        1 => number().prop_map(ValueTest::Equals),
        1 => (prop::sample::select(orders), number()).prop_map(|(order, than)| ValueTest::Number(order, than)),
    ]
}

fn number() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        4 => prop::sample::select(vec![0.0, -0.0, 5.0, 10.0, 1e300, -1.5, 2.5, f64::INFINITY]).prop_map(Decimal),
        1 => any::<f64>().prop_map(Decimal),
    ]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let piece =
        prop_oneof![4 => texts().prop_map(Piece::Literal), 3 => Just(Piece::Any), 1 => Just(Piece::One)];
    let case = prop::sample::select(vec![Case::Insensitive, Case::Sensitive]);
    (prop::collection::vec(piece, 0..5), case).prop_map(|(pieces, case)| Pattern::new(pieces, case))
}

fn term() -> impl Strategy<Value = Term> {
    let bound = prop::sample::select(vec![Bound::Any, Bound::Major]);
    (pattern(), bound).prop_map(|(pattern, bound)| Term { pattern, bound })
}

/// The longest lists that anyone is likely to write.
fn long_predicate() -> Predicate {
    let value = |n: usize| ValueTest::Matches(Pattern::literal(format!("value {n}"), Case::Insensitive));
    let test = |n: usize| {
        let condition = Condition::Some((n..n + 2).map(value).collect());
        Predicate::Test(Test { field: format!("f{n}"), condition, origin: Origin::default() })
    };
    let list = Condition::Some((0..2_000).map(value).collect());
    let list = Predicate::Test(Test { field: "a".to_owned(), condition: list, origin: Origin::default() });
    Predicate::and([list, Predicate::or((0..300).map(test))])
}

/// A program that runs each rule twice over each event, and writes how often the second run asks for memory.
const COUNTING: &str = r#"
use detections::{Line, RULES};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::BufRead;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for text in std::io::stdin().lock().lines() {
        let text = &text?;
        let event = Line { event: &serde_json::from_str::<serde_json::Value>(text)?, text };
        let asked = |rule: &detections::Rule| {
            std::hint::black_box((rule.matches)(&event));
            let before = ALLOCATIONS.load(Ordering::Relaxed);
            std::hint::black_box((rule.matches)(&event));
            ALLOCATIONS.load(Ordering::Relaxed) - before
        };
        let counts: Vec<String> = RULES.iter().map(|rule| asked(rule).to_string()).collect();
        println!("{}", counts.join(" "));
    }
    Ok(())
}
"#;

/// The lines of the reference: for each event one digit a predicate.
fn expected(predicates: &[Predicate], events: &[Event]) -> Vec<String> {
    let digit = |holds: bool| if holds { '1' } else { '0' };
    let line =
        |event| predicates.iter().map(|predicate| digit(evaluate::predicate(predicate, event))).collect();
    events.iter().map(line).collect()
}

/// Writes the files of the rules for these predicates as two programs and a library, and gives the folder.
///
/// `main` reads events, a line each, and writes a line of digits for each; `module` has the rules as a module of
/// which it uses nothing; `empty` has no rules.
fn write_package(name: &str, edition: &str, predicates: &[Predicate]) -> PathBuf {
    let options = Options { rust_crate: true, ..Options::default() };
    let package = package::write(name, edition, files(predicates, &options), MAIN);
    fs::write(package.join("src/bin/counting.rs"), COUNTING).unwrap();
    package
}

const MAIN: &str = r#"
use detections::{Line, RULES};
use std::io::BufRead;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for text in std::io::stdin().lock().lines() {
        let text = &text?;
        let event = Line { event: &serde_json::from_str::<serde_json::Value>(text)?, text };
        let digit = |rule: &detections::Rule| if (rule.matches)(&event) { '1' } else { '0' };
        println!("{}", RULES.iter().map(digit).collect::<String>());
    }
    Ok(())
}
"#;

/// The texts of the files that the backend makes of predicates.
fn files(predicates: &[Predicate], options: &Options) -> Vec<String> {
    let targets = Targets::embedded().unwrap();
    let map = targets.map("rust").unwrap();
    let mapping = map.mappings_of(None)[0];
    let metadata = Metadata::default();
    let rule = |(index, predicate): (usize, &Predicate)| Rule {
        id: format!("id {index}"),
        title: format!("Rule {index}"),
        metadata: &metadata,
        spl: "a=1",
        source: None,
        mapping,
        view: map.view(mapping).unwrap(),
        shown: Vec::new(),
        period: None,
        legal: Legal {
            steps: Vec::new(),
            shape: None,
            predicate: predicate.clone(),
            fields: std::collections::BTreeMap::new(),
            adds: false,
            misses: false,
            notes: Vec::new(),
        },
        notes: Vec::new(),
        fidelity: Fidelity::Exact,
        members: Vec::new(),
    };
    let rules: Vec<Rule<'_>> = predicates.iter().enumerate().map(rule).collect();
    let emissions: Vec<Emission> = rules.iter().map(|rule| Rust.emit(rule, options).unwrap()).collect();
    let written: Vec<Written<'_>> = rules
        .iter()
        .zip(&emissions)
        .enumerate()
        .map(|(analytic, (rule, emission))| Written { name: "rule", analytic, sources: 1, rule, emission })
        .collect();
    Rust.files(&written, options).into_iter().map(|file| file.text).collect()
}

/// The predicates of the rules for the searches, each with its pipeline.
fn predicates_of_searches() -> Vec<(Predicate, splc::spl::Pipeline)> {
    let targets = Targets::embedded().unwrap();
    let map = targets.map("rust").unwrap();
    let path = Path::new("search.spl");
    let mut all = Vec::new();
    for search in SEARCHES {
        let documents = [Document::read(path, (*search).to_owned(), format_of(path).unwrap())];
        let understood = compile::understand(&documents, &Settings::of(&targets)).remove(0);
        let result = compile::rules(&understood, &Rust, map, &Options::default());
        assert_eq!(result.rules.len(), 1, "{search}");
        let Some((rule, _, _)) = &result.rules[0].written else { panic!("{search}: {:?}", result.rules) };
        assert_eq!(rule.fidelity, Fidelity::Exact, "{search}");
        all.push((rule.legal.predicate.clone(), understood.parsed.pipeline));
    }
    all
}

#[test]
fn the_program_decides_as_the_reference() {
    let lines: Vec<String> = events().iter().map(Json::to_string).collect();
    let events: Vec<Event> = lines.iter().map(|line| Event::from_json_text(line).unwrap()).collect();
    let searches = predicates_of_searches();
    for (event, line) in events.iter().zip(&lines) {
        for ((predicate, pipeline), search) in searches.iter().zip(SEARCHES) {
            let matches = evaluate::matches(pipeline, event).unwrap();
            assert_eq!(evaluate::predicate(predicate, event), matches, "{search}\n{line}");
        }
    }
    let mut predicates: Vec<Predicate> = searches.into_iter().map(|(predicate, _)| predicate).collect();
    for (column, search) in SEARCHES.iter().enumerate() {
        let found = events.iter().filter(|event| evaluate::predicate(&predicates[column], event)).count();
        assert!(found > 0 && found < events.len(), "{search} matches {found} events, which tests little");
    }
    predicates.extend(sampled(&random_predicate(), 300));
    predicates.push(long_predicate());
    let package = write_package("generated", "2024", &predicates);
    let found = package::run(&package, &lines);
    let expected = expected(&predicates, &events);
    assert_eq!(found.len(), expected.len());
    for ((found, expected), line) in found.iter().zip(&expected).zip(&lines) {
        assert_eq!(found.len(), expected.len());
        let differs = found.bytes().zip(expected.bytes()).position(|(found, expected)| found != expected);
        if let Some(at) = differs {
            panic!("the program differs on {line}\nfor {:?}", predicates[at]);
        }
    }
    plain_tests_need_no_memory(&package, &lines);
}

fn plain_tests_need_no_memory(package: &Path, lines: &[String]) {
    let is_plain = |search: &str| PLAIN.iter().any(|start| search.starts_with(start));
    let counts = package::program(package, "counting", lines);
    assert_eq!(counts.len(), lines.len());
    let mut asked = 0;
    for (counts, line) in counts.iter().zip(lines) {
        for (count, search) in counts.split(' ').zip(SEARCHES) {
            assert!(count == "0" || !is_plain(search), "{search} asks {count} times for memory on {line}");
            asked += usize::from(count != "0");
        }
    }
    assert!(asked > 0, "the program does not count");
}

/// The queries of the repository as they are compiled, on generated events and those of the documents.
#[test]
fn the_queries_decide_as_the_reference() {
    let documents = load::paths(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("queries")]).documents;
    let targets = Targets::embedded().unwrap();
    let understood = compile::understand(&documents, &Settings::of(&targets));
    let options = Options { rust_crate: true, ..Options::default() };
    let map = targets.map("rust").unwrap();
    let results: Vec<_> = understood.iter().map(|one| compile::rules(one, &Rust, map, &options)).collect();
    let files = compile::files(&understood, &results, &Rust, &options);
    let folder = package::write(
        "generated_queries",
        "2024",
        files.into_iter().map(|(file, _)| file.text).collect(),
        MAIN,
    );
    // Each rule is asked about the events of its own source only.
    let mut lines = Vec::new();
    let mut expected = Vec::new();
    let rules = understood
        .iter()
        .zip(&results)
        .flat_map(|(one, result)| result.rules.iter().map(move |rule| (one, rule)));
    for (column, (one, rule)) in rules.enumerate() {
        let (_, _, place) = rule.written.as_ref().expect("rust refuses no query");
        let sourced = &one.sourced()[*place];
        let generated = splc::verify::generate::events(&sourced.predicate).into_iter();
        let examples = one.analytic.examples.iter().filter(|example| example.source == rule.source);
        let all = generated.map(|event| splc::verify::in_scope(event, &sourced.scopes[0], sourced.source));
        for event in all.chain(examples.map(|example| example.event.clone())) {
            lines.push(event.to_json().to_string());
            expected.push((column, evaluate::matches(&one.parsed.pipeline, &event).unwrap()));
        }
    }
    let found = package::run(&folder, &lines);
    assert_eq!(found.len(), expected.len());
    for ((found, (column, matches)), line) in found.iter().zip(&expected).zip(&lines) {
        assert_eq!(found.as_bytes()[*column] == b'1', *matches, "rule {column} on {line}");
    }
    assert!(expected.iter().filter(|(_, matches)| *matches).count() > 100);
}

#[test]
fn the_code_has_no_warnings_and_is_formatted() {
    let mut predicates: Vec<Predicate> = predicates_of_searches().into_iter().map(|(one, _)| one).collect();
    predicates.extend(sampled(&random_predicate(), 300));
    predicates.push(long_predicate());
    for edition in ["2021", "2024"] {
        let folder = write_package(&format!("generated_{edition}"), edition, &predicates);
        package::cargo(&folder, &["clippy", "--all-targets"]);
        for file in ["src/lib.rs", "src/empty.rs"] {
            let output = Command::new("rustfmt")
                .args(["--check", "--edition", edition, file])
                .args(["--config", "max_width=100,use_small_heuristics=Default,reorder_modules=true"])
                .current_dir(&folder)
                .output()
                .unwrap();
            let difference = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{difference}{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
