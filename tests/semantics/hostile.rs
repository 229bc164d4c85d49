//! Malformed text: reading it never fails, never loses its place, and never takes more than linear time.
//!
//! In: arbitrary text, pieces of SPL in any order, and very long texts of one piece. Invariant: there always is a
//! tree; its spans lie in the text, inside their parents and in order; a tree without an error holds every word.

use proptest::prelude::*;
use proptest::sample::select;
use splc::detection::tree as predicate_tree;
use splc::diagnostic::Diagnostic;
use splc::source::Span;
use splc::spl::{Parsed, Pipeline, tree};
use splc::{command, optimise};

use super::places::{self, Node};

const PIECES: &[&str] = &[
    "a",
    "user",
    "=",
    "==",
    "!=",
    "<",
    ">=",
    "::",
    "1",
    "*",
    "\"",
    "\"x y\"",
    "\\",
    "\\\"",
    "\\\\",
    "(",
    ")",
    "[",
    "]",
    "`",
    "```",
    "`m(1)`",
    "|",
    " | search ",
    ",",
    " ",
    "  ",
    "\n",
    " AND ",
    " OR ",
    " NOT ",
    "NOT",
    " IN ",
    " IN (",
    " in (",
    " NOT IN (",
    "TERM(",
    "CASE(x)",
    "earliest=-1h",
    "'",
    "\u{201C}",
    "\u{A0}",
    "é",
    "\u{FEFF}",
    "10.0.0.0/8",
    "stats count",
    "[search x=1 | fields y]",
    "[",
    "| where ",
    "| eval ",
    "| eval x=",
    "| stats ",
    "| tstats ",
    "| rename ",
    "| sort ",
    "| transaction ",
    "| lookup ",
    "| inputlookup ",
    "| head ",
    "| rex ",
    "| append ",
    "| mstats ",
    "| frobnicate ",
    " by ",
    " where ",
    " as ",
    " OUTPUT ",
    " from ",
    "count(",
    "eval(",
    "if(",
    "x>1",
    "in(",
    " like ",
    " xor ",
    "!",
    "-",
    "+",
    ".",
    "/",
    "//",
    "/*",
    "#",
    "1.5",
    ".5e3",
    "'a b'",
    "a.b{}",
    "<<FIELD>>",
    "span=5m",
    "startswith=",
    "PREFIX(",
];

pub(super) fn name() -> impl Strategy<Value = &'static str> {
    select(command::ALL.iter().map(|command| command.name()).collect::<Vec<_>>())
}

pub(super) fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_read(text in soup()) {
        check(&text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_command_reads_pieces_in_any_order(name in name(), pieces in soup()) {
        check(&format!("| {name} {pieces}"))?;
    }

    #[test]
    fn every_command_reads_any_text(name in name(), text in any::<String>()) {
        check(&format!("| {name} {text}"))?;
    }
}

/// Reads the text, goes on as far as it goes, and checks the tree.
pub(crate) fn check(text: &str) -> Result<(), TestCaseError> {
    let parsed = command::parse(text);
    let printed = tree::print(&parsed.pipeline);
    check_places(&parsed.pipeline, text)?;
    for finding in &parsed.diagnostics {
        check_finding(finding, text)?;
    }
    if let Ok(detection) = command::lower(&parsed.pipeline) {
        let _ = predicate_tree::print(&optimise::predicate(optimise::fold(&detection)), 0);
    }
    if parsed.is_clean() {
        prop_assert!(!printed.lines().any(|line| line.trim() == "unreadable"), "{}", printed);
        check_nothing_is_lost(&parsed, text)?;
    }
    Ok(())
}

fn check_finding(finding: &Diagnostic, text: &str) -> Result<(), TestCaseError> {
    let labels = finding.primary.iter().chain(&finding.secondary).map(|label| label.span);
    let edits: Vec<Span> = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span).collect();
    prop_assert!(finding.primary.is_some(), "{:?}", finding);
    for span in labels.chain(edits.iter().copied()) {
        prop_assert!(text.get(span.range()).is_some(), "{:?}", finding);
    }
    prop_assert!(edits.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", finding);
    Ok(())
}

fn check_places(pipeline: &Pipeline, text: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(pipeline.span, Span::new(0, text.len()));
    for stage in &pipeline.stages {
        prop_assert!(
            stage.span.start <= stage.name.span.start && stage.name.span.end <= stage.span.end,
            "{:?}",
            stage
        );
    }
    check_node(&places::pipeline(pipeline), text)
}

/// The parts are pieces of the text, inside of the whole, one after the other.
fn check_node(node: &Node, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(text.get(node.span.range()).is_some(), "{:?} is no piece of the text", node.span);
    for part in &node.parts {
        let inside = node.span.start <= part.span.start && part.span.end <= node.span.end;
        prop_assert!(inside, "{:?} is outside of {:?}", part, node.span);
        check_node(part, text)?;
    }
    let in_order = node.parts.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
    prop_assert!(in_order, "out of order: {:?}", node);
    Ok(())
}

/// What no leaf covers is white space, comments, punctuation and the words that join parts.
fn check_nothing_is_lost(parsed: &Parsed, text: &str) -> Result<(), TestCaseError> {
    let mut rest = text.as_bytes().to_vec();
    let places = places::pipeline(&parsed.pipeline);
    blank_words(&places, &mut rest);
    blank_joins(&places, text, &mut rest);
    let rest = String::from_utf8(rest).expect("spans end between characters");
    let outside_comments: String = rest.split("```").step_by(2).collect();
    let left = outside_comments.replace(['(', ')', ',', '[', ']', '|', '"'], " ").replace('\u{FEFF}', " ");
    let joins = |word: &str| {
        ["AND", "OR", "NOT"].contains(&word) || ["as", "in", "eval"].contains(&&*word.to_ascii_lowercase())
    };
    let lost: Vec<&str> = left.split_whitespace().filter(|word| !joins(word)).collect();
    prop_assert!(lost.is_empty(), "{:?} is not in the tree", lost);
    Ok(())
}

fn blank_words(node: &Node, rest: &mut [u8]) {
    if node.is_word {
        rest[node.span.range()].fill(b' ');
    }
    node.parts.iter().for_each(|part| blank_words(part, rest));
}

/// Blanks `to` and `->` in what is left of each `rename`; behind other commands they are words like any other.
fn blank_joins(node: &Node, text: &str, rest: &mut [u8]) {
    let renames = node.parts.first().is_some_and(|name| name.span.of(text).eq_ignore_ascii_case("rename"));
    if renames {
        let left = String::from_utf8_lossy(&rest[node.span.range()]).into_owned();
        for join in left.split_whitespace().filter(|word| ["to", "->"].contains(&&*word.to_ascii_lowercase()))
        {
            // A part of `left`, so that its place in it is known.
            let at = node.span.start as usize + (join.as_ptr() as usize - left.as_ptr() as usize);
            rest[at..at + join.len()].fill(b' ');
        }
    }
    node.parts.iter().for_each(|part| blank_joins(part, text, rest));
}

/// Long texts of one piece, and whether each is well formed. A reader that goes back over what it has read, or that
/// recurses without a bound, does not come to an end here.
#[test]
fn long_texts_are_read() {
    let megabyte = |piece: &str| piece.repeat((1 << 20) / piece.len());
    let eighth = |piece: &str| piece.repeat((1 << 17) / piece.len());
    let texts = [
        ("parentheses", "(".repeat(100_000), false),
        ("closed parentheses", "(".repeat(100_000) + "a" + &")".repeat(100_000), false),
        ("not", "NOT ".repeat(100_000) + "a=1", false),
        ("or", megabyte("a=1 OR ") + "b=2", true),
        ("dangling or", eighth("a=1 OR "), false),
        ("quotes", megabyte("\""), true),
        ("a quote too many", eighth("\"") + "x \"", false),
        ("brackets", megabyte("["), false),
        ("closed brackets", "[".repeat(100_000) + &"]".repeat(100_000), false),
        ("nested sub-searches", "[search ".repeat(50_000) + &"]".repeat(50_000), false),
        ("nested brackets of append", "| append [".repeat(50_000) + &"]".repeat(50_000), false),
        ("expression", "| where a=1".to_owned() + &megabyte(" OR b=2 AND c.d"), true),
        ("parentheses in an expression", "| where ".to_owned() + &"(".repeat(100_000), false),
        ("closed ones", "| where ".to_owned() + &"(".repeat(100_000) + "a" + &")".repeat(100_000), false),
        ("calls", "| eval x=".to_owned() + &"if(".repeat(100_000), false),
        ("signs", "| eval x=".to_owned() + &"-".repeat(100_000) + "1", false),
        ("negations", "| where ".to_owned() + &"!".repeat(100_000) + "a", false),
        ("lists of lists", "| where a".to_owned() + &eighth(" IN (1)"), false),
        ("negated lists of lists", "| where a".to_owned() + &eighth(" NOT IN (1)"), false),
        ("divisions", "| where a".to_owned() + &eighth("/"), false),
        ("assignments", "| eval a=1".to_owned() + &megabyte(", b=c+1"), true),
        ("dots", "| eval a=b".to_owned() + &eighth(".1"), true),
        ("aggregates", "| stats ".to_owned() + &megabyte("count(eval(a>1)) as b, "), true),
        ("calls in an aggregation", "| stats ".to_owned() + &"a(".repeat(100_000), false),
        ("groups", "| table ".to_owned() + &"(".repeat(100_000), false),
        ("renames", "| rename a as b".to_owned() + &megabyte(", \"c d\" AS e"), true),
        ("quotes in clauses", "| table ".to_owned() + &eighth("\""), true),
        ("single quotes in an expression", "| where ".to_owned() + &eighth("'"), false),
        ("typographic quotes", "| where ".to_owned() + &eighth("\u{201C}"), false),
        ("backticks in clauses", "| table ".to_owned() + &eighth("`"), false),
        ("conditions", "| tstats count where a=1".to_owned() + &megabyte(" b=2") + " by c", true),
        ("transactions", "| transaction ".to_owned() + &eighth("startswith=(a (b)) "), true),
        ("single quotes in a search", eighth("a='b "), false),
        ("single quotes that close nothing", "a='b".to_owned() + &megabyte(" c"), true),
        ("templates", "| where a".to_owned() + &eighth("<<a"), false),
        ("backticks", megabyte("`"), false),
        ("escaped quotes in backticks", eighth("`\\\""), true),
        ("backslashes", megabyte("\\"), true),
        ("searches", eighth("|search a "), true),
        ("macros", eighth("|`m` "), true),
        ("pieces of TERM", eighth("TERM(\"a"), false),
    ];
    for (name, text, is_clean) in texts {
        let parsed = command::parse(&text);
        assert!(!parsed.pipeline.stages.is_empty(), "{name}");
        assert_eq!(parsed.is_clean(), is_clean, "{name}: {:?}", parsed.diagnostics.first());
        check_places(&parsed.pipeline, &text).expect(name);
    }
}

/// Fields that are made from themselves, and sums of choices, would double what is asked at each stage.
#[test]
fn what_stages_make_stays_bounded() {
    let sum = (0..40).map(|at| format!("if(a{at}=\"1\",1,0)")).collect::<Vec<_>>().join("+");
    let cases = (0..300).map(|at| format!("a=\"{at}\",{at}")).collect::<Vec<_>>().join(",");
    let stars: Vec<String> = ('a'..='z').map(|prefix| format!("| rename {prefix}_* AS *")).collect();
    let searches = [
        "| eval a=if(a=\"x\",b,c) ".repeat(60) + "| where a=\"x\"",
        "| eval a=if(searchmatch(\"a=x\"),b,c) ".repeat(40) + "| where a=\"x\"",
        "| eval a=a.a ".repeat(80) + "| where a=\"x\"",
        "| fillnull value=z a ".repeat(300) + "| search a=1",
        "| rename a AS b | rename b AS a ".repeat(5_000) + "| search a=1",
        stars.join(" ") + "| search a=1",
        format!("| eval s={sum} | where s>=20"),
        format!("| eval s=case({cases})+1 | where s=2"),
        format!("| eval s=case({cases}) | where s=2"),
        "| mvexpand a ".repeat(40) + "| search a=1",
    ];
    for search in searches {
        let head: String = search.chars().take(60).collect();
        let parsed = command::parse(&search);
        assert!(parsed.is_clean(), "{head}: {:?}", parsed.diagnostics.first());
        if let Ok(detection) = command::lower(&parsed.pipeline) {
            assert!(detection.predicate().size() < 50_000, "{head}");
            assert!(optimise::predicate(detection.predicate()).size() < 50_000, "{head}");
        }
    }
}
