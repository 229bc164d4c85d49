//! Runs a checked condition over an event.
//!
//! In: a condition, an event, the mapped fields. Out: a truth. Invariant: over mapped fields there are two
//! values only, `not` is the exact complement and a test of a missing field is false (Elasticsearch since
//! 7.15, pull request 76610). `null`, written or an unmapped optional field, never depends on the
//! event, because Elasticsearch folds it away before it looks at one.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::event::Event;

use super::syntax::{Expr, Field, Order, Scalar, Test};
use super::{FieldType, function};

/// What is known of a condition, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// A `null` literal: neither it nor its negation matches.
    Null,
    /// Known before any event is read, so it folds with `null` as in SQL.
    Fixed(bool),
    /// Found by reading the event.
    Found(bool),
}

/// The truth of a condition for an event.
pub(super) fn truth(condition: &Expr, event: &Event, mapped: &dyn Fn(&str) -> bool) -> Truth {
    let of = |part: &Expr| truth(part, event, mapped);
    match condition {
        Expr::Constant(value) => value.map_or(Truth::Null, Truth::Fixed),
        Expr::Not(inner) => negate(of(inner)),
        Expr::And(parts) => conjunction(parts.iter().map(of)),
        Expr::Or(parts) => disjunction(parts.iter().map(of)),
        // A query with a required field that is not mapped never comes here.
        Expr::Test(field, test) if !mapped(&field.name) => match test {
            Test::Missing => Truth::Fixed(true),
            _ => Truth::Null,
        },
        Expr::Test(field, test) => Truth::Found(holds_for_any(field, test, event)),
        Expr::Computed(term, test) => {
            let mut is_mapped = true;
            term.for_each_field(&mut |field| is_mapped = is_mapped && mapped(&field.name));
            let values = || function::values(term, event);
            match test {
                Test::Missing if !is_mapped => Truth::Fixed(true),
                _ if !is_mapped => Truth::Null,
                Test::Missing => Truth::Found(values().is_empty()),
                test => Truth::Found(values().iter().any(|value| holds_computed(test, value))),
            }
        }
    }
}

fn holds_computed(test: &Test, value: &Scalar) -> bool {
    match test {
        Test::Equals(list) => list.iter().any(|one| function::order(value, one) == Some(Ordering::Equal)),
        Test::Order(order, bound) => function::order(value, bound).is_some_and(|found| order.accepts(found)),
        _ => holds(test, value),
    }
}

fn negate(truth: Truth) -> Truth {
    match truth {
        Truth::Null => Truth::Null,
        Truth::Fixed(value) => Truth::Fixed(!value),
        Truth::Found(value) => Truth::Found(!value),
    }
}

/// A fixed `false` decides; else `X and null` folds to `null`, whatever X is.
fn conjunction(parts: impl Iterator<Item = Truth>) -> Truth {
    let mut all = Truth::Fixed(true);
    for part in parts {
        all = match (all, part) {
            (Truth::Fixed(false), _) | (_, Truth::Fixed(false)) => Truth::Fixed(false),
            (Truth::Null, _) | (_, Truth::Null) => Truth::Null,
            (Truth::Found(left), Truth::Found(right)) => Truth::Found(left && right),
            (Truth::Fixed(true), other) | (other, Truth::Fixed(true)) => other,
        };
    }
    all
}

/// A fixed `true` decides; else `X or null` folds to X if X depends on the event, and to `null` if it is
/// `false`.
fn disjunction(parts: impl Iterator<Item = Truth>) -> Truth {
    let mut any = Truth::Fixed(false);
    for part in parts {
        any = match (any, part) {
            (Truth::Fixed(true), _) | (_, Truth::Fixed(true)) => Truth::Fixed(true),
            (Truth::Found(left), Truth::Found(right)) => Truth::Found(left || right),
            (found @ Truth::Found(_), _) | (_, found @ Truth::Found(_)) => found,
            (Truth::Null, _) | (_, Truth::Null) => Truth::Null,
            (Truth::Fixed(false), Truth::Fixed(false)) => Truth::Fixed(false),
        };
    }
    any
}

/// Each test looks at all values of a field on its own, so two tests may be met by two values.
fn holds_for_any(field: &Field, test: &Test, event: &Event) -> bool {
    let kind = field.kind.unwrap_or(FieldType::Keyword);
    let mut values =
        event.values(&field.name).iter().filter_map(|value| Scalar::indexed(&value.text(), kind));
    match test {
        Test::Missing => values.next().is_none(),
        test => values.any(|value| holds(test, &value)),
    }
}

fn holds(test: &Test, value: &Scalar) -> bool {
    match (test, value) {
        (Test::Equals(list), value) => list.iter().any(|one| value.order(one) == Some(Ordering::Equal)),
        (Test::Order(order, bound), value) => value.order(bound).is_some_and(|found| order.accepts(found)),
        (Test::EqualsFolded(list), Scalar::Text(found)) => {
            list.iter().any(|one| one.eq_ignore_ascii_case(found))
        }
        (Test::Like { patterns, folded }, Scalar::Text(found)) => {
            patterns.iter().any(|pattern| is_like(pattern, found, *folded))
        }
        (Test::Regex(patterns), Scalar::Text(found)) => patterns.iter().any(|regex| regex.is_match(found)),
        (Test::Within(blocks), Scalar::Ip(address)) => blocks.iter().any(|block| block.contains(address)),
        _ => false,
    }
}

impl Order {
    fn accepts(self, found: Ordering) -> bool {
        match self {
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        }
    }
}

impl Scalar {
    /// The value as a field of this type indexes it, nothing if it cannot.
    ///
    /// Elasticsearch reference, "coerce": integers cut fractions off and take strings. An IPv4 address mapped
    /// into IPv6 is that IPv4 address.
    pub(super) fn indexed(text: &str, kind: FieldType) -> Option<Self> {
        match kind {
            FieldType::Keyword | FieldType::Wildcard | FieldType::Date => Some(Self::Text(text.to_owned())),
            FieldType::Long => match text.parse() {
                Ok(value) => Some(Self::Integer(value)),
                Err(_) => finite(text).map(f64::trunc).map(Self::Decimal),
            },
            FieldType::Double => finite(text).map(Self::Decimal),
            FieldType::Boolean => text.parse().ok().map(Self::Boolean),
            FieldType::Ip => text.parse::<IpAddr>().ok().map(|address| Self::Ip(address.to_canonical())),
            FieldType::Text | FieldType::Flattened | FieldType::Nested => None,
        }
    }

    /// How the value stands to another of its type; strings by their bytes.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(right)),
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            (Self::Ip(left), Self::Ip(right)) => Some(left.cmp(right)),
            (left, right) => left.decimal()?.partial_cmp(&right.decimal()?),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a double field holds what is left after the loss too")]
    pub(super) fn decimal(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Decimal(value) => Some(*value),
            _ => None,
        }
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// `*` is any run of characters, `?` is one; there is no escape, and `folded` is for ASCII letters only.
///
/// Greedy with one place to go back to, the last `*`: an earlier one never has to give anything up.
fn is_like(pattern: &str, value: &str, folded: bool) -> bool {
    let same = |left: char, right: char| left == right || folded && left.eq_ignore_ascii_case(&right);
    let (mut pattern, mut value) = (pattern.chars(), value.chars());
    let mut back = None;
    loop {
        let value_here = value.clone();
        match (pattern.next(), value.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                value = value_here;
                back = Some((pattern.clone(), value.clone()));
            }
            (Some(wanted), Some(found)) if wanted == '?' || same(wanted, found) => {}
            _ => {
                let Some((after_star, mut retry)) = back.take() else { return false };
                if retry.next().is_none() {
                    return false;
                }
                (pattern, value) = (after_star.clone(), retry.clone());
                back = Some((after_star, retry));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{matches, matches_where};
    use crate::event::Event;

    fn event(json: &str) -> Event {
        Event::from_json_text(json).unwrap()
    }

    /// A text without quotes as a raw string, so that no test depends on escapes.
    fn test(field: &str, operator: &str, constant: &str, value: &str) -> bool {
        let event = Event::new().with(field, value);
        matches(&format!("{field} {operator} \"\"\"{constant}\"\"\""), &event)
    }

    #[test]
    fn a_predicate_on_a_missing_field_is_false_and_not_its_complement() {
        for predicate in [
            "k == \"x\"",
            "k : \"x\"",
            "k : \"*\"",
            "k like \"*\"",
            "k regex \".*\"",
            "k in (\"x\")",
            "k in~ (\"x\")",
            "n > 5",
            "n <= 5",
            "b",
            "b == false",
            "cidrMatch(ip, \"0.0.0.0/0\")",
            "length(k) > 5",
            "length(k) <= 5",
            "k != null",
        ] {
            assert!(!matches(predicate, &Event::new()), "{predicate}");
            assert!(matches(&format!("not {predicate}"), &Event::new()), "not {predicate}");
            assert!(matches(&format!("not (k == \"y\" and {predicate})"), &Event::new()), "{predicate}");
        }
        assert!(matches("k != \"x\" and n != 5 and b != true and k not in (\"x\")", &Event::new()));
        // `not (n > 5)` is not `n <= 5`.
        assert!(matches("not n > 5 and not n <= 5", &Event::new()));
    }

    #[test]
    fn null_is_the_absence_of_a_value() {
        let present = event(r#"{"k": "", "n": 0, "b": false}"#);
        assert!(matches("k != null and n != null and b != null", &present));
        assert!(matches("k == null and length(k) == null", &Event::new()));
        assert!(!matches("k == null or length(k) == null", &present));
        assert!(matches("k == \"\" and k : \"\" and length(k) == 0", &present));
        assert!(matches("k == null", &event(r#"{"k": null}"#)));
    }

    #[test]
    fn a_value_that_its_type_cannot_index_is_missing() {
        let malformed = event(r#"{"n": "x", "ip": "localhost", "b": "yes", "d": "NaN"}"#);
        assert!(matches("n == null and ip == null and b == null and d == null", &malformed));
    }

    #[test]
    fn any_value_satisfies_each_predicate_on_its_own() {
        let many = event(r#"{"n": [0, 9], "k": ["a", "b"]}"#);
        assert!(matches("n > 1 and n < 5", &many));
        assert!(matches("k == \"a\" and k == \"b\"", &many));
        assert!(!matches("k != \"b\"", &many) && matches("k != \"c\"", &many));
        assert!(!matches("k not in (\"b\")", &many));
    }

    #[test]
    fn an_unmapped_optional_field_is_null_and_folds_away() {
        let hit = Event::new().with("k", "a");
        let folded = |condition: &str| matches_where(condition, &hit, &|name| name != "u");
        let (yes, no) = ("k == \"a\"", "k == \"b\"");
        assert!(folded("?u == null") && !folded("?u != null") && !folded("not ?u == null"));
        assert!(folded("length(?u) == null"));
        for predicate in [
            "?u : \"x\"",
            "?u == \"x\"",
            "?u != \"x\"",
            "?u > 5",
            "?u",
            "?u in (\"x\")",
            "length(?u) > 5",
            "cidrMatch(?u, \"::/0\")",
        ] {
            assert!(!folded(predicate) && !folded(&format!("not {predicate}")), "{predicate}");
            // The rule goes dead ...
            assert!(!folded(&format!("{yes} and {predicate}")), "{predicate}");
            assert!(!folded(&format!("{yes} and not {predicate}")), "{predicate}");
            assert!(!folded(&format!("not ({no} and {predicate})")), "null whatever the other side is");
            assert!(folded(&format!("{yes} or {predicate}")) && folded(&format!("{yes} or not {predicate}")));
            // ... and `X or null` is X, under `not` too.
            assert!(
                !folded(&format!("{no} or {predicate}")) && folded(&format!("not ({no} or {predicate})"))
            );
            // The two safe forms.
            assert!(folded(&format!("(?u == null or not {predicate})")), "{predicate}");
            assert!(folded(&format!("not (?u != null and {predicate})")), "{predicate}");
        }
    }

    #[test]
    fn a_mapped_optional_field_is_two_valued() {
        assert!(matches("not ?u : \"x\" and not ?k : \"x\"", &Event::new()));
        assert!(matches("?u : \"x\" and ?u == \"X\"", &Event::new().with("u", "X")));
    }

    #[test]
    fn a_null_literal_is_never_true() {
        for condition in ["null", "not null", "null or false", "null and true", "not (null or false)"] {
            assert!(!matches(condition, &Event::new()), "{condition}");
        }
        assert!(matches("null or true", &Event::new()) && matches("not (null and false)", &Event::new()));
    }

    #[test]
    fn equality_is_exact_and_knows_no_wildcards() {
        assert!(test("k", "==", "Cmd.exe", "Cmd.exe") && !test("k", "==", "cmd.exe", "Cmd.exe"));
        assert!(!test("k", "==", "a*", "ab") && test("k", "==", "a*", "a*") && !test("k", "==", "a?", "ab"));
        assert!(!matches("k in (\"a*\", \"AB\")", &Event::new().with("k", "ab")));
        assert!(matches("k in (\"x\", \"ab\")", &Event::new().with("k", "ab")));
    }

    #[test]
    fn in_with_tilde_ignores_case_but_not_stars() {
        let ab = Event::new().with("k", "aB");
        assert!(matches("k in~ (\"x\", \"Ab\")", &ab) && !matches("k in~ (\"a*\", \"a?\")", &ab));
        assert!(!matches("k in~ (\"É\")", &Event::new().with("k", "é")));
    }

    #[test]
    fn colon_and_like_with_tilde_ignore_the_case_of_ascii_letters_only() {
        for operator in [":", "like~"] {
            assert!(test("k", operator, "CMD*", "cmd.exe") && test("w", operator, "cmd", "CMD"));
            assert!(!test("k", operator, "été.exe", "ÉTÉ.exe") && test("k", operator, "Été.EXE", "Été.exe"));
            assert!(!test("k", operator, "k", "\u{212a}") && !test("k", operator, "[", "{"));
        }
        assert!(!test("k", "like", "CMD*", "cmd.exe") && test("k", "like", "cmd*", "cmd.exe"));
        assert!(test("k", "like", "cmd", "cmd"));
    }

    #[test]
    fn stars_and_question_marks_have_no_escape() {
        for operator in [":", "like", "like~"] {
            let like = |pattern: &str, value: &str| test("k", operator, pattern, value);
            assert!(like("*", "") && like("*", "a\nb") && like("a*b", "a\r\nb") && like("a*", "a"));
            assert!(
                like("?", "é")
                    && like("?", "\n")
                    && like("a?c", "abc")
                    && !like("a?c", "ac")
                    && !like("?", "ab")
            );
            assert!(
                like("*a*b*", "xxaxxbxx")
                    && !like("*a*b", "ab-")
                    && like("*aab", "aaab")
                    && like("a*bc*d", "abcbcd")
            );
            assert!(!like("a", "ba") && !like("a", "ab"), "the whole value");
            assert!(
                like(r"C:\*", r"C:\Windows") && !like(r"a\*", "a*") && like(r"a\*", r"a\x"),
                "a backslash is literal"
            );
            assert!(!like(r"a\?c", "a?c") && like("a%_", "a%_") && !like("a%", "ab"));
            assert!(like("a*", "a*") && like("a?", "a?") && like("*?", "a") && !like("*?", ""));
        }
    }

    #[test]
    fn regex_takes_the_whole_value_and_its_list_any() {
        let event = Event::new().with("k", "Abc");
        assert!(matches("k regex \"A.c\"", &event) && !matches("k regex \"b\"", &event));
        assert!(matches("k regex (\"x\", \"Ab.\")", &event) && !matches("k regex \"abc\"", &event));
        assert!(matches("k regex~ \"aBC\"", &event) && !matches("k regex~ \"[a-z]+\"", &event));
        assert!(matches("k regex~ (\"x\", \"[A-Za-z]+\")", &event));
    }

    #[test]
    fn constants_are_coerced_by_the_type_of_the_field() {
        let number = event(r#"{"n": "05", "d": 5.0, "k": 5}"#);
        assert!(matches(
            "n == 5 and n == \"5\" and n in (\"5\") and d == 5 and d == \"5\" and n == 5.0",
            &number
        ));
        assert!(
            matches("k == 5 and k == \"5\" and k in (4, 5)", &number) && !matches("k == \"05\"", &number)
        );
        assert!(matches("n > 4.5 and n < \"6\" and n >= 5 and n <= 5 and not n > 5 and not n < 5", &number));
        // An integer field cuts its fraction off; a constant keeps it.
        assert!(matches("n == 5 and n < 5.5 and n != \"5.7\"", &event(r#"{"n": 5.7}"#)));
        assert!(!matches("n == 9007199254740993", &event(r#"{"n": 9007199254740992}"#)));
        assert!(matches("n == -5 and n < 0", &event(r#"{"n": -5}"#)));
    }

    #[test]
    fn strings_are_ordered_by_their_bytes() {
        let ten = Event::new().with("k", "10");
        assert!(matches("k < \"9\" and k < 9 and k > \"1\" and k >= \"10\" and k <= \"10\"", &ten));
        assert!(matches("k > \"Z\"", &Event::new().with("k", "a")), "lower case comes later");
    }

    #[test]
    fn a_boolean_field_alone_is_a_test_for_true() {
        let (yes, no) = (event(r#"{"b": true}"#), event(r#"{"b": "false"}"#));
        assert!(matches("b and b == true and b == \"true\" and b != false", &yes) && !matches("not b", &yes));
        assert!(!matches("b", &no) && matches("not b and b == false", &no));
    }

    #[test]
    fn addresses_are_compared_as_addresses() {
        let inside = event(r#"{"ip": ["10.1.2.3", "fe80::1"]}"#);
        assert!(matches("cidrMatch(ip, \"10.0.0.0/8\") and cidrMatch(ip, \"fe80::/10\")", &inside));
        assert!(matches("cidrMatch(ip, \"192.168.0.0/16\", \"10.1.2.0/24\")", &inside));
        assert!(!matches("cidrMatch(ip, \"192.168.0.0/16\", \"fd00::/8\")", &inside));
        assert!(matches("cidrMatch(ip, \"10.9.9.9/8\")", &inside), "bits beyond the prefix do not count");
        assert!(matches("ip == \"fe80:0::0001\" and ip in (\"10.1.2.3\")", &inside));
        let mapped = event(r#"{"ip": "::ffff:10.1.2.3"}"#);
        assert!(matches("ip == \"10.1.2.3\" and cidrMatch(ip, \"10.0.0.0/8\")", &mapped));
    }

    #[test]
    fn length_counts_utf16_units_of_any_value() {
        let many = event(r#"{"k": ["é", "😀", "abc"]}"#);
        assert!(matches(
            "length(k) == 1 and length(k) == 2 and length(k) in (3, 9) and length(k) > 2",
            &many
        ));
        assert!(!matches("length(k) > 3", &many) && matches("length(k) != 4", &many));
        assert!(!matches("length(k) != 3", &many));
    }

    #[test]
    fn a_date_can_be_asked_for_its_presence() {
        let dated = event(r#"{"@timestamp": "2024-01-01T00:00:00Z"}"#);
        assert!(matches("@timestamp != null", &dated) && !matches("@timestamp == null", &dated));
    }
}
