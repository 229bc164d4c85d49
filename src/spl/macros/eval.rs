//! Definitions that are eval expressions, as far as they join texts.
//!
//! In: the expression, with arguments replaced. Out: the text it gives, or nothing. Read is a number alone, and
//! double-quoted strings and arguments joined by `.` or `+` (Search Reference, "Evaluation functions"; the escapes
//! of strings are `\"`, `\\` and `\t`, Search Manual, "Types of expressions"). Invariant: nothing else is guessed at:
//! an expression with a function, a field or arithmetic gives nothing.

/// The text that a joining expression gives; `argument` gives the value of a bare name.
pub(super) fn joined(expression: &str, argument: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let expression = expression.trim();
    if is_number(expression) {
        return Some(expression.to_owned());
    }
    let (mut text, mut rest) = operand(expression, argument)?;
    while !rest.is_empty() {
        let (value, after) = operand(rest.strip_prefix(['.', '+'])?.trim_start(), argument)?;
        text.push_str(&value);
        rest = after;
    }
    Some(text)
}

fn is_number(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(part)
}

/// One text, and what follows it without the white space between.
fn operand<'t>(text: &'t str, argument: &dyn Fn(&str) -> Option<String>) -> Option<(String, &'t str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end)?;
        return Some((argument(name)?, rest.trim_start()));
    };
    let mut value = String::new();
    let mut characters = inside.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str().trim_start())),
            '\\' => match characters.next()? {
                plain @ ('"' | '\\') => value.push(plain),
                't' => value.push('\t'),
                other => value.extend(['\\', other]),
            },
            plain => value.push(plain),
        }
    }
}
