//! Random patterns of PCRE, and texts they may match.
//!
//! In: nothing. Out: strategies. Invariant: patterns are made of the constructs that are supported, in all their
//! spellings, and texts of the characters that the patterns name, with line feeds and letters of both cases among them.
//! Avoided is what PCRE 8 and PCRE2 read differently.

use proptest::prelude::*;
use proptest::sample::select;

/// Stands for the name of a group until all are known.
const NAME: &str = "§";

fn character() -> impl Strategy<Value = String> {
    let plain = select(vec!["a", "b", "A", "B", "k", "s", "_", "-", "1", " ", "é", "É", "/", "&", "\""]);
    let escaped = select(vec![
        "\\n",
        "\\.",
        "\\\\",
        "\\x41",
        "\\x{e9}",
        "\\x0a",
        "\\t",
        "\\-",
        "\\Qa.b\\E",
        "\\012",
        "\\cJ",
        "\\o{101}",
    ]);
    prop_oneof![6 => plain, 1 => escaped].prop_map(str::to_owned)
}

fn class() -> impl Strategy<Value = String> {
    let member = select(vec![
        "a",
        "b",
        "a-k",
        "A-B",
        "\\d",
        "\\w",
        "\\s",
        "\\D",
        "\\W",
        "\\S",
        "[:alpha:]",
        "[:^digit:]",
        "[:space:]",
        "[:upper:]",
        "é",
        "\\n",
        "&&",
        "[",
        "^",
        "-",
        ".",
        "$",
        "\\]",
        "\\\\",
        "\\b",
        "\\h",
        "\\V",
        "~~",
        "\\x{e9}",
        "é-ü",
        "\\p{L}",
        "\\Qa]\\E",
    ]);
    let start = select(vec!["[", "[^", "[]", "[^]"]);
    (start, prop::collection::vec(member, 1..4))
        .prop_map(|(start, members)| format!("{start}{}]", members.concat()))
}

/// Places that a quantifier cannot follow.
const PLACES: [&str; 8] = ["^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G"];

fn atom() -> impl Strategy<Value = String> {
    let sets = select(vec![
        ".", "\\d", "\\w", "\\W", "\\s", "\\S", "\\h", "\\v", "\\N", "\\R", "\\p{L}", "\\PL", "\\p{Nd}",
    ]);
    prop_oneof![
        6 => character(),
        2 => class(),
        2 => sets.prop_map(str::to_owned),
        2 => select(PLACES.to_vec()).prop_map(str::to_owned),
    ]
}

fn quantified(inner: impl Strategy<Value = String>, marks: &'static [&str]) -> impl Strategy<Value = String> {
    (inner, select(marks)).prop_map(|(inner, mark)| {
        let is_bare =
            PLACES.contains(&inner.as_str()) || inner.ends_with("\\K") || inner.ends_with("(*FAIL)");
        if is_bare { inner } else { format!("{inner}{mark}") }
    })
}

fn alternatives(part: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let rows = prop::collection::vec(prop::collection::vec(part, 0..4), 1..3);
    rows.prop_map(|rows| rows.iter().map(|parts| parts.concat()).collect::<Vec<_>>().join("|"))
}

fn grouped(
    part: impl Strategy<Value = String> + Clone,
    opens: &'static [&str],
) -> impl Strategy<Value = String> {
    (select(opens), alternatives(part)).prop_map(|(open, inside)| format!("{open}{inside})"))
}

/// The pattern with its groups named in order.
fn named(pattern: &str) -> String {
    let mut parts = pattern.split(NAME);
    let first = parts.next().unwrap_or("").to_owned();
    parts.zip(1..).fold(first, |pattern, (part, number)| format!("{pattern}g{number}{part}"))
}

fn settings() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", "", "(?i)", "(?s)", "(?m)", "(?x)", "(?im)", "(?U)"])
}

/// Patterns of regular languages: the `regex` crate could run them.
pub(super) fn regular() -> impl Strategy<Value = String> {
    const MARKS: &[&str] = &["*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "+?", "??", "{1,2}?", "{"];
    let part = atom().prop_recursive(3, 12, 4, |inner| {
        let opens = &["(?<§>", "(?P<§>", "(", "(?:", "(?i:", "(?s:", "(?m:", "(?-i:"];
        // Only a single item: PCRE2 10.46 takes a pattern with `^` in a group of no rounds for an anchored one.
        let nothing = quantified(character(), &["{0}"]);
        prop_oneof![
            8 => quantified(inner.clone(), MARKS),
            8 => quantified(grouped(inner, opens), MARKS),
            1 => nothing,
        ]
    });
    (settings(), alternatives(part)).prop_map(|(settings, pattern)| named(&format!("{settings}{pattern}")))
}

/// Patterns with what only backtracking engines know.
pub(super) fn backtracking() -> impl Strategy<Value = String> {
    const MARKS: &[&str] = &["*", "+", "?", "*+", "++", "?+", "*?", "{1,2}+"];
    let special = select(vec![
        "\\g{first}",
        "(?i:\\k<first>)",
        "(?P=first)",
        "(?<=a)",
        "(?<!a|bb)",
        "(?!ab|k)",
        "(?(first)a|b)",
        "(?(?=a)ab|b)",
        "(?#x)",
        "(*FAIL)",
        "\\K",
    ]);
    let atom = prop_oneof![6 => atom(), 1 => special.prop_map(str::to_owned)];
    let part = atom.prop_recursive(3, 12, 4, |inner| {
        let opens = &["(?<§>", "(?'§'", "(?:", "(?>", "(?=", "(?!", "(?i:"];
        prop_oneof![quantified(inner.clone(), MARKS), grouped(inner, opens)]
    });
    (settings(), alternatives(part))
        .prop_map(|(settings, pattern)| named(&format!("(?<first>a|b)?{settings}(?:{pattern})")))
}

/// Patterns as detections have them: words, sets, a few alternatives, anchors and look-around.
pub(super) fn plain() -> impl Strategy<Value = String> {
    let word = select(vec![
        "a",
        "ab",
        "kk",
        "\\.",
        "\\\\",
        "-",
        "1",
        "é",
        "\\s+",
        ".*",
        ".+",
        "\\d",
        "[^/]+",
        "(?:a|b)",
        "(ab|k)?",
        "\\b",
        "[ab]",
        "a{2}",
        "[^ab]*+",
        "(?<!a)",
        "(?<=k)",
        "(?!b)",
        "(?=ab)",
        "(?=\\s|$)",
        "\\n",
    ]);
    let row = (
        select(vec!["", "", "^", ".*", "\\b"]),
        prop::collection::vec(word, 1..4),
        select(vec!["", "", "$", ".*", "\\b"]),
    );
    let row = row.prop_map(|(start, words, end)| format!("{start}{}{end}", words.concat()));
    (select(vec!["", "(?i)", "(?s)", "(?is)", "(?m)"]), prop::collection::vec(row, 1..3))
        .prop_map(|(settings, rows)| format!("{settings}{}", rows.join("|")))
}

/// Texts of what stands in the patterns, and of characters that fold to it in Unicode alone.
pub(super) fn text() -> impl Strategy<Value = String> {
    let frequent = select(vec!['a', 'b', 'k', 'a', 'b', '\n']);
    let others = select(vec![
        'A', 'B', 'K', 's', 'S', '_', '-', '1', ' ', '\r', '\t', 'é', 'É', '/', '.', '\\', '&', '"',
        '\u{212A}', '\u{17F}', '\u{B}',
    ]);
    prop::collection::vec(prop_oneof![frequent, others], 0..8).prop_map(|text| text.into_iter().collect())
}
