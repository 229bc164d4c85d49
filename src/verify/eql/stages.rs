//! Parses sequences: keys, spans, parts, runs.
//!
//! In: the tokens behind `sequence`. Out: a sequence, or the first error. Invariant: `by` stands before `with`, there are
//! two parts or more, and each has as many keys as the others (`EqlBase.g4`; EQL syntax reference, "Sequences").

use super::ReadError;
use super::lexer::Kind;
use super::parser::Parser;
use super::sequence::{Sequence, Stage};
use super::syntax::{Constant, Field};

type Result<T> = std::result::Result<T, ReadError>;

impl Parser<'_> {
    /// What follows `sequence`: `by` before `with`, two parts or more, as many keys in each.
    pub(super) fn sequence(&mut self) -> Result<Sequence> {
        let shared = self.keys()?;
        let mut most = None;
        if self.cursor.eat_keyword("with") {
            if !self.cursor.eat_keyword("maxspan") {
                return Err(self.cursor.expected("maxspan"));
            }
            self.cursor.require("=")?;
            most = Some(self.span()?);
        }
        let mut stages: Vec<Stage> = Vec::new();
        while self.cursor.peek() == Some(&Kind::Symbol("[")) {
            let stage = self.stage(&shared)?;
            let runs = self.runs()?;
            stages.extend(std::iter::repeat_n(stage, runs));
        }
        let until = if self.cursor.eat_keyword("until") { Some(self.stage(&shared)?) } else { None };
        if stages.len() < 2 {
            return Err(self.cursor.expected("another part of the sequence"));
        }
        let keys = |stage: &Stage| stage.keys.len();
        let first = stages.first().map_or(0, keys);
        if stages.iter().chain(&until).any(|stage| keys(stage) != first) {
            return Err(self.cursor.expected("as many keys in each part"));
        }
        Ok(Sequence { stages, most, until })
    }

    /// `[ CLAUSE ] by KEYS`
    fn stage(&mut self, shared: &[(Field, bool)]) -> Result<Stage> {
        self.cursor.require("[")?;
        let clause = self.clause()?;
        self.cursor.require("]")?;
        let keys = shared.iter().cloned().chain(self.keys()?).collect();
        Ok(Stage { clause, keys })
    }

    /// `by` and fields, each with whether it is optional, so that events may lack it.
    fn keys(&mut self) -> Result<Vec<(Field, bool)>> {
        let mut keys = Vec::new();
        if !self.cursor.eat_keyword("by") {
            return Ok(keys);
        }
        loop {
            let is_optional = self.cursor.peek() == Some(&Kind::Symbol("?"));
            keys.push((self.field()?, is_optional));
            if !self.cursor.eat_symbol(",") {
                return Ok(keys);
            }
        }
    }

    /// `with runs=N`, from 1 to 100.
    fn runs(&mut self) -> Result<usize> {
        if !self.cursor.eat_keyword("with") {
            return Ok(1);
        }
        if self.cursor.peek() != Some(&Kind::Word("runs".to_owned())) {
            return Err(self.cursor.expected("runs"));
        }
        self.cursor.skip();
        self.cursor.require("=")?;
        match self.cursor.literal()? {
            Some(Constant::Integer(runs @ 1..=100)) => Ok(usize::try_from(runs).unwrap_or(1)),
            _ => Err(self.cursor.expected("a number of runs from 1 to 100")),
        }
    }

    /// A number and a unit, in milliseconds.
    fn span(&mut self) -> Result<f64> {
        let number = match self.cursor.literal()? {
            Some(Constant::Integer(number)) => u32::try_from(number).ok(),
            _ => None,
        };
        let unit = match self.cursor.peek() {
            Some(Kind::Word(unit)) => match unit.as_str() {
                "ms" => Some(1.0),
                "s" => Some(1_000.0),
                "m" => Some(60_000.0),
                "h" => Some(3_600_000.0),
                "d" => Some(86_400_000.0),
                _ => None,
            },
            _ => None,
        };
        match (number, unit) {
            (Some(number), Some(unit)) if number > 0 => {
                self.cursor.skip();
                Ok(f64::from(number) * unit)
            }
            _ => Err(self.cursor.expected("a length of time in ms, s, m, h or d")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::types;
    use super::super::{Query, ReadError};

    #[test]
    fn sequences_have_two_parts_and_keys_before_spans() {
        for text in [
            "sequence [any where true] [any where true]",
            "sequence by k, n with maxspan=10s [any where true] [process where b]",
            "sequence with maxspan=500ms [any where true] by k [any where true] by n until [any where b] by k",
            "sequence by k [any where true] with runs=2",
            "sequence by ?k [any where true] by w [any where true] by k",
        ] {
            assert!(Query::parse(text, &types).is_ok(), "{text}: {:?}", Query::parse(text, &types).err());
        }
        for text in [
            "sequence [any where true]",
            "sequence by k [any where true] with runs=1",
            "sequence with maxspan=1m by k [any where true] [any where true]",
            "sequence with maxspan=1w [any where true] [any where true]",
            "sequence with maxspan=1.5m [any where true] [any where true]",
            "sequence [any where true] by k [any where true]",
            "sequence [any where true] with runs=101 [any where true]",
            "sequence by [any where true] [any where true]",
            "sequence [any where true], [any where true]",
            "sequence [any where true] [any where true] until",
        ] {
            assert!(matches!(Query::parse(text, &types), Err(ReadError::Syntax { .. })), "{text}");
        }
        assert!(matches!(
            Query::parse("sequence by x.y [any where true] [any where true]", &types),
            Err(ReadError::UnknownColumn(_))
        ));
    }
}
