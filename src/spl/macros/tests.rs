//! Each rule of expansion on its own, the forms of files, and the way back to the query.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;

use super::read::{File, Reader};
use super::*;
use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::codes;

fn read(files: &[(&str, &str)]) -> (Definitions, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    for (path, text) in files {
        reader.read(&File::named(Path::new(path)), text);
    }
    reader.finish()
}

/// Definitions from stanzas that nothing is wrong with.
fn defined(conf: &str) -> Definitions {
    let (definitions, findings) = read(&[("macros.conf", conf)]);
    assert_eq!(findings, []);
    definitions
}

fn expanded(conf: &str, query: &str) -> String {
    let expanded = expand(query, &defined(conf), None);
    assert_eq!((&expanded.diagnostics, &expanded.unresolved), (&vec![], &vec![]), "{query}");
    expanded.text().to_owned()
}

/// The one error of an expansion that leaves the query as it is.
fn failure(conf: &str, query: &str) -> (&'static str, String) {
    let found = expand(query, &defined(conf), None);
    assert_eq!(found.diagnostics.len(), 1, "{:?}", found.diagnostics);
    (found.diagnostics[0].code.id, found.diagnostics[0].message.clone())
}

fn missing(definitions: &Definitions, app: Option<&str>, query: &str) -> String {
    let found = expand(query, definitions, app);
    assert_eq!(found.diagnostics, []);
    found.unresolved.into_iter().map(|call| call.message).collect::<Vec<_>>().join("; ")
}

const HOST: &str = "[h(1)]\nargs = x\ndefinition = host=$x$\n";

// Text for text.

#[test]
fn no_parentheses_are_added() {
    assert_eq!(expanded("[s]\ndefinition = a=1 OR b=2\n", "`s` c=3"), "a=1 OR b=2 c=3");
}

#[test]
fn text_is_joined_without_a_space() {
    assert_eq!(expanded("[s]\ndefinition = web\n", "index=`s`_1"), "index=web_1");
}

#[test]
fn calls_in_quotes_and_comments_and_after_a_backslash_stay() {
    let conf = "[s]\ndefinition = X\n";
    for same in ["\"foo`s`baz\"", "```a `s` b``` c=1", "a=\\`s", "split(process, \"`\")"] {
        assert_eq!(expanded(conf, same), same);
    }
    assert_eq!(expanded(conf, "\"a\\\"`s`\" `s`"), "\"a\\\"`s`\" X");
    assert_eq!(expanded(conf, "```c``` `s` ```d`s```"), "```c``` X ```d`s```");
}

#[test]
fn calls_in_subsearches_are_replaced() {
    assert_eq!(expanded("[s]\ndefinition = a=1\n", "[search `s`]"), "[search a=1]");
}

#[test]
fn an_unclosed_backtick_is_text() {
    assert_eq!(expanded("[s]\ndefinition = a=1\n", "`s` b=2 `s"), "a=1 b=2 `s");
}

// Arguments.

#[test]
fn arguments_are_replaced_everywhere_even_in_quotes() {
    let conf = "[h(1)]\nargs = x\ndefinition = host=\"$x$\" OR src=$x$ \"a$x$b\"\n";
    assert_eq!(expanded(conf, "`h(www)`"), "host=\"www\" OR src=www \"awwwb\"");
}

#[test]
fn a_dollar_sign_that_names_no_argument_stays() {
    let conf = "[h(1)]\nargs = x\ndefinition = $y$x$ $ $$x$ $x\n";
    assert_eq!(expanded(conf, "`h(1)`"), "$y1 $ $1 $x");
}

#[test]
fn replaced_text_is_not_searched_for_arguments() {
    let conf = "[h(2)]\nargs = x, y\ndefinition = $x$-$y$\n";
    assert_eq!(expanded(conf, "`h($y$, 2)`"), "$y$-2");
}

#[test]
fn quotes_keep_commas_and_are_taken_off() {
    assert_eq!(expanded(HOST, "`h(\"a, b\")`"), "host=a, b");
    assert_eq!(expanded(HOST, "`h( a b )`"), "host=a b");
    assert_eq!(expanded(HOST, r#"`h("say \"x\" C:\\T")`"#), r#"host=say "x" C:\\T"#);
    // Two strings are not one argument in quotes.
    assert_eq!(expanded(HOST, r#"`h("a" OR "b,c")`"#), r#"host="a" OR "b,c""#);
}

#[test]
fn parentheses_keep_commas() {
    assert_eq!(expanded(HOST, "`h(max(a, b))`"), "host=max(a, b)");
    assert_eq!(expanded(HOST, "`h((a, b))`"), "host=(a, b)");
    assert_eq!(failure(HOST, "`h((a)b)`").0, "macro-arguments");
}

#[test]
fn arguments_may_be_named() {
    let conf = "[h(2)]\nargs = x, y\ndefinition = $x$-$y$\n";
    assert_eq!(expanded(conf, "`h(y=2, x=\"1,0\")`"), "1,0-2");
    // A comparison whose field is no argument is a value.
    assert_eq!(expanded(conf, "`h(a=2, b=1)`"), "a=2-b=1");
    for wrong in ["`h(x=1, 2)`", "`h(x=1, x=2)`"] {
        assert_eq!(failure(conf, wrong).0, "macro-arguments", "{wrong}");
        assert_eq!(expand(wrong, &defined(conf), None).text(), wrong);
    }
}

#[test]
fn the_number_of_arguments_chooses_the_definition() {
    let conf = "[h]\ndefinition = none\n[h(1)]\nargs = x\ndefinition = one $x$\n\
                [h(2)]\nargs = x, y\ndefinition = two\n";
    assert_eq!(expanded(conf, "`h` `h()` `h(a)` `h(a,b)` `h(,)`"), "none none one a two two");
    let message = missing(&defined(conf), None, "`h(1,2,3)`");
    assert_eq!(message, "the macro `h` takes 0 or 1 or 2 arguments; the call has 3");
}

#[test]
fn empty_parentheses_are_an_empty_argument_where_one_is_taken() {
    assert_eq!(expanded(HOST, "`h()`"), "host=");
    assert!(missing(&defined(HOST), None, "`h`").contains("takes 1 argument; the call has 0"));
}

// Nesting.

#[test]
fn macros_call_macros_with_their_arguments() {
    let conf =
        "[a(1)]\nargs = x\ndefinition = `b($x$, \"p,q\")`\n[b(2)]\nargs = x, y\ndefinition = $x$ in ($y$)\n";
    assert_eq!(expanded(conf, "`a(host)`"), "host in (p,q)");
}

fn chain(length: usize) -> String {
    (0..length).fold(String::new(), |mut conf, index| {
        let text = if index + 1 == length { "end".to_owned() } else { format!("`m{}`", index + 1) };
        let _ = write!(conf, "[m{index}]\ndefinition = {text}\n");
        conf
    })
}

#[test]
fn calls_nest_to_a_depth_of_100() {
    assert_eq!(expanded(&chain(100), "`m0`"), "end");
    assert_eq!(failure(&chain(101), "`m0`").0, "macro-too-deep");
    assert_eq!(expand("`m0`", &defined(&chain(101)), None).text(), "`m100`");
}

#[test]
fn a_cycle_is_reported_with_its_way_round() {
    let conf = "[a]\ndefinition = x `b`\n[b]\ndefinition = y `a`\n";
    let (code, message) = failure(conf, "`a` z");
    assert_eq!((code, message.as_str()), ("macro-cycle", "the macro `a` calls itself: `a` → `b` → `a`"));
    assert_eq!(expand("`a` z", &defined(conf), None).text(), "x y `a` z");
    // Overloads are different macros.
    let conf = "[c(1)]\nargs = f\ndefinition = `c($f$, 1)`\n[c(2)]\nargs = f, g\ndefinition = $f$$g$\n";
    assert_eq!(expanded(conf, "`c(a)`"), "a1");
}

#[test]
fn the_size_of_an_expansion_is_bounded() {
    let doubling = |last: &str| {
        (0..60).fold(format!("[m60]\ndefinition = {last}\n"), |mut conf, index| {
            let next = index + 1;
            let _ = write!(conf, "[m{index}]\ndefinition = `m{next}``m{next}`\n");
            conf
        })
    };
    for last in ["0123456789", "``"] {
        let definitions = defined(&doubling(last));
        let found = expand("`m0`", &definitions, None);
        assert!(found.text().len() < 2 * 1024 * 1024, "{}", found.text().len());
        assert!(found.diagnostics.iter().any(|finding| finding.code.id == "macro-too-large"));
    }
    let many = "$x$".repeat(10_000);
    let definitions = defined(&format!("[m(1)]\nargs = x\ndefinition = {many}\n"));
    let found = expand(&format!("`m({})`", "y".repeat(10_000)), &definitions, None);
    assert_eq!(found.diagnostics[0].code.id, "macro-too-large");
}

// What is not known.

#[test]
fn only_what_the_definitions_speak_against_is_a_warning() {
    let conf = "[cim_a_indexes]\ndefinition = x\n[of(1)]\nargs = a\ndefinition = y\n\
                [asked(1)]\nargs = a\ndefinition = if(\"$a$\"==\"\", \"\", \"b\")\niseval = 1\n";
    let severity = |query: &str| {
        let found = expand(query, &defined(conf), None);
        found.unresolved.iter().map(|call| call.severity).collect::<Vec<_>>()
    };
    assert_eq!(severity("`cim_b_indexes`"), [Severity::Warning], "its app has one of such a name");
    assert_eq!(severity("`of(1, 2)`"), [Severity::Warning], "its app has one with other arguments");
    assert_eq!(severity("`notable`"), [Severity::Note], "another app may have it");
    assert_eq!(severity("`asked(1)`"), [Severity::Note], "its text is only not computed");
}

#[test]
fn a_comment_macro_behind_the_last_pipe_is_a_note() {
    let placed = |query: &str| {
        let found = expand(query, &defined("[note(1)]\nargs = a\ndefinition = \"\"\niseval = 1\n"), None);
        let findings = crate::spl::parse(found.text(), &|_| None).diagnostics;
        findings.into_iter().map(|finding| found.placed(finding).severity).collect::<Vec<_>>()
    };
    assert_eq!(placed("a=1 | `note(why)`"), [Severity::Note]);
    assert_eq!(placed("a=1 | `note(why)` | head"), [Severity::Error]);
    assert_eq!(placed("a=1 `note(why)` |"), [Severity::Warning]);
}

#[test]
fn a_macro_without_definition_stays() {
    let found = expand("a=1 `no(1)` b=2", Definitions::builtin(), None);
    assert_eq!(found.text(), "a=1 `no(1)` b=2");
    assert!(found.is_identity());
    assert_eq!(found.unresolved[0].span.of(found.text()), "`no(1)`");
    assert_eq!(found.unresolved[0].message, "the macro `no(1)` is not defined");
    assert!(found.unresolved[0].help.contains("--macros"));
    let inside = expand("`a` c=3", &defined("[a]\ndefinition = x `no` y\n"), None);
    assert_eq!(inside.text(), "x `no` y c=3");
    assert_eq!(inside.unresolved[0].span.of(inside.text()), "`no`");
}

#[test]
fn a_filter_without_definition_lets_everything_pass() {
    let of = |query: &str| expand(query, Definitions::builtin(), None);
    for (query, expected) in [
        ("a=1 | `x_filter`", "a=1 | search *"),
        ("a=1 |```why```\n`x_filter`", "a=1 |```why```\nsearch *"),
        ("`x_filter`", "search *"),
        ("a=1 `x_filter`", "a=1 *"),
        ("a=1 | search `x_filter`", "a=1 | search *"),
        ("[`x_filter`]", "[search *]"),
        ("a=\"|\" `x_filter`", "a=\"|\" *"),
    ] {
        let found = of(query);
        assert_eq!(found.text(), expected);
        assert_eq!(found.diagnostics[0].code.id, codes::FILTER_MACRO.id);
        assert_eq!(found.unresolved, []);
    }
    assert_eq!(of("`x_filter(1)`").text(), "`x_filter(1)`");
    let own = defined("[x_filter]\ndefinition = search NOT a=1\n");
    assert_eq!(expand("| `x_filter`", &own, None).text(), "| search NOT a=1");
}

#[test]
fn what_splunks_apps_supply_is_built_in_or_named() {
    let of = |query: &str| expand(query, Definitions::builtin(), None);
    assert_eq!(of("| `drop_dm_object_name(\"Web\")`").text(), "| rename \"Web.*\" as *");
    assert_eq!(of("a `comment(\"x, | y\")` b").text(), "a  b");
    let domains = of("`cim_corporate_web_domain_search(DNS.query)`");
    assert!(domains.text().starts_with("[| inputlookup append=T ") && domains.unresolved.is_empty());
    let message = missing(Definitions::builtin(), None, "`get_asset(src)`");
    assert!(message.contains("SA-IdentityManagement"), "{message}");
    let own = defined("[drop_dm_object_name(1)]\nargs = o\ndefinition = own $o$\n");
    assert_eq!(expand("`drop_dm_object_name(Web)`", &own, None).text(), "own Web");
}

// Eval.

#[test]
fn an_eval_that_joins_texts_is_read() {
    let eval =
        |text: &str| format!("[e(1)]\nargs = x\niseval = 1\ndefinition = {text}\n[n]\ndefinition = N\n");
    for (text, expected) in [
        (r#""a=" . "$x$""#, "a=7"),
        (r#""a=\"" + x + "\"""#, "a=\"7\""),
        ("90", "90"),
        (r#""""#, ""),
        (r#""\\d\s""#, r"\d\s"),
        (r#""`n`""#, "N"),
    ] {
        assert_eq!(expanded(&eval(text), "`e(7)`"), expected, "{text}");
    }
    for text in [r#"if(x=1, "a", "b")"#, "x+", "y", r#""a" "b""#, r#""a"#, "1+2", "$x$.$x$.", ""] {
        let (definitions, _) = read(&[("macros.conf", &eval(text))]);
        let message = missing(&definitions, None, "`e(7)`");
        assert!(message.contains("more than join texts"), "{text}: {message}");
    }
}

// Apps.

#[test]
fn the_app_of_a_search_wins() {
    let (definitions, findings) = read(&[
        ("a/default/macros.conf", "[m]\ndefinition = A\n[only]\ndefinition = same\n"),
        ("b/default/macros.conf", "[m]\ndefinition = B\n[only]\ndefinition = same\n"),
    ]);
    assert_eq!(findings, []);
    assert_eq!(expand("`m`", &definitions, Some("a")).text(), "A");
    assert_eq!(expand("`m`", &definitions, Some("b")).text(), "B");
    assert_eq!(expand("`only`", &definitions, Some("c")).text(), "same");
    let message = missing(&definitions, Some("c"), "`m`");
    assert_eq!(message, "the apps `a`, `b` define the macro `m` differently");
    let mut with_loose = definitions;
    with_loose.add(Definition {
        name: "m".to_owned(),
        arity: 0,
        arguments: vec![],
        text: "loose".to_owned(),
        is_eval: false,
        app: None,
        origin: Origin::BuiltIn("test"),
    });
    assert_eq!(expand("`m`", &with_loose, Some("c")).text(), "loose");
    assert_eq!(expand("`m`", &with_loose, Some("b")).text(), "B");
}

#[test]
fn local_settings_replace_those_of_default_one_by_one() {
    let default = ("app/default/macros.conf", "[m(1)]\nargs = x\ndefinition = old $x$\n");
    let local = ("app/local/macros.conf", "[m(1)]\ndefinition = new $x$\n");
    for files in [[default, local], [local, default]] {
        let (definitions, findings) = read(&files);
        assert_eq!(findings, []);
        assert_eq!(expand("`m(1)`", &definitions, None).text(), "new 1");
    }
}

#[test]
fn a_second_definition_in_an_app_is_a_warning() {
    let conf = "[m]\ndefinition = A\n[m]\ndefinition = B\n[n]\ndefinition = C\n[n]\ndefinition = C\n";
    let (definitions, findings) = read(&[("macros.conf", conf)]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code.id, "duplicate-macro");
    assert!(findings[0].message.ends_with("macros.conf:2"), "{}", findings[0].message);
    assert_eq!(findings[0].span().unwrap().start, 20);
    assert_eq!(expand("`m`", &definitions, None).text(), "B");
}

// Files.

#[test]
fn conf_values_go_on_after_a_backslash() {
    let conf =
        "\u{FEFF}# head\r\n[m]\r\ndefinition = a \\\r\n  b=1 = 2\\\nc\r\n  # no comment = 1\niseval=0\r\n";
    let definitions = defined(conf);
    let Lookup::Found(found) = definitions.lookup("m", 0, None) else { panic!("not found") };
    assert_eq!((found.text.as_str(), found.is_eval), ("a \n  b=1 = 2\nc", false));
    assert_eq!(found.origin.to_string(), "macros.conf:3");
    assert_eq!(defined("[m]\ndefinition = x\\").len(), 1);
}

#[test]
fn what_a_conf_file_lacks_is_said() {
    let (definitions, findings) =
        read(&[("macros.conf", "[default]\nx = 1\n[a]\nargs = x\n[b(2)]\nargs = x\ndefinition = $x$\n")]);
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["the macro `a` has no definition", "the macro `b` takes 2 arguments and names 1"]);
    assert_eq!(expand("`b(1,2)`", &definitions, None).text(), "1");
    for (conf, expected) in [
        ("[a b]\ndefinition = x\n", "holds more than letters"),
        ("[a(2)]\nargs = x, x\ndefinition = x\n", "names the argument `x` twice"),
    ] {
        let (_, findings) = read(&[("macros.conf", conf)]);
        assert!(findings.len() == 1 && findings[0].message.contains(expected), "{findings:?}");
    }
}

#[test]
fn yaml_files_are_read() {
    let yaml =
        "definition: 'convert ctime($field$)'\ndescription: x\nname: ctime_of\narguments:\n  - field\n";
    let (definitions, findings) = read(&[("ctime_of.yml", yaml)]);
    assert_eq!(findings, []);
    assert_eq!(expand("`ctime_of(t)`", &definitions, None).text(), "convert ctime(t)");
    let (_, findings) = read(&[("x.yml", "name: a detection\nsearch: x\n")]);
    assert_eq!(findings[0].code.id, "bad-macro-file");
    let mut reader = Reader::default();
    reader.read(&File::found("x.yml".as_ref()), "name: a detection\nsearch: x\n");
    assert_eq!(reader.finish(), (Definitions::default(), vec![]));
}

#[test]
fn json_lines_are_read() {
    let lines = "{\"title\": \"m(1)\", \"args\": [\"x\"], \"spl\": \"a=$x$\", \"app\": \"web\", \"iseval\": \"0\"}\n\n\
                 {\"title\": \"n\", \"args\": [\"x\"], \"definition\": \"\\\"b\\\".x\", \"iseval\": true}\n\
                 {\"kind\": \"detection\", \"title\": \"d\", \"spl\": \"x\"}\n";
    let (definitions, findings) = read(&[("m.ndjson", lines)]);
    assert_eq!(findings, []);
    assert_eq!(expand("`m(1)` `n(2)`", &definitions, Some("web")).text(), "a=1 b2");
    // A name without a number takes no arguments in a conf file, and an app has its macros in one.
    let line = "{\"title\": \"o\", \"args\": [\"x\"], \"spl\": \"$x$\", \"app\": \"web\"}";
    assert_eq!(expand("`o`", &read(&[("m.jsonl", line)]).0, None).text(), "$x$");
    let (_, findings) = read(&[("m.jsonl", "[]\n[]\n")]);
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn a_file_without_definitions_is_reported_if_it_was_named() {
    for path in ["macros.conf", "x.ndjson", "x.txt"] {
        let (_, findings) = read(&[(path, "")]);
        assert_eq!(findings[0].code.id, "bad-macro-file", "{path}");
    }
}

// The way back.

#[test]
fn places_inside_a_macro_are_the_call_and_the_definition_is_named() {
    let conf = "[a]\ndefinition = x=1 `b`\n[b]\ndefinition = y==2\n";
    let query = "index=i `a` z=3";
    let expanded = expand(query, &defined(conf), None);
    assert_eq!(expanded.text(), "index=i x=1 y==2 z=3");
    let at = |words: &str| {
        let start = expanded.text().find(words).unwrap();
        Span::new(start, start + words.len())
    };
    assert_eq!(expanded.to_query(at("index=i")).of(query), "index=i");
    assert_eq!(expanded.to_query(at("z=3")).of(query), "z=3");
    assert_eq!(expanded.to_query(at("y==2")).of(query), "`a`");
    assert_eq!(expanded.to_query(at("i x")).of(query), "i `a`");
    assert_eq!(expanded.to_query(at("2 z")).of(query), "`a` z");
    assert_eq!(expanded.macros_of(at("y==2")), ["a", "b"]);
    assert_eq!(expanded.macros_of(at("x=1")), ["a"]);
    assert!(expanded.macros_of(at("z=3")).is_empty());

    let finding = Diagnostic::new(&codes::DOUBLE_EQUALS, at("=="), "wrong");
    let placed = expanded.placed(finding);
    assert_eq!(placed.span().unwrap().of(query), "`a`");
    assert_eq!(placed.primary.unwrap().text, "in the text of this macro");
    assert_eq!(
        placed.help,
        ["`==` comes from the macro `b` (macros.conf:4), called by the macro `a` (macros.conf:2)"]
    );
    let wide = expanded.placed(Diagnostic::new(&codes::DOUBLE_EQUALS, at("x=1 y==2"), "wrong"));
    assert_eq!(wide.help, ["`x=1 y==2` comes from the macro `a` (macros.conf:2)"]);
    let outside = expanded.placed(Diagnostic::new(&codes::DOUBLE_EQUALS, at("z=3"), "wrong"));
    assert!(outside.help.is_empty());
}

#[test]
fn a_fix_reaches_the_query_only_where_the_query_has_the_words() {
    let expanded = expand("a=1 `m` c=3", &defined("[m]\ndefinition = b=2\n"), None);
    assert_eq!(expanded.text(), "a=1 b=2 c=3");
    let placed = |spans: &[(usize, usize)]| {
        let edit = |(start, end): &(usize, usize)| Edit { span: Span::new(*start, *end), text: "x".into() };
        let fix = Fix { title: String::new(), edits: spans.iter().map(edit).collect(), safe: true };
        let finding = Diagnostic::new(&codes::DOUBLE_EQUALS, Span::new(0, 1), "wrong").fix(fix);
        expanded
            .placed(finding)
            .fix
            .map(|fix| fix.edits.into_iter().map(|edit| edit.span).collect::<Vec<_>>())
    };
    assert_eq!(placed(&[(0, 3)]), Some(vec![Span::new(0, 3)]));
    assert_eq!(placed(&[(8, 11)]), Some(vec![Span::new(8, 11)]));
    assert_eq!(placed(&[(4, 4), (7, 7)]), Some(vec![Span::new(4, 4), Span::new(7, 7)]));
    assert_eq!(placed(&[(0, 3), (4, 7)]), None);
    assert_eq!(placed(&[(5, 5)]), None);
    assert_eq!(placed(&[(3, 5)]), None);
}

// Anything.

const PIECES: &[&str] = &[
    "`",
    "`m`",
    "`m(1)`",
    "`n(a,b)`",
    "`o(x=1)`",
    "`e`",
    "```",
    "\"",
    "\\",
    "|",
    "[",
    "]",
    " ",
    "\n",
    "(",
    ")",
    ",",
    "=",
    "$",
    "$x$",
    "$y$",
    "a",
    "é",
    "x_filter",
    "`x_filter`",
    "iseval = 1",
];

fn pieces(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(PIECES), 0..most).prop_map(|pieces| pieces.concat())
}

fn definitions() -> impl Strategy<Value = Definitions> {
    (pieces(8), pieces(8), pieces(8), pieces(8), any::<bool>()).prop_map(|(m, m1, n, o, is_eval)| {
        let mut all = Definitions::default();
        let rows = [("m", 0, m), ("m", 1, m1), ("n", 2, n), ("o", 1, o)];
        for (name, arity, text) in rows {
            let arguments = ["x", "y"].iter().take(arity).map(|name| (*name).to_owned()).collect();
            let (origin, name) = (Origin::BuiltIn("test"), name.to_owned());
            all.add(Definition { name, arity, arguments, text, is_eval, app: None, origin });
        }
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_without_backticks_stays(text in "[^`]{0,60}") {
        let found = expand(&text, Definitions::builtin(), None);
        prop_assert_eq!(&found, &Expanded::identity(&text));
        prop_assert_eq!(found.text(), text.as_str());
        prop_assert_eq!(found.to_query(Span::new(0, text.len())), Span::new(0, text.len()));
    }

    #[test]
    fn every_place_has_its_way_back(query in pieces(16), definitions in definitions()) {
        let found = expand(&query, &definitions, None);
        let length = u32::try_from(found.text().len()).unwrap();
        prop_assert!(found.text().len() < query.len() + 2 * 1024 * 1024);
        let mut before = Span::default();
        // A cycle or a doubling may make a long text; its start shows as much.
        for start in 0..length.min(400) {
            let place = found.to_query(Span { start, end: start + 1 });
            prop_assert!(place.end as usize <= query.len() && place.start < place.end, "{place:?}");
            prop_assert!(before.start <= place.start && before.end <= place.end, "{before:?} {place:?}");
            let empty = found.to_query(Span { start, end: start });
            prop_assert!(empty.end as usize <= query.len());
            // What no macro supplied is the query's own.
            if found.macros_of(Span { start, end: start + 1 }).is_empty() {
                let own = found.text().as_bytes()[start as usize];
                prop_assert_eq!(place.end - place.start, 1);
                prop_assert_eq!(own, query.as_bytes()[place.start as usize]);
            }
            before = place;
        }
        for finding in &found.diagnostics {
            let span = finding.span().unwrap();
            prop_assert!(found.text().get(span.range()).is_some());
            let placed = found.placed(finding.clone()).span().unwrap();
            prop_assert!(query.get(placed.range()).is_some());
        }
        for call in &found.unresolved {
            let text = call.span.of(found.text());
            prop_assert!(text.starts_with('`') && text.ends_with('`'), "{text:?}");
        }
    }

    #[test]
    fn arbitrary_files_are_read(text in pieces(30), name in select(&["macros.conf", "m.yml", "m.ndjson"][..])) {
        let text = format!("[m]\ndefinition = {text}");
        let (definitions, findings) = read(&[(name, &text)]);
        for span in findings.iter().filter_map(Diagnostic::span) {
            prop_assert!(text.get(span.range()).is_some());
        }
        expand("`m`", &definitions, None);
    }
}
