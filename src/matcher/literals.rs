//! Texts that values are, begin with, end with or hold, found by what the value holds and not by how many there are.
//!
//! In: folded texts, each with what it stands for; a folded value. Out: all that the value has. Invariant: a text is
//! compared in full before it counts; hashes only choose what is compared.
//!
//! An end of a value is looked up by its first or last bytes, once for each of a few lengths: `\cmd.exe` is one look at
//! the last eight bytes of an image, whatever number of rules ask for other images. What a value holds is found by eight
//! of its bytes that are rare, or four of a shorter text: each place of a value costs a look into a set of bits, and most
//! places end there. These looks do not wait for each other, as the steps of one automaton over all texts do. With four
//! bytes of longer texts, too, most of the time went into comparing what had only these in common: of 5,000 digests a
//! dozen share four digits with any other.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use memchr::memmem::Finder;

use crate::matcher::names::ends;

/// What a text stands for: an atom, and whether the text alone decides that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) atom: u32,
    pub(crate) decides: bool,
}

/// Texts with what they stand for.
type Texts = BTreeMap<Vec<u8>, Vec<Target>>;

/// Which part of a value a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Whole,
    Start,
    End,
    Within,
}

/// Texts that are collected.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    texts: BTreeMap<Part, Texts>,
}

impl Collection {
    /// Adds a text that is not empty, or the whole of a value.
    pub(crate) fn add(&mut self, part: Part, text: &[u8], target: Target) {
        let targets = self.texts.entry(part).or_default().entry(text.to_vec()).or_default();
        if !targets.contains(&target) {
            targets.push(target);
        }
    }

    /// The collected texts ready to be looked for.
    pub(crate) fn build(mut self) -> Literals {
        let mut take = |part| self.texts.remove(&part).unwrap_or_default();
        let (whole, start, end) = (take(Part::Whole), take(Part::Start), take(Part::End));
        let mut by_length = [const { Texts::new() }; 4];
        let mut few = Vec::new();
        for (text, targets) in take(Part::Within) {
            let at = match text.len() {
                0 | 1 => 0,
                2 | 3 => 1,
                4..=7 => 2,
                _ => 3,
            };
            if let Some(texts) = by_length.get_mut(at) {
                texts.insert(text, targets);
            }
        }
        for texts in by_length.iter_mut().filter(|texts| texts.len() <= FEW) {
            let sought = |(text, targets): (Vec<u8>, _)| (Finder::new(&text).into_owned(), targets);
            few.extend(std::mem::take(texts).into_iter().map(sought));
        }
        let [one, two, four, eight] = by_length;
        Literals {
            few,
            whole: Anchored::new(whole, Part::Whole),
            start: Anchored::new(start, Part::Start),
            end: Anchored::new(end, Part::End),
            one: Grams::new(one),
            two: Grams::new(two),
            four: Grams::new(four),
            eight: Grams::new(eight),
        }
    }
}

/// So many texts of about one length are looked for one by one, with SIMD: that costs less than a look at each place.
const FEW: usize = 3;

/// Texts ready to be looked for.
#[derive(Debug)]
pub(crate) struct Literals {
    few: Vec<(Finder<'static>, Vec<Target>)>,
    whole: Option<Anchored>,
    start: Option<Anchored>,
    end: Option<Anchored>,
    one: Option<Grams<1>>,
    two: Option<Grams<2>>,
    four: Option<Grams<4>>,
    eight: Option<Grams<8>>,
}

impl Literals {
    /// Calls `found` for what each text of the value stands for.
    pub(crate) fn find(&self, value: &[u8], found: &mut impl FnMut(Target)) {
        for anchored in [&self.whole, &self.start, &self.end].into_iter().flatten() {
            anchored.find(value, found);
        }
        for (finder, targets) in &self.few {
            if finder.find(value).is_some() {
                targets.iter().copied().for_each(&mut *found);
            }
        }
        if let Some(grams) = &self.one {
            grams.find(value, found);
        }
        if let Some(grams) = &self.two {
            grams.find(value, found);
        }
        if let Some(grams) = &self.four {
            grams.find(value, found);
        }
        if let Some(grams) = &self.eight {
            grams.find(value, found);
        }
    }
}

/// How many bytes at an end of a value are looked up; a text is found by the longest that it has.
const LENGTHS: [usize; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32];

/// Texts of one hash, each with what it stands for.
type Bucket = Vec<(Box<[u8]>, Vec<Target>)>;

/// Texts at an end of a value.
#[derive(Debug)]
struct Anchored {
    part: Part,
    /// The lengths in use.
    lengths: Vec<usize>,
    table: Table<Bucket>,
    /// What the empty value stands for.
    empty: Vec<Target>,
}

impl Anchored {
    fn new(texts: Texts, part: Part) -> Option<Self> {
        if texts.is_empty() {
            return None;
        }
        let mut all = Self { part, lengths: Vec::new(), table: Table::default(), empty: Vec::new() };
        for (text, targets) in texts {
            let Some(length) = LENGTHS.iter().rev().find(|length| **length <= text.len()) else {
                all.empty = targets;
                continue;
            };
            if !all.lengths.contains(length) && part != Part::Whole {
                all.lengths.push(*length);
            }
            let key = key(all.end(&text, *length).unwrap_or(&[]), all.length(&text));
            all.table.entry(key).or_default().push((text.into(), targets));
        }
        all.lengths.sort_unstable();
        Some(all)
    }

    /// The bytes that a text is looked up by: all of a whole value.
    fn end<'t>(&self, text: &'t [u8], length: usize) -> Option<&'t [u8]> {
        match self.part {
            Part::Whole => Some(text),
            Part::End => text.len().checked_sub(length).and_then(|from| text.get(from..)),
            Part::Start | Part::Within => text.get(..length),
        }
    }

    fn length(&self, text: &[u8]) -> usize {
        if self.part == Part::Whole { text.len() } else { 0 }
    }

    fn find(&self, value: &[u8], found: &mut impl FnMut(Target)) {
        if self.part == Part::Whole {
            if value.is_empty() {
                self.empty.iter().copied().for_each(found);
            } else {
                self.look_up(value, value, found);
            }
            return;
        }
        for length in &self.lengths {
            let Some(end) = self.end(value, *length) else { break };
            self.look_up(end, value, found);
        }
    }

    fn look_up(&self, end: &[u8], value: &[u8], found: &mut impl FnMut(Target)) {
        let Some(texts) = self.table.get(&key(end, self.length(value))) else { return };
        for (text, targets) in texts {
            let has = match self.part {
                Part::Whole => *value == **text,
                Part::End => value.ends_with(text),
                Part::Start | Part::Within => value.starts_with(text),
            };
            if has {
                targets.iter().copied().for_each(&mut *found);
            }
        }
    }
}

fn key(end: &[u8], length: usize) -> u64 {
    let (first, last) = ends(end);
    first ^ last.rotate_left(31) ^ ((end.len() + length) as u64) << 48
}

/// Texts anywhere in a value, by `LENGTH` bytes of each.
#[derive(Debug)]
struct Grams<const LENGTH: usize> {
    /// A bit for each hash of bytes that some text is found by.
    filter: Vec<u64>,
    shift: u32,
    table: Table<Vec<Needle>>,
}

#[derive(Debug)]
struct Needle {
    /// Where in the text its bytes stand.
    at: usize,
    text: Box<[u8]>,
    targets: Vec<Target>,
}

/// Bits of the filter for each text, so that few places of a value are looked at in vain.
const BITS_PER_TEXT: usize = 32;

impl<const LENGTH: usize> Grams<LENGTH> {
    fn new(texts: Texts) -> Option<Self> {
        if texts.is_empty() {
            return None;
        }
        // Bytes that many texts have are those that many values have, too.
        let mut uses: HashMap<u64, usize> = HashMap::new();
        for gram in texts.keys().flat_map(|text| text.windows(LENGTH)) {
            *uses.entry(number(gram)).or_default() += 1;
        }
        let bits = (texts.len() * BITS_PER_TEXT).clamp(1 << 10, 1 << 21).next_power_of_two();
        let mut all =
            Self { filter: vec![0; bits / 64], shift: 64 - bits.trailing_zeros(), table: Table::default() };
        for (text, targets) in texts {
            let commonness = |gram: &[u8]| {
                let uses = uses.get(&number(gram)).copied().unwrap_or(0);
                (uses.min(8), gram.iter().map(|byte| frequency(*byte)).sum::<u32>(), uses)
            };
            let rarest = text.windows(LENGTH).enumerate().min_by_key(|(_, gram)| commonness(gram));
            let Some((at, gram)) = rarest else { continue };
            let gram = number(gram);
            let bit = hash(gram, all.shift);
            if let Some(word) = all.filter.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
            all.table.entry(gram).or_default().push(Needle { at, text: text.into(), targets });
        }
        Some(all)
    }

    fn find(&self, value: &[u8], found: &mut impl FnMut(Target)) {
        for (at, gram) in value.windows(LENGTH).enumerate() {
            let gram = number(gram);
            let bit = hash(gram, self.shift);
            if self.filter.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1) {
                self.compare(gram, value, at, found);
            }
        }
    }

    #[inline(never)]
    fn compare(&self, gram: u64, value: &[u8], at: usize, found: &mut impl FnMut(Target)) {
        for needle in self.table.get(&gram).into_iter().flatten() {
            let rest = at.checked_sub(needle.at).and_then(|from| value.get(from..));
            if rest.is_some_and(|rest| rest.starts_with(&needle.text)) {
                needle.targets.iter().copied().for_each(&mut *found);
            }
        }
    }
}

/// One, two, four or eight bytes as a number.
#[inline]
fn number(gram: &[u8]) -> u64 {
    if let Ok(eight) = gram.try_into() {
        return u64::from_le_bytes(eight);
    }
    match gram {
        [a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]).into(),
        [a, b] => u16::from_le_bytes([*a, *b]).into(),
        _ => gram.first().copied().unwrap_or(0).into(),
    }
}

#[allow(clippy::cast_possible_truncation, reason = "no more bits are left than the filter has")]
fn hash(gram: u64, shift: u32) -> usize {
    (gram.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize
}

/// How common a byte is in paths, commands and names, roughly.
pub(crate) fn frequency(byte: u8) -> u32 {
    match byte {
        b'e' | b's' | b't' | b'\\' | b' ' | b'.' => 8,
        b'a' | b'i' | b'n' | b'o' | b'r' | b'c' | b'm' | b'/' | b'-' => 7,
        b'd' | b'l' | b'p' | b'u' | b'x' | b'w' | b'0' | b'1' | b'"' | b':' => 6,
        b'h' | b'f' | b'g' | b'y' | b'v' | b'b' | b'2' | b'3' | b'_' => 5,
        b'k' | b'4'..=b'9' | b'=' => 4,
        b'j' | b'z' | b'q' | b',' | b'(' | b')' => 3,
        _ => 2,
    }
}

/// A map by numbers that are mixed already or few.
type Table<T> = HashMap<u64, T, BuildHasherDefault<Mix>>;

/// Multiplies, and keeps the upper half too, of which the table takes its bits.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    proptest! {
        #[test]
        fn finds_what_a_look_at_every_text_finds(
            texts in vec((select(&[Part::Whole, Part::Start, Part::End, Part::Within][..]), "[ab]{0,4}|[abc]{1,40}"), 1..12),
            value in "[ab]{0,6}|[abc]{0,60}",
        ) {
            let mut collection = Collection::default();
            let mut expected = Vec::new();
            let value = value + &texts[0].1;
            for (atom, (part, text)) in (0..).zip(&texts) {
                if text.is_empty() && *part != Part::Whole {
                    continue;
                }
                let target = Target { atom, decides: true };
                collection.add(*part, text.as_bytes(), target);
                let has = match part {
                    Part::Whole => value == *text,
                    Part::Start => value.starts_with(text),
                    Part::End => value.ends_with(text),
                    Part::Within => value.contains(text),
                };
                expected.extend(has.then_some(atom));
            }
            let mut found = Vec::new();
            collection.build().find(value.as_bytes(), &mut |target| found.push(target.atom));
            found.sort_unstable();
            found.dedup();
            prop_assert_eq!(found, expected);
        }
    }
}
