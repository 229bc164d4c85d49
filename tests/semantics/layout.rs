//! The canonical layout: it keeps the meaning of a search, and a search that has it keeps it.
//!
//! In: searches made in `searches`, pieces of SPL in any order. Invariant: what is formatted has the same tree and is
//! formatted to itself. A search that somebody could write is formatted if it is read without an error; of pieces in
//! any order, a few may be left as they are.

use proptest::prelude::*;
use splc::{command, spl};

use super::hostile::{name, soup};
use super::searches::search;

/// Formats a search and checks the result; nothing comes of a search with errors.
pub(crate) fn check(search: &str) -> Result<Option<String>, TestCaseError> {
    let parsed = command::parse(search);
    let formatted = check_if_formatted(search)?;
    prop_assert_eq!(formatted.is_some(), parsed.is_clean(), "{}", search);
    Ok(formatted)
}

/// Formats a search and checks the result, if there is one.
fn check_if_formatted(search: &str) -> Result<Option<String>, TestCaseError> {
    let parsed = command::parse(search);
    let Ok(formatted) = command::format(search) else { return Ok(None) };
    prop_assert!(parsed.is_clean());
    let again = command::parse(&formatted);
    prop_assert!(again.is_clean(), "{formatted}: {:?}", again.diagnostics);
    let print = |parsed: &spl::Parsed| spl::tree::print(&parsed.pipeline);
    prop_assert_eq!(print(&again), print(&parsed), "{}", &formatted);
    prop_assert_eq!(command::format(&formatted).ok(), Some(formatted.clone()));
    Ok(Some(formatted))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_search_keeps_its_meaning(search in search()) {
        prop_assert!(check(&search.text)?.is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_keep_their_meaning(pieces in soup()) {
        check_if_formatted(&pieces)?;
    }

    #[test]
    fn arguments_of_every_command_keep_their_meaning(name in name(), pieces in soup()) {
        check_if_formatted(&format!("a | {name} {pieces}"))?;
    }

    #[test]
    fn any_text_keeps_its_meaning(text in any::<String>()) {
        check_if_formatted(&text)?;
    }
}

/// Layout looks ahead no further than a line, so long texts take about as long as reading them does.
#[test]
fn long_texts_are_formatted() {
    let long = |piece: &str| piece.repeat((1 << 16) / piece.len());
    let texts = [
        long("a=1 OR ") + "b=2",
        long("a "),
        long("\""),
        "a IN (".to_owned() + &long("\"b c\", ") + "d)",
        "| eval a=1".to_owned() + &long(", b=c+1"),
        "| where a=1".to_owned() + &long(" OR b=2 AND c.d"),
        "| eval a=case(1=1, 2".to_owned() + &long(", x>1, y") + ")",
        "| stats ".to_owned() + &long("count(eval(a>1)) as b, "),
        "| table ".to_owned() + &long("a, b "),
        "a".to_owned() + &long(" ```b```"),
        long("|search a "),
        "(".repeat(150) + &long("a ") + &")".repeat(150),
        "| where ".to_owned() + &"(".repeat(150) + "a=1" + &long(" OR b=2") + &")".repeat(150),
        "a [search ".repeat(20) + &long("b=c ") + &"]".repeat(20),
        "a=\"".to_owned() + &long("x\n") + "\"",
    ];
    for text in texts {
        let formatted = command::format(&text).unwrap_or_else(|why| panic!("{text:.60}: {}", why.message));
        assert_eq!(command::format(&formatted).ok(), Some(formatted), "{text:.60}");
    }
}
