//! Questions to a part of a text, or to its length, as patterns of the whole text.
//!
//! In: a condition on `len` or `substr` of a field. Out: a test of the field itself that says the same, if there is one.
//! Invariant: exactly the same events, and with several values too, since both functions look at each value alone.

use crate::detection::{Computed, Condition, Formula, Order, Predicate, Regex, Test, ValueTest};
use crate::event::number;
use crate::event::pattern::{Case, Pattern, Piece, Shape};

/// The most characters that a pattern names one by one; for more a regular expression counts them.
const MOST_NAMED: usize = 32;

/// The most lengths that have a pattern each: not every target can say where a text ends in a regular expression.
const MOST_LENGTHS: usize = 12;

/// The most characters that are counted, as PCRE does.
const MOST_COUNTED: usize = 65_000;

/// The condition as a test of the field.
pub(super) fn plain(computed: &Computed) -> Option<Predicate> {
    let Formula::Call(name, arguments) = &computed.formula else { return None };
    let (field, rest) = match arguments.split_first()? {
        (Formula::Field(field), rest) if field != "_time" => (field, rest),
        _ => return None,
    };
    let Condition::Some(tests) = computed.condition.as_ref()? else { return None };
    let mut all = Vec::new();
    match name.as_str() {
        "len" => {
            for test in tests {
                all.extend(of_length(test)?);
            }
        }
        "substr" => {
            let place = Place::of(rest)?;
            for test in tests {
                let ValueTest::Matches(pattern) = test else { return None };
                all.extend(place.pattern(pattern)?.map(ValueTest::Matches));
            }
        }
        _ => return None,
    }
    if all.is_empty() {
        return Some(Predicate::Constant(false));
    }
    let (field, condition, origin) = (field.clone(), Condition::Some(all), computed.origin);
    Some(Predicate::Test(Test { field, condition, origin }))
}

/// A test of the number of characters, as tests of the text; none if no text passes.
fn of_length(test: &ValueTest) -> Option<Vec<ValueTest>> {
    let (order, than) = match test {
        ValueTest::Number(order, than) => (Some(*order), than.0),
        ValueTest::Compares(order, than) => (Some(*order), number::parse(than)?),
        ValueTest::Equals(than) => (None, than.0),
        ValueTest::Matches(pattern) => match pattern.shape() {
            Shape::Exact(text) => {
                (None, f64::from(text.parse::<u16>().ok().filter(|it| it.to_string() == text)?))
            }
            _ => return None,
        },
        ValueTest::In(_) | ValueTest::Regex(_) => return None,
    };
    let (least, most) = match order {
        Some(Order::Greater) => (than.floor() + 1.0, None),
        Some(Order::GreaterEqual) => (than.ceil(), None),
        Some(Order::Less) => (0.0, Some(than.ceil() - 1.0)),
        Some(Order::LessEqual) => (0.0, Some(than.floor())),
        None if than.fract() != 0.0 => return Some(Vec::new()),
        None => (than, Some(than)),
    };
    if most.is_some_and(|most| most < 0.0) {
        return Some(Vec::new());
    }
    let (least, most) = (count(least.max(0.0))?, most.map_or(Some(None), |most| count(most).map(Some))?);
    of_characters(least, most)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the bounds are looked at")]
fn count(number: f64) -> Option<usize> {
    (0.0..=65_000.0).contains(&number).then_some(number as usize)
}

/// A text of so many characters.
fn of_characters(least: usize, most: Option<usize>) -> Option<Vec<ValueTest>> {
    let named = |count: usize, end: Option<Piece>| {
        let pieces = std::iter::repeat_n(Piece::One, count).chain(end);
        ValueTest::Matches(Pattern::new(pieces, Case::Sensitive))
    };
    match most {
        _ if least > MOST_COUNTED => None,
        None if least <= MOST_NAMED => Some(vec![named(least, Some(Piece::Any))]),
        Some(most) if most <= MOST_NAMED && most - least < MOST_LENGTHS => {
            Some((least..=most).map(|count| named(count, None)).collect())
        }
        None => counted(&format!(r"(?s)\A.{{{least}}}")),
        Some(most) => counted(&format!(r"(?s)\A.{{{least},{most}}}\z")),
    }
}

fn counted(pattern: &str) -> Option<Vec<ValueTest>> {
    Some(vec![ValueTest::Regex(Regex::parse(pattern).ok()?)])
}

/// Where a part stands in a text.
#[derive(Clone, Copy)]
enum Place {
    /// Behind so many characters, with so many characters at most.
    Start(usize, Option<usize>),
    /// The last characters, so many at most.
    End(usize),
}

impl Place {
    /// The place that `substr` is given, if it is constant (Search Reference, `substr`: "the indexes follow `SQLite`
    /// semantics").
    fn of(arguments: &[Formula]) -> Option<Self> {
        let whole = |formula: &Formula| {
            let number = match formula {
                Formula::Number(number) => number.0,
                Formula::Minus(inner) => match inner.as_ref() {
                    Formula::Number(number) => -number.0,
                    _ => return None,
                },
                _ => return None,
            };
            (number.fract() == 0.0 && number.abs() <= 1_000.0).then_some(number)
        };
        let (start, length) = match arguments {
            [start] => (whole(start)?, None),
            [start, length] => (whole(start)?, Some(whole(length)?)),
            _ => return None,
        };
        match length {
            Some(length) if length < 1.0 => None,
            // The place 0 stands before the first character, and takes one of the length.
            Some(length) if start == 0.0 => Some(Self::Start(0, Some(count(length - 1.0)?))),
            None if start == 0.0 => Some(Self::Start(0, None)),
            _ if start > 0.0 => {
                Some(Self::Start(count(start - 1.0)?, length.map_or(Some(None), |it| count(it).map(Some))?))
            }
            Some(length) if length < -start => None,
            _ => Some(Self::End(count(-start)?)),
        }
    }

    /// The texts of which this part matches a pattern, as a pattern: none if there are none, nothing if that is no pattern.
    #[allow(clippy::option_option, reason = "not to be said, and said to be never")]
    fn pattern(self, of_part: &Pattern) -> Option<Option<Pattern>> {
        // A text that is too short has an empty part.
        if of_part.matches("") {
            return None;
        }
        let pieces = of_part.pieces();
        let length = of_part.literals().map(|text| text.chars().count()).sum::<usize>();
        let made = |before: Vec<Piece>, after: Option<Piece>| {
            let pieces = before.into_iter().chain(pieces.iter().cloned()).chain(after);
            Some(Some(Pattern::new(pieces, of_part.case())))
        };
        let skipped = |count: usize| vec![Piece::One; count];
        match (self, pieces) {
            (Self::Start(before, None), _) if before <= MOST_NAMED => made(skipped(before), None),
            (Self::Start(before, Some(most)), [Piece::Literal(_), rest @ ..])
                if before <= MOST_NAMED && matches!(rest, [] | [Piece::Any]) =>
            {
                match length.cmp(&most) {
                    std::cmp::Ordering::Greater => Some(None),
                    // The part ends where the text does.
                    std::cmp::Ordering::Less if rest.is_empty() => made(skipped(before), None),
                    _ if rest.is_empty() => made(skipped(before), Some(Piece::Any)),
                    _ => made(skipped(before), None),
                }
            }
            (Self::End(most), [Piece::Literal(_)]) => match length.cmp(&most) {
                std::cmp::Ordering::Greater => Some(None),
                std::cmp::Ordering::Equal => made(vec![Piece::Any], None),
                std::cmp::Ordering::Less => made(Vec::new(), None),
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate;
    use crate::event::Event;

    const TEXTS: [&str; 12] = [
        "",
        "a",
        "ab",
        "abc",
        "abcd",
        "xabc",
        "ABC",
        "a\nbc",
        "é😀b",
        "bc",
        "abcabcabcabcabcabcabcabcabcabcabcabc",
        "c",
    ];

    fn computed(condition: &str) -> Computed {
        let parsed = crate::command::parse(&format!("| {condition}"));
        let predicate = crate::command::lower(&parsed.pipeline).unwrap().predicate();
        match predicate {
            Predicate::Computed(computed) => *computed,
            other => panic!("{condition}: {other:?}"),
        }
    }

    #[test]
    fn the_test_of_the_field_passes_the_same_texts() {
        let mut passing = 0;
        for condition in [
            "where len(f) > 2",
            "where len(f) >= 3",
            "where len(f) < 3",
            "where len(f) <= 2.5",
            "where len(f) = 3",
            "where len(f) = 2.5",
            "where len(f) > 35",
            "where len(f) < 0",
            "where len(f) < 40",
            "where len(f) = 36",
            "where substr(f, 1, 2) = \"ab\"",
            "where substr(f, 2) = \"bc\"",
            "where substr(f, 2, 2) = \"b\"",
            "where substr(f, 1, 2) = \"abc\"",
            "where substr(f, -2) = \"bc\"",
            "where substr(f, -3, 3) = \"bc\"",
            "where substr(f, 0, 3) = \"ab\"",
            "where substr(f, 0) = \"abc\"",
            "where like(substr(f, 2, 3), \"b%\")",
            "where like(substr(f, 2), \"%c\")",
            "where substr(f, 3, 1) = \"b\"",
            "where substr(f, 1, 2) IN (\"ab\", \"xa\")",
            "eval l=len(f) | search l=3",
            "eval l=len(f) | search l>2",
        ] {
            let computed = computed(condition);
            let plain = plain(&computed).unwrap_or_else(|| panic!("{condition} is no pattern"));
            let computed = Predicate::Computed(Box::new(computed));
            for text in TEXTS {
                let event = Event::new().with("f", text);
                let matches = evaluate::predicate(&computed, &event);
                assert_eq!(
                    evaluate::predicate(&plain, &event),
                    matches,
                    "{condition} of {text:?}: {plain:?}"
                );
                passing += usize::from(matches);
            }
            assert!(!evaluate::predicate(&plain, &Event::new()), "{condition} of nothing");
        }
        assert!(passing > 60, "{passing}");
    }

    #[test]
    fn what_is_no_pattern_of_the_whole_stays() {
        for condition in [
            "where substr(f, 1, 2) = \"\"",
            "where like(substr(f, 1, 3), \"%b\")",
            "where substr(f, -3, 2) = \"ab\"",
            "where substr(f, 1, n) = \"ab\"",
            "where len(f . g) > 5",
            "where match(substr(f, 2), \"^b\")",
        ] {
            assert_eq!(plain(&computed(condition)), None, "{condition}");
        }
    }
}
