//! From stages to what they ask of events: what every `lower` of a command writes into.
//!
//! In: stages, one after the other. Out: a [`Detection`]. The fields that stages make are formulas over the events
//! themselves, so a test of a field that `eval` made is a test of events; what concerns several events is a step. Invariant:
//! written from what the manual says of each command, and not from `run`, which judges it.

pub(crate) mod fields;
mod asked;
mod case;
mod finish;
pub(crate) mod formula;
pub(crate) mod group;
pub(crate) mod other;
mod outcome;
mod pending;
pub(crate) mod refused;
pub(crate) mod subsearch;
pub(crate) mod table;
pub(crate) mod truth;

use std::cell::{Cell, RefCell};

use crate::detection::step::Step;
use crate::detection::{Condition, Detection, Fidelity, Formula, Kind, Predicate, codes};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::source::{Origin, Span};
use crate::spl::ast::Expression;
use crate::spl::clause::{Clause, ItemKind, Setting, Value};
use crate::spl::{Arguments, Pipeline, Stage};
use fields::Fields;
use truth::Asker;

/// What the stages so far come to.
#[derive(Debug)]
pub struct Lowering<'c> {
    /// What the fields of a row stand for.
    pub(crate) fields: Fields,
    /// What is done to rows, in order.
    pub(crate) steps: Vec<Step>,
    /// What was left out or assumed.
    pub(crate) notes: Vec<Diagnostic>,
    /// The fields that the search shows in the end, if it says so.
    pub(crate) shown: Vec<String>,
    /// Data models that the search reads.
    pub(crate) data_models: Vec<(Span, String)>,
    /// The tables of lookups, and the time.
    pub(crate) context: &'c Context,
    /// Whether what order and limits leave out was left out.
    pub(crate) fidelity: Fidelity,
    /// What other events pass whose rows are among the results.
    pub(crate) others: Vec<(usize, Predicate)>,
    /// How many more conditional functions may be unfolded.
    room: Cell<usize>,
    /// What is added to steps once it is known what later ones ask for, each with the place of its step.
    pub(crate) pending: Vec<(usize, Pending)>,
    /// What sub-searches in the condition that is being read mark.
    pub(crate) marks: RefCell<Vec<other::Marked>>,
    /// What is not known, each from a step on that is refused for it if it is part of the result.
    unknown: Vec<(Unknown, usize, Diagnostic)>,
    /// How many names were made up.
    made_up: Cell<usize>,
}

/// What is added to a step once it is known what later ones ask for.
#[derive(Debug)]
pub(crate) enum Pending {
    /// To a group, functions over fields that a star stands for, with what fields stood for before it.
    Starred(Vec<group::Starred>, Fields),
    /// To a sub-search, what is asked of its rows: the fields of a row that it is joined with, and what its own steps wait
    /// for.
    Other(Option<Box<fields::Joined>>, Vec<(usize, Pending)>),
}

/// What is not known of the rows at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Which rows there are.
    Rows,
    /// In which order they are.
    Order,
}

impl<'c> Lowering<'c> {
    /// Before the first stage: every event passes, and every field is the event's own.
    pub(crate) fn new(context: &'c Context) -> Self {
        Self {
            fields: Fields::default(),
            steps: Vec::new(),
            notes: Vec::new(),
            shown: Vec::new(),
            data_models: Vec::new(),
            context,
            fidelity: Fidelity::Exact,
            others: Vec::new(),
            room: Cell::new(truth::MOST_UNFOLDED),
            pending: Vec::new(),
            marks: RefCell::new(Vec::new()),
            unknown: Vec::new(),
            made_up: Cell::new(0),
        }
    }

    /// Keeps the rows that pass.
    pub(crate) fn filter(&mut self, predicate: Predicate) {
        let predicate = self.mark(predicate);
        if predicate != Predicate::Constant(true) {
            self.steps.push(Step::Filter(predicate));
        }
    }

    /// What finds the row of a table. A field that is not known has some value, which is the same at this place only.
    pub(crate) fn key(&self, field: &str, place: Span) -> Formula {
        let here = |_| Formula::Text(format!("{field} at {}", place.start));
        self.fields.get(field).unwrap_or_else(here)
    }

    /// What a field stands for, as a formula or the reason why that is not known.
    pub(crate) fn field(&self, name: &str, span: Span) -> Result<Formula, Diagnostic> {
        self.fields.get(name).map_err(|reason| {
            // The reason is where the field was made; what asks for it is here.
            reason.also(span, "the field is asked for here")
        })
    }

    /// When the formula is true.
    pub(crate) fn is_true(&self, formula: &Formula, span: Span) -> Predicate {
        Asker { is_computed: &|field| self.fields.is_computed(field), origin: Origin(span), room: &self.room }
            .truth(formula, true)
    }

    /// When the formula has a value.
    pub(crate) fn exists(&self, formula: &Formula, span: Span) -> Predicate {
        Asker { is_computed: &|field| self.fields.is_computed(field), origin: Origin(span), room: &self.room }
            .exists(formula)
    }

    /// When some value of a field passes a condition.
    pub(crate) fn passes(
        &self,
        field: &str,
        condition: &Condition,
        span: Span,
    ) -> Result<Predicate, Diagnostic> {
        let formula = self.field(field, span)?;
        Ok(Asker {
            is_computed: &|field| self.fields.is_computed(field),
            origin: Origin(span),
            room: &self.room,
        }
        .condition(&formula, condition))
    }

    /// When a row passes a condition of the `search` language.
    ///
    /// # Errors
    /// A part of it is not translated, or is a sub-search of events, for which a search is the place.
    pub(crate) fn searched(&self, expression: &Expression) -> Result<Predicate, Diagnostic> {
        let before = self.marks.borrow().len();
        let predicate = super::search::lowered(expression, self, &mut Vec::new())?;
        match self.marks.borrow_mut().drain(before..).next() {
            Some(_) => {
                let message = "a sub-search of events is not translated here";
                Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, expression.span, message))
            }
            None => Ok(predicate),
        }
    }

    /// Records something that only thins out results, which a rule does not do.
    pub(crate) fn thinned(&mut self, span: Span, message: String) {
        self.notes.push(Diagnostic::new(&codes::THINNED_OUT, span, message));
    }

    /// Says what NOT does to rows that lack a field, where the formula has one.
    pub(crate) fn note_null_negation(&mut self, formula: &Formula, span: Span) {
        if negates(formula) {
            let message = "an event that lacks a field under this NOT is dropped";
            self.notes.push(
                Diagnostic::new(&codes::NULL_NEGATION, span, message)
                    .help("test with `isnull` or `isnotnull` what becomes of such events"),
            );
        }
    }

    /// Says that what another pipeline finds is among the results; rows of a table are of no events.
    pub(crate) fn adds_events(
        &mut self,
        other: &Pipeline,
        command: &str,
        span: Span,
    ) -> Result<(), Diagnostic> {
        if other.stages.first().is_none_or(|first| first.name.value == "inputlookup") {
            return Ok(());
        }
        let detection = super::lower_in(other, self.context)?;
        if detection.kind() != Kind::Event {
            return Err(refused::stored(command, span));
        }
        let message = "rows of other events are among the results";
        self.does_not_know(Unknown::Rows, 0, Diagnostic::new(&codes::NOT_KNOWN, span, message));
        self.others.push((self.steps.len(), detection.predicate()));
        self.notes.extend(detection.notes);
        self.fidelity = self.fidelity.combined(detection.fidelity);
        Ok(())
    }

    /// Takes fields of these names to be those of the event, as its target has extracted them; after stages that changed
    /// fields they may be others.
    pub(crate) fn assume_extracted(&mut self, names: &str, span: Span, message: &str) {
        if self.fields.are_untouched() {
            self.notes.push(Diagnostic::new(&codes::ASSUMED_EXTRACTED, span, message));
        } else {
            self.hide(
                names,
                span,
                "the field may be one that is extracted here, or one that was there before",
            );
        }
    }

    /// Refuses a command that begins a search where it stands behind another.
    ///
    /// # Errors
    /// It does.
    pub(crate) fn begins(&self, stage: &Stage) -> Result<(), Diagnostic> {
        if self.steps.is_empty() && self.fields.are_untouched() {
            return Ok(());
        }
        let message = format!("`{}` begins a search, and stages stand before it", stage.name.value);
        Err(refused::argument(stage.span, message))
    }

    /// Records a data model whose events the search reads.
    pub(crate) fn reads_model(&mut self, name: &str, span: Span) {
        self.data_models.push((span, name.to_owned()));
        let message = format!("the data model `{name}` is recorded, not tested");
        self.notes.push(Diagnostic::new(&codes::DATA_MODEL, span, message));
    }

    /// Says that fields of these names hold something that is not translated.
    pub(crate) fn hide(&mut self, names: &str, span: Span, message: impl Into<String>) {
        self.fields.hide(names, Diagnostic::new(&codes::NOT_KNOWN, span, message));
    }

    /// A name for a field that no event has.
    pub(crate) fn made_up(&self, like: &str) -> String {
        self.made_up.set(self.made_up.get() + 1);
        format!("{like} ({})", self.made_up.get())
    }

    /// Records what is not known of the rows that the step at this index gets or gives.
    pub(crate) fn does_not_know(&mut self, what: Unknown, step: usize, reason: Diagnostic) {
        self.unknown.push((what, step, reason));
    }

    /// What the stages come to.
    ///
    /// # Errors
    /// It depends on what is not known.
    pub(crate) fn finish(self) -> Result<Detection, Diagnostic> {
        finish::finish(self)
    }
}

/// When a formula over the fields of an event is true.
pub(crate) fn holds(formula: &Formula, origin: Origin) -> Predicate {
    let room = Cell::new(truth::MOST_UNFOLDED);
    Asker { is_computed: &|_| false, origin, room: &room }.truth(formula, true)
}

/// A macro call among the words of a stage, which stands for any number of them; in a search it is a condition.
pub(crate) fn unexpanded(stage: &Stage) -> Option<(&str, Span)> {
    let Arguments::Clauses(clauses) = &stage.arguments else { return None };
    let mut found = None;
    for item in clauses.iter().flat_map(Clause::items) {
        item.walk(&mut |item| match &item.kind {
            ItemKind::Macro(body) => found = found.or(Some((body.as_str(), item.span))),
            ItemKind::Setting(Setting { value: Value::Macro(body), .. }) => {
                found = found.or(Some((body.value.as_str(), body.span)));
            }
            _ => {}
        });
    }
    found
}

/// Whether the formula has NOT round a test that is null for a missing field.
fn negates(formula: &Formula) -> bool {
    if let Formula::Not(inner) = formula {
        let is_never_null = match &**inner {
            Formula::Holds(_) | Formula::Boolean(_) => true,
            Formula::Call(name, _) => matches!(name.as_str(), "isnull" | "isnotnull"),
            _ => false,
        };
        if !is_never_null {
            return true;
        }
    }
    let mut found = false;
    formula.for_each_child(&mut |child| found = found || negates(child));
    found
}
