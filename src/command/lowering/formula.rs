//! Makes formulas, from expressions as they are written and from other formulas.
//!
//! In: an expression of `eval`, and what each field stands for. Out: a formula over the rows of the last step. Invariant:
//! within the bounds of [`Formula`], or an error that names the words.

use crate::command::lowering::{Lowering, refused};
use crate::detection::formula::{DEEPEST, Decimal, Each, MOST_NODES};
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::number;
use crate::function;
use crate::source::Span;
use crate::spl::eval::{BinaryOperator, Eval, EvalKind, UnaryOperator};
use std::collections::HashMap;

/// The first formula that is not null.
pub(crate) fn first_of(first: Formula, second: Formula) -> Formula {
    match (&first, &second) {
        (Formula::Null, _) => second,
        (_, Formula::Null) => first,
        _ => Formula::Call("coalesce".to_owned(), vec![first, second]),
    }
}

/// A number.
pub(crate) const fn number_of(number: f64) -> Formula {
    Formula::Number(Decimal(number))
}

/// The start of the stretch of `span` seconds in which a time lies, counted from 1970 (Search Reference, `bin`).
pub(crate) fn slot(of: Formula, span: f64) -> Formula {
    let divided = Formula::Binary(BinaryOperator::Divide, Box::new(of), Box::new(number_of(span)));
    let whole = Formula::Call("floor".to_owned(), vec![divided]);
    Formula::Binary(BinaryOperator::Multiply, Box::new(whole), Box::new(number_of(span)))
}

impl Lowering<'_> {
    /// The formula of an expression; it stands where `span` is.
    ///
    /// # Errors
    /// The expression holds something whose value is not known, or is too large.
    pub(crate) fn formula(&self, expression: &Eval) -> Result<Formula, Diagnostic> {
        let made = Maker { lowering: self, bound: HashMap::new() }.formula(expression)?;
        bounded(made, expression.span)
    }
}

/// The formula, if it is within its bounds.
pub(crate) fn bounded(formula: Formula, span: Span) -> Result<Formula, Diagnostic> {
    fn count(formula: &Formula, depth: usize, nodes: &mut usize) -> bool {
        *nodes += 1;
        if let Formula::Holds(predicate) = formula {
            predicate.for_each_field(&mut |_| *nodes += 1);
        }
        let mut fits = depth <= DEEPEST && *nodes <= MOST_NODES;
        if fits {
            formula.for_each_child(&mut |child| fits = fits && count(child, depth + 1, nodes));
        }
        fits
    }
    if count(&formula, 1, &mut 0) {
        return Ok(formula);
    }
    let message = "an expression becomes too large when the fields that it uses are put in";
    Err(Diagnostic::new(&codes::TOO_LARGE, span, message))
}

/// Makes a formula, with the fields that stand for one value in it.
struct Maker<'a, 'l> {
    lowering: &'a Lowering<'l>,
    /// Fields that `mvmap` and `mvfilter` bind.
    bound: HashMap<String, String>,
}

impl Maker<'_, '_> {
    fn formula(&mut self, expression: &Eval) -> Result<Formula, Diagnostic> {
        let span = expression.span;
        match &expression.kind {
            EvalKind::Number(text) => Ok(number::parse(text).map_or(Formula::Null, number_of)),
            EvalKind::Text(text) => Ok(Formula::Text(text.clone())),
            EvalKind::Field(field) => self.field(&field.name, span),
            EvalKind::Group(inner) => self.formula(inner),
            EvalKind::Unary(operator, operand) => {
                let operand = self.formula(operand)?;
                Ok(match operator.value {
                    UnaryOperator::Not => Formula::Not(Box::new(operand)),
                    UnaryOperator::Minus => Formula::Minus(Box::new(operand)),
                    UnaryOperator::Plus => operand,
                })
            }
            EvalKind::Chain(first, rest) => self.chain(first, rest),
            EvalKind::In(operand, values) => {
                let operands: Result<Vec<Formula>, Diagnostic> =
                    std::iter::once(&**operand).chain(values).map(|part| self.formula(part)).collect();
                Ok(Formula::Call("in".to_owned(), operands?))
            }
            EvalKind::Call(name, arguments) => self.call(&name.value.to_ascii_lowercase(), arguments, span),
            EvalKind::Macro(body) => Err(refused::undefined_macro(body, span)),
            EvalKind::Subsearch(_) => {
                Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, span, "a sub-search is not translated"))
            }
            EvalKind::Spliced(parts) => {
                // One of the parts is a macro call, which says why.
                parts.iter().map(|part| self.formula(part)).collect::<Result<Vec<_>, _>>()?;
                Err(Diagnostic::new(&codes::RECOVERED_PARSE, span, "a part of this expression is not known"))
            }
            EvalKind::Unreadable => Err(Diagnostic::new(
                &codes::RECOVERED_PARSE,
                span,
                "this part of the search could not be read",
            )),
        }
    }

    fn field(&self, name: &str, span: Span) -> Result<Formula, Diagnostic> {
        if name.contains('*') {
            // Only `search` has wildcards in names of fields.
            let message = format!("a field whose name holds a star, `{name}`, is not translated");
            return Err(refused::argument(span, message));
        }
        match self.bound.get(name) {
            Some(bound) => Ok(Formula::Field(bound.clone())),
            None => self.lowering.field(name, span),
        }
    }

    /// Operators that bind alike, from left to right: `a AND b AND c` is balanced, so that long chains stay shallow.
    fn chain(
        &mut self,
        first: &Eval,
        rest: &[(crate::source::Spanned<BinaryOperator>, Eval)],
    ) -> Result<Formula, Diagnostic> {
        let associative = |operator| matches!(operator, BinaryOperator::And | BinaryOperator::Or);
        let operator = rest.first().map(|(operator, _)| operator.value);
        let mut parts = vec![self.formula(first)?];
        for (_, operand) in rest {
            parts.push(self.formula(operand)?);
        }
        match operator.filter(|operator| associative(*operator)) {
            Some(operator) if rest.iter().all(|(other, _)| other.value == operator) => {
                Ok(balanced(operator, parts))
            }
            _ => {
                let mut parts = parts.into_iter();
                let first = parts.next().unwrap_or(Formula::Null);
                let join = |left,
                            ((operator, _), right): (
                    &(crate::source::Spanned<BinaryOperator>, Eval),
                    Formula,
                )| {
                    Formula::Binary(operator.value, Box::new(left), Box::new(right))
                };
                Ok(rest.iter().zip(parts).fold(first, join))
            }
        }
    }

    fn call(&mut self, name: &str, arguments: &[Eval], span: Span) -> Result<Formula, Diagnostic> {
        match (name, arguments) {
            ("true", []) => return Ok(Formula::Boolean(true)),
            ("false", []) => return Ok(Formula::Boolean(false)),
            ("null", []) => return Ok(Formula::Null),
            ("searchmatch", [argument]) => return self.search(argument, span),
            ("mvmap" | "mvfilter", [..]) => return self.for_each(name, arguments, span),
            _ if !function::evaluates(name) => {
                let message = format!("what `{name}` gives is not known");
                return Err(Diagnostic::new(&codes::UNSUPPORTED_FUNCTION, span, message));
            }
            _ => {}
        }
        let operands: Result<Vec<Formula>, Diagnostic> =
            arguments.iter().map(|argument| self.formula(argument)).collect();
        Ok(Formula::Call(name.to_owned(), operands?))
    }

    /// `searchmatch("…")` asks in the language of `search` (Search Reference, comparison and conditional functions).
    fn search(&mut self, argument: &Eval, span: Span) -> Result<Formula, Diagnostic> {
        let EvalKind::Text(text) = &argument.kind else {
            let message = "`searchmatch` takes the text of a search";
            return Err(Diagnostic::new(&codes::UNSUPPORTED_FUNCTION, span, message));
        };
        let parsed = crate::command::parse(&format!("search {text}"));
        let predicate = match parsed.pipeline.stages.as_slice() {
            [stage] if parsed.is_clean() => match &stage.arguments {
                crate::spl::Arguments::Search(expression) => self.lowering.searched(expression).ok(),
                _ => None,
            },
            _ => None,
        };
        let refusal = || {
            Diagnostic::new(
                &codes::UNSUPPORTED_FUNCTION,
                span,
                format!("the search {text:?} is not understood"),
            )
        };
        predicate.map(|predicate| Formula::Holds(Box::new(predicate))).ok_or_else(refusal)
    }

    /// `mvmap(x, body)` and `mvfilter(body)`: the body is about one value of the only field in it (Search Reference,
    /// multivalue eval functions).
    fn for_each(&mut self, name: &str, arguments: &[Eval], span: Span) -> Result<Formula, Diagnostic> {
        let (field, body) = match (name, arguments) {
            ("mvmap", [values, body]) => (only_field(values), body),
            ("mvfilter", [body]) => (only_field(body), body),
            _ => (None, arguments.first().ok_or_else(|| refused::arguments(span))?),
        };
        let Some(field) = field else {
            let message =
                format!("`{name}` is about the values of one field, and which one is not plain here");
            return Err(Diagnostic::new(&codes::UNSUPPORTED_FUNCTION, span, message));
        };
        let values = self.field(&field, span)?;
        let one = format!("{field} (one value)");
        let before = self.bound.insert(field.clone(), one.clone());
        let body = self.formula(body);
        match before {
            Some(before) => self.bound.insert(field, before),
            None => self.bound.remove(&field),
        };
        Ok(Formula::Each(Box::new(Each { values, field: one, body: body?, filters: name == "mvfilter" })))
    }
}

/// Operands joined two by two: a tree as shallow as it can be.
pub(crate) fn balanced(operator: BinaryOperator, mut parts: Vec<Formula>) -> Formula {
    while parts.len() > 1 {
        let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
        let mut parts_left = parts.into_iter();
        while let Some(left) = parts_left.next() {
            joined.push(match parts_left.next() {
                Some(right) => Formula::Binary(operator, Box::new(left), Box::new(right)),
                None => left,
            });
        }
        parts = joined;
    }
    parts.pop().unwrap_or(Formula::Null)
}

/// The field that an expression is about, if it is about one.
fn only_field(expression: &Eval) -> Option<String> {
    let mut names = Vec::new();
    expression.walk(&mut |part| {
        if let EvalKind::Field(field) = &part.kind {
            names.push(field.name.clone());
        }
    });
    names.dedup();
    match names.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
