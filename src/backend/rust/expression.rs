//! A predicate as a Boolean expression of Rust.
//!
//! In: a predicate. Out: an [`Expression`] over the helpers of `prelude.rs`. Invariant: the expression is true for
//! the same events; negations stand at calls only, and no constant stands below `&&` or `||`. How it is laid
//! out is not known here.

use ipnet::IpNet;

use crate::detection::{Condition, Order, Predicate, Test, ValueTest};
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
    /// The expression that is true for the events that pass the predicate.
    pub(super) fn of(predicate: &Predicate) -> Self {
        match predicate {
            Predicate::Constant(value) => Self::Constant(*value),
            Predicate::And(children) => Self::and(children.iter().map(Self::of)),
            Predicate::Or(children) => Self::or(children.iter().map(Self::of)),
            Predicate::Not(child) => Self::of(child).negated(),
            Predicate::Test(test) => test_of(test),
            // Not declared as capabilities, so legalising has removed them.
            Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Hole(_) => Self::Constant(false),
        }
    }

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

    fn call(head: impl Into<String>) -> Self {
        Self::Call(Call { negated: false, head: head.into(), inner: None })
    }
}

/// A text as a literal of Rust, in which nothing is invisible or turns the direction of writing.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}

fn test_of(test: &Test) -> Expression {
    let values =
        |tests: &[ValueTest]| Expression::or(tests.iter().map(|value| Expression::call(value_call(value))));
    let has_any = |tests: &[ValueTest]| {
        tests.iter().any(|test| matches!(test, ValueTest::Matches(p) if p.shape() == Shape::Everything))
    };
    let field = &test.field;
    match &test.condition {
        Condition::Some(tests) if !has_any(tests) => some(field, values(tests)),
        Condition::SomeOther(tests) if has_any(tests) => Expression::Constant(false),
        Condition::SomeOther(tests) if !tests.is_empty() => some(field, values(tests).negated()),
        Condition::Exists | Condition::Some(_) | Condition::SomeOther(_) => exists(field),
        Condition::Holds(terms) => {
            let body = Expression::or(terms.iter().map(|term| Expression::call(term_call(term))));
            within("raw(event, ", "_raw", ("raw", "Raw<'_>"), body)
        }
    }
}

fn exists(field: &str) -> Expression {
    if field.contains('*') {
        Expression::call(format!("some_named(event, {}, |_| true)", literal(field)))
    } else {
        Expression::call(format!("exists(event, {})", literal(field)))
    }
}

fn some(field: &str, body: Expression) -> Expression {
    let function = if field.contains('*') { "some_named" } else { "some" };
    let head = format!("{function}(event, {}, ", literal(field));
    within(&head, field, ("value", "Value<'_>"), body)
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
        // Not declared as capabilities, so legalising has removed them.
        ValueTest::Equals(_) | ValueTest::Number(..) | ValueTest::Regex(_) => "false".to_owned(),
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
