//! Runs many detections over many events.
//!
//! In: detections, or predicates alone; events as data or as lines of JSON. Out: which of them an event passes. Invariant:
//! the same verdict as `evaluate::predicate` on every event, which property tests check.
//!
//! ```text
//!  line ──prefilter──▶ scan: values of the fields that rules ask for ──▶ index: atoms that are true, or may be
//!            │                                                               │
//!            ▼                                                               ▼
//!   no rule can match                                  the rules under them: their trees over atoms, asked once
//! ```
//!
//! The cost grows with what an event holds, not with the number of rules. A rule is looked at only if one of the atoms of its
//! *trigger* may be true: of all the tests that an event has to pass, those that are likely to be rarest (`trigger`). Atoms
//! of triggers are found by the values: whole values and their ends by hashes of a few bytes, texts within them by four rare
//! bytes (`literals`), numbers and networks in order (`order`), regular expressions by a text that they need. An atom that
//! the text alone decides is true then; any other is asked when a rule needs it, once for all rules (`atom`). What is
//! computed is said as tests where that is the same (`plain`): a field that `rex` sets exists where its expression matches.
//! Else it is left to the reference, once the rest of the rule holds, with an event of the fields that it names and no others
//! (`reference`). Rules that ask only for what is absent have no trigger: [`Matcher::unindexed`] names them.
//!
//! Lines are read without a tree (`scan`): quotes and brackets are found 64 bytes at a time (`bits`), keys are looked up in
//! the place where they stand (`names`), and what nobody asks for is skipped. A line that matches is checked in full, and
//! made an [`Event`] when somebody asks for it ([`Scratch::event`]). Where few rules need few texts, a line is
//! searched for these before it is read (`prefilter`).
//!
//! `cargo bench --bench matching` measures all of it against floors and another engine.

mod atom;
mod bits;
mod compile;
mod index;
mod literals;
mod names;
mod order;
mod pattern;
mod plain;
mod prefilter;
mod reference;
mod scan;
pub mod several;
mod trigger;
mod values;

use std::cell::OnceCell;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::detection::{Detection, Predicate};
use crate::event::{Event, EventError};
use crate::function::Context;
use atom::Atom;
use index::Index;
use names::Names;
use prefilter::Prefilter;
use scan::Scanner;
use values::Values;

/// Detections made ready to run. `Send` and `Sync`: share one among threads, with a [`Scratch`] for each.
///
/// ```
/// use splc::{command, event::Event, matcher::Matcher};
/// let parsed = command::parse("user=root action IN (start, exec*)");
/// let matcher = Matcher::new(&[command::lower(&parsed.pipeline).unwrap()]);
/// let event = Event::new().with("user", "Root").with("action", "exec_start");
/// assert_eq!(matcher.matches(&event).collect::<Vec<_>>(), [0]);
/// ```
#[derive(Debug)]
pub struct Matcher {
    rules: Vec<Node>,
    atoms: Vec<Atom>,
    /// The rules to look at where an atom may be true.
    under: Vec<Vec<u32>>,
    /// The rules that look at every event.
    unindexed: Vec<usize>,
    /// By the number of the field.
    index: Vec<Index>,
    names: Names,
    /// The number of `_raw`, if a rule asks for it.
    raw: Option<u32>,
    /// Tells of a line that no rule matches it, where few rules are looked at for few texts.
    prefilter: Option<Prefilter>,
    given: Context,
}

/// A line among others.
#[derive(Clone, Copy, Debug)]
pub struct Line<'l> {
    /// How many lines are before it.
    pub place: usize,
    /// The line without its end.
    pub text: &'l [u8],
}

/// What was run over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines, blank ones among them.
    pub lines: usize,
    /// Lines that are events.
    pub events: usize,
}

/// A predicate over atoms.
#[derive(Debug)]
enum Node {
    Constant(bool),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Atom(u32),
}

/// A set of detections that can be exchanged while threads run it: whoever has begun goes on with the old set.
///
/// ```
/// use splc::{command, event::Event, matcher::{Matcher, Scratch, Swap}};
/// let matcher = |text| Matcher::new(&[command::lower(&command::parse(text).pipeline).unwrap()]);
/// let rules = Swap::new(matcher("user=root"));
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         let mut scratch = Scratch::default();
///         // One look at the set for each batch of events.
///         let current = rules.current();
///         for line in [r#"{"user": "root"}"#, r#"{"user": "ada"}"#] {
///             current.matches_line(line.as_bytes(), &mut scratch).unwrap();
///         }
///     });
///     rules.replace(matcher("user=ada"));
/// });
/// assert_eq!(rules.current().matches(&Event::new().with("user", "ada")).count(), 1);
/// ```
#[derive(Debug)]
pub struct Swap(RwLock<Arc<Matcher>>);

impl Swap {
    /// A set to begin with.
    pub fn new(matcher: Matcher) -> Self {
        Self(RwLock::new(Arc::new(matcher)))
    }

    /// The set at this moment.
    pub fn current(&self) -> Arc<Matcher> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another set in its place; gives the one before.
    pub fn replace(&self, matcher: Matcher) -> Arc<Matcher> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, Arc::new(matcher))
    }
}

/// Memory for one thread, kept from event to event.
///
/// ```
/// use splc::{command, matcher::{Matcher, Scratch}};
/// let parsed = command::parse("user=root");
/// let matcher = Matcher::new(&[command::lower(&parsed.pipeline).unwrap()]);
/// let mut scratch = Scratch::default();
/// assert_eq!(matcher.matches_line(br#"{"user": "ROOT"}"#, &mut scratch).unwrap(), [0]);
/// assert!(matcher.matches_line(br#"{"user": "#, &mut scratch).is_err());
/// ```
#[derive(Debug, Default)]
pub struct Scratch {
    scanner: Scanner,
    values: Values,
    state: State,
    last: Last,
    hits: Vec<usize>,
}

/// The last event, as far as it may be asked for.
#[derive(Debug, Default)]
struct Last {
    /// The line, if a detection matched it and it was not read in full.
    line: String,
    /// What was read of it.
    event: OnceCell<Option<Event>>,
}

impl Last {
    fn forget(&mut self) {
        self.line.clear();
        self.event = OnceCell::from(None);
    }

    fn keep(&mut self, line: &str, read: Option<Event>) {
        self.line.clear();
        self.event = if read.is_some() {
            OnceCell::from(read)
        } else {
            self.line.push_str(line);
            OnceCell::new()
        };
    }
}

impl Scratch {
    /// The detections that the last event passed, as places in the list, in order.
    pub fn hits(&self) -> &[usize] {
        &self.hits
    }

    /// The event of the last line, if it passed a detection; it is read when it is asked for.
    pub fn event(&self) -> Option<&Event> {
        self.last.event.get_or_init(|| Event::from_json_text(&self.last.line).ok()).as_ref()
    }

    /// Measures from now on what each detection costs, which takes time itself.
    pub fn measure(&mut self) {
        self.state.costs = Some(Vec::new());
    }

    /// What each detection cost since it is measured.
    pub fn costs(&self) -> &[Cost] {
        self.state.costs.as_deref().unwrap_or(&[])
    }
}

/// Whether a line begins and ends as an object does.
fn is_object(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.first() == Some(&b'{') && line.last() == Some(&b'}')
}

/// What is known of the event at hand; numbers of earlier events say that nothing is.
#[derive(Debug, Default)]
struct State {
    event: u32,
    /// Twice the number of the event, and 1 more where the atom is true.
    atoms: Vec<u32>,
    woken: Vec<u32>,
    looked: Vec<u32>,
    queue: Vec<u32>,
    /// What each detection cost, if that is measured.
    costs: Option<Vec<Cost>>,
}

/// What a detection cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// For how many events it was looked at.
    pub looks: u64,
    /// How long that took.
    pub time: Duration,
}

impl State {
    fn begin(&mut self, atoms: usize, rules: usize) {
        if self.atoms.len() != atoms || self.looked.len() != rules || self.event >= u32::MAX / 2 - 1 {
            *self = Self {
                atoms: vec![0; atoms],
                woken: vec![0; atoms],
                looked: vec![0; rules],
                costs: self.costs.take(),
                ..Self::default()
            };
        }
        self.event += 1;
        self.queue.clear();
    }
}

/// Where an event comes from.
enum Source<'a> {
    Event(&'a Event),
    /// A line, and the event once it was read in full.
    Line(&'a str, &'a mut Option<Event>),
}

impl Source<'_> {
    fn line(&self) -> &[u8] {
        match self {
            Self::Event(_) => &[],
            Self::Line(line, _) => line.as_bytes(),
        }
    }

    fn event(&mut self) -> Option<&Event> {
        match self {
            Self::Event(event) => Some(event),
            Self::Line(line, read) => {
                if read.is_none() {
                    **read = Event::from_json_text(line).ok();
                }
                read.as_ref()
            }
        }
    }
}

impl Matcher {
    /// Compiles detections; a match names one by its place in the list. What a detection asks of several events together is
    /// not asked here: those match whose filters the event passes.
    pub fn new(detections: &[Detection]) -> Self {
        let predicates: Vec<Predicate> = detections.iter().map(Detection::predicate).collect();
        Self::of_predicates(&predicates)
    }

    /// Compiles predicates.
    ///
    /// ```
    /// use splc::{detection::Predicate, event::Event, matcher::Matcher};
    /// let matcher = Matcher::of_predicates(&[Predicate::Constant(true)]);
    /// assert_eq!(matcher.matches(&Event::new()).count(), 1);
    /// ```
    pub fn of_predicates<'a>(predicates: impl IntoIterator<Item = &'a Predicate>) -> Self {
        let plain = |predicate: &Predicate| plain::plain(predicate.clone());
        compile::compile(&predicates.into_iter().map(plain).collect::<Vec<_>>())
    }

    /// The same with the time that the user states, if one is.
    #[must_use]
    pub fn given(self, given: &Context) -> Self {
        Self { given: given.clone(), ..self }
    }

    /// The detections that have to be looked at for every event, since they ask only for what is absent or computed.
    ///
    /// ```
    /// use splc::{command, matcher::Matcher};
    /// let lower = |text| command::lower(&command::parse(text).pipeline).unwrap();
    /// assert_eq!(Matcher::new(&[lower("a=1 NOT b=2"), lower("NOT b=2")]).unindexed(), [1]);
    /// ```
    pub fn unindexed(&self) -> &[usize] {
        &self.unindexed
    }

    /// The detections whose filters the event passes, as places in the list, in order.
    pub fn matches(&self, event: &Event) -> impl Iterator<Item = usize> + use<> {
        let mut scratch = Scratch::default();
        self.matches_event(event, &mut scratch);
        scratch.hits.into_iter()
    }

    /// The same with memory that is kept.
    pub fn matches_event<'s>(&self, event: &Event, scratch: &'s mut Scratch) -> &'s [usize] {
        let Scratch { values, state, last, hits, .. } = scratch;
        last.forget();
        self.fill(event, values);
        self.run(&mut Source::Event(event), values, state, hits);
        hits
    }

    /// The detections that the event of a line passes. Nothing matches a line that is no event; one on which nothing matches
    /// is not looked at in every part (see the module), so it may be wrong without an error.
    ///
    /// # Errors
    /// The line is not an event.
    pub fn matches_line<'s>(&self, line: &[u8], scratch: &'s mut Scratch) -> Result<&'s [usize], EventError> {
        let Scratch { scanner, values, state, last, hits } = scratch;
        last.forget();
        if self.prefilter.as_ref().is_some_and(|prefilter| is_object(line) && !prefilter.passes(line)) {
            hits.clear();
            return Ok(hits);
        }
        let text = std::str::from_utf8(line)?.trim();
        values.clear(self.names.fields().len());
        let mut event = None;
        if scanner.read(text.as_bytes(), &self.names, values).is_err() {
            let read = Event::from_json_text(text)?;
            self.fill(&read, values);
            event = Some(read);
        } else if let Some(raw) = self.raw.filter(|raw| values.of(*raw).next().is_none()) {
            // Nothing is mixed where there was nothing.
            let _ = values.add_of_line(raw, text.as_bytes(), 0, text.len(), 0);
        }
        self.run(&mut Source::Line(text, &mut event), values, state, hits);
        if !hits.is_empty() {
            if event.is_none() {
                Event::check_json_text(text).inspect_err(|_| hits.clear())?;
            }
            last.keep(text, event);
        }
        Ok(hits)
    }

    /// Runs over lines, and calls `found` for each that matches something or is no event, with its place among them.
    /// Lines of white space are nothing.
    ///
    /// ```
    /// use splc::{command, matcher::{Matcher, Scratch}};
    /// let parsed = command::parse("user=root");
    /// let matcher = Matcher::new(&[command::lower(&parsed.pipeline).unwrap()]);
    /// let mut found = Vec::new();
    /// let lines = b"{\"user\": \"ada\"}\n{\"user\": \"root\"}\nuser=root\n";
    /// let counts = matcher.matches_lines(lines, &mut Scratch::default(), |line, hits| found.push((line.place, hits.is_ok())));
    /// assert_eq!((counts.lines, counts.events), (3, 2));
    /// assert_eq!(found, [(1, true), (2, false)]);
    /// ```
    pub fn matches_lines<'l>(
        &self,
        lines: &'l [u8],
        scratch: &mut Scratch,
        mut found: impl FnMut(Line<'l>, Result<&Scratch, EventError>),
    ) -> Counts {
        let mut counts = Counts::default();
        let mut rest = lines;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let (text, behind) = rest.split_at(end);
            rest = behind.get(1..).unwrap_or(&[]);
            let line = Line { place: counts.lines, text };
            counts.lines += 1;
            if text.trim_ascii().is_empty() {
                continue;
            }
            match self.matches_line(text, scratch) {
                Ok(hits) => {
                    counts.events += 1;
                    if !hits.is_empty() {
                        found(line, Ok(scratch));
                    }
                }
                Err(error) => found(line, Err(error)),
            }
        }
        counts
    }

    /// Takes the values of an event that was read in full.
    fn fill(&self, event: &Event, values: &mut Values) {
        values.clear(self.names.fields().len());
        for (field, name) in (0..).zip(self.names.fields()) {
            for value in event.values(name) {
                let number = match value {
                    crate::event::Value::Number(number) => Some(*number),
                    crate::event::Value::Text(_) => None,
                };
                // All values of a field are joined of as many keys.
                let _ = values.add(field, 0, number, |own| own.extend_from_slice(value.text().as_bytes()));
            }
        }
    }

    fn run(&self, source: &mut Source<'_>, values: &Values, state: &mut State, hits: &mut Vec<usize>) {
        state.begin(self.atoms.len(), self.rules.len());
        hits.clear();
        self.wake(values, source.line(), state);
        let State { event, atoms, looked, queue, costs, .. } = state;
        let mut look = Look { matcher: self, values, source, atoms, event: *event };
        let mut judge = |rule: usize| match costs {
            None => look.passes_rule(rule),
            Some(costs) => measured(costs, rule, || look.passes_rule(rule)),
        };
        for atom in queue.iter() {
            for rule in self.under.get(*atom as usize).into_iter().flatten() {
                let rule = *rule as usize;
                let is_new =
                    looked.get_mut(rule).is_some_and(|seen| std::mem::replace(seen, *event) != *event);
                if is_new && judge(rule) {
                    hits.push(rule);
                }
            }
        }
        hits.extend(self.unindexed.iter().copied().filter(|rule| judge(*rule)));
        hits.sort_unstable();
    }

    /// Finds the atoms that are true or may be.
    fn wake(&self, values: &Values, line: &[u8], state: &mut State) {
        let State { event, atoms, woken, queue, .. } = state;
        let event = *event;
        for value in values.all() {
            let Some(index) = self.index.get(value.field as usize) else { continue };
            index.find(values.folded(value), || values.text(value, line), value.number, &mut |target| {
                let at = target.atom as usize;
                if let Some(atom) = atoms.get_mut(at).filter(|_| target.decides) {
                    *atom = 2 * event + 1;
                }
                if let Some(woken) = woken.get_mut(at).filter(|woken| **woken != event) {
                    *woken = event;
                    queue.push(target.atom);
                }
            });
        }
    }
}

/// A look at an event.
struct Look<'a, 's> {
    matcher: &'a Matcher,
    values: &'a Values,
    source: &'a mut Source<'s>,
    atoms: &'a mut [u32],
    event: u32,
}

/// Takes the time of a look at a detection.
fn measured(costs: &mut Vec<Cost>, rule: usize, look: impl FnOnce() -> bool) -> bool {
    let start = Instant::now();
    let passes = look();
    if costs.len() <= rule {
        costs.resize(rule + 1, Cost::default());
    }
    if let Some(cost) = costs.get_mut(rule) {
        cost.looks += 1;
        cost.time += start.elapsed();
    }
    passes
}

impl Look<'_, '_> {
    fn passes_rule(&mut self, rule: usize) -> bool {
        self.matcher.rules.get(rule).is_some_and(|node| self.holds(node))
    }

    fn holds(&mut self, node: &Node) -> bool {
        match node {
            Node::Constant(value) => *value,
            Node::And(children) => children.iter().all(|child| self.holds(child)),
            Node::Or(children) => children.iter().any(|child| self.holds(child)),
            Node::Not(child) => !self.holds(child),
            Node::Atom(atom) => self.passes(*atom as usize),
        }
    }

    fn passes(&mut self, at: usize) -> bool {
        let known = self.atoms.get(at).copied().unwrap_or(0);
        if known >= 2 * self.event {
            return known > 2 * self.event;
        }
        let Some(atom) = self.matcher.atoms.get(at) else { return false };
        let given = &self.matcher.given;
        let passes = match (atom.passes(self.values, self.source.line(), given), atom) {
            (Some(passes), _) => passes,
            (None, Atom::Reference(reference)) => {
                self.source.event().is_some_and(|event| reference.passes_event(event, given))
            }
            (None, _) => false,
        };
        if let Some(known) = self.atoms.get_mut(at) {
            *known = 2 * self.event + u32::from(passes);
        }
        passes
    }
}
