//! Regular expressions as Splunk has them: PCRE, in UTF mode, without UCP.
//!
//! In: the pattern of `regex`, `rex`, `match()` or `replace()`. Out: a [`Regex`], which runs over texts and is written
//! in the dialect of each target. Invariant: a pattern is read once into a tree, and every dialect is written from the
//! tree; text of a pattern never goes into another engine as it is, where it could mean something else. What a
//! dialect cannot say exactly is refused.

mod beneath;
mod caseless;
mod engine;
mod example;
mod first;
mod lucene;
mod parse;
mod posix;
mod rust;
mod sed;
mod set;
mod sigma;
mod simplify;
mod states;
#[cfg(test)]
mod tests;
mod texts;
mod tree;
mod whole;
mod write;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::event::pattern::Pattern;
use engine::Engine;
use tree::Node;

pub use engine::Program;
pub use sed::Sed;

/// The most texts that a pattern is shown by.
const EXAMPLES: usize = 6;

/// A PCRE pattern, searched for anywhere in a text (Search Reference, "regex", "rex").
///
/// ```
/// use splc::detection::regex::Regex;
/// let regex = Regex::parse(r"(?i)user=(?<user>\w+)").unwrap();
/// assert!(regex.is_match("USER=root"));
/// assert_eq!(regex.captures("user=root", 1), [vec![("user", "root")]]);
/// ```
#[derive(Clone)]
pub struct Regex(Arc<Inner>);

struct Inner {
    text: String,
    tree: Node,
    groups: Vec<Option<String>>,
    /// Says where the pattern and its groups match.
    engine: OnceLock<Option<Engine>>,
    /// Says whether it matches, in linear time where that can be.
    test: OnceLock<Option<Engine>>,
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexError {
    /// What is wrong, as a phrase.
    pub message: String,
    /// Where, as a byte offset in the pattern.
    pub at: usize,
}

impl RegexError {
    /// Whether the pattern is beyond what is read here, so that nothing says that PCRE refuses it too.
    pub fn is_unsupported(&self) -> bool {
        let ends = ["not supported", "not supported here", "too long", "too deep", "written out"];
        ends.iter().any(|end| self.message.ends_with(end))
    }
}

/// A language of regular expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The `regex` crate, searching anywhere.
    Rust,
    /// Sigma's `re`, searching anywhere.
    Sigma,
    /// Lucene, as `regex` of EQL has it, matching the whole value.
    Lucene,
    /// RE2 in POSIX mode, as `regex` of Falco has it, matching the whole value.
    Posix,
}

/// A pattern in another dialect, and how it has to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The pattern.
    pub pattern: String,
    /// Whether letters of the pattern stand for both cases: the modifier `i` in Sigma, `regex~` in EQL. For Falco the
    /// field has to be folded with `tolower()`, and the letters of the pattern are small.
    pub caseless: bool,
    /// Whether `.` matches line feeds too: the modifier `s` in Sigma.
    pub dot_all: bool,
}

/// Why a dialect cannot say a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Unprintable {
    /// The construct in words.
    pub what: String,
    /// Where it stands, as a byte offset in the pattern.
    pub at: usize,
}

impl Unprintable {
    fn new(what: impl Into<String>, at: usize) -> Self {
        Self { what: what.into(), at }
    }
}

impl Regex {
    /// Reads a pattern.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// assert_eq!(Regex::parse("a(b").unwrap_err().at, 1);
    /// ```
    ///
    /// # Errors
    ///
    /// What PCRE does not accept, and what is not supported here.
    pub fn parse(pattern: &str) -> Result<Self, RegexError> {
        let parsed = parse::parse(pattern)?;
        let (tree, groups) = (simplify::simplify(parsed.tree), parsed.groups);
        let (engine, test) = (OnceLock::new(), OnceLock::new());
        Ok(Self(Arc::new(Inner { text: pattern.to_owned(), tree, groups, engine, test })))
    }

    /// The pattern as it was written.
    ///
    /// ```
    /// assert_eq!(splc::detection::regex::Regex::parse("a+").unwrap().text(), "a+");
    /// ```
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The names of the capturing groups that have one, in order.
    ///
    /// ```
    /// let regex = splc::detection::regex::Regex::parse("(?<a>.)(.)(?P<b>.)").unwrap();
    /// assert_eq!(regex.group_names(), ["a", "b"]);
    /// ```
    pub fn group_names(&self) -> Vec<&str> {
        self.0.groups.iter().flatten().map(String::as_str).collect()
    }

    /// Whether the pattern is found somewhere in the text.
    ///
    /// ```
    /// assert!(splc::detection::regex::Regex::parse("b$").unwrap().is_match("ab\n"));
    /// ```
    pub fn is_match(&self, text: &str) -> bool {
        let test = self.0.test.get_or_init(|| match self.test_program() {
            Ok(program) if !program.backtracks => Engine::new(&program).ok(),
            _ => None,
        });
        test.as_ref().or_else(|| self.engine()).is_some_and(|engine| engine.is_match(text))
    }

    /// The named groups of each match from left to right with what they took; those that took no part are left out.
    /// `most` is the highest number of matches, 0 is no bound (Search Reference, "rex", `max_match`).
    ///
    /// ```
    /// let regex = splc::detection::regex::Regex::parse(r"(?<key>\w+)=(?<value>\w+)?").unwrap();
    /// let found = regex.captures("a=1 b=", 0);
    /// assert_eq!(found, [vec![("key", "a"), ("value", "1")], vec![("key", "b")]]);
    /// ```
    pub fn captures<'t>(&self, text: &'t str, most: usize) -> Vec<Vec<(&str, &'t str)>> {
        self.engine().map_or_else(Vec::new, |engine| engine.captures(&self.0.groups, text, most))
    }

    /// Whether the named group takes part in every match.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// let always = |pattern| Regex::parse(pattern).unwrap().always_takes("a");
    /// assert!(always("x(?<a>.)+y") && !always("(?<a>.)?b") && !always("(?<a>.)|b"));
    /// ```
    pub fn always_takes(&self, group: &str) -> bool {
        fn takes(node: &Node, index: usize) -> bool {
            match node {
                Node::Capture(own, inner) => *own == index || takes(inner, index),
                Node::Concatenation(parts) => parts.iter().any(|part| takes(part, index)),
                Node::Alternation(parts) => parts.iter().all(|part| takes(part, index)),
                Node::Repetition(repetition) => repetition.least > 0 && takes(&repetition.node, index),
                Node::Empty | Node::Set(_) | Node::Assertion(..) | Node::Special(..) => false,
            }
        }
        let named = self.0.groups.iter().position(|name| name.as_deref() == Some(group));
        named.is_some_and(|at| takes(&self.0.tree, at + 1))
    }

    /// Whether a repetition has rounds that may take nothing. PCRE ends it at such a round, and the groups in it have taken
    /// nothing; here it ends before, and they keep what they took. Whether a text matches is the same.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// let rounds = |pattern| Regex::parse(pattern).unwrap().has_empty_rounds();
    /// assert!(rounds("(a|)+") && !rounds("(a|b)*"));
    /// ```
    pub fn has_empty_rounds(&self) -> bool {
        self.0.tree.any(&mut |node| match node {
            Node::Repetition(repetition) => repetition.most != Some(1) && repetition.node.length().0 == 0,
            _ => false,
        })
    }

    /// The text with each match replaced; `\1` in the replacement is the first group, `\0` the whole match (Search
    /// Reference, "replace").
    ///
    /// ```
    /// let regex = splc::detection::regex::Regex::parse(r"^(\d{1,2})/(\d{1,2})/").unwrap();
    /// assert_eq!(regex.replace_all("1/14/2023", r"\2/\1/"), "14/1/2023");
    /// ```
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        self.replace(text, replacement, None)
    }

    /// Replaces every match, or only the one of a number from 1.
    pub(super) fn replace(&self, text: &str, replacement: &str, only: Option<usize>) -> String {
        let replaced = |engine: &Engine| engine.replace(text, replacement, only);
        self.engine().map_or_else(|| text.to_owned(), replaced)
    }

    /// What engines run to find where the pattern and its groups match.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// let program = |pattern| Regex::parse(pattern).unwrap().program().unwrap();
    /// assert!(program("(?=a)ab").backtracks && !program("a(b)").backtracks);
    /// ```
    ///
    /// # Errors
    ///
    /// The construct that no engine can run.
    pub fn program(&self) -> Result<Program, Unprintable> {
        let groups = self.0.tree.groups();
        if let Ok(pattern) = rust::print(&self.0.tree, &[], rust::Crate::Regex) {
            Ok(Program { pattern, backtracks: false, groups })
        } else {
            let pattern = rust::print(&self.0.tree, &[], rust::Crate::Fancy)?;
            Ok(Program { pattern, backtracks: true, groups })
        }
    }

    /// What engines run to find whether the pattern matches, in linear time where that can be; groups do not count.
    ///
    /// ```
    /// let regex = splc::detection::regex::Regex::parse("b$").unwrap();
    /// assert!(regex.program().unwrap().backtracks && !regex.test_program().unwrap().backtracks);
    /// ```
    ///
    /// # Errors
    ///
    /// The construct that no engine can run.
    pub fn test_program(&self) -> Result<Program, Unprintable> {
        match rust::print_search(&self.0.tree) {
            Ok(pattern) => Ok(Program { pattern, backtracks: false, groups: Vec::new() }),
            Err(_) => self.program(),
        }
    }

    /// The names of the capturing groups, in order; nothing for one without a name.
    ///
    /// ```
    /// let regex = splc::detection::regex::Regex::parse("(?<a>.)(.)").unwrap();
    /// assert_eq!(regex.groups(), [Some("a".to_owned()), None]);
    /// ```
    pub fn groups(&self) -> &[Option<String>] {
        &self.0.groups
    }

    /// The pattern in another dialect, matching exactly the same texts. The groups of [`Dialect::Rust`] are those of the
    /// pattern, unless it has places that the `regex` crate cannot say, such as `$`: then it has none.
    ///
    /// ```
    /// use splc::detection::regex::{Dialect, Regex};
    /// let regex = Regex::parse("(?:a|ab)++c").unwrap();
    /// assert_eq!(regex.print(Dialect::Rust).unwrap_err().what, "possessive quantifier");
    /// ```
    ///
    /// # Errors
    ///
    /// The construct that the dialect cannot say.
    pub fn print(&self, dialect: Dialect) -> Result<String, Unprintable> {
        match dialect {
            Dialect::Rust => rust::print(&self.0.tree, &self.0.groups, rust::Crate::Regex)
                .or_else(|_| rust::print_search(&self.0.tree)),
            Dialect::Sigma => sigma::print(&whole::branches(&self.0.tree)?, false),
            Dialect::Lucene => lucene::print(&whole::branches(&self.0.tree)?),
            Dialect::Posix => posix::print(&whole::branches(&self.0.tree)?),
        }
    }

    /// The pattern in another dialect, with the help of what the target can be told besides: Sigma's modifiers, `regex~`
    /// of EQL, `tolower()` around a field of Falco.
    ///
    /// ```
    /// use splc::detection::regex::{Dialect, Printed, Regex};
    /// let regex = Regex::parse(r"(?i)^cmd\.exe").unwrap();
    /// assert_eq!(regex.print(Dialect::Sigma).unwrap(), r"^[Cc][Mm][Dd]\.[Ee][Xx][Ee]");
    /// let printed = regex.print_with_flags(Dialect::Sigma).unwrap();
    /// assert_eq!(printed, Printed { pattern: r"^cmd\.exe".to_owned(), caseless: true, dot_all: false });
    /// ```
    ///
    /// # Errors
    ///
    /// The construct that the dialect cannot say.
    pub fn print_with_flags(&self, dialect: Dialect) -> Result<Printed, Unprintable> {
        if dialect == Dialect::Rust {
            return Ok(Printed { pattern: self.print(dialect)?, caseless: false, dot_all: false });
        }
        let branches = whole::branches(&self.0.tree)?;
        let lowered = caseless::lowered(&branches, dialect == Dialect::Lucene);
        let caseless = lowered.is_some();
        let branches = lowered.unwrap_or(branches);
        let dot_all = dialect == Dialect::Sigma && sigma::has_any_character(&branches);
        let pattern = match dialect {
            Dialect::Lucene => lucene::print(&branches)?,
            Dialect::Posix => posix::print(&branches)?,
            Dialect::Sigma | Dialect::Rust => sigma::print(&branches, dot_all)?,
        };
        Ok(Printed { pattern, caseless, dot_all })
    }

    /// The states of the automaton that Lucene makes of the pattern, if it makes one: it bounds their number at 10,000
    /// (Elasticsearch, "Regexp query", `max_determinized_states`). Nothing for a pattern that it cannot say either.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// let states = |pattern| Regex::parse(pattern).unwrap().lucene_states();
    /// assert_eq!(states(r"(?s)\Aa{3}\z"), Some(4));
    /// assert_eq!(states("a.{30}b"), None, "each of the last 30 characters may have been the `a`");
    /// ```
    pub fn lucene_states(&self) -> Option<usize> {
        states::count(&self.0.tree)
    }

    /// The patterns of which a text has to match one, where that says exactly the same, in at most 64 patterns.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// use splc::event::pattern::{Case, Pattern};
    /// let patterns = Regex::parse("(?i)^foo|bar").unwrap().as_patterns().unwrap();
    /// assert_eq!(patterns, ["foo*", "*bar*"].map(|text| Pattern::wildcard(text, Case::Insensitive)));
    /// assert!(Regex::parse("a.c").unwrap().as_patterns().is_none(), "`.` is no line feed");
    /// ```
    pub fn as_patterns(&self) -> Option<Vec<Pattern>> {
        texts::patterns(&whole::branches(&self.0.tree).ok()?)
    }

    /// Texts in which the pattern has a match, as different as it allows; few, and none where no such text is found.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// assert_eq!(Regex::parse(r"(?i)^(?:net1?|sc)\.exe$").unwrap().examples(), ["net.exe", "sc.exe", "net1.exe"]);
    /// ```
    pub fn examples(&self) -> Vec<String> {
        let mut examples: Vec<String> = Vec::new();
        for variant in 0..EXAMPLES {
            let text = example::text(&self.0.tree, self.0.groups.len(), variant);
            examples.extend(text.filter(|text| !examples.contains(text) && self.is_match(text)));
        }
        examples
    }

    /// Literal texts of which each match holds at least one, letters compared as [`crate::event::pattern::fold`] has
    /// them, in its form; nothing if no such text is known.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// let literals = |pattern| Regex::parse(pattern).unwrap().required_literals();
    /// assert_eq!(literals(r"\d+ (?:User|group) add"), Some(vec![" user add".to_owned(), " group add".to_owned()]));
    /// assert_eq!(literals(r"\d*"), None);
    /// ```
    pub fn required_literals(&self) -> Option<Vec<String>> {
        texts::required(&self.0.tree)
    }

    /// Patterns without case of which a value matches one if the expression is found in it; others may match them too.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// use splc::event::pattern::{Case, Pattern};
    /// let wider = Regex::parse(r"(root|admin) .*failed from \d+").unwrap().wider_patterns();
    /// assert_eq!(wider, ["*root *failed from *", "*admin *failed from *"].map(|text| Pattern::wildcard(text, Case::Insensitive)));
    /// ```
    pub fn wider_patterns(&self) -> Vec<Pattern> {
        texts::wider(&self.0.tree)
    }

    fn engine(&self) -> Option<&Engine> {
        self.0.engine.get_or_init(|| Engine::new(&self.program().ok()?).ok()).as_ref()
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Regex").field(&self.0.text).finish()
    }
}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Regex {}

impl Hash for Regex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl PartialOrd for Regex {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Regex {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.text.cmp(&other.0.text)
    }
}
