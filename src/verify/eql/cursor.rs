//! Steps through the tokens of a query and reads its constants and lists of constants.
//!
//! In: text. Out: tokens one after the other, constants, errors that name what stands there. Invariant: the
//! position never moves past the end, and a constant that does not fit its type in Java is an error. It knows
//! nothing of fields or conditions.

use super::ReadError;
use super::lexer::{self, Kind, Token};
use super::syntax::Constant;

type Result<T> = std::result::Result<T, ReadError>;

/// `index.max_terms_count`.
pub(super) const MAX_LIST: usize = 65_536;

/// A position in the tokens of a text.
pub(super) struct Cursor {
    tokens: Vec<Token>,
    position: usize,
    end: usize,
}

impl Cursor {
    pub(super) fn new(text: &str) -> Result<Self> {
        Ok(Self { tokens: lexer::tokens(text)?, position: 0, end: text.len() })
    }

    /// Goes past the token that `peek` showed.
    pub(super) fn skip(&mut self) {
        self.position += 1;
    }

    pub(super) fn peek(&self) -> Option<&Kind> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.position + ahead).map(|token| &token.kind)
    }

    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.position).map_or(self.end, |token| token.at)
    }

    fn eat(&mut self, kind: &Kind) -> bool {
        let found = self.peek() == Some(kind);
        self.position += usize::from(found);
        found
    }

    pub(super) fn eat_symbol(&mut self, symbol: &'static str) -> bool {
        self.eat(&Kind::Symbol(symbol))
    }

    pub(super) fn eat_keyword(&mut self, keyword: &'static str) -> bool {
        self.eat(&Kind::Keyword(keyword))
    }

    pub(super) fn expected(&self, expected: &'static str) -> ReadError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(Kind::Word(text) | Kind::Quoted(text) | Kind::Tilde(text) | Kind::Number(text)) => {
                text.clone()
            }
            Some(Kind::Text(text)) => format!("{text:?}"),
            Some(Kind::Keyword(text) | Kind::Symbol(text)) => (*text).to_owned(),
        };
        ReadError::Syntax { at: self.at(), expected, found }
    }

    pub(super) fn require(&mut self, symbol: &'static str) -> Result<()> {
        if self.eat_symbol(symbol) { Ok(()) } else { Err(self.expected(symbol)) }
    }

    pub(super) fn list(&mut self) -> Result<Vec<Constant>> {
        self.require("(")?;
        let mut list = vec![self.constant()?];
        while self.eat_symbol(",") {
            if list.len() == MAX_LIST {
                return Err(ReadError::ListTooLong(MAX_LIST));
            }
            list.push(self.constant()?);
        }
        self.require(")")?;
        Ok(list)
    }

    pub(super) fn constant(&mut self) -> Result<Constant> {
        match self.literal()? {
            Some(constant) => Ok(constant),
            None if matches!(self.peek(), Some(Kind::Word(_) | Kind::Quoted(_) | Kind::Symbol("?"))) => {
                Err(ReadError::NotConstant(self.at()))
            }
            None => Err(self.expected("a constant")),
        }
    }

    /// A constant, if one stands here; a number may have one sign.
    pub(super) fn literal(&mut self) -> Result<Option<Constant>> {
        let sign = match (self.peek(), self.peek_at(1)) {
            (Some(Kind::Symbol(sign @ ("+" | "-"))), Some(Kind::Number(_))) => *sign,
            _ => "",
        };
        self.position += sign.len();
        let constant = match self.peek() {
            Some(Kind::Keyword("null")) => Constant::Null,
            Some(Kind::Keyword("true")) => Constant::Boolean(true),
            Some(Kind::Keyword("false")) => Constant::Boolean(false),
            Some(Kind::Text(text)) => Constant::Text(text.clone()),
            Some(Kind::Number(digits)) => match number(&format!("{sign}{digits}")) {
                Some(number) => number,
                None => return Err(self.expected("a number in range")),
            },
            _ => return Ok(None),
        };
        self.position += 1;
        Ok(Some(constant))
    }
}

/// Digits alone are an integer and have to fit 64 bits; anything else is a fraction.
fn number(text: &str) -> Option<Constant> {
    if text.contains(['.', 'e', 'E']) {
        text.parse().ok().filter(|value: &f64| value.is_finite()).map(Constant::Decimal)
    } else {
        text.parse().ok().map(Constant::Integer)
    }
}
