//! Sets of characters.
//!
//! In: characters, ranges, names of classes and properties. Out: [`Set`], with union, complement and cases.
//! Invariant: classes by name are ASCII, as PCRE has them without UCP (pcrepattern, "Generic character types").
//! Without case a letter of ASCII never equals one outside it, as for the other texts of a search
//! ([`crate::event::pattern`]); PCRE before 8.32 and PCRE2 under `CASELESS_RESTRICT` do the same, others also take
//! U+017F for `s` and U+212A for `k`.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, HirKind};

/// A set of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set(ClassUnicode);

impl Set {
    /// A set of ranges, both ends included.
    pub(super) fn of(ranges: &[(char, char)]) -> Self {
        Self(ClassUnicode::new(ranges.iter().map(|&(low, high)| ClassUnicodeRange::new(low, high))))
    }

    pub(super) fn empty() -> Self {
        Self(ClassUnicode::empty())
    }

    pub(super) fn one(character: char) -> Self {
        Self::of(&[(character, character)])
    }

    /// Its first character.
    pub(super) fn first(&self) -> Option<char> {
        self.0.ranges().first().map(ClassUnicodeRange::start)
    }

    /// Every character.
    pub(super) fn full() -> Self {
        Self::of(&[('\0', char::MAX)])
    }

    /// `.` where it does not match line feeds.
    pub(super) fn not_newline() -> Self {
        Self::one('\n').complement()
    }

    /// `\w`
    pub(super) fn word() -> Self {
        Self::of(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')])
    }

    /// The set of an escape like `\d`, if the letter names one. `\s` includes the vertical tab, as it does since
    /// PCRE 8.34.
    pub(super) fn escape(letter: char) -> Option<Self> {
        const HORIZONTAL: [(char, char); 8] = [
            ('\t', '\t'),
            (' ', ' '),
            ('\u{A0}', '\u{A0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{180E}', '\u{180E}'),
            ('\u{2000}', '\u{200A}'),
            ('\u{202F}', '\u{202F}'),
            ('\u{205F}', '\u{205F}'),
        ];
        let set = match letter.to_ascii_lowercase() {
            'd' => Self::of(&[('0', '9')]),
            's' => Self::of(&[('\t', '\r'), (' ', ' ')]),
            'w' => Self::word(),
            'h' => Self::of(&HORIZONTAL).or(&Self::one('\u{3000}')),
            'v' => Self::vertical(),
            _ => return None,
        };
        Some(if letter.is_ascii_uppercase() { set.complement() } else { set })
    }

    /// `\v`
    pub(super) fn vertical() -> Self {
        Self::of(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
    }

    /// A POSIX class by its name (pcrepattern, "POSIX character classes").
    pub(super) fn posix(name: &str) -> Option<Self> {
        Some(Self::of(match name {
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "ascii" => &[('\0', '\x7F')],
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "cntrl" => &[('\0', '\x1F'), ('\x7F', '\x7F')],
            "digit" => &[('0', '9')],
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[('\t', '\r'), (' ', ' ')],
            "upper" => &[('A', 'Z')],
            "word" => return Some(Self::word()),
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => return None,
        }))
    }

    /// A Unicode property: a general category, a script, or one of PCRE's own (pcrepattern, "Unicode character
    /// properties").
    pub(super) fn property(name: &str) -> Option<Self> {
        let union = |names: &[&str]| {
            names.iter().try_fold(Self::empty(), |set, name| Some(set.or(&Self::property(name)?)))
        };
        match name {
            "Any" => Some(Self::full()),
            "L&" => union(&["Lu", "Ll", "Lt"]),
            "Xan" => union(&["L", "N"]),
            "Xwd" => Some(union(&["L", "N"])?.or(&Self::one('_'))),
            "Xps" | "Xsp" => Some(union(&["Z"])?.or(&Self::escape('h')?).or(&Self::vertical())),
            _ => {
                // Only names that are words; the `regex` crate knows operators besides.
                let is_name = name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let parsed = is_name.then(|| regex_syntax::parse(&format!("\\p{{{name}}}")).ok())??;
                match parsed.into_kind() {
                    HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => Some(Self(class)),
                    _ => None,
                }
            }
        }
    }

    /// The characters of either set.
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.0.union(&other.0);
        self
    }

    /// The characters of both sets.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.0.intersect(&other.0);
        self
    }

    /// The characters that are not in the other set.
    pub(super) fn without(mut self, other: &Self) -> Self {
        self.0.difference(&other.0);
        self
    }

    /// All other characters.
    pub(super) fn complement(mut self) -> Self {
        self.0.negate();
        self
    }

    /// With the other cases of its letters.
    pub(super) fn caseless(self) -> Self {
        let ascii = Self::of(&[('\0', '\x7F')]);
        let mut inside = self.clone().and(&ascii);
        inside.0.case_fold_simple();
        let mut outside = self.without(&ascii);
        outside.0.case_fold_simple();
        inside.and(&ascii).or(&outside.without(&ascii))
    }

    /// Whether it holds all cases of its letters.
    pub(super) fn is_caseless(&self) -> bool {
        // The complement of a set without case is one, and a small one is sooner looked at.
        let small = if self.contains(char::MAX) { self.clone().complement() } else { self.clone() };
        small.clone().caseless() == small
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.ranges().is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        matches!(self.0.ranges(), [range] if (range.start(), range.end()) == ('\0', char::MAX))
    }

    /// Whether it is what `.` matches.
    pub(super) fn is_not_newline(&self) -> bool {
        match self.0.ranges() {
            [low, high] => {
                (low.start(), low.end(), high.start(), high.end()) == ('\0', '\t', '\x0B', char::MAX)
            }
            _ => false,
        }
    }

    pub(super) fn contains(&self, character: char) -> bool {
        self.ranges().any(|(low, high)| low <= character && character <= high)
    }

    /// The ranges, in order, neither touching nor overlapping.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (char, char)> + '_ {
        self.0.ranges().iter().map(|range| (range.start(), range.end()))
    }

    /// The only character, if there is just one.
    pub(super) fn single(&self) -> Option<char> {
        match self.0.ranges() {
            [range] if range.start() == range.end() => Some(range.start()),
            _ => None,
        }
    }
}
