//! Functions of angles, in radians.
//!
//! In: operands. Out: an operand (Search Reference, "Trig and Hyperbolic functions"). A number outside of the domain has
//! no result.

use crate::function::eval::each;
use crate::function::{Function, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("acos", 1, Some(1)).gives("the arc cosine", |it, _| one(it, f64::acos)),
    Function::new("acosh", 1, Some(1)).gives("the inverse hyperbolic cosine", |it, _| one(it, f64::acosh)),
    Function::new("asin", 1, Some(1)).gives("the arc sine", |it, _| one(it, f64::asin)),
    Function::new("asinh", 1, Some(1)).gives("the inverse hyperbolic sine", |it, _| one(it, f64::asinh)),
    Function::new("atan", 1, Some(1)).gives("the arc tangent", |it, _| one(it, f64::atan)),
    Function::new("atan2", 2, Some(2)).gives("the angle of a point: y, then x", |it, _| two(it, f64::atan2)),
    Function::new("atanh", 1, Some(1)).gives("the inverse hyperbolic tangent", |it, _| one(it, f64::atanh)),
    Function::new("cos", 1, Some(1)).gives("the cosine", |it, _| one(it, f64::cos)),
    Function::new("cosh", 1, Some(1)).gives("the hyperbolic cosine", |it, _| one(it, f64::cosh)),
    Function::new("hypot", 2, Some(2)).gives("the length of the hypotenuse", |it, _| two(it, f64::hypot)),
    Function::new("sin", 1, Some(1)).gives("the sine", |it, _| one(it, f64::sin)),
    Function::new("sinh", 1, Some(1)).gives("the hyperbolic sine", |it, _| one(it, f64::sinh)),
    Function::new("tan", 1, Some(1)).gives("the tangent", |it, _| one(it, f64::tan)),
    Function::new("tanh", 1, Some(1)).gives("the hyperbolic tangent", |it, _| one(it, f64::tanh)),
];

fn one(arguments: &[Operand], make: fn(f64) -> f64) -> Operand {
    match arguments {
        [number] => each::number(number, make),
        _ => Operand::Null,
    }
}

fn two(arguments: &[Operand], make: fn(f64, f64) -> f64) -> Operand {
    match arguments {
        [left, right] => match (each::only_number(left), each::only_number(right)) {
            (Some(left), Some(right)) => Operand::number(make(left, right)),
            _ => Operand::Null,
        },
        _ => Operand::Null,
    }
}
