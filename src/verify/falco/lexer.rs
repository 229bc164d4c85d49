//! The words of a Falco condition: blanks, identifiers, fields, numbers, bare and quoted strings.
//!
//! In: the text of a condition. Out: one word at a time from a cursor. Invariant: the cursor never leaves
//! the text nor stands inside a character. Which word may come where is the parser's affair.
//! Source: `libsinsp/filter/parser.{h,cpp}` and `filter/escaping.cpp`.

use super::error::ReadError;

/// A place in the text of a condition.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// The blanks of the grammar.
pub(super) fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Passes over this many bytes and gives them.
    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or("");
        self.at += taken.len();
        taken
    }

    pub(super) fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        self.take(rest.find(|c| !test(c)).unwrap_or(rest.len()))
    }

    pub(super) fn blanks(&mut self) {
        self.take_while(is_blank);
    }

    pub(super) fn is_at_blank(&self) -> bool {
        self.rest().starts_with(is_blank)
    }

    /// Passes over this text if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn expect(&mut self, text: &str, expected: &'static str) -> Result<(), ReadError> {
        if self.eat(text) { Ok(()) } else { Err(self.error(expected)) }
    }

    pub(super) fn error(&self, expected: &'static str) -> ReadError {
        ReadError::Syntax { at: self.at, expected }
    }

    /// `[a-zA-Z]+[a-zA-Z0-9_]*`, or nothing.
    pub(super) fn identifier(&mut self) -> Option<&'a str> {
        if !self.rest().starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        Some(self.take_while(|c| c.is_ascii_alphanumeric() || c == '_'))
    }

    /// Identifiers with dots between: the name of a field, or of a macro if there is no dot.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        let start = self.clone();
        self.identifier()?;
        loop {
            let before = self.at;
            if !self.eat(".") || self.identifier().is_none() {
                self.at = before;
                return start.rest().get(..self.at - start.at);
            }
        }
    }

    /// The argument of a field without its brackets and quotes, if a bracket comes next.
    pub(super) fn argument(&mut self) -> Result<Option<String>, ReadError> {
        if !self.eat("[") {
            return Ok(None);
        }
        let plain = |c: char| !is_blank(c) && !matches!(c, '[' | ']' | '"' | '\'');
        let text = match self.rest().chars().next() {
            Some('"' | '\'') => self.quoted()?,
            _ => self.take_while(plain).to_owned(),
        };
        let closed = self.eat("]");
        if closed && !text.is_empty() && text.chars().all(plain) {
            Ok(Some(text))
        } else {
            Err(ReadError::Argument)
        }
    }

    /// A number as it is written: `0x..` or `[+-]?[0-9]+\.?[0-9]*([eE][+-][0-9]+)?`.
    pub(super) fn number(&mut self) -> Option<&'a str> {
        let mut end = self.clone();
        if end.eat("0x") {
            if end.take_while(|c| c.is_ascii_hexdigit()).is_empty() {
                return None;
            }
        } else {
            let _ = end.eat("+") || end.eat("-");
            if end.take_while(|c| c.is_ascii_digit()).is_empty() {
                return None;
            }
            end.eat(".");
            end.take_while(|c| c.is_ascii_digit());
            let mut exponent = end.clone();
            if (exponent.eat("e") || exponent.eat("E"))
                && (exponent.eat("+") || exponent.eat("-"))
                && !exponent.take_while(|c| c.is_ascii_digit()).is_empty()
            {
                end = exponent;
            }
        }
        Some(self.take(end.at - self.at))
    }

    /// A quoted string or a bare word, as the text it stands for.
    pub(super) fn string(&mut self) -> Result<String, ReadError> {
        let text = match self.rest().chars().next() {
            Some('"' | '\'') => self.quoted()?,
            _ => self.bare().ok_or_else(|| self.error("a value"))?.to_owned(),
        };
        // sinsp_filtercheck.h:345: the buffer of a constant has 256 bytes.
        if text.len() > 255 { Err(ReadError::TooLong(text.len())) } else { Ok(text) }
    }

    /// `[^()"'\s=,]+`, or nothing. Backslashes stand for themselves here.
    pub(super) fn bare(&mut self) -> Option<&'a str> {
        let word = self.take_while(|c| !is_blank(c) && !matches!(c, '(' | ')' | '"' | '\'' | '=' | ','));
        (!word.is_empty()).then_some(word)
    }

    /// The quote that ends a string is the first one not *directly* after a backslash, even an escaped one.
    fn quoted(&mut self) -> Result<String, ReadError> {
        let quote = self.rest().chars().next().unwrap_or('"');
        self.take(quote.len_utf8());
        let mut before = quote;
        for (length, c) in self.rest().char_indices() {
            if c == quote && before != '\\' {
                let inside = self.take(length);
                self.take(quote.len_utf8());
                return unescape(inside, quote);
            }
            before = c;
        }
        Err(ReadError::Unclosed)
    }
}

fn unescape(inside: &str, quote: char) -> Result<String, ReadError> {
    let mut text = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match chars.next() {
            Some('b') => '\x08',
            Some('f') => '\x0c',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            // The blank is dropped: the only way to end a string in a backslash.
            Some('\\' | ' ') => '\\',
            Some('/') => '/',
            Some(other) if other == quote => quote,
            Some(other) => return Err(ReadError::Escape(other)),
            None => return Err(ReadError::Unclosed),
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Result<String, ReadError> {
        let mut cursor = Cursor::new(text);
        let read = cursor.string()?;
        if cursor.is_at_end() { Ok(read) } else { Err(cursor.error("the end")) }
    }

    #[test]
    fn escapes_of_quoted_strings() {
        for (written, read) in [
            (r#""""#, ""),
            (r#""\b\f\n\r\t\\\/x""#, "\x08\x0c\n\r\t\\/x"),
            (r#""say \"x\"!""#, "say \"x\"!"),
            (r"'it\'s'", "it's"),
            (r#""it's""#, "it's"),
            (r#""a\ ""#, "a\\"),
            (r#""a\ b""#, "a\\b"),
            ("\"a\n\tb\"", "a\n\tb"),
            (r"a\d", r"a\d"),
            (r"a\", r"a\"),
            ("é*[", "é*["),
        ] {
            assert_eq!(string(written).unwrap(), read, "{written}");
        }
    }

    #[test]
    fn other_escapes_are_errors() {
        for c in ['d', '.', '*', 'v', 'x', '0', '\''] {
            let read = string(&format!("\"a\\{c}41\""));
            assert!(matches!(read, Err(ReadError::Escape(found)) if found == c), "{c}");
        }
        assert!(matches!(string(r#"'\"'"#), Err(ReadError::Escape('"'))));
    }

    #[test]
    fn a_quote_after_a_backslash_never_closes() {
        assert!(matches!(string(r#""a\\""#), Err(ReadError::Unclosed)));
        assert!(matches!(string(r#""a"#), Err(ReadError::Unclosed)));
        assert_eq!(string(r#""a\\" and b""#).unwrap(), "a\\\" and b");
    }

    #[test]
    fn constants_have_at_most_255_bytes() {
        assert_eq!(string(&format!("\"{}\"", "a".repeat(255))).unwrap().len(), 255);
        assert!(matches!(string(&format!("\"{}\"", "a".repeat(256))), Err(ReadError::TooLong(256))));
        assert!(matches!(string(&"é".repeat(128)), Err(ReadError::TooLong(256))));
        // Counted after the escapes are read.
        assert_eq!(string(&format!("\"{}\"", "\\n".repeat(255))).unwrap().len(), 255);
    }

    #[test]
    fn bare_words_end_at_their_delimiters() {
        for end in ["(", ")", "\"", "'", " ", "=", ",", "\n"] {
            let text = format!("a-b.c*{end}");
            assert_eq!(Cursor::new(&text).bare(), Some("a-b.c*"), "{end:?}");
        }
    }

    #[test]
    fn numbers_are_taken_as_long_as_they_go() {
        for (text, number) in [
            ("10)", Some("10")),
            ("-1 ", Some("-1")),
            ("+1.5e-3x", Some("+1.5e-3")),
            ("1e1", Some("1")),
            ("0x1fg", Some("0x1f")),
            ("0x", None),
            ("x", None),
            ("-", None),
        ] {
            assert_eq!(Cursor::new(text).number(), number, "{text}");
        }
    }

    #[test]
    fn names_and_arguments() {
        assert_eq!(Cursor::new("ka.user.name=").name(), Some("ka.user.name"));
        assert_eq!(Cursor::new("a.0").name(), Some("a"));
        assert_eq!(Cursor::new(".a").name(), None);
        for (text, argument) in [("[/a/0]", "/a/0"), ("[\"/a\"]", "/a"), ("['x']", "x")] {
            assert_eq!(Cursor::new(text).argument().unwrap().as_deref(), Some(argument));
        }
        for bad in ["[]", "[/a b]", "[\"/a b\"]", "[\"a]\"]", "[a", "[[a]]", "[a\"b\"]"] {
            assert!(matches!(Cursor::new(bad).argument(), Err(ReadError::Argument)), "{bad}");
        }
    }
}
