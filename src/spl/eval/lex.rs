//! Tokens of eval expressions.
//!
//! In: the place of a scanner. Out: the token that starts there. Invariant: a token takes at least one byte unless
//! the text is at its end. A bare word is a field or an operator, which only the reader knows; a dot between two words
//! is the operator that joins texts (Search Reference, `where`: such a field name needs single quotes).

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::codes;
use crate::spl::eval::BinaryOperator;
use crate::spl::eval::read::comment_fix;
use crate::spl::scan::Scanner;

/// A token and its place.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(String),
    Text(String),
    /// A field in single quotes.
    Quoted(String),
    /// A bare word.
    Word(String),
    Operator(BinaryOperator),
    /// `!`
    Not,
    Open,
    Close,
    Comma,
    Macro(String),
    Subsearch,
    Unreadable,
    End,
}

/// The token that comes next; the scanner stands behind it.
pub(super) fn token(scanner: &mut Scanner<'_, '_>) -> Token {
    scanner.skip_space();
    while scanner.peek() == Some('#') {
        hash_comment(scanner);
        scanner.skip_space();
    }
    let start = scanner.at;
    let kind = kind(scanner);
    Token { kind, span: scanner.since(start) }
}

fn kind(scanner: &mut Scanner<'_, '_>) -> TokenKind {
    let Some(next) = scanner.peek() else { return TokenKind::End };
    match next {
        '"' => {
            if let Some(span) = scanner.string() {
                return TokenKind::Text(unescape(scanner.inside(span)));
            }
        }
        '\'' => {
            if let Some(name) = single_quoted(scanner) {
                return TokenKind::Quoted(name);
            }
        }
        '`' => {
            if let Some((body, _)) = scanner.macro_call() {
                return TokenKind::Macro(body);
            }
        }
        '[' => {
            if scanner.bracketed().is_some() {
                return TokenKind::Subsearch;
            }
        }
        _ if next.is_ascii_digit() || next == '.' && digit_follows(scanner) && !behind_operand(scanner) => {
            return number(scanner);
        }
        '<' if is_template(scanner.rest()) => return word(scanner),
        _ if is_word(next) => return word(scanner),
        _ => {
            if let Some(kind) = foreign(scanner).or_else(|| punctuation(scanner)) {
                return kind;
            }
        }
    }
    scanner.report_unreadable();
    scanner.take_any();
    TokenKind::Unreadable
}

/// Operators of other languages: reported, and read as what they mean there.
fn foreign(scanner: &mut Scanner<'_, '_>) -> Option<TokenKind> {
    use BinaryOperator as Op;
    let all = [("&&", Op::And), ("<>", Op::NotEqual), ("=<", Op::LessEqual), ("=>", Op::GreaterEqual)];
    let (text, operator) = all.into_iter().find(|(text, _)| scanner.starts_with(text))?;
    // `a=<<FIELD>>`: a template of `foreach`.
    if text == "=<" && scanner.rest().get(1..).is_some_and(is_template) {
        return None;
    }
    let start = scanner.at;
    scanner.take(text);
    let span = scanner.since(start);
    let edits = vec![Edit { span, text: operator.text().to_owned() }];
    let fix = Fix { title: format!("write `{}`", operator.text()), edits, safe: false };
    let message = format!("`{text}` is no operator of expressions");
    scanner.query.findings.push(Diagnostic::new(&codes::FOREIGN_OPERATOR, span, message).fix(fix));
    Some(TokenKind::Operator(operator))
}

fn punctuation(scanner: &mut Scanner<'_, '_>) -> Option<TokenKind> {
    use BinaryOperator as Op;
    const ALL: &[(&str, TokenKind)] = &[
        ("==", TokenKind::Operator(Op::Equal)),
        ("!=", TokenKind::Operator(Op::NotEqual)),
        ("<=", TokenKind::Operator(Op::LessEqual)),
        (">=", TokenKind::Operator(Op::GreaterEqual)),
        ("=", TokenKind::Operator(Op::Equal)),
        ("<", TokenKind::Operator(Op::Less)),
        (">", TokenKind::Operator(Op::Greater)),
        ("!", TokenKind::Not),
        (".", TokenKind::Operator(Op::Concatenate)),
        ("+", TokenKind::Operator(Op::Add)),
        ("-", TokenKind::Operator(Op::Subtract)),
        ("*", TokenKind::Operator(Op::Multiply)),
        ("/", TokenKind::Operator(Op::Divide)),
        ("%", TokenKind::Operator(Op::Remainder)),
        ("(", TokenKind::Open),
        (")", TokenKind::Close),
        (",", TokenKind::Comma),
    ];
    let (_, kind) = ALL.iter().find(|(text, _)| scanner.take(text).is_some())?;
    Some(kind.clone())
}

fn digit_follows(scanner: &Scanner<'_, '_>) -> bool {
    scanner.rest().chars().nth(1).is_some_and(|character| character.is_ascii_digit())
}

/// Whether an operand ends before this place, so that a dot joins it to what follows: `"a".1`.
fn behind_operand(scanner: &Scanner<'_, '_>) -> bool {
    let before = scanner.query.text.get(..scanner.at).unwrap_or("").trim_end();
    let word = before.trim_end_matches(is_word);
    let word = before.get(word.len()..).unwrap_or("");
    let is_keyword = ["and", "or", "xor", "not", "in", "like"].iter().any(|it| word.eq_ignore_ascii_case(it));
    !word.is_empty() && !is_keyword || word.is_empty() && before.ends_with(['"', '\'', ')', '`'])
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '@' | '{' | '}' | ':' | '#')
}

/// What a word without quotes may hold here and a name may not.
const fn needs_quotes(character: char) -> bool {
    matches!(character, ':' | '#' | '{' | '}')
}

/// `<<FIELD>>`, which `foreach` replaces (Search Reference, `foreach`).
fn is_template(text: &str) -> bool {
    let Some(name) = text.strip_prefix("<<") else { return false };
    let length = name.find(|next: char| !(next.is_ascii_alphanumeric() || next == '_')).unwrap_or(0);
    length > 0 && name.get(length..).is_some_and(|rest| rest.starts_with(">>"))
}

/// A bare word, of which letters, digits and underscores need no quotes.
fn word(scanner: &mut Scanner<'_, '_>) -> TokenKind {
    let start = scanner.at;
    loop {
        scanner.take_until(|character| !is_word(character));
        if !is_template(scanner.rest()) {
            break;
        }
        scanner.take_until(|character| character == '>');
        scanner.take(">>");
    }
    let span = scanner.since(start);
    let text = span.of(scanner.query.text);
    if text.contains(needs_quotes) {
        report_unquoted(text, span, scanner);
    }
    TokenKind::Word(text.to_owned())
}

/// `# note` to the end of its line.
fn hash_comment(scanner: &mut Scanner<'_, '_>) {
    let span = scanner.take_until(|character| character == '\n');
    let finding = Diagnostic::new(&codes::FOREIGN_COMMENT, span, "this is no comment of SPL")
        .help("a comment stands between two groups of three backticks")
        .fix(comment_fix(scanner.query.text, span));
    scanner.query.findings.push(finding);
}

/// A name that needs quotes. Where dots join it to its neighbours with nothing between, as in `groups{}.name`, all of it
/// may be the name of one field: quotes round a part would put the texts of two fields together that no event has. A path
/// of which an earlier part needs quotes was told of there.
fn report_unquoted(text: &str, span: Span, scanner: &mut Scanner<'_, '_>) {
    let Some(path) = path_round(span, scanner.query.text) else { return };
    let name = path.of(scanner.query.text);
    let fix = Fix {
        title: format!("write `'{name}'`"),
        edits: vec![Edit { span: path, text: format!("'{name}'") }],
        safe: path == span,
    };
    let message = format!("the field `{name}` needs single quotes in an expression");
    let finding = Diagnostic::new(&codes::UNQUOTED_FIELD, path, message).fix(fix);
    scanner.query.findings.push(if path == span {
        finding
    } else {
        finding.help(format!("with `'{text}'` alone in quotes, the dot joins the texts of two fields"))
    });
}

/// The names that dots join to a name without a space, and that one; nothing where one before it needs quotes.
fn path_round(name: Span, text: &str) -> Option<Span> {
    let is_number = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let (mut start, mut end) = (name.start as usize, name.end as usize);
    while let Some(before) = text.get(..start)?.strip_suffix('.') {
        let part = before.get(before.trim_end_matches(is_word).len()..)?;
        if is_number(part) {
            break;
        }
        if part.contains(needs_quotes) || part.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        start = before.len() - part.len();
    }
    while let Some(behind) = text.get(end..)?.strip_prefix('.') {
        let rest = behind.trim_start_matches(is_word);
        let part = behind.get(..behind.len() - rest.len())?;
        // `a{}.tostring(b)`: a function that is called is no part of a name.
        if is_number(part) || rest.trim_start().starts_with('(') {
            break;
        }
        end += 1 + part.len();
    }
    Some(Span::new(start, end))
}

/// Digits, a fraction and an exponent.
fn number(scanner: &mut Scanner<'_, '_>) -> TokenKind {
    let start = scanner.at;
    let digits = |scanner: &mut Scanner<'_, '_>| scanner.take_until(|c| !c.is_ascii_digit());
    digits(scanner);
    if scanner.peek() == Some('.') && digit_follows(scanner) || scanner.at == start {
        scanner.take(".");
        digits(scanner);
    }
    let exponent = scanner.at;
    if scanner.take("e").or_else(|| scanner.take("E")).is_some() {
        let _ = scanner.take("-").or_else(|| scanner.take("+"));
        if digits(scanner).start as usize == scanner.at {
            scanner.at = exponent;
        }
    }
    let number_end = scanner.at;
    if scanner.peek().is_some_and(is_word) {
        let rest = scanner.take_until(|character| !is_word(character));
        let span = scanner.since(start);
        let text = span.of(scanner.query.text).to_owned();
        // A name that begins with a digit; `0x1f` is none, but no number of this language either.
        let all_digits = scanner.query.text.get(start..number_end).unwrap_or("");
        debug_assert!(!all_digits.is_empty() && rest.start as usize == number_end);
        report_unquoted(&text, span, scanner);
        return TokenKind::Word(text);
    }
    // A dot with no digit behind it belongs to the number unless an operand follows.
    TokenKind::Number(scanner.since(start).of(scanner.query.text).to_owned())
}

/// A field name in single quotes, which does not run over the end of a line.
fn single_quoted(scanner: &mut Scanner<'_, '_>) -> Option<String> {
    let rest = scanner.rest().get(1..)?;
    let end = rest.find(['\'', '\n']).filter(|end| rest[*end..].starts_with('\''))?;
    let name = rest.get(..end)?;
    scanner.at += end + 2;
    Some(name.to_owned())
}

/// Removes the escapes of a string: `\"`, `\\`, and `\t`, `\n`, `\r` (Search Manual, "Types of expressions"); others stay
/// as they are written, `\|` among them, as in quoted arguments of other commands.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some(next @ ('"' | '\\')) => plain.push(next),
            Some('t') => plain.push('\t'),
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            next => {
                plain.push(character);
                plain.extend(next);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn a_string_knows_the_tab() {
        assert_eq!(unescape(r"C:\\windows\temp"), "C:\\windows\temp");
        assert_eq!(unescape(r"\d+\.\\\\"), r"\d+\.\\");
    }
}
