//! The operators of Falco conditions: their words, the types they go with and what stands on their right.
//!
//! In: the parser just after a field. Out: a [`Check`] whose constants have the type of the field.
//! Invariant: every pair of operator and type that Falco refuses while loading is refused here
//! (`libsinsp/filter_compare.cpp`, `sinsp_filtercheck.cpp:339-351`), so that running a check cannot fail.

use super::condition::Parser;
use super::error::ReadError;
use super::glob::Glob;
use super::lexer::is_blank;
use super::posix;
use super::test::{Check, Operand, Order, Right, Search};
use super::value::Scalar;
use crate::target::falco_fields::{Kind, Values};

/// What the operators' words stand for.
#[derive(Clone, Copy)]
enum Operator {
    Exists,
    Order(Order),
    Search(Search),
    Glob { folds: bool },
    Regex,
    In,
    Intersects,
    PathMatch,
    Hexadecimal,
}

/// Longer ones before those they start with.
const SYMBOLS: [(&str, Order); 7] = [
    ("==", Order::Equal),
    ("=", Order::Equal),
    ("!=", Order::NotEqual),
    ("<=", Order::LessOrEqual),
    ("<", Order::Less),
    (">=", Order::GreaterOrEqual),
    (">", Order::Greater),
];

const WORDS: [(&str, Operator); 13] = [
    ("exists", Operator::Exists),
    ("contains", Operator::Search(Search::Contains)),
    ("icontains", Operator::Search(Search::ContainsFolded)),
    ("bcontains", Operator::Hexadecimal),
    ("startswith", Operator::Search(Search::Starts)),
    ("bstartswith", Operator::Hexadecimal),
    ("endswith", Operator::Search(Search::Ends)),
    ("glob", Operator::Glob { folds: false }),
    ("iglob", Operator::Glob { folds: true }),
    ("regex", Operator::Regex),
    ("in", Operator::In),
    ("intersects", Operator::Intersects),
    ("pmatch", Operator::PathMatch),
];

impl Parser<'_> {
    /// Reads the operator and the right side that follow a field.
    pub(super) fn comparison(&mut self, left: &Operand) -> Result<Check, ReadError> {
        self.cursor.blanks();
        let (name, operator) = self.operator()?;
        fits(left, name, operator)?;
        self.cursor.blanks();
        match operator {
            Operator::Exists => Ok(Check::Exists),
            Operator::Order(order @ (Order::Equal | Order::NotEqual)) => {
                let right = self.right(left, Self::string)?;
                Ok(Check::Order(order, right.typed(left)?))
            }
            Operator::Order(order) => {
                let right = self.right(left, Self::number)?;
                Ok(Check::Order(order, right.typed(left)?))
            }
            Operator::Search(search) => Ok(Check::Search(search, self.right(left, Self::string)?)),
            Operator::Glob { folds } => Glob::parse(&self.constant(left)?, folds).map(Check::Glob),
            Operator::Regex => posix::compile(&self.constant(left)?).map(Check::Regex),
            Operator::In => self.members(left, Check::In),
            Operator::Intersects => self.members(left, Check::Intersects),
            Operator::PathMatch => Err(ReadError::Unmodelled("pmatch")),
            Operator::Hexadecimal => Err(ReadError::Unmodelled("comparison of bytes in hexadecimal")),
        }
    }

    fn operator(&mut self) -> Result<(&'static str, Operator), ReadError> {
        for (symbol, order) in SYMBOLS {
            if self.cursor.eat(symbol) {
                return Ok((symbol, Operator::Order(order)));
            }
        }
        let start = self.cursor.clone();
        let word = self.cursor.identifier();
        let found = WORDS.into_iter().find(|(name, _)| Some(*name) == word);
        let (name, operator) = found.ok_or_else(|| start.error("an operator"))?;
        let rest = self.cursor.rest();
        let ends = match operator {
            Operator::Exists => rest.is_empty() || rest.starts_with(|c| is_blank(c) || c == ')'),
            _ => self.cursor.is_at_blank(),
        };
        if ends { Ok((name, operator)) } else { Err(self.cursor.error("a blank")) }
    }

    /// A field of the same type, or what `constant` reads.
    fn right(
        &mut self,
        left: &Operand,
        constant: fn(&mut Self) -> Result<String, ReadError>,
    ) -> Result<Right<String>, ReadError> {
        match self.right_operand()? {
            None => constant(self).map(Right::Constant),
            Some(field) if field.kind() != left.kind() || field.is_list() => {
                Err(ReadError::OtherSide(field.name))
            }
            Some(_) if left.kind() == Kind::Network => Err(ReadError::Unmodelled("networks of two fields")),
            Some(field) => Ok(Right::Field(field)),
        }
    }

    fn constant(&mut self, left: &Operand) -> Result<String, ReadError> {
        match self.right(left, Self::string)? {
            Right::Constant(text) => Ok(text),
            Right::Field(_) => Err(ReadError::Unmodelled("a pattern from a field")),
        }
    }

    fn number(&mut self) -> Result<String, ReadError> {
        let number = self.cursor.number().ok_or_else(|| self.cursor.error("a number"))?;
        if number.len() > 255 { Err(ReadError::TooLong(number.len())) } else { Ok(number.to_owned()) }
    }

    fn string(&mut self) -> Result<String, ReadError> {
        let start = self.cursor.clone();
        let text = self.cursor.string()?;
        let mut after = self.cursor.clone();
        after.blanks();
        for modifier in ["oneof", "anyof", "allof"] {
            if start.rest().starts_with(modifier) && text == modifier && after.rest().starts_with('(') {
                return Err(ReadError::Later(modifier));
            }
        }
        Ok(text)
    }

    /// `'(' [Str (',' Str)*] ')'`, or a field.
    fn members(&mut self, left: &Operand, make: fn(Right<Vec<Scalar>>) -> Check) -> Result<Check, ReadError> {
        let right = if self.cursor.eat("(") {
            Right::Constant(self.list(left)?)
        } else if let Some(field) = self.right_operand()? {
            if field.kind() != left.kind() || left.kind() != Kind::Text {
                return Err(ReadError::OtherSide(field.name));
            }
            if field.is_list() && !field.transformers.is_empty() {
                return Ok(Check::Never);
            }
            Right::Field(field)
        } else {
            let name = self.cursor.bare().ok_or_else(|| self.cursor.error("a list"))?;
            return Err(ReadError::UndefinedList(name.to_owned()));
        };
        Ok(if left.is_list() && !left.transformers.is_empty() { Check::Never } else { make(right) })
    }

    fn list(&mut self, left: &Operand) -> Result<Vec<Scalar>, ReadError> {
        let mut members = Vec::new();
        self.cursor.blanks();
        if self.cursor.eat(")") {
            return Ok(members);
        }
        loop {
            self.cursor.blanks();
            members.push(typed(left, &self.cursor.string()?)?);
            self.cursor.blanks();
            if self.cursor.eat(")") {
                return Ok(members);
            }
            self.cursor.expect(",", "`,` or `)`")?;
        }
    }
}

impl Right<String> {
    fn typed(self, left: &Operand) -> Result<Right<Scalar>, ReadError> {
        Ok(match self {
            Self::Constant(text) => Right::Constant(typed(left, &text)?),
            Self::Field(field) => Right::Field(field),
        })
    }
}

fn typed(left: &Operand, text: &str) -> Result<Scalar, ReadError> {
    Scalar::constant(left.kind(), text)
        .ok_or_else(|| ReadError::Constant { value: text.to_owned(), field: left.name.clone() })
}

/// Whether the operator goes with the type of the field.
fn fits(left: &Operand, name: &'static str, operator: Operator) -> Result<(), ReadError> {
    let kind = left.kind();
    let goes = match operator {
        Operator::Exists => true,
        Operator::In | Operator::Intersects => kind != Kind::Bytes,
        _ if left.is_list() => false,
        Operator::Order(Order::Equal | Order::NotEqual) => true,
        Operator::Order(_) => kind.is_numeric() || kind == Kind::Text,
        Operator::Search(Search::ContainsFolded) => kind == Kind::Text,
        Operator::Search(_) => matches!(kind, Kind::Text | Kind::Bytes),
        Operator::Glob { .. } | Operator::Regex | Operator::PathMatch => kind == Kind::Text,
        Operator::Hexadecimal => kind == Kind::Bytes,
    };
    let compares = !matches!(operator, Operator::Exists);
    if kind == Kind::Dynamic && compares {
        return Err(ReadError::Unmodelled("comparison of an argument of any type"));
    }
    if left.field.values == Values::Any && matches!(operator, Operator::Order(order) if order != Order::Equal)
    {
        return Err(ReadError::Unmodelled("such an operator on a field that compares in its own way"));
    }
    if goes { Ok(()) } else { Err(ReadError::Operator { operator: name, field: left.name.clone() }) }
}
