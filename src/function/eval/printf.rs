//! `printf`: a text from a format and values.
//!
//! In: a format and arguments. Out: a text, or null where the format is none (Search Reference, "printf"). A conversion is
//! `%`, flags, a width, a precision and a letter; `*` takes the width or the precision from the arguments. Invariant: no
//! width or precision makes a text longer than `LONGEST` characters.

use std::iter::Peekable;
use std::slice::Iter;
use std::str::Chars;

use crate::event::Value;
use crate::function::eval::conversion::grouped;
use crate::function::eval::each;
use crate::function::operand::number_of;
use crate::function::{Context, LONGEST_TEXT, Operand};

/// The greatest width and precision.
const LONGEST: usize = 1_024;

/// What stands between `%` and the letter.
#[derive(Default)]
struct Options {
    commas: bool,
    left: bool,
    plus: bool,
    blank: bool,
    hash: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// Null where a value is missing, or is no number where a number is asked for.
pub(super) fn printf(arguments: &[Operand], _: &Context) -> Operand {
    let Some((format, rest)) = arguments.split_first() else { return Operand::Null };
    let Some(format) = each::only_text(format) else { return Operand::Null };
    let mut values = rest.iter();
    let mut characters = format.chars().peekable();
    let mut out = String::new();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        if out.len() > LONGEST_TEXT {
            return Operand::Null;
        }
        let Some(options) = options(&mut characters, &mut values) else { return Operand::Null };
        match characters.next() {
            Some('%') => out.push('%'),
            Some(letter) => match values.next().and_then(|value| converted(letter, &options, value)) {
                Some(text) => out += &padded(text, &options),
                None => return Operand::Null,
            },
            None => return Operand::Null,
        }
    }
    Operand::text(out)
}

fn options(characters: &mut Peekable<Chars<'_>>, values: &mut Iter<'_, Operand>) -> Option<Options> {
    let mut options = Options::default();
    while let Some(flag) = characters.next_if(|next| "'-+ #0".contains(*next)) {
        match flag {
            '\'' => options.commas = true,
            '-' => options.left = true,
            '+' => options.plus = true,
            ' ' => options.blank = true,
            '#' => options.hash = true,
            _ => options.zero = true,
        }
    }
    let width = size(characters, values)?;
    options.left |= width.is_some_and(|width| width < 0);
    options.width = width.map_or(0, bounded);
    if characters.next_if_eq(&'.').is_some() {
        let precision = size(characters, values)?.unwrap_or(0);
        options.precision = (precision >= 0).then(|| bounded(precision));
    }
    Some(options)
}

fn bounded(size: i64) -> usize {
    usize::try_from(size.unsigned_abs()).map_or(LONGEST, |size| size.min(LONGEST))
}

/// Digits, or `*` for the next argument; nothing at all if that is no whole number.
#[allow(clippy::option_option, reason = "no size is something else than one that cannot be read")]
fn size(characters: &mut Peekable<Chars<'_>>, values: &mut Iter<'_, Operand>) -> Option<Option<i64>> {
    if characters.next_if_eq(&'*').is_some() {
        return values.next().and_then(each::only_whole).map(Some);
    }
    let mut digits = String::new();
    while let Some(digit) = characters.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    if digits.is_empty() { Some(None) } else { Some(Some(digits.parse().unwrap_or(i64::MAX))) }
}

/// The value as the letter asks; nothing for an unknown letter, and for a value that is missing or no number.
fn converted(letter: char, options: &Options, operand: &Operand) -> Option<String> {
    if let (Operand::Boolean(truth), 's' | 'z') = (operand, letter) {
        return Some(truth.to_string());
    }
    let value = operand.single()?;
    let number = number_of(value);
    Some(match letter {
        's' | 'z' => value.text().chars().take(options.precision.unwrap_or(usize::MAX)).collect(),
        'c' => code_point(value),
        'd' | 'i' => signed(number?, options, |size| digits(size.trunc(), options)),
        'u' => digits(number?.abs().trunc(), options),
        // `%p` is another name of `%X`.
        'o' | 'x' | 'X' | 'p' => radix(number?, letter, options),
        'f' | 'F' => signed(number?, options, |size| fixed(size, options)),
        'e' | 'g' | 'a' => signed(number?, options, |size| floating(size, letter, options)),
        'E' | 'G' | 'A' => {
            let letter = letter.to_ascii_lowercase();
            signed(number?, options, |size| floating(size, letter, options)).to_ascii_uppercase()
        }
        _ => return None,
    })
}

fn signed(number: f64, options: &Options, print: impl Fn(f64) -> String) -> String {
    let sign = match (number < 0.0, options.plus, options.blank) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    };
    sign.to_owned() + &print(number.abs())
}

/// The character of a number, or the first of a text.
fn code_point(value: &Value) -> String {
    let code = match value {
        Value::Number(number) => each::whole(*number).and_then(|code| u32::try_from(code).ok()),
        Value::Text(_) => None,
    };
    let first = code.and_then(char::from_u32).or_else(|| value.text().chars().next());
    first.map(String::from).unwrap_or_default()
}

/// "A precision of 0 means that no character is returned for the value 0."
fn digits(number: f64, options: &Options) -> String {
    if number == 0.0 && options.precision == Some(0) {
        return String::new();
    }
    let digits = Value::Number(number).text().into_owned();
    let digits =
        format!("{}{digits}", "0".repeat(options.precision.unwrap_or(0).saturating_sub(digits.len())));
    if options.commas { grouped(&digits) } else { digits }
}

fn fixed(number: f64, options: &Options) -> String {
    let precision = options.precision.unwrap_or(6);
    let text = format!("{number:.precision$}");
    if options.commas { grouped(&text) } else { text }
}

fn radix(number: f64, letter: char, options: &Options) -> String {
    // A number below zero shows the bits of its 64-bit form, as in C.
    let bits = each::whole(number.trunc()).unwrap_or(0);
    let (prefix, text) = match letter {
        'o' => ("0", format!("{bits:o}")),
        'x' => ("0x", format!("{bits:x}")),
        _ => ("0X", format!("{bits:X}")),
    };
    let text = format!("{}{text}", "0".repeat(options.precision.unwrap_or(0).saturating_sub(text.len())));
    if options.hash && bits != 0 { format!("{prefix}{text}") } else { text }
}

/// `e`, `g` and `a` of C.
fn floating(number: f64, letter: char, options: &Options) -> String {
    match letter {
        'e' => exponential(number, options.precision.unwrap_or(6)),
        'g' => general(number, options.precision.unwrap_or(6).max(1), options.hash),
        _ => hexadecimal(number, options.precision),
    }
}

/// `1.50e+03`: the exponent has a sign and two digits or more.
fn exponential(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn general(number: f64, precision: usize, keeps_zeros: bool) -> String {
    let scientific = exponential(number, precision - 1);
    let exponent =
        scientific.rsplit_once('e').and_then(|(_, digits)| digits.parse::<i64>().ok()).unwrap_or(0);
    let precision = i64::try_from(precision).unwrap_or(i64::MAX);
    let is_plain = (-4..precision).contains(&exponent);
    let text = if is_plain {
        let decimals = usize::try_from(precision - 1 - exponent).unwrap_or(0);
        format!("{number:.decimals$}")
    } else {
        scientific
    };
    let (mantissa, rest) = text.find('e').map_or((text.as_str(), ""), |at| text.split_at(at));
    if keeps_zeros || !mantissa.contains('.') {
        return text;
    }
    format!("{}{rest}", mantissa.trim_end_matches('0').trim_end_matches('.'))
}

/// `0x1.92p+1`: the bits of the number.
fn hexadecimal(number: f64, precision: Option<usize>) -> String {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = number.to_bits();
    let biased = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
    let (mut lead, mut fraction) = (u64::from(biased != 0), bits & FRACTION);
    let exponent = match (biased, fraction) {
        (0, 0) => 0,
        (0, _) => -1_022,
        _ => biased - 1_023,
    };
    let shown = precision.unwrap_or(13).min(13);
    let cut = 4 * (13 - shown);
    if cut > 0 {
        let half = 1_u64 << (cut - 1);
        let all = lead << 52 | fraction;
        // Halves go to the even digit, as C rounds.
        let odd = all >> cut & 1;
        let rounded = (all + half - 1 + odd) >> cut << cut;
        (lead, fraction) = (rounded >> 52, rounded & FRACTION);
    }
    let mut digits = format!("{fraction:013x}");
    digits.truncate(shown);
    if precision.is_none() {
        digits.truncate(digits.trim_end_matches('0').len());
    }
    digits += &"0".repeat(precision.unwrap_or(0).saturating_sub(13));
    let point = if digits.is_empty() { "" } else { "." };
    format!("0x{lead}{point}{digits}p{exponent:+}")
}

/// Zeros stand between the sign and the digits.
fn padded(text: String, options: &Options) -> String {
    let missing = options.width.saturating_sub(text.chars().count());
    if options.left {
        return text + &" ".repeat(missing);
    }
    let is_number =
        text.trim_start_matches(['+', '-', ' ']).starts_with(|first: char| first.is_ascii_digit());
    if options.zero && is_number {
        let signs = text.len() - text.trim_start_matches(['+', '-', ' ']).len();
        let (sign, digits) = text.split_at(signs);
        return format!("{sign}{}{digits}", "0".repeat(missing));
    }
    " ".repeat(missing) + &text
}
