//! Properties: patterns mean here, and in every dialect they are written in, what PCRE says.
//!
//! In: patterns and texts made in `generate`. Out: a verdict. Invariant: PCRE2 is asked, in UTF mode and without UCP; a
//! dialect is read by an engine or a reader that shares nothing with what wrote it. Each property also checks that
//! matches and misses both are common, so that it cannot hold by never matching.

mod generate;

use std::cell::Cell;
use std::sync::LazyLock;

use pcre2::bytes as pcre;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use splc::detection::regex::{Dialect, Printed, Regex};
use splc::event::Event;
use splc::target::falco_fields::FieldTable;
use splc::verify::eql::{FieldType, Query};
use splc::verify::falco::Condition;

use generate::{backtracking, plain, regular, text};

/// Patterns that a property looks at, and texts for each.
const PATTERNS: u32 = 250;
const TEXTS: usize = 10;

/// Errors of PCRE2 where PCRE 8 has none: `\B` in a class, a hyphen between a range and a set, `\K` in a look-around.
const PCRE2_ONLY: [i32; 3] = [107, 150, 199];

/// PCRE, with no letter of ASCII equal to one outside it (pcre2syntax, `(*CASELESS_RESTRICT)`).
fn oracle(pattern: &str) -> Result<pcre::Regex, pcre2::Error> {
    pcre::RegexBuilder::new().utf(true).build(&format!("(*CASELESS_RESTRICT){pattern}"))
}

/// What a property saw.
#[derive(Default)]
struct Tally {
    patterns: Cell<u32>,
    matched: Cell<u32>,
    texts: Cell<u32>,
}

impl Tally {
    fn count(&self, is_match: bool) {
        self.texts.set(self.texts.get() + 1);
        self.matched.set(self.matched.get() + u32::from(is_match));
    }
}

/// Runs `check` for many patterns with texts. `least` is the share of patterns that have to be looked at, in percent.
fn for_patterns(
    patterns: impl Strategy<Value = String>,
    least: u32,
    check: impl Fn(&str, &[String], &Tally) -> Result<(), TestCaseError>,
) {
    let config = Config { cases: PATTERNS, failure_persistence: None, ..Config::default() };
    let tally = Tally::default();
    let result = TestRunner::new(config)
        .run(&(patterns, prop::collection::vec(text(), TEXTS)), |(pattern, texts)| {
            check(&pattern, &texts, &tally)
        });
    result.unwrap_or_else(|error| panic!("{error}"));
    let (looked_at, matched, total) = (tally.patterns.get(), tally.matched.get(), tally.texts.get());
    assert!(looked_at * 100 >= PATTERNS * least, "{looked_at} of {PATTERNS} patterns looked at");
    assert!(matched * 20 > total && matched * 20 < total * 19, "{matched} of {total} texts matched");
}

type Groups = Vec<(String, String)>;

/// The named groups of each match, and the text with the matches marked.
fn found(regex: &Regex, text: &str) -> (Vec<Groups>, String) {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let groups = regex.captures(text, 0).iter().map(|groups| groups.iter().map(owned).collect()).collect();
    (groups, regex.replace_all(text, r"<\0>"))
}

fn found_by_pcre(regex: &pcre::Regex, text: &str) -> Option<(Vec<Groups>, String)> {
    let names = regex.capture_names();
    let (mut all, mut marked, mut from) = (Vec::new(), String::new(), 0);
    for captures in regex.captures_iter(text.as_bytes()) {
        let captures = captures.ok()?;
        let groups = names.iter().enumerate().filter_map(|(index, name)| {
            let group = captures.get(index)?;
            Some((name.clone()?, text[group.start()..group.end()].to_owned()))
        });
        all.push(groups.collect());
        let (start, end) = (captures.get(0)?.start(), captures.get(0)?.end());
        marked = format!("{marked}{}<{}>", text.get(from..start)?, &text[start..end]);
        from = end;
    }
    Some((all, marked + &text[from..]))
}

/// PCRE ends a loop at a round that took nothing, the engines here before it, so groups may differ; where a search goes
/// on after `\G` or `\K` is not settled. Whether there is a match is compared all the same.
fn is_placed(pattern: &str) -> bool {
    let loops = Regex::parse(&format!("(?:{pattern})")).is_ok_and(|regex| regex.has_empty_rounds());
    !loops && !pattern.contains("\\G") && !pattern.contains("\\K")
}

fn agrees_with_pcre(pattern: &str, texts: &[String], tally: &Tally) -> Result<(), TestCaseError> {
    let (oracle, regex) = (oracle(pattern), Regex::parse(pattern));
    if oracle.as_ref().is_err_and(|error| PCRE2_ONLY.contains(&error.code())) {
        return Ok(());
    }
    prop_assert_eq!(oracle.is_ok(), regex.is_ok(), "{:?} {:?} {:?}", pattern, oracle.err(), regex.err());
    let (Ok(oracle), Ok(regex)) = (oracle, regex) else { return Ok(()) };
    tally.patterns.set(tally.patterns.get() + 1);
    let is_placed = is_placed(pattern);
    for text in texts {
        let Ok(expected) = oracle.is_match(text.as_bytes()) else { continue };
        tally.count(expected);
        prop_assert_eq!(regex.is_match(text), expected, "{} on {:?}", pattern, text);
        if let Some(expected) = found_by_pcre(&oracle, text).filter(|_| is_placed) {
            prop_assert_eq!(found(&regex, text), expected, "{} on {:?}", pattern, text);
        }
    }
    Ok(())
}

#[test]
fn regular_patterns_match_as_in_pcre() {
    for_patterns(regular(), 75, agrees_with_pcre);
}

#[test]
fn backtracking_patterns_match_as_in_pcre() {
    for_patterns(backtracking(), 75, agrees_with_pcre);
}

/// What reads a printed pattern: whether it matches a text.
type Reader = Box<dyn Fn(&str) -> bool>;

/// Compares a dialect with PCRE; `is_fair` leaves out the texts that the reader takes otherwise than its target.
fn agrees_with_dialect(
    print: impl Fn(&Regex) -> Option<Printed>,
    read: impl Fn(&Printed) -> Reader,
    is_fair: impl Fn(&Printed, &str) -> bool,
) -> impl Fn(&str, &[String], &Tally) -> Result<(), TestCaseError> {
    move |pattern, texts, tally| {
        let (Ok(oracle), Ok(regex)) = (oracle(pattern), Regex::parse(pattern)) else { return Ok(()) };
        let Some(printed) = print(&regex) else { return Ok(()) };
        let reader = read(&printed);
        tally.patterns.set(tally.patterns.get() + 1);
        for text in texts.iter().filter(|text| is_fair(&printed, text)) {
            let Ok(expected) = oracle.is_match(text.as_bytes()) else { continue };
            tally.count(expected);
            prop_assert_eq!(reader(text), expected, "{} as {:?} on {:?}", pattern, printed, text);
        }
        Ok(())
    }
}

fn bare(dialect: Dialect) -> impl Fn(&Regex) -> Option<Printed> {
    move |regex| {
        let pattern = regex.print(dialect).ok()?;
        Some(Printed { pattern, caseless: false, dot_all: false })
    }
}

fn flagged(dialect: Dialect) -> impl Fn(&Regex) -> Option<Printed> {
    move |regex| regex.print_with_flags(dialect).ok()
}

fn crate_regex(printed: &Printed) -> Reader {
    let built = regex::RegexBuilder::new(&printed.pattern)
        .case_insensitive(printed.caseless)
        .dot_matches_new_line(printed.dot_all)
        .build();
    let regex = built.unwrap_or_else(|error| panic!("{printed:?}: {error}"));
    Box::new(move |text| regex.is_match(text))
}

#[test]
fn the_regex_crate_reads_the_same() {
    for_patterns(regular(), 40, agrees_with_dialect(bare(Dialect::Rust), crate_regex, |_, _| true));
    for_patterns(plain(), 60, agrees_with_dialect(bare(Dialect::Rust), crate_regex, |_, _| true));
}

/// Sigma's expressions are PCRE; nothing but the admitted metacharacters may stand in them.
fn sigma_as_pcre(printed: &Printed) -> Reader {
    assert!(!printed.pattern.contains("(?"), "{printed:?}");
    let letter = regex::Regex::new(r"\\[A-Za-z0-9]").unwrap();
    let escapes: Vec<&str> = letter.find_iter(&printed.pattern.replace(r"\\", "")).map(|_| "").collect();
    let known = regex::Regex::new(r"\\(?:[ntr]|x[0-9A-F]{2})").unwrap();
    assert_eq!(escapes.len(), known.find_iter(&printed.pattern.replace(r"\\", "")).count(), "{printed:?}");
    let flags = [(printed.caseless, "(?i)"), (printed.dot_all, "(?s)")];
    let flags: String = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag).collect();
    let regex =
        oracle(&format!("{flags}{}", printed.pattern)).unwrap_or_else(|error| panic!("{printed:?}: {error}"));
    Box::new(move |text| regex.is_match(text.as_bytes()).unwrap())
}

#[test]
fn sigma_reads_the_same() {
    for_patterns(plain(), 60, agrees_with_dialect(bare(Dialect::Sigma), sigma_as_pcre, |_, _| true));
    for_patterns(plain(), 60, agrees_with_dialect(flagged(Dialect::Sigma), sigma_as_pcre, |_, _| true));
    for_patterns(regular(), 30, agrees_with_dialect(flagged(Dialect::Sigma), sigma_as_pcre, |_, _| true));
}

/// Rust and Go engines end `$` before no line feed, and fold `k` and `s` as Unicode does.
#[test]
fn engines_that_are_not_pcre_read_sigma_the_same() {
    let is_fair = |printed: &Printed, text: &str| {
        !(text.ends_with('\n') || printed.caseless && text.contains(['\u{212A}', '\u{17F}']))
    };
    for_patterns(plain(), 60, agrees_with_dialect(flagged(Dialect::Sigma), crate_regex, is_fair));
}

fn lucene(printed: &Printed) -> Reader {
    let quoted = |character: char| match character {
        '\\' | '"' => format!("\\{character}"),
        ' '..='~' | '\u{A0}'.. => character.to_string(),
        _ => format!("\\u{{{:04x}}}", u32::from(character)),
    };
    let quoted: String = printed.pattern.chars().map(quoted).collect();
    let operator = if printed.caseless { "regex~" } else { "regex" };
    let types = |_: &str| Some(FieldType::Keyword);
    let query = Query::parse(&format!("any where k {operator} \"{quoted}\""), &types);
    let query = query.unwrap_or_else(|error| panic!("{printed:?}: {error}"));
    Box::new(move |text| query.matches(None, &Event::new().with("k", text), &|_| true))
}

/// What Lucene makes an automaton of; other patterns are not written.
fn with_automaton(print: impl Fn(&Regex) -> Option<Printed>) -> impl Fn(&Regex) -> Option<Printed> {
    move |regex| {
        let whole = |printed: &Printed| Regex::parse(&format!("(?s)\\A(?:{})\\z", printed.pattern));
        print(regex).filter(|printed| whole(printed).is_ok_and(|whole| whole.lucene_states().is_some()))
    }
}

#[test]
fn lucene_reads_the_same() {
    let (bare, flagged) = (bare(Dialect::Lucene), flagged(Dialect::Lucene));
    let (bare, flagged) = (with_automaton(bare), with_automaton(flagged));
    for_patterns(plain(), 60, agrees_with_dialect(bare, lucene, |_, _| true));
    for_patterns(plain(), 60, agrees_with_dialect(&flagged, lucene, |_, _| true));
    for_patterns(regular(), 30, agrees_with_dialect(&flagged, lucene, |_, _| true));
}

/// A string cannot end in a backslash, an empty one is none, and a constant has a longest length (Falco's lexer).
fn fits_falco(printed: &Printed) -> bool {
    !(printed.pattern.ends_with('\\') || printed.pattern.is_empty() || printed.pattern.len() > 255)
}

static FIELDS: LazyLock<FieldTable> = LazyLock::new(FieldTable::embedded);

fn posix(printed: &Printed) -> Reader {
    let quoted = printed.pattern.replace('\\', r"\\").replace('"', "\\\"");
    let field = if printed.caseless { "tolower(proc.name)" } else { "proc.name" };
    let condition = Condition::parse(&format!("{field} regex \"{quoted}\""), "syscall", &FIELDS);
    let condition = condition.unwrap_or_else(|error| panic!("{printed:?}: {error}"));
    Box::new(move |text| condition.matches(&Event::new().with("proc.name", text)))
}

#[test]
fn re2_in_posix_mode_reads_the_same() {
    let bare = |regex: &Regex| bare(Dialect::Posix)(regex).filter(fits_falco);
    let flagged = |regex: &Regex| flagged(Dialect::Posix)(regex).filter(fits_falco);
    for_patterns(plain(), 50, agrees_with_dialect(bare, posix, |_, _| true));
    for_patterns(plain(), 50, agrees_with_dialect(flagged, posix, |_, _| true));
    for_patterns(regular(), 25, agrees_with_dialect(flagged, posix, |_, _| true));
}

#[test]
fn wildcards_match_the_same() {
    for_patterns(plain(), 10, |pattern, texts, tally| {
        let Ok(regex) = Regex::parse(pattern) else { return Ok(()) };
        let Some(patterns) = regex.as_patterns() else { return Ok(()) };
        tally.patterns.set(tally.patterns.get() + 1);
        for text in texts {
            let expected = oracle(pattern).unwrap().is_match(text.as_bytes()).unwrap();
            tally.count(expected);
            let found = patterns.iter().any(|pattern| pattern.matches(text));
            prop_assert_eq!(found, expected, "{} as {:?} on {:?}", pattern, patterns, text);
        }
        Ok(())
    });
}

#[test]
fn every_match_passes_what_is_wider() {
    for_patterns(prop_oneof![plain().boxed(), backtracking().boxed()], 20, |pattern, texts, tally| {
        let Ok(regex) = Regex::parse(pattern) else { return Ok(()) };
        let wider = regex.wider_patterns();
        tally.patterns.set(tally.patterns.get() + 1);
        for text in texts {
            let is_match = regex.is_match(text);
            tally.count(is_match);
            let passes = wider.iter().any(|pattern| pattern.matches(text));
            prop_assert!(!is_match || passes, "{} as {:?} on {:?}", pattern, wider, text);
        }
        Ok(())
    });
}

#[test]
fn every_match_holds_a_required_literal() {
    for_patterns(prop_oneof![plain().boxed(), backtracking().boxed()], 20, |pattern, texts, tally| {
        let Ok(regex) = Regex::parse(pattern) else { return Ok(()) };
        let Some(literals) = regex.required_literals() else { return Ok(()) };
        tally.patterns.set(tally.patterns.get() + 1);
        for text in texts {
            let is_match = regex.is_match(text);
            tally.count(is_match);
            let folded = splc::event::pattern::fold_text(text);
            let holds = literals.iter().any(|literal| folded.contains(literal.as_str()));
            prop_assert!(!is_match || holds, "{} needs {:?}, not in {:?}", pattern, literals, text);
        }
        Ok(())
    });
}
