//! Rules of PCRE as cases: what is a pattern, what it matches, how it is written elsewhere.
//!
//! In: patterns. Out: tests only. Invariant: each rule has a case that the likely mistake fails; whether PCRE says the
//! same is asked by the properties in `tests/regexes.rs`.

use super::{Dialect, Regex, Unprintable};
use crate::event::pattern::{Case, Pattern};

fn parse(pattern: &str) -> Regex {
    Regex::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

#[test]
fn patterns_match_what_pcre_says() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("a.c", &["abc", "xa\rcx"], &["a\nc", "ac"]),
        ("a$", &["a", "a\n"], &["a\n\n", "ab"]),
        (r"a\z", &["a"], &["a\n"]),
        ("(?m)^b", &["a\nb", "b"], &["ab"]),
        ("(?m)^$", &["", "\n", "a\n\nb"], &["a\n", "a"]),
        (r"^\d\w\s$", &["1_\u{B}", "1a "], &["٣a ", "1é "]),
        (r"\bé", &["aé"], &[" é"]),
        ("(?i)ks", &["KS"], &["\u{212A}s", "k\u{17F}"]),
        ("(?i)É", &["é"], &["e"]),
        (r"\x{202E}|\o{101}|\cA", &["\u{202E}", "A", "\u{1}"], &["a"]),
        (r"[]a]\Q.+\E", &["].+", "a.+"], &["b.+", "a.."]),
        ("^[a&&b]$", &["&"], &["c"]),
        (r"[\b]", &["\u{8}"], &["b"]),
        (r"^[\w-.]$", &["-", "."], &["/"]),
        (r"^\R$", &["\r\n", "\u{85}"], &["\n\r"]),
        (r"\<a\>", &["<a>"], &["a"]),
        (r"\jx\y", &["jxy"], &["x"]),
        ("a{,2}", &["a{,2}"], &["aa"]),
        ("x{", &["x{"], &["x"]),
        ("(?x) a b # c\n d", &["abd"], &["a b d"]),
        ("(?U)^a+$", &["aa"], &["b"]),
        ("a++b", &["aab"], &["aac"]),
        ("a++a", &[], &["aaa"]),
        ("(?>a|ab)c", &["ac"], &["abc"]),
        (r"(a|b)\1", &["aa"], &["ab"]),
        (r"(?i)(a)(?-i)\1", &["AA"], &["Aa"]),
        ("(?<q>\")?a(?(<q>)\"|b)", &["\"a\"", "ab"], &["a\""]),
        ("(?<!NOT )x(?!y)", &["x", "xz"], &["NOT x", "xy"]),
        ("a(?i)b|c", &["aB", "C"], &["AB"]),
        ("(?:a(?i)b)c", &["aBc"], &["aBC"]),
        ("^(?:(a|^){0})+b(c){0}$", &["b"], &["ab", "bc"]),
        (r"\Aa\Z", &["a", "a\n"], &["ba"]),
    ];
    for (pattern, hits, misses) in cases {
        let regex = parse(pattern);
        let wider = regex.wider_patterns();
        for text in *hits {
            assert!(regex.is_match(text), "{pattern} on {text:?}");
            assert!(wider.iter().any(|wider| wider.matches(text)), "{pattern} on {text:?}: {wider:?}");
        }
        misses.iter().for_each(|text| assert!(!regex.is_match(text), "{pattern} on {text:?}"));
    }
}

#[test]
fn what_is_no_pattern_says_where() {
    let cases = [
        ("a(b", 1),
        ("ab)", 2),
        ("a[b", 1),
        ("*a", 0),
        ("a**", 2),
        ("a|+", 2),
        ("a{2,1}", 1),
        ("a{65536}", 1),
        ("[z-a]", 0),
        ("[[:foo:]]", 1),
        ("[:alpha:]", 0),
        (r"a\", 1),
        (r"\p{Foo}", 0),
        (r"\1", 0),
        (r"(a)\2", 3),
        (r"\k<n>", 0),
        ("(?<n>a)(?<n>b)", 7),
        ("(?<1>a)", 0),
        ("(?<=a+)b", 0),
        (r"\x{110000}", 0),
        (r"\U", 0),
        (r"\X", 0),
        ("(?R)", 0),
        ("(?1)(a)", 0),
        ("(?|a|b)", 0),
        ("(*ACCEPT)", 0),
        ("(?#a", 0),
        ("(?z)", 2),
        ("(?(1)a|b|c)(d)", 0),
        (r"\b+", 2),
    ];
    for (pattern, at) in cases {
        let error = Regex::parse(pattern).expect_err(pattern);
        assert_eq!(error.at, at, "{pattern}: {error}");
    }
}

#[test]
fn large_patterns_are_refused() {
    for pattern in
        ["a".repeat(40_000), "(".repeat(60) + &")".repeat(60), "((a{1000}){1000}){1000}".to_owned()]
    {
        assert!(Regex::parse(&pattern).is_err());
    }
    assert!(parse(&format!("{}a{}", "(?:".repeat(40), ")*".repeat(40))).is_match("a"));
}

#[test]
fn a_search_that_takes_too_long_finds_nothing() {
    assert!(!parse(r"(a*)*\1b").is_match(&"a".repeat(2_000)));
}

#[test]
fn dialects_say_the_same() {
    let cases = [
        (
            r"(?i)\\cmd\.exe$",
            r"\\[Cc][Mm][Dd]\.[Ee][Xx][Ee]$",
            ".*\\\\[Cc][Mm][Dd]\\.[Ee][Xx][Ee]\n?",
            r"(.|\n)*\\[Cc][Mm][Dd]\.[Ee][Xx][Ee]\n?",
        ),
        (r"^a\d+?", "^a[0-9]", "a[0-9].*", r"a[0-9](.|\n)*"),
        ("a.*b", "a.*b", ".*a[^\n]*b.*", r"(.|\n)*a.*b(.|\n)*"),
        (r"\bb", "(^|[^0-9A-Z_a-z])b", "(.*[^0-9A-Z_a-z])?b.*", r"((.|\n)*[^0-9A-Z_a-z])?b(.|\n)*"),
        ("a(b|)c", "a(b|())c", ".*a(b|())c.*", r"(.|\n)*a(b|())c(.|\n)*"),
        ("a(?!b{1})", "a([^b]|$)", ".*a([^b].*)?", r"(.|\n)*a([^b](.|\n)*)?"),
    ];
    for (pattern, sigma, lucene, posix) in cases {
        let regex = parse(pattern);
        let printed =
            [Dialect::Sigma, Dialect::Lucene, Dialect::Posix].map(|dialect| regex.print(dialect).unwrap());
        assert_eq!(printed, [sigma, lucene, posix], "{pattern}");
    }
}

#[test]
fn what_a_dialect_cannot_say_is_named() {
    let cases = [
        (r"a(b)\1", Dialect::Rust, "back-reference", 4),
        ("ab(?!cd)", Dialect::Lucene, "negative look-ahead `(?!…)`", 2),
        ("(?>a|ab)c", Dialect::Posix, "atomic group `(?>…)`", 0),
        (r"a\z", Dialect::Sigma, r"`\z`, the very end", 0),
        ("ba{1001}", Dialect::Posix, "a repetition beyond 1000", 1),
        (r"a^", Dialect::Lucene, "a pattern that never matches", 0),
    ];
    for (pattern, dialect, what, at) in cases {
        let expected = Unprintable { what: what.to_owned(), at };
        assert_eq!(parse(pattern).print(dialect), Err(expected), "{pattern}");
    }
}

#[test]
fn texts_stand_for_patterns_where_they_say_the_same() {
    let insensitive = |texts: &[&str]| -> Option<Vec<Pattern>> {
        Some(texts.iter().map(|text| Pattern::wildcard(text, Case::Insensitive)).collect())
    };
    assert_eq!(
        parse("(?i)^(?:cmd|powershell)\\.exe").as_patterns(),
        insensitive(&["cmd.exe*", "powershell.exe*"])
    );
    assert_eq!(parse("(?is)a.*b").as_patterns(), insensitive(&["*a*b*"]));
    assert_eq!(parse("(?i).*a").as_patterns(), insensitive(&["*a*"]));
    let exact = Pattern::literal("a", Case::Sensitive);
    assert_eq!(parse(r"^a\z").as_patterns(), Some(vec![exact]));
    // A pattern without case folds more than this one letter, so both cases are said.
    let both = ["*É*", "*é*"].map(|text| Pattern::wildcard(text, Case::Sensitive));
    assert_eq!(parse("(?i)é").as_patterns(), Some(both.to_vec()));
    for pattern in ["a.*b", r"\d\d", r"\w\w", "^a+b", r"(a)\1"] {
        assert_eq!(parse(pattern).as_patterns(), None, "{pattern}");
    }
}

#[test]
fn patterns_are_compared_by_their_text() {
    assert_eq!(parse("a"), parse("a"));
    assert!(parse("a") < parse("b") && parse("[a]") != parse("a"));
    assert_eq!(format!("{:?}", parse("a")), r#"Regex("a")"#);
}
