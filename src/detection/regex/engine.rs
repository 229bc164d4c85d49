//! Running a pattern.
//!
//! In: what the engines read, and a text. Out: whether and where it matches. Invariant: what both engines can run goes to
//! the `regex` crate, whose time is linear in the text; the rest goes to `fancy-regex`, which backtracks up to a limit. A
//! search that hits the limit finds nothing: PCRE has such a limit as well (limits.conf, `match_limit`). How a pattern came
//! about is not known here, so the file stands in generated programs too.

/// How many steps back a search may take, as PCRE's default.
const BACKTRACK_LIMIT: usize = 1_000_000;
/// Bytes of a compiled program; a pattern that needs more is refused where it is read.
const SIZE_LIMIT: usize = 100 << 20;

/// What an engine reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The pattern in the syntax of the engine.
    pub pattern: String,
    /// Whether `fancy-regex` has to run it, not `regex`.
    pub backtracks: bool,
    /// The group of the original pattern that each of its groups is; none where groups do not count.
    pub groups: Vec<usize>,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Engine {
    runner: Runner,
    groups: Vec<usize>,
}

#[derive(Debug)]
enum Runner {
    Linear(regex::Regex),
    Backtracking(fancy_regex::Regex),
}

/// The bounds of the groups of a match, the whole first.
pub(super) type Bounds = Vec<Option<(usize, usize)>>;

impl Engine {
    /// Compiles the program; the message of the engine if it cannot run it.
    pub(super) fn new(program: &Program) -> Result<Self, String> {
        let runner = if program.backtracks {
            let mut builder = fancy_regex::RegexBuilder::new(&program.pattern);
            builder.backtrack_limit(BACKTRACK_LIMIT).delegate_size_limit(SIZE_LIMIT);
            Runner::Backtracking(builder.build().map_err(|error| error.to_string())?)
        } else {
            let built = regex::RegexBuilder::new(&program.pattern).size_limit(SIZE_LIMIT).build();
            Runner::Linear(built.map_err(|error| error.to_string())?)
        };
        Ok(Self { runner, groups: program.groups.clone() })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match &self.runner {
            Runner::Linear(regex) => regex.is_match(text),
            Runner::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }

    /// The groups of each match, from left to right, at most so many; zero is no bound.
    pub(super) fn matches(&self, text: &str, most: usize) -> Vec<Bounds> {
        let most = if most == 0 { usize::MAX } else { most };
        match &self.runner {
            Runner::Linear(regex) => {
                let groups = |captures: regex::Captures<'_>| {
                    self.bounds(captures.iter().map(|group| group.map(|group| (group.start(), group.end()))))
                };
                regex.captures_iter(text).take(most).map(groups).collect()
            }
            Runner::Backtracking(regex) => {
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

    /// The named groups of each match, at most so many, with what they took; zero is no bound.
    pub(super) fn captures<'n, 't>(
        &self,
        names: &'n [Option<String>],
        text: &'t str,
        most: usize,
    ) -> Vec<Vec<(&'n str, &'t str)>> {
        let named = |bounds: &Bounds| {
            let groups = names.iter().zip(bounds.iter().skip(1));
            let taken = groups.filter_map(|(name, group)| {
                let (start, end) = (*group)?;
                Some((name.as_deref()?, text.get(start..end)?))
            });
            taken.collect()
        };
        self.matches(text, most).iter().map(named).collect()
    }

    /// Replaces every match, or only the one of a number from 1.
    pub(super) fn replace(&self, text: &str, replacement: &str, only: Option<usize>) -> String {
        let matches = self.matches(text, only.unwrap_or(0));
        let mut out = String::new();
        let mut from = 0;
        for bounds in matches.iter().skip(only.map_or(0, |only| only.saturating_sub(1))) {
            let Some(&Some((start, end))) = bounds.first() else { continue };
            out.push_str(text.get(from..start).unwrap_or(""));
            expand(replacement, text, bounds, &mut out);
            from = end;
        }
        out.push_str(text.get(from..).unwrap_or(""));
        out
    }
}

/// Appends a replacement with its references to groups resolved. A backslash before anything but a digit or another
/// backslash is itself.
fn expand(replacement: &str, text: &str, bounds: &[Option<(usize, usize)>], out: &mut String) {
    let mut rest = replacement.chars();
    while let Some(character) = rest.next() {
        let after = rest.clone().next();
        match (character, after.and_then(|digit| digit.to_digit(10))) {
            ('\\', Some(group)) => {
                rest.next();
                let group = bounds.get(group as usize).copied().flatten();
                out.push_str(group.and_then(|(start, end)| text.get(start..end)).unwrap_or(""));
            }
            ('\\', None) if after == Some('\\') => {
                rest.next();
                out.push('\\');
            }
            _ => out.push(character),
        }
    }
}
