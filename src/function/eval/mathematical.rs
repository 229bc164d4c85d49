//! Functions of numbers.
//!
//! In: operands. Out: an operand (Search Reference, "Mathematical functions" and "Statistical eval functions"). Numbers are
//! doubles; what is infinite or undefined, such as the root of a number below zero, is null. `random` has no known result,
//! and `sigfig` depends on how its argument was computed.

use std::cmp::Ordering;

use crate::event::Value;
use crate::function::eval::each;
use crate::function::operand::number_of;
use crate::function::{Context, Function, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("abs", 1, Some(1)).gives("the number without its sign", |it, _| one(it, f64::abs)),
    Function::new("avg", 1, None).gives("the mean of the arguments that are numbers", average),
    Function::new("ceil", 1, Some(1)).gives("the number rounded up", |it, _| one(it, f64::ceil)),
    Function::new("ceiling", 1, Some(1)).gives("the number rounded up", |it, _| one(it, f64::ceil)),
    Function::new("exact", 1, Some(1)).gives("the number, not rounded", |it, _| one(it, |number| number)),
    Function::new("exp", 1, Some(1)).gives("e to that power", |it, _| one(it, f64::exp)),
    Function::new("floor", 1, Some(1)).gives("the number rounded down", |it, _| one(it, f64::floor)),
    Function::new("ln", 1, Some(1)).gives("the natural logarithm", |it, _| one(it, f64::ln)),
    Function::new("log", 1, Some(2))
        .gives("the logarithm to the base, which is 10 if none is given", logarithm),
    Function::new("max", 1, None)
        .gives("the greatest argument; texts stand above numbers", |it, _| extreme(it, Ordering::Greater)),
    Function::new("min", 1, None)
        .gives("the least argument; texts stand above numbers", |it, _| extreme(it, Ordering::Less)),
    Function::new("pi", 0, Some(0)).gives("the constant pi", |_, _| Operand::number(std::f64::consts::PI)),
    Function::new("pow", 2, Some(2)).gives("the first number to the power of the second", power),
    Function::new("random", 0, Some(0)),
    Function::new("round", 1, Some(2))
        .gives("the number with so many decimals, 0 if not said; halves go up", round),
    Function::new("sigfig", 1, Some(1)),
    Function::new("sqrt", 1, Some(1)).gives("the square root", |it, _| one(it, f64::sqrt)),
    Function::new("sum", 1, None).gives("the sum of the arguments that are numbers", sum),
];

fn one(arguments: &[Operand], make: fn(f64) -> f64) -> Operand {
    match arguments {
        [number] => each::number(number, make),
        _ => Operand::Null,
    }
}

fn logarithm(arguments: &[Operand], _: &Context) -> Operand {
    match arguments {
        [number] => each::number(number, f64::log10),
        [number, base] => match each::only_number(base) {
            // The quotient of logarithms is off by a bit for the bases that have a function of their own.
            Some(10.0) => each::number(number, f64::log10),
            Some(2.0) => each::number(number, f64::log2),
            Some(base) => each::number(number, |number| number.log(base)),
            None => Operand::Null,
        },
        _ => Operand::Null,
    }
}

fn power(arguments: &[Operand], _: &Context) -> Operand {
    match arguments {
        [base, exponent] => {
            each::only_number(exponent).map_or(Operand::Null, |by| each::number(base, |base| base.powf(by)))
        }
        _ => Operand::Null,
    }
}

fn round(arguments: &[Operand], _: &Context) -> Operand {
    let (number, decimals) = match arguments {
        [number] => (number, Some(0)),
        [number, decimals] => (number, each::only_whole(decimals)),
        _ => return Operand::Null,
    };
    let Some(decimals) = decimals else { return Operand::Null };
    each::number(number, |number| rounded(number, decimals))
}

/// A number with so many decimals, halves away from zero. A number that has fewer stays as it is.
pub(super) fn rounded(number: f64, decimals: i64) -> f64 {
    let Some(places) = i32::try_from(decimals).ok().filter(|places| (-308..=308).contains(places)) else {
        return if decimals > 0 { number } else { 0.0 };
    };
    let scale = 10_f64.powi(places);
    let scaled = number * scale;
    let result = scaled.round() / scale;
    if scaled.is_finite() && result.is_finite() { result } else { number }
}

fn numbers(arguments: &[Operand]) -> Vec<f64> {
    arguments.iter().flat_map(Operand::values).filter_map(number_of).collect()
}

fn sum(arguments: &[Operand], _: &Context) -> Operand {
    let numbers = numbers(arguments);
    if numbers.is_empty() { Operand::Null } else { Operand::number(numbers.iter().sum()) }
}

/// Of no numbers it is 0 divided by 0, which is null.
fn average(arguments: &[Operand], _: &Context) -> Operand {
    let numbers = numbers(arguments);
    Operand::number(numbers.iter().sum::<f64>() / each::from_count(numbers.len()))
}

/// The first value that no other is beyond.
fn extreme(arguments: &[Operand], beyond: Ordering) -> Operand {
    let values = arguments.iter().flat_map(Operand::values);
    let best = values.reduce(|best, next| if order(next, best) == beyond { next } else { best });
    best.map_or(Operand::Null, |best| Operand::Values(vec![best.clone()]))
}

/// Numbers by size, below texts, which are in the order of their bytes.
fn order(left: &Value, right: &Value) -> Ordering {
    match (number_of(left), number_of(right)) {
        (Some(left), Some(right)) => left.partial_cmp(&right).unwrap_or(Ordering::Equal),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.text().cmp(&right.text()),
    }
}
