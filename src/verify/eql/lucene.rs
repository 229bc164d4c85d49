//! Lucene regular expressions, as `regex` and `regex~` of Elasticsearch 8 and later take them.
//!
//! In: a pattern in Lucene's syntax (`RegExp` of Lucene 9, all flags). Out: a matcher of whole values, or why
//! Lucene would refuse the pattern. Invariant: what looks like a PCRE construct but is none (`^`, `$`,
//! `(?i)`, `\1`) is taken literally, as Lucene does. Refused although Lucene reads them: the operators `~ < >
//! & @ # "` where they are not escaped, and `]` first in a set.

use regex::{Regex, RegexBuilder};

use crate::detection;

/// `index.max_regex_length`, in UTF-16 units.
pub(super) const MAX_LENGTH: usize = 1000;
/// `max_determinized_states`: no repetition can count further.
const MAX_REPEAT: u32 = 10_000;
const MAX_GROUPS: usize = 60;

/// Why a pattern is not a Lucene regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A backslash before a letter that is no character class.
    #[error("invalid character class \\{0} in a regular expression")]
    UnknownClass(char),
    /// An operator that Lucene has and this reader has not.
    #[error("unsupported regex operator {0}")]
    Operator(char),
    /// The pattern stops where an operand, a bracket or a character has to follow.
    #[error("a regular expression lacks an operand or a closing bracket")]
    Unfinished,
    /// A closing bracket that nothing opened.
    #[error("a regular expression closes a bracket it did not open")]
    Unopened,
    /// `{` without a count, or with a range out of order.
    #[error("a regular expression has a bad repetition")]
    Repetition,
    /// A set that ends where it begins, or a range out of order.
    #[error("a regular expression has a bad set")]
    Set,
    /// Longer than `index.max_regex_length`, nested too deep, or too many states.
    #[error("a regular expression is too large")]
    TooLarge,
}

type Result<T> = std::result::Result<T, PatternError>;

/// A matcher of whole values; `fold` is `regex~`, which leaves ranges alone (Lucene issue 14378).
pub(super) fn compile(pattern: &str, fold: bool) -> Result<Regex> {
    if pattern.encode_utf16().count() > MAX_LENGTH {
        return Err(PatternError::TooLarge);
    }
    let mut reader = Reader { rest: pattern.chars().collect(), fold, groups: 0, out: String::new() };
    reader.rest.reverse();
    if !pattern.is_empty() {
        reader.union()?;
    }
    if reader.peek().is_some() {
        return Err(PatternError::Unopened);
    }
    let whole = format!("(?s)\\A(?:{})\\z", reader.out);
    // What is written here means the same to PCRE.
    let states = detection::Regex::parse(&whole).ok().and_then(|regex| regex.lucene_states());
    states.ok_or(PatternError::TooLarge)?;
    RegexBuilder::new(&whole).build().map_err(|_| PatternError::TooLarge)
}

/// Writes the pattern anew in the syntax of the `regex` crate while reading it.
struct Reader {
    /// What is left, last character first.
    rest: Vec<char>,
    fold: bool,
    groups: usize,
    out: String,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.last().copied()
    }

    fn next(&mut self) -> Result<char> {
        self.rest.pop().ok_or(PatternError::Unfinished)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest.pop();
        }
        found
    }

    fn union(&mut self) -> Result<()> {
        self.concatenation()?;
        while self.eat('|') {
            self.out.push('|');
            self.concatenation()?;
        }
        Ok(())
    }

    fn concatenation(&mut self) -> Result<()> {
        loop {
            self.repeated()?;
            if matches!(self.peek(), None | Some('|' | ')')) {
                return Ok(());
            }
        }
    }

    /// An operand and its quantifiers: Lucene has none that are lazy, so `a+?` is `(a+)?`.
    fn repeated(&mut self) -> Result<()> {
        let start = self.out.len();
        self.operand()?;
        while let Some(quantifier @ ('?' | '*' | '+' | '{')) = self.peek() {
            self.rest.pop();
            self.out.insert_str(start, "(?:");
            self.out.push(')');
            if quantifier == '{' {
                self.counts()?;
            } else {
                self.out.push(quantifier);
            }
        }
        Ok(())
    }

    fn counts(&mut self) -> Result<()> {
        let least = self.count()?.ok_or(PatternError::Repetition)?;
        let most = if self.eat(',') { self.count()? } else { Some(least) };
        if !self.eat('}') || most.is_some_and(|most| most < least) {
            return Err(PatternError::Repetition);
        }
        let most = most.map_or(String::new(), |most| most.to_string());
        self.out.extend(["{", &least.to_string(), ",", &most, "}"]);
        Ok(())
    }

    fn count(&mut self) -> Result<Option<u32>> {
        let mut count = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.rest.pop();
            let next = count.unwrap_or(0) * 10 + digit;
            if next > MAX_REPEAT {
                return Err(PatternError::TooLarge);
            }
            count = Some(next);
        }
        Ok(count)
    }

    fn operand(&mut self) -> Result<()> {
        match self.next()? {
            '(' => self.group(),
            '[' => self.set(),
            '.' => {
                self.out.push('.');
                Ok(())
            }
            '\\' => {
                let escaped = self.next()?;
                match class(escaped)? {
                    Some(class) => self.out.extend(["[", class, "]"]),
                    None => self.literal(escaped),
                }
                Ok(())
            }
            '|' | ')' => Err(PatternError::Unfinished),
            operator @ ('~' | '<' | '>' | '&' | '@' | '#' | '"') => Err(PatternError::Operator(operator)),
            // Also `^`, `$`, and a quantifier with nothing before it, as in `(?i)`.
            literal => {
                self.literal(literal);
                Ok(())
            }
        }
    }

    fn group(&mut self) -> Result<()> {
        self.groups += 1;
        if self.groups > MAX_GROUPS {
            return Err(PatternError::TooLarge);
        }
        self.out.push_str("(?:");
        if !self.eat(')') {
            self.union()?;
            if !self.eat(')') {
                return Err(PatternError::Unfinished);
            }
        }
        self.out.push(')');
        self.groups -= 1;
        Ok(())
    }

    fn literal(&mut self, literal: char) {
        if self.fold && literal.is_ascii_alphabetic() {
            self.out.extend(['[', literal.to_ascii_lowercase(), literal.to_ascii_uppercase(), ']']);
        } else {
            self.out.push_str(&code(literal));
        }
    }

    fn set(&mut self) -> Result<()> {
        let negated = self.eat('^');
        self.out.push_str(if negated { "[^" } else { "[" });
        if self.peek() == Some(']') {
            return Err(PatternError::Set);
        }
        while !self.eat(']') {
            self.set_item()?;
        }
        self.out.push(']');
        Ok(())
    }

    /// One character, one range or one class; the operators of patterns mean themselves in a set.
    fn set_item(&mut self) -> Result<()> {
        if self.eat('\\') {
            let escaped = self.next()?;
            match class(escaped)? {
                Some(class) => {
                    self.out.push_str(class);
                    Ok(())
                }
                None => self.set_range(escaped),
            }
        } else {
            let first = self.next()?;
            self.set_range(first)
        }
    }

    fn set_range(&mut self, first: char) -> Result<()> {
        if !self.eat('-') {
            self.out.push_str(&code(first));
            if self.fold && first.is_ascii_alphabetic() {
                self.out.push_str(&code(char::from(first as u8 ^ 0x20)));
            }
            return Ok(());
        }
        let last = match self.next()? {
            ']' => return Err(PatternError::Set),
            '\\' => {
                let escaped = self.next()?;
                if class(escaped)?.is_some() {
                    return Err(PatternError::Set);
                }
                escaped
            }
            last => last,
        };
        if last < first {
            return Err(PatternError::Set);
        }
        self.out.extend([code(first).as_str(), "-", &code(last)]);
        Ok(())
    }
}

/// The members of the set that a backslash and a letter mean, nothing if the escaped character means itself.
fn class(escaped: char) -> Result<Option<&'static str>> {
    Ok(Some(match escaped {
        'd' => "0-9",
        'D' => "\\x{0}-\\x{2F}\\x{3A}-\\x{10FFFF}",
        's' => " \\t\\n\\r",
        'S' => "\\x{0}-\\x{8}\\x{B}\\x{C}\\x{E}-\\x{1F}\\x{21}-\\x{10FFFF}",
        'w' => "0-9A-Za-z_",
        'W' => "\\x{0}-\\x{2F}\\x{3A}-\\x{40}\\x{5B}-\\x{5E}\\x{60}\\x{7B}-\\x{10FFFF}",
        letter if letter.is_ascii_alphabetic() => return Err(PatternError::UnknownClass(letter)),
        _ => return Ok(None),
    }))
}

/// A character that means itself to the `regex` crate, inside and outside sets.
fn code(character: char) -> String {
    format!("\\x{{{:X}}}", u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(pattern: &str, value: &str) -> bool {
        compile(pattern, false).unwrap().is_match(value)
    }

    fn hit_folded(pattern: &str, value: &str) -> bool {
        compile(pattern, true).unwrap().is_match(value)
    }

    fn error(pattern: &str) -> PatternError {
        compile(pattern, false).unwrap_err()
    }

    #[test]
    fn the_whole_value_has_to_match() {
        assert!(hit("a.c", "abc") && !hit("a.c", "xabc") && !hit("a.c", "abcx"));
        assert!(!hit("a|b", "ab") && hit("a|b", "b"));
        assert!(!hit("a", "a\n"));
    }

    #[test]
    fn a_dot_is_any_character_and_a_line_break() {
        assert!(hit(".*b.*", "a\nb\r\nc") && hit("a.c", "a\nc") && hit("a.c", "aéc") && !hit("a.c", "ac"));
    }

    #[test]
    fn anchors_are_literals() {
        assert!(!hit("^a$", "a") && hit("^a$", "^a$"));
    }

    #[test]
    fn predefined_classes_are_ascii() {
        assert!(hit(r"\d+", "09") && !hit(r"\d", "٣") && !hit(r"\d", "d"));
        assert!(hit(r"\w\W\s\S\D", "_- x-") && !hit(r"\w", "é"));
        assert!(hit(r"[\d.]+", "1.2") && hit(r"[^\d]", "x") && !hit(r"[^\d]", "1"));
    }

    #[test]
    fn another_letter_after_a_backslash_is_an_error() {
        for letter in ['b', 't', 'n', 'r', 'x', 'q', 'A', 'Z', 'p'] {
            assert_eq!(error(&format!("a\\{letter}")), PatternError::UnknownClass(letter));
            assert_eq!(error(&format!("[\\{letter}]")), PatternError::UnknownClass(letter));
        }
    }

    #[test]
    fn another_character_after_a_backslash_is_that_character() {
        assert!(hit(r"(a)\1", "a1") && hit(r"C:\\x\.y", r"C:\x.y") && hit(r#"\~\<\>\&\@\#\""#, "~<>&@#\""));
        assert!(hit(r"\é\-\]", "é-]"));
    }

    #[test]
    fn pcre_groups_are_literals() {
        assert!(!hit("(?i)abc", "ABC") && hit("(?i)abc", "?iabc"));
        assert!(!hit("(?:a)", "a") && hit("(?:a)", "?:a"));
        assert!(!hit("(?=a)a", "a"));
        assert!(hit("*a", "*a"));
    }

    #[test]
    fn there_are_no_lazy_quantifiers() {
        assert!(hit(".+?", ""), "(.+)? matches nothing at all");
        assert!(hit(".*?", "anything") && hit("a??", "a"));
    }

    #[test]
    fn quantifiers_bind_to_one_operand() {
        assert!(hit("ab*", "abb") && !hit("ab*", "abab") && hit("(ab)+", "abab"));
        assert!(hit("a{2}", "aa") && !hit("a{2}", "aaa") && hit("a{2,}", "aaaa") && hit("a{1,2}b", "aab"));
        assert!(hit("a+{2}", "aa") && !hit("a+{2}", "a"));
        assert!(hit("a?b", "b") && !hit("a?b", "aab"));
    }

    #[test]
    fn bad_repetitions_are_errors() {
        for pattern in ["a{", "a{}", "a{,2}", "a{2", "a{x}", "a{3,2}"] {
            assert_eq!(error(pattern), PatternError::Repetition, "{pattern}");
        }
        assert_eq!(error("a{10001}"), PatternError::TooLarge);
    }

    #[test]
    fn an_empty_alternative_is_an_error_and_an_empty_group_is_not() {
        for pattern in ["(a|)", "a|", "|a", "(|a)", "a||b", "(a", "(", "\\", "[a", "[a-", "[^"] {
            assert_eq!(error(pattern), PatternError::Unfinished, "{pattern}");
        }
        assert_eq!(error("a)"), PatternError::Unopened);
        assert!(hit("a()b", "ab") && hit("()", "") && hit("", "") && !hit("", "a"));
    }

    #[test]
    fn operators_of_lucene_have_to_be_escaped() {
        for operator in ['~', '<', '>', '&', '@', '#', '"'] {
            assert_eq!(error(&format!("a{operator}b")), PatternError::Operator(operator));
            assert!(hit(&format!("a[{operator}]b"), &format!("a{operator}b")));
        }
    }

    #[test]
    fn sets_are_lists_of_characters_and_ranges() {
        assert!(hit("[a-cx]+", "abcx") && !hit("[a-c]", "d") && hit("[^a-c]", "\n"));
        assert!(
            hit("[-a]+", "-a") && hit(r"[a\-z]+", "a-z") && !hit(r"[a\-z]", "b") && hit(r"[\]\\]+", r"]\")
        );
        assert!(hit("[a&&b]+", "a&b"), "no intersection");
        assert!(hit("[[:alpha:]", "[") && !hit("[[:alpha:]]", "b"), "no POSIX classes");
        assert!(hit("[.*^$]+", "$^*.") && !hit("[.]", "x"));
        for pattern in ["[]", "[^]", "[z-a]", "[a-]", r"[a-\d]"] {
            assert_eq!(error(pattern), PatternError::Set, "{pattern}");
        }
    }

    #[test]
    fn case_is_ignored_for_ascii_characters_but_not_for_ranges() {
        assert!(hit_folded("cMd[x]", "CmDX") && !hit("cmd", "CMD"));
        assert!(!hit_folded("[a-z]+", "CMD") && hit_folded("[A-Za-z]+", "CmD"));
        assert!(!hit_folded("[^x]", "X"));
        assert!(!hit_folded("é", "É") && hit_folded("é", "é"));
        // Neither the Kelvin sign nor the long s is a case of an ASCII letter.
        assert!(!hit_folded("k", "\u{212a}") && !hit_folded("s", "\u{17f}"));
    }

    #[test]
    fn large_patterns_are_errors() {
        assert!(compile(&"a".repeat(MAX_LENGTH), false).is_ok());
        assert_eq!(error(&"a".repeat(MAX_LENGTH + 1)), PatternError::TooLarge);
        assert_eq!(error(&"(".repeat(900)), PatternError::TooLarge);
        assert_eq!(error(&format!("{}a{}", "(".repeat(400), ")".repeat(400))), PatternError::TooLarge);
        assert!(compile(&"(a)".repeat(100), false).is_ok(), "side by side is not nested");
        assert_eq!(error("((a{1000}){1000}){1000}"), PatternError::TooLarge);
    }

    proptest::proptest! {
        #[test]
        fn every_character_escaped_or_in_a_set_means_itself(character: char) {
            if !character.is_ascii_alphabetic() {
                let (escaped, in_set) = (format!("\\{character}"), format!("[\\{character}]"));
                proptest::prop_assert!(hit(&escaped, &character.to_string()));
                proptest::prop_assert!(hit(&in_set, &character.to_string()));
            }
        }
    }
}
