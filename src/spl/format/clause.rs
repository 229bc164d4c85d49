//! Clauses of words, settings and functions, laid out.
//!
//! In: the clauses of a stage and their shape. Out: their pieces. Clauses that do not fit on a line with their command
//! have a line each. In one that is longer than a line, simple words fill lines and each function, renaming or condition
//! has its own. Keywords that the manual writes in capitals are written so where the shape says that they are keywords.
//! Invariant: commas are neither added nor left out, and `=` and signs keep the white space beside them, since to some
//! commands it says where a word ends.

use crate::source::Span;
use crate::spl::Shape;
use crate::spl::clause::{Body, Clause, Item, ItemKind, Setting, Value};
use crate::spl::eval::Eval;
use crate::spl::format::Layout;
use crate::spl::format::cursor::Glue;
use crate::spl::format::layout::{Piece, Pieces};

/// Keywords in the case of the manual.
const KEYWORDS: &[&str] = &["BY", "OVER", "WHERE", "FROM", "GROUPBY", "OUTPUT", "OUTPUTNEW"];

/// How the arguments of a shape may be laid out.
#[derive(Clone, Copy)]
struct Manner {
    /// Whether keywords are known to be keywords.
    has_keywords: bool,
    /// Whether a comma is known to end a word.
    has_lists: bool,
    /// Whether lines may break.
    breaks: bool,
}

impl Manner {
    fn of(shape: Shape) -> Self {
        let has_keywords = matches!(
            shape,
            Shape::Aggregation | Shape::Chart | Shape::IndexedAggregation | Shape::Lookup | Shape::Renames
        );
        Self {
            has_keywords,
            has_lists: has_keywords || shape == Shape::Fields,
            breaks: shape != Shape::Regex,
        }
    }

    /// What parts two items that white space parts.
    fn blank<'t>(self) -> Piece<'t> {
        if self.breaks { Piece::Line } else { Piece::Space }
    }
}

impl<'t> Layout<'t, '_> {
    pub(super) fn clauses(&mut self, clauses: &[Clause], shape: Shape) -> Option<Pieces<'t>> {
        let manner = Manner::of(shape);
        let mut pieces = Vec::new();
        for (index, clause) in clauses.iter().enumerate() {
            if index > 0 {
                pieces.extend(self.apart(manner));
            } else {
                let (commas, gap) = self.commas(&Glue::Drop);
                pieces.extend(commas);
                pieces.extend(gap.pieces(Glue::Keep(Piece::Space)));
            }
            match &clause.keyword {
                Some(keyword) => {
                    let mut own = vec![self.keyword(keyword.span, manner)?];
                    let mut inner = self.cursor.gap().pieces(Glue::Keep(Piece::Space));
                    inner.extend(self.body(&clause.body, manner)?);
                    own.push(Piece::Indent(inner));
                    pieces.push(Piece::Group(own));
                }
                None => pieces.push(Piece::Group(self.body(&clause.body, manner)?)),
            }
        }
        Some(pieces)
    }

    fn keyword(&mut self, span: Span, manner: Manner) -> Option<Piece<'t>> {
        let text = span.of(self.cursor.text);
        let canonical = KEYWORDS.iter().find(|word| word.eq_ignore_ascii_case(text));
        match canonical {
            Some(word) if manner.has_keywords && self.cursor.at == span.start as usize => {
                self.cursor.word(word)
            }
            _ => self.cursor.leaf(span),
        }
    }

    /// Commas and white space between two items.
    fn apart(&mut self, manner: Manner) -> Pieces<'t> {
        let (mut pieces, gap) = self.commas(&Glue::Drop);
        let is_list = manner.has_lists && !pieces.is_empty();
        let blank = manner.blank();
        pieces.extend(gap.pieces(if is_list { Glue::Want(blank) } else { Glue::Keep(blank) }));
        pieces
    }

    fn body(&mut self, body: &Body, manner: Manner) -> Option<Pieces<'t>> {
        match body {
            Body::Items(items) => self.items(items, manner),
            Body::Search(expression) => self.search(expression, false),
        }
    }

    fn items(&mut self, items: &[Item], manner: Manner) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let Some(before) = index.checked_sub(1).and_then(|before| items.get(before)) else {
                let (commas, gap) = self.commas(&Glue::Drop);
                pieces.extend(commas);
                pieces.extend(gap.pieces(Glue::Keep(Piece::Space)));
                pieces.extend(self.item(item, manner)?);
                continue;
            };
            if let ItemKind::Subsearch(pipeline) = &item.kind
                && item.alias.is_none()
            {
                // The brackets belong to the line that they open on.
                let (commas, gap) = self.commas(&Glue::Drop);
                pieces.extend(commas);
                pieces.extend(gap.pieces(Glue::Keep(Piece::Space)));
                pieces.extend(self.brackets(pipeline)?);
                continue;
            }
            let mut pair = self.apart(manner);
            pair.extend(self.item(item, manner)?);
            if is_simple(before) && is_simple(item) || matches!(before.kind, ItemKind::Subsearch(_)) {
                pieces.push(Piece::Group(pair));
            } else {
                pieces.extend(pair);
            }
        }
        Some(pieces)
    }

    fn item(&mut self, item: &Item, manner: Manner) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        if let Some(sign) = &item.sign {
            pieces.push(self.cursor.leaf(sign.span)?);
            pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
        }
        pieces.extend(self.kind(item, manner)?);
        if let Some(alias) = &item.alias {
            // A comma before AS is read, and told.
            let (commas, gap) = self.commas(&Glue::Drop);
            pieces.extend(commas);
            pieces.extend(gap.pieces(Glue::Keep(Piece::Space)));
            let word = Span::new(self.cursor.at, self.cursor.at + 2);
            // `rename` takes `TO` and `->` too, which stay as they are.
            let keyword = if manner.has_keywords { self.cursor.word("AS") } else { None };
            pieces.push(keyword.or_else(|| self.cursor.leaf(word))?);
            pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
            pieces.push(self.cursor.leaf(alias.span)?);
        }
        Some(pieces)
    }

    fn kind(&mut self, item: &Item, manner: Manner) -> Option<Pieces<'t>> {
        match &item.kind {
            ItemKind::Word(word) => Some(vec![self.cursor.leaf(word.span)?]),
            ItemKind::Setting(setting) => self.setting(setting, item),
            ItemKind::Call(name, items) => {
                let mut pieces = vec![self.cursor.leaf(name.span)?];
                pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
                // The argument of `PREFIX(…)` is one word, with its parentheses.
                if let [Item { kind: ItemKind::Word(only), .. }] = items.as_slice()
                    && only.span.start as usize == self.cursor.at
                {
                    pieces.push(self.cursor.leaf(only.span)?);
                    return Some(pieces);
                }
                pieces.extend(self.item_group(items, manner)?);
                Some(pieces)
            }
            ItemKind::Eval(expression) => self.inner_eval(expression),
            ItemKind::Group(items) => self.item_group(items, manner),
            ItemKind::Macro(_) => Some(vec![self.macro_call()?]),
            ItemKind::Subsearch(pipeline) => self.brackets(pipeline),
            ItemKind::Unreadable => None,
        }
    }

    /// A macro call, whose end the tree does not say where a name follows it.
    fn macro_call(&mut self) -> Option<Piece<'t>> {
        let rest = Span::new(self.cursor.at, self.cursor.text.len());
        let (_, call) =
            crate::spl::input::macro_call(crate::spl::input::input(self.cursor.text, rest)).ok()?;
        self.cursor.leaf(crate::spl::input::span(call))
    }

    /// Items in parentheses.
    fn item_group(&mut self, items: &[Item], manner: Manner) -> Option<Pieces<'t>> {
        if manner.has_lists {
            return self.parenthesised(|layout| {
                let mut inner = layout.items(items, manner)?;
                inner.extend(layout.trailing_commas(&Glue::Drop));
                Some(inner)
            });
        }
        let mut pieces = vec![self.cursor.mark('(')?];
        pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
        pieces.extend(self.items(items, manner)?);
        pieces.extend(self.trailing_commas(&Glue::Drop));
        pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
        pieces.push(self.cursor.mark(')')?);
        Some(pieces)
    }

    /// `eval(expression)`, or the parentheses alone.
    fn inner_eval(&mut self, expression: &Eval) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        if self.cursor.peek() != Some('(') {
            pieces.push(self.cursor.leaf(Span::new(self.cursor.at, self.cursor.at + "eval".len()))?);
            pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
        }
        pieces.extend(self.parenthesised(|layout| layout.eval(expression, false))?);
        Some(pieces)
    }

    fn setting(&mut self, setting: &Setting, item: &Item) -> Option<Pieces<'t>> {
        let mut pieces = vec![self.cursor.leaf(setting.name.span)?];
        pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
        pieces.push(self.cursor.leaf(setting.operator.span)?);
        pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
        match &setting.value {
            Value::Word(word) => pieces.push(self.cursor.leaf(word.span)?),
            Value::Macro(body) => pieces.push(self.cursor.leaf(body.span)?),
            // Quotes round the parentheses are no part of the tree either.
            Value::Eval(_) if item.alias.is_none() && self.cursor.rest().starts_with("\"(\"") => {
                pieces.push(self.cursor.leaf(Span::new(self.cursor.at, item.span.end as usize))?);
            }
            Value::Eval(expression) => pieces.extend(self.inner_eval(expression)?),
            Value::Subsearch(pipeline) => pieces.extend(self.brackets(pipeline)?),
            // Whether the condition stands in quotes is no part of the tree.
            Value::Search(_) if item.alias.is_none() => {
                pieces.push(self.cursor.leaf(Span::new(self.cursor.at, item.span.end as usize))?);
            }
            Value::Search(_) | Value::Missing(_) => return None,
        }
        Some(pieces)
    }
}

/// Whether an item is no more than a word or a setting.
fn is_simple(item: &Item) -> bool {
    item.alias.is_none()
        && match &item.kind {
            ItemKind::Word(_) | ItemKind::Macro(_) => true,
            ItemKind::Setting(setting) => matches!(setting.value, Value::Word(_) | Value::Macro(_)),
            ItemKind::Call(..)
            | ItemKind::Eval(_)
            | ItemKind::Group(_)
            | ItemKind::Subsearch(_)
            | ItemKind::Unreadable => false,
        }
}
