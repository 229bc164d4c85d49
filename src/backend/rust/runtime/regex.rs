//! The regular expressions of the searches.
//!
//! In: an expression as a search has it. Out: what runs it. Invariant: every expression that stands in a formula stands in
//! [`KNOWN`], in the syntax of the engine that runs it; one that only an event tells goes through the reader of `splc`, if
//! the program has it.

use std::sync::OnceLock;

use engine::{Engine, Program};

pub use sed::Sed;

/// An expression that a formula has, and what the engines read.
pub struct Known {
    text: &'static str,
    names: &'static [Option<&'static str>],
    /// The pattern, whether it needs steps back, and the groups of the expression that its groups are.
    exact: (&'static str, bool, &'static [usize]),
    /// The same where places and groups do not count.
    test: (&'static str, bool),
    compiled: OnceLock<Compiled>,
}

struct Compiled {
    names: Vec<Option<String>>,
    exact: Option<Engine>,
    test: Option<Engine>,
}

impl Known {
    const fn new(
        text: &'static str,
        names: &'static [Option<&'static str>],
        exact: (&'static str, bool, &'static [usize]),
        test: (&'static str, bool),
    ) -> Self {
        Self { text, names, exact, test, compiled: OnceLock::new() }
    }

    fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            let engine = |pattern: &str, backtracks, groups: &[usize]| {
                Engine::new(&Program { pattern: pattern.to_owned(), backtracks, groups: groups.to_vec() }).ok()
            };
            let (pattern, backtracks, groups) = self.exact;
            Compiled {
                names: self.names.iter().map(|name| name.map(str::to_owned)).collect(),
                exact: engine(pattern, backtracks, groups),
                test: engine(self.test.0, self.test.1, &[]),
            }
        })
    }
}

/// An expression.
#[derive(Clone)]
pub enum Regex {
    /// One that a search has.
    Known(&'static Known),
    /// One that an event has.
    Read(read::Regex),
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexError {
    /// What is wrong, as a phrase.
    pub message: String,
    /// Where, as a byte offset.
    pub at: usize,
}

impl Regex {
    /// The expression of that text.
    ///
    /// # Errors
    /// No search has it, and it cannot be read.
    pub fn parse(text: &str) -> Result<Self, RegexError> {
        if let Some(known) = KNOWN.iter().find(|known| known.text == text) {
            return Ok(Self::Known(known));
        }
        let read = read::Regex::parse(text);
        read.map(Self::Read).map_err(|error| RegexError { message: error.message, at: error.at })
    }

    fn text(&self) -> &str {
        match self {
            Self::Known(known) => known.text,
            Self::Read(read) => read.text(),
        }
    }

    /// Whether it is found somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = match self {
            Self::Known(known) => known.compiled(),
            Self::Read(read) => return read.is_match(text),
        };
        compiled.test.as_ref().or(compiled.exact.as_ref()).is_some_and(|engine| engine.is_match(text))
    }

    /// The named groups of each match, at most so many, with what they took; 0 is no bound.
    pub fn captures<'t>(&self, text: &'t str, most: usize) -> Vec<Vec<(&str, &'t str)>> {
        let compiled = match self {
            Self::Known(known) => known.compiled(),
            Self::Read(read) => return read.captures(text, most),
        };
        let engine = compiled.exact.as_ref();
        engine.map_or_else(Vec::new, |engine| engine.captures(&compiled.names, text, most))
    }

    /// The text with each match replaced.
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        self.replace(text, replacement, None)
    }

    fn replace(&self, text: &str, replacement: &str, only: Option<usize>) -> String {
        let replaced = |engine: &Engine| engine.replace(text, replacement, only);
        match self {
            Self::Known(known) => {
                known.compiled().exact.as_ref().map_or_else(|| text.to_owned(), replaced)
            }
            Self::Read(read) => read.replace(text, replacement, only),
        }
    }
}

impl std::fmt::Debug for Regex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Regex {}

impl std::hash::Hash for Regex {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl PartialOrd for Regex {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Regex {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text().cmp(other.text())
    }
}

/// All expressions that stand in formulas.
static KNOWN: [Known; 0] = [];
