//! The `search` language, laid out.
//!
//! In: an expression. Out: its pieces. A conjunction that does not fit has each operand with parentheses and each
//! written AND on a line of its own, and simple terms fill lines; a disjunction has each operand on its own line.
//! Comparisons are written without blanks round the operator. Invariant: the Boolean words are written as they stand,
//! since in another case they are terms, and two words that touch still do.

use crate::source::Span;
use crate::spl::ast::{Comparison, Computed, Expression, Form, Kind};
use crate::spl::format::Layout;
use crate::spl::format::cursor::Glue;
use crate::spl::format::eval::Beside;
use crate::spl::format::layout::{Piece, Pieces};

impl<'t> Layout<'t, '_> {
    /// The pieces of an expression; a `nested` chain without parentheses breaks apart from the one it stands in.
    pub(super) fn search(&mut self, expression: &Expression, nested: bool) -> Option<Pieces<'t>> {
        match &expression.kind {
            Kind::Everything => Some(Vec::new()),
            Kind::And(operands) | Kind::Or(operands) => {
                let chain = self.operands(operands)?;
                Some(if nested { vec![Piece::Group(vec![Piece::Indent(chain)])] } else { chain })
            }
            // `field NOT IN (…)`: the word stands inside of its operand.
            Kind::Not(operand) if operand.span == expression.span => self.search(operand, nested),
            Kind::Not(operand) => {
                let mut pieces = vec![self.cursor.word("NOT")?];
                pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
                pieces.extend(self.search(operand, true)?);
                Some(pieces)
            }
            Kind::Group(inner) => self.parenthesised(|layout| layout.search_with_commas(inner)),
            Kind::Comparison(comparison) => self.comparison(comparison),
            Kind::Computed(computed) => self.computed(computed),
            Kind::TimeModifier(modifier) => {
                let mut pieces = vec![self.cursor.leaf(modifier.name.span)?];
                pieces.extend(self.cursor.operator_gap(Glue::Drop));
                pieces.push(self.cursor.mark('=')?);
                pieces.extend(self.cursor.operator_gap(Glue::Drop));
                pieces.push(self.cursor.leaf(modifier.value.span)?);
                Some(pieces)
            }
            Kind::Term(_) | Kind::Macro(_) => Some(vec![self.cursor.leaf(expression.span)?]),
            Kind::Subsearch(pipeline) => self.brackets(pipeline),
            Kind::Unreadable => None,
        }
    }

    /// An expression among commas that stand for nothing, beside which white space stays: behind a value, a comma would
    /// become a part of it.
    pub(super) fn search_with_commas(&mut self, expression: &Expression) -> Option<Pieces<'t>> {
        let (mut pieces, gap) = self.commas(&Glue::Keep(Piece::Space));
        pieces.extend(gap.pieces(Glue::Keep(Piece::Space)));
        pieces.extend(self.search(expression, false)?);
        pieces.extend(self.trailing_commas(&Glue::Keep(Piece::Space)));
        Some(pieces)
    }

    /// Operands with what joins them, if anything is written.
    fn operands(&mut self, operands: &[Expression]) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        for (index, operand) in operands.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| operands.get(before));
            let is_parenthesised = self.cursor.before() == Some(')');
            let (commas, gap) = self.commas(&Glue::Keep(Piece::Space));
            let has_word = operand.span.start as usize > self.cursor.at;
            let known_apart =
                has_word || is_parenthesised && commas.is_empty() && self.cursor.peek() == Some('(');
            pieces.extend(commas);
            let glue = match before {
                None => Glue::Keep(Piece::Space),
                Some(_) if known_apart => Glue::Want(Piece::Line),
                Some(_) => Glue::Keep(Piece::Line),
            };
            let mut pair = gap.pieces(glue);
            if has_word {
                pair.push(self.cursor.word("AND").or_else(|| self.cursor.word("OR"))?);
                let (commas, gap) = self.commas(&Glue::Keep(Piece::Space));
                pair.extend(commas);
                pair.extend(gap.pieces(Glue::Want(Piece::Space)));
            }
            pair.extend(self.search(operand, true)?);
            if !has_word && before.is_some_and(is_simple) && is_simple(operand) {
                pieces.push(Piece::Group(pair));
            } else {
                pieces.extend(pair);
            }
        }
        Some(pieces)
    }

    fn comparison(&mut self, comparison: &Comparison) -> Option<Pieces<'t>> {
        let mut pieces = vec![self.cursor.leaf(comparison.field.span)?];
        let values: Vec<Span> = comparison.values.iter().map(|value| value.span).collect();
        if comparison.form == Form::List {
            let value =
                |layout: &mut Self, index: usize| Some(vec![layout.cursor.leaf(*values.get(index)?)?]);
            pieces.extend(self.in_list(comparison.operator.span, &values, value)?);
            return Some(pieces);
        }
        let glue = operator_glue(comparison.form);
        pieces.extend(self.cursor.operator_gap(glue.clone()));
        pieces.push(self.cursor.leaf(comparison.operator.span)?);
        pieces.extend(self.cursor.operator_gap(glue));
        pieces.push(self.cursor.leaf(*values.first()?)?);
        Some(pieces)
    }

    fn computed(&mut self, computed: &Computed) -> Option<Pieces<'t>> {
        let mut pieces = vec![self.cursor.leaf(computed.field.span)?];
        let values = &computed.values;
        if computed.form == Form::List {
            let spans: Vec<Span> = values.iter().map(|value| value.span).collect();
            let value = |layout: &mut Self, index: usize| layout.search(values.get(index)?, true);
            pieces.extend(self.in_list(computed.operator.span, &spans, value)?);
            return Some(pieces);
        }
        let glue = operator_glue(computed.form);
        pieces.extend(self.cursor.operator_gap(glue.clone()));
        pieces.push(self.cursor.leaf(computed.operator.span)?);
        pieces.extend(self.cursor.operator_gap(glue));
        pieces.extend(self.search(values.first()?, true)?);
        Some(pieces)
    }

    /// `IN (…)` or `NOT IN (…)`.
    fn in_list(
        &mut self,
        word: Span,
        values: &[Span],
        value: impl Fn(&mut Self, usize) -> Option<Pieces<'t>>,
    ) -> Option<Pieces<'t>> {
        let mut pieces = self.cursor.gap().pieces(Glue::Want(Piece::Space));
        if (word.start as usize) > self.cursor.at {
            let not = Span::new(self.cursor.at, self.cursor.at + 3);
            pieces.push(
                self.cursor.leaf(not).filter(|_| not.of(self.cursor.text).eq_ignore_ascii_case("not"))?,
            );
            pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
        }
        pieces.push(self.cursor.leaf(word)?);
        pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
        let beside = Beside::if_short(values);
        pieces.extend(self.parenthesised(|layout| layout.list(values.len(), |_| beside, value))?);
        Some(pieces)
    }
}

/// White space beside `::` is kept: there it could begin a word.
fn operator_glue<'t>(form: Form) -> Glue<'t> {
    if form == Form::Indexed { Glue::Keep(Piece::Space) } else { Glue::Drop }
}

/// Whether an expression has no parts to stand on lines of their own.
fn is_simple(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::Not(operand) => is_simple(operand),
        Kind::Comparison(comparison) => comparison.form != Form::List,
        Kind::Computed(computed) => {
            computed.form != Form::List
                && computed.values.iter().all(|value| matches!(value.kind, Kind::Macro(_)))
        }
        Kind::Everything | Kind::Term(_) | Kind::TimeModifier(_) | Kind::Macro(_) => true,
        Kind::And(_) | Kind::Or(_) | Kind::Group(_) | Kind::Subsearch(_) | Kind::Unreadable => false,
    }
}
