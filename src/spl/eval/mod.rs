//! The language of `eval` and `where`: expressions over fields, as they are written.
//!
//! In: the arguments of a stage. Out: one expression, or fields and their expressions. The order of binding is
//! parentheses, `*` `/` `%`, `+` `-`, `.`, comparisons with LIKE and IN, NOT, AND, OR, XOR (Search Reference, `eval`
//! and `where`; searchbnf.conf, `eval-expression`). Invariant: spans lie inside those of their parents, and nesting is
//! bounded by the reader, so a walk may recurse. What functions there are is said in `function`.

mod assign;
mod lex;
mod read;
mod star;

use crate::source::{Span, Spanned};
use crate::spl::ast::Pipeline;

pub(crate) use assign::assignments;
pub(crate) use read::{boolean, comment_fix, inside};

/// A field and the expression it is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The field, without quotes; a name in braces stands for the value of that field.
    pub field: Spanned<String>,
    /// What it is set to.
    pub value: Eval,
    /// Both.
    pub span: Span,
}

/// An eval expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eval {
    /// What it is.
    pub kind: EvalKind,
    /// Where it is.
    pub span: Span,
}

/// The kinds of eval expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalKind {
    /// A number as it is written: its digits decide how results are rounded (Search Reference, `eval`).
    Number(String),
    /// A double-quoted string, without quotes and escapes.
    Text(String),
    /// A field.
    Field(Field),
    /// Parentheses.
    Group(Box<Eval>),
    /// NOT, `!`, or a sign.
    Unary(Spanned<UnaryOperator>, Box<Eval>),
    /// Operands joined by operators that bind alike, from left to right.
    Chain(Box<Eval>, Vec<(Spanned<BinaryOperator>, Eval)>),
    /// `operand IN (values)`.
    In(Box<Eval>, Vec<Eval>),
    /// A function call.
    Call(Spanned<String>, Vec<Eval>),
    /// A macro call that was not expanded: the text between the backticks.
    Macro(String),
    /// A sub-search.
    Subsearch(Pipeline),
    /// Macro calls and what stands beside them without an operator: their text says what joins them.
    Spliced(Vec<Eval>),
    /// What could not be read; an error says why.
    Unreadable,
}

/// A field in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, without quotes.
    pub name: String,
    /// Whether it stands in single quotes.
    pub quoted: bool,
}

/// What stands before one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `NOT` or `!`
    Not,
    /// `-`
    Minus,
    /// `+`
    Plus,
}

/// What stands between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BinaryOperator {
    /// `XOR`
    Xor,
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `=` and `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `LIKE`
    Like,
    /// `.`
    Concatenate,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl BinaryOperator {
    /// How tight it binds; operators of one level are read from left to right.
    const fn level(self) -> u8 {
        match self {
            Self::Xor => 0,
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::Like => COMPARISON,
            Self::Concatenate => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::Remainder => 6,
        }
    }

    /// Whether it asks for two values to be the same or not.
    pub const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// Whether it gives true or false.
    pub const fn is_logical(self) -> bool {
        self.level() <= COMPARISON
    }

    /// The operator as it is usually written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Xor => "XOR",
            Self::Or => "OR",
            Self::And => "AND",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Like => "LIKE",
            Self::Concatenate => ".",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

/// The level of comparisons, at which NOT takes its operand.
const COMPARISON: u8 = 3;

impl Eval {
    /// Calls `visit` for each direct part, in order.
    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Eval)) {
        match &self.kind {
            EvalKind::Group(inner) | EvalKind::Unary(_, inner) => visit(inner),
            EvalKind::Chain(first, rest) => {
                visit(first);
                for (_, operand) in rest {
                    visit(operand);
                }
            }
            EvalKind::In(operand, values) => {
                visit(operand);
                values.iter().for_each(visit);
            }
            EvalKind::Call(_, parts) | EvalKind::Spliced(parts) => parts.iter().for_each(visit),
            EvalKind::Number(_)
            | EvalKind::Text(_)
            | EvalKind::Field(_)
            | EvalKind::Macro(_)
            | EvalKind::Subsearch(_)
            | EvalKind::Unreadable => {}
        }
    }

    /// Calls `visit` for this expression and all below it, outer ones first; sub-searches are not entered.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Eval)) {
        visit(self);
        self.for_each_child(&mut |child| child.walk(visit));
    }
}
