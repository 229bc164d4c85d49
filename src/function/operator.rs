//! The operators of expressions: arithmetic, comparison, LIKE, IN, and logic with three values.
//!
//! In: operands. Out: an operand, for every pair of them. The rules (Search Reference, `eval` and `where`, unless another
//! source is named):
//!
//! - A missing operand makes the result null, but FALSE AND NULL is false and TRUE OR NULL is true: conditions "evaluate
//!   to false or NULL" (`head`), and only true keeps a row.
//! - Arithmetic is of doubles. Division by zero "results in a null field". `+` joins two texts that are no numbers.
//! - A number and a text compare as numbers; if the text is none, the comparison is null. Two texts are equal if they are
//!   the same bytes; their order is that of numbers if both are numbers, else that of their bytes.
//!
//! Where the documentation is open, the choices are: a field and a quoted text are both texts here, so that `f > "100"`
//! compares numbers although the quotes ask for the order of texts; a comparison of several values is true if it is for
//! some pair, null if it is null for every pair, else false, so that `!=` asks for one value that differs; arithmetic and
//! `.` on several values is null; a truth value compares with truth values only. The result is not rounded to the
//! precision "of the least-precise input", which `eval` does to decimals.

use crate::event::{Value, number};
use crate::function::eval::matching;
use crate::function::operand::number_of;
use crate::function::{Operand, bounded};
use crate::spl::eval::BinaryOperator;

/// What a binary operator gives.
///
/// ```
/// use splc::function::{Operand, apply};
/// use splc::spl::eval::BinaryOperator;
/// let sum = apply(BinaryOperator::Add, &Operand::text("1"), &Operand::number(2.0));
/// assert_eq!(sum, Operand::number(3.0));
/// assert_eq!(apply(BinaryOperator::Equal, &sum, &Operand::Null), Operand::Null);
/// ```
pub fn apply(operator: BinaryOperator, left: &Operand, right: &Operand) -> Operand {
    use BinaryOperator as Op;
    match operator {
        Op::And => truth(and(left.truth(), right.truth())),
        Op::Or => truth(and(left.truth().map(|it| !it), right.truth().map(|it| !it)).map(|it| !it)),
        Op::Xor => truth(left.truth().zip(right.truth()).map(|(left, right)| left != right)),
        Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
            compare(operator, left, right)
        }
        Op::Like => some_pair(left, right, |text, pattern| Some(matching::is_like(text, pattern))),
        Op::Concatenate => match (left.single(), right.single()) {
            (Some(left), Some(right)) => bounded(Operand::text(left.text().into_owned() + &right.text())),
            _ => Operand::Null,
        },
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
            arithmetic(operator, left, right)
        }
    }
}

/// NOT; of null it is null.
///
/// ```
/// use splc::function::{Operand, not};
/// assert_eq!(not(&Operand::Boolean(true)), Operand::Boolean(false));
/// assert_eq!(not(&Operand::Null), Operand::Null);
/// ```
pub fn not(operand: &Operand) -> Operand {
    truth(operand.truth().map(|value| !value))
}

/// The number with the other sign; null for what is no number.
///
/// ```
/// use splc::function::{Operand, minus};
/// assert_eq!(minus(&Operand::text("2")), Operand::number(-2.0));
/// assert_eq!(minus(&Operand::text("x")), Operand::Null);
/// ```
pub fn minus(operand: &Operand) -> Operand {
    operand.single().and_then(number_of).map_or(Operand::Null, |number| Operand::number(0.0 - number))
}

/// `left IN (values)`: true if it equals one of them, else null if some comparison is null, else false.
///
/// ```
/// use splc::function::{Operand, is_in};
/// let left = Operand::text("a");
/// assert_eq!(is_in(&left, &[Operand::Null, Operand::text("a")]), Operand::Boolean(true));
/// assert_eq!(is_in(&left, &[Operand::Null, Operand::text("b")]), Operand::Null);
/// assert_eq!(is_in(&left, &[]), Operand::Boolean(false));
/// ```
pub fn is_in(left: &Operand, values: &[Operand]) -> Operand {
    if left.is_null() {
        return Operand::Null;
    }
    let equal = |value| apply(BinaryOperator::Equal, left, value);
    values
        .iter()
        .map(equal)
        .fold(Operand::Boolean(false), |found, next| apply(BinaryOperator::Or, &found, &next))
}

fn truth(value: Option<bool>) -> Operand {
    value.map_or(Operand::Null, Operand::Boolean)
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        (None, _) | (_, None) => None,
    }
}

fn compare(operator: BinaryOperator, left: &Operand, right: &Operand) -> Operand {
    match (left, right, operator) {
        (Operand::Boolean(left), Operand::Boolean(right), BinaryOperator::Equal) => {
            Operand::Boolean(left == right)
        }
        (Operand::Boolean(left), Operand::Boolean(right), BinaryOperator::NotEqual) => {
            Operand::Boolean(left != right)
        }
        _ => some_pair(left, right, |left, right| holds(operator, left, right)),
    }
}

/// Whether the test is true for some pair of values; null if it is for none and null for all, as it is without a pair.
pub(super) fn some_pair(
    left: &Operand,
    right: &Operand,
    test: impl Fn(&Value, &Value) -> Option<bool>,
) -> Operand {
    let pairs = left.values().iter().flat_map(|left| right.values().iter().map(move |right| (left, right)));
    let mut found = None;
    for (left, right) in pairs {
        match test(left, right) {
            Some(true) => return Operand::Boolean(true),
            Some(false) => found = Some(false),
            None => {}
        }
    }
    truth(found)
}

/// Whether two values compare so; nothing for a number and a text that is none.
fn holds(operator: BinaryOperator, left: &Value, right: &Value) -> Option<bool> {
    use BinaryOperator as Op;
    let order = match (left, right, operator) {
        (Value::Text(left), Value::Text(right), Op::Equal | Op::NotEqual) => left.cmp(right),
        (Value::Text(left), Value::Text(right), _) => number::compare(left, right),
        _ => number_of(left)?.partial_cmp(&number_of(right)?)?,
    };
    Some(match operator {
        Op::NotEqual => order.is_ne(),
        Op::Less => order.is_lt(),
        Op::LessEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterEqual => order.is_ge(),
        _ => order.is_eq(),
    })
}

fn arithmetic(operator: BinaryOperator, left: &Operand, right: &Operand) -> Operand {
    use BinaryOperator as Op;
    let (Some(left), Some(right)) = (left.single(), right.single()) else { return Operand::Null };
    match (number_of(left).zip(number_of(right)), operator) {
        (Some((left, right)), Op::Add) => Operand::number(left + right),
        (Some((left, right)), Op::Subtract) => Operand::number(left - right),
        (Some((left, right)), Op::Multiply) => Operand::number(left * right),
        (Some((left, right)), Op::Divide) => Operand::number(left / right),
        (Some((left, right)), _) => Operand::number(left % right),
        (None, Op::Add) => match (left, right) {
            (Value::Text(left), Value::Text(right)) => bounded(Operand::text(left.clone() + right)),
            _ => Operand::Null,
        },
        (None, _) => Operand::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BinaryOperator::{And, Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual, Or, Xor};

    const TRUTHS: [Operand; 3] = [Operand::Null, Operand::Boolean(true), Operand::Boolean(false)];

    #[test]
    fn logic_has_three_values() {
        for a in &TRUTHS {
            assert_eq!(not(&not(a)), *a);
            assert_eq!(apply(And, a, a), *a);
            assert_eq!(apply(Or, a, a), *a);
            for b in &TRUTHS {
                for operator in [And, Or, Xor] {
                    assert_eq!(apply(operator, a, b), apply(operator, b, a));
                }
                assert_eq!(not(&apply(And, a, b)), apply(Or, &not(a), &not(b)));
                let either = apply(And, &apply(Or, a, b), &not(&apply(And, a, b)));
                assert_eq!(apply(Xor, a, b), either);
                for c in &TRUTHS {
                    let distributed = apply(Or, &apply(And, a, b), &apply(And, a, c));
                    assert_eq!(apply(And, a, &apply(Or, b, c)), distributed);
                }
            }
        }
    }

    /// Single values of every kind, and several.
    fn operands() -> Vec<Operand> {
        let texts = ["", "a", "B", "1", "1.0", "01", "-0", "1e400", "9"].map(Operand::text);
        let numbers = [0.0, 1.0, -1.5, f64::MAX, f64::MIN_POSITIVE].map(Operand::number);
        let several = Operand::of(&[Value::from("x"), Value::from("1"), Value::Number(2.0)]);
        TRUTHS.into_iter().chain(texts).chain(numbers).chain([several]).collect()
    }

    #[test]
    fn comparisons_agree_with_each_other() {
        for left in &operands() {
            for right in &operands() {
                assert_eq!(apply(Equal, left, right), apply(Equal, right, left), "{left:?} {right:?}");
                assert_eq!(apply(Less, left, right), apply(Greater, right, left), "{left:?} {right:?}");
                if left.values().len() < 2 && right.values().len() < 2 {
                    assert_eq!(apply(NotEqual, left, right), not(&apply(Equal, left, right)));
                    assert_eq!(apply(GreaterEqual, left, right), not(&apply(Less, left, right)));
                    assert_eq!(apply(LessEqual, left, right), not(&apply(Greater, left, right)));
                }
                let in_list = is_in(left, std::slice::from_ref(right));
                assert_eq!(in_list, apply(Equal, left, right), "{left:?} {right:?}");
            }
        }
    }
}
