//! Numbers in text, and the order that `<` and `>` of the `search` command use.
//!
//! Search Reference, `search`: the comparison operators "numerically compare two numbers and lexicographically
//! compare other values", in the order of UTF-8. Which texts are numbers is not documented; a decimal with
//! optional sign, fraction and exponent is taken, nothing else (no hexadecimal, no spaces, no `inf`).

use std::cmp::Ordering;

/// The number that a text is, if it is one.
///
/// ```
/// use splc::event::number::parse;
/// assert_eq!(parse("-1.5e3"), Some(-1500.0));
/// assert_eq!(parse("0x1f"), None);
/// assert_eq!(parse("inf"), None);
/// ```
pub fn parse(text: &str) -> Option<f64> {
    let starts_well =
        text.bytes().next().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'));
    let all_allowed =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if starts_well && all_allowed {
        text.parse().ok().filter(|number: &f64| number.is_finite())
    } else {
        None
    }
}

/// The order of two texts: as numbers if both are numbers, else byte by byte.
///
/// ```
/// use std::cmp::Ordering;
/// use splc::event::number::compare;
/// assert_eq!(compare("9", "10"), Ordering::Less);
/// assert_eq!(compare("9", "ten"), Ordering::Less);
/// assert_eq!(compare("B", "a"), Ordering::Less);
/// ```
pub fn compare(left: &str, right: &str) -> Ordering {
    match (parse(left), parse(right)) {
        // Both are finite, so they have an order; -0 is 0.
        (Some(left), Some(right)) => left.partial_cmp(&right).unwrap_or(Ordering::Equal),
        _ => left.cmp(right),
    }
}

/// A count as a number; exact below 2^53, which no count of events reaches.
///
/// ```
/// assert_eq!(splc::event::number::of_count(3), 3.0);
/// ```
#[allow(clippy::cast_precision_loss, reason = "no count of events reaches 2^53")]
pub fn of_count(count: usize) -> f64 {
    count as f64
}
