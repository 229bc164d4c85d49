//! Conditions of Falco rules.
//!
//! In: a predicate over fields that hold one value. Out: the text of a condition. Without case, equality is
//! `tolower(f) = "…"` with the constant in lower case, a part is `icontains`, and other wildcards are `iglob`, which
//! is `fnmatch` with backslash escapes (`filter_compare.cpp`; `utils.cpp`). `and` binds before `or`; `not` takes one
//! check or parentheses (`parser.h`).

use crate::backend::Legal;
use crate::backend::group::{Group, Operand, Operator, grouped};
use crate::detection::{Condition, Predicate, Test};
use crate::event::pattern::{Case, Piece};

/// A condition and how deep its parentheses nest.
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) depth: usize,
}

/// The condition of a rule, with the guard in front.
pub(crate) fn text(legal: &Legal, guard: Option<&str>) -> Text {
    let body = match (&legal.predicate, guard) {
        (Predicate::And(_) | Predicate::Test(_) | Predicate::Not(_), _) | (_, None) => {
            expression(legal, &legal.predicate, Binds::And)
        }
        _ => parenthesised(&expression(legal, &legal.predicate, Binds::Or)),
    };
    match guard {
        Some(guard) => Text { text: format!("{guard} and {}", body.text), depth: body.depth },
        None => body,
    }
}

/// The weakest operator that may stand bare at a place.
#[derive(Clone, Copy, PartialEq)]
enum Binds {
    Or,
    And,
    Check,
}

fn parenthesised(inner: &Text) -> Text {
    Text { text: format!("({})", inner.text), depth: inner.depth + 1 }
}

fn joined(parts: Vec<Text>, word: &str) -> Text {
    let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0);
    let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    Text { text: texts.join(word), depth }
}

fn expression(legal: &Legal, predicate: &Predicate, place: Binds) -> Text {
    let of = |children: &[Predicate], place| {
        children.iter().map(|child| expression(legal, child, place)).collect()
    };
    match predicate {
        Predicate::And(children) => {
            let text = joined(of(children, Binds::And), " and ");
            if place == Binds::Check { parenthesised(&text) } else { text }
        }
        Predicate::Or(children) => {
            let text = joined(of(children, Binds::Or), " or ");
            if place == Binds::Or { text } else { parenthesised(&text) }
        }
        Predicate::Not(child) => {
            let inner = expression(legal, child, Binds::Check);
            Text { text: format!("not {}", inner.text), depth: inner.depth }
        }
        Predicate::Test(test) => {
            let checks: Vec<Text> =
                checks(legal, test).into_iter().map(|text| Text { text, depth: 0 }).collect();
            let several = checks.len() > 1;
            let text = joined(checks, " or ");
            if several && place != Binds::Or { parenthesised(&text) } else { text }
        }
        // Legalising leaves no constant.
        Predicate::Constant(value) => {
            let text = if *value { "evt.num >= 0" } else { "evt.num = 0" };
            Text { text: text.to_owned(), depth: 0 }
        }
        // Not declared as capabilities, so legalising has removed them.
        Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Hole(_) => {
            Text { text: String::new(), depth: 0 }
        }
    }
}

/// The checks of a test, of which one has to hold.
fn checks(legal: &Legal, test: &Test) -> Vec<String> {
    let field = &test.field;
    let empty_is_absent = legal.fields.get(field).is_some_and(|field| field.empty_is_absent);
    match &test.condition {
        Condition::Exists if empty_is_absent => vec![format!("{field} != \"\"")],
        Condition::Exists => vec![format!("{field} exists")],
        Condition::Some(tests) => {
            grouped(tests).iter().flat_map(|group| group_checks(field, group)).collect()
        }
        // Not declared as capabilities, so legalising has removed them.
        Condition::SomeOther(_) | Condition::Holds(_) => Vec::new(),
    }
}

fn group_checks(field: &str, group: &Group<'_>) -> Vec<String> {
    let folded = group.case == Case::Insensitive;
    let subject = if folded { format!("tolower({field})") } else { field.to_owned() };
    let constant = |text: &str| quoted(&if folded { text.to_ascii_lowercase() } else { text.to_owned() });
    let texts = group
        .values
        .iter()
        .filter_map(|value| if let Operand::Text(text) = value { Some(*text) } else { None });
    let each = |operator: &str| {
        texts.clone().map(|text| format!("{subject} {operator} {}", constant(text))).collect()
    };
    match group.operator {
        Operator::Equals => match texts.clone().collect::<Vec<_>>().as_slice() {
            [only] => vec![format!("{subject} = {}", constant(only))],
            many => {
                let list: Vec<String> = many.iter().map(|text| constant(text)).collect();
                vec![format!("{subject} in ({})", list.join(", "))]
            }
        },
        Operator::StartsWith => each("startswith"),
        Operator::EndsWith => each("endswith"),
        Operator::Contains if folded => {
            texts.map(|text| format!("{field} icontains {}", quoted(text))).collect()
        }
        Operator::Contains => each("contains"),
        Operator::Glob => {
            let operator = if folded { "iglob" } else { "glob" };
            let patterns = group.values.iter().filter_map(|value| match value {
                Operand::Pattern(pattern) => Some(glob(pattern.pieces())),
                _ => None,
            });
            patterns.map(|pattern| format!("{field} {operator} {}", quoted(&pattern))).collect()
        }
        // Only whole numbers of numeric fields are left by legalising.
        Operator::Order(order) => texts.map(|text| format!("{field} {} {text}", order.text())).collect(),
        Operator::Network => Vec::new(),
    }
}

/// A glob: `* ? [` and the backslash of literals are escaped; at the end a backslash is a set of one, since a
/// quoted string cannot end in one.
fn glob(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => {
                for character in literal.chars() {
                    if matches!(character, '*' | '?' | '[' | '\\') {
                        text.push('\\');
                    }
                    text.push(character);
                }
            }
            Piece::Any => text.push('*'),
            Piece::One => text.push('?'),
        }
    }
    match text.strip_suffix("\\\\") {
        Some(before) => format!("{before}[\\\\]"),
        None => text,
    }
}

/// A quoted string (`escaping.cpp`): the backslash, the quote and control characters that have a name are escaped.
/// A string cannot end in a backslash; backslash and space is one backslash there.
fn quoted(text: &str) -> String {
    let (body, ending) = match text.strip_suffix('\\') {
        Some(before) => (before, "\\ "),
        None => (text, ""),
    };
    let mut quoted = String::from("\"");
    for character in body.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            other => quoted.push(other),
        }
    }
    quoted.push_str(ending);
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::pattern::Pattern;

    #[test]
    fn strings_escape_and_never_end_in_a_backslash() {
        assert_eq!(quoted(r#"say "hi" \d"#), r#""say \"hi\" \\d""#);
        assert_eq!(quoted("C:\\"), "\"C:\\ \"");
    }

    #[test]
    fn globs_escape_what_fnmatch_reads() {
        let pattern = Pattern::wildcard("a[1]?*\\", Case::Insensitive);
        assert_eq!(glob(pattern.pieces()), "a\\[1]\\?*[\\\\]");
    }
}
