//! Running a pattern.
//!
//! In: a tree and a text. Out: whether and where it matches. Invariant: what both engines can run goes to the `regex`
//! crate, whose time is linear in the text; the rest goes to `fancy-regex`, which backtracks up to a limit. A search
//! that hits the limit finds nothing: PCRE has such a limit as well (limits.conf, `match_limit`).

use super::rust::{Crate, print};
use super::tree::Node;

/// How many steps back a search may take, as PCRE's default.
const BACKTRACK_LIMIT: usize = 1_000_000;
/// Bytes of a compiled program; [`super::parse`] refuses what would need more.
const SIZE_LIMIT: usize = 100 << 20;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Engine {
    program: Program,
    /// The group of the pattern that each group of the program is.
    groups: Vec<usize>,
}

#[derive(Debug)]
enum Program {
    Linear(regex::Regex),
    Backtracking(fancy_regex::Regex),
}

/// The bounds of the groups of a match, the whole first.
pub(super) type Bounds = Vec<Option<(usize, usize)>>;

impl Engine {
    /// Compiles the tree; the message of the engine if it cannot run it.
    pub(super) fn compile(tree: &Node) -> Result<Self, String> {
        if let Ok(pattern) = print(tree, &[], Crate::Regex) {
            return Ok(Self { groups: tree.groups(), ..Self::linear(&pattern)? });
        }
        let pattern = print(tree, &[], Crate::Fancy).map_err(|error| error.to_string())?;
        let mut builder = fancy_regex::RegexBuilder::new(&pattern);
        builder.backtrack_limit(BACKTRACK_LIMIT).delegate_size_limit(SIZE_LIMIT);
        let program = builder.build().map(Program::Backtracking).map_err(|error| error.to_string())?;
        Ok(Self { program, groups: tree.groups() })
    }

    /// Compiles a pattern of the `regex` crate whose groups do not count.
    pub(super) fn linear(pattern: &str) -> Result<Self, String> {
        let built = regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
        let program = built.map(Program::Linear).map_err(|error| error.to_string())?;
        Ok(Self { program, groups: Vec::new() })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match &self.program {
            Program::Linear(regex) => regex.is_match(text),
            Program::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }

    /// The groups of each match, from left to right, at most so many; zero is no bound.
    pub(super) fn matches(&self, text: &str, most: usize) -> Vec<Bounds> {
        let most = if most == 0 { usize::MAX } else { most };
        match &self.program {
            Program::Linear(regex) => {
                let groups = |captures: regex::Captures<'_>| {
                    self.bounds(captures.iter().map(|group| group.map(|group| (group.start(), group.end()))))
                };
                regex.captures_iter(text).take(most).map(groups).collect()
            }
            Program::Backtracking(regex) => {
                let groups = |captures: fancy_regex::Captures<'_, str>| {
                    self.bounds(captures.iter().map(|group| group.map(|group| (group.start(), group.end()))))
                };
                regex.captures_iter(text).take(most).map_while(Result::ok).map(groups).collect()
            }
        }
    }

    /// The groups of the program as those of the pattern.
    fn bounds(&self, found: impl Iterator<Item = Option<(usize, usize)>>) -> Bounds {
        let mut bounds = vec![None; 1 + self.groups.iter().max().copied().unwrap_or(0)];
        for (group, taken) in std::iter::once(&0).chain(&self.groups).zip(found) {
            if let Some(bound) = bounds.get_mut(*group) {
                *bound = taken.or(*bound);
            }
        }
        bounds
    }
}
