//! What generated rules call, against the functions of splc that say what is right.
//!
//! Every helper is compared with its original in `event` on random texts from an alphabet in which the letters of
//! ASCII, letters outside it, breakers and wildcards meet.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::{Event as _, Part, Raw, Value, compare, exists, some, some_named};
use crate::event::pattern::{Case, Pattern, Piece};
use crate::event::raw::{Bound, Term};
use crate::event::{Event, network, number};

const LETTERS: &str = "[aAbB kKéÉſßİ\u{212A}*?.\\\\/]{0,6}";

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece =
        prop_oneof![3 => LETTERS.prop_map(Piece::Literal), 2 => Just(Piece::Any), 1 => Just(Piece::One)];
    proptest::collection::vec(piece, 0..5)
}

fn case() -> impl Strategy<Value = Case> {
    prop_oneof![Just(Case::Insensitive), Just(Case::Sensitive)]
}

/// The parts of a pattern; the empty text stands for the ones it does not have.
fn parts(pieces: &[Piece]) -> [Part; 5] {
    let part = |piece: &Piece| match piece {
        Piece::Literal(text) => Part::Text(text.clone().leak()),
        Piece::Any => Part::Any,
        Piece::One => Part::One,
    };
    std::array::from_fn(|at| pieces.get(at).map_or(Part::Text(""), part))
}

/// A JSON value whose keys collide with paths of others.
fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "[ab]{0,2}".prop_map(Json::from),
    ];
    scalar.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            object(inner).prop_map(Json::from),
        ]
    })
}

fn object(value: impl Strategy<Value = Json>) -> impl Strategy<Value = serde_json::Map<String, Json>> {
    let key = prop_oneof!["[ab]", "[ab]\\.[ab]", "[ab]\\{\\}", "[ab.{}]{0,4}", Just("_raw".to_owned())];
    proptest::collection::vec((key, value), 0..4).prop_map(|members| members.into_iter().collect())
}

/// The values that a test sees, in order of text: which comes first is not part of the meaning.
fn seen(ask: impl Fn(&mut dyn FnMut(&str) -> bool) -> bool) -> Vec<String> {
    let mut seen = Vec::new();
    ask(&mut |text| {
        seen.push(text.to_owned());
        false
    });
    seen.sort();
    seen
}

fn expected<'a>(values: impl Iterator<Item = &'a crate::event::Value>) -> Vec<String> {
    let mut texts: Vec<String> = values.map(|value| value.text().into_owned()).collect();
    texts.sort();
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn like_agrees_with_the_pattern(pieces in pieces(), case in case(), text in LETTERS) {
        let parts = parts(&pieces);
        let found = match case {
            Case::Insensitive => Value(&text).like(&parts),
            Case::Sensitive => Value(&text).like_cased(&parts),
        };
        prop_assert_eq!(found, Pattern::new(pieces, case).matches(&text));
    }

    #[test]
    fn texts_agree_with_the_pattern(needle in "[aAkKéÉſß\u{212A}]{0,3}", text in "[aAkKéÉſß\u{212A}]{0,5}") {
        let (value, needle) = (Value(&text), needle.as_str());
        for (case, found) in [
            (Case::Insensitive, [value.is(needle), value.starts_with(needle), value.ends_with(needle), value.contains(needle)]),
            (Case::Sensitive, [
                value.is_cased(needle), value.starts_with_cased(needle), value.ends_with_cased(needle), value.contains_cased(needle),
            ]),
        ] {
            let texts = [needle.to_owned(), format!("{needle}*"), format!("*{needle}"), format!("*{needle}*")];
            prop_assert_eq!(found, texts.map(|pattern| Pattern::wildcard(&pattern, case).matches(&text)));
        }
    }

    #[test]
    fn order_agrees(left in "[-+]?[0-9.eEax]{0,4}", right in "[-+]?[0-9.eE]{0,4}") {
        prop_assert_eq!(compare(&left, &right), number::compare(&left, &right));
        let expected = number::compare(&left, &right);
        let (value, than) = (Value(&left), right.as_str());
        prop_assert_eq!(
            [value.less_than(than), value.at_most(than), value.more_than(than), value.at_least(than)],
            [expected.is_lt(), expected.is_le(), expected.is_gt(), expected.is_ge()]
        );
    }

    #[test]
    fn networks_agree(
        v4 in any::<[u8; 4]>(), v6 in any::<u128>(), length in 0_u8..=128, low in any::<u128>(), flipped in 0_u32..128,
    ) {
        let in_v4 = ipnet::Ipv4Net::new(v4.into(), length % 33).unwrap().trunc();
        let in_v6 = ipnet::Ipv6Net::new(v6.into(), length).unwrap().trunc();
        let near_v4 = u32::from_be_bytes(v4) ^ 1_u32.rotate_left(flipped);
        let near_v6 = v6 ^ 1_u128.rotate_left(flipped);
        for text in [
            std::net::Ipv4Addr::from(near_v4).to_string(),
            std::net::Ipv4Addr::from(u32::try_from(low >> 96).unwrap()).to_string(),
            std::net::Ipv6Addr::from(near_v6).to_string(),
            std::net::Ipv6Addr::from(low).to_string(),
            std::net::Ipv4Addr::from(near_v4).to_ipv6_mapped().to_string(),
            format!(" {}", std::net::Ipv4Addr::from(v4)),
            String::new(),
        ] {
            let value = Value(&text);
            prop_assert_eq!(
                value.in_v4(in_v4.network().octets(), in_v4.prefix_len().into()), network::holds(in_v4.into(), &text)
            );
            prop_assert_eq!(
                value.in_v6(in_v6.network().into(), in_v6.prefix_len().into()), network::holds(in_v6.into(), &text)
            );
        }
    }

    #[test]
    fn raw_terms_agree(pieces in pieces(), case in case(), text in "[aAbB kKéÉ\u{212A}*?./]{0,12}") {
        let parts = parts(&pieces);
        let pattern = Pattern::new(pieces, case);
        let term = |bound| Term { pattern: pattern.clone(), bound }.is_in(&text);
        let raw = Raw(&text);
        let found = match case {
            Case::Insensitive => (raw.word(&parts), raw.term(&parts)),
            Case::Sensitive => (raw.word_cased(&parts), raw.term_cased(&parts)),
        };
        prop_assert_eq!(found, (term(Bound::Any), term(Bound::Major)));
    }

    #[test]
    fn words_agree(word in "[aA *]{0,3}", text in "[aA .*]{0,8}") {
        let term = Term { pattern: Pattern::wildcard(&word, Case::Insensitive), bound: Bound::Any };
        prop_assert_eq!(Raw(&text).word(word.as_str()), term.is_in(&text));
    }

    #[test]
    fn fields_are_found_as_in_an_event(object in object(json()), field in "[ab.{}]{0,5}") {
        let json = Json::Object(object);
        let event = Event::from_json(&json).unwrap();
        for field in event.fields().map(|(name, _)| name).chain([field.as_str()]) {
            prop_assert_eq!(seen(|test| json.some(field, test)), expected(event.values(field).iter()), "{}", field);
            prop_assert_eq!(exists(&json, field), event.has(field));
        }
        let all = event.fields().flat_map(|(_, values)| values);
        prop_assert_eq!(seen(|test| json.some_named(&mut |_| true, test)), expected(all));
        let raw = event.raw().map(std::borrow::Cow::into_owned);
        let mut found = None;
        json.raw(&mut |text| { found = Some(text.to_owned()); true });
        prop_assert_eq!(found, raw);
    }
}

#[test]
fn a_star_in_a_name_heeds_case_and_counts_shown_values_only() {
    let json = serde_json::json!({"a.b": "literal", "a": {"b": "nested"}, "Ab": "other"});
    let is = |text: &'static str| move |value: Value<'_>| value.is(text);
    assert!(some_named(&json, "a*", is("literal")));
    assert!(!some_named(&json, "a*", is("nested")) && !some_named(&json, "a*", is("other")));
    assert!(some(&json, "Ab", is("OTHER")) && !some(&json, "ab", is("other")));
}

#[test]
fn the_line_is_the_raw_event_unless_a_field_is() {
    let (with, without) = (serde_json::json!({"_raw": ["first", "second"]}), serde_json::json!({"a": 1}));
    let raw = |event, word: &str| super::raw(&super::Line { event, text: "the line" }, |raw| raw.word(word));
    assert!(raw(&without, "line") && !raw(&with, "line"));
    assert!(raw(&with, "first") && !raw(&with, "second"));
    assert!(!super::raw(&without, |raw| raw.word("*")));
}
