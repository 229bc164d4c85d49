//! Arguments made of words, settings, functions and sub-searches, in clauses that keywords begin.
//!
//! In: the arguments of a stage whose shape is none of the languages. Out: clauses of items, as they are written.
//! Invariant: every word is in an item or told as an error, and spans lie inside those of their parents, in order.
//! What a word or a setting means to its command is not known here.

mod alias;
mod call;
mod condition;
mod expression;
mod names;
mod read;
mod word;

use crate::source::{Span, Spanned};
use crate::spl::ast::{Expression, Operator, Pipeline};
use crate::spl::eval::Eval;

pub(crate) use read::parse;

/// A keyword and what follows it. The first clause of a stage has no keyword, nor have settings behind a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The keyword in lower case: `by`, `where`, `output`.
    pub keyword: Option<Spanned<String>>,
    /// What follows.
    pub body: Body,
    /// All of it.
    pub span: Span,
}

/// What a clause holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Items, with or without commas between them.
    Items(Vec<Item>),
    /// A condition in the `search` language.
    Search(Expression),
}

/// A word, a setting, a function, with the name it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// `+` or `-` before it, as `sort` and `fields` have it.
    pub sign: Option<Spanned<Sign>>,
    /// What it is.
    pub kind: ItemKind,
    /// What stands after `AS`.
    pub alias: Option<Word>,
    /// All of it.
    pub span: Span,
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A field, a number, a file name.
    Word(Word),
    /// `name=value`.
    Setting(Setting),
    /// `function(argument, …)`.
    Call(Spanned<String>, Vec<Item>),
    /// `eval(expression)`, or a condition in parentheses.
    Eval(Eval),
    /// Parentheses round items.
    Group(Vec<Item>),
    /// A macro call that was not expanded: the text between the backticks.
    Macro(String),
    /// A sub-search.
    Subsearch(Pipeline),
    /// What could not be read; an error says why.
    Unreadable,
}

/// A word as it stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its text, without quotes and escapes.
    pub text: String,
    /// How it is quoted.
    pub quote: Quote,
    /// All of it, with quotes.
    pub span: Span,
}

/// How a word is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Not at all, or only in parts.
    None,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
}

/// Before a field: ascending or kept, descending or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name.
    pub name: Word,
    /// `=`, or `!=` in `regex`.
    pub operator: Spanned<Operator>,
    /// The value.
    pub value: Value,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word.
    Word(Word),
    /// `eval(expression)`, or a condition in parentheses.
    Eval(Eval),
    /// A condition in the `search` language.
    Search(Expression),
    /// A macro call: the text between the backticks.
    Macro(Spanned<String>),
    /// A sub-search.
    Subsearch(Pipeline),
    /// None; an error says so.
    Missing(Span),
}

impl Clause {
    /// The items; none if the clause is a condition.
    pub fn items(&self) -> &[Item] {
        match &self.body {
            Body::Items(items) => items,
            Body::Search(_) => &[],
        }
    }
}

impl Item {
    /// Calls `visit` for this item and those in its parentheses, outer ones first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Item)) {
        visit(self);
        if let ItemKind::Call(_, items) | ItemKind::Group(items) = &self.kind {
            for item in items {
                item.walk(visit);
            }
        }
    }
}

impl Value {
    /// Its place.
    pub fn span(&self) -> Span {
        match self {
            Self::Word(word) => word.span,
            Self::Eval(eval) => eval.span,
            Self::Search(search) => search.span,
            Self::Macro(body) => body.span,
            Self::Subsearch(pipeline) => pipeline.span,
            Self::Missing(span) => *span,
        }
    }
}
