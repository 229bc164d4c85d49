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
    /// A test of something computed.
    Computed(Term, Test),
}

/// What is computed of fields.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Field(Field),
    Constant(Scalar),
    Call(Function, Vec<Term>),
}

impl Term {
    /// Calls `visit` for each field in it; as deep as the term, which is bounded.
    pub(super) fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a Field)) {
        match self {
            Self::Field(field) => visit(field),
            Self::Constant(_) => {}
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.for_each_field(visit)),
        }
    }

    /// The type of its values; none for a field that no index maps.
    pub(super) fn kind(&self) -> Option<FieldType> {
        match self {
            Self::Field(field) => field.kind,
            Self::Constant(constant) => Some(match constant {
                Scalar::Text(_) => FieldType::Keyword,
                Scalar::Integer(_) => FieldType::Long,
                Scalar::Decimal(_) => FieldType::Double,
                Scalar::Boolean(_) => FieldType::Boolean,
                Scalar::Ip(_) => FieldType::Ip,
            }),
            Self::Call(function, arguments) => Some(match function.gives() {
                Gives::Number if arguments.iter().any(|part| part.kind() == Some(FieldType::Double)) => {
                    FieldType::Double
                }
                Gives::Number => FieldType::Long,
                Gives::Text => FieldType::Keyword,
                Gives::Truth => FieldType::Boolean,
            }),
        }
    }

    /// Its name for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Field(field) => field.name.clone(),
            Self::Constant(constant) => format!("{constant:?}"),
            Self::Call(function, arguments) => {
                let first = arguments.first().map(Self::name).unwrap_or_default();
                format!("{}({first})", function.name())
            }
        }
    }
}

/// The functions and operators that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    /// The sign.
    Minus,
    Length,
    Concat,
    /// `string`
    Text,
    Substring,
    IndexOf {
        folded: bool,
    },
    StartsWith {
        folded: bool,
    },
    EndsWith {
        folded: bool,
    },
    Contains {
        folded: bool,
    },
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    Number,
    Text,
    Truth,
}

impl Function {
    /// The function of that name in lower case, with its `~`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (plain, folded) = name.strip_suffix('~').map_or((name, false), |plain| (plain, true));
        Some(match plain {
            "indexof" => Self::IndexOf { folded },
            "startswith" => Self::StartsWith { folded },
            "endswith" => Self::EndsWith { folded },
            "stringcontains" => Self::Contains { folded },
            _ if folded => return None,
            "add" => Self::Add,
            "subtract" => Self::Subtract,
            "multiply" => Self::Multiply,
            "divide" => Self::Divide,
            "modulo" => Self::Modulo,
            "length" => Self::Length,
            "concat" => Self::Concat,
            "string" => Self::Text,
            "substring" => Self::Substring,
            _ => return None,
        })
    }

    /// The name as it is written.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Subtract | Self::Minus => "subtract",
            Self::Multiply => "multiply",
            Self::Divide => "divide",
            Self::Modulo => "modulo",
            Self::Length => "length",
            Self::Concat => "concat",
            Self::Text => "string",
            Self::Substring => "substring",
            Self::IndexOf { .. } => "indexOf",
            Self::StartsWith { .. } => "startsWith",
            Self::EndsWith { .. } => "endsWith",
            Self::Contains { .. } => "stringContains",
        }
    }

    const fn gives(self) -> Gives {
        match self {
            Self::Concat | Self::Text | Self::Substring => Gives::Text,
            Self::StartsWith { .. } | Self::EndsWith { .. } | Self::Contains { .. } => Gives::Truth,
            _ => Gives::Number,
        }
    }
}

/// A field and its type, if any index maps it.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Option<FieldType>,
}

impl Field {
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
    Computed(Term),
    Constant(Constant),
    Condition(Expr),
}
