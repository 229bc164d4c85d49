//! The patterns of `glob` and `iglob`: `fnmatch(3)` with flags 0, or with `FNM_CASEFOLD`, in the C locale.
//!
//! In: a pattern, then texts. Out: whether the pattern matches the whole text. Invariant: bytes are compared,
//! not characters, and folding is ASCII. Patterns whose meaning depends on the C library (an open bracket, a
//! backslash at the end, `[^`, collating symbols, `[:upper:]` under folding) are refused.

use super::error::ReadError;

/// A pattern ready to be matched.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    parts: Vec<Part>,
    folds: bool,
}

#[derive(Clone, Debug)]
enum Part {
    Byte(u8),
    One,
    Many,
    Set(Box<[bool; 256]>),
}

impl Part {
    fn matches(&self, byte: u8) -> bool {
        match self {
            Self::Byte(wanted) => *wanted == byte,
            Self::One => true,
            Self::Many => false,
            Self::Set(members) => members.get(usize::from(byte)).copied().unwrap_or(false),
        }
    }
}

impl Glob {
    pub(super) fn parse(pattern: &str, folds: bool) -> Result<Self, ReadError> {
        let mut reader = Reader { bytes: pattern.as_bytes(), at: 0, folds };
        let mut parts = Vec::new();
        while let Some(byte) = reader.next() {
            parts.push(match byte {
                b'*' => Part::Many,
                b'?' => Part::One,
                b'[' => Part::Set(reader.set()?),
                b'\\' => Part::Byte(reader.escaped()?),
                other => Part::Byte(reader.fold(other)),
            });
        }
        Ok(Self { parts, folds })
    }

    /// Goes back only to the last star, as an earlier one can be left as short as it was.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let (mut part, mut at) = (0, 0);
        let mut retry = None;
        loop {
            let byte = text.get(at).map(|byte| if self.folds { byte.to_ascii_lowercase() } else { *byte });
            match (self.parts.get(part), byte) {
                (Some(Part::Many), _) => {
                    part += 1;
                    retry = Some((part, at));
                }
                (None, None) => return true,
                (Some(wanted), Some(byte)) if wanted.matches(byte) => {
                    part += 1;
                    at += 1;
                }
                _ => match retry {
                    Some((after, start)) if start < text.len() => {
                        (part, at) = (after, start + 1);
                        retry = Some((part, at));
                    }
                    _ => return false,
                },
            }
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    folds: bool,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek(0)?;
        self.at += 1;
        Some(byte)
    }

    fn fold(&self, byte: u8) -> u8 {
        if self.folds { byte.to_ascii_lowercase() } else { byte }
    }

    fn escaped(&mut self) -> Result<u8, ReadError> {
        let byte = self.next().ok_or(ReadError::Unmodelled("a glob that ends in a backslash"))?;
        Ok(self.fold(byte))
    }

    /// What stands after `[`, up to and with its `]`.
    fn set(&mut self) -> Result<Box<[bool; 256]>, ReadError> {
        let open = || ReadError::Unmodelled("a glob with an open bracket");
        let mut members = Box::new([false; 256]);
        if self.peek(0) == Some(b'^') {
            return Err(ReadError::Unmodelled("`[^` in a glob"));
        }
        let negated = self.peek(0) == Some(b'!');
        self.at += usize::from(negated);
        let start = self.at;
        loop {
            let is_first = self.at == start;
            match self.next().ok_or_else(open)? {
                b']' if !is_first => break,
                b'[' if self.peek(0) == Some(b':') => self.class(&mut members)?,
                b'[' if matches!(self.peek(0), Some(b'.' | b'=')) => {
                    return Err(ReadError::Unmodelled("collating symbols in a glob"));
                }
                byte => self.range(byte, &mut members)?,
            }
        }
        if negated {
            members.iter_mut().for_each(|member| *member = !*member);
        }
        Ok(members)
    }

    fn range(&mut self, byte: u8, members: &mut [bool; 256]) -> Result<(), ReadError> {
        let low = if byte == b'\\' { self.escaped()? } else { self.fold(byte) };
        let mut high = low;
        if self.peek(0) == Some(b'-') && self.peek(1).is_some_and(|end| end != b']') {
            self.at += 1;
            high = match self.next() {
                Some(b'\\') => self.escaped()?,
                Some(b'[') => return Err(ReadError::Unmodelled("a bracket as the end of a range in a glob")),
                Some(end) => self.fold(end),
                None => high,
            };
        }
        for member in low..=high {
            if let Some(slot) = members.get_mut(usize::from(member)) {
                *slot = true;
            }
        }
        Ok(())
    }

    /// `:name:]` of the C locale.
    fn class(&mut self, members: &mut [bool; 256]) -> Result<(), ReadError> {
        let unknown = ReadError::Unmodelled("a character class in a glob");
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let Some(length) = rest.windows(2).position(|pair| pair == b":]") else { return Err(unknown) };
        let test: fn(&u8) -> bool = match rest.get(..length).unwrap_or_default() {
            b"alnum" => u8::is_ascii_alphanumeric,
            b"alpha" => u8::is_ascii_alphabetic,
            b"blank" => |byte| matches!(byte, b' ' | b'\t'),
            b"cntrl" => u8::is_ascii_control,
            b"digit" => u8::is_ascii_digit,
            b"graph" => u8::is_ascii_graphic,
            b"lower" if !self.folds => u8::is_ascii_lowercase,
            b"print" => |byte| matches!(byte, b' '..=b'~'),
            b"punct" => u8::is_ascii_punctuation,
            b"space" => |byte| matches!(byte, b' ' | b'\t'..=b'\r'),
            b"upper" if !self.folds => u8::is_ascii_uppercase,
            b"xdigit" => u8::is_ascii_hexdigit,
            _ => return Err(unknown),
        };
        self.at += 1 + length + 2;
        for (byte, member) in (0..=u8::MAX).zip(members.iter_mut()) {
            *member |= test(&byte);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(pattern: &str, text: &str) -> bool {
        Glob::parse(pattern, false).unwrap().matches(text)
    }

    fn iglob(pattern: &str, text: &str) -> bool {
        Glob::parse(pattern, true).unwrap().matches(text)
    }

    #[test]
    fn stars_cross_everything_and_the_whole_text_counts() {
        for (pattern, text) in [
            ("*", ""),
            ("a*", "a/b/c"),
            ("*b", ".a\nb"),
            ("a*b*c", "a-b-b-c"),
            ("a**c", "ac"),
            ("*aab", "aaaab"),
            ("*a*b", "xaxab"),
        ] {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("a", "ab"), ("b", "ab"), ("a*b", "a-bc"), ("*a", ""), ("a*a", "a")]
        {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_question_mark_is_one_byte() {
        assert!(glob("?", "/") && !glob("?", "") && !glob("?", "é") && glob("??", "é"));
    }

    #[test]
    fn case_is_folded_by_iglob_alone_and_for_ascii_alone() {
        assert!(iglob("aBc*", "AbCd") && !glob("aBc", "abc"));
        assert!(!iglob("É", "é") && iglob("É", "É"));
        assert!(iglob("[A-C]x", "bX") && iglob("[!a]", "B") && !iglob("[!a]", "A"));
        assert!(iglob("\\A", "a"));
    }

    #[test]
    fn brackets() {
        for (pattern, yes, no) in [
            ("[a-c]", "b", "d"),
            ("[!a-c]", "d", "b"),
            ("[]]", "]", "["),
            ("[!]]", "[", "]"),
            ("[a-]", "-", "b"),
            ("[-a]", "-", "b"),
            ("[[:digit:]x]", "7", "a"),
            ("[[:alpha:]]", "Q", "7"),
            ("[[:space:]]", "\t", "a"),
            ("[*?]", "*", "a"),
            (r"[\\]", "\\", "]"),
            (r"[\]]", "]", "\\"),
            (r"[a\-z]", "-", "b"),
            ("[[a]", "[", "b"),
        ] {
            assert!(glob(pattern, yes), "{pattern} should match {yes}");
            assert!(!glob(pattern, no), "{pattern} should not match {no}");
        }
        assert!(!glob("[z-a]", "m") && !glob("[é]", "é") && glob("[é][é]", "é"));
    }

    #[test]
    fn a_backslash_escapes() {
        assert!(glob(r"\*", "*") && !glob(r"\*", "a"));
        assert!(glob(r"\?", "?") && !glob(r"\?", "a"));
        assert!(glob(r"\[a]", "[a]") && !glob(r"\[a]", "a"));
        assert!(glob(r"a\\b", r"a\b") && glob(r"\a", "a"));
        assert!(glob("{a,b}", "{a,b}") && !glob("{a,b}", "a"));
    }

    #[test]
    fn patterns_that_c_libraries_read_differently_are_refused() {
        for pattern in
            ["[a", "[", "[]", "[!", "a\\", "[\\", "[^a]", "[[.a.]]", "[[=a=]]", "[[:foo:]]", "[[:a", "[a-[b]"]
        {
            assert!(matches!(Glob::parse(pattern, false), Err(ReadError::Unmodelled(_))), "{pattern}");
        }
        assert!(Glob::parse("[[:upper:]]", true).is_err() && Glob::parse("[[:upper:]]", false).is_ok());
    }
}
