//! Tokens of the `search` language.
//!
//! In: the arguments of a search. Out: tokens with spans, comments left out. Invariant: the tokens cover all of
//! the text that is not white space or comment. Which characters belong to a word depends on what stands before
//! it: after an operator, `=` and `:` are part of a value.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::combinator::value;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::ast::{Directive, Literal, Operator};
use crate::spl::codes;
use crate::spl::input::{self, Input};

/// A token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Open,
    Close,
    Comma,
    Operator(Operator),
    /// `::`
    Indexed,
    /// A word, a quoted string, `TERM(…)` or `CASE(…)`.
    Literal(Literal),
    Macro(String),
    Subsearch(String),
    /// A character that starts nothing; `split` or the lexer has said why.
    Unreadable,
}

/// Reads all tokens under `span`.
pub(crate) fn tokens(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut list = List::Outside;
    let mut rest = input::input(text, span);
    loop {
        rest = skip_space(rest, diagnostics);
        if rest.fragment().is_empty() {
            return tokens;
        }
        let after_operator = matches!(
            tokens.last().map(|token| &token.kind),
            Some(TokenKind::Operator(_) | TokenKind::Indexed)
        );
        let (after, kind) = token(rest, after_operator, list == List::Inside, diagnostics);
        let span = Span::new(rest.location_offset(), after.location_offset());
        list = list.after(&kind, tokens.last());
        tokens.push(Token { kind, span });
        rest = after;
    }
}

/// Whether the reader stands in the list of an `IN`, where a comma ends a word.
#[derive(Clone, Copy, PartialEq)]
enum List {
    Outside,
    Inside,
}

impl List {
    fn after(self, kind: &TokenKind, before: Option<&Token>) -> Self {
        let follows_in = before.is_some_and(|token| {
            matches!(&token.kind, TokenKind::Literal(word) if !word.quoted && word.text.eq_ignore_ascii_case("in"))
        });
        match kind {
            TokenKind::Open if follows_in => Self::Inside,
            TokenKind::Close => Self::Outside,
            _ => self,
        }
    }
}

fn skip_space<'a>(mut rest: Input<'a>, diagnostics: &mut Vec<Diagnostic>) -> Input<'a> {
    loop {
        match input::space(rest) {
            Ok((after, space)) => {
                report_no_break_space(space, diagnostics);
                rest = after;
            }
            Err(_) => match input::comment(rest) {
                Ok((after, _)) => rest = after,
                Err(_) => return rest,
            },
        }
    }
}

fn report_no_break_space(space: Input<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(at) = space.fragment().find('\u{A0}') {
        let start = space.location_offset() + at;
        let span = Span::new(start, start + '\u{A0}'.len_utf8());
        let fix = Fix {
            title: "write a plain space".to_owned(),
            edits: vec![Edit { span, text: " ".to_owned() }],
            safe: true,
        };
        diagnostics.push(
            Diagnostic::new(&codes::NO_BREAK_SPACE, span, "a no-break space stands between two words")
                .fix(fix),
        );
    }
}

fn token<'a>(
    rest: Input<'a>,
    after_operator: bool,
    in_list: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Input<'a>, TokenKind) {
    if let Some(found) = bracketed(rest) {
        return found;
    }
    if let Ok((after, piece)) = input::quoted(rest) {
        return (after, TokenKind::Literal(quoted(piece)));
    }
    if !after_operator && let Ok((after, kind)) = operator(rest) {
        return (after, kind);
    }
    if after_operator && let Ok((after, kind)) = repeated_operator(rest, diagnostics) {
        return (after, kind);
    }
    let word = match (after_operator, in_list) {
        (true, _) => input::value_word(rest),
        (false, true) => input::list_word(rest),
        (false, false) => input::word(rest),
    };
    match word {
        Ok((after, piece)) => directive(after, piece).unwrap_or_else(|| {
            (after, TokenKind::Literal(plain(piece, after_operator || in_list, diagnostics)))
        }),
        Err(_) => punctuation(rest),
    }
}

/// One character that is not part of a word.
fn punctuation(rest: Input<'_>) -> (Input<'_>, TokenKind) {
    use nom::Input as _;
    let character = rest.fragment().chars().next();
    let kind = match character {
        Some('(') => TokenKind::Open,
        Some(')') => TokenKind::Close,
        Some(',') => TokenKind::Comma,
        _ => TokenKind::Unreadable,
    };
    (rest.take_from(character.map_or(0, char::len_utf8)), kind)
}

fn operator(rest: Input<'_>) -> nom::IResult<Input<'_>, TokenKind> {
    alt((
        value(TokenKind::Operator(Operator::NotEqual), tag("!=")),
        value(TokenKind::Operator(Operator::LessEqual), tag("<=")),
        value(TokenKind::Operator(Operator::GreaterEqual), tag(">=")),
        value(TokenKind::Operator(Operator::Equal), tag("=")),
        value(TokenKind::Operator(Operator::Less), tag("<")),
        value(TokenKind::Operator(Operator::Greater), tag(">")),
        value(TokenKind::Indexed, tag("::")),
    ))
    .parse(rest)
}

/// The second `=` of `==`: reported, and read as if it were not there.
fn repeated_operator<'a>(
    rest: Input<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> nom::IResult<Input<'a>, TokenKind> {
    let (after, piece) = tag("=").parse(rest)?;
    let span = input::span(piece);
    let both = Span::new((span.start as usize).saturating_sub(1), span.end as usize);
    let fix =
        Fix { title: "write `=`".to_owned(), edits: vec![Edit { span, text: String::new() }], safe: false };
    diagnostics
        .push(Diagnostic::new(&codes::DOUBLE_EQUALS, both, "`==` is not an operator of `search`").fix(fix));
    Ok((after, TokenKind::Operator(Operator::Equal)))
}

/// A sub-search or a macro call, if one starts here and ends.
fn bracketed(rest: Input<'_>) -> Option<(Input<'_>, TokenKind)> {
    use nom::Input as _;
    match rest.fragment().chars().next()? {
        '`' => {
            let (after, call) = input::macro_call(rest).ok()?;
            let body = call.fragment().trim_matches('`').trim().to_owned();
            Some((after, TokenKind::Macro(body)))
        }
        '[' => {
            let length = closing_bracket(rest)?;
            let body = rest.fragment().get(1..length - 1).unwrap_or("").trim().to_owned();
            Some((rest.take_from(length), TokenKind::Subsearch(body)))
        }
        _ => None,
    }
}

/// The length of a bracketed text with its brackets; strings inside may hold brackets.
fn closing_bracket(start: Input<'_>) -> Option<usize> {
    use nom::Input as _;
    let mut depth = 0_usize;
    let mut rest = start;
    while let Some(character) = rest.fragment().chars().next() {
        let mut length = character.len_utf8();
        match character {
            '"' => {
                if let Ok((_, string)) = input::quoted(rest) {
                    length = string.fragment().len();
                }
            }
            '\\' => length += rest.fragment().chars().nth(1).map_or(0, char::len_utf8),
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        rest = rest.take_from(length.min(rest.fragment().len()));
        if depth == 0 {
            return Some(rest.location_offset() - start.location_offset());
        }
    }
    None
}

fn quoted(piece: Input<'_>) -> Literal {
    let inner = piece.fragment().get(1..piece.fragment().len().saturating_sub(1)).unwrap_or("");
    Literal { text: input::unescape(inner), quoted: true, directive: None, span: input::span(piece) }
}

/// `TERM(…)` and `CASE(…)`; the words alone are ordinary words.
fn directive<'a>(after: Input<'a>, word: Input<'a>) -> Option<(Input<'a>, TokenKind)> {
    let directive = match *word.fragment() {
        "TERM" => Directive::Term,
        "CASE" => Directive::Case,
        _ => return None,
    };
    let (after, argument) = input::directive_argument(after).ok()?;
    let inner = argument.fragment().get(1..argument.fragment().len() - 1).unwrap_or("").trim();
    let unquoted = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let literal = Literal {
        text: input::unescape(unquoted.unwrap_or(inner)),
        quoted: unquoted.is_some(),
        directive: Some(directive),
        span: input::span(word).join(input::span(argument)),
    };
    Some((after, TokenKind::Literal(literal)))
}

fn plain(piece: Input<'_>, is_value: bool, diagnostics: &mut Vec<Diagnostic>) -> Literal {
    let text = *piece.fragment();
    report_smart_quotes(piece, diagnostics);
    if is_value && text.starts_with('\'') {
        diagnostics.push(
            Diagnostic::new(
                &codes::SINGLE_QUOTED_VALUE,
                input::span(piece),
                format!("the single quote in `{text}` is part of the value"),
            )
            .help("put the value in double quotes"),
        );
    }
    Literal { text: input::unescape(text), quoted: false, directive: None, span: input::span(piece) }
}

fn report_smart_quotes(piece: Input<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let is_smart = |c: char| matches!(c, '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}');
    for (at, quote) in piece.fragment().char_indices().filter(|(_, c)| is_smart(*c)) {
        let start = piece.location_offset() + at;
        let span = Span::new(start, start + quote.len_utf8());
        let fix = Fix {
            title: "write a plain double quote".to_owned(),
            edits: vec![Edit { span, text: "\"".to_owned() }],
            safe: false,
        };
        let message = format!("the typographic quote `{quote}` is text, not a quote");
        diagnostics.push(Diagnostic::new(&codes::SMART_QUOTE, span, message).fix(fix));
    }
}
