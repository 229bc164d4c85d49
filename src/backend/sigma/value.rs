//! Values of a Sigma detection, with its escapes and modifiers.
//!
//! Sigma specification, "Escaping": a backslash escapes `*`, `?` and itself, and stands for itself before anything
//! else. So a backslash is doubled where what follows would make it an escape, and left single elsewhere.

use ipnet::IpNet;

use crate::backend::group::{Group, Operand, Operator, grouped};
use crate::backend::yaml::Node;
use crate::detection::regex::Dialect;
use crate::detection::{Order, ValueTest};
use crate::event::number;
use crate::event::pattern::{Case, Pattern, Piece, Shape};

/// The entries of which one has to fit: one for each operator that the values need.
pub(crate) fn entries(field: &str, tests: &[ValueTest]) -> Vec<(String, Node)> {
    let (of_all, tests): (Vec<ValueTest>, Vec<ValueTest>) = tests.iter().cloned().partition(is_all_of_ipv4);
    let groups = grouped(&tests);
    let mut entries: Vec<(String, Node)> =
        groups.iter().map(|group| (key(field, group), node(group))).collect();
    let mut regexes: Vec<(String, Vec<Node>)> = Vec::new();
    for (modifiers, pattern) in tests.iter().filter_map(regex) {
        match regexes.iter_mut().find(|(other, _)| *other == modifiers) {
            Some((_, patterns)) => patterns.push(pattern),
            None => regexes.push((modifiers, vec![pattern])),
        }
    }
    let keyed =
        regexes.into_iter().map(|(modifiers, patterns)| (format!("{field}|{modifiers}"), list(patterns)));
    entries.extend(keyed);
    if !of_all.is_empty() {
        entries.push((format!("{field}|re"), Node::Quoted(ANY_IPV4.to_owned())));
    }
    entries
}

/// Any address of IPv4. Converters write `|cidr: '0.0.0.0/0'` as `*` (pySigma, `SigmaCIDRExpression.expand`), which any text
/// matches, so also what is no address.
const ANY_IPV4: &str = r"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$";

fn is_all_of_ipv4(test: &ValueTest) -> bool {
    matches!(test, ValueTest::In(IpNet::V4(network)) if network.prefix_len() == 0)
}

/// A regular expression with the modifiers that it needs; legalising has shown that it has one.
fn regex(test: &ValueTest) -> Option<(String, Node)> {
    let ValueTest::Regex(regex) = test else { return None };
    let printed = regex.print_with_flags(Dialect::Sigma).ok()?;
    let flags = [("|i", printed.caseless), ("|s", printed.dot_all)];
    let flags: String = flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag).collect();
    Some((format!("re{flags}"), Node::Quoted(printed.pattern)))
}

/// The entry of a field that has to hold all of the texts.
pub(crate) fn all_of(field: &str, case: Case, texts: &[&str]) -> (String, Node) {
    let cased = if case == Case::Sensitive { "|cased" } else { "" };
    let texts = texts.iter().map(|text| Node::Quoted(literal(text)));
    (format!("{field}|contains|all{cased}"), Node::List(texts.collect()))
}

/// Keywords. One without wildcards is found anywhere in all engines; one with wildcards needs them at its ends too.
pub(crate) fn keywords(tests: &[ValueTest]) -> Vec<Node> {
    let keyword = |pattern: &Pattern| match pattern.shape() {
        Shape::Contains(text) => literal(text),
        _ => escaped(pattern.pieces()),
    };
    let patterns = tests.iter().filter_map(|test| match test {
        ValueTest::Matches(pattern) => Some(pattern),
        _ => None,
    });
    patterns.map(|pattern| Node::Quoted(keyword(pattern))).collect()
}

/// The key of a group: the field with its modifiers.
fn key(field: &str, group: &Group<'_>) -> String {
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
fn node(group: &Group<'_>) -> Node {
    list(group.values.iter().map(|value| one(group, *value)).collect())
}

fn list(mut nodes: Vec<Node>) -> Node {
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
        (_, Operand::Text(text)) => Node::Quoted(literal(text)),
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
        _ => Node::Quoted(literal(text)),
    }
}

/// A text without wildcards as Sigma text.
fn literal(text: &str) -> String {
    escaped(&[Piece::Literal(text.to_owned())])
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
    fn all_addresses_are_not_any_text() {
        let tests = |network: &str| vec![ValueTest::In(network.parse().unwrap())];
        let written = |network: &str| entries("f", &tests(network));
        assert_eq!(written("10.0.0.0/8"), [("f|cidr".to_owned(), Node::Quoted("10.0.0.0/8".to_owned()))]);
        assert_eq!(written("0.0.0.0/0"), [("f|re".to_owned(), Node::Quoted(ANY_IPV4.to_owned()))]);
        let pattern = regex::Regex::new(ANY_IPV4).unwrap();
        for (text, is_address) in [
            ("0.0.0.0", true),
            ("255.249.10.9", true),
            ("0.0.0.0/0", false),
            ("256.1.1.1", false),
            ("1.2.3", false),
        ] {
            assert_eq!(
                (text.parse::<std::net::Ipv4Addr>().is_ok(), pattern.is_match(text)),
                (is_address, is_address)
            );
        }
    }

    #[test]
    fn numbers_are_bare_only_when_they_read_back() {
        assert_eq!(number_or_text("4688"), Node::Number(4688));
        assert_eq!(number_or_text("007"), Node::Quoted("007".to_owned()));
    }
}
