//! The text of rules: names, comments, literals. What the text does when it runs is tested in `tests/`.

use std::path::Path;

use super::{Rust, reserved, visible};
use crate::backend::compile::{self, Settings};
use crate::backend::{Backend, Options, OutputFile};
use crate::document::{Document, format_of};
use crate::target::{TargetMap, Targets};

/// The files for searches, each with its title.
fn files(searches: &[(&str, &str)], options: &Options) -> Vec<OutputFile> {
    let targets = Targets::embedded().unwrap();
    let read = |(title, spl): &(&str, &str)| {
        let path = Path::new("x.spl");
        let mut document = Document::read(path, (*spl).to_owned(), format_of(path).unwrap());
        document.analytics[0].metadata.title = (*title).to_owned();
        document
    };
    let documents: Vec<Document> = searches.iter().map(read).collect();
    let understood = compile::understand(&documents, &Settings::of(&targets));
    let map = targets.map("rust").unwrap();
    let results: Vec<_> = understood.iter().map(|one| compile::rules(one, &Rust, map, options)).collect();
    let files = compile::files(&understood, &results, &Rust, options);
    files.into_iter().map(|(file, _)| file).collect()
}

/// The functions and the registry of the file for searches.
fn parts(searches: &[(&str, &str)]) -> (String, String) {
    let text = files(searches, &Options::default()).remove(0).text;
    let (_, rest) = text.split_once("use Part::{Any, One, Text};\n\n").unwrap();
    let (functions, rest) = rest.split_once("/// All rules that judge each event alone.\n").unwrap();
    (functions.to_owned(), rest.split_once("/// All rules that look").unwrap().0.to_owned())
}

/// The bodies of the functions, one after the other.
fn bodies(spl: &str) -> String {
    let (functions, _) = parts(&[("t", spl)]);
    let of_function = |function: &str| function.split_once(" {\n").map(|(_, body)| body.to_owned());
    functions.split("\npub fn ").skip(1).filter_map(of_function).collect()
}

fn names(searches: &[(&str, &str)]) -> Vec<String> {
    let (functions, _) = parts(searches);
    let name = |line: &str| Some(line.strip_prefix("pub fn ")?.split('<').next()?.to_owned());
    functions.lines().filter_map(name).collect()
}

#[test]
fn a_search_becomes_a_function_with_its_documentation() {
    let spl = "sourcetype=docker:daemon command IN (\"docker exec\", \"docker run *\") NOT user=root";
    let expected = r#"/// Exec in \[web\]
///
/// exact · docker.daemon
///
/// ```text
/// sourcetype=docker:daemon command IN ("docker exec", "docker run *") NOT user=root
/// ```
pub fn exec_in_web<E: Event + ?Sized>(event: &E) -> bool {
    let command = |value: Value<'_>| value.is("docker exec") || value.starts_with("docker run ");
    some(event, "command", command) && !some(event, "user", |value| value.is("root"))
}

"#;
    assert_eq!(parts(&[("Exec in [web]", spl)]).0, expected);
}

#[test]
fn the_registry_holds_what_is_known() {
    let (_, registry) = parts(&[("Start", "sourcetype=docker:daemon action=\"st\\\"art\"")]);
    let expected = r#"#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    Rule {
        id: "ID",
        title: "Start",
        source: Some("docker.daemon"),
        techniques: &[],
        level: None,
        fidelity: "exact",
        substitute: None,
        spl: "sourcetype=docker:daemon action=\"st\\\"art\"",
        matches: |event| start(event),
    },
];

"#;
    let id = registry.split('"').nth(1).unwrap();
    assert_eq!(registry, expected.replace("ID", id));
}

#[test]
fn tests_read_like_the_search() {
    let body = |spl| bodies(&format!("sourcetype=docker:daemon {spl}"));
    let cases = [
        ("a=*x*", "some(event, \"a\", |value| value.contains(\"x\"))"),
        ("a=x*y", "some(event, \"a\", |value| value.like(\"x*y\"))"),
        ("a=*", "exists(event, \"a\")"),
        ("a!=x", "some(event, \"a\", |value| !value.is(\"x\"))"),
        ("| where a>=5", "some(event, \"a\", |value| value.number(|number| number >= 5.0))"),
        ("| where a=5", "some(event, \"a\", |value| value.number(|number| number == 5.0))"),
        ("a>=5", "some(event, \"a\", |value| value.at_least(\"5\"))"),
        (
            "a=10.0.0.0/8",
            "let a = |value: Value<'_>| value.is(\"10.0.0.0/8\") || value.in_v4([10, 0, 0, 0], 8);\n    some(event, \"a\", a)",
        ),
        ("a*=x", "some_named(event, \"a*\", |value| value.is(\"x\"))"),
        (
            "| regex a=\"x\\d+(?i)y\"",
            "static A: Regex = Regex::new(\"x[0-9]+[Yy]\");\n    some(event, \"a\", |value| A.finds(value))",
        ),
        (
            "| where len(a)>5",
            "let event = &Timed(event);\n    let result = |value: Value<'_>| value.number(|number| number > 5.0);\n    some_of(&call(\"len\", &[event.field(\"a\")], &event.context()), result)",
        ),
        ("fail*", "raw(event, |raw| raw.word(\"fail*\"))"),
        ("TERM(8.8.8.8)", "raw(event, |raw| raw.term(\"8.8.8.8\"))"),
        (
            "c=3 NOT (a=1 b=2)",
            "some(event, \"c\", |value| value.is(\"3\"))\n        && (!some(event, \"a\", |value| value.is(\"1\")) || !some(event, \"b\", |value| value.is(\"2\")))",
        ),
    ];
    for (spl, expected) in cases {
        assert_eq!(body(spl), format!("    {expected}\n}}\n\n"), "{spl}");
    }
    let network = body("a=\"2001:db8::/32\"");
    assert!(network.contains("value.in_v6(0x2001_0db8_0000_0000_0000_0000_0000_0000, 32)"), "{network}");
}

#[test]
fn names_are_identifiers_and_unique() {
    let spl = "sourcetype=docker:daemon a=1";
    let both = "sourcetype IN (docker:daemon, kubernetes:api) a=1";
    assert_eq!(names(&[("2 fast", spl), ("match", spl), ("some", spl)]), ["n2_fast", "match_2", "some_2"]);
    assert_eq!(names(&[("a", both)]), ["a_docker_daemon", "a_kubernetes_audit"]);
    assert_eq!(
        names(&[("A docker daemon", spl), ("A", both)]),
        ["a_docker_daemon", "a_docker_daemon_2", "a_kubernetes_audit"]
    );
    for name in ["some", "exists", "fold", "is_bounded", "event", "raw"] {
        assert!(reserved().contains(name), "{name}");
    }
}

#[test]
fn hostile_text_stays_in_its_comment_or_literal() {
    let title = "a */ \u{202E}b\u{0}\r\nfn evil() {} <script> `[x]`";
    let spl = "sourcetype=docker:daemon\r\n\ta=\"x\\\" \u{202E}\u{7} \\\"# */ ''' \\\\\" ```` c ```";
    let (functions, registry) = parts(&[(title, spl)]);
    assert!(
        functions.starts_with("/// a \\*/ \\\\u{202e}b\\\\0 fn evil() {} \\<script\\> `[x]`\n"),
        "{functions}"
    );
    assert!(functions.contains("/// `````text\n/// sourcetype=docker:daemon\n///     a="), "{functions}");
    let comments = functions.lines().take_while(|line| line.starts_with("///")).count();
    assert!(
        functions.lines().nth(comments).unwrap().starts_with("pub fn a_b_fn_evil_script_x<"),
        "{functions}"
    );
    for c in (functions + &registry).chars() {
        assert!(c == '\n' || c == ' ' || c == '·' || c.is_ascii_graphic(), "{c:?}");
    }
}

#[test]
fn letters_of_all_scripts_are_shown() {
    assert_eq!(visible("é ü हिन्दी 漢字 e\u{301}"), "é ü हिन्दी 漢字 e\u{301}");
    assert_eq!(visible("a\u{200B}b\u{2066}c"), "a\\u{200b}b\\u{2066}c");
}

#[test]
fn a_crate_holds_the_same_rules() {
    let search = [("t", "sourcetype=docker:daemon a=1")];
    let crate_files = files(&search, &Options { rust_crate: true, ..Options::default() });
    let paths: Vec<_> = crate_files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["rust/Cargo.toml", "rust/src/lib.rs"]);
    let single = files(&search, &Options::default());
    assert_eq!((single[0].path.as_str(), &single[0].rules[..]), ("rust/detections.rs", &[0][..]));
    assert_eq!(single[0].text, crate_files[1].text);
    assert!(!single[0].text.contains("cfg(test)"));
    assert!(crate_files[0].text.ends_with("[dependencies]\nserde_json = \"1\"\n"));
}

#[test]
fn what_rules_need_stands_in_the_output() {
    let files = |spl: &str| files(&[("t", spl)], &Options { rust_crate: true, ..Options::default() });
    let dependencies = |spl: &str| -> Vec<String> {
        let manifest = files(spl).remove(0).text;
        let (_, list) = manifest.split_once("[dependencies]\n").unwrap();
        list.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    let of_formulas = ["fancy-regex", "ipnet", "regex", "serde_json"];
    assert_eq!(dependencies("a=1 | regex b=\"x\\d+y\""), ["regex", "serde_json"]);
    assert_eq!(dependencies("a=1 | regex b=\"(x)\\1\""), ["fancy-regex", "serde_json"]);
    assert_eq!(dependencies("a=1 | where len(b) > 5"), of_formulas);
    assert!(dependencies("a=1 | where strftime(b, \"%Y\") = \"1\"").contains(&"jiff".to_owned()));
    assert!(dependencies("a=1 | where sha1(b) = \"1\"").contains(&"sha1".to_owned()));
    let mut with_reader = dependencies("a=1 | where match(b, c)");
    assert_eq!(with_reader.pop().as_deref(), Some("thiserror"));
    assert_eq!(with_reader, ["fancy-regex", "ipnet", "regex", "regex-syntax", "serde_json"]);
    let several = "a=1 | stats count by user | where count > 3";
    assert_eq!(dependencies(several), of_formulas);
    let texts: Vec<String> = files(several).into_iter().map(|file| file.text).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[1].contains("mod runtime;") && texts[2].contains("pub mod evaluate {"));
    for text in &texts {
        assert!(!text.contains("crate::") && !text.contains("splc::"), "{text}");
    }
}

#[test]
fn a_view_with_settings_is_refused() {
    let map = |view: &str| -> TargetMap {
        let text = format!("version: 1\nviews: {{v: {{title: x{view}}}}}");
        let targets = Targets::with(&|file| (file == "rust").then(|| text.clone())).unwrap();
        targets.map("rust").unwrap().clone()
    };
    Rust.check(&map("")).unwrap();
    let error = Rust.check(&map(", settings: {a: 1}")).unwrap_err().to_string();
    assert_eq!(error, "`rust.yaml` line 2, at `views > v > settings`: this target has no settings");
}
