//! Tokens of the `search` language.
//!
//! In: the arguments of a search. Out: tokens with spans, comments left out. Invariant: the tokens cover all of
//! the text that is not white space or comment. Which characters belong to a word depends on what stands before
//! it: after an operator, `=` and `:` are part of a value.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::combinator::value;

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::Findings;
use crate::spl::ast::{Directive, Literal, Operator};
use crate::spl::codes;
use crate::spl::input::{self, Input};
use crate::spl::quote;
use crate::spl::split::{Enclosed, unbalanced_bracket};

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
    /// A sub-search, with its brackets.
    Subsearch,
    /// A character that starts nothing; an error says why.
    Unreadable,
}

/// Reads all tokens under `span`.
pub(crate) fn tokens(text: &str, span: Span, enclosed: &Enclosed, diagnostics: &mut Findings) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut list = List::Outside;
    let mut context = Context { enclosed, said: !enclosed.is_balanced, unclosed: Vec::new(), diagnostics };
    let mut rest = input::input(text, span);
    loop {
        rest = skip_space(rest, context.diagnostics);
        if rest.fragment().is_empty() {
            quote::report(text, &tokens, context.diagnostics);
            return tokens;
        }
        let operator = tokens.last().filter(|token| is_operator(token)).map(|token| token.span);
        let (after, kind) = token(rest, operator, list == List::Inside, &mut context);
        let span = Span::new(input::offset(rest), input::offset(after));
        if kind == TokenKind::Unreadable {
            context.report_unreadable(rest);
        }
        list = list.after(&kind, &tokens);
        tokens.push(Token { kind, span });
        rest = after;
    }
}

pub(crate) fn is_operator(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Operator(_) | TokenKind::Indexed)
}

/// What the reader knows about the text round the place it stands at.
struct Context<'a> {
    enclosed: &'a Enclosed,
    /// Whether an error says already that some text is not read.
    said: bool,
    /// Delimiters that did not close: looking again would cost a pass each time.
    unclosed: Vec<char>,
    diagnostics: &'a mut Findings,
}

impl Context<'_> {
    /// Reads what a delimiter encloses, unless one of its kind was found not to close.
    fn atom<'t>(
        &mut self,
        rest: Input<'t>,
        delimiter: char,
        parser: fn(Input<'t>) -> input::Read<'t>,
    ) -> Option<(Input<'t>, Input<'t>)> {
        if !rest.fragment().starts_with(delimiter) || self.unclosed.contains(&delimiter) {
            return None;
        }
        let read = parser(rest).ok();
        if read.is_none() {
            self.unclosed.push(delimiter);
        }
        read
    }

    /// A delimiter without partner ends a word and begins nothing.
    fn report_unreadable(&mut self, rest: Input<'_>) {
        if std::mem::replace(&mut self.said, true) {
            return;
        }
        let at = input::offset(rest);
        let (code, message) = match rest.fragment().chars().next() {
            Some('`') => (&codes::UNBALANCED_BACKTICK, "this backtick is not closed"),
            Some('"') => (&codes::UNBALANCED_QUOTE, "this double quote is not closed"),
            _ => return self.diagnostics.push(unbalanced_bracket(at, "this bracket has no partner")),
        };
        self.diagnostics.push(Diagnostic::new(code, Span::new(at, at + 1), message));
    }
}

/// Whether the reader stands in the list of an `IN`, where a comma ends a word.
#[derive(Clone, Copy, PartialEq)]
enum List {
    Outside,
    Inside,
}

impl List {
    fn after(self, kind: &TokenKind, before: &[Token]) -> Self {
        match kind {
            TokenKind::Open if Self::opens_after(before) => Self::Inside,
            TokenKind::Close => Self::Outside,
            _ => self,
        }
    }

    /// Whether a parenthesis opens a list here: after `field IN` or `field NOT IN`. As a term or as a value, `IN`
    /// is a word like others.
    fn opens_after(tokens: &[Token]) -> bool {
        let is_word = |token: &Token, word: &str| {
            matches!(&token.kind, TokenKind::Literal(literal)
                if !literal.quoted && literal.directive.is_none() && literal.text.eq_ignore_ascii_case(word))
        };
        let [before @ .., last] = tokens else { return false };
        let before = match before {
            [before @ .., not] if is_word(not, "not") => before,
            _ => before,
        };
        let [before @ .., field] = before else { return false };
        let is_field = matches!(&field.kind, TokenKind::Literal(literal) if literal.directive.is_none()
            && (literal.quoted || !matches!(literal.text.as_str(), "AND" | "OR" | "NOT")));
        is_word(last, "in") && is_field && !before.last().is_some_and(is_operator)
    }
}

fn skip_space<'a>(mut rest: Input<'a>, diagnostics: &mut Findings) -> Input<'a> {
    loop {
        if !rest.fragment().starts_with(|next| input::is_space(next) || next == '`') {
            return rest;
        }
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

pub(crate) fn report_no_break_space(space: Input<'_>, diagnostics: &mut Findings) {
    if let Some(at) = space.fragment().find('\u{A0}') {
        let start = input::offset(space) + at;
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
    operator_before: Option<Span>,
    in_list: bool,
    context: &mut Context<'_>,
) -> (Input<'a>, TokenKind) {
    if let Some(found) = bracketed(rest, context) {
        return found;
    }
    if let Some((after, piece)) = context.atom(rest, '"', input::quoted) {
        return (after, TokenKind::Literal(quoted(piece)));
    }
    let operator = match operator_before {
        Some(before) => repeated_operator(rest, before, context.diagnostics).ok(),
        // A list compares nothing: `::1` in it is an address.
        None if in_list => None,
        None if !rest.fragment().starts_with(['=', '!', '<', '>', ':']) => None,
        None => operator(rest).ok(),
    };
    if let Some(found) = operator {
        return found;
    }
    let word = match (operator_before, in_list) {
        (Some(_), _) => input::value_word(rest),
        (None, true) => input::list_word(rest),
        (None, false) => input::word(rest),
    };
    let word = match operator_before {
        None => word.map(|(after, piece)| tagged_field(rest).unwrap_or((after, piece))),
        Some(_) => word,
    };
    match word {
        Ok((after, piece)) => {
            report_escaped_bracket(piece, context.diagnostics);
            directive(after, piece).unwrap_or_else(|| (after, TokenKind::Literal(plain(piece))))
        }
        Err(_) => punctuation(rest),
    }
}

/// `tag::host` of `tag::host=web`, which asks for the tags of one field (Knowledge Manager Manual, "About tags and aliases":
/// `tag::<field>=<tagname>`).
fn tagged_field(rest: Input<'_>) -> Option<(Input<'_>, Input<'_>)> {
    use nom::Input as _;
    let text = rest.fragment();
    let name = text.strip_prefix("tag::")?;
    let length = name.find(|next: char| !next.is_alphanumeric() && !"_.{}".contains(next))?;
    let is_compared = length > 0 && name.get(length..)?.starts_with(['=', '!']);
    is_compared.then(|| rest.take_split("tag::".len() + length))
}

/// `\[poll\]`: that a backslash makes a bracket a character is not documented.
fn report_escaped_bracket(word: Input<'_>, diagnostics: &mut Findings) {
    let Some(at) = word.fragment().find("\\[").or_else(|| word.fragment().find("\\]")) else { return };
    let start = input::offset(word) + at;
    let message = "a bracket behind a backslash is read as a character";
    let mut finding = Diagnostic::new(&codes::UNBALANCED_BRACKET, Span::new(start, start + 2), message)
        .help("put a value that holds a bracket in double quotes");
    finding.severity = Severity::Note;
    diagnostics.push(finding);
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
    before: Span,
    diagnostics: &mut Findings,
) -> nom::IResult<Input<'a>, TokenKind> {
    let (after, piece) = tag("=").parse(rest)?;
    let span = input::span(piece);
    let both = before.join(span);
    let fix =
        Fix { title: "write `=`".to_owned(), edits: vec![Edit { span, text: String::new() }], safe: false };
    diagnostics
        .push(Diagnostic::new(&codes::DOUBLE_EQUALS, both, "`==` is not an operator of `search`").fix(fix));
    Ok((after, TokenKind::Operator(Operator::Equal)))
}

/// A sub-search or a macro call, if one starts here and ends.
fn bracketed<'a>(rest: Input<'a>, context: &mut Context<'_>) -> Option<(Input<'a>, TokenKind)> {
    use nom::Input as _;
    if let Some((after, call)) = context.atom(rest, '`', input::macro_call) {
        let body = call.fragment().trim_matches('`').trim().to_owned();
        return Some((after, TokenKind::Macro(body)));
    }
    if !rest.fragment().starts_with('[') {
        return None;
    }
    let start = input::offset(rest);
    let length = context.enclosed.end(start)? - start;
    // A bracket that closes behind the end of this text is none here.
    (length <= rest.fragment().len()).then(|| (rest.take_from(length), TokenKind::Subsearch))
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

fn plain(piece: Input<'_>) -> Literal {
    let text = input::unescape_bare(piece.fragment());
    Literal { text, quoted: false, directive: None, span: input::span(piece) }
}
