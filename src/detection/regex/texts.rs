//! Texts and wildcards that say the same as a pattern, and literals that it needs.
//!
//! In: the branches or the tree of a pattern. Out: [`Pattern`]s, or literals for pre-filters. Invariant: patterns match
//! exactly the values that the regular expression is found in; literals may only say too little.

use super::set::Set;
use super::tree::{Node, Special};
use super::whole::{Branch, is_anything};
use crate::event::pattern::{Case, Pattern, Piece, fold, fold_text};

/// How many patterns may stand for one regular expression.
const MAX_PATTERNS: usize = 64;

/// The most characters of a pattern that may be any.
const MOST_ONES: usize = 32;

/// A unit of a text with wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Character(char),
    /// A letter in both cases.
    Letter {
        lower: char,
        upper: char,
    },
    One,
    Any,
}

/// The patterns of the branches.
pub(super) fn patterns(branches: &[Branch]) -> Option<Vec<Pattern>> {
    let mut all: Vec<Pattern> = Vec::new();
    for branch in branches {
        for units in row(branch)? {
            // What counts characters says so more shortly as an expression.
            if units.iter().filter(|unit| matches!(unit, Unit::One)).count() > MOST_ONES {
                return None;
            }
            for pattern in cased(&units)? {
                if !all.contains(&pattern) {
                    all.push(pattern);
                }
            }
            if all.len() > MAX_PATTERNS {
                return None;
            }
        }
    }
    Some(all)
}

fn row(parts: &[Node]) -> Option<Vec<Vec<Unit>>> {
    parts.iter().try_fold(vec![Vec::new()], |joined, part| followed(joined, &units(part)?))
}

/// Each of these texts with each of those behind it; nothing if they are too many.
fn followed(mut texts: Vec<Vec<Unit>>, by: &[Vec<Unit>]) -> Option<Vec<Vec<Unit>>> {
    if texts.len() * by.len() > MAX_PATTERNS {
        return None;
    }
    if let [one] = by {
        for text in &mut texts {
            text.extend(one);
        }
        return Some(texts);
    }
    Some(texts.iter().flat_map(|text| by.iter().map(|end| [text.as_slice(), end].concat())).collect())
}

/// The texts of a part; nothing if they cannot be listed.
fn units(part: &Node) -> Option<Vec<Vec<Unit>>> {
    match part {
        Node::Empty => Some(vec![Vec::new()]),
        Node::Set(set) => members(set).map(|members| members.into_iter().map(|unit| vec![unit]).collect()),
        Node::Concatenation(parts) => row(parts),
        Node::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(units(part)?);
            }
            (all.len() <= MAX_PATTERNS).then_some(all)
        }
        Node::Repetition(_) if is_anything(part) => Some(vec![vec![Unit::Any]]),
        Node::Repetition(repetition) => {
            let one = units(&repetition.node)?;
            let mut all = Vec::new();
            let mut texts = vec![Vec::new()];
            // `.+` over all characters is one of them and then any.
            let most = match repetition.most {
                Some(most) => most,
                None if one == [[Unit::One]] => repetition.least,
                None => return None,
            };
            for count in 0..=most {
                if count >= repetition.least {
                    all.extend(texts.clone());
                }
                if count < most {
                    texts = followed(texts, &one)?;
                }
                if all.len() > MAX_PATTERNS {
                    return None;
                }
            }
            if repetition.most.is_none() {
                for text in &mut all {
                    text.push(Unit::Any);
                }
            }
            Some(all)
        }
        Node::Capture(_, node) => units(node),
        Node::Assertion(..) | Node::Special(..) => None,
    }
}

/// The characters of a set; two cases of a letter are one unit where patterns see them as the same letter.
fn members(set: &Set) -> Option<Vec<Unit>> {
    if set.is_full() {
        return Some(vec![Unit::One]);
    }
    let count: u32 = set.ranges().map(|(low, high)| u32::from(high) - u32::from(low) + 1).sum();
    if count as usize > 2 * MAX_PATTERNS {
        return None;
    }
    let mut units = Vec::new();
    for character in set.ranges().flat_map(|(low, high)| low..=high) {
        match other_case(character).filter(|&other| set.contains(other)) {
            Some(upper) if fold(character) == character => {
                units.push(Unit::Letter { lower: character, upper });
            }
            Some(_) => {}
            None => units.push(Unit::Character(character)),
        }
    }
    Some(units)
}

/// The only other character that a pattern without case sees as the same; ASCII alone is sure to have just one.
fn other_case(character: char) -> Option<char> {
    character.is_ascii_alphabetic().then(|| char::from(character as u8 ^ 0x20))
}

/// The patterns of a row of units: one without case if every letter has both cases, else one for each choice of case.
fn cased(units: &[Unit]) -> Option<Vec<Pattern>> {
    let is_sensitive = |unit: &Unit| match unit {
        // A letter outside ASCII has cases of its own, so only patterns with case leave it as it is.
        Unit::Character(character) => {
            character.is_ascii_alphabetic() || !character.is_ascii() && character.is_alphabetic()
        }
        _ => false,
    };
    let has_letters = units.iter().any(|unit| matches!(unit, Unit::Letter { .. }));
    if has_letters && !units.iter().any(is_sensitive) {
        return Some(vec![pattern(units, Case::Insensitive)]);
    }
    let mut choices: Vec<Vec<Unit>> = vec![Vec::new()];
    for unit in units {
        let ways = match *unit {
            Unit::Letter { lower, upper } => vec![vec![Unit::Character(lower)], vec![Unit::Character(upper)]],
            unit => vec![vec![unit]],
        };
        choices = followed(choices, &ways)?;
    }
    Some(choices.iter().map(|units| pattern(units, Case::Sensitive)).collect())
}

fn pattern(units: &[Unit], case: Case) -> Pattern {
    let piece = |unit: &Unit| match *unit {
        Unit::Character(character) | Unit::Letter { lower: character, .. } => {
            Piece::Literal(character.to_string())
        }
        Unit::One => Piece::One,
        Unit::Any => Piece::Any,
    };
    Pattern::new(units.iter().map(piece), case)
}

/// Patterns of which a value matches one if the tree is found in it, without case: what they cannot say is any text.
pub(super) fn wider(tree: &Node) -> Vec<Pattern> {
    let around = |row: &Vec<Unit>| [&[Unit::Any][..], row, &[Unit::Any]].concat();
    let mut all: Vec<Pattern> = Vec::new();
    for row in &wider_units(tree) {
        let pattern = pattern(&around(row), Case::Insensitive);
        if !all.iter().any(|other| other.covers(&pattern)) {
            all.retain(|other| !pattern.covers(other));
            all.push(pattern);
        }
    }
    all
}

/// Characters that are told apart in one place: a digit is any character.
const MAX_CHOICES: usize = 4;

/// Rows of units of which each text that a part takes fits one.
fn wider_units(part: &Node) -> Vec<Vec<Unit>> {
    let any = || vec![vec![Unit::Any]];
    match part {
        Node::Empty | Node::Assertion(..) => vec![Vec::new()],
        Node::Set(set) => {
            let one = || vec![vec![Unit::One]];
            folded_members(set).filter(|texts| texts.len() <= MAX_CHOICES).map_or_else(one, |texts| {
                texts.iter().map(|text| text.chars().map(Unit::Character).collect()).collect()
            })
        }
        Node::Concatenation(parts) => {
            parts.iter().fold(vec![Vec::new()], |texts, part| followed_or_any(texts, &wider_units(part)))
        }
        Node::Alternation(parts) => {
            let all: Vec<Vec<Unit>> = parts.iter().flat_map(wider_units).collect();
            if all.len() <= MAX_PATTERNS { all } else { any() }
        }
        Node::Repetition(repetition) => match (repetition.least, repetition.most) {
            (1, Some(1)) => wider_units(&repetition.node),
            (0, _) => any(),
            _ => {
                let row = wider_units(&repetition.node);
                let is_text = row.iter().flatten().any(|unit| matches!(unit, Unit::Character(_)));
                if is_text { followed_or_any(row, &any()) } else { any() }
            }
        },
        Node::Capture(_, node) => wider_units(node),
        Node::Special(special, _) => match special {
            Special::Atomic(node) => wider_units(node),
            // What is looked at takes nothing.
            Special::Look { .. } | Special::KeepOut => vec![Vec::new()],
            Special::Reference { .. } | Special::Conditional { .. } | Special::Fail => any(),
        },
    }
}

/// The same as [`followed`], with any text behind these where those would be too many.
fn followed_or_any(texts: Vec<Vec<Unit>>, by: &[Vec<Unit>]) -> Vec<Vec<Unit>> {
    let any = vec![vec![Unit::Any]];
    let by = if texts.len() * by.len() > MAX_PATTERNS { &any } else { by };
    followed(texts, by).unwrap_or(any)
}

/// The most texts that are kept of a part, and the longest.
const MAX_TEXTS: usize = 16;
const MAX_LENGTH: usize = 64;

/// What is known of the texts of a part, folded.
struct Known {
    /// All of them, if they are few.
    exact: Option<Vec<String>>,
    /// Of these each holds at least one.
    required: Option<Vec<String>>,
}

/// Folded literals of which each match of the tree holds at least one.
pub(super) fn required(tree: &Node) -> Option<Vec<String>> {
    let known = know(tree);
    best(known.exact, known.required).filter(|texts| !texts.is_empty() && texts.iter().all(|t| !t.is_empty()))
}

/// The choice whose shortest literal is longest, then the smaller one.
fn best(left: Option<Vec<String>>, right: Option<Vec<String>>) -> Option<Vec<String>> {
    let worth = |texts: &Vec<String>| {
        let shortest = texts.iter().map(String::len).min().unwrap_or(0);
        (shortest, usize::MAX - texts.len())
    };
    match (left, right) {
        (Some(left), Some(right)) => Some(if worth(&right) > worth(&left) { right } else { left }),
        (left, right) => left.or(right),
    }
}

fn know(node: &Node) -> Known {
    let unknown = Known { exact: None, required: None };
    let nothing = || Known { exact: Some(vec![String::new()]), required: None };
    match node {
        Node::Empty | Node::Assertion(..) => nothing(),
        Node::Set(set) => Known { exact: folded_members(set), required: None },
        Node::Concatenation(parts) => know_row(parts),
        Node::Alternation(parts) => know_alternatives(parts),
        Node::Repetition(repetition) => {
            let inner = know(&repetition.node);
            match (repetition.least, repetition.most) {
                (0, _) => unknown,
                (1, Some(1)) => inner,
                (_, _) => Known { exact: None, required: best(inner.exact, inner.required) },
            }
        }
        Node::Capture(_, node) => know(node),
        Node::Special(special, _) => match special {
            Special::Atomic(node) => know(node),
            // What is looked at takes nothing.
            Special::Look { .. } | Special::KeepOut => nothing(),
            Special::Reference { .. } | Special::Conditional { .. } | Special::Fail => unknown,
        },
    }
}

fn folded_members(set: &Set) -> Option<Vec<String>> {
    let count: u32 = set.ranges().map(|(low, high)| u32::from(high) - u32::from(low) + 1).sum();
    let characters = set.ranges().flat_map(|(low, high)| low..=high);
    let mut texts: Vec<String> =
        (count as usize <= 2 * MAX_TEXTS).then(|| characters.map(|c| fold_text(&c.to_string())).collect())?;
    texts.sort();
    texts.dedup();
    (texts.len() <= MAX_TEXTS).then_some(texts)
}

fn know_row(parts: &[Node]) -> Known {
    let mut run: Vec<String> = vec![String::new()];
    let mut required: Option<Vec<String>> = None;
    let mut is_exact = true;
    for part in parts {
        let known = know(part);
        let joined = known.exact.as_ref().filter(|texts| run.len() * texts.len() <= MAX_TEXTS).map(|texts| {
            run.iter().flat_map(|run| texts.iter().map(move |text| format!("{run}{text}"))).collect()
        });
        if let Some(joined) =
            joined.filter(|run: &Vec<String>| run.iter().all(|text| text.len() <= MAX_LENGTH))
        {
            run = joined;
        } else {
            is_exact = false;
            required = best(required, Some(run));
            run = known.exact.unwrap_or_else(|| vec![String::new()]);
        }
        required = best(required, known.required);
    }
    if is_exact {
        return Known { exact: Some(run), required };
    }
    Known { exact: None, required: best(required, Some(run)) }
}

fn know_alternatives(parts: &[Node]) -> Known {
    let all: Vec<Known> = parts.iter().map(know).collect();
    let exact =
        all.iter().map(|known| known.exact.clone()).collect::<Option<Vec<_>>>().map(|all| all.concat());
    let exact = exact.filter(|texts| texts.len() <= MAX_TEXTS);
    let required = all.into_iter().map(|known| best(known.exact, known.required)).collect::<Option<Vec<_>>>();
    let required = required.map(|all| all.concat()).filter(|texts| texts.len() <= 4 * MAX_TEXTS);
    Known { exact, required }
}
