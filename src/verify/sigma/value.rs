//! Values of a Sigma detection, and whether the value of a field fits one.
//!
//! In: scalars of a rule. Out: [`Pattern`]s for text, and comparison of numbers. Invariant: reading a pattern
//! never fails, since a backslash that escapes nothing stands for itself (Sigma specification 2.1,
//! "Escaping"). Which modifier asks for what is decided in `modifier`.

use std::cmp::Ordering;

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// This character.
    Char(char),
    /// `?`: exactly one character.
    One,
    /// `*`: any run of characters, also none.
    Any,
    /// A dash or slash that starts a command-line flag, made by `windash`.
    Dash,
}

/// A text with wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    cased: bool,
}

impl Pattern {
    /// Reads a text in which `*` and `?` are wildcards and `\` escapes `*`, `?` and `\`.
    pub(super) fn read(text: &str, cased: bool) -> Self {
        let mut pieces = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '*' => Piece::Any,
                '?' => Piece::One,
                '\\' => Piece::Char(chars.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\')),
                _ if cased => Piece::Char(c),
                _ => Piece::Char(fold(c)),
            });
        }
        Self { pieces, cased }
    }

    /// The pattern with anything before it.
    pub(super) fn open_start(mut self) -> Self {
        self.pieces.insert(0, Piece::Any);
        self
    }

    /// The pattern with anything after it.
    pub(super) fn open_end(mut self) -> Self {
        self.pieces.push(Piece::Any);
        self
    }

    /// Lets the dash or slash before each flag stand for every dash that Windows programs take there: one that
    /// a letter, digit or underscore follows and none precedes (pySigma, `SigmaWindowsDashModifier`).
    pub(super) fn any_dash(mut self) -> Self {
        let is_word =
            |piece: Option<&Piece>| matches!(piece, Some(Piece::Char(c)) if c.is_alphanumeric() || *c == '_');
        let starts_flag = |index: usize| {
            let before = index.checked_sub(1).and_then(|before| self.pieces.get(before));
            matches!(self.pieces.get(index), Some(Piece::Char('-' | '/')))
                && !is_word(before)
                && is_word(self.pieces.get(index + 1))
        };
        let dashes: Vec<_> = (0..self.pieces.len()).filter(|index| starts_flag(*index)).collect();
        for index in dashes {
            if let Some(piece) = self.pieces.get_mut(index) {
                *piece = Piece::Dash;
            }
        }
        self
    }

    /// Whether the whole text fits. Takes at most time in proportion to the product of both lengths.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().map(|c| if self.cased { c } else { fold(c) }).collect();
        let (mut piece, mut at) = (0, 0);
        // Where to go on if the last `*` has to take one character more: only the last one ever has to.
        let mut retry: Option<(usize, usize)> = None;
        while let Some(c) = text.get(at) {
            match self.pieces.get(piece) {
                Some(Piece::Any) => {
                    retry = Some((piece + 1, at));
                    piece += 1;
                }
                Some(one) if one.takes(*c) => (piece, at) = (piece + 1, at + 1),
                _ => {
                    let Some((after, from)) = &mut retry else { return false };
                    *from += 1;
                    (piece, at) = (*after, *from);
                }
            }
        }
        self.pieces.iter().skip(piece).all(|piece| *piece == Piece::Any)
    }
}

impl Piece {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Char(own) => own == c,
            Self::One => true,
            Self::Dash => matches!(c, '-' | '/' | '\u{2013}' | '\u{2014}' | '\u{2015}'),
            Self::Any => false,
        }
    }
}

/// Whether two texts are equal but for case.
pub(super) fn equal_folded(left: &str, right: &str) -> bool {
    left.chars().map(fold).eq(right.chars().map(fold))
}

/// Folds the case of one character: ASCII stays within ASCII (so KELVIN SIGN is no `k`), and any other
/// character becomes its lower case if that is one character outside ASCII.
fn fold(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        (Some(single), None) if !single.is_ascii() => single,
        _ => c,
    }
}

/// A finite number of a rule, kept as text so that large whole numbers stay exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number(String);

impl Number {
    /// The number that a text spells, none if it spells none.
    pub(super) fn read(text: &str) -> Option<Self> {
        // Rust also reads words such as `inf`, which no event means as a number.
        let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
        let digits = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        (finite && digits).then(|| Self(text.to_owned()))
    }

    /// How the value of a field compares with the number, none if that value is not a number.
    pub(super) fn order_of(&self, value: &str) -> Option<Ordering> {
        let value = Self::read(value)?;
        match (value.0.parse::<i128>(), self.0.parse::<i128>()) {
            (Ok(left), Ok(right)) => Some(left.cmp(&right)),
            _ => value.0.parse::<f64>().ok()?.partial_cmp(&self.0.parse::<f64>().ok()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Pattern::read(pattern, false).fits(text)
    }

    #[test]
    fn wildcards_stand_for_runs_and_for_one_character() {
        assert!(fits("a*c", "abbc") && fits("a*c", "ac") && fits("*", "") && fits("**", "x\ny"));
        assert!(fits("a?c", "aéc") && !fits("a?c", "ac") && !fits("a?c", "abbc"));
        assert!(fits("*ab*ab", "abxabab") && !fits("*ab*ab", "ab"));
        assert!(!fits("abc", "xabc") && !fits("abc", "abcx") && !fits("", "x") && fits("", ""));
    }

    #[test]
    fn a_backslash_escapes_only_wildcards_and_itself() {
        assert!(fits(r"\*", "*") && !fits(r"\*", "x"));
        assert!(fits(r"\?", "?") && !fits(r"\?", "x"));
        assert!(fits(r"\\*", r"\x") && !fits(r"\\*", r"x"));
        assert!(fits(r"\\\*", r"\*") && !fits(r"\\\*", r"\x"));
        assert!(fits(r"C:\Windows", r"C:\Windows") && fits(r"a\", r"a\"));
        // Two backslashes are one, so a UNC path needs four.
        assert!(fits(r"\\srv\x", r"\srv\x") && !fits(r"\\srv\x", r"\\srv\x"));
        assert!(fits(r"\\\\srv\x", r"\\srv\x"));
    }

    #[test]
    fn case_is_folded_within_ascii_and_within_the_rest() {
        assert!(fits("WhoAmI", "wHOaMi") && fits("É", "é") && fits("я", "Я"));
        assert!(!fits("k", "\u{212A}") && !fits("\u{212A}", "k"));
        // The lower case of İ is two characters, so it stays.
        assert!(!fits("i", "İ") && fits("İ", "İ"));
        assert!(!Pattern::read("a", true).fits("A") && Pattern::read("a", true).fits("a"));
        assert!(equal_folded("aÉ", "Aé") && !equal_folded("a", "ab"));
    }

    #[test]
    fn opened_patterns_end_after_their_escapes() {
        let contains = Pattern::read(r"a\", false).open_start().open_end();
        assert!(contains.fits(r"xa\x") && !contains.fits("xax"));
    }

    #[test]
    fn a_dash_before_a_flag_stands_for_every_dash() {
        let pattern = Pattern::read("cmd -enc-x /a -*", false).any_dash();
        for dash in ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'] {
            assert!(pattern.fits(&format!("cmd {dash}enc-x {dash}a -b")));
            assert!(!pattern.fits(&format!("cmd -enc{dash}x -a -b")) || dash == '-');
            assert!(!pattern.fits(&format!("cmd -enc-x -a {dash}b")) || dash == '-');
        }
    }

    #[test]
    fn numbers_compare_as_numbers_and_large_ones_exactly() {
        let order = |number, value| Number::read(number).unwrap().order_of(value);
        assert_eq!(order("10", "9"), Some(Ordering::Less));
        assert_eq!(order("1", "1.0"), Some(Ordering::Equal));
        assert_eq!(order("9007199254740993", "9007199254740992"), Some(Ordering::Less));
        for text in ["", "x", "inf", "nan", "Infinity", "-inf", "1e999", "0x10", " 1", "1 "] {
            assert_eq!(order("1", text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_means_its_regex(pattern in "[abé*?]{0,8}", text in "[abAé\n]{0,10}") {
            let regex = pattern.replace('*', ".*").replace('?', ".");
            let regex = regex::Regex::new(&format!(r"(?si)\A{regex}\z")).unwrap();
            prop_assert_eq!(fits(&pattern, &text), regex.is_match(&text));
        }

        #[test]
        fn a_doubled_literal_fits_itself(text in r"[ab*?\\]{0,10}") {
            let escaped: String = text.chars().flat_map(|c| match c {
                '*' | '?' | '\\' => vec!['\\', c],
                _ => vec![c],
            }).collect();
            prop_assert!(fits(&escaped, &text));
        }
    }
}
