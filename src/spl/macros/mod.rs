//! Macros: text that Splunk puts in place of a name before it reads a search.
//!
//! In: definitions and a query. Out: the query with its macros replaced, and for each byte of it the way back to the
//! query as it is written. Rules: `macros.conf.spec`, and Knowledge Manager Manual, "Define search macros". Invariant:
//! what is not known stays as it is written; nothing is guessed and no parentheses are added. What a definition's
//! `validation` would refuse is not looked at. Files are read by `cli`; [`read`] takes their text.

mod builtin;
mod call;
mod eval;
mod expand;
mod provenance;
pub mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

pub use expand::expand;
pub use provenance::{Expanded, Unresolved};

/// One definition of a macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name, without the number of arguments.
    pub name: String,
    /// How many arguments it takes; definitions of one name with different numbers are different macros.
    pub arity: usize,
    /// The names of the arguments, which stand as `$name$` in the text.
    pub arguments: Vec<String>,
    /// What takes the place of a call.
    pub text: String,
    /// Whether the text is an eval expression whose result takes the place (`iseval`).
    pub is_eval: bool,
    /// The app that it belongs to, if that is known.
    pub app: Option<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// Where a definition is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In a file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Here, as this app of Splunk has it.
    BuiltIn(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::BuiltIn(app) => write!(f, "built in as in {app}"),
        }
    }
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arity {
            0 => write!(f, "{}", self.name),
            arity => write!(f, "{}({arity})", self.name),
        }
    }
}

/// All definitions that are known.
///
/// ```
/// use splc::spl::macros::{Definitions, expand, read::{File, Reader}};
/// let mut reader = Reader::default();
/// reader.read(&File::named("macros.conf".as_ref()), "[at(1)]\nargs = host\ndefinition = host=$host$\n");
/// let (definitions, findings) = reader.finish();
/// assert!(findings.is_empty());
/// let expanded = expand("index=web `at(www1)` status=500", &definitions, None);
/// assert_eq!(expanded.text(), "index=web host=www1 status=500");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions(BTreeMap<String, Vec<Definition>>);

/// What a name and a number of arguments stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<'d> {
    /// This definition.
    Found(&'d Definition),
    /// Several apps define it differently, and none of them is the search's own.
    Ambiguous(Vec<&'d str>),
    /// The name is defined for these numbers of arguments.
    OtherArity(Vec<usize>),
    /// This app of Splunk defines it; its text is not known here.
    External(&'static str),
    /// Nothing.
    Undefined,
}

impl Definitions {
    /// No definitions beside those that are built in.
    pub fn builtin() -> &'static Self {
        static NONE: OnceLock<Definitions> = OnceLock::new();
        NONE.get_or_init(Self::default)
    }

    /// Adds a definition.
    pub fn add(&mut self, definition: Definition) {
        self.0.entry(definition.name.clone()).or_default().push(definition);
    }

    /// The definitions that were added, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.values().flatten()
    }

    /// How many definitions were added.
    pub fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Whether no definition was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The definition that a call means in a search of an app.
    ///
    /// The search's own app comes first (Admin Manual, "Configuration file precedence", app or user context), then
    /// definitions that belong to no app, then those of other apps where they agree, then the built-in ones. Which
    /// of several other apps wins depends on what they export, which no definition says: that is no guess to make.
    pub fn lookup(&self, name: &str, arity: usize, app: Option<&str>) -> Lookup<'_> {
        let named = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        let fitting: Vec<&Definition> = named.iter().filter(|one| one.arity == arity).collect();
        let of = |wanted: Option<&str>| fitting.iter().find(|one| one.app.as_deref() == wanted);
        if let Some(own) = app.and_then(|app| of(Some(app))).or_else(|| of(None)) {
            return Lookup::Found(own);
        }
        if let [first, others @ ..] = fitting.as_slice()
            && others.iter().all(|other| other.means_as(first))
        {
            return Lookup::Found(first);
        }
        if let Some(builtin) = builtin::find(name, arity) {
            return Lookup::Found(builtin);
        }
        if !fitting.is_empty() {
            return Lookup::Ambiguous(fitting.iter().filter_map(|one| one.app.as_deref()).collect());
        }
        let arities: BTreeSet<usize> =
            named.iter().map(|one| one.arity).chain(builtin::arities(name)).collect();
        match (arities.is_empty(), builtin::external(name)) {
            (false, _) => Lookup::OtherArity(arities.into_iter().collect()),
            (true, Some(app)) => Lookup::External(app),
            (true, None) => Lookup::Undefined,
        }
    }
}

impl Definition {
    /// Whether a call of either gives the same text.
    fn means_as(&self, other: &Self) -> bool {
        (&self.text, &self.arguments, self.is_eval) == (&other.text, &other.arguments, other.is_eval)
    }
}
