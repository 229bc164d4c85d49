//! One item of a Sigma detection: a field, modifiers and values.
//!
//! In: a key such as `Image|endswith` and its YAML value. Out: an [`Item`] that can be asked about an event.
//! Invariant: a combination of modifiers that engines read differently, or that can never match, is an error
//! and never guessed at (Sigma specification 2.1, "Modifiers"). Not read: `base64` and its kin, `expand` and the
//! modifiers of time.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use serde_yaml::Value as Yaml;

use super::value::{Number, Pattern, equal_folded};
use crate::event::{Event, Value};

/// Why an item, or what stands in its place, cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ItemError {
    /// A modifier that Sigma does not have.
    #[error("unknown modifier `{0}`")]
    UnknownModifier(String),
    /// A modifier of Sigma that this reader leaves out.
    #[error("the modifier `{0}` is not read")]
    NotRead(String),
    /// `neq`: pySigma lets a missing field match, rsigma does not, sigma-rust does not know it.
    #[error("the modifier `neq` is not portable")]
    Neq,
    /// The same modifier twice.
    #[error("the modifier `{0}` is given twice")]
    Repeated(String),
    /// Modifiers that cannot go together.
    #[error("the modifier `{0}` cannot be combined with `{1}`")]
    Combination(String, &'static str),
    /// `i`, `m` or `s` that does not follow `re`.
    #[error("the modifier `{0}` belongs after `re`")]
    FlagWithoutRegex(String),
    /// `all` on a field without `contains`: one value cannot equal, start with or end with several.
    #[error("the modifier `all` on a field needs `contains`")]
    AllWithoutContains,
    /// `all` with fewer than two values, for which engines refuse the rule.
    #[error("the modifier `all` needs at least two values")]
    AllNeedsTwo,
    /// A value of the wrong type.
    #[error("expected {expected}, found {found}")]
    Type {
        /// What the modifier takes.
        expected: &'static str,
        /// What was given.
        found: &'static str,
    },
    /// A list without values, or a map without items.
    #[error("empty")]
    Empty,
    /// A modifier that needs a field, without one.
    #[error("keywords take `all`, `contains`, `cased` and `re` only")]
    Keyword,
    /// A key that is not a text.
    #[error("a key has to be a text")]
    Key,
    /// A regular expression outside the syntax of the `regex` crate, such as look-around.
    #[error("{0}")]
    Regex(#[from] regex::Error),
    /// Not a network in CIDR notation, or with bits set after the prefix.
    #[error("`{0}` is not a network such as `10.0.0.0/8`")]
    Network(String),
}

/// What is asked about a field.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    Regex,
    Exists,
    Network,
    Compare(fn(Ordering) -> bool),
    Field,
}

#[derive(Debug)]
struct Modifiers {
    kind: Kind,
    all: bool,
    cased: bool,
    windash: bool,
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

/// A field, or all of the event, and tests of which any (or all) must hold.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// None for keywords.
    field: Option<String>,
    all: bool,
    tests: Vec<Test>,
}

#[derive(Clone, Debug)]
enum Test {
    Text(Pattern),
    Regex(Regex),
    Number(Number, fn(Ordering) -> bool),
    Network(IpNet),
    /// Equal, but for case, to a value of another field.
    Field(String),
    Exists(bool),
}

impl Item {
    /// Reads an item of a map.
    pub(super) fn read(key: &str, value: &Yaml) -> Result<Self, ItemError> {
        let (field, names) = match key.split_once('|') {
            Some((field, names)) => (field, names.split('|').collect()),
            None => (key, Vec::new()),
        };
        let modifiers = Modifiers::read(&names)?;
        let field = (!field.is_empty()).then(|| field.to_owned());
        if field.is_none() {
            return Self::keywords(&modifiers, value, !names.is_empty());
        }
        if modifiers.all && !matches!(modifiers.kind, Kind::Contains) {
            return Err(ItemError::AllWithoutContains);
        }
        let tests = match value {
            Yaml::Null if names.is_empty() => vec![Test::Exists(false)],
            value => modifiers.tests(value)?,
        };
        Ok(Self { field, all: modifiers.all, tests })
    }

    /// Reads a plain value, which is looked for in the whole event.
    pub(super) fn keyword(value: &Yaml) -> Result<Self, ItemError> {
        Self::keywords(&Modifiers::read(&[])?, value, true)
    }

    fn keywords(modifiers: &Modifiers, value: &Yaml, named: bool) -> Result<Self, ItemError> {
        let kind = match modifiers.kind {
            Kind::Equals | Kind::Contains => Kind::Contains,
            Kind::Regex => Kind::Regex,
            _ => return Err(ItemError::Keyword),
        };
        if !named || modifiers.windash {
            return Err(ItemError::Keyword);
        }
        let tests = Modifiers { kind, ..*modifiers }.tests(value)?;
        Ok(Self { field: None, all: modifiers.all, tests })
    }

    /// Whether the event passes.
    pub(super) fn matches(&self, event: &Event) -> bool {
        let values = match &self.field {
            Some(field) => values(event, field),
            None => event.fields().flat_map(|(_, values)| values).collect(),
        };
        let raw = if self.field.is_none() { event.raw() } else { None };
        let holds =
            |test: &Test| test.holds(&values, event) || raw.as_ref().is_some_and(|raw| test.fits(raw, event));
        if self.all { self.tests.iter().all(holds) } else { self.tests.iter().any(holds) }
    }
}

impl Modifiers {
    fn read(names: &[&str]) -> Result<Self, ItemError> {
        let mut modifiers = Self {
            kind: Kind::Equals,
            all: false,
            cased: false,
            windash: false,
            ignore_case: false,
            multi_line: false,
            dot_all: false,
        };
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                return Err(ItemError::Repeated((*name).to_owned()));
            }
            modifiers.add(name)?;
        }
        modifiers.check()?;
        Ok(modifiers)
    }

    fn add(&mut self, name: &str) -> Result<(), ItemError> {
        let kind = match name {
            "all" => return set(&mut self.all),
            "cased" => return set(&mut self.cased),
            "windash" => return set(&mut self.windash),
            "i" | "m" | "s" if !matches!(self.kind, Kind::Regex) => {
                return Err(ItemError::FlagWithoutRegex(name.to_owned()));
            }
            "i" => return set(&mut self.ignore_case),
            "m" => return set(&mut self.multi_line),
            "s" => return set(&mut self.dot_all),
            "contains" => Kind::Contains,
            "startswith" => Kind::StartsWith,
            "endswith" => Kind::EndsWith,
            "re" => Kind::Regex,
            "exists" => Kind::Exists,
            "cidr" => Kind::Network,
            "lt" => Kind::Compare(Ordering::is_lt),
            "lte" => Kind::Compare(Ordering::is_le),
            "gt" => Kind::Compare(Ordering::is_gt),
            "gte" => Kind::Compare(Ordering::is_ge),
            "fieldref" => Kind::Field,
            "neq" => return Err(ItemError::Neq),
            "base64" | "base64offset" | "utf16" | "utf16le" | "utf16be" | "wide" | "expand" | "minute"
            | "hour" | "day" | "week" | "month" | "year" => {
                return Err(ItemError::NotRead(name.to_owned()));
            }
            _ => return Err(ItemError::UnknownModifier(name.to_owned())),
        };
        if !matches!(self.kind, Kind::Equals) {
            return Err(ItemError::Combination(name.to_owned(), self.kind.name()));
        }
        self.kind = kind;
        Ok(())
    }

    fn check(&self) -> Result<(), ItemError> {
        let of_text = matches!(self.kind, Kind::Equals | Kind::Contains | Kind::StartsWith | Kind::EndsWith);
        let combination = |name: &str, with| Err(ItemError::Combination(name.to_owned(), with));
        match self {
            Self { cased: true, .. } if !of_text => combination("cased", self.kind.name()),
            Self { windash: true, .. } if !of_text => combination("windash", self.kind.name()),
            Self { windash: true, all: true, .. } => combination("windash", "all"),
            _ => Ok(()),
        }
    }

    /// The tests for a value or a list of values.
    fn tests(&self, value: &Yaml) -> Result<Vec<Test>, ItemError> {
        let values = match value {
            Yaml::Sequence(values) if !matches!(self.kind, Kind::Exists) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        match values.len() {
            0 => Err(ItemError::Empty),
            1 if self.all => Err(ItemError::AllNeedsTwo),
            _ => values.iter().map(|value| self.test(value)).collect(),
        }
    }

    fn test(&self, value: &Yaml) -> Result<Test, ItemError> {
        let text = || value.as_str().ok_or_else(|| wrong_type("a text", value));
        let pattern = |text: &str| {
            let pattern = Pattern::read(text, self.cased);
            if self.windash { pattern.any_dash() } else { pattern }
        };
        Ok(match self.kind {
            Kind::Equals => match value {
                Yaml::String(text) => Test::Text(pattern(text)),
                Yaml::Bool(value) => Test::Text(pattern(&value.to_string())),
                Yaml::Number(_) if !self.cased && !self.windash => {
                    Test::Number(number(value)?, Ordering::is_eq)
                }
                _ => return Err(wrong_type("a text, a number or a Boolean", value)),
            },
            Kind::Contains => Test::Text(pattern(text()?).open_start().open_end()),
            Kind::StartsWith => Test::Text(pattern(text()?).open_end()),
            Kind::EndsWith => Test::Text(pattern(text()?).open_start()),
            Kind::Regex => Test::Regex(self.regex(text()?)?),
            Kind::Exists => {
                Test::Exists(value.as_bool().ok_or_else(|| wrong_type("`true` or `false`", value))?)
            }
            Kind::Network => Test::Network(network(text()?)?),
            Kind::Compare(accepts) => Test::Number(number(value)?, accepts),
            Kind::Field => Test::Field(text()?.to_owned()),
        })
    }

    fn regex(&self, text: &str) -> Result<Regex, regex::Error> {
        RegexBuilder::new(text)
            .case_insensitive(self.ignore_case)
            .multi_line(self.multi_line)
            .dot_matches_new_line(self.dot_all)
            .build()
    }
}

#[allow(clippy::unnecessary_wraps)] // So that a flag is one line of the table of modifiers.
fn set(flag: &mut bool) -> Result<(), ItemError> {
    *flag = true;
    Ok(())
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Equals => "equality",
            Self::Contains => "contains",
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::Regex => "re",
            Self::Exists => "exists",
            Self::Network => "cidr",
            Self::Compare(_) => "a comparison",
            Self::Field => "fieldref",
        }
    }
}

impl Test {
    /// Whether the test holds for a field with these values: any of them will do.
    fn holds(&self, values: &[&Value], event: &Event) -> bool {
        match self {
            Self::Exists(expected) => values.is_empty() != *expected,
            _ => values.iter().any(|value| self.fits(&value.text(), event)),
        }
    }

    fn fits(&self, text: &str, event: &Event) -> bool {
        match self {
            Self::Text(pattern) => pattern.fits(text),
            Self::Regex(regex) => is_found(regex, text),
            Self::Number(number, accepts) => number.order_of(text).is_some_and(accepts),
            Self::Network(network) => text.parse::<IpAddr>().is_ok_and(|address| network.contains(&address)),
            Self::Field(other) => values(event, other).iter().any(|other| equal_folded(text, &other.text())),
            Self::Exists(expected) => *expected,
        }
    }
}

/// Whether the expression is found in the text. `$` also stands before a final line feed, as in PCRE, which is what the
/// specification refers to (Sigma specification 2.1, modifier `re`).
fn is_found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text) || text.strip_suffix('\n').is_some_and(|text| regex.is_match(text))
}

/// The values of a field. A plain name also finds the elements of arrays on its path, as it does in Sigma
/// engines: `user.groups` is `user.groups{}` if there is no field of the plain name.
fn values<'e>(event: &'e Event, field: &str) -> Vec<&'e Value> {
    if event.has(field) {
        return event.values(field).iter().collect();
    }
    let of_elements =
        event.fields().filter(|(name, _)| name.contains("{}") && name.replace("{}", "") == field);
    of_elements.flat_map(|(_, values)| values).collect()
}

fn number(value: &Yaml) -> Result<Number, ItemError> {
    let text = match value {
        Yaml::Number(number) => Number::read(&number.to_string()),
        _ => None,
    };
    text.ok_or_else(|| wrong_type("a number", value))
}

fn network(text: &str) -> Result<IpNet, ItemError> {
    let network = text.parse::<IpNet>().ok().filter(|network| network.addr() == network.network());
    network.ok_or_else(|| ItemError::Network(text.to_owned()))
}

fn wrong_type(expected: &'static str, found: &Yaml) -> ItemError {
    ItemError::Type { expected, found: kind_of(found) }
}

/// What a YAML value is, for messages.
pub(super) fn kind_of(value: &Yaml) -> &'static str {
    match value {
        Yaml::Null => "null",
        Yaml::Bool(_) => "a Boolean",
        Yaml::Number(_) => "a number",
        Yaml::String(_) => "a text",
        Yaml::Sequence(_) => "a list",
        Yaml::Mapping(_) => "a map",
        Yaml::Tagged(_) => "a tagged value",
    }
}
