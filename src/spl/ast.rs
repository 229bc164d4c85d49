//! The tree of a query, as it is written: parentheses and the order of words are kept.
//!
//! Invariant: [`Or`](Kind::Or) and [`And`](Kind::And) have at least two operands, and nesting is bounded by the
//! reader, so a walk may recurse. What the words mean is said in `command`, not here.

use crate::source::{Span, Spanned};
use crate::spl::clause::Clause;
use crate::spl::eval::{Assignment, Eval};

/// A query: commands, each fed by the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// The commands; empty for an empty query.
    pub stages: Vec<Stage>,
    /// The whole text; what stands between the brackets of a sub-search.
    pub span: Span,
}

/// One command with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The command's name in lower case; `search` with an empty span where the word is not written.
    pub name: Spanned<String>,
    /// Whether the name is not written: text before the first pipe is a `search` (Search Reference, `search`).
    pub implied: bool,
    /// What follows the name.
    pub arguments: Arguments,
    /// Name and arguments, without the pipes.
    pub span: Span,
}

/// The arguments of a command, by shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// The `search` language.
    Search(Expression),
    /// An eval expression.
    Boolean(Eval),
    /// Fields and what they are set to.
    Assignments(Vec<Assignment>),
    /// Words, settings, functions and sub-searches, in clauses.
    Clauses(Vec<Clause>),
    /// Text that was not read.
    Opaque(Spanned<String>),
}

/// A piece of the `search` language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub span: Span,
}

/// The kinds of expressions of the `search` language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No words at all: every event matches.
    Everything,
    /// All of these, by `AND` or by standing next to each other; binds weakest.
    And(Vec<Expression>),
    /// Any of these; binds before AND.
    Or(Vec<Expression>),
    /// Not the next term.
    Not(Box<Expression>),
    /// Parentheses.
    Group(Box<Expression>),
    /// A test of a field.
    Comparison(Comparison),
    /// A word or phrase of the raw event.
    Term(Literal),
    /// `earliest=-1h` and its kind: the time range, which is no test of a field.
    TimeModifier(TimeModifier),
    /// A macro call that was not expanded: the text between the backticks.
    Macro(String),
    /// A sub-search.
    Subsearch(Pipeline),
    /// A comparison with a value that only a macro or a sub-search knows.
    Computed(Computed),
    /// What could not be read; an error says why.
    Unreadable,
}

/// `field operator value`, `field IN (value, …)` or `field::value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The field, without quotes.
    pub field: Spanned<String>,
    /// The operator; [`Operator::Equal`] for `IN` and `::`.
    pub operator: Spanned<Operator>,
    /// One value, or those of the list.
    pub values: Vec<Literal>,
    /// How it is written.
    pub form: Form,
}

/// A comparison of which some value is a macro call or a sub-search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// The field, without quotes.
    pub field: Spanned<String>,
    /// The operator; [`Operator::Equal`] for `IN` and `::`.
    pub operator: Spanned<Operator>,
    /// The values: macro calls, sub-searches, and terms for those that are written out.
    pub values: Vec<Expression>,
    /// How it is written.
    pub form: Form,
}

/// How a comparison is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `field=value`
    Plain,
    /// `field IN (value, …)`
    List,
    /// `field::value`, which looks at indexed fields only.
    Indexed,
}

/// The comparison operators of `search` (`searchbnf.conf`, `comparison-expression`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// `=`
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
}

impl Operator {
    /// The operator as it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }
}

/// A value or a term: text after removing quotes and escapes, in which every `*` is a wildcard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The text.
    pub text: String,
    /// Whether it stands in double quotes.
    pub quoted: bool,
    /// Whether it stands in `TERM(…)` or `CASE(…)`.
    pub directive: Option<Directive>,
    /// All of it, with quotes and directive.
    pub span: Span,
}

/// A function-like wrapper of a term (Search Manual, "Use CASE and TERM to match phrases").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directive {
    /// `TERM(x)`: x is one index term.
    Term,
    /// `CASE(x)`: case counts.
    Case,
}

/// A modifier of the time range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeModifier {
    /// Its name, as written.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Literal,
}

impl Expression {
    /// The expression without the parentheses round it.
    pub fn ungrouped(&self) -> &Self {
        let mut expression = self;
        while let Kind::Group(inner) = &expression.kind {
            expression = inner;
        }
        expression
    }

    /// Direct parts.
    pub fn children(&self) -> &[Expression] {
        match &self.kind {
            Kind::And(children) | Kind::Or(children) => children,
            Kind::Not(child) | Kind::Group(child) => std::slice::from_ref(child),
            Kind::Computed(computed) => &computed.values,
            _ => &[],
        }
    }

    /// Calls `visit` for this expression and all below it, outer ones first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// All comparisons, in order.
    pub fn comparisons(&self) -> Vec<&Comparison> {
        let mut found = Vec::new();
        self.walk(&mut |expression| {
            if let Kind::Comparison(comparison) = &expression.kind {
                found.push(comparison);
            }
        });
        found
    }
}

impl Pipeline {
    /// The arguments of every stage in the `search` language, with the stage.
    pub fn searches(&self) -> impl Iterator<Item = (&Stage, &Expression)> {
        self.stages.iter().filter_map(|stage| match &stage.arguments {
            Arguments::Search(expression) => Some((stage, expression)),
            _ => None,
        })
    }
}
