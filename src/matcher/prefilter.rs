//! Lines that no rule can match, found without reading them.
//!
//! In: the texts that rules are looked at for, if they are few; a line. Out: whether some rule may match it. Invariant: a
//! line that holds one of the texts, in whatever case and however JSON escapes it, passes. Chosen are stretches of ASCII
//! that no writer has to escape: no quote, backslash, slash or control character; a letter may still be written as
//! `\u0041`, so a line with such an escape of one of their bytes passes too. A stretch that could be part of a number is
//! not chosen, since `1e3` is the value `1000.0`.
//!
//! A line is searched for a few bytes of each text, in both cases of their letters, which is one pass with SIMD (Teddy, in
//! `aho-corasick`); with more texts than that takes, reading the line costs less.

use aho_corasick::{AhoCorasick, Input, MatchKind};

use crate::detection::{Condition, Test};
use crate::matcher::literals::frequency;
use crate::matcher::trigger::{Needs, needs, needs_of_terms};

/// The most byte strings in one search; more make it slower than reading.
const MOST_STRINGS: usize = 64;

/// The most cases of a text that are searched for.
const MOST_CASES: usize = 16;

/// The fewest bytes worth a search.
const SHORTEST: usize = 3;

/// How every escape of an ASCII character by its number begins.
const ESCAPE: &[u8] = b"\\u00";

/// A search for texts.
#[derive(Debug)]
pub(crate) struct Prefilter {
    search: AhoCorasick,
    stretches: Vec<Stretch>,
    /// The bytes of all stretches, in both cases.
    bytes: [bool; 128],
}

/// A part of a text, and the bytes of it that are searched for.
#[derive(Debug)]
struct Stretch {
    text: Vec<u8>,
    at: usize,
    length: usize,
}

impl Prefilter {
    /// The search for what these tests need; nothing if some test needs no text, or there are too many.
    pub(crate) fn new(tests: &[&Test]) -> Option<Self> {
        let mut stretches = Vec::new();
        for test in tests {
            for text in texts(&test.condition)? {
                stretches.push(stretch(&text)?);
            }
            if stretches.len() > MOST_STRINGS {
                return None;
            }
        }
        let mut strings: Vec<Vec<u8>> = stretches.iter().flat_map(Stretch::cases).collect();
        strings.push(ESCAPE.to_vec());
        strings.sort();
        strings.dedup();
        if stretches.is_empty() || strings.len() > MOST_STRINGS {
            return None;
        }
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&strings).ok()?;
        let mut bytes = [false; 128];
        for byte in stretches.iter().flat_map(|stretch| &stretch.text) {
            for byte in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                if let Some(is_in) = bytes.get_mut(usize::from(byte)) {
                    *is_in = true;
                }
            }
        }
        Some(Self { search, stretches, bytes })
    }

    /// Whether some rule may match a line.
    pub(crate) fn passes(&self, line: &[u8]) -> bool {
        let mut from = 0;
        while let Some(found) = self.search.find(Input::new(line).range(from..)) {
            let start = found.start();
            if self.stretches.iter().any(|stretch| stretch.is_at(line, start)) || self.escapes(line, start) {
                return true;
            }
            from = start + 1;
        }
        false
    }

    /// Whether a byte of the stretches is written by its number.
    fn escapes(&self, line: &[u8], at: usize) -> bool {
        let digits = line.get(at..).and_then(|rest| rest.strip_prefix(ESCAPE)).and_then(|rest| rest.get(..2));
        let code = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        code.and_then(|code| self.bytes.get(code)).copied().unwrap_or(false)
    }
}

impl Stretch {
    fn searched(&self) -> &[u8] {
        self.text.get(self.at..self.at + self.length).unwrap_or(&[])
    }

    /// The searched bytes in every case.
    fn cases(&self) -> Vec<Vec<u8>> {
        let mut all = vec![Vec::new()];
        for byte in self.searched() {
            let cases = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
            let cases = if byte.is_ascii_alphabetic() { &cases[..] } else { &cases[..1] };
            all = all
                .iter()
                .flat_map(|before: &Vec<u8>| {
                    cases.iter().map(move |byte| [before.as_slice(), &[*byte]].concat())
                })
                .collect();
        }
        all
    }

    /// Whether the text stands where its searched bytes were found.
    fn is_at(&self, line: &[u8], found: usize) -> bool {
        let text = found.checked_sub(self.at).and_then(|from| line.get(from..from + self.text.len()));
        text.is_some_and(|text| text.eq_ignore_ascii_case(&self.text))
    }
}

/// The texts, one of which an event has to hold; nothing if it need not.
fn texts(condition: &Condition) -> Option<Vec<Vec<u8>>> {
    match condition {
        Condition::Some(tests) => {
            let of_test = |test| match needs(test) {
                Needs::Texts(needles) => {
                    Some(needles.into_iter().map(|needle| needle.text).collect::<Vec<_>>())
                }
                Needs::Order | Needs::Presence => None,
            };
            tests.iter().map(of_test).collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        Condition::Holds(terms) => needs_of_terms(terms),
        Condition::Exists | Condition::SomeOther(_) => None,
    }
}

/// The best part of a text, and the rarest bytes of it.
fn stretch(text: &[u8]) -> Option<Stretch> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !b"\"\\/".contains(byte);
    let is_numeric = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let parts = text.split(|byte| !is_plain(byte));
    let usable = parts.filter(|part| part.len() >= SHORTEST && !part.iter().all(is_numeric));
    let part = usable.max_by_key(|part| part.len())?;
    let window = |at: usize| {
        let mut cases = 1;
        let fits = part.iter().skip(at).take_while(|byte| {
            cases *= if byte.is_ascii_alphabetic() { 2 } else { 1 };
            cases <= MOST_CASES
        });
        (at, fits.count())
    };
    let commonness = |(at, length): &(usize, usize)| {
        let bytes = part.iter().skip(*at).take(*length).map(|byte| frequency(*byte));
        // Each byte more makes it rarer.
        bytes.sum::<u32>() + 9 * u32::try_from(part.len() - length).unwrap_or(u32::MAX)
    };
    let windows = (0..part.len()).map(window).filter(|(_, length)| *length >= SHORTEST);
    let (at, length) = windows.min_by_key(commonness)?;
    Some(Stretch { text: part.to_vec(), at, length })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::ValueTest;
    use crate::event::pattern::{Case, Pattern};
    use crate::source::Origin;

    fn prefilter(texts: &[&str]) -> Option<Prefilter> {
        let tests: Vec<Test> = texts
            .iter()
            .map(|text| Test {
                field: "a".to_owned(),
                condition: Condition::Some(vec![ValueTest::Matches(Pattern::wildcard(
                    text,
                    Case::Insensitive,
                ))]),
                origin: Origin::default(),
            })
            .collect();
        Prefilter::new(&tests.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_text_is_found_in_any_case_and_escape() {
        let search = prefilter(&[r"*\PowerShell.exe"]).unwrap();
        let passes = |line: &str| search.passes(line.as_bytes());
        assert!(passes(r#"{"a": "C:\\x\\POWERshell.exe"}"#));
        assert!(passes(r#"{"a": "C:\\x\\p\u006fwershell.exe"}"#) && passes(r#"{"a": "p\u004Fwershell"}"#));
        assert!(!passes(r#"{"a": "powershel.exe \u003c \u0026 ers ersh ershe wersh"}"#));
    }

    #[test]
    fn a_text_that_may_be_written_otherwise_is_not_searched_for() {
        assert!(prefilter(&["1000.0"]).is_none() && prefilter(&["*a\\b\\c*"]).is_none());
        assert!(prefilter(&["*é*"]).is_none() && prefilter(&["*"]).is_none() && prefilter(&[]).is_none());
        assert!(prefilter(&["whoami", "*mimikatz*"]).is_some());
        let many: Vec<String> = (0..200).map(|at| format!("text{at}x")).collect();
        assert!(prefilter(&many.iter().map(String::as_str).collect::<Vec<_>>()).is_none());
    }
}
