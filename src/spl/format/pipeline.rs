//! Stages, one a line, and sub-searches in their brackets.
//!
//! In: a pipeline. Out: its pieces. A stage of the query always has a line of its own, with one empty line before it
//! where there was one; those of a sub-search have one if the brackets do not fit on a line. Comments before a pipe
//! stay at the end of the stage or on their own line. Invariant: arguments that were not read are written as they are.

use crate::source::Span;
use crate::spl::ast::{Arguments, Pipeline, Stage};
use crate::spl::format::Layout;
use crate::spl::format::cursor::{Blank, Gap, Glue};
use crate::spl::format::layout::{Piece, Pieces};

impl<'t> Layout<'t, '_> {
    /// The stages of a whole query.
    pub(super) fn query(&mut self, pipeline: &Pipeline) -> Option<Pieces<'t>> {
        self.pipeline(pipeline, true)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, is_query: bool) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let gap = self.cursor.gap();
            let has_pipe = self.cursor.peek() == Some('|');
            let apart = match (index, gap.last) {
                (0, _) => Glue::Drop,
                (_, Blank::Empty) if is_query => Glue::Want(Piece::Empty),
                _ if is_query => Glue::Want(Piece::Hard),
                _ => Glue::Want(Piece::Line),
            };
            pieces.extend(gap.pieces(apart.clone()));
            // Behind a comment too, a stage begins a line.
            if let Glue::Want(piece) = apart {
                pieces.push(piece);
            }
            if has_pipe {
                pieces.push(self.cursor.mark('|')?);
                pieces.push(Piece::Space);
                pieces.extend(self.cursor.gap().pieces(Glue::Want(Piece::Space)));
            }
            pieces.push(Piece::Group(self.stage(stage)?));
        }
        pieces.extend(self.cursor.gap().pieces(Glue::Drop));
        Some(pieces)
    }

    /// A sub-search with its brackets.
    pub(super) fn brackets(&mut self, pipeline: &Pipeline) -> Option<Pieces<'t>> {
        let mut pieces = vec![self.cursor.mark('[')?];
        let mut inner = vec![Piece::Soft];
        inner.extend(self.pipeline(pipeline, false)?);
        pieces.push(Piece::Indent(inner));
        pieces.extend([Piece::Soft, self.cursor.mark(']')?]);
        Some(vec![Piece::Group(vec![Piece::Hang(pieces)])])
    }

    fn stage(&mut self, stage: &Stage) -> Option<Pieces<'t>> {
        let mut pieces = Vec::new();
        let mut arguments = Vec::new();
        if !stage.implied {
            pieces.push(self.cursor.leaf(stage.name.span)?);
        }
        if !matches!(self.cursor.peek_behind_gap(), None | Some('|' | ']')) {
            if !stage.implied {
                // Of several assignments on several lines, the first has a line of its own too.
                let several = matches!(&stage.arguments, Arguments::Assignments(all) if all.len() > 1);
                let blank = if several { Piece::Line } else { Piece::Space };
                arguments.extend(self.cursor.gap().pieces(Glue::Keep(blank)));
            }
            arguments.extend(self.arguments(stage)?);
            arguments.extend(self.trailing_commas(&Glue::Keep(Piece::Space)));
        }
        // A stage without its name and pipe begins where its lines do.
        if stage.implied {
            return Some(arguments);
        }
        pieces.push(Piece::Indent(arguments));
        Some(pieces)
    }

    fn arguments(&mut self, stage: &Stage) -> Option<Pieces<'t>> {
        match &stage.arguments {
            Arguments::Search(expression) => self.search_with_commas(expression),
            Arguments::Boolean(expression) => self.eval(expression, false),
            Arguments::Assignments(assignments) => self.assignments(assignments),
            Arguments::Clauses(clauses) => {
                let shape = (self.shapes)(&stage.name.value)?;
                self.clauses(clauses, shape)
            }
            Arguments::Opaque(text) => self.unread(text.span),
        }
    }

    /// Text that was not read.
    fn unread(&mut self, span: Span) -> Option<Pieces<'t>> {
        if span.start == span.end {
            return Some(Vec::new());
        }
        // Comments before it are a part of it.
        let whole = Span::new(self.cursor.at, span.end as usize);
        self.cursor.leaf(whole).map(|text| vec![text])
    }

    /// Commas with what is to stand before each, and the gap behind them.
    pub(super) fn commas(&mut self, before: &Glue<'t>) -> (Pieces<'t>, Gap<'t>) {
        let mut pieces = Vec::new();
        loop {
            let gap = self.cursor.gap();
            let Some(comma) = self.cursor.mark(',') else { return (pieces, gap) };
            pieces.extend(gap.pieces(before.clone()));
            pieces.push(comma);
        }
    }

    /// Commas behind which no member comes.
    pub(super) fn trailing_commas(&mut self, before: &Glue<'t>) -> Pieces<'t> {
        let mut pieces = Vec::new();
        while self.cursor.peek_behind_gap() == Some(',') {
            pieces.extend(self.cursor.gap().pieces(before.clone()));
            pieces.extend(self.cursor.mark(','));
        }
        pieces
    }
}
