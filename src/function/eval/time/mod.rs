//! Functions of time.
//!
//! In: operands. Out: an operand (Search Reference, "Date and Time functions"). A time is a number of seconds since 1970 in
//! UTC. Splunk shows and reads times in the time zone of the user, which a search does not tell; here it is UTC.

mod format;
mod parse;
mod shift;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::event::Value;
use crate::function::eval::each;
use crate::function::operand::number_of;
use crate::function::{Context, Function, Operand};

pub(super) use shift::{Shift, shifted};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("now", 0, Some(0)).gives("the time at which the search started", now),
    Function::new("relative_time", 2, Some(2))
        .gives("the time moved and snapped by a time modifier", relative_time),
    Function::new("strftime", 2, Some(2)).gives("the time as text in a format", strftime),
    Function::new("strptime", 2, Some(2)).gives("the time that a text in a format tells", strptime),
    Function::new("time", 0, Some(0)).gives("the time now, which is that of `now()` here", now),
];

/// Whether a text is a time modifier, `now` or steps such as `-1d@d` (Search Reference, "Time modifiers").
///
/// ```
/// use splc::function::is_time_modifier;
/// assert!(is_time_modifier("-1d@d") && is_time_modifier("@w1+3h") && !is_time_modifier("-1hh"));
/// ```
pub fn is_time_modifier(text: &str) -> bool {
    Shift::read_all(text).is_some()
}

fn now(_: &[Operand], context: &Context) -> Operand {
    Operand::number(context.now)
}

fn relative_time(arguments: &[Operand], _: &Context) -> Operand {
    let [time, modifier] = arguments else { return Operand::Null };
    let Some(shifts) = each::only_text(modifier).and_then(|modifier| Shift::read_all(&modifier)) else {
        return Operand::Null;
    };
    each::each(time, |time| each::finite(shifted(number_of(time)?, &shifts)?))
}

fn strftime(arguments: &[Operand], _: &Context) -> Operand {
    let [time, format] = arguments else { return Operand::Null };
    let Some(format) = each::only_text(format) else { return Operand::Null };
    each::each(time, |time| Some(Value::Text(format::written(&zoned(number_of(time)?)?, &format))))
}

fn strptime(arguments: &[Operand], context: &Context) -> Operand {
    let [text, format] = arguments else { return Operand::Null };
    let Some(format) = each::only_text(format) else { return Operand::Null };
    let format = format::expanded(&format);
    each::text(text, |text| each::finite(parse::read(text, &format, zoned(context.now)?.datetime())?))
}

/// The time as a date and a clock, to the nanosecond; nothing outside of the years -9999 to 9999.
fn zoned(time: f64) -> Option<Zoned> {
    let whole = each::whole(time.floor())?;
    // A double of today's size is exact to a quarter of a microsecond: what stands behind that is rounding.
    let micros = each::whole(((time - time.floor()) * 1e6).round())?;
    let micros = whole.checked_mul(1_000_000)?.checked_add(micros)?;
    Some(Timestamp::from_microsecond(micros).ok()?.to_zoned(TimeZone::UTC))
}
