//! The tree of a checked query: conditions, tests of one field, and constants.
//!
//! In: built by `parser` through `check`. Out: read by `evaluate`. Invariant: every constant of a test
//! already has the type of its field, and `!=` and `not in` are a negated test, as Elasticsearch translates
//! them (the querytranslator tests: `must_not` around the positive query). Nothing is decided here.

use std::net::IpAddr;

use ipnet::IpNet;
use regex::Regex;

use super::FieldType;

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// `true`, `false`, or `null` as `None`.
    Constant(Option<bool>),
    /// `not`.
    Not(Box<Expr>),
    /// `and`.
    And(Vec<Expr>),
    /// `or`.
    Or(Vec<Expr>),
    /// A test of one field.
    Test(Field, Test),
}

/// A field and its type, if any index maps it.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Option<FieldType>,
}

impl Field {
    /// The name of the type for messages.
    pub(super) fn kind_name(&self) -> &'static str {
        self.kind.map_or("null", FieldType::name)
    }

    /// Whether the string operators work on it; `null` passes, as it does in Elasticsearch's verifier.
    pub(super) fn is_string(&self) -> bool {
        matches!(self.kind, None | Some(FieldType::Keyword | FieldType::Wildcard))
    }
}

/// What is asked of the values of a field; true if it is true of any.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// `== null`: no value.
    Missing,
    /// `==`, `in`.
    Equals(Vec<Scalar>),
    /// `in~`.
    EqualsFolded(Vec<String>),
    /// `<`, `<=`, `>`, `>=`.
    Order(Order, Scalar),
    /// `:`, `like~` (folded), `like`.
    Like { patterns: Vec<String>, folded: bool },
    /// `regex`, `regex~`.
    Regex(Vec<Regex>),
    /// `cidrMatch`.
    Within(Vec<IpNet>),
    /// A test of `length(field)`.
    Length(Box<Test>),
}

/// The comparisons by order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value as a field of some type indexes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    Ip(IpAddr),
}

/// A constant as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
}

impl Constant {
    /// The text that a keyword field compares with; Java and Rust write numbers alike up to ten million.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Decimal(value) => format!("{value:?}"),
            Self::Text(value) => value.clone(),
        }
    }
}

/// A side of a comparison, or a whole condition.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Field(Field),
    Length(Field),
    Constant(Constant),
    Condition(Expr),
}
