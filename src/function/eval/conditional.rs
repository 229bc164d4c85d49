//! Functions that choose between values.
//!
//! In: operands. Out: one of them (Search Reference, "Comparison and Conditional functions"). A condition that is null,
//! or no truth value, is not true.

use crate::function::{Context, Function, Operand, apply};
use crate::spl::eval::BinaryOperator;

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::of_pairs("case").gives("the value behind the first condition that is true, else null", case),
    Function::new("coalesce", 1, None).gives("the first argument that is not null", coalesce),
    // searchbnf.conf, `eval-function`; the Search Reference has no entry of that name.
    Function::new("ifnull", 1, None).gives("the first argument that is not null", coalesce),
    Function::new("false", 0, Some(0)).gives("false", |_, _| Operand::Boolean(false)),
    Function::new("if", 3, Some(3)).gives("the second argument if the first is true, else the third", when),
    Function::new("null", 0, Some(0)).gives("null", |_, _| Operand::Null),
    Function::new("nullif", 2, Some(2)).gives("null if both are equal, else the first", nullif),
    Function::new("true", 0, Some(0)).gives("true", |_, _| Operand::Boolean(true)),
    Function::of_pairs("validate")
        .gives("the value behind the first condition that is false, else null", validate),
];

fn case(arguments: &[Operand], _: &Context) -> Operand {
    chosen(arguments, |condition| *condition == Operand::Boolean(true))
}

/// "The opposite of the case function": its conditions are tests that a value has to pass.
fn validate(arguments: &[Operand], _: &Context) -> Operand {
    chosen(arguments, |condition| *condition == Operand::Boolean(false))
}

/// The value behind the first condition that is chosen; a condition without a value is not looked at.
fn chosen(arguments: &[Operand], is_chosen: impl Fn(&Operand) -> bool) -> Operand {
    let pairs = arguments.chunks_exact(2).find_map(|pair| match pair {
        [condition, value] if is_chosen(condition) => Some(value.clone()),
        _ => None,
    });
    pairs.unwrap_or(Operand::Null)
}

fn coalesce(arguments: &[Operand], _: &Context) -> Operand {
    arguments.iter().find(|argument| !argument.is_null()).cloned().unwrap_or(Operand::Null)
}

fn when(arguments: &[Operand], _: &Context) -> Operand {
    match arguments {
        [Operand::Boolean(true), value, _] | [_, _, value] => value.clone(),
        _ => Operand::Null,
    }
}

fn nullif(arguments: &[Operand], _: &Context) -> Operand {
    match arguments {
        [first, second] if apply(BinaryOperator::Equal, first, second) != Operand::Boolean(true) => {
            first.clone()
        }
        _ => Operand::Null,
    }
}
