//! Values of a Sigma detection, with its escapes and modifiers.
//!
//! Sigma specification, "Escaping": a backslash escapes `*`, `?` and itself, and stands for itself before anything
//! else. So a backslash is doubled where what follows would make it an escape, and left single elsewhere.

use crate::backend::group::{Group, Operand, Operator};
use crate::backend::yaml::Node;
use crate::detection::Order;
use crate::event::number;
use crate::event::pattern::{Case, Piece};

/// The key of a group: the field with its modifiers.
pub(crate) fn key(field: &str, group: &Group<'_>) -> String {
    let modifier = match group.operator {
        Operator::Equals | Operator::Glob => "",
        Operator::StartsWith => "|startswith",
        Operator::EndsWith => "|endswith",
        Operator::Contains => "|contains",
        Operator::Network => "|cidr",
        Operator::Order(Order::Less) => "|lt",
        Operator::Order(Order::LessEqual) => "|lte",
        Operator::Order(Order::Greater) => "|gt",
        Operator::Order(Order::GreaterEqual) => "|gte",
    };
    let cased = if group.case == Case::Sensitive { "|cased" } else { "" };
    format!("{field}{modifier}{cased}")
}

/// The values of a group: one alone, or a list.
pub(crate) fn node(group: &Group<'_>) -> Node {
    let mut nodes: Vec<Node> = group.values.iter().map(|value| one(group, *value)).collect();
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        Some(last) => {
            nodes.push(last);
            Node::List(nodes)
        }
        None => Node::List(nodes),
    }
}

fn one(group: &Group<'_>, value: Operand<'_>) -> Node {
    match (group.operator, value) {
        (Operator::Order(_), Operand::Text(text)) => order_bound(text),
        (Operator::Equals, Operand::Text(text)) if group.case == Case::Insensitive => number_or_text(text),
        (_, Operand::Text(text)) => Node::Quoted(escaped(&[Piece::Literal(text.to_owned())])),
        (_, Operand::Pattern(pattern)) => Node::Quoted(escaped(pattern.pieces())),
        (_, Operand::Network(network)) => Node::Quoted(network.to_string()),
    }
}

/// The bound of an order test, which legalising has shown to be a number.
fn order_bound(text: &str) -> Node {
    match (text.parse::<i64>(), number::parse(text)) {
        (Ok(whole), _) => Node::Number(whole),
        (_, Some(number)) => Node::Decimal(number.to_string()),
        _ => Node::Quoted(text.to_owned()),
    }
}

/// Sigma writes numbers bare; a text that only looks like one (`007`) stays a text.
fn number_or_text(text: &str) -> Node {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => Node::Number(number),
        _ => Node::Quoted(escaped(&[Piece::Literal(text.to_owned())])),
    }
}

/// Pieces as Sigma text.
fn escaped(pieces: &[Piece]) -> String {
    // Each unit is either a character that stands for itself or a wildcard.
    let units: Vec<(char, bool)> = pieces
        .iter()
        .flat_map(|piece| match piece {
            Piece::Literal(text) => text.chars().map(|c| (c, false)).collect(),
            Piece::Any => vec![('*', true)],
            Piece::One => vec![('?', true)],
        })
        .collect();
    let mut text = String::new();
    for (at, (character, is_wildcard)) in units.iter().enumerate() {
        let next = units.get(at + 1).map(|(next, _)| *next);
        let needs_backslash = match character {
            '*' | '?' => !is_wildcard,
            '\\' => matches!(next, Some('\\' | '*' | '?')),
            _ => false,
        };
        if needs_backslash {
            text.push('\\');
        }
        text.push(*character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::pattern::Pattern;

    fn written(wildcard: &str) -> String {
        escaped(Pattern::wildcard(wildcard, Case::Insensitive).pieces())
    }

    #[test]
    fn a_backslash_is_doubled_where_it_would_escape() {
        assert_eq!(written(r"C:\Windows"), r"C:\Windows");
        assert_eq!(written(r"C:\Windows\*"), r"C:\Windows\\*");
        assert_eq!(written(r"\\server\share"), r"\\\server\share");
        assert_eq!(written("a?b"), r"a\?b");
    }

    #[test]
    fn numbers_are_bare_only_when_they_read_back() {
        assert_eq!(number_or_text("4688"), Node::Number(4688));
        assert_eq!(number_or_text("007"), Node::Quoted("007".to_owned()));
    }
}
