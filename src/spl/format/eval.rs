//! The language of `eval` and `where`, laid out.
//!
//! In: expressions and assignments. Out: their pieces. Operators stand between blanks, but for the `=` of an
//! assignment; a chain that does not fit is broken before its operators, a call at its commas, where the condition and
//! the value of a `case` share a line. AND, OR, NOT, XOR, LIKE and IN are written in capitals, since in this language
//! their case says nothing (searchbnf.conf: "all literals are case-insensitive"). Invariant: a dot keeps the white space
//! beside it, since it may be a part of a number or of a name that lacks its quotes.

use crate::source::{Span, Spanned};
use crate::spl::eval::{Assignment, BinaryOperator, Eval, EvalKind, UnaryOperator};
use crate::spl::format::Layout;
use crate::spl::format::cursor::Glue;
use crate::spl::format::layout::{Piece, Pieces};

/// Whether a member of a list that is broken stands beside the one before it.
#[derive(Clone, Copy)]
pub(super) enum Beside {
    Never,
    /// If there is room.
    Room,
    /// If there is room, else a level deeper.
    Deeper,
}

impl Beside {
    /// Values of at most this many bytes fill lines: a list of numbers of events reads well so, one of paths does not.
    const SHORT: u32 = 20;

    pub(super) fn if_short(values: &[Span]) -> Self {
        let is_short = values.iter().all(|value| value.end - value.start <= Self::SHORT);
        if is_short { Self::Room } else { Self::Never }
    }
}

impl<'t> Layout<'t, '_> {
    /// Fields and what they are set to, on a line or one a line.
    pub(super) fn assignments(&mut self, assignments: &[Assignment]) -> Option<Pieces<'t>> {
        self.list(
            assignments.len(),
            |_| Beside::Never,
            |layout, index| layout.assignment(assignments.get(index)?),
        )
    }

    fn assignment(&mut self, assignment: &Assignment) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        // A macro call or a sub-search may stand for assignments.
        if assignment.field.span.start != assignment.field.span.end {
            pieces.push(self.cursor.leaf(assignment.field.span)?);
            pieces.extend(self.cursor.operator_gap(Glue::Drop));
            pieces.push(self.cursor.mark('=')?);
            pieces.extend(self.cursor.operator_gap(Glue::Drop));
        }
        pieces.extend(self.eval(&assignment.value, true)?);
        Some(pieces)
    }

    /// The pieces of an expression; a `nested` chain without parentheses breaks apart from the one it stands in.
    pub(super) fn eval(&mut self, expression: &Eval, nested: bool) -> Option<Pieces<'t>> {
        match &expression.kind {
            EvalKind::Number(_) | EvalKind::Text(_) | EvalKind::Field(_) | EvalKind::Macro(_) => {
                Some(vec![self.cursor.leaf(expression.span)?])
            }
            EvalKind::Group(inner) => self.parenthesised(|layout| layout.eval(inner, false)),
            EvalKind::Unary(operator, operand) => self.unary(operator, operand),
            EvalKind::Chain(first, rest) => {
                let chain = self.chain(first, rest)?;
                Some(if nested { vec![Piece::Group(vec![Piece::Indent(chain)])] } else { chain })
            }
            EvalKind::In(operand, values) => self.eval_list(operand, values),
            EvalKind::Call(name, arguments) => {
                let mut pieces = vec![self.cursor.leaf(name.span)?];
                pieces.extend(self.cursor.gap().pieces(Glue::Drop));
                pieces.extend(self.call_arguments(name, arguments)?);
                Some(pieces)
            }
            EvalKind::Subsearch(pipeline) => self.brackets(pipeline),
            EvalKind::Spliced(parts) => {
                let mut pieces = Vec::new();
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        pieces.extend(self.cursor.gap().pieces(Glue::Keep(Piece::Space)));
                    }
                    pieces.extend(self.eval(part, true)?);
                }
                Some(pieces)
            }
            EvalKind::Unreadable => None,
        }
    }

    fn unary(&mut self, operator: &Spanned<UnaryOperator>, operand: &Eval) -> Option<Pieces<'t>> {
        // `a NOT IN (…)`: the word stands inside of its operand.
        if operator.span.start > operand.span.start {
            return self.eval(operand, true);
        }
        let is_word = operator.span.of(self.cursor.text).eq_ignore_ascii_case("not");
        let (word, glue) = if is_word {
            (self.cursor.word("NOT")?, Glue::Want(Piece::Space))
        } else {
            (self.cursor.leaf(operator.span)?, Glue::Keep(Piece::Space))
        };
        let mut pieces = vec![word];
        pieces.extend(self.cursor.operator_gap(glue));
        pieces.extend(self.eval(operand, true)?);
        Some(pieces)
    }

    fn chain(&mut self, first: &Eval, rest: &[(Spanned<BinaryOperator>, Eval)]) -> Option<Pieces<'t>> {
        let mut pieces = self.eval(first, true)?;
        for (operator, operand) in rest {
            let (before, behind) = glue(operator.value);
            pieces.extend(self.cursor.operator_gap(before));
            pieces.extend(self.inner_not(operator.span)?);
            pieces.push(match operator.value {
                BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor | BinaryOperator::Like => {
                    self.cursor.word(operator.value.text())?
                }
                _ => self.cursor.leaf(operator.span)?,
            });
            pieces.extend(self.cursor.operator_gap(behind));
            pieces.extend(self.eval(operand, true)?);
        }
        Some(pieces)
    }

    /// The NOT of `NOT IN` and `NOT LIKE`, if one stands before the operator.
    fn inner_not(&mut self, operator: Span) -> Option<Pieces<'t>> {
        if operator.start as usize <= self.cursor.at {
            return Some(Vec::new());
        }
        let mut pieces = vec![self.cursor.word("NOT")?];
        pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
        Some(pieces)
    }

    fn eval_list(&mut self, operand: &Eval, values: &[Eval]) -> Option<Pieces<'t>> {
        let mut pieces = self.eval(operand, true)?;
        pieces.extend(self.cursor.operator_gap(Glue::Want(Piece::Space)));
        if let Some(not) = self.cursor.word("NOT") {
            pieces.push(not);
            pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
        }
        pieces.push(self.cursor.word("IN")?);
        pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
        let beside = Beside::if_short(&spans(values));
        let value = |layout: &mut Self, index: usize| layout.eval(values.get(index)?, true);
        pieces.extend(self.parenthesised(|layout| layout.list(values.len(), |_| beside, value))?);
        Some(pieces)
    }

    fn call_arguments(&mut self, name: &Spanned<String>, arguments: &[Eval]) -> Option<Pieces<'t>> {
        let is_case = ["case", "validate"].iter().any(|it| name.value.eq_ignore_ascii_case(it));
        let has_parts = |argument: &Eval| {
            matches!(argument.kind, EvalKind::Call(..) | EvalKind::Chain(..) | EvalKind::In(..))
        };
        let has_parts = arguments.iter().any(has_parts);
        let spans = spans(arguments);
        // The value of a `case` stands beside its condition.
        let beside = |index: usize| match (is_case, index % 2) {
            (true, 1) => Beside::Deeper,
            (false, _) if !has_parts => Beside::if_short(&spans),
            _ => Beside::Never,
        };
        let argument = |layout: &mut Self, index: usize| layout.eval(arguments.get(index)?, true);
        self.parenthesised(|layout| layout.list(arguments.len(), beside, argument))
    }

    /// Parentheses and what stands in them, on a line or in between.
    pub(super) fn parenthesised(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Option<Pieces<'t>>,
    ) -> Option<Pieces<'t>> {
        let open = self.cursor.mark('(')?;
        let mut inside = self.cursor.gap().pieces(Glue::Want(Piece::Soft));
        inside.extend(inner(self)?);
        let behind = self.cursor.gap().pieces(Glue::Want(Piece::Soft));
        let close = self.cursor.mark(')')?;
        let mut pieces = vec![open, Piece::Indent(inside)];
        pieces.extend(behind);
        pieces.push(close);
        Some(vec![Piece::Group(vec![Piece::Hang(pieces)])])
    }

    /// Members with the commas between them.
    pub(super) fn list(
        &mut self,
        count: usize,
        beside: impl Fn(usize) -> Beside,
        member: impl Fn(&mut Self, usize) -> Option<Pieces<'t>>,
    ) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        for index in 0..count {
            if index == 0 {
                let (commas, gap) = self.commas(&Glue::Drop);
                pieces.extend(commas);
                pieces.extend(gap.pieces(Glue::Keep(Piece::Space)));
                pieces.extend(member(self, index)?);
                continue;
            }
            let (commas, gap) = self.commas(&Glue::Drop);
            let glue = if commas.is_empty() { Glue::Keep(Piece::Line) } else { Glue::Want(Piece::Line) };
            pieces.extend(commas);
            let mut next = gap.pieces(glue);
            next.extend(member(self, index)?);
            match beside(index) {
                Beside::Never => pieces.extend(next),
                Beside::Room => pieces.push(Piece::Group(next)),
                Beside::Deeper => pieces.push(Piece::Group(vec![Piece::Indent(next)])),
            }
        }
        pieces.extend(self.trailing_commas(&Glue::Drop));
        Some(pieces)
    }
}

/// What stands before and behind an operator.
fn glue<'t>(operator: BinaryOperator) -> (Glue<'t>, Glue<'t>) {
    use BinaryOperator as Op;
    match operator {
        Op::Concatenate => (Glue::Keep(Piece::Line), Glue::Keep(Piece::Space)),
        Op::Xor | Op::Or | Op::And | Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
            (Glue::Want(Piece::Line), Glue::Want(Piece::Space))
        }
        Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual | Op::Like => {
            (Glue::Want(Piece::Space), Glue::Want(Piece::Space))
        }
    }
}

fn spans(expressions: &[Eval]) -> Vec<Span> {
    expressions.iter().map(|expression| expression.span).collect()
}
