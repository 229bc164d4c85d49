//! From steps to a shape.
//!
//! In: steps. Out: what the first group is and what is asked of it at last. Invariant: a condition that is not
//! understood is left out only beside one that is, in an "and"; nothing is left out of an "or".

use crate::backend::legalise::Beyond;
use crate::command;
use crate::detection::step::{Aggregate, Group, Join, Transaction};
use crate::detection::{
    Computed, Condition, Decimal, Formula, Order, Predicate, Step, Test, ValueTest, tree,
};
use crate::source::Origin;

use super::constant::{comparison, filled, plain, stretch};
use super::joined::{Joined, joined};
use super::keys;
use super::level::{Level, Meaning};
use super::{Ask, Function, LeftOut, Relation, Shape, Threshold, Together, Window};

/// The shape of the steps.
///
/// ```
/// use splc::backend::shape::{Window, shape};
/// let parsed = splc::command::parse("a=1 | bin _time span=5m | stats dc(host) as n by _time user | where n > 3");
/// let steps = splc::command::lower(&parsed.pipeline).unwrap().steps;
/// let shape = shape(&steps).unwrap();
/// assert_eq!((shape.by, shape.window), (vec!["user".to_owned()], Window::Tumbling(splc::detection::Decimal(300.0))));
/// ```
///
/// # Errors
/// The step that has no such shape, and why.
pub fn shape(steps: &[Step]) -> Result<Shape, Beyond> {
    let mut reader = Reader { level: None, left_out: Vec::new(), conditions: Vec::new(), last: 0 };
    for (at, step) in steps.iter().enumerate() {
        reader.step(step).map_err(|reason| Beyond {
            step: at,
            reason,
            help: "run the search with `splc match`, or write the part before it as a rule of its own"
                .to_owned(),
        })?;
        if !matches!(step, Step::Filter(_) | Step::Sort(_) | Step::Reverse) {
            reader.last = at;
        }
    }
    let last = reader.last;
    reader.finish().map_err(|reason| Beyond {
        step: last,
        reason,
        help: "test a count or another number against a constant".to_owned(),
    })
}

/// What is known of the rows so far.
struct Reader {
    /// None while rows are events.
    level: Option<Level>,
    left_out: Vec<LeftOut>,
    /// What is asked of the rows of the last level.
    conditions: Vec<Predicate>,
    /// The last step that is no condition.
    last: usize,
}

impl Reader {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        if self.level.as_ref().is_some_and(|level| level.beside.is_some())
            && !matches!(step, Step::Filter(_) | Step::Sort(_) | Step::Reverse | Step::Join(_))
        {
            // Each event that meets another one is part of an alert, whatever is made of them.
            self.leave_out(step);
            return Ok(());
        }
        match step {
            Step::Filter(predicate) => self.conditions.push(predicate.clone()),
            Step::Reverse => {}
            Step::Sort(sort) if sort.most.is_none() => {}
            Step::Sort(_) | Step::First(_) | Step::Last(_) | Step::Distinct(_) => self.leave_out(step),
            Step::Expand(_) => return Err("a rule counts events and no values of one".to_owned()),
            Step::Group(group) => self.group(group, Window::Search, false)?,
            Step::Annotate(group) => self.group(group, Window::Search, true)?,
            Step::Run(run) => {
                let window = match (run.window, run.seconds) {
                    (None, Some(seconds)) => Window::Sliding(seconds),
                    (None, None) => Window::Search,
                    (Some(_), _) => return Err("a rule counts by time and not by rows".to_owned()),
                };
                if !run.current {
                    return Err("a rule counts the event itself too".to_owned());
                }
                self.group(&run.group, window, true)?;
            }
            Step::Transaction(transaction) => self.transaction(transaction)?,
            Step::Join(join) => self.join(join)?,
            Step::Mark(_) => {
                return Err("a rule compares no events with those of another search".to_owned());
            }
        }
        Ok(())
    }

    /// A limit or the like, which only thins out rows.
    fn leave_out(&mut self, step: &Step) {
        let what = step.subject().to_owned();
        self.left_out.push(LeftOut { what, counts: false, origin: step.origin() });
    }

    /// What was asked of rows that are now counted is left out, so more of them are counted.
    fn begin(&mut self) {
        for one in &mut self.left_out {
            one.counts = true;
        }
        let conditions = std::mem::take(&mut self.conditions);
        let asks = |condition: &Predicate| *condition != Predicate::Constant(true);
        self.left_out.extend(conditions.into_iter().filter(asks).map(|condition| {
            let what = words(&condition);
            LeftOut { what, counts: true, origin: condition.origin() }
        }));
    }

    fn group(&mut self, group: &Group, window: Window, adds: bool) -> Result<(), String> {
        self.begin();
        let (level, computed) = match self.level.take() {
            None => of_events(group, window, adds),
            Some(before) => {
                let (before, given_up) = before.without_filled();
                let (level, computed) = of_rows(&before, group, window, adds)?;
                (level, given_up.into_iter().chain(computed).collect())
            }
        };
        self.level = Some(level);
        // Without a key there are fewer groups of more events each.
        self.left_out.extend(computed.into_iter().map(|what| LeftOut {
            what,
            counts: true,
            origin: group.origin,
        }));
        Ok(())
    }

    fn transaction(&mut self, transaction: &Transaction) -> Result<(), String> {
        if self.level.is_some() {
            return Err("it joins rows and no events".to_owned());
        }
        self.begin();
        let by = transaction.by.iter().map(|(_, formula)| plain(formula).map(str::to_owned));
        let by: Vec<String> = by.collect::<Option<_>>().ok_or("the events are tied by something computed")?;
        let mut fields: Vec<(String, Meaning)> =
            by.iter().map(|name| (name.clone(), Meaning::Key(name.clone()))).collect();
        fields.push(("eventcount".to_owned(), Meaning::Number(Function::Count, Predicate::Constant(true))));
        fields.push(("duration".to_owned(), Meaning::Other));
        if let Some(pause) = transaction.longest_pause {
            let what = format!("a pause of at most {} seconds", pause.0);
            self.left_out.push(LeftOut { what, counts: true, origin: transaction.origin });
        }
        let ends = transaction.starts.clone().zip(transaction.ends.clone());
        let needs_ends = !transaction.keeps_open
            && transaction.longest_span.is_none()
            && transaction.longest_pause.is_none();
        if ends.is_some() && !needs_ends {
            let what = "that a transaction begins with `startswith` and ends with `endswith`".to_owned();
            self.left_out.push(LeftOut { what, counts: false, origin: transaction.origin });
        }
        self.level = Some(Level {
            by,
            filled: Vec::new(),
            window: transaction.longest_span.map_or(Window::Search, Window::Sliding),
            fields,
            keeps_events: true,
            // Where transactions that never closed are results too, or time closes them, neither event has to be there
            // (Search Reference, `transaction`, `closed_txn`).
            ends: ends.filter(|_| needs_ends),
            is_part: true,
            lacks_keys: false,
            beside: None,
            origin: transaction.origin,
        });
        Ok(())
    }

    /// Rows that meet others by values that all their events share.
    fn join(&mut self, join: &Join) -> Result<(), String> {
        self.begin();
        let level = self.level.take();
        let field = |name: &str| match &level {
            None => Some(name.to_owned()),
            Some(level) => match level.meaning(name) {
                Some(Meaning::Key(field)) if level.ends.is_none() && !level.is_part => Some(field),
                _ => None,
            },
        };
        if level.as_ref().is_some_and(|level| level.beside.is_some()) {
            return Err("a rule compares the events of two searches at most".to_owned());
        }
        let Joined { by, beside, left_out } = joined(join, &field)?;
        self.left_out.extend(left_out);
        self.level = Some(Level::of_joined(by, beside, join.origin));
        Ok(())
    }

    fn finish(mut self) -> Result<Shape, String> {
        let Some(level) = self.level.take() else { return Err("it is no group".to_owned()) };
        let conditions =
            std::mem::take(&mut self.conditions).into_iter().flat_map(|condition| match condition {
                Predicate::And(parts) => parts,
                part => vec![part],
            });
        let (each, condition) = keys::apart(&level, &Predicate::and(conditions));
        if let Some(beside) = level.beside {
            self.left_out_of_rows(&condition);
            return Ok(Shape {
                by: level.by,
                filled: Vec::new(),
                window: level.window,
                alternatives: vec![Ask::Beside(beside)],
                each: Vec::new(),
                left_out: self.left_out,
                lacks_keys: false,
                origin: level.origin,
            });
        }
        let mut alternatives = match (&condition, &level.ends) {
            (Predicate::Constant(true), None) if level.is_part => {
                return Err("it may close without its first or its last event".to_owned());
            }
            (Predicate::Constant(true), None) => {
                return Err("nothing is asked of it that is a rule's to ask".to_owned());
            }
            (_, Some((starts, ends))) => {
                self.left_out_of_rows(&condition);
                let together = Together { parts: vec![starts.clone(), ends.clone()], ordered: true };
                vec![Ask::Together(together)]
            }
            _ => self.asks(&level, &condition)?,
        };
        let is_less = |ask: &Ask| matches!(ask, Ask::Threshold(threshold) if !threshold.relation.grows());
        if level.is_part && alternatives.iter().any(is_less) {
            return Err("a transaction may hold fewer events than a rule counts".to_owned());
        }
        if alternatives.iter().any(is_trivial) {
            alternatives = vec![Ask::Together(Together { parts: Vec::new(), ordered: false })];
        }
        alternatives.dedup();
        Ok(Shape {
            by: level.by,
            filled: level.filled,
            window: level.window,
            alternatives,
            each,
            left_out: self.left_out,
            lacks_keys: level.lacks_keys,
            origin: level.origin,
        })
    }

    /// A condition on rows that is not asked.
    fn left_out_of_rows(&mut self, condition: &Predicate) {
        if *condition != Predicate::Constant(true) {
            let (what, origin) = (words(condition), condition.origin());
            self.left_out.push(LeftOut { what, counts: false, origin });
        }
    }

    /// What the condition asks of the events: one of these.
    fn asks(&mut self, level: &Level, condition: &Predicate) -> Result<Vec<Ask>, String> {
        match condition {
            Predicate::And(children) => self.all(level, children),
            Predicate::Or(children) => {
                let mut all = Vec::new();
                for child in children {
                    all.extend(self.asks(level, child)?);
                }
                Ok(all)
            }
            Predicate::Not(child) => opposite(level, child),
            Predicate::Test(test) => of_test(level, test),
            Predicate::Computed(computed) => of_computed(level, computed),
            Predicate::Constant(_) | Predicate::OneValue(_) | Predicate::Hole(_) => Err(reason(condition)),
        }
    }

    /// Several conditions: kinds of events are joined, of numbers one is taken, and keys are asked of the events.
    fn all(&mut self, level: &Level, children: &[Predicate]) -> Result<Vec<Ask>, String> {
        let mut parts: Vec<Predicate> = Vec::new();
        let mut numbers: Vec<(Vec<Ask>, &Predicate)> = Vec::new();
        let mut reasons = Vec::new();
        let mut others = Vec::new();
        for child in children.iter().filter(|child| **child != Predicate::Constant(true)) {
            let before = self.left_out.len();
            match self.asks(level, child) {
                Ok(asks) => match <[Ask; 1]>::try_from(asks) {
                    Ok([Ask::Together(one)]) if !one.ordered => parts.extend(one.parts),
                    Ok([one]) => numbers.push((vec![one], child)),
                    Err(several) => numbers.push((several, child)),
                },
                Err(reason) => {
                    self.left_out.truncate(before);
                    reasons.push(reason);
                    others.push(child);
                }
            }
        }
        // A count that every group has says nothing.
        let says = |asks: &[Ask]| !asks.iter().all(is_trivial);
        let at = numbers.iter().position(|(asks, _)| says(asks)).unwrap_or(0);
        if numbers.is_empty() && parts.is_empty() {
            return Err(reasons.into_iter().next().unwrap_or_default());
        }
        let chosen = (at < numbers.len()).then(|| numbers.remove(at));
        let dropped = numbers.iter().filter(|(asks, _)| says(asks)).map(|(_, child)| *child).chain(others);
        self.left_out.extend(dropped.map(|child| LeftOut {
            what: words(child),
            counts: false,
            origin: child.origin(),
        }));
        let Some((asks, _)) = chosen.filter(|(asks, _)| says(asks) || parts.is_empty()) else {
            return Ok(vec![Ask::Together(Together { parts, ordered: false })]);
        };
        if let Some(part) = parts.first() {
            let what = words(&Predicate::and(parts.iter().cloned()));
            self.left_out.push(LeftOut { what, counts: false, origin: part.origin() });
        }
        Ok(asks)
    }
}

/// Whether every group passes.
fn is_trivial(ask: &Ask) -> bool {
    match ask {
        Ask::Threshold(threshold) => {
            let Decimal(number) = threshold.number;
            threshold.function == Function::Count
                && threshold.of == Predicate::Constant(true)
                && match threshold.relation {
                    Relation::Greater => number < 1.0,
                    Relation::GreaterEqual => number <= 1.0,
                    _ => false,
                }
        }
        Ask::Together(together) => together.parts.is_empty(),
        Ask::Beside(_) => false,
    }
}

/// Of so many keys that events may lack each way is told; there are twice as many ways for each more.
const MOST_FILLED: usize = 2;

/// The rows of a group of events, and the keys that are no fields and are left out.
fn of_events(group: &Group, window: Window, adds: bool) -> (Level, Vec<String>) {
    let (mut by, mut window) = (Vec::new(), window);
    let (mut computed, mut filled_keys) = (Vec::new(), Vec::new());
    let mut fields = Vec::new();
    for (name, formula) in &group.by {
        match (plain(formula), stretch(formula)) {
            (None, None) if filled(formula).is_some() && filled_keys.len() < MOST_FILLED => {
                filled_keys.extend(filled(formula));
                fields.push((name.clone(), Meaning::Other));
            }
            (_, Some(seconds)) => {
                window = Window::Tumbling(seconds);
                fields.push((name.clone(), Meaning::Other));
            }
            (Some(field), None) => {
                by.push(field.to_owned());
                fields.push((name.clone(), Meaning::Key(field.to_owned())));
            }
            (None, None) => {
                computed.push(format!("the computed key `{}`", tree::formula(formula)));
                fields.push((name.clone(), Meaning::Other));
            }
        }
    }
    fields.extend(group.aggregates.iter().map(|one| (one.name.clone(), of_aggregate(one, group.origin))));
    let lacks_keys = !computed.is_empty();
    let level = Level {
        by,
        filled: filled_keys,
        window,
        fields,
        keeps_events: adds,
        ends: None,
        is_part: false,
        lacks_keys,
        beside: None,
        origin: group.origin,
    };
    (level, computed)
}

fn of_aggregate(aggregate: &Aggregate, origin: Origin) -> Meaning {
    let field = aggregate.argument.as_ref().and_then(plain).map(str::to_owned);
    let all = || Predicate::Constant(true);
    let exists = |field: String| Predicate::Test(Test { field, condition: Condition::Exists, origin });
    match (aggregate.function.as_str(), &aggregate.argument, field) {
        ("count" | "c", None, _) => Meaning::Number(Function::Count, all()),
        ("count" | "c", Some(_), Some(field)) => Meaning::Number(Function::Count, exists(field)),
        ("count" | "c", Some(condition), None) => {
            Meaning::Number(Function::Count, command::holds(condition, origin))
        }
        ("dc" | "distinct_count" | "estdc", _, Some(field)) => {
            Meaning::Number(Function::Distinct(field), all())
        }
        ("sum", _, Some(field)) => Meaning::Number(Function::Sum(field), all()),
        ("avg" | "mean", _, Some(field)) => Meaning::Number(Function::Average(field), all()),
        ("min", _, Some(field)) => Meaning::Extreme(field, Order::Less),
        ("max", _, Some(field)) => Meaning::Extreme(field, Order::Greater),
        ("values" | "list", _, Some(field)) => Meaning::Values(field),
        _ => Meaning::Other,
    }
}

/// The rows of groups of rows that are groups themselves: `stats values(x) by a b | eventstats dc(x) as n by a`.
fn of_rows(
    before: &Level,
    group: &Group,
    window: Window,
    adds: bool,
) -> Result<(Level, Vec<String>), String> {
    if before.ends.is_some() || before.keeps_events && !adds {
        return Err("it counts rows and no events".to_owned());
    }
    if window != Window::Search {
        return Err("it counts rows as they come and no events".to_owned());
    }
    let mut by = Vec::new();
    let mut keeps_time = false;
    let mut computed = Vec::new();
    for (name, formula) in &group.by {
        let meaning = plain(formula).and_then(|name| before.meaning(name));
        match meaning {
            Some(Meaning::Key(field)) => by.push((name.clone(), field)),
            Some(Meaning::Other) if plain(formula) == Some("_time") => keeps_time = true,
            _ => computed.push((name, format!("the computed key `{}`", tree::formula(formula)))),
        }
    }
    let window = match before.window {
        Window::Tumbling(seconds) if keeps_time => Window::Tumbling(seconds),
        Window::Tumbling(_) => Window::Search,
        other => other,
    };
    let mut fields: Vec<(String, Meaning)> = if adds { before.fields.clone() } else { Vec::new() };
    // What rows of a smaller group come to is not what the larger one does.
    if by.len() != before.by.len() || window != before.window || before.lacks_keys {
        for (_, meaning) in &mut fields {
            if matches!(meaning, Meaning::Number(..)) {
                *meaning = Meaning::Other;
            }
        }
    }
    for one in &group.aggregates {
        fields.retain(|(name, _)| *name != one.name);
        fields.push((one.name.clone(), of_aggregate_of_rows(before, &by, one)));
    }
    fields.extend(by.iter().map(|(name, field)| (name.clone(), Meaning::Key(field.clone()))));
    fields.extend(computed.iter().map(|(name, _)| ((*name).clone(), Meaning::Other)));
    let by = by.into_iter().map(|(_, field)| field).collect();
    let level = Level {
        by,
        filled: Vec::new(),
        window,
        fields,
        keeps_events: false,
        ends: None,
        is_part: false,
        lacks_keys: before.lacks_keys && adds || !computed.is_empty(),
        beside: None,
        origin: group.origin,
    };
    Ok((level, computed.into_iter().map(|(_, what)| what).collect()))
}

fn of_aggregate_of_rows(before: &Level, by: &[(String, String)], one: &Aggregate) -> Meaning {
    let all = || Predicate::Constant(true);
    let argument = one.argument.as_ref().and_then(plain).and_then(|name| before.meaning(name));
    let others: Vec<&String> =
        before.by.iter().filter(|field| by.iter().all(|(_, own)| own != *field)).collect();
    match (one.function.as_str(), argument) {
        ("dc" | "distinct_count" | "estdc", Some(Meaning::Key(field) | Meaning::Values(field))) => {
            Meaning::Number(Function::Distinct(field), all())
        }
        ("sum", Some(Meaning::Number(function @ (Function::Count | Function::Sum(_)), of))) => {
            Meaning::Number(function, of)
        }
        ("values" | "list", Some(Meaning::Key(field) | Meaning::Values(field))) => Meaning::Values(field),
        // One row for each value of the field that tells the rows apart.
        ("count" | "c", _) if one.argument.is_none() => match (others.as_slice(), before.window) {
            ([field], Window::Search) if !before.lacks_keys => {
                Meaning::Number(Function::Distinct((*field).clone()), all())
            }
            _ => Meaning::Other,
        },
        _ => Meaning::Other,
    }
}

fn of_test(level: &Level, test: &Test) -> Result<Vec<Ask>, String> {
    let unknown = || reason(&Predicate::Test(test.clone()));
    let some_event = |field: String, condition: Condition| {
        let part = Predicate::Test(Test { field, condition, origin: test.origin });
        vec![Ask::Together(Together { parts: vec![part], ordered: false })]
    };
    match level.meaning(&test.field).ok_or_else(unknown)? {
        Meaning::Key(field) | Meaning::Values(field) => Ok(some_event(field, test.condition.clone())),
        Meaning::Number(function, of) => match &test.condition {
            Condition::Some(tests) => tests
                .iter()
                .map(|value| {
                    let (relation, number) = comparison(value).ok_or_else(unknown)?;
                    let (function, of) = (function.clone(), of.clone());
                    Ok(Ask::Threshold(Threshold { of, function, relation, number }))
                })
                .collect(),
            Condition::Exists => Ok(vec![Ask::Together(Together { parts: Vec::new(), ordered: false })]),
            Condition::SomeOther(tests) => {
                let [value] = tests.as_slice() else { return Err(unknown()) };
                let Some((Relation::Equal, number)) = comparison(value) else { return Err(unknown()) };
                Ok(vec![Ask::Threshold(Threshold { of, function, relation: Relation::NotEqual, number })])
            }
            Condition::Holds(_) => Err(unknown()),
        },
        Meaning::Extreme(field, way) => {
            let Condition::Some(tests) = &test.condition else { return Err(unknown()) };
            let is_way = |value: &ValueTest| {
                let greater = matches!(comparison(value), Some((relation, _)) if relation.grows());
                let less = matches!(comparison(value), Some((Relation::Less | Relation::LessEqual, _)));
                if way == Order::Greater { greater } else { less }
            };
            if tests.iter().all(is_way) {
                Ok(some_event(field, test.condition.clone()))
            } else {
                Err(unknown())
            }
        }
        Meaning::Other => Err(unknown()),
    }
}

/// The opposite of a comparison of a number that every group has, or that no event passes.
fn opposite(level: &Level, child: &Predicate) -> Result<Vec<Ask>, String> {
    let unknown = || reason(&child.clone().negated());
    let Predicate::Test(test) = child else { return Err(unknown()) };
    let meaning = level.meaning(&test.field).ok_or_else(unknown)?;
    match (&test.condition, meaning) {
        // A group has one value of a key.
        (Condition::Some(tests), Meaning::Key(field)) => {
            let condition = Condition::SomeOther(tests.clone());
            let part = Predicate::Test(Test { field, condition, origin: test.origin });
            Ok(vec![Ask::Together(Together { parts: vec![part], ordered: false })])
        }
        (
            Condition::Some(tests),
            Meaning::Number(function @ (Function::Count | Function::Distinct(_)), of),
        ) => {
            let [value] = tests.as_slice() else { return Err(unknown()) };
            let (relation, number) = comparison(value).ok_or_else(unknown)?;
            let relation = match relation {
                Relation::Less => Relation::GreaterEqual,
                Relation::LessEqual => Relation::Greater,
                Relation::Greater => Relation::LessEqual,
                Relation::GreaterEqual => Relation::Less,
                Relation::Equal => Relation::NotEqual,
                Relation::NotEqual => Relation::Equal,
            };
            Ok(vec![Ask::Threshold(Threshold { of, function, relation, number })])
        }
        _ => Err(unknown()),
    }
}

/// `mvcount(values)` compared with a number.
fn of_computed(level: &Level, computed: &Computed) -> Result<Vec<Ask>, String> {
    let unknown = || reason(&Predicate::Computed(Box::new(computed.clone())));
    let (Formula::Call(name, arguments), Some(Condition::Some(tests))) =
        (&computed.formula, &computed.condition)
    else {
        return Err(unknown());
    };
    let ("mvcount", [Formula::Field(field)], [value]) =
        (name.as_str(), arguments.as_slice(), tests.as_slice())
    else {
        return Err(unknown());
    };
    let (Some(Meaning::Values(field)), false) = (level.meaning(field), level.keeps_events) else {
        return Err(unknown());
    };
    let (relation, number) = comparison(value).ok_or_else(unknown)?;
    let (of, function) = (Predicate::Constant(true), Function::Distinct(field));
    Ok(vec![Ask::Threshold(Threshold { of, function, relation, number })])
}

fn reason(condition: &Predicate) -> String {
    let compared = "a number of events, or of values of a field of theirs, or the sum or mean of one";
    format!("{} does not compare {compared}, with a constant", words(condition))
}

/// A condition in words.
pub(crate) fn words(condition: &Predicate) -> String {
    format!("`{}`", tree::line(condition))
}
