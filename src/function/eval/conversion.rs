//! Functions that make values of one kind into another.
//!
//! In: operands. Out: an operand (Search Reference, "Conversion functions"). What cannot be converted is null.

use std::net::Ipv4Addr;

use serde_json::Value as Json;

use crate::event::{Value, number};
use crate::function::eval::mathematical::rounded;
use crate::function::eval::{each, json, printf};
use crate::function::operand::number_of;
use crate::function::{Context, Function, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("ipmask", 2, Some(2)).gives("the IPv4 address with only the bits of the mask", ipmask),
    Function::new("printf", 1, None)
        .gives("the format with the arguments in the places of its conversions", printf::printf),
    Function::new("toarray", 1, Some(1))
        .gives("the JSON array that the text is, or one of several values", toarray),
    Function::new("tobool", 1, Some(1))
        .gives("true for `true` and numbers but 0, false for `false` and 0", tobool),
    Function::new("todouble", 1, Some(2)).gives("the number that the text is in a base", tonumber),
    Function::new("toint", 1, Some(2))
        .gives("the number that the text is in a base, rounded down", |it, context| {
            each::number(&tonumber(it, context), f64::floor)
        }),
    Function::new("tojson", 1, Some(2)),
    Function::new("tomv", 1, Some(1)).gives("the elements of a JSON array; several values as they are", tomv),
    Function::new("tonumber", 1, Some(2))
        .gives("the number that the text is in a base, 10 if none is given", tonumber),
    Function::new("toobject", 1, Some(1)).gives("the JSON object that the text is", |it, _| match it {
        [only] => only
            .single()
            .and_then(json::read)
            .filter(Json::is_object)
            .map_or(Operand::Null, |it| json::written(&it)),
        _ => Operand::Null,
    }),
    Function::new("tostring", 1, Some(2)).gives("the value as text, a number in a format", tostring),
];

/// Several values become what `mv_to_json_array` makes of them with kinds inferred.
fn toarray(arguments: &[Operand], context: &Context) -> Operand {
    match arguments {
        [Operand::Values(values)] => match values.as_slice() {
            [only] => json::read(only).filter(Json::is_array).map_or(Operand::Null, |it| json::written(&it)),
            several => json::values_to_array(&[Operand::of(several), Operand::Boolean(true)], context),
        },
        _ => Operand::Null,
    }
}

fn ipmask(arguments: &[Operand], _: &Context) -> Operand {
    let [mask, address] = arguments else { return Operand::Null };
    let parse = |text: &str| text.parse::<Ipv4Addr>().ok().map(u32::from);
    let Some(mask) = each::only_text(mask).and_then(|mask| parse(&mask)) else { return Operand::Null };
    each::text(address, |address| Some(Value::Text(Ipv4Addr::from(parse(address)? & mask).to_string())))
}

fn tobool(arguments: &[Operand], _: &Context) -> Operand {
    let [operand] = arguments else { return Operand::Null };
    let truth = |value: &Value| match (number_of(value), value.text().to_ascii_lowercase().as_str()) {
        (Some(number), _) => Some(number != 0.0),
        (None, "true") => Some(true),
        (None, "false") => Some(false),
        (None, _) => None,
    };
    match (operand, operand.single()) {
        (Operand::Boolean(value), _) => Operand::Boolean(*value),
        (_, Some(value)) => truth(value).map_or(Operand::Null, Operand::Boolean),
        _ => Operand::Null,
    }
}

/// "There is no conversion from string."
fn tomv(arguments: &[Operand], _: &Context) -> Operand {
    match arguments {
        [Operand::Values(values)] => match values.as_slice() {
            [only] => json::elements(only).unwrap_or(Operand::Null),
            several => Operand::of(several),
        },
        _ => Operand::Null,
    }
}

/// A text with blanks round the number is none: "Use the trim function to remove leading or trailing spaces". A number
/// stays what it is, whatever the base.
fn tonumber(arguments: &[Operand], _: &Context) -> Operand {
    let (value, base) = match arguments {
        [value] => (value, Some(10)),
        [value, base] => (value, each::only_whole(base).and_then(|base| u32::try_from(base).ok())),
        _ => return Operand::Null,
    };
    let Some(base) = base.filter(|base| (2..=36).contains(base)) else { return Operand::Null };
    each::each(value, |value| match value {
        Value::Number(_) => Some(value.clone()),
        Value::Text(text) => {
            each::finite(if base == 10 { number::parse(text) } else { in_base(text, base) }?)
        }
    })
}

fn in_base(text: &str, base: u32) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let prefix = |prefix: &str| digits.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let digits = if base == 16 && prefix("0x") { digits.get(2..)? } else { digits };
    let value = digits.chars().try_fold(0.0, |sum, digit| {
        digit.to_digit(base).map(|digit| sum * f64::from(base) + f64::from(digit))
    })?;
    (!digits.is_empty()).then_some(sign * value)
}

/// A truth value is `True` or `False`; a format is for numbers, and a text that is none stays.
fn tostring(arguments: &[Operand], _: &Context) -> Operand {
    let (operand, format) = match arguments {
        [operand] => (operand, None),
        [operand, format] => (operand, each::only_text(format)),
        _ => return Operand::Null,
    };
    if let Operand::Boolean(value) = operand {
        return Operand::text(if *value { "True" } else { "False" });
    }
    let format = format.map(|format| format.to_ascii_lowercase());
    each::each(operand, |value| {
        Some(Value::Text(match (number_of(value), format.as_deref()) {
            (Some(number), Some("hex")) => in_radix(number, "0x", |whole| format!("{whole:X}")),
            (Some(number), Some("binary")) => in_radix(number, "", |whole| format!("{whole:b}")),
            (Some(number), Some("commas")) => commas(number),
            (Some(number), Some("duration")) => duration(number),
            _ => value.text().into_owned(),
        }))
    })
}

/// The whole part in another radix.
fn in_radix(number: f64, prefix: &str, print: impl Fn(u64) -> String) -> String {
    let sign = if number <= -1.0 { "-" } else { "" };
    let whole = each::whole(number.trunc()).map_or(u64::MAX, i64::unsigned_abs);
    format!("{sign}{prefix}{}", print(whole))
}

/// Groups of three digits; a fraction is rounded to two decimals.
fn commas(number: f64) -> String {
    if number.fract() == 0.0 {
        return grouped(&Value::Number(number).text());
    }
    grouped(&format!("{:.2}", rounded(number, 2)))
}

/// Commas between groups of three digits of the whole part of a number.
pub(super) fn grouped(number: &str) -> String {
    let (sign, digits) = number.split_at(number.len() - number.trim_start_matches('-').len());
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut grouped = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at < whole && (whole - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `HH:MM:SS`, with `days+` before it and a fraction of six digits behind it where they are not zero.
fn duration(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let micros = each::whole((seconds.abs() * 1e6).round()).unwrap_or(0);
    let (whole, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let days = match whole / 86_400 {
        0 => String::new(),
        days => format!("{days}+"),
    };
    let clock = format!("{:02}:{:02}:{:02}", whole / 3_600 % 24, whole / 60 % 60, whole % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
    format!("{sign}{days}{clock}{fraction}")
}
