//! Parses the operands of comparisons: fields, constants, arithmetic and functions.
//!
//! In: tokens. Out: operands whose parts fit each other, or the first error. Invariant: signs bind closest, then `*`, `/`
//! and `%`, then `+` and `-` (`EqlBase.g4`); a term has at most [`MAX_PARTS`] parts, so that a walk may recurse.

use super::ReadError;
use super::check;
use super::lexer::Kind;
use super::parser::{Parser, Result};
use super::syntax::{Field, Function, Operand};

/// The most operators and functions of a query.
const MAX_PARTS: usize = 400;

/// The functions of Elasticsearch's registry that are not read, in lower case: names ignore case.
const UNREAD: [&str; 3] = ["between", "between~", "number"];

impl Parser<'_> {
    /// Operands joined by `+` and `-`.
    pub(super) fn sum(&mut self) -> Result<Operand> {
        self.chain(&[("+", Function::Add), ("-", Function::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Operand> {
        let operators = [("*", Function::Multiply), ("/", Function::Divide), ("%", Function::Modulo)];
        self.chain(&operators, Self::signed)
    }

    fn chain(
        &mut self,
        operators: &[(&'static str, Function)],
        part: fn(&mut Self) -> Result<Operand>,
    ) -> Result<Operand> {
        let mut left = part(self)?;
        while let Some((_, function)) =
            operators.iter().find(|(symbol, _)| self.cursor.peek() == Some(&Kind::Symbol(symbol)))
        {
            self.cursor.skip();
            let right = part(self)?;
            left = self.called(*function, vec![left, right])?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Operand> {
        if let Some(constant) = self.cursor.literal()? {
            return Ok(Operand::Constant(constant));
        }
        match self.cursor.peek() {
            Some(Kind::Symbol("-")) => {
                self.cursor.skip();
                let inner = self.deeper(Self::signed)?;
                self.called(Function::Minus, vec![inner])
            }
            Some(Kind::Symbol("+")) => {
                self.cursor.skip();
                self.deeper(Self::signed)
            }
            _ => self.primary(),
        }
    }

    fn primary(&mut self) -> Result<Operand> {
        if self.cursor.eat_symbol("(") {
            let inner = self.deeper(Self::disjunction)?;
            self.cursor.require(")")?;
            return Ok(inner);
        }
        match (self.cursor.peek(), self.cursor.peek_at(1)) {
            (Some(Kind::Word(_)), Some(Kind::Symbol("("))) | (Some(Kind::Tilde(_)), _) => self.call(),
            (Some(Kind::Word(_) | Kind::Quoted(_) | Kind::Symbol("?")), _) => {
                self.field().map(Operand::Field)
            }
            _ => Err(self.cursor.expected("a field, a constant, a function or (")),
        }
    }

    pub(super) fn field(&mut self) -> Result<Field> {
        let optional = self.cursor.eat_symbol("?");
        let mut name = String::new();
        loop {
            match self.cursor.peek() {
                Some(Kind::Word(part) | Kind::Quoted(part)) => name.push_str(part),
                _ => return Err(self.cursor.expected("a field")),
            }
            self.cursor.skip();
            if !self.cursor.eat_symbol(".") {
                break;
            }
            name.push('.');
        }
        let field = check::field(name, optional, self.types)?;
        if !optional {
            self.required.insert(field.name.clone());
        }
        Ok(field)
    }

    fn call(&mut self) -> Result<Operand> {
        let Some(Kind::Word(name) | Kind::Tilde(name)) = self.cursor.peek() else {
            return Err(self.cursor.expected("a function"));
        };
        let name = name.clone();
        let lower = name.to_ascii_lowercase();
        self.cursor.skip();
        self.cursor.require("(")?;
        if lower == "cidrmatch" {
            return self.cidr_match();
        }
        if UNREAD.contains(&lower.as_str()) {
            return Err(ReadError::Unsupported(format!("the function {name}")));
        }
        let function = Function::named(&lower).ok_or(ReadError::UnknownFunction(name))?;
        let mut arguments = vec![self.deeper(Self::sum)?];
        while self.cursor.eat_symbol(",") {
            arguments.push(self.deeper(Self::sum)?);
        }
        self.cursor.require(")")?;
        self.called(function, arguments)
    }

    fn cidr_match(&mut self) -> Result<Operand> {
        let field = self.field()?;
        self.cursor.require(",")?;
        let mut blocks = vec![self.cursor.constant()?];
        while self.cursor.eat_symbol(",") {
            blocks.push(self.cursor.constant()?);
        }
        self.cursor.require(")")?;
        check::cidr_match(field, &blocks).map(Operand::Condition)
    }

    fn called(&mut self, function: Function, arguments: Vec<Operand>) -> Result<Operand> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(ReadError::TooDeep(MAX_PARTS));
        }
        check::call(function, arguments)
    }
}
