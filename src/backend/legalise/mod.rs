//! Rewrites a predicate so that a target can say it, or tells why it cannot.
//!
//! In: a predicate over Splunk's fields, the mapping of the source, and what the target is capable of. Out: a
//! predicate over the target's fields with its fidelity and notes. Invariant: the result is exact, wider or
//! narrower just as it is marked, and holds nothing that the capabilities do not name, so a backend never meets
//! what it did not declare.

mod complement;
mod computed;
mod content;
mod each;
mod kinds;
mod left_out;
mod parts;
mod path;
mod required;
mod shapes;
mod steps;
mod texts;
mod typed;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::backend::codes;
use crate::backend::shape::Shape;
use crate::detection::scope::is_default_field;
use crate::detection::{
    Computed, Condition, Decimal, Detection, Fidelity, Order, Predicate, Regex, Step, Test, ValueTest,
};
use crate::diagnostic::Diagnostic;
use crate::event::number;
use crate::event::pattern::{Case, Pattern, Shape as PatternShape, fold};
use crate::optimise;
use crate::source::Origin;
use crate::target::{FieldKind, Mapped, Mapping, Source, TargetField};

pub(crate) use content::only_presence;
use content::{never_true, without_content};
pub(crate) use each::{mentions, untested};
pub use shapes::{Approximation, Judge};
pub use steps::{Beyond, Loss, Passing};
pub(crate) use texts::same_text_of;
use typed::{boolean, is_canonical_address, typed};

/// What a target can say, as data.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    /// Whether case is ignored for letters outside ASCII too.
    pub folds_all_letters: bool,
    /// Whether it can ask for some value that differs.
    pub some_other: bool,
    /// How it looks for a term of the raw event.
    pub raw_terms: RawTerms,
    /// Whether it can ask that two fields hold the same text but for case; legalising writes that as
    /// `lower(a) = lower(b)`.
    pub same_text: bool,
    /// Whether a field name may hold `*`.
    pub field_wildcards: bool,
    /// Characters that a field name cannot hold.
    pub no_names_with: &'static [char],
    /// Whether texts can be put in the order of their bytes.
    pub text_order: bool,
    /// Whether it compares numbers as `where` does: however they are written, and a text that is none is in no order.
    pub numbers: bool,
    /// Which fields can be compared with a number.
    pub number_order: Fields,
    /// Which fields can be compared with a network.
    pub networks: Fields,
    /// Whether a text that is a whole number is compared as a number.
    pub numbers_by_value: bool,
    /// The longest constant, in bytes.
    pub longest_constant: Option<usize>,
    /// What of a text keeps the target from asking for it in this field.
    pub texts: fn(&Pattern, &TargetField) -> Result<(), String>,
    /// Whether a field can be tested with a regular expression; why not, as a clause.
    pub regex: fn(&Regex, &TargetField) -> Result<(), String>,
    /// Whether it can ask something of what is computed, over its own fields, which are known by their names; why not,
    /// as a clause.
    pub computes: fn(&Computed, &BTreeMap<String, TargetField>) -> Result<(), String>,
    /// Whether it computes with each of several values, where the search computes with a field of one value only.
    pub computes_each: bool,
    /// Whether it can ask several things of one value of several.
    pub one_value: bool,
    /// Whether it can say what the events that pass come to, over its own fields, and how far.
    pub several: fn(&Passing<'_>, &[Step]) -> Result<Loss, Beyond>,
    /// Which shapes of several events it has words for, and how exactly; `several` is not asked where it has.
    pub shapes: Option<Judge>,
    /// How it looks at events of several log sources together.
    pub sources: Sources,
}

/// How a target looks at events of several log sources that count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sources {
    /// A rule sees all events and tests where they come from.
    Tested,
    /// What is counted is found by one rule for each source.
    RuleForEach,
    /// A rule looks at one log source.
    One,
}

/// How a target looks for a term of the raw event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawTerms {
    /// Between breakers, as `search` does.
    Bounded,
    /// Anywhere in the event: legalising keeps patterns of `_raw` with a wildcard at both ends.
    Anywhere,
    /// Not at all.
    None,
}

/// Fields that an operator works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// All.
    All,
    /// Those of the fitting type only.
    Typed,
    /// None.
    None,
}

/// What becomes of `field!=value` where a field may hold several values and the target cannot ask for one that differs.
///
/// Where the result may miss events, what several events come to is not asked either if that is so for one of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeveralValues {
    /// The field is there and no value is equal: narrower.
    NoneEqual,
    /// The field is there: wider.
    Present,
    /// Some value passes a regular expression for all others: exact, and hard to read.
    Expression,
}

/// A predicate that the target can say.
#[derive(Clone, Debug)]
pub struct Legal {
    /// Over the target's fields.
    pub predicate: Predicate,
    /// What the events that pass have to come to together, over the target's fields; empty where each is judged alone.
    pub steps: Vec<Step>,
    /// The same as one of a few shapes, for targets that take those.
    pub shape: Option<Shape>,
    /// The fields it tests.
    pub fields: BTreeMap<String, TargetField>,
    /// Whether it may match events that the predicate it was made from does not.
    pub adds: bool,
    /// Whether it may miss events that the predicate it was made from matches.
    pub misses: bool,
    /// What was dropped or assumed.
    pub notes: Vec<Diagnostic>,
}

impl Legal {
    /// How it relates to the predicate it was made from; adding and missing at once counts as narrower.
    pub const fn fidelity(&self) -> Fidelity {
        match (self.misses, self.adds) {
            (true, _) => Fidelity::Narrower,
            (false, true) => Fidelity::Wider,
            (false, false) => Fidelity::Exact,
        }
    }
}

/// Why a mapping does not do.
#[derive(Clone, Debug)]
pub enum Unfit {
    /// The mapping does not know these fields; another one may.
    UnknownFields(Vec<String>, Diagnostic),
    /// What is left would match everything or nothing.
    Refused(Diagnostic),
}

/// Rewrites a predicate for a target.
///
/// # Errors
/// The mapping does not know a field, or nothing is left that could be a rule.
pub fn legalise(
    predicate: &Predicate,
    Detection { steps, tied, .. }: &Detection,
    source: Option<&Source>,
    mapping: &Mapping,
    capabilities: &Capabilities,
    several_values: SeveralValues,
) -> Result<Legal, Unfit> {
    if *predicate == Predicate::Constant(false) {
        return Err(Unfit::Refused(Diagnostic::without_place(
            &codes::NEVER_TRUE,
            "the search matches no event",
        )));
    }
    known_fields(predicate, mapping)?;
    let mut legaliser = Legaliser {
        source,
        mapping,
        capabilities,
        several_values,
        tied: if steps.is_empty() { tied } else { &NOT_TIED },
        made: HashSet::new(),
        kinds: kinds::of_kept(predicate, mapping, capabilities),
        fields: BTreeMap::new(),
        with_several_values: HashSet::new(),
        notes: Vec::new(),
        adds: false,
        misses: false,
    };
    let mut rewritten = optimise::predicate(legaliser.predicate(predicate, true));
    legaliser.tell_of_other_sources();
    let (steps, shape) = match capabilities.shapes {
        Some(judge) if !steps.is_empty() => {
            let (passing, shape) = legaliser.several(rewritten, steps, judge).map_err(Unfit::Refused)?;
            rewritten = passing;
            (Vec::new(), shape)
        }
        _ => (legaliser.steps(&rewritten, steps).map_err(Unfit::Refused)?, None),
    };
    let Legaliser { mut notes, mut fields, adds, misses, .. } = legaliser;
    let is_one_event = steps.is_empty() && shape.is_none();
    let refusal = if is_one_event {
        // Whether the target has what the search groups by is no matter where the search asks for nothing else.
        let asks_nothing = || only_presence(predicate, &tied.iter().cloned().collect());
        without_content(&rewritten, predicate, &notes).map(|refusal| asks_nothing().unwrap_or(refusal))
    } else {
        never_true(&rewritten)
    };
    if let Some(refusal) = refusal {
        return Err(Unfit::Refused(refusal));
    }
    let mut tested: HashSet<&str> = HashSet::new();
    rewritten.for_each_field(&mut |field| _ = tested.insert(field));
    for step in &steps {
        step.for_each_field(&mut |field| _ = tested.insert(field));
    }
    fields.retain(|name, _| tested.contains(name.as_str()));
    let mut seen = HashSet::new();
    notes.retain(|note| seen.insert((note.code.id, note.span(), note.message.clone())));
    Ok(Legal { predicate: rewritten, steps, shape, fields, adds, misses, notes })
}

fn known_fields(predicate: &Predicate, mapping: &Mapping) -> Result<(), Unfit> {
    let tests = predicate.tests();
    let unknown: Vec<&Test> = tests
        .iter()
        .map(|(test, _)| *test)
        .filter(|test| {
            !matches!(test.condition, Condition::Holds(_)) && mapping.field(&test.field) == Mapped::Unknown
        })
        .collect();
    let Some(first) = unknown.first() else { return Ok(()) };
    let mut names: Vec<String> = unknown.iter().map(|test| test.field.clone()).collect();
    names.sort();
    names.dedup();
    let message = format!("`{}` is tested, which the target's events do not hold", names.join("`, `"));
    Err(Unfit::UnknownFields(names, Diagnostic::new(&codes::NO_TARGET_SOURCE, first.origin.0, message)))
}

static NOT_TIED: BTreeSet<String> = BTreeSet::new();

struct Legaliser<'a> {
    source: Option<&'a Source>,
    mapping: &'a Mapping,
    capabilities: &'a Capabilities,
    several_values: SeveralValues,
    /// Fields of a rule on one event that have to be there only because the search groups by them.
    tied: &'a BTreeSet<String>,
    /// Fields that stages made: they have no other names.
    made: HashSet<String>,
    /// What fields hold that keep their names, as far as their tests tell.
    kinds: BTreeMap<String, FieldKind>,
    fields: BTreeMap<String, TargetField>,
    /// Those of them that may hold several values.
    with_several_values: HashSet<String>,
    notes: Vec<Diagnostic>,
    adds: bool,
    misses: bool,
}

impl Legaliser<'_> {
    /// `positive` tells whether the predicate stands under an even number of NOT.
    fn predicate(&mut self, predicate: &Predicate, positive: bool) -> Predicate {
        match predicate {
            Predicate::Constant(value) => Predicate::Constant(*value),
            Predicate::And(children) => Predicate::and(self.parts(children, positive, !positive)),
            Predicate::Or(children) => Predicate::or(self.parts(children, positive, positive)),
            Predicate::Not(child) => self.predicate(child, !positive).negated(),
            Predicate::Test(test) => self.test(test, positive),
            Predicate::Computed(computed) => self.computed(computed, positive),
            Predicate::OneValue(one) => self.one_value(one, positive),
            Predicate::Hole(hole) => {
                self.left_out(&hole.name, hole.origin, positive, "its definition is not known")
            }
        }
    }

    fn test(&mut self, test: &Test, positive: bool) -> Predicate {
        if test.field == "_raw" && self.capabilities.raw_terms == RawTerms::Anywhere {
            return self.keywords(test, positive);
        }
        if test.field == "_raw" && self.has_no_raw_text() {
            return self.dropped(test, positive, "the target has no test of the raw event");
        }
        if matches!(test.condition, Condition::Holds(_)) {
            if self.capabilities.raw_terms == RawTerms::Bounded {
                return Predicate::Test(test.clone());
            }
            return self.dropped(test, positive, "the target has no test for a term of the raw event");
        }
        if test.field.contains('*') && !self.capabilities.field_wildcards {
            return self.dropped(test, positive, "the target has no wildcards in field names");
        }
        if self.made.contains(&test.field) {
            return Predicate::Test(test.clone());
        }
        match self.mapping.field(&test.field) {
            Mapped::Field(_) if positive && self.is_only_tied(test) => self.dropped(
                test,
                positive,
                "the search only groups by it, and the log source may not have it",
            ),
            Mapped::Field(field) => {
                let kind = self.kinds.get(&test.field).copied().unwrap_or(field.kind);
                let field = TargetField { kind, ..field };
                let found = self.mapped(test, &field, positive);
                self.or_absent(test, &field, found, positive)
            }
            Mapped::Missing(reason) => self.dropped(test, positive, &reason),
            Mapped::Unknown => self.dropped(test, positive, "the target has no such field"),
        }
    }

    fn mapped(&mut self, test: &Test, field: &TargetField, positive: bool) -> Predicate {
        let name = field.name.clone();
        if name.is_empty() || name.contains(self.capabilities.no_names_with) {
            return self.dropped(test, positive, "the target has no field of that name");
        }
        let renamed = |condition: Condition| {
            Predicate::Test(Test { field: name.clone(), condition, origin: test.origin })
        };
        self.seen(&test.field, field.clone());
        self.kept(&test.field, Some(test.origin));
        if field.empty_is_absent {
            let message = format!("`{name}` is empty where an event has no `{}`", test.field);
            self.notes.push(Diagnostic::new(&codes::EMPTY_IS_ABSENT, test.origin.0, message));
        }
        match &test.condition {
            Condition::Some(values) => match self.values(values, test, field, positive) {
                Values::Tests(tests) if tests.is_empty() => Predicate::Constant(false),
                Values::Tests(tests) => renamed(Condition::Some(tests)),
                Values::Inexpressible(reason) => self.dropped(test, positive, &reason),
            },
            Condition::SomeOther(_) if self.capabilities.some_other && field.separators.is_none() => {
                renamed(test.condition.clone())
            }
            Condition::SomeOther(values)
                if positive
                    && self.several_values != SeveralValues::NoneEqual
                    && !is_single_valued(self.source, &test.field) =>
            {
                let condition = self.some_other(values, test, field);
                renamed(condition)
            }
            Condition::SomeOther(values) => {
                // "Some value differs" becomes "present, and no value is equal".
                let equal = match self.values(values, test, field, !positive) {
                    Values::Tests(tests) if tests.is_empty() => return renamed(Condition::Exists),
                    Values::Tests(tests) => renamed(Condition::Some(tests)),
                    Values::Inexpressible(reason) => return self.dropped(test, positive, &reason),
                };
                if !is_single_valued(self.source, &test.field) {
                    let message = format!("`{}` may hold several values", test.field);
                    self.narrower(positive, Diagnostic::new(&codes::MAY_MISS_VALUES, test.origin.0, message));
                }
                Predicate::and([renamed(Condition::Exists), equal.negated()])
            }
            Condition::Exists | Condition::Holds(_) => renamed(test.condition.clone()),
        }
    }

    /// Notes a field that keeps its name, with what it is taken to hold.
    fn kept(&mut self, field: &str, origin: Option<Origin>) {
        if let Some(assumed) = self.mapping.assumption(field) {
            let assumed = match self.kinds.get(field) {
                Some(FieldKind::Long) => "it is mapped under this name as a number",
                Some(FieldKind::Ip) => "it is mapped under this name as an address",
                _ => assumed,
            };
            let message = format!("`{field}` keeps its name; {assumed}");
            // However often a field is tested, that is said once.
            if self.notes.iter().all(|note| note.message != message) {
                self.notes.push(match origin {
                    Some(origin) => Diagnostic::new(&codes::UNMAPPED_FIELD, origin.0, message),
                    None => Diagnostic::without_place(&codes::UNMAPPED_FIELD, message),
                });
            }
        }
    }

    /// The tests of values that the target can make; none of the list may be lost.
    fn values(&mut self, tests: &[ValueTest], test: &Test, field: &TargetField, positive: bool) -> Values {
        let mut kept = Vec::new();
        for value in tests {
            let found = match self.of_path(value, test, field, positive) {
                Ok(paths) => paths.iter().map(|path| self.value(path, test, field)).collect(),
                Err(reason) => vec![Value::Inexpressible(reason)],
            };
            for found in found {
                match found {
                    Value::Test(value) => kept.push(value),
                    Value::Never => {
                        let message = format!(
                            "no value of `{}` passes one of the tests of `{}`",
                            field.name, test.field
                        );
                        self.notes.push(Diagnostic::new(&codes::NEVER_EQUAL, test.origin.0, message));
                    }
                    Value::Inexpressible(reason) => {
                        let ValueTest::Regex(regex) = value else { return Values::Inexpressible(reason) };
                        let wider = positive.then(|| self.required_texts(regex, test, field, &reason));
                        match wider.flatten() {
                            Some(wider) => kept.extend(wider),
                            None => return Values::Inexpressible(reason),
                        }
                    }
                }
            }
        }
        for pattern in kept
            .iter()
            .filter_map(|value| if let ValueTest::Matches(pattern) = value { Some(pattern) } else { None })
        {
            self.letters(pattern, test, positive);
        }
        Values::Tests(kept)
    }

    fn value(&mut self, value: &ValueTest, test: &Test, field: &TargetField) -> Value {
        let found = match value {
            ValueTest::Matches(pattern) => match field.kind {
                FieldKind::Keyword | FieldKind::Wildcard => {
                    if field.empty_is_absent && pattern.shape() == PatternShape::Exact("") {
                        return Value::Never;
                    }
                    if let Err(reason) = (self.capabilities.texts)(pattern, field) {
                        return Value::Inexpressible(reason);
                    }
                    self.number(pattern, test);
                    Value::Test(value.clone())
                }
                FieldKind::Long => typed(pattern.shape(), value, is_whole_number),
                FieldKind::Boolean => boolean(pattern),
                FieldKind::Ip => typed(pattern.shape(), value, is_canonical_address),
            },
            ValueTest::In(_) => match (self.capabilities.networks, field.kind) {
                (Fields::All, _) | (Fields::Typed, FieldKind::Ip) => Value::Test(value.clone()),
                _ => Value::Inexpressible("the target has no test for a network on this field".to_owned()),
            },
            ValueTest::Compares(_, than) => self.order(value, than, test, field),
            ValueTest::Number(..) | ValueTest::Equals(_) if self.capabilities.numbers => {
                Value::Test(value.clone())
            }
            ValueTest::Number(order, than) => self.number_order(*order, *than, test, field),
            ValueTest::Equals(number) => {
                let text = number.0.to_string();
                if !is_whole_number(&text) {
                    return Value::Inexpressible(
                        "the target has no test for a number with a fraction".to_owned(),
                    );
                }
                let message =
                    format!("`{}` is taken to hold whole numbers as they are usually written", test.field);
                self.notes.push(Diagnostic::new(&codes::NUMBER_SPELLING, test.origin.0, message));
                let literal = ValueTest::Matches(Pattern::literal(text, Case::Insensitive));
                return self.value(&literal, test, field);
            }
            ValueTest::Regex(regex) => match (self.capabilities.regex)(regex, field) {
                Ok(()) => Value::Test(value.clone()),
                Err(reason) => Value::Inexpressible(reason),
            },
        };
        match (self.capabilities.longest_constant, &found) {
            (Some(limit), Value::Test(ValueTest::Matches(pattern))) if longest_form(pattern) > limit => {
                Value::Inexpressible(format!("a constant may have {limit} bytes"))
            }
            _ => found,
        }
    }

    /// An order of numbers, where a value that is no number is in no order to one.
    fn number_order(&mut self, order: Order, than: Decimal, test: &Test, field: &TargetField) -> Value {
        let than = than.0.to_string();
        let value = ValueTest::Compares(order, than.clone());
        self.order(&value, &than, test, field)
    }

    fn order(&mut self, value: &ValueTest, than: &str, test: &Test, field: &TargetField) -> Value {
        let is_number = number::parse(than).is_some();
        if self.capabilities.text_order {
            return Value::Test(value.clone());
        }
        match (self.capabilities.number_order, field.kind) {
            (Fields::All, _) | (Fields::Typed, FieldKind::Long) if is_number => {
                if field.kind != FieldKind::Long {
                    let message = format!("`{}` is taken to hold numbers", test.field);
                    self.notes.push(Diagnostic::new(&codes::NUMBERS_ASSUMED, test.origin.0, message));
                }
                Value::Test(value.clone())
            }
            (_, FieldKind::Long) => Value::Inexpressible("a number has no order to a text".to_owned()),
            _ => {
                let name = &field.name;
                Value::Inexpressible(format!("the target keeps `{name}` as text, and has no order of texts"))
            }
        }
    }

    /// Notes a number that matches however it is written.
    fn number(&mut self, pattern: &Pattern, test: &Test) {
        let is_number = matches!(pattern.shape(), PatternShape::Exact(text) if is_whole_number(text));
        if is_number && self.capabilities.numbers_by_value {
            let message = format!("`{}` is compared with a number by value", test.field);
            self.notes.push(Diagnostic::new(&codes::NUMBER_SPELLING, test.origin.0, message));
        }
    }

    /// Notes a letter whose case the target does not ignore.
    fn letters(&mut self, pattern: &Pattern, test: &Test, positive: bool) {
        let has_case = |c: char| !c.is_ascii() && (fold(c) != c || c.to_uppercase().next() != Some(c));
        let letter = pattern.literals().flat_map(str::chars).find(|c| has_case(*c));
        if let (Some(letter), Case::Insensitive, false) =
            (letter, pattern.case(), self.capabilities.folds_all_letters)
        {
            let message = format!("another case of `{letter}` is missed");
            self.narrower(positive, Diagnostic::new(&codes::MAY_MISS_LETTERS, test.origin.0, message));
        }
    }
}

enum Values {
    Tests(Vec<ValueTest>),
    Inexpressible(String),
}

enum Value {
    Test(ValueTest),
    /// No value of the field's type passes.
    Never,
    Inexpressible(String),
}

/// Bytes of a pattern where every character that a glob reads is escaped.
fn longest_form(pattern: &Pattern) -> usize {
    let escaped = |text: &str| text.len() + text.matches(['*', '?', '[', '\\']).count();
    let is_glob = pattern.shape() == PatternShape::Mixed;
    let literals =
        pattern.literals().map(|text| if is_glob { escaped(text) } else { text.len() }).sum::<usize>();
    literals + pattern.pieces().len() + 2
}

/// Whether a field holds at most one value: every event has one origin, and sources.yaml tells the rest.
pub fn is_single_valued(source: Option<&Source>, field: &str) -> bool {
    is_default_field(field) || source.is_some_and(|source| source.is_single_valued(field))
}

/// Whether the text is a whole number as a machine writes it.
pub fn is_whole_number(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
}
