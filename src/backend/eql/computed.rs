//! What EQL computes: arithmetic over numbers, and texts put together.
//!
//! In: a condition on a formula over fields of Elasticsearch. Out: comparisons, of which one has to hold, or why EQL has
//! none. Invariant: the same as the formula for fields of one value; without a value of one of its fields nothing is true.
//!
//! The right side of a comparison is a constant (EQL syntax reference, "Comparing fields"), so that no field is compared
//! with another, in whatever way. Integers are divided without a rest ("Math operators"), and an integer over 64 bits or a
//! division by zero stops the search (`Arithmetics`), so one side of each operation is a double, as all numbers of a search
//! are, and a divisor is a constant. Zeros of two signs are the same to a search and not to
//! Elasticsearch, which compares by `Double.compare`. `length`, `substring` and `indexOf` count UTF-16 units and not
//! characters, so they are not used: what a part of a text is asked is a pattern of the whole.

use std::collections::BTreeMap;

use crate::backend::eql::query::name;
use crate::backend::eql::text::quoted;
use crate::detection::{Computed, Condition, Decimal, Formula, ValueTest};
use crate::event::number;
use crate::event::pattern::{Case, Shape};
use crate::spl::eval::BinaryOperator;
use crate::target::{FieldKind, TargetField};

/// The fields of a rule by their names.
type Fields = BTreeMap<String, TargetField>;

/// The comparisons that a condition is, of which one has to hold.
///
/// # Errors
/// What EQL does not compute, as a clause.
pub(crate) fn alternatives(computed: &Computed, fields: &Fields) -> Result<Vec<String>, String> {
    let Some(condition) = &computed.condition else {
        return Err(match &computed.formula {
            Formula::Binary(..) => "EQL compares with constants only".to_owned(),
            _ => no_formula(),
        });
    };
    let Condition::Some(tests) = condition else {
        return Err("EQL compares what it computes with constants only".to_owned());
    };
    if let Formula::Binary(BinaryOperator::Concatenate, ..) = computed.formula {
        return Ok(vec![of_text(&joined(&computed.formula, fields)?, tests)?]);
    }
    let computed = Number::of(&computed.formula, fields)?;
    tests.iter().map(|test| computed.compared(test)).collect()
}

fn no_formula() -> String {
    "EQL computes sums, products and quotients of numbers, and puts texts together".to_owned()
}

/// A number that is computed.
struct Number {
    text: String,
    /// Whether it is a double, and no integer of 64 bits.
    is_double: bool,
    is_constant: bool,
    /// Whether it needs brackets as a part of another.
    is_compound: bool,
}

impl Number {
    /// As deep as the formula, which is bounded.
    fn of(formula: &Formula, fields: &Fields) -> Result<Self, String> {
        match formula {
            Formula::Field(field) => Self::field(field, fields),
            Formula::Number(number) => constant(*number),
            Formula::Minus(inner) => {
                if let Formula::Number(number) = **inner {
                    return constant(Decimal(-number.0));
                }
                let text = format!("0.0 - {}", Self::of(inner, fields)?.part());
                Ok(Self { text, is_double: true, is_constant: false, is_compound: true })
            }
            Formula::Call(name, arguments) => match (name.as_str(), arguments.as_slice()) {
                ("tonumber", [Formula::Field(field)]) => Self::field(field, fields),
                _ => Err(no_formula()),
            },
            Formula::Binary(operator, left, right) => Self::binary(*operator, left, right, fields),
            _ => Err(no_formula()),
        }
    }

    fn field(field: &str, fields: &Fields) -> Result<Self, String> {
        match fields.get(field).map(|field| field.kind) {
            Some(FieldKind::Long) => {
                Ok(Self { text: name(field), is_double: false, is_constant: false, is_compound: false })
            }
            _ => Err(format!("`{field}` is no field of numbers, and EQL computes with those only")),
        }
    }

    fn binary(
        operator: BinaryOperator,
        left: &Formula,
        right: &Formula,
        fields: &Fields,
    ) -> Result<Self, String> {
        let sign = match operator {
            BinaryOperator::Add => "+",
            BinaryOperator::Subtract => "-",
            BinaryOperator::Multiply => "*",
            BinaryOperator::Divide => "/",
            BinaryOperator::Remainder => "%",
            _ => return Err(no_formula()),
        };
        let is_division = matches!(operator, BinaryOperator::Divide | BinaryOperator::Remainder);
        if is_division && !matches!(right, Formula::Number(by) if by.0 != 0.0) {
            return Err("a division by something that may be 0 stops a search of EQL".to_owned());
        }
        let (left, right) = (Self::of(left, fields)?, Self::of(right, fields)?);
        let right = if right.is_constant { right.double() } else { right };
        let left = if right.is_double { left } else { left.double() };
        let text = format!("{} {sign} {}", left.part(), right.part());
        Ok(Self { text, is_double: true, is_constant: false, is_compound: true })
    }

    /// The same as a double.
    fn double(self) -> Self {
        let (text, is_compound) = match (self.is_double, self.is_constant) {
            (true, _) => (self.text, self.is_compound),
            (false, true) => (self.text + ".0", self.is_compound),
            (false, false) => (format!("{} + 0.0", self.part()), true),
        };
        Self { text, is_double: true, is_compound, is_constant: self.is_constant }
    }

    fn part(&self) -> String {
        if self.is_compound { format!("({})", self.text) } else { self.text.clone() }
    }

    fn compared(&self, test: &ValueTest) -> Result<String, String> {
        let (operator, with) = match test {
            ValueTest::Number(order, than) => (order.text(), *than),
            ValueTest::Equals(than) => ("==", *than),
            ValueTest::Compares(order, than) => {
                let than = number::parse(than).ok_or("a number has no order to a text")?;
                (order.text(), Decimal(than))
            }
            ValueTest::Matches(pattern) => match pattern.shape() {
                Shape::Exact(text) => ("==", whole(text).ok_or("a number is compared as a text")?),
                _ => return Err("a number is compared as a text".to_owned()),
            },
            ValueTest::In(_) | ValueTest::Regex(_) => {
                return Err("a number is compared as a text".to_owned());
            }
        };
        let constant = constant(with)?.text;
        // The sum of both zeros is the positive one.
        let left = if with.0 == 0.0 && self.is_double {
            format!("{} + 0.0", self.part())
        } else {
            self.text.clone()
        };
        Ok(format!("{left} {operator} {constant}"))
    }
}

/// The whole number that a text is, as a machine writes it.
fn whole(text: &str) -> Option<Decimal> {
    let number = text.parse::<i32>().ok().filter(|number| number.to_string() == text)?;
    Some(Decimal(f64::from(number)))
}

/// A constant that is the same number in Java: beyond 2^53 not every integer is a double.
fn constant(number: Decimal) -> Result<Number, String> {
    if !number.0.is_finite() || number.0.abs() >= 9_007_199_254_740_992.0 {
        return Err(format!("`{}` is beyond the numbers that EQL computes with exactly", number.0));
    }
    let text = (number.0 + 0.0).to_string();
    let is_double = text.contains('.');
    Ok(Number { is_compound: text.starts_with('-'), text, is_double, is_constant: true })
}

/// Texts put together.
fn joined(formula: &Formula, fields: &Fields) -> Result<String, String> {
    let mut parts = Vec::new();
    parts_of(formula, fields, &mut parts)?;
    Ok(format!("concat({})", parts.join(", ")))
}

/// As deep as the formula, which is bounded.
fn parts_of(formula: &Formula, fields: &Fields, into: &mut Vec<String>) -> Result<(), String> {
    match formula {
        Formula::Binary(BinaryOperator::Concatenate, left, right) => {
            parts_of(left, fields, into)?;
            parts_of(right, fields, into)
        }
        Formula::Field(field) => match fields.get(field).map(|field| field.kind) {
            Some(FieldKind::Keyword | FieldKind::Wildcard) => {
                into.push(name(field));
                Ok(())
            }
            _ => Err(format!("`{field}` is no field of texts, and how it is written is not known")),
        },
        Formula::Text(text) => {
            into.push(quoted(text));
            Ok(())
        }
        Formula::Number(number) => {
            into.push(quoted(&crate::event::Value::Number(number.0).text()));
            Ok(())
        }
        _ => Err(no_formula()),
    }
}

/// What is asked of a text that is put together: wildcards are those of Java there, and cases those of all letters.
fn of_text(text: &str, tests: &[ValueTest]) -> Result<String, String> {
    let mut constants = Vec::new();
    for test in tests {
        let ValueTest::Matches(pattern) = test else {
            return Err("EQL compares texts that it puts together with texts".to_owned());
        };
        let Shape::Exact(exact) = pattern.shape() else {
            return Err("EQL has no wildcards for texts that it puts together".to_owned());
        };
        let is_caseless = exact.chars().all(|c| c.is_ascii() && !c.is_ascii_alphabetic());
        if pattern.case() == Case::Insensitive && !is_caseless {
            return Err("EQL ignores the case of more letters in texts that it puts together".to_owned());
        }
        constants.push(quoted(exact));
    }
    Ok(match constants.as_slice() {
        [only] => format!("{text} == {only}"),
        many => format!("{text} in ({})", many.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::Predicate;

    /// What a condition of `where` is, with numbers in `n` and `m`, and texts in other fields.
    fn written(condition: &str) -> Result<Vec<String>, String> {
        let detection =
            crate::command::lower(&crate::command::parse(&format!("| where {condition}")).pipeline);
        let Predicate::Computed(computed) = detection.unwrap().predicate() else {
            panic!("{condition} is no condition on something computed");
        };
        let field = |(name, kind): (&str, FieldKind)| {
            let name = name.to_owned();
            (name.clone(), TargetField { name, kind, empty_is_absent: false, separators: None })
        };
        let (number, text) = (FieldKind::Long, FieldKind::Keyword);
        alternatives(&computed, &[("n", number), ("m", number), ("a", text), ("b", text)].map(field).into())
    }

    fn one(condition: &str) -> String {
        written(condition).unwrap_or_else(|reason| panic!("{condition}: {reason}")).join(" or ")
    }

    #[test]
    fn arithmetic_keeps_its_brackets_and_its_fractions() {
        assert_eq!(one("n + m > 5"), "(?n + 0.0) + ?m > 5");
        assert_eq!(one("(n - m) * 8 >= 100"), "((?n + 0.0) - ?m) * 8.0 >= 100");
        assert_eq!(one("n / 1024 / 1024 > 100"), "(?n / 1024.0) / 1024.0 > 100");
        assert_eq!(one("n / 0.5 < 3"), "?n / 0.5 < 3");
        assert_eq!(one("n % 2 = 1"), "?n % 2.0 == 1");
        assert_eq!(one("n - 5 = 1.5"), "?n - 5.0 == 1.5");
        assert_eq!(one("n * -2 > 1"), "?n * (-2.0) > 1");
        assert_eq!(one("tonumber(n) + 1 != 5"), "?n + 1.0 < 5 or ?n + 1.0 > 5");
    }

    #[test]
    fn zeros_of_two_signs_are_one() {
        assert_eq!(one("n / 2 >= 0"), "(?n / 2.0) + 0.0 >= 0");
        assert_eq!(one("n - m > 0"), "((?n + 0.0) - ?m) + 0.0 > 0");
    }

    #[test]
    fn texts_are_put_together() {
        assert_eq!(one("a . \"-\" . b = \"x-y\""), "concat(?a, \"-\", ?b) == \"x-y\"");
        assert_eq!(one("a . 5 IN (\"x5\", \"y5\")"), "concat(?a, \"5\") in (\"x5\", \"y5\")");
    }

    #[test]
    fn what_means_something_else_in_eql_is_not_written() {
        for (condition, reason) in [
            ("n > m", "EQL compares with constants only"),
            ("n / m > 5", "a division by something that may be 0 stops a search of EQL"),
            ("n % m > 5", "a division by something that may be 0 stops a search of EQL"),
            ("a + 1 > 5", "`a` is no field of numbers, and EQL computes with those only"),
            ("round(n) > 5", &no_formula()),
            ("n . a = \"5x\"", "`n` is no field of texts, and how it is written is not known"),
            ("like(a . b, \"x%\")", "EQL has no wildcards for texts that it puts together"),
        ] {
            assert_eq!(written(condition).unwrap_err(), reason, "{condition}");
        }
    }
}
