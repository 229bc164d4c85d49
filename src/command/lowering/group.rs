//! Groups of rows: the functions and the `by` clause of `stats` and its kin.
//!
//! In: the arguments of a stage. Out: a [`Group`]. Invariant: the names of results are those that Splunk gives: the name
//! after AS, else the function as it is written. What a function over fields that a star stands for gives is not known,
//! and a test of it is refused.

use std::cell::Cell;

use crate::command::arguments::Arguments;
use crate::command::lowering::fields::{self, Fields};
use crate::command::lowering::truth::Asker;
use crate::command::lowering::{Lowering, Pending, Unknown, formula, refused};
use crate::command::statistics::samples;
use crate::detection::step::{Aggregate, Group};
use crate::detection::{Fidelity, Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern};
use crate::function::Family;
use crate::source::{Origin, Span};
use crate::spl::clause::{Item, ItemKind, Quote};
use crate::spl::tree;

/// The functions of a stage, and the names of results that are not known.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    /// Those that are known.
    pub(crate) aggregates: Vec<Aggregate>,
    /// Those over fields that a star stands for.
    pub(crate) starred: Vec<Starred>,
    /// Names, possibly with stars, of those that are not, with the reason.
    pub(crate) unknown: Vec<(String, Diagnostic)>,
}

/// A function over each field that a star stands for: `values(*) AS *`.
#[derive(Clone, Debug)]
pub(crate) struct Starred {
    function: String,
    /// The names of the fields.
    of: Pattern,
    /// The names of the results.
    pub(crate) names: Pattern,
}

impl Starred {
    /// The function that gives the field of that name; `before` says what fields stood for before the group.
    ///
    /// # Errors
    /// What it is computed over is not known.
    pub(crate) fn aggregate(&self, name: &str, before: &Fields) -> Option<Result<Aggregate, Diagnostic>> {
        let source = fields::filled(&self.of, &fields::star(&self.names, name)?);
        // A star does not stand for an internal field (Search Reference, `fields`).
        if source.starts_with('_') && !self.of.to_string().starts_with('_') {
            return None;
        }
        let named = |argument| Aggregate {
            name: name.to_owned(),
            function: self.function.clone(),
            argument: Some(argument),
        };
        Some(before.get(&source).map(named).map_err(|reason| *reason))
    }
}

/// The keys of a group.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Names and what they stand for.
    pub(crate) by: Vec<(String, Formula)>,
    /// Names of which only the presence is known, so that nobody knows which rows are in one group.
    pub(crate) vague: Vec<(String, Diagnostic)>,
}

impl Keys {
    /// One key.
    pub(crate) fn one(name: &str, formula: Formula) -> Self {
        Self { by: vec![(name.to_owned(), formula)], vague: Vec::new() }
    }

    /// Those that are known all.
    ///
    /// # Errors
    /// Why one is not.
    pub(crate) fn known(self) -> Result<Vec<(String, Formula)>, Diagnostic> {
        match self.vague.into_iter().next() {
            Some((_, reason)) => Err(reason),
            None => Ok(self.by),
        }
    }
}

impl Lowering<'_> {
    /// The functions among items.
    ///
    /// # Errors
    /// An item is none.
    pub(crate) fn functions(&self, items: &[&Item]) -> Result<Functions, Diagnostic> {
        let mut functions = Functions::default();
        for item in items {
            let (name, arguments): (&str, &[Item]) = match &item.kind {
                ItemKind::Setting(_) => continue,
                ItemKind::Word(word) if word.quote == Quote::None => (&word.text, &[]),
                ItemKind::Call(name, arguments) => (&name.value, arguments),
                ItemKind::Macro(body) => return Err(refused::undefined_macro(body, item.span)),
                _ => return Err(refused::argument(item.span, "a function is expected here")),
            };
            let lower = name.to_ascii_lowercase();
            if Family::Statistics.find(&lower).is_none() {
                return Err(refused::argument(item.span, format!("there is no function `{name}`")));
            }
            if let [Item { kind: ItemKind::Word(word), .. }] = arguments
                && word.text.contains('*')
            {
                let names = item
                    .alias
                    .as_ref()
                    .map_or_else(|| format!("{name}({})", word.text), |alias| alias.text.clone());
                functions.starred.push(Starred {
                    function: lower,
                    of: Pattern::wildcard(&word.text, Case::Sensitive),
                    names: Pattern::wildcard(&names, Case::Sensitive),
                });
                continue;
            }
            let (argument, written) = match self.argument(arguments, name, item.span) {
                Ok(known) => known,
                Err((written, reason)) => {
                    let named = item.alias.as_ref().map_or(written, |alias| alias.text.clone());
                    functions.unknown.push((named, reason));
                    continue;
                }
            };
            let name = item.alias.as_ref().map_or(written, |alias| alias.text.clone());
            let is_counted = argument.is_some() || samples::counts(&lower);
            if !is_counted || samples::computed(&lower, &[]).is_none() {
                let message = format!("what `{lower}` gives here is not translated");
                functions.unknown.push((name, Diagnostic::new(&codes::NOT_KNOWN, item.span, message)));
                continue;
            }
            functions.aggregates.push(Aggregate { name, function: lower, argument });
        }
        Ok(functions)
    }

    /// What a function is computed over, and the name of the result where none is given.
    fn argument(
        &self,
        arguments: &[Item],
        name: &str,
        span: Span,
    ) -> Result<(Option<Formula>, String), (String, Diagnostic)> {
        match arguments {
            [] => Ok((None, name.to_owned())),
            [Item { kind: ItemKind::Word(word), .. }] => {
                let written = format!("{name}({})", word.text);
                match self.field(&word.text, span) {
                    Ok(formula) => Ok((Some(formula), written)),
                    Err(reason) => Err((written, reason)),
                }
            }
            [Item { kind: ItemKind::Eval(eval), .. }] => {
                let written = format!("{name}(eval({}))", tree::eval(eval));
                match self.formula(eval) {
                    Ok(formula) => Ok((Some(formula), written)),
                    Err(reason) => Err((written, reason)),
                }
            }
            _ => {
                let reason = Diagnostic::new(&codes::NOT_KNOWN, span, "this argument is not translated");
                Err((format!("{name}(*)"), reason))
            }
        }
    }

    /// The keys of a group, from the words behind `by`.
    ///
    /// # Errors
    /// One is not known.
    pub(crate) fn keys(&mut self, names: &[(&str, Span)]) -> Result<Keys, Diagnostic> {
        let mut keys = Keys::default();
        for (name, span) in names {
            if name.contains('*') {
                return Err(refused::argument(
                    *span,
                    format!("which fields `{name}` stands for depends on the events"),
                ));
            }
            if keys.by.iter().any(|(other, _)| other == name) {
                continue;
            }
            let formula = match self.field(name, *span) {
                Ok(formula) => formula,
                // Which group an event is in is not known, but that it is in one.
                Err(reason) => {
                    let (formula, is_assumed) = self.fields.presence(name).map_err(|_| reason.clone())?;
                    if is_assumed {
                        let message =
                            format!("some result is taken to have `{name}`, so that it is filled in all");
                        self.notes.push(Diagnostic::new(&codes::FILLED, *span, message));
                        self.fidelity = Fidelity::Wider;
                    }
                    keys.vague.push(((*name).to_owned(), reason));
                    formula
                }
            };
            keys.by.push(((*name).to_owned(), formula));
        }
        Ok(keys)
    }

    /// One row for each group.
    pub(crate) fn group(&mut self, keys: Keys, functions: Functions, span: Span) {
        let Keys { by, vague } = keys;
        let computed_keys: Vec<String> =
            by.iter().filter(|(_, formula)| !self.is_text(formula)).map(|(name, _)| name.clone()).collect();
        let keys: Vec<String> =
            by.iter().map(|(name, _)| name.clone()).filter(|name| !computed_keys.contains(name)).collect();
        let results = functions.aggregates.iter().map(|one| one.name.clone()).chain(computed_keys).collect();
        let names: Vec<String> = functions.aggregates.iter().map(|one| one.name.clone()).collect();
        let starred = functions.starred.iter().map(|one| &one.function);
        let time = self.time(functions.aggregates.iter().map(|one| &one.function).chain(starred));
        let group =
            Group { by, aggregates: functions.aggregates, time, stretches: None, origin: Origin(span) };
        let before = self.fields.clone();
        self.fields.begin(keys, results);
        for starred in &functions.starred {
            self.fields.computes(&starred.names);
        }
        self.pending.push((self.steps.len(), Pending::Starred(functions.starred, before)));
        self.steps.push(crate::detection::Step::Group(group));
        for (names, reason) in functions.unknown {
            self.fields.has_others(&names, reason);
        }
        if let Some((_, reason)) = vague.first() {
            self.does_not_know(Unknown::Rows, self.steps.len() - 1, reason.clone());
            for name in names {
                self.fields.hide(&name, reason.clone());
            }
        }
        for (name, reason) in vague {
            self.fields.hide(&name, reason);
        }
        self.shown = Vec::new();
    }

    /// When a row is, if one of the functions asks for it.
    fn time<'f>(&mut self, mut functions: impl Iterator<Item = &'f String>) -> Formula {
        let asks = |name: &String| {
            ["earliest", "latest", "earliest_time", "latest_time", "rate"].contains(&name.as_str())
        };
        if functions.any(asks) { self.row_time(self.steps.len()) } else { Formula::Null }
    }

    /// When a row is, for the step at `step`, which is refused if it is kept and that is not known.
    pub(crate) fn row_time(&mut self, step: usize) -> Formula {
        self.fields.get("_time").unwrap_or_else(|reason| {
            self.does_not_know(Unknown::Rows, step, *reason);
            Formula::Null
        })
    }

    /// What is computed over groups and added to their rows; the fields have the results.
    ///
    /// A field that has been put into others keeps its place in the rows, so a result of that name gets one of its own.
    pub(crate) fn annotation(
        &mut self,
        by: Vec<(String, Formula)>,
        functions: Functions,
        span: Span,
    ) -> Group {
        let Functions { mut aggregates, starred, unknown } = functions;
        let time = self.time(aggregates.iter().map(|one| &one.function));
        for one in &mut aggregates {
            let name = one.name.clone();
            let before = self.fields.get(&name);
            let is_own = before.as_ref().is_ok_and(|formula| *formula == Formula::Field(name.clone()));
            let is_used = self.fields.use_field(&name);
            if !is_used && (is_own || by.is_empty() || self.fields.lack(&name)) {
                self.fields.add_computed(std::iter::once(name));
                continue;
            }
            one.name = self.made_up(&name);
            self.fields.add_computed(std::iter::once(one.name.clone()));
            if by.is_empty() || before.is_ok_and(|formula| formula == Formula::Null) {
                self.fields.set(name, Formula::Field(one.name.clone()));
            } else {
                let message = format!("a row of no group keeps what `{name}` was before");
                self.fields.hide(&name, Diagnostic::new(&codes::NOT_KNOWN, span, message));
            }
        }
        for starred in &starred {
            let message = "which fields a star stands for depends on the events";
            self.hide(&starred.names.to_string(), span, message);
        }
        for (names, reason) in unknown {
            self.fields.hide(&names, reason);
        }
        Group { by, aggregates, time, stretches: None, origin: Origin(span) }
    }

    /// Whether all values of a formula are texts.
    pub(crate) fn is_text(&self, formula: &Formula) -> bool {
        Asker {
            is_computed: &|field| self.fields.is_computed(field),
            origin: Origin(Span::default()),
            room: &Cell::new(0),
        }
        .is_text(formula)
    }
}

/// The words behind `by`, with their places.
pub(crate) fn by<'a>(arguments: &Arguments<'a>, keyword: &str) -> Result<Vec<(&'a str, Span)>, Diagnostic> {
    let mut names = Vec::new();
    for item in arguments.behind(keyword).unwrap_or(&[]) {
        match &item.kind {
            ItemKind::Word(word) => names.push((word.text.as_str(), word.span)),
            ItemKind::Setting(_) => {}
            ItemKind::Macro(body) => return Err(refused::undefined_macro(body, item.span)),
            _ => return Err(refused::argument(item.span, "a field is expected here")),
        }
    }
    Ok(names)
}

/// The seconds of a span such as `5m`, as `bin` and `timechart` take it; nothing for months and what is no time.
///
/// Units are those of the Search Reference, `bin`, "Time scale units".
pub(crate) fn seconds(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit = text.get(digits.len()..)?.to_ascii_lowercase();
    let count: f64 = if digits.is_empty() { 1.0 } else { digits.parse().ok()? };
    let unit = match unit.as_str() {
        "us" => 1e-6,
        "ms" => 1e-3,
        "cs" => 1e-2,
        "ds" => 0.1,
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    };
    (count > 0.0).then_some(count * unit)
}

/// The start of the stretch of time in which the field lies.
///
/// # Errors
/// The span is none that has the same length everywhere.
pub(crate) fn slot_of(field: Formula, span: &str, place: Span) -> Result<Formula, Diagnostic> {
    let length = seconds(span).ok_or_else(|| {
        Diagnostic::new(&codes::NOT_KNOWN, place, format!("stretches of `{span}` are not translated"))
    })?;
    Ok(formula::slot(field, length))
}
