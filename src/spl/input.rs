//! The characters of a query, read with nom: quoted strings, comments, macro calls and words.
//!
//! In: text with its offset. Out: a piece and the rest. Invariant: a parser here takes at least one byte or fails,
//! and never looks further than the end of what it takes, so reading is linear.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while1};
use nom::character::complete::char;
use nom::combinator::recognize;
use nom::sequence::delimited;
use nom::{IResult, Parser};
use nom_locate::LocatedSpan;

use crate::source::Span;

/// Text that knows where it starts in the query: cutting a piece out of a long query costs nothing.
pub(crate) type Input<'a> = LocatedSpan<&'a str, usize>;

/// What a parser gives back.
pub(crate) type Read<'a> = IResult<Input<'a>, Input<'a>>;

/// The input that is the part of `text` under `span`.
///
/// Line numbers of the input are not used; `LineIndex` gives them for the file.
pub(crate) fn input(text: &str, span: Span) -> Input<'_> {
    Input::new_extra(span.of(text), span.start as usize)
}

/// The offset in the query at which the input starts.
pub(crate) fn offset(input: Input<'_>) -> usize {
    input.extra + input.location_offset()
}

/// The place of a piece.
pub(crate) fn span(piece: Input<'_>) -> Span {
    Span::new(offset(piece), offset(piece) + piece.fragment().len())
}

/// White space as `search` knows it, and the no-break space that copied text holds.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || character == '\u{FEFF}'
}

/// A run of white space.
pub(crate) fn space(input: Input<'_>) -> Read<'_> {
    take_while1(is_space).parse(input)
}

/// A comment: three backticks on both sides, over several lines if need be.
pub(crate) fn comment(input: Input<'_>) -> Read<'_> {
    recognize(delimited(tag("```"), take_until("```"), tag("```"))).parse(input)
}

/// A double-quoted string with its quotes; a backslash takes the next character with it.
pub(crate) fn quoted(input: Input<'_>) -> Read<'_> {
    cut(input, quoted_length(input.fragment()))
}

/// The bytes of the string that `text` starts with. What is looked for is ASCII, so bytes are enough.
fn quoted_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = usize::from(*bytes.first()? == b'"');
    if at == 0 {
        return None;
    }
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// A macro call with its backticks: not over the end of a line outside of parentheses and strings.
pub(crate) fn macro_call(input: Input<'_>) -> Read<'_> {
    cut(input, macro_call_length(input.fragment()))
}

fn macro_call_length(text: &str) -> Option<usize> {
    let body = text.strip_prefix('`')?;
    let mut at = 0;
    loop {
        at += body.as_bytes().get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'`' | b'\\'))?;
        match body.as_bytes().get(at)? {
            b'`' => return (at > 0).then_some(at + 2),
            b'\\' => at += 1 + usize::from(body.as_bytes().get(at + 1) != Some(&b'`')),
            _ => at += quoted_length(body.get(at..)?)?,
        }
    }
}

/// A word outside of values: it ends where an operator, a bracket or white space begins.
pub(crate) fn word(input: Input<'_>) -> Read<'_> {
    characters(input, |next, behind| match next {
        b'=' | b'<' | b'>' | b',' => true,
        b'!' => behind == Some(b'='),
        b':' => behind == Some(b':'),
        _ => false,
    })
}

/// A value without quotes: operators and colons are part of it, and a comma that no white space follows.
pub(crate) fn value_word(input: Input<'_>) -> Read<'_> {
    characters(input, |next, behind| {
        next == b',' && behind.is_none_or(|behind| behind.is_ascii_whitespace() || behind == b')')
    })
}

/// A value without quotes in the list of an `IN`, where a comma ends it.
pub(crate) fn list_word(input: Input<'_>) -> Read<'_> {
    characters(input, |next, _| next == b',')
}

/// Characters of a word up to one that ends every word or that `ends` names, which is told what stands behind it;
/// `\"`, `\\` and `\|` belong to words, and brackets behind a backslash, which open no sub-search for `split`.
fn characters(input: Input<'_>, ends: impl Fn(u8, Option<u8>) -> bool) -> Read<'_> {
    let text: &str = input.fragment();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = bytes.get(at).copied() {
        let behind = bytes.get(at + 1).copied();
        match next {
            b'\\' if matches!(behind, Some(b'"' | b'\\' | b'|' | b'[' | b']')) => at += 2,
            b'"' | b'(' | b')' | b'[' | b']' | b'|' | b'`' => break,
            _ if next.is_ascii() && (is_space(char::from(next)) || ends(next, behind)) => break,
            _ if next.is_ascii() => at += 1,
            _ => match text.get(at..).and_then(|rest| rest.chars().next()) {
                Some(letter) if !is_space(letter) => at += letter.len_utf8(),
                _ => break,
            },
        }
    }
    cut(input, Some(at).filter(|at| *at > 0))
}

/// Cuts off that many bytes at once: counting lines character by character is what would cost most.
fn cut(input: Input<'_>, length: Option<usize>) -> Read<'_> {
    use nom::Input as _;
    match length.filter(|length| *length <= input.fragment().len()) {
        Some(length) => Ok(input.take_split(length)),
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify))),
    }
}

/// The argument of `TERM(…)` or `CASE(…)` with its parentheses: quoted, or up to the closing one.
pub(crate) fn directive_argument(input: Input<'_>) -> Read<'_> {
    let bare = take_till(|c| c == ')' || c == '\n' || c == '(');
    let spaced_quoted =
        recognize((nom::character::complete::space0, quoted, nom::character::complete::space0));
    recognize(delimited(char('('), alt((spaced_quoted, bare)), char(')'))).parse(input)
}

/// Removes the escapes that `search` knows, `\"`, `\\` and `\|`; others stay as they are written
/// (Search Reference, search: "Unrecognized backslash sequences are not altered").
pub(crate) fn unescape(text: &str) -> String {
    without_escapes(text, &['"', '\\', '|'])
}

/// The same in a word without quotes, where a backslash takes its meaning from a bracket too. No page says so; apps write
/// `\[E\]` for a text that holds brackets.
pub(crate) fn unescape_bare(text: &str) -> String {
    without_escapes(text, &['"', '\\', '|', '[', ']'])
}

/// The same in a quoted argument of another command. There `\|` stays: a pipe in quotes parts no stages, and published
/// patterns such as `rex "(?<user>.*)\|(?<host>.*)"` mean the character.
pub(crate) fn unescape_quoted(text: &str) -> String {
    without_escapes(text, &['"', '\\'])
}

fn without_escapes(text: &str, known: &[char]) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.peek() {
            Some(next) if character == '\\' && known.contains(next) => {
                plain.push(*next);
                characters.next();
            }
            _ => plain.push(character),
        }
    }
    plain
}
