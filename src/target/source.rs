//! Log sources, and how a search names them: `sources.yaml`.
//!
//! In: the file; scopes, macros and data models of a search. Out: the [`Source`] they name. Invariant: sources are asked
//! in the order of the file, and the first that fits is taken, so a narrow one stands before a broad one. A part of a
//! source is told by the value of a field, such as the number of the event, and is never named by a scope.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};

use crate::detection::scope::{SCOPE_FIELDS, is_default_field};
use crate::detection::{Condition, Detection, Predicate, Scope, Test, ValueTest};
use crate::event::Value;
use crate::event::pattern::{Case, Pattern};
use crate::optimise;
use crate::source::{Origin, Span};
use crate::target::error::hint;
use crate::target::place::Step;

/// The key of `recognise` that names macros, not a field.
const MACRO: &str = "macro";

/// The key of `recognise` that names data models, not a field.
const DATA_MODEL: &str = "datamodel";

/// A log source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name, such as `kubernetes.audit`.
    #[serde(skip)]
    pub name: String,
    /// Its name in titles.
    pub title: String,
    /// Alternatives; each asks for these values of scope fields.
    #[serde(default)]
    recognise: Vec<BTreeMap<String, Names>>,
    /// Those of the source that this is a part of.
    #[serde(skip)]
    of_whole: Vec<BTreeMap<String, Names>>,
    /// Whether a field holds at most one value, unless its name ends in `{}`.
    #[serde(default)]
    single_valued: bool,
    /// Fields that may hold several values all the same.
    #[serde(default)]
    multivalued: Vec<String>,
    /// What searches of a data model write before a field: `Processes` in `Processes.process_name`.
    pub(super) dataset: Option<String>,
    /// Fields, all of the same value, that tell the parts of the source apart.
    #[serde(default)]
    parts_by: Vec<String>,
    /// The source that this is a part of.
    pub(super) part_of: Option<String>,
    /// The values of these fields in events of the part.
    #[serde(default)]
    values: Vec<String>,
}

/// Names with `*` for any text.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Vec<String>")]
struct Names(Vec<(String, Pattern)>);

impl From<Vec<String>> for Names {
    fn from(names: Vec<String>) -> Self {
        let pattern = |name: &String| Pattern::wildcard(name, Case::Insensitive);
        Self(names.into_iter().map(|name| (name.clone(), pattern(&name))).collect())
    }
}

impl Names {
    fn fit(&self, text: &str) -> bool {
        self.0.iter().any(|(_, pattern)| pattern.matches(text))
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(text, _)| text.as_str())
    }
}

/// What of a search names log sources.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The tests of scope fields.
    pub scope: &'a Scope,
    /// The macros that supplied parts of the search.
    pub macros: &'a [(Span, String)],
    /// The data models that it reads.
    pub data_models: &'a [(Span, String)],
}

impl<'a> Named<'a> {
    /// What a search names by one of its scopes.
    pub fn of(detection: &'a Detection, scope: &'a Scope) -> Self {
        Self { scope, macros: &detection.macros, data_models: &detection.data_models }
    }
}

/// The scope of a search, recognised.
#[derive(Clone, Debug)]
pub struct Recognised<'a> {
    /// The source.
    pub source: &'a Source,
    /// The scope fields that told it.
    pub by: Vec<String>,
}

/// The first source that is named.
pub(super) fn recognise<'s>(sources: &'s [Source], named: &Named<'_>) -> Option<Recognised<'s>> {
    sources.iter().find_map(|source| {
        let told: Vec<Vec<String>> =
            source.recognise.iter().filter_map(|alternative| told_by(alternative, named)).collect();
        (!told.is_empty()).then(|| Recognised { source, by: told.concat() })
    })
}

/// The scope fields that fit an alternative, if all of it fits: each field is compared with one of the values, a macro
/// of one of the names supplied some test, and only data models of the names are read.
fn told_by(alternative: &BTreeMap<String, Names>, named: &Named<'_>) -> Option<Vec<String>> {
    let mut by = Vec::new();
    for (field, names) in alternative {
        match field.as_str() {
            MACRO => {
                let called = named.macros.iter().filter(|(_, name)| names.fit(name));
                let before = by.len();
                by.extend(called.flat_map(|(stretch, _)| named.scope.fields_in(*stretch)).map(str::to_owned));
                if by.len() == before {
                    return None;
                }
            }
            DATA_MODEL => {
                let models = named.data_models;
                if models.is_empty() || !models.iter().all(|(_, model)| names.fit(model)) {
                    return None;
                }
            }
            _ if named.scope.get(field).is_some_and(|text| names.fit(text)) => by.push(field.clone()),
            _ => return None,
        }
    }
    (!alternative.is_empty()).then_some(by)
}

impl Source {
    /// Whether a field of this source holds at most one value.
    pub fn is_single_valued(&self, field: &str) -> bool {
        let plain = self.without_dataset(field);
        self.single_valued
            && !field.contains("{}")
            && !field.contains('*')
            && !self.multivalued.iter().any(|other| other == plain)
    }

    /// The name of a field without what searches of the data model write before it.
    pub(super) fn without_dataset<'f>(&self, field: &'f str) -> &'f str {
        let prefix = self.dataset.as_deref();
        prefix.and_then(|dataset| field.strip_prefix(dataset)?.strip_prefix('.')).unwrap_or(field)
    }

    /// Fields and values that an event of this source has where its scope says nothing of it.
    pub(crate) fn example_name(&self) -> impl Iterator<Item = (&str, String)> {
        // An event does not show by which macro or data model people look for it.
        let in_events =
            |one: &&BTreeMap<String, Names>| !one.contains_key(MACRO) && !one.contains_key(DATA_MODEL);
        let first = self.recognise.iter().find(in_events).into_iter().flatten();
        let named = first
            .filter_map(|(field, names)| Some((field.as_str(), names.texts().next()?.replace('*', "x"))));
        let told = self.told_by().filter_map(|field| Some((field, self.values.first()?.clone())));
        named.chain(told)
    }

    /// The predicate for events of this source: a test of a name that all or none of its names pass is decided.
    pub(crate) fn decide(&self, predicate: &Predicate) -> Predicate {
        let Predicate::Test(test) = predicate else {
            return predicate.clone().map_children(&mut |child| self.decide(&child));
        };
        if let Some(verdict) = self.told(test) {
            return Predicate::Constant(verdict);
        }
        let names: Vec<&str> =
            self.recognise.iter().filter_map(|names| names.get(&test.field)).flat_map(Names::texts).collect();
        let (tests, wanted) = match &test.condition {
            Condition::Some(tests) => (tests, true),
            // A name that tells a source stands in a field that holds one value.
            Condition::SomeOther(tests) if is_default_field(&test.field) => (tests, false),
            _ => return predicate.clone(),
        };
        if names.is_empty() || names.iter().any(|name| name.contains('*')) {
            return predicate.clone();
        }
        let passes = |name: &&&str| {
            tests.iter().any(|test| matches!(test, ValueTest::Matches(pattern) if pattern.matches(name)))
        };
        match names.iter().filter(passes).count() {
            0 => Predicate::Constant(!wanted),
            count if count == names.len() => Predicate::Constant(wanted),
            _ => predicate.clone(),
        }
    }

    /// What a test says of every event of a part, if it asks for what tells the part.
    fn told(&self, test: &Test) -> Option<bool> {
        if self.part_of.is_none()
            || !self.parts_by.contains(&test.field)
            || matches!(test.condition, Condition::Holds(_))
        {
            return None;
        }
        let verdicts: Vec<bool> = self
            .values
            .iter()
            .map(|value| test.condition.holds_for(&[Value::from(value.as_str())]))
            .collect();
        let first = *verdicts.first()?;
        verdicts.iter().all(|verdict| *verdict == first).then_some(first)
    }

    /// The scope fields by which events of a scope are told to be of this source, or of the one that it is a part of;
    /// nothing if they may be of another.
    pub(crate) fn named_by(&self, scope: &Scope) -> Option<Vec<String>> {
        let named = Named { scope, macros: &[], data_models: &[] };
        let all = self.recognise.iter().chain(&self.of_whole);
        let told: Vec<Vec<String>> = all.filter_map(|alternative| told_by(alternative, &named)).collect();
        (!told.is_empty()).then(|| told.concat())
    }

    /// Whether the events of the source that pass the predicate are all of this part.
    pub(crate) fn has_all(&self, predicate: &Predicate) -> bool {
        let elsewhere = || optimise::predicate(Self::outside(&[self], predicate));
        !self.is_part() || elsewhere() == Predicate::Constant(false)
    }

    /// The fields that tell a part from others; none for a whole source.
    pub(crate) fn told_by(&self) -> impl Iterator<Item = &str> {
        self.parts_by.iter().filter(|_| self.part_of.is_some()).map(String::as_str)
    }

    /// The fields that tell the parts apart.
    pub(super) fn parts_by(&self) -> &[String] {
        &self.parts_by
    }

    /// Whether it is a part of another source.
    pub fn is_part(&self) -> bool {
        self.part_of.is_some()
    }

    /// Whether this is a part of the source of that name, or that source.
    pub fn belongs_to(&self, name: &str) -> bool {
        self.name == name || self.part_of.as_deref() == Some(name)
    }

    /// The predicate for events of this part; nothing if it tells some of them from others.
    pub(super) fn within(&self, predicate: &Predicate) -> Option<Predicate> {
        let decided = self.decide(predicate);
        let mut is_told = false;
        decided.for_each_field(&mut |field| is_told = is_told || self.parts_by.iter().any(|by| by == field));
        (!is_told).then_some(decided)
    }

    /// The predicate for events of none of these parts.
    pub(super) fn outside(parts: &[&Self], predicate: &Predicate) -> Predicate {
        let Predicate::Test(test) = predicate else {
            return predicate.clone().map_children(&mut |child| Self::outside(parts, &child));
        };
        let is_of = |text: &str| {
            let told = |part: &&&Self| part.parts_by.contains(&test.field);
            parts.iter().filter(told).any(|part| part.values.iter().any(|value| value == text))
        };
        let Condition::Some(tests) = &test.condition else { return predicate.clone() };
        let mut left = tests.clone();
        left.retain(|test| !matches!(test, ValueTest::Matches(pattern) if is_of(&pattern.to_string())));
        if left.is_empty() {
            return Predicate::Constant(false);
        }
        Predicate::Test(Test { condition: Condition::Some(left), ..test.clone() })
    }

    /// Whether a part has only values that the others have.
    pub(super) fn is_covered_by(&self, parts: &[&Self]) -> bool {
        self.values.iter().all(|value| parts.iter().any(|part| part.values.contains(value)))
    }

    /// What tells the events of a part from others of its source, by those fields that the predicate tests.
    pub(super) fn part_test(&self, predicate: &Predicate) -> Predicate {
        let tested: Vec<&str> = predicate.tests().into_iter().map(|(test, _)| test.field.as_str()).collect();
        let literal = |value: &String| ValueTest::Matches(Pattern::literal(value, Case::Insensitive));
        let fields = self.told_by().filter(|field| tested.contains(field));
        Predicate::or(fields.map(|field| {
            let condition = Condition::Some(self.values.iter().map(literal).collect());
            Predicate::Test(Test { field: field.to_owned(), condition, origin: Origin::default() })
        }))
    }

    /// Takes over from the source that this is a part of what holds for all its events.
    pub(super) fn inherit(&mut self, whole: &Self) {
        self.single_valued = whole.single_valued;
        self.multivalued.clone_from(&whole.multivalued);
        self.dataset.clone_from(&whole.dataset);
        self.parts_by.clone_from(&whole.parts_by);
        self.of_whole.clone_from(&whole.recognise);
    }

    /// What is wrong with how a source is told, apart from the names of others.
    pub(super) fn mistake(&self) -> Option<&'static str> {
        match (&self.part_of, self.recognise.is_empty(), self.values.is_empty()) {
            (None, true, _) => Some("`recognise` or `part_of` has to say how the source is told"),
            (None, _, false) => Some("`values` are those of a part, and `part_of` is not there"),
            (Some(_), false, _) => Some("a part is told by `values`, not by `recognise`"),
            (Some(_), _, true) => Some("`values` have to say how the part is told"),
            _ => None,
        }
    }
}

impl Source {
    /// A way of being named that no search can take, and where in the source it stands.
    pub(super) fn nameless(&self) -> Option<(Vec<Step>, String)> {
        let known = SCOPE_FIELDS.iter().copied().chain([MACRO, DATA_MODEL]);
        for (at, alternative) in self.recognise.iter().enumerate() {
            let way = [Step::Key("recognise".to_owned()), Step::Item(at)];
            if alternative.is_empty() {
                return Some((way.to_vec(), "an item of `recognise` names at least one field".to_owned()));
            }
            for (field, names) in alternative {
                let way = [way.as_slice(), &[Step::Key(field.clone())]].concat();
                if names.0.is_empty() {
                    return Some((way, format!("`{field}` has to have at least one value")));
                }
                if !known.clone().any(|name| name == field) {
                    let all: Vec<String> = known.clone().map(|name| format!("`{name}`")).collect();
                    let near = hint(field, known);
                    let message = format!(
                        "`{field}` does not tell where events come from; what does: {}{near}",
                        all.join(", ")
                    );
                    return Some((way, message));
                }
            }
        }
        None
    }
}

/// A map in the order of its file.
pub(super) struct InOrder<T>(pub(super) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = InOrder<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(InOrder(pairs))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}
