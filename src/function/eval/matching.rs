//! Functions that test texts against patterns, networks and lists.
//!
//! In: operands. Out: true, false or null (Search Reference, "Comparison and Conditional functions"). Case counts. Several
//! values match if one does; a missing one gives null, so that NOT drops it too (the page says that `match` "returns
//! FALSE" otherwise, and published detections contradict each other).

use crate::event::pattern::{Case, Pattern, Piece};
use crate::event::{Value, network};
use crate::function::eval::regex;
use crate::function::operator::some_pair;
use crate::function::{Context, Function, Operand, is_in};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("cidrmatch", 2, Some(2)).gives("whether the address lies in the network", cidrmatch),
    Function::new("in", 2, None).gives("whether the first argument equals one of the others", among),
    Function::new("like", 2, Some(2)).gives("whether the text matches a pattern of `%` and `_`", like),
    Function::new("lookup", 2, None),
    Function::new("match", 2, Some(2)).gives("whether the pattern matches some part of the text", matches),
    Function::new("searchmatch", 1, Some(1)).form("whether the event matches a search"),
];

fn cidrmatch(arguments: &[Operand], _: &Context) -> Operand {
    let [subnet, address] = arguments else { return Operand::Null };
    some_pair(subnet, address, |subnet, address| {
        Some(network::holds(network::parse(&subnet.text())?, &address.text()))
    })
}

fn among(arguments: &[Operand], _: &Context) -> Operand {
    arguments.split_first().map_or(Operand::Null, |(first, rest)| is_in(first, rest))
}

fn like(arguments: &[Operand], _: &Context) -> Operand {
    let [text, pattern] = arguments else { return Operand::Null };
    some_pair(text, pattern, |text, pattern| Some(is_like(text, pattern)))
}

/// Patterns are those of PCRE, and "unanchored"; a text that is none gives null.
fn matches(arguments: &[Operand], _: &Context) -> Operand {
    let [text, pattern] = arguments else { return Operand::Null };
    some_pair(text, pattern, |text, pattern| Some(regex::pattern(&pattern.text())?.is_match(&text.text())))
}

/// Whether a value matches a LIKE pattern.
pub(in crate::function) fn is_like(value: &Value, pattern: &Value) -> bool {
    like_pattern(&pattern.text()).matches(&value.text())
}

/// The pattern that a text of LIKE is: `%` is any run of characters, `_` is one.
///
/// ```
/// use splc::function::like_pattern;
/// assert!(like_pattern("docker%").matches("docker exec"));
/// assert!(!like_pattern("docker%").matches("Docker exec"));
/// ```
pub fn like_pattern(text: &str) -> Pattern {
    let piece = |character: char| match character {
        '%' => Piece::Any,
        '_' => Piece::One,
        other => Piece::Literal(other.to_string()),
    };
    Pattern::new(text.chars().map(piece), Case::Sensitive)
}
