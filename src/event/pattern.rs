//! Text patterns: literals with wildcards, compared with or without case.
//!
//! In: a wildcard text of a search. Out: whether a whole value matches. Invariant: two neighbouring pieces are
//! never both literals nor both [`Piece::Any`], so equal patterns are equal data.
//!
//! Without case, ASCII letters equal each other and other letters equal their lower-case form when that is one
//! character outside ASCII. Splunk documents only that searches ignore case (Search Manual, "Use CASE and TERM");
//! the rule here never equates a letter of ASCII with one outside it, which is also how the targets fold.

use std::fmt;

/// Whether letters are compared with their case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Case {
    /// `a` equals `A`, as in the `search` command.
    Insensitive,
    /// `a` differs from `A`, as in `where` and `eval`.
    Sensitive,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Piece {
    /// This text.
    Literal(String),
    /// Any run of characters, also none, also line breaks.
    Any,
    /// Exactly one character.
    One,
}

/// A pattern for a whole value.
///
/// ```
/// use splc::event::pattern::{Case, Pattern};
/// let pattern = Pattern::wildcard("docker *", Case::Insensitive);
/// assert!(pattern.matches("Docker exec"));
/// assert!(!pattern.matches("docker"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern {
    pieces: Vec<Piece>,
    case: Case,
}

/// The common shapes of a pattern, which targets have operators for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape<'a> {
    /// A text without wildcards.
    Exact(&'a str),
    /// `text*`
    Prefix(&'a str),
    /// `*text`
    Suffix(&'a str),
    /// `*text*`
    Contains(&'a str),
    /// `*`: every value, also the empty one.
    Everything,
    /// Anything else.
    Mixed,
}

impl Pattern {
    /// A pattern from its pieces; neighbouring literals and stars are joined.
    pub fn new(pieces: impl IntoIterator<Item = Piece>, case: Case) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (_, Piece::Literal(text)) if text.is_empty() => {}
                (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&text),
                (Some(Piece::Any), Piece::Any) => {}
                (_, piece) => joined.push(piece),
            }
        }
        Self { pieces: joined, case }
    }

    /// A text in which nothing is a wildcard.
    pub fn literal(text: impl Into<String>, case: Case) -> Self {
        Self::new([Piece::Literal(text.into())], case)
    }

    /// A text of the `search` language: each `*` is a run of any length, and nothing escapes it
    /// (Search Manual, "Backslashes").
    pub fn wildcard(text: &str, case: Case) -> Self {
        let pieces = text.split('*').enumerate().flat_map(|(index, part)| {
            let star = (index > 0).then_some(Piece::Any);
            star.into_iter().chain([Piece::Literal(part.to_owned())])
        });
        Self::new(pieces, case)
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether case counts.
    pub const fn case(&self) -> Case {
        self.case
    }

    /// The shape, for targets that have an operator for it.
    pub fn shape(&self) -> Shape<'_> {
        match self.pieces.as_slice() {
            [] => Shape::Exact(""),
            [Piece::Literal(text)] => Shape::Exact(text),
            [Piece::Any] => Shape::Everything,
            [Piece::Literal(text), Piece::Any] => Shape::Prefix(text),
            [Piece::Any, Piece::Literal(text)] => Shape::Suffix(text),
            [Piece::Any, Piece::Literal(text), Piece::Any] => Shape::Contains(text),
            _ => Shape::Mixed,
        }
    }

    /// All literal text of the pattern, which tells what letters and bytes it needs.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(text) => Some(text.as_str()),
            Piece::Any | Piece::One => None,
        })
    }

    /// Whether the whole of `value` matches. Time is at most the product of both lengths.
    pub fn matches(&self, value: &str) -> bool {
        match self.shape() {
            Shape::Everything => true,
            Shape::Exact(text) => {
                let rest = self.after(text.chars(), value.chars());
                rest.is_some_and(|mut rest| rest.next().is_none())
            }
            Shape::Prefix(text) => self.after(text.chars(), value.chars()).is_some(),
            Shape::Suffix(text) => self.after(text.chars().rev(), value.chars().rev()).is_some(),
            Shape::Contains(text) => stands_in(text, value, |own, its| self.fold(own) == self.fold(its)),
            Shape::Mixed => {
                let text: Vec<Unit> = value.chars().map(|it| Unit::Char(self.fold(it))).collect();
                glob(&self.units(), &text)
            }
        }
    }

    /// What follows a text in a value that begins with it.
    fn after<V: Iterator<Item = char>>(
        &self,
        mut text: impl Iterator<Item = char>,
        mut value: V,
    ) -> Option<V> {
        let starts = text.all(|wanted| value.next().is_some_and(|it| self.fold(it) == self.fold(wanted)));
        starts.then_some(value)
    }

    /// Whether this pattern matches every value that `other` matches, as far as the two can be laid side by side:
    /// a star takes any run of the other's pieces, a letter its equal. What it says yes to is so; `?*` and `*?`,
    /// which mean the same, it does not see through. Time is at most the product of both lengths.
    ///
    /// ```
    /// use splc::event::pattern::{Case, Pattern};
    /// let pattern = |text| Pattern::wildcard(text, Case::Insensitive);
    /// assert!(pattern("*exec*").covers(&pattern("docker EXEC *")));
    /// assert!(!pattern("docker exec *").covers(&pattern("*exec*")));
    /// assert!(!Pattern::literal("exec", Case::Sensitive).covers(&pattern("exec")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        self.has_room_in(other) && self.lies_over(other)
    }

    /// Whether the pieces of this pattern, laid out, fit those of the other.
    fn lies_over(&self, other: &Self) -> bool {
        let seen = |unit: &Unit| match (self.case, other.case, *unit) {
            (Case::Insensitive, _, Unit::Char(c)) => Unit::Char(fold(c)),
            // Several letters may stand here, and a pattern that minds case matches one of them.
            (Case::Sensitive, Case::Insensitive, Unit::Char(c)) if !is_without_case(c) => Unit::One,
            (_, _, unit) => unit,
        };
        let other: Vec<Unit> = other.units().iter().map(seen).collect();
        glob(&self.units(), &other)
    }

    /// Whether the texts of this pattern stand in those of the other, and first and last ones at its ends, as they do if
    /// it covers the other: seen before anything is laid out, since most pairs differ there.
    fn has_room_in(&self, other: &Self) -> bool {
        let fits = |own: char, its: char| match (self.case, other.case) {
            (Case::Insensitive, _) => fold(own) == fold(its),
            (Case::Sensitive, Case::Sensitive) => own == its,
            (Case::Sensitive, Case::Insensitive) => is_without_case(its) && own == its,
        };
        let both = |own: Option<&Piece>, its: Option<&Piece>, backwards: bool| match (own, its) {
            (Some(Piece::Literal(own)), Some(Piece::Literal(its))) if backwards => {
                own.chars().rev().zip(its.chars().rev()).all(|(own, its)| fits(own, its))
            }
            (Some(Piece::Literal(own)), Some(Piece::Literal(its))) => {
                own.chars().zip(its.chars()).all(|(own, its)| fits(own, its))
            }
            // A letter covers nothing but its equals.
            (Some(Piece::Literal(_)), _) => false,
            _ => true,
        };
        both(self.pieces.first(), other.pieces.first(), false)
            && both(self.pieces.last(), other.pieces.last(), true)
            && self.literals().all(|own| other.literals().any(|its| stands_in(own, its, fits)))
    }

    /// Whether no value matches both patterns, as far as their ends show it, or one of them is a text without
    /// wildcards.
    ///
    /// ```
    /// use splc::event::pattern::{Case, Pattern};
    /// let pattern = |text| Pattern::wildcard(text, Case::Insensitive);
    /// assert!(pattern("docker *").excludes(&pattern("kubectl *")));
    /// assert!(pattern("docker").excludes(&pattern("*exec")));
    /// assert!(!pattern("docker*").excludes(&pattern("*exec")));
    /// ```
    pub fn excludes(&self, other: &Self) -> bool {
        let folds = self.case == Case::Insensitive || other.case == Case::Insensitive;
        let units = |pattern: &Self| -> Vec<Unit> {
            let seen = |unit| match unit {
                Unit::Char(c) if folds => Unit::Char(fold(c)),
                unit => unit,
            };
            pattern.units().into_iter().map(seen).collect()
        };
        let (one, two) = (units(self), units(other));
        match (self.shape(), other.shape()) {
            (Shape::Exact(_), _) => !glob(&two, &one),
            (_, Shape::Exact(_)) => !glob(&one, &two),
            _ => differ(one.iter(), two.iter()) || differ(one.iter().rev(), two.iter().rev()),
        }
    }

    fn units(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => units.extend(text.chars().map(|c| Unit::Char(self.fold(c)))),
                Piece::Any => units.push(Unit::Any),
                Piece::One => units.push(Unit::One),
            }
        }
        units
    }

    fn fold(&self, character: char) -> char {
        match self.case {
            Case::Sensitive => character,
            Case::Insensitive => fold(character),
        }
    }
}

/// As `search` writes it; a literal star or a single-character wildcard, which `search` cannot write, shows escaped.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => f.write_str(&text.replace('*', "\\*"))?,
                Piece::Any => f.write_str("*")?,
                Piece::One => f.write_str("?")?,
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Char(char),
    Any,
    One,
}

/// The letter that stands for all letters equal to it without case.
pub fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) if !only.is_ascii() => only,
        _ => character,
    }
}

/// A text with every letter folded.
pub fn fold_text(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// Whether no other character equals this one without case; of letters outside ASCII that is not looked up.
fn is_without_case(character: char) -> bool {
    character.is_ascii() && !character.is_ascii_alphabetic()
}

/// Whether letters stand somewhere in a text, one behind the other.
fn stands_in(letters: &str, text: &str, fits: impl Fn(char, char) -> bool) -> bool {
    let is_here = |rest: &str| {
        let mut rest = rest.chars();
        letters.chars().all(|letter| rest.next().is_some_and(|it| fits(letter, it)))
    };
    text.char_indices().any(|(at, _)| text.get(at..).is_some_and(is_here))
}

/// Whether two texts differ in a character before either has a star.
fn differ<'a>(one: impl Iterator<Item = &'a Unit>, two: impl Iterator<Item = &'a Unit>) -> bool {
    one.zip(two)
        .take_while(|(one, two)| **one != Unit::Any && **two != Unit::Any)
        .any(|(one, two)| matches!((one, two), (Unit::Char(one), Unit::Char(two)) if one != two))
}

/// Matches with one remembered star: on a mismatch the last star takes one more character. The text may be a pattern
/// itself: its wildcards fit what takes whatever they stand for.
fn glob(pattern: &[Unit], text: &[Unit]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(position) {
        let fits = match pattern.get(at) {
            Some(Unit::Any) => {
                star = Some((at, position));
                at += 1;
                continue;
            }
            Some(Unit::Char(_)) => pattern.get(at) == Some(character),
            Some(Unit::One) => *character != Unit::Any,
            None => false,
        };
        if fits {
            at += 1;
            position += 1;
        } else if let Some((star_at, star_position)) = star {
            at = star_at + 1;
            position = star_position + 1;
            star = Some((star_at, position));
        } else {
            return false;
        }
    }
    pattern.get(at..).unwrap_or(&[]).iter().all(|unit| matches!(unit, Unit::Any))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, value: &str) -> bool {
        Pattern::wildcard(pattern, Case::Insensitive).matches(value)
    }

    #[test]
    fn a_star_is_any_run_and_the_whole_value_counts() {
        assert!(matches("*exec*", "docker exec -it"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(matches("a*", "a"));
        assert!(matches("a*b", "a\nb"));
        assert!(!matches("exec", "docker exec"));
        assert!(!matches("a*b*c", "a-c-b"));
        assert!(matches("", "") && !matches("", "x") && matches("*", ""));
    }

    #[test]
    fn a_question_mark_is_itself() {
        assert!(matches("a?c", "a?c"));
        assert!(!matches("a?c", "abc"));
    }

    #[test]
    fn case_folds_within_ascii_and_within_the_rest() {
        assert!(matches("ROOT", "root") && matches("É", "é"));
        // U+212A KELVIN SIGN has a lower case in ASCII and stays itself.
        assert!(!matches("k", "\u{212A}") && matches("\u{212A}", "\u{212A}"));
        assert!(!Pattern::literal("Root", Case::Sensitive).matches("root"));
    }

    #[test]
    fn equal_patterns_are_equal_data() {
        assert_eq!(Pattern::wildcard("a**b", Case::Sensitive), Pattern::wildcard("a*b", Case::Sensitive));
        assert_eq!(Pattern::wildcard("*x", Case::Sensitive).shape(), Shape::Suffix("x"));
        assert_eq!(Pattern::wildcard("*", Case::Sensitive).shape(), Shape::Everything);
    }

    #[test]
    fn patterns_without_room_cover_nothing() {
        let units = [Piece::Any, Piece::One].into_iter();
        let units: Vec<Piece> =
            units.chain(["a", "A", "b", "1", "ab"].map(|text| Piece::Literal(text.to_owned()))).collect();
        let mut all = vec![Vec::new()];
        for length in 1..=3 {
            let longer = all.iter().filter(|pieces: &&Vec<Piece>| pieces.len() == length - 1);
            let longer =
                longer.flat_map(|pieces| units.iter().map(|unit| [pieces, &[unit.clone()][..]].concat()));
            all.extend(longer.collect::<Vec<_>>());
        }
        let cases = [Case::Insensitive, Case::Sensitive];
        let all: Vec<Pattern> =
            all.iter().flat_map(|pieces| cases.map(|case| Pattern::new(pieces.clone(), case))).collect();
        let mut covered = 0;
        for one in &all {
            for other in &all {
                assert_eq!(one.covers(other), one.lies_over(other), "{one} over {other}");
                covered += usize::from(one.covers(other));
            }
        }
        assert!(covered > all.len());
    }

    #[test]
    fn many_stars_stay_cheap() {
        let pattern = "*a".repeat(200) + "b";
        assert!(!matches(&pattern, &"a".repeat(5_000)));
    }
}
