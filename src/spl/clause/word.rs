//! Words of arguments: bare, in either kind of quotes, or made of pieces as in `datamodel:"A"."B"`.
//!
//! In: the place of a scanner. Out: a word, or nothing where none starts. Invariant: a word takes at least one byte.

use crate::spl::clause::{Quote, Word};
use crate::spl::input;
use crate::spl::scan::Scanner;

/// The word that starts here, as a name or as the value of a setting, where `=` is part of it.
pub(super) fn word(scanner: &mut Scanner<'_, '_>, is_value: bool) -> Option<Word> {
    let start = scanner.at;
    if let Some(text) = single_quoted(scanner) {
        return Some(Word { text, quote: Quote::Single, span: scanner.since(start) });
    }
    let mut text = String::new();
    let mut pieces = 0;
    let mut quoted = false;
    loop {
        if let Some(span) = scanner.string() {
            text.push_str(&input::unescape_quoted(scanner.inside(span)));
            quoted = true;
        } else if !bare(scanner, is_value, &mut text) {
            break;
        } else {
            quoted = false;
        }
        pieces += 1;
        // Pieces join only at the dots and colons of a qualified name.
        let joins = match scanner.peek() {
            Some('"') => !quoted && text.ends_with(['.', ':']),
            Some('.') => quoted,
            _ => false,
        };
        if !joins {
            break;
        }
    }
    if pieces == 0 {
        return None;
    }
    let quote = if pieces == 1 && quoted { Quote::Double } else { Quote::None };
    Some(Word { text, quote, span: scanner.since(start) })
}

/// Takes characters that need no quotes; whether there were any.
fn bare(scanner: &mut Scanner<'_, '_>, is_value: bool, text: &mut String) -> bool {
    let start = scanner.at;
    loop {
        scanner.take_until(|character| ends(character, is_value));
        match scanner.peek() {
            // A backslash takes the next character with it.
            Some('\\') => {
                scanner.take_any();
                scanner.take_any();
            }
            Some('!') if !scanner.starts_with("!=") => {
                scanner.take_any();
            }
            _ => break,
        }
    }
    text.push_str(&input::unescape(scanner.since(start).of(scanner.query.text)));
    scanner.at > start
}

fn ends(character: char, is_value: bool) -> bool {
    input::is_space(character)
        || matches!(character, '"' | '(' | ')' | '[' | ']' | '|' | '`' | ',' | '\\')
        || !is_value && matches!(character, '=' | '!')
}

/// A word in single quotes that ends before white space, a bracket or an operator; others are bare words.
fn single_quoted(scanner: &mut Scanner<'_, '_>) -> Option<String> {
    let rest = scanner.rest().strip_prefix('\'')?;
    let end = rest.find(['\'', '\n'])?;
    let after = rest.get(end..)?.strip_prefix('\'')?;
    let is_end = after.chars().next().is_none_or(|character| ends(character, false));
    let text = rest.get(..end)?;
    if !is_end || text.is_empty() {
        return None;
    }
    scanner.at += end + 2;
    Some(text.to_owned())
}
