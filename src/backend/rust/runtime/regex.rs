//! The regular expressions of the searches.
//!
//! In: an expression as a search has it. Out: what runs it. Invariant: every expression of a formula stands in
//! [`KNOWN`], in the syntax of the engine that runs it; no other one is read.

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

/// An expression of a search.
#[derive(Clone)]
pub struct Regex(&'static Known);

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
    /// No search has it, or it cannot be read.
    pub fn parse(text: &str) -> Result<Self, RegexError> {
        let found = KNOWN.iter().find(|known| known.text == text);
        found.map(Self).ok_or_else(|| RegexError { message: "not known".to_owned(), at: 0 })
    }

    /// Whether it is found somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.0.compiled();
        compiled.test.as_ref().or(compiled.exact.as_ref()).is_some_and(|engine| engine.is_match(text))
    }

    /// The named groups of each match, at most so many, with what they took; 0 is no bound.
    pub fn captures<'t>(&self, text: &'t str, most: usize) -> Vec<Vec<(&'static str, &'t str)>> {
        let compiled = self.0.compiled();
        let Some(engine) = &compiled.exact else { return Vec::new() };
        let own = |name: &str| self.0.names.iter().flatten().find(|own| **own == name).copied();
        let named = |(name, text)| Some((own(name)?, text));
        let matches = engine.captures(&compiled.names, text, most).into_iter();
        matches.map(|groups| groups.into_iter().filter_map(named).collect()).collect()
    }

    /// The text with each match replaced.
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        self.replace(text, replacement, None)
    }

    fn replace(&self, text: &str, replacement: &str, only: Option<usize>) -> String {
        let replaced = |engine: &Engine| engine.replace(text, replacement, only);
        self.0.compiled().exact.as_ref().map_or_else(|| text.to_owned(), replaced)
    }
}

impl std::fmt::Debug for Regex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.text)
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Regex {}

impl std::hash::Hash for Regex {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl PartialOrd for Regex {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Regex {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.text.cmp(other.0.text)
    }
}

/// All expressions of formulas.
static KNOWN: [Known; 0] = [];
