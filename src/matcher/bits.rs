//! Where the quotes, backslashes and brackets of a line of JSON are, as bit sets.
//!
//! In: the bytes of a line. Out: one bit a byte for each of the three. Invariant: a quote that a backslash escapes has
//! no bit, and neither has a bracket within a string. The steps are those of simdjson's first stage (Langdale, Lemire:
//! Parsing Gigabytes of JSON per Second, 2019, section 3.1): 64 bytes at a time, without a branch on what they are.

use wide::{CmpEq, i8x16};

/// Bytes that are looked at in one step.
const BLOCK: usize = 64;

/// The bit sets of a line, kept from line to line for their memory.
#[derive(Debug, Default)]
pub(crate) struct Bits {
    quotes: Vec<u64>,
    backslashes: Vec<u64>,
    brackets: Vec<u64>,
}

/// The bytes of one block, one bit each.
struct Masks {
    quotes: u64,
    backslashes: u64,
    brackets: u64,
}

impl Bits {
    /// Reads a line.
    pub(crate) fn read(&mut self, line: &[u8]) {
        self.quotes.clear();
        self.backslashes.clear();
        self.brackets.clear();
        let mut state = State::default();
        let (blocks, rest) = line.as_chunks::<BLOCK>();
        for block in blocks {
            self.block(block, &mut state);
        }
        if !rest.is_empty() {
            let mut block = [b' '; BLOCK];
            for (to, from) in block.iter_mut().zip(rest) {
                *to = *from;
            }
            self.block(&block, &mut state);
        }
    }

    fn block(&mut self, block: &[u8; BLOCK], state: &mut State) {
        let masks = masks(block);
        let quotes = masks.quotes & !state.escaped(masks.backslashes);
        let strings = state.strings(quotes);
        self.quotes.push(quotes);
        self.backslashes.push(masks.backslashes);
        self.brackets.push(masks.brackets & !strings);
    }

    /// The first quote at or behind a place.
    pub(crate) fn quote(&self, from: usize) -> Option<usize> {
        first(&self.quotes, from)
    }

    /// The first bracket at or behind a place.
    pub(crate) fn bracket(&self, from: usize) -> Option<usize> {
        first(&self.brackets, from)
    }

    /// The first backslash at or behind a place.
    pub(crate) fn backslash(&self, from: usize) -> Option<usize> {
        first(&self.backslashes, from)
    }

    /// Whether there is a backslash between two places.
    pub(crate) fn has_backslash(&self, from: usize, to: usize) -> bool {
        let (start, end) = (from / BLOCK, to / BLOCK);
        let word = |at: usize| self.backslashes.get(at).copied().unwrap_or(0);
        let below = (1 << (to % BLOCK)) - 1;
        let behind = u64::MAX << (from % BLOCK);
        if start == end {
            return word(start) & behind & below != 0;
        }
        word(start) & behind != 0 || (start + 1..end).any(|at| word(at) != 0) || word(end) & below != 0
    }
}

fn first(bits: &[u64], from: usize) -> Option<usize> {
    let mut at = from / BLOCK;
    let mut word = bits.get(at)? & (u64::MAX << (from % BLOCK));
    while word == 0 {
        at += 1;
        word = *bits.get(at)?;
    }
    Some(at * BLOCK + word.trailing_zeros() as usize)
}

/// What one block leaves to the next.
#[derive(Default)]
struct State {
    /// 1 if the first byte of the next block is escaped.
    escapes: u64,
    /// All ones if the next block begins within a string.
    inside: u64,
}

impl State {
    /// The bytes that a backslash before them escapes: those behind runs of backslashes of odd length, and every second
    /// backslash of a run.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        if backslashes == 0 {
            return std::mem::take(&mut self.escapes);
        }
        let backslashes = backslashes & !self.escapes;
        let follows = backslashes << 1 | self.escapes;
        let odd_starts = backslashes & !EVEN & !follows;
        let (runs, overflows) = odd_starts.overflowing_add(backslashes);
        self.escapes = u64::from(overflows);
        (EVEN ^ (runs << 1)) & follows
    }

    /// The bytes from each opening quote to before its closing one.
    fn strings(&mut self, quotes: u64) -> u64 {
        let mut strings = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            strings ^= strings << shift;
        }
        strings ^= self.inside;
        self.inside = if strings >> 63 == 1 { u64::MAX } else { 0 };
        strings
    }
}

/// Both brackets and both braces differ in one bit only, which is set here.
const BRACKET_BIT: u8 = 0x20;

fn masks(block: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks { quotes: 0, backslashes: 0, brackets: 0 };
    let all = |byte: u8| i8x16::splat(byte.cast_signed());
    let (lanes, _) = block.as_chunks::<16>();
    for (at, lane) in lanes.iter().enumerate() {
        let lane = i8x16::new(lane.map(u8::cast_signed));
        let bits = |equal: i8x16| u64::from(equal.move_mask().cast_unsigned()) << (16 * at);
        let raised = lane | all(BRACKET_BIT);
        masks.quotes |= bits(lane.cmp_eq(all(b'"')));
        masks.backslashes |= bits(lane.cmp_eq(all(b'\\')));
        masks.brackets |= bits(raised.cmp_eq(all(b'{')) | raised.cmp_eq(all(b'}')));
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, byte by byte.
    fn reference(line: &[u8]) -> (Vec<usize>, Vec<usize>) {
        let (mut quotes, mut brackets) = (Vec::new(), Vec::new());
        let (mut inside, mut escaped) = (false, false);
        for (at, byte) in line.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    inside = !inside;
                    quotes.push(at);
                }
                _ => {}
            }
            if !inside && b"{}[]".contains(byte) {
                brackets.push(at);
            }
        }
        (quotes, brackets)
    }

    fn listed(first: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
        std::iter::successors(first(0), |at| first(at + 1)).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_a_walk_byte_by_byte(line in "[a\"\\\\{}\\[\\],:]{0,200}") {
            let mut bits = Bits::default();
            bits.read(line.as_bytes());
            let (quotes, brackets) = reference(line.as_bytes());
            prop_assert_eq!(listed(|from| bits.quote(from)), quotes);
            prop_assert_eq!(listed(|from| bits.bracket(from)), brackets);
            let backslash = line.find('\\');
            prop_assert_eq!(bits.has_backslash(0, line.len()), backslash.is_some());
        }
    }
}
