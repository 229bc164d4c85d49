//! Functions of the bits of whole numbers.
//!
//! In: operands. Out: an operand (Search Reference, "Bitwise functions"): numbers are whole, from 0 to 2^53 - 1, and so
//! is the result; a bit that is shifted out of 53 bits is lost. Any other argument gives null.

use crate::function::eval::each;
use crate::function::{Context, Function, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("bit_and", 2, None)
        .gives("the bits that all numbers have", |it, _| joined(it, |a, b| a & b)),
    Function::new("bit_not", 1, Some(2))
        .gives("the bits that the number lacks, of 53 or of a mask", complement),
    Function::new("bit_or", 2, None).gives("the bits that some number has", |it, _| joined(it, |a, b| a | b)),
    Function::new("bit_shift_left", 2, Some(2))
        .gives("the bits moved up by so many places", |it, _| shifted(it, |number, places| number << places)),
    Function::new("bit_shift_right", 2, Some(2)).gives("the bits moved down by so many places", |it, _| {
        shifted(it, |number, places| number >> places)
    }),
    Function::new("bit_xor", 2, None)
        .gives("the bits that an odd count of the numbers has", |it, _| joined(it, |a, b| a ^ b)),
];

/// All bits of a number.
const MASK: i64 = (1 << 53) - 1;

fn bits(operand: &Operand) -> Option<i64> {
    each::only_whole(operand).filter(|number| (0..=MASK).contains(number))
}

fn number(bits: Option<i64>) -> Operand {
    bits.map_or(Operand::Null, |bits| Operand::number(each::from_whole(bits & MASK)))
}

fn joined(arguments: &[Operand], join: fn(i64, i64) -> i64) -> Operand {
    let numbers: Option<Vec<i64>> = arguments.iter().map(bits).collect();
    number(numbers.and_then(|numbers| numbers.into_iter().reduce(join)))
}

fn complement(arguments: &[Operand], _: &Context) -> Operand {
    match arguments {
        [only] => number(bits(only).map(|bits| !bits)),
        [only, mask] => number(bits(only).zip(bits(mask)).map(|(bits, mask)| !bits & mask)),
        _ => Operand::Null,
    }
}

fn shifted(arguments: &[Operand], shift: fn(i64, u32) -> i64) -> Operand {
    let [only, places] = arguments else { return Operand::Null };
    let places = bits(places).and_then(|places| u32::try_from(places).ok());
    number(bits(only).zip(places).map(|(bits, places)| if places < 53 { shift(bits, places) } else { 0 }))
}
