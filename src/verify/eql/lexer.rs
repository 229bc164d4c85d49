//! Cuts the text of a query into tokens, by the lexer rules of Elasticsearch's `EqlBase.g4`.
//!
//! In: text. Out: tokens with the byte they start at. Invariant: strings and names in backticks are already
//! decoded, and keywords are told from names, so no later stage looks at the text. Only the listed escapes
//! exist: a backslash before anything else is an error, as are single quotes and line breaks in a string.

use super::ReadError;

/// A token and the byte where it starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

/// The kinds of token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name that is no keyword.
    Word(String),
    /// A name in backticks, without them.
    Quoted(String),
    /// The name of a function that ignores case, with its `~`.
    Tilde(String),
    /// A keyword, in lower case only; `in~`, `like~` and `regex~` are one token each.
    Keyword(&'static str),
    /// A string, decoded.
    Text(String),
    /// A number without sign.
    Number(String),
    /// An operator or bracket.
    Symbol(&'static str),
}

const KEYWORDS: [&str; 22] = [
    "and", "any", "by", "false", "in", "in~", "join", "like", "like~", "maxspan", "not", "null", "of", "or",
    "regex", "regex~", "sample", "sequence", "true", "until", "where", "with",
];

/// Longer symbols before their prefixes.
const SYMBOLS: [&str; 20] =
    ["==", "!=", "<=", ">=", "<", ">", "=", ":", "?", ".", ",", "(", ")", "[", "]", "|", "+", "-", "*", "%"];

/// All tokens of the text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ReadError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let at = lexer.at;
        match lexer.token()? {
            Some(kind) => tokens.push(Token { kind, at }),
            None => return Ok(tokens),
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn error(&self, reason: &'static str) -> ReadError {
        ReadError::Lexical { at: self.at, reason }
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// The longest run of such characters from here on.
    fn take(&mut self, of: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !of(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip_blanks(&mut self) -> Result<(), ReadError> {
        loop {
            self.take(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
            let rest = self.rest();
            if rest.starts_with("//") {
                self.take(|c| c != '\n' && c != '\r');
            } else if rest.starts_with("/*") {
                let end = rest.get(2..).and_then(|inside| inside.find("*/"));
                self.at += end.ok_or_else(|| self.error("a comment is not closed"))? + 4;
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Option<Kind>, ReadError> {
        let mut ahead = self.rest().chars();
        let Some(first) = ahead.next() else { return Ok(None) };
        let second_is_digit = ahead.next().is_some_and(|c| c.is_ascii_digit());
        Ok(Some(match first {
            'A'..='Z' | 'a'..='z' | '_' | '@' => self.word(),
            '0'..='9' => self.number(),
            '.' if second_is_digit => self.number(),
            '`' => self.quoted()?,
            '"' if self.rest().starts_with("\"\"\"") => self.raw()?,
            '"' => self.string()?,
            '\'' => return Err(self.error("strings stand in double quotes")),
            '/' => {
                self.at += 1;
                Kind::Symbol("/")
            }
            _ => match SYMBOLS.into_iter().find(|symbol| self.eat(symbol)) {
                Some(symbol) => Kind::Symbol(symbol),
                None => return Err(self.error("no token starts with this character")),
            },
        }))
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        self.next();
        self.take(|c| c.is_ascii_alphanumeric() || c == '_');
        let tilde = self.eat("~");
        let word = self.text.get(start..self.at).unwrap_or("");
        match KEYWORDS.into_iter().find(|keyword| *keyword == word) {
            Some(keyword) => Kind::Keyword(keyword),
            None if tilde => Kind::Tilde(word.to_owned()),
            None => Kind::Word(word.to_owned()),
        }
    }

    fn number(&mut self) -> Kind {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        if self.eat(".") {
            self.take(|c| c.is_ascii_digit());
        }
        let mantissa_end = self.at;
        if self.eat("e") || self.eat("E") {
            let _ = self.eat("+") || self.eat("-");
            if self.take(|c| c.is_ascii_digit()).is_empty() {
                self.at = mantissa_end;
            }
        }
        Kind::Number(self.text.get(start..self.at).unwrap_or("").to_owned())
    }

    fn quoted(&mut self) -> Result<Kind, ReadError> {
        self.next();
        let mut name = String::new();
        loop {
            name.push_str(self.take(|c| c != '`'));
            if self.eat("``") {
                name.push('`');
            } else if self.eat("`") {
                break;
            } else {
                return Err(self.error("a name in backticks is not closed"));
            }
        }
        if name.is_empty() { Err(self.error("a name is empty")) } else { Ok(Kind::Quoted(name)) }
    }

    /// `"""..."""`, which takes up to two more quotes at its end into the value.
    fn raw(&mut self) -> Result<Kind, ReadError> {
        let unclosed = self.error("a raw string is not closed on its line");
        self.at += 3;
        let line_end = self.rest().find(['\n', '\r']).unwrap_or(usize::MAX);
        let end = self.rest().find("\"\"\"").filter(|&end| end < line_end).ok_or(unclosed)?;
        let mut value = self.rest().get(..end).unwrap_or("").to_owned();
        self.at += end + 3;
        for _ in 0..2 {
            if self.eat("\"") {
                value.push('"');
            }
        }
        Ok(Kind::Text(value))
    }

    fn string(&mut self) -> Result<Kind, ReadError> {
        self.next();
        let mut value = String::new();
        loop {
            value.push_str(self.take(|c| !matches!(c, '"' | '\\' | '\n' | '\r')));
            match self.next() {
                Some('"') => return Ok(Kind::Text(value)),
                Some('\\') => value.push(self.escape()?),
                _ => return Err(self.error("a string is not closed on its line")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ReadError> {
        let unknown = self.error("no such escape; only \\b \\t \\n \\f \\r \\\" \\' \\\\ and \\u{} exist");
        Ok(match self.next() {
            Some('b') => '\u{8}',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\u{c}',
            Some('r') => '\r',
            Some(same @ ('"' | '\'' | '\\')) => same,
            Some('u') if self.eat("{") => {
                let digits = self.take(|c| c.is_ascii_hexdigit());
                let code = u32::from_str_radix(digits, 16).ok().filter(|_| (2..=8).contains(&digits.len()));
                match code.and_then(char::from_u32) {
                    Some(character) if self.eat("}") => character,
                    _ => return Err(self.error("\\u{} holds 2 to 8 hexadecimal digits of a character")),
                }
            }
            _ => return Err(unknown),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> Option<String> {
        match tokens(source).ok()?.as_slice() {
            [Token { kind: Kind::Text(text), .. }] => Some(text.clone()),
            _ => None,
        }
    }

    #[test]
    fn the_listed_escapes_are_decoded() {
        assert_eq!(text(r#""\b\t\n\f\r\"\'\\""#).unwrap(), "\u{8}\t\n\u{c}\r\"'\\");
        assert_eq!(text(r#""\u{e9}\u{0001F600}""#).unwrap(), "é😀");
    }

    #[test]
    fn any_other_backslash_is_an_error() {
        for source in [
            r#""\d""#,
            r#""C:\x""#,
            r#""\*""#,
            r#""\?""#,
            r#""\/""#,
            r#""\a""#,
            r#""\0""#,
            r#""\B""#,
            r#""a\""#,
        ] {
            assert!(tokens(source).is_err(), "{source}");
        }
        for code in ["", "9", "123456789", "d800", "110000", "xy", "e9 "] {
            assert!(tokens(&format!("\"\\u{{{code}}}\"")).is_err(), "{code}");
        }
        assert!(tokens(r#""\u00e9""#).is_err());
    }

    #[test]
    fn a_string_ends_on_its_line() {
        for source in ["\"a", "\"a\nb\"", "\"a\rb\"", "\"\"\"a\nb\"\"\"", "\"\"\"a", "\"\"\"a\"\"", "'a'"] {
            assert!(tokens(source).is_err(), "{source}");
        }
        assert_eq!(text("\"a\tb\"").unwrap(), "a\tb");
    }

    #[test]
    fn a_raw_string_has_no_escapes_and_may_end_in_quotes() {
        assert_eq!(text(r#""""C:\d\"x\u{41}""""#).unwrap(), r#"C:\d\"x\u{41}"#);
        assert_eq!(text(&format!("{q}a{q}\"", q = "\"\"\"")).unwrap(), "a\"");
        assert_eq!(text(&format!("{q}a{q}\"\"", q = "\"\"\"")).unwrap(), "a\"\"");
        assert_eq!(text(&format!("{q}\"a{q}", q = "\"\"\"")).unwrap(), "\"a");
        assert_eq!(text("\"\"\"\"\"\"").unwrap(), "");
        assert_eq!(text("\"\"").unwrap(), "");
        // Three quotes more open another string.
        assert!(tokens(&format!("{q}a{q}\"\"\"", q = "\"\"\"")).is_err());
    }

    #[test]
    fn tilde_keywords_are_one_token() {
        let kinds =
            |source: &str| tokens(source).unwrap().into_iter().map(|token| token.kind).collect::<Vec<_>>();
        assert_eq!(kinds("in~ like~ regex~"), ["in~", "like~", "regex~"].map(Kind::Keyword));
        assert_eq!(
            kinds("startsWith~ k"),
            [Kind::Tilde("startsWith~".to_owned()), Kind::Word("k".to_owned())]
        );
        assert!(tokens("in ~").is_err());
    }

    #[test]
    fn tokens_know_their_byte() {
        let starts: Vec<_> =
            tokens("\"é\" == /* é */ 5").unwrap().into_iter().map(|token| token.at).collect();
        assert_eq!(starts, [0, 5, 17]);
    }
}
