//! Calls of macros: name and arguments, and the arguments put into a definition.
//!
//! In: the text between two backticks; a definition. Out: name and arguments; the text with `$argument$` replaced.
//! Rules: `macros.conf.spec`; commas inside double quotes and parentheses do not separate; the quotes round an
//! argument are taken off and `\"` in it becomes `"`; arguments are all named or none (`messages.conf`). Invariant:
//! one pass over the text, and no replaced text is looked at again.

use super::Definition;

/// A call, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call<'t> {
    pub(super) name: &'t str,
    /// The arguments as they are written, trimmed.
    pub(super) arguments: Vec<&'t str>,
    /// Whether parentheses follow the name.
    pub(super) has_parentheses: bool,
}

/// Takes the text between two backticks apart.
pub(super) fn parse(body: &str) -> Call<'_> {
    let body = body.trim();
    let inner = body.split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
    let Some((name, rest)) = inner else {
        return Call { name: body, arguments: Vec::new(), has_parentheses: false };
    };
    let arguments = if rest.trim().is_empty() { Vec::new() } else { arguments(rest) };
    Call { name: name.trim(), arguments, has_parentheses: true }
}

/// Cuts at commas outside of double quotes and parentheses.
fn arguments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0_usize, false);
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                found.push(text.get(start..at).unwrap_or("").trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text.get(start..).unwrap_or("").trim());
    found
}

/// Arguments that Splunk does not take (`messages.conf`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Some are named and others are not, or one is named twice or not at all.
    Names,
    /// One starts with a parenthesis and does not end with one.
    Parenthesis,
}

/// The values of a definition's arguments, in its order.
pub(super) fn values(call: &Call<'_>, definition: &Definition) -> Result<Vec<String>, Unfit> {
    if call.arguments.iter().any(|argument| argument.starts_with('(') && !argument.ends_with(')')) {
        return Err(Unfit::Parenthesis);
    }
    let named: Vec<Option<(&str, &str)>> =
        call.arguments.iter().map(|argument| named(argument, definition)).collect();
    if named.iter().all(Option::is_none) {
        let mut values: Vec<String> = call.arguments.iter().map(|argument| unquoted(argument)).collect();
        values.resize(definition.arguments.len(), String::new());
        return Ok(values);
    }
    if named.iter().any(Option::is_none) {
        return Err(Unfit::Names);
    }
    let value = |name: &String| {
        let mut values = named.iter().flatten().filter(|(other, _)| other == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(unquoted(value)),
            _ => Err(Unfit::Names),
        }
    };
    definition.arguments.iter().map(value).collect()
}

/// `name=value` with the name of an argument.
fn named<'t>(argument: &'t str, definition: &Definition) -> Option<(&'t str, &'t str)> {
    let (name, value) = argument.split_once('=')?;
    let name = name.trim();
    definition.arguments.iter().any(|other| other == name).then_some((name, value.trim()))
}

/// An argument without the double quotes round it.
fn unquoted(argument: &str) -> String {
    let Some(inner) = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return argument.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match (character, characters.as_str().chars().next()) {
            // The argument is several strings, not one.
            ('"', _) => return argument.to_owned(),
            ('\\', Some('"')) => plain.extend(characters.next()),
            // Other escapes belong to what the text becomes part of; a pair of backslashes stays a pair.
            ('\\', Some('\\')) => {
                plain.push(character);
                plain.extend(characters.next());
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// The text with the values in place of `$argument$`, inside quotes too; nothing if it is longer than `limit` bytes.
pub(super) fn substituted(definition: &Definition, values: &[String], limit: usize) -> Option<String> {
    let mut out = String::new();
    let mut rest = definition.text.as_str();
    let value = |name: &str| {
        let at = definition.arguments.iter().position(|argument| argument == name)?;
        values.get(at).map(String::as_str)
    };
    // No name of an argument is longer: looking for its end further on would cost a pass for each dollar sign.
    let longest = definition.arguments.iter().map(String::len).max().unwrap_or(0);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let end = after.bytes().take(longest + 1).position(|byte| byte == b'$');
        let replaced = end.and_then(|end| Some((value(after.get(..end)?)?, after.get(end + 1..)?)));
        let (text, after) = replaced.unwrap_or(("$", after));
        out.push_str(text);
        rest = after;
        if out.len() > limit {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= limit).then_some(out)
}
