//! A predicate as a Boolean expression of Rust.
//!
//! In: a predicate. Out: an [`Expression`] over the helpers of `prelude.rs` and `parts/`. Invariant: the expression is
//! true for the same events; negations stand at calls only, and no constant stands below `&&` or `||`. How it is laid
//! out is not known here.

use ipnet::IpNet;

use super::writer::{Writer, asks_for_time};
use crate::detection::{Condition, Order, Predicate, ValueTest};
use crate::event::pattern::{Case, Pattern, Piece, Shape};
use crate::event::raw::{Bound, Term};

/// The longest chain of `&&` or `||`; longer ones become groups, for compilers recurse over chains.
const LONGEST: usize = 500;

/// A Boolean expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// `true` or `false`.
    Constant(bool),
    /// All of these.
    And(Vec<Expression>),
    /// Any of these.
    Or(Vec<Expression>),
    /// A call of a helper.
    Call(Call),
}

/// A call that gives a Boolean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// Whether `!` stands before it.
    pub(super) negated: bool,
    /// The call up to its last argument, such as `some(event, "user", `.
    pub(super) head: String,
    /// What is asked of a value of a field, or of the raw event.
    pub(super) inner: Option<Inner>,
}

/// A closure that is the last argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    /// The field that it is about, to name it by.
    pub(super) field: String,
    /// The name of its parameter, and its type.
    pub(super) parameter: (&'static str, &'static str),
    /// Its body; calls in it have no inner.
    pub(super) body: Box<Expression>,
}

impl Expression {
    fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Constant(true) => {}
                Self::Constant(false) => return Self::Constant(false),
                Self::And(parts) => kept.extend(parts),
                part => kept.push(part),
            }
        }
        while kept.len() > LONGEST {
            kept = kept.chunks(LONGEST).map(|group| Self::all(group.to_vec())).collect();
        }
        Self::all(kept)
    }

    /// All of these, of which none is a constant.
    fn all(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::Constant(true),
            1 => parts.pop().unwrap_or(Self::Constant(true)),
            _ => Self::And(parts),
        }
    }

    fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::and(parts.into_iter().map(Self::negated)).negated()
    }

    /// The opposite, by De Morgan.
    fn negated(self) -> Self {
        let all = |parts: Vec<Self>| parts.into_iter().map(Self::negated).collect();
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::And(parts) => Self::Or(all(parts)),
            Self::Or(parts) => Self::And(all(parts)),
            Self::Call(call) => Self::Call(Call { negated: !call.negated, ..call }),
        }
    }

    pub(super) fn call(head: impl Into<String>) -> Self {
        Self::Call(Call { negated: false, head: head.into(), inner: None })
    }

    /// The whole on one line.
    pub(super) fn inline(&self) -> String {
        let (parts, operator) = match self {
            Self::Constant(value) => return value.to_string(),
            Self::Call(Call { negated, head, inner }) => {
                let sign = if *negated { "!" } else { "" };
                return match inner {
                    Some(inner) => format!("{sign}{head}|{}| {})", inner.parameter.0, inner.body.inline()),
                    None => format!("{sign}{head}"),
                };
            }
            Self::And(parts) => (parts, " && "),
            Self::Or(parts) => (parts, " || "),
        };
        let part = |part: &Self| match part {
            Self::And(_) | Self::Or(_) => format!("({})", part.inline()),
            Self::Call(_) | Self::Constant(_) => part.inline(),
        };
        parts.iter().map(part).collect::<Vec<_>>().join(operator)
    }
}

/// A text as a literal of Rust, in which nothing is invisible or turns the direction of writing.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// A number as a literal of Rust; one too great to be written has a name.
pub(super) fn number_literal(number: f64) -> String {
    if number.is_finite() {
        format!("{number:?}")
    } else {
        format!("f64::from_bits({:#x})", number.to_bits())
    }
}

/// What a test of values is asked of.
enum Subject<'a> {
    /// The values of a field.
    Field(&'a str),
    /// Those of a formula, as it is written.
    Formula(&'a str),
}

impl Writer {
    /// The expression that is true for the events that pass the predicate.
    pub(super) fn predicate(&mut self, predicate: &Predicate) -> Expression {
        match predicate {
            Predicate::Constant(value) => Expression::Constant(*value),
            Predicate::And(children) => {
                Expression::and(children.iter().map(|child| self.predicate(child)).collect::<Vec<_>>())
            }
            Predicate::Or(children) => {
                Expression::or(children.iter().map(|child| self.predicate(child)).collect::<Vec<_>>())
            }
            Predicate::Not(child) => self.predicate(child).negated(),
            Predicate::Test(test) => {
                self.asks_for_time |= asks_for_time(&test.field);
                self.condition(&test.condition, &Subject::Field(&test.field))
            }
            Predicate::Computed(computed) => {
                let formula = self.formula(&computed.formula);
                match &computed.condition {
                    None => Expression::call(format!("is_true(&{formula})")),
                    Some(condition) => self.condition(condition, &Subject::Formula(&formula)),
                }
            }
            Predicate::OneValue(one) => {
                let of = self.formula(&one.of);
                let holds = self.predicate(&one.holds).inline();
                let field = literal(&one.field);
                Expression::call(format!("one_value(event, &{of}, {field}, |event| {holds})"))
            }
            // A rule with a hole is refused before.
            Predicate::Hole(_) => Expression::Constant(false),
        }
    }

    fn condition(&mut self, condition: &Condition, subject: &Subject<'_>) -> Expression {
        let has_any = |tests: &[ValueTest]| {
            tests.iter().any(|test| matches!(test, ValueTest::Matches(p) if p.shape() == Shape::Everything))
        };
        match condition {
            Condition::Some(tests) if !has_any(tests) => {
                let values = self.values(tests, subject);
                some(subject, values)
            }
            Condition::SomeOther(tests) if has_any(tests) => Expression::Constant(false),
            Condition::SomeOther(tests) if !tests.is_empty() => {
                let values = self.values(tests, subject).negated();
                some(subject, values)
            }
            Condition::Exists | Condition::Some(_) | Condition::SomeOther(_) => match subject {
                Subject::Field(field) => exists(field),
                Subject::Formula(formula) => Expression::call(format!("has_value(&{formula})")),
            },
            Condition::Holds(terms) => {
                let body = Expression::or(terms.iter().map(|term| Expression::call(term_call(term))));
                let head = match subject {
                    Subject::Field(_) => "raw(event, ".to_owned(),
                    Subject::Formula(formula) => format!("some_raw_of(&{formula}, "),
                };
                within(&head, "_raw", ("raw", "Raw<'_>"), body)
            }
        }
    }

    fn values(&mut self, tests: &[ValueTest], subject: &Subject<'_>) -> Expression {
        let name = match subject {
            Subject::Field(field) => field,
            Subject::Formula(_) => "pattern",
        };
        let calls: Vec<Expression> = tests
            .iter()
            .map(|test| match test {
                ValueTest::Regex(regex) => self.finds(regex, name),
                other => Expression::call(value_call(other)),
            })
            .collect();
        Expression::or(calls)
    }
}

fn exists(field: &str) -> Expression {
    if field.contains('*') {
        Expression::call(format!("some_named(event, {}, |_| true)", literal(field)))
    } else {
        Expression::call(format!("exists(event, {})", literal(field)))
    }
}

fn some(subject: &Subject<'_>, body: Expression) -> Expression {
    match subject {
        Subject::Field(field) => {
            let function = if field.contains('*') { "some_named" } else { "some" };
            let head = format!("{function}(event, {}, ", literal(field));
            within(&head, field, ("value", "Value<'_>"), body)
        }
        Subject::Formula(formula) => {
            within(&format!("some_of(&{formula}, "), "result", ("value", "Value<'_>"), body)
        }
    }
}

fn within(head: &str, field: &str, parameter: (&'static str, &'static str), body: Expression) -> Expression {
    if let Expression::Constant(_) = body {
        return body;
    }
    let inner = Inner { field: field.to_owned(), parameter, body: Box::new(body) };
    Expression::Call(Call { negated: false, head: head.to_owned(), inner: Some(inner) })
}

fn value_call(test: &ValueTest) -> String {
    match test {
        ValueTest::Matches(pattern) => pattern_call(pattern),
        ValueTest::In(IpNet::V4(network)) => {
            format!("value.in_v4({:?}, {})", network.network().octets(), network.prefix_len())
        }
        ValueTest::In(IpNet::V6(network)) => {
            let groups = network.network().segments().map(|group| format!("{group:04x}"));
            format!("value.in_v6(0x{}, {})", groups.join("_"), network.prefix_len())
        }
        ValueTest::Compares(order, than) => {
            let method = match order {
                Order::Less => "less_than",
                Order::LessEqual => "at_most",
                Order::Greater => "more_than",
                Order::GreaterEqual => "at_least",
            };
            format!("value.{method}({})", literal(than))
        }
        ValueTest::Equals(number) => format!("value.number(|number| number == {})", number_literal(number.0)),
        ValueTest::Number(order, than) => {
            format!("value.number(|number| number {} {})", order.text(), number_literal(than.0))
        }
        // A pattern stands before the expression.
        ValueTest::Regex(_) => "false".to_owned(),
    }
}

fn pattern_call(pattern: &Pattern) -> String {
    let (method, text) = match pattern.shape() {
        Shape::Exact(text) => ("is", literal(text)),
        Shape::Prefix(text) => ("starts_with", literal(text)),
        Shape::Suffix(text) => ("ends_with", literal(text)),
        Shape::Contains(text) => ("contains", literal(text)),
        Shape::Everything | Shape::Mixed => ("like", glob(pattern)),
    };
    format!("value.{method}{}({text})", cased(pattern))
}

fn term_call(term: &Term) -> String {
    let method = match term.bound {
        Bound::Any => "word",
        Bound::Major => "term",
    };
    format!("raw.{method}{}({})", cased(&term.pattern), glob(&term.pattern))
}

const fn cased(pattern: &Pattern) -> &'static str {
    match pattern.case() {
        Case::Insensitive => "",
        Case::Sensitive => "_cased",
    }
}

/// A pattern as the text that `search` would write; in parts where `search` could not.
fn glob(pattern: &Pattern) -> String {
    let is_plain = |piece: &Piece| match piece {
        Piece::Literal(text) => !text.contains('*'),
        Piece::Any => true,
        Piece::One => false,
    };
    if pattern.pieces().iter().all(is_plain) {
        let text = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Any | Piece::One => "*".to_owned(),
        };
        return literal(&pattern.pieces().iter().map(text).collect::<String>());
    }
    let part = |piece: &Piece| match piece {
        Piece::Literal(text) => format!("Text({})", literal(text)),
        Piece::Any => "Any".to_owned(),
        Piece::One => "One".to_owned(),
    };
    format!("&[{}]", pattern.pieces().iter().map(part).collect::<Vec<_>>().join(", "))
}
