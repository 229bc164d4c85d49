//! Functions that tell what a value is.
//!
//! In: operands. Out: true, false or a word (Search Reference, "Informational functions"). A text that reads as a number is
//! one, since fields hold texts. Null is nothing of any kind, so the tests of kinds are false for it; of several values all
//! have to be of the kind. `commands`, `cluster` and `getfields` are not computed.

use crate::event::Value;
use crate::function::eval::{each, json};
use crate::function::operand::number_of;
use crate::function::{Context, Function, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("cluster", 1, Some(4)),
    Function::new("commands", 1, Some(1)),
    Function::new("getfields", 1, Some(1)),
    Function::new("isarray", 1, Some(1)).gives("whether the text is a JSON array", |it, _| {
        all(it, |value| json::read(value).is_some_and(|json| json.is_array()))
    }),
    Function::new("isbool", 1, Some(1)).gives("whether the argument is true or false", |it, _| {
        Operand::Boolean(matches!(it, [Operand::Boolean(_)]))
    }),
    Function::new("isdouble", 1, Some(1))
        .gives("whether the argument is a number with a fraction", |it, _| {
            all(it, |value| number_of(value).is_some_and(|number| each::whole(number).is_none()))
        }),
    Function::new("isint", 1, Some(1)).gives("whether the argument is a whole number", |it, _| {
        all(it, |value| number_of(value).is_some_and(|number| each::whole(number).is_some()))
    }),
    Function::new("ismv", 1, Some(1)).gives("whether the argument has several values", |it, _| {
        Operand::Boolean(matches!(it, [Operand::Values(values)] if values.len() > 1))
    }),
    Function::new("isnotnull", 1, Some(1))
        .gives("whether the argument is not null", |it, _| Operand::Boolean(!matches!(it, [Operand::Null]))),
    Function::new("isnull", 1, Some(1))
        .gives("whether the argument is null", |it, _| Operand::Boolean(matches!(it, [Operand::Null]))),
    Function::new("isnum", 1, Some(1))
        .gives("whether the argument is a number", |it, _| all(it, |value| number_of(value).is_some())),
    Function::new("isobject", 1, Some(1)).gives("whether the text is a JSON object", |it, _| {
        all(it, |value| json::read(value).is_some_and(|json| json.is_object()))
    }),
    Function::new("isstr", 1, Some(1)).gives("whether the argument is a text that is no number", |it, _| {
        all(it, |value| number_of(value).is_none())
    }),
    Function::new("typeof", 1, Some(1)).gives("`Number`, `String`, `Boolean`, or `Invalid` for null", kind),
];

fn all(arguments: &[Operand], is_kind: impl Fn(&Value) -> bool) -> Operand {
    let values = arguments.iter().flat_map(Operand::values);
    Operand::Boolean(arguments.iter().any(|it| !it.values().is_empty()) && values.clone().all(is_kind))
}

/// Several values are `Multivalue`, for which the page has no word.
fn kind(arguments: &[Operand], _: &Context) -> Operand {
    Operand::text(match arguments {
        [Operand::Boolean(_)] => "Boolean",
        [Operand::Values(values)] if values.len() > 1 => "Multivalue",
        [Operand::Values(values)] if values.iter().all(|value| number_of(value).is_some()) => "Number",
        [Operand::Values(_)] => "String",
        _ => "Invalid",
    })
}
