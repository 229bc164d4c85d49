//! The patterns of `regex`: RE2 in POSIX (egrep) mode, matching the whole text.
//!
//! In: a pattern. Out: a [`regex::Regex`] of the same meaning, or why RE2 refuses the pattern. Invariant:
//! every piece is read by this file and written anew, so nothing that only the `regex` crate knows gets
//! through. `^` and `$` match at lines, as RE2's `one_line` is off in POSIX mode (re2.h). What RE2 accepts but is
//! not read here (a repetition of a repetition, `\C`, octal escapes) is refused too.

use std::fmt::Write as _;

use regex::Regex;

use super::error::ReadError;

/// Compiles a pattern to a matcher of whole texts.
pub(super) fn compile(pattern: &str) -> Result<Regex, ReadError> {
    let mut reader = Reader { rest: pattern, out: r"\A(?:".to_owned(), atom: None, groups: Vec::new() };
    while let Some(c) = reader.next() {
        reader.piece(c)?;
    }
    if !reader.groups.is_empty() {
        return bad("an open group");
    }
    reader.out.push_str(r")\z");
    Regex::new(&reader.out).map_err(|error| ReadError::Regex(error.to_string()))
}

fn bad<T>(why: &str) -> Result<T, ReadError> {
    Err(ReadError::Regex(why.to_owned()))
}

struct Reader<'a> {
    rest: &'a str,
    out: String,
    /// Where in `out` the piece starts that a repetition would repeat.
    atom: Option<usize>,
    /// Where in `out` the open groups start.
    groups: Vec<usize>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let after = self.rest.strip_prefix(text);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn piece(&mut self, c: char) -> Result<(), ReadError> {
        match c {
            '*' | '+' | '?' => return self.repeat(&c.to_string()),
            '{' => return self.counted(),
            '(' if self.rest.starts_with('?') => return bad("`(?` is not POSIX"),
            '(' => {
                self.groups.push(self.out.len());
                self.atom = None;
                self.out.push_str("(?:");
                return Ok(());
            }
            ')' => {
                let Some(start) = self.groups.pop() else { return bad("a `)` too many") };
                self.atom = Some(start);
                self.out.push(')');
                return Ok(());
            }
            '|' => {
                self.atom = None;
                self.out.push('|');
                return Ok(());
            }
            '^' | '$' => {
                self.atom = None;
                self.out.push_str(if c == '^' { "(?m:^)" } else { "(?m:$)" });
                return Ok(());
            }
            _ => self.atom = Some(self.out.len()),
        }
        match c {
            '.' => self.out.push_str(r"[^\n]"),
            '[' => self.class()?,
            '\\' => {
                let escaped = self.escaped()?;
                self.literal(escaped);
            }
            other => self.literal(other),
        }
        Ok(())
    }

    fn literal(&mut self, c: char) {
        // Writing to a String cannot fail.
        let _ = write!(self.out, "\\x{{{:x}}}", u32::from(c));
    }

    /// A repetition; `?` after it makes the repeated piece optional, as POSIX has no lazy ones.
    fn repeat(&mut self, how: &str) -> Result<(), ReadError> {
        let Some(start) = self.atom.take() else { return bad("nothing to repeat") };
        self.out.push_str(how);
        if self.eat("?") {
            self.out.insert_str(start, "(?:");
            self.out.push_str(")?");
        }
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}`; any other brace is literal.
    fn counted(&mut self) -> Result<(), ReadError> {
        let is_count = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some((counts, after)) = self.rest.split_once('}') else {
            self.brace();
            return Ok(());
        };
        let (low, high) = counts.split_once(',').unwrap_or((counts, counts));
        if !is_count(low) || !(high.is_empty() || is_count(high)) {
            self.brace();
            return Ok(());
        }
        let number = |text: &str| text.parse().unwrap_or(usize::MAX);
        let (least, most) = (number(low), if high.is_empty() { number(low) } else { number(high) });
        if least > most || most > 1000 {
            return bad("bad count of repetitions");
        }
        let how = format!("{{{counts}}}");
        self.rest = after;
        self.repeat(&how)
    }

    fn brace(&mut self) {
        self.atom = Some(self.out.len());
        self.literal('{');
    }

    /// The character that an escape stands for: only punctuation, C's control characters and `\x`.
    fn escaped(&mut self) -> Result<char, ReadError> {
        match self.next() {
            Some('x') => self.hexadecimal(),
            Some('a') => Ok('\x07'),
            Some('f') => Ok('\x0c'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('v') => Ok('\x0b'),
            Some(c) if c.is_ascii_punctuation() && c != '_' => Ok(c),
            Some(c) => bad(&format!("`\\{c}` is not POSIX")),
            None => bad("a backslash at the end"),
        }
    }

    fn hexadecimal(&mut self) -> Result<char, ReadError> {
        let digits = if self.eat("{") {
            let Some((digits, after)) = self.rest.split_once('}') else { return bad("an open `\\x{`") };
            self.rest = after;
            digits
        } else {
            let Some((digits, after)) = self.rest.split_at_checked(2) else {
                return bad("`\\x` needs two digits");
            };
            self.rest = after;
            digits
        };
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal);
        code.and_then(char::from_u32).map_or_else(|| bad("not a character's code"), Ok)
    }

    /// What stands after `[`, up to and with its `]`.
    fn class(&mut self) -> Result<(), ReadError> {
        self.out.push('[');
        if self.eat("^") {
            self.out.push('^');
        }
        let mut is_first = true;
        loop {
            if self.rest.starts_with("[:") {
                self.named_class()?;
            } else {
                match self.next() {
                    None => return bad("an open bracket"),
                    Some(']') if !is_first => break,
                    // Perl allows `-` anywhere, POSIX at the ends only (RE2, `ParseCharClass`).
                    Some('-') if !is_first && !self.rest.starts_with(']') => {
                        return bad("a `-` inside a class");
                    }
                    Some(low) => self.range(low)?,
                }
            }
            is_first = false;
        }
        self.out.push(']');
        Ok(())
    }

    fn range(&mut self, low: char) -> Result<(), ReadError> {
        let low = if low == '\\' { self.escaped()? } else { low };
        self.literal(low);
        if !self.rest.starts_with('-') || self.rest.starts_with("-]") || self.rest == "-" {
            return Ok(());
        }
        self.eat("-");
        let high = match self.next() {
            Some('\\') => self.escaped()?,
            Some(c) => c,
            None => return bad("an open bracket"),
        };
        if high < low {
            return bad("a range that ends before it starts");
        }
        self.out.push('-');
        self.literal(high);
        Ok(())
    }

    fn named_class(&mut self) -> Result<(), ReadError> {
        const NAMES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
            "space", "upper", "word", "xdigit",
        ];
        let Some((name, after)) = self.rest.get(2..).and_then(|rest| rest.split_once(":]")) else {
            return bad("an open `[:`");
        };
        if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return bad("unknown character class");
        }
        let _ = write!(self.out, "[:{name}:]");
        self.rest = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn the_whole_text_is_matched() {
        assert!(matches("ab", "ab") && !matches("ab", "xab") && !matches("ab", "abx"));
        assert!(matches("a|bc", "bc") && !matches("a|bc", "ac") && !matches("a|bc", "abc"));
        assert!(matches("", "") && !matches("", "a") && matches("a|", ""));
        assert!(matches(".*(cd).*", "abcdef"));
        assert!(!matches("a", "A"));
    }

    #[test]
    fn dots_stop_at_newlines_and_negated_classes_do_not() {
        assert!(!matches("a.b", "a\nb") && matches("a[^x]b", "a\nb") && matches("(.|\n)*", "a\nb"));
        assert!(matches(".", "é"));
    }

    #[test]
    fn anchors_match_at_lines() {
        assert!(matches("^ab$", "ab") && matches("a$\n^b", "a\nb") && !matches("a^b", "ab"));
    }

    #[test]
    fn classes_and_counts() {
        for (pattern, yes, no) in [
            ("[[:digit:]]+", "123", "12a"),
            ("[^[:alpha:]]", "1", "a"),
            ("[0-9]{2,3}", "12", "1"),
            ("a{2}", "aa", "aaa"),
            ("a{2,}", "aaaa", "a"),
            ("a{,2}", "a{,2}", "aa"),
            ("a{x", "a{x", "a"),
            (r"a\.b", "a.b", "axb"),
            (r"\x41", "A", "x41"),
            (r"\x{1F600}", "\u{1F600}", "A"),
            ("[]a]", "]", "b"),
            ("[a-]", "-", "b"),
            (r"[\]\\]", "\\", "x"),
            ("[a&&b]", "&", "c"),
            ("[[a]", "[", "b"),
            ("[~~]", "~", "-"),
            ("#x ", "#x ", "#x"),
            ("a}", "a}", "a"),
            (r"\t", "\t", "t"),
        ] {
            assert!(matches(pattern, yes), "{pattern} should match {yes:?}");
            assert!(!matches(pattern, no), "{pattern} should not match {no:?}");
        }
    }

    #[test]
    fn lazy_repetitions_are_optional_ones() {
        assert!(matches("xa+?", "x") && matches("xa+?", "xaa"));
        assert!(matches("a{2}?b", "b") && matches("a{2}?b", "aab") && !matches("a{2}?b", "ab"));
        assert!(matches("(ab)*?", "abab") && matches("a??", "") && !matches("xa+", "x"));
    }

    #[test]
    fn what_posix_mode_does_not_have_is_refused() {
        for pattern in [
            r"\d", r"\w", r"\s", r"\b", r"\D", r"\B", r"\pL", r"\A", r"\z", r"\Qa\E", r"(a)\1", r"\0", r"\_",
            r"\é", "(?i)a", "(?:a)", "(?P<n>a)", "(?=a)", "(?!a)", "(?<=a)", r"[\d]", r"a\",
        ] {
            assert!(matches!(compile(pattern), Err(ReadError::Regex(_))), "{pattern}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for pattern in [
            "(",
            "a)",
            "[a",
            "[",
            "[]",
            "[z-a]",
            "[a-z-9]",
            "[[:foo:]]",
            "[[:",
            "*a",
            "(*a)",
            "a|*",
            "a**",
            "a+*",
            "a*??",
            "{2}",
            "a{3,2}",
            "a{1001}",
            "(a{1000}){1000}",
            "^*",
            r"\x4",
            r"\xzz",
            r"\x+4",
            r"\x{110000}",
            r"\x{",
        ] {
            assert!(matches!(compile(pattern), Err(ReadError::Regex(_))), "{pattern}");
        }
    }
}
