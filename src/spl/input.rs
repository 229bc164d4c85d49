//! The characters of a query, read with nom: quoted strings, comments, macro calls and words.
//!
//! In: text with its offset. Out: a piece and the rest. Invariant: a parser here takes at least one byte or fails,
//! and never looks further than the end of what it takes, so reading is linear.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while1};
use nom::character::complete::{anychar, char, none_of};
use nom::combinator::{recognize, value, verify};
use nom::multi::{many0_count, many1_count};
use nom::sequence::{delimited, preceded};
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
    let escaped = preceded(char('\\'), anychar);
    let plain = none_of("\"\\");
    recognize(delimited(char('"'), many0_count(alt((escaped, plain))), char('"'))).parse(input)
}

/// A macro call with its backticks: not over the end of a line outside of parentheses and strings.
pub(crate) fn macro_call(input: Input<'_>) -> Read<'_> {
    let string = value((), quoted);
    let plain = value((), none_of("`\""));
    recognize(delimited(char('`'), many1_count(alt((string, plain))), char('`'))).parse(input)
}

/// A word outside of values: it ends where an operator, a bracket or white space begins.
pub(crate) fn word(input: Input<'_>) -> Read<'_> {
    let not_equal = |rest: &Input<'_>| rest.fragment().starts_with("!=");
    let indexed = |rest: &Input<'_>| rest.fragment().starts_with("::");
    characters(input, |rest, next| {
        "=<>,".contains(next) || (next == '!' && not_equal(rest)) || (next == ':' && indexed(rest))
    })
}

/// A value without quotes: operators and colons are part of it.
pub(crate) fn value_word(input: Input<'_>) -> Read<'_> {
    characters(input, |_, _| false)
}

/// A value without quotes in the list of an `IN`, where a comma ends it.
pub(crate) fn list_word(input: Input<'_>) -> Read<'_> {
    characters(input, |_, next| next == ',')
}

/// Characters of a word up to one that ends every word or that `ends` names; `\"`, `\\` and `\|` belong to words.
fn characters<'a>(input: Input<'a>, ends: impl Fn(&Input<'a>, char) -> bool) -> Read<'a> {
    let always_ends = |c: char| is_space(c) || matches!(c, '"' | '(' | ')' | '[' | ']' | '|' | '`');
    let escaped = preceded(char('\\'), verify(anychar, |c| matches!(c, '"' | '\\' | '|')));
    let plain = |rest: Input<'a>| {
        let next = rest.fragment().chars().next();
        match next {
            Some(next) if !always_ends(next) && !ends(&rest, next) => anychar(rest),
            _ => Err(nom::Err::Error(nom::error::Error::new(rest, nom::error::ErrorKind::NoneOf))),
        }
    };
    recognize(many1_count(alt((escaped, plain)))).parse(input)
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
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.peek() {
            Some(next @ ('"' | '\\' | '|')) if character == '\\' => {
                plain.push(*next);
                characters.next();
            }
            _ => plain.push(character),
        }
    }
    plain
}
