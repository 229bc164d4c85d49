//! What EQL can say of several events, and what says the rest.
//!
//! In: a predicate and steps over fields of Elasticsearch. Out: a sequence of two events with what it adds or misses, or
//! why there is none and which type of Elastic rule to take instead. Invariant: a sequence is marked exact only where its
//! alerts hold the same events as the transactions: one event that starts and one that ends, neighbours among the events
//! of a key.
//!
//! Elasticsearch goes through the events of a key in their order. One that passes the second part ends the newest open
//! sequence before it and drops the older ones; one that is further from the first than `maxspan` drops it too
//! (`SequenceMatcher.match`, `exceedsMaxSpan`). `transaction` goes backwards, and an event that ends transactions opens a
//! new one, so both find neighbours.

use crate::backend::eql::query::present;
use crate::backend::{Beyond, Loss, Passing, codes};
use crate::detection::step::{Aggregate, Group, Transaction};
use crate::detection::{Condition, Formula, Order, Predicate, Step, Test, ValueTest, tree};
use crate::diagnostic::Diagnostic;
use crate::event::{Value, number};
use crate::optimise;
use crate::source::Span;

/// A sequence of two events.
pub(crate) struct Sequence<'a> {
    /// The fields whose values both share.
    pub(crate) keys: Vec<&'a str>,
    /// What the first event passes.
    pub(crate) first: &'a Predicate,
    /// What the last event passes.
    pub(crate) last: &'a Predicate,
    /// The most milliseconds between them.
    pub(crate) span: Option<u64>,
}

/// Whether the steps are a sequence.
pub(crate) fn takes(passing: &Passing<'_>, steps: &[Step]) -> Result<Loss, Beyond> {
    Sequence::read(passing, steps).map(|(_, loss)| loss)
}

impl<'a> Sequence<'a> {
    /// The sequence that the steps are, with what it adds or misses.
    ///
    /// # Errors
    /// What is not one, and the type of rule that says it.
    pub(crate) fn read(passing: &Passing<'_>, steps: &'a [Step]) -> Result<(Self, Loss), Beyond> {
        let Some((Step::Transaction(transaction), rest)) = steps.split_first() else {
            return Err(other_rule(steps));
        };
        let (Some(first), Some(last)) = (&transaction.starts, &transaction.ends) else {
            return Err(no_sequence(
                "a sequence names the event that it starts with and the one that it ends with",
            ));
        };
        if transaction.keeps_open || transaction.most_events < 2 || !is_time(&transaction.time) {
            return Err(no_sequence("a sequence ends with the last of its events"));
        }
        let mut keys = Vec::new();
        for (_, formula) in &transaction.by {
            match formula {
                Formula::Field(field) if !matches!(field.as_str(), "_time" | "_raw") => {
                    keys.push(field.as_str());
                }
                _ => {
                    return Err(no_sequence(
                        "the events of a sequence share fields that they hold themselves",
                    ));
                }
            }
        }
        let mut reading = Reading {
            span: transaction.longest_span.map(|span| below(span.0)),
            has_partner: false,
            loss: Loss::default(),
        };
        if let Some(pause) = transaction.longest_pause {
            reading.bound(whole(pause.0));
        }
        let places = Places { first, last, passing: *passing, transaction };
        let only_pairs = places.are_covered();
        reading.rest(rest, only_pairs, passing.predicate, &keys)?;
        places.judge(&mut reading, &keys, only_pairs);
        if reading.span == Some(0) {
            return Err(no_sequence("no two events are as near as the search asks"));
        }
        Ok((Self { keys, first, last, span: reading.span }, reading.loss))
    }
}

/// What is found while steps are read.
struct Reading {
    span: Option<u64>,
    /// Whether a transaction of one event is no result.
    has_partner: bool,
    loss: Loss,
}

impl Reading {
    fn bound(&mut self, most: u64) {
        self.span = Some(self.span.map_or(most, |span| span.min(most)));
    }

    fn adds(&mut self, what: &str, span: Span) {
        self.loss.adds = true;
        let message = format!("{what} is not tested: a sequence asks nothing of all its events together");
        self.loss.notes.push(Diagnostic::new(&codes::DROPPED_TEST, span, message));
    }

    /// The steps behind a transaction. All of them thin its results out, if they do anything.
    fn rest(
        &mut self,
        steps: &[Step],
        only_pairs: bool,
        predicate: &Predicate,
        keys: &[&str],
    ) -> Result<(), Beyond> {
        let mut is_row = true;
        for (index, step) in steps.iter().enumerate() {
            match step {
                Step::Filter(filter) if is_row => {
                    let there = present(predicate);
                    let parts = match filter {
                        Predicate::And(parts) => parts.as_slice(),
                        one => std::slice::from_ref(one),
                    };
                    let is_presence = |part: &&Predicate| {
                        matches!(part, Predicate::Test(Test { field, condition: Condition::Exists, .. })
                            if keys.contains(&field.as_str()) || there.contains(field.as_str()))
                    };
                    let tested = parts.iter().filter(|part| !is_presence(part));
                    tested.for_each(|part| self.part(part, only_pairs));
                }
                Step::Filter(filter) => {
                    self.adds(&format!("`{}`", words(filter)), filter.origin().0);
                }
                Step::Transaction(_) => {
                    return Err(Beyond {
                        step: index + 1,
                        ..no_sequence("a sequence is of events, not of sequences")
                    });
                }
                Step::Group(group) => {
                    let there = present(predicate);
                    let is_there = |formula: &Formula| matches!(formula, Formula::Field(field) if keys.contains(&field.as_str()) || there.contains(field.as_str()));
                    if is_row && !group.by.iter().all(|(_, formula)| is_there(formula)) {
                        self.adds("the presence of the fields of a group", group.origin.0);
                    }
                    is_row = false;
                }
                Step::Annotate(_) | Step::Run(_) | Step::Reverse => {}
                Step::Sort(sort) if sort.most.is_none() => {}
                Step::Join(_) | Step::Mark(_) => {
                    return Err(Beyond {
                        step: index + 1,
                        ..no_sequence("a sequence is not joined with other events")
                    });
                }
                Step::Expand(_) | Step::Distinct(_) | Step::First(_) | Step::Last(_) | Step::Sort(_) => {
                    self.adds("what thins the results out", step.origin().0);
                }
            }
        }
        Ok(())
    }

    /// One test of a row that is a transaction.
    fn part(&mut self, part: &Predicate, only_pairs: bool) {
        let dropped = |reading: &mut Self| {
            reading.adds(&format!("`{}`", words(part)), part.origin().0);
        };
        let Predicate::Test(Test { field, condition: Condition::Some(values), .. }) = part else {
            return dropped(self);
        };
        let bound = match values.as_slice() {
            [ValueTest::Number(order, than)] => Some((*order, than.0)),
            [ValueTest::Compares(order, than)] => number::parse(than).map(|than| (*order, than)),
            _ => None,
        };
        match (field.as_str(), bound) {
            ("eventcount", _) if values.iter().any(|value| value.passes(&Value::Number(2.0))) => {
                let alone = values.iter().any(|value| value.passes(&Value::Number(1.0)));
                let is_all = only_pairs || matches!(bound, Some((Order::Greater | Order::GreaterEqual, _)));
                self.has_partner |= !alone;
                if !is_all {
                    dropped(self);
                }
            }
            ("duration", Some((Order::Less, than))) => self.bound(below(than)),
            ("duration", Some((Order::LessEqual, than))) => self.bound(whole(than)),
            ("duration", Some((Order::Greater, than))) if than >= 0.0 => {
                self.has_partner = true;
                dropped(self);
            }
            ("duration", Some((Order::GreaterEqual, than))) => {
                self.has_partner |= than > 0.0;
                if than > 0.0 {
                    dropped(self);
                }
            }
            _ => dropped(self),
        }
    }
}

/// The two places of a sequence among the events that pass.
struct Places<'a> {
    first: &'a Predicate,
    last: &'a Predicate,
    passing: Passing<'a>,
    transaction: &'a Transaction,
}

impl Places<'_> {
    fn is_never(&self, parts: [Predicate; 2]) -> bool {
        let [one, other] = parts;
        optimise::predicate(Predicate::and([self.passing.predicate.clone(), one, other]))
            == Predicate::Constant(false)
    }

    /// Whether every event starts or ends transactions, so that none stands between.
    fn are_covered(&self) -> bool {
        self.is_never([self.first.clone().negated(), self.last.clone().negated()])
    }

    /// Whether no event both starts and ends transactions: a field of one value is asked for different ones.
    fn are_apart(&self) -> bool {
        let is_apart = |one: &Test, other: &Test| match (&one.condition, &other.condition) {
            (Condition::Some(ones), Condition::Some(others)) => {
                one.field == other.field
                    && (self.passing.is_single_valued)(&one.field)
                    && ones.iter().all(|one| others.iter().all(|other| one.excludes(other)))
            }
            _ => false,
        };
        let (ones, others) = (conjuncts(self.first), conjuncts(self.last));
        ones.iter().any(|one| others.iter().any(|other| is_apart(one, other)))
            || self.is_never([self.first.clone(), self.last.clone()])
    }

    /// Notes what the sequence misses of the transactions.
    fn judge(&self, reading: &mut Reading, keys: &[&str], only_pairs: bool) {
        let mut misses = |what: &str| {
            reading.loss.misses = true;
            let span = self.transaction.origin.0;
            reading.loss.notes.push(Diagnostic::new(&codes::MAY_MISS_EVENTS, span, what));
        };
        if !only_pairs {
            misses("an alert does not hold the events between the first and the last");
        }
        if !self.are_apart() {
            misses("an event that starts and ends a transaction at once raises no alert");
        }
        let is_timed = self.transaction.longest_span.is_some() || self.transaction.longest_pause.is_some();
        if is_timed && !(reading.has_partner && only_pairs) {
            misses("a transaction that its span closes before it has its first event raises no alert");
        }
        if !keys.iter().all(|key| (self.passing.is_single_valued)(key)) {
            misses("events that share one of several values are in no sequence");
        }
        let there = present(self.passing.predicate);
        if keys.len() > 1 && !keys.iter().all(|key| there.contains(key)) {
            misses("events that lack one of the fields of the transaction are in no sequence");
        }
    }
}

/// The tests of a predicate that all have to hold.
fn conjuncts(predicate: &Predicate) -> Vec<&Test> {
    match predicate {
        Predicate::Test(test) => vec![test],
        Predicate::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => Vec::new(),
    }
}

fn words(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Test(test) => tree::brief(test),
        Predicate::Computed(computed) => tree::brief_computed(computed),
        other => tree::line(other),
    }
}

fn is_time(formula: &Formula) -> bool {
    matches!(formula, Formula::Field(field) if field == "_time")
}

/// The most milliseconds that are less than so many seconds: dates have milliseconds.
fn below(seconds: f64) -> u64 {
    let milliseconds = (seconds * 1_000.0).ceil();
    to_integer(milliseconds - 1.0)
}

/// The most milliseconds that are no more than so many seconds.
fn whole(seconds: f64) -> u64 {
    to_integer((seconds * 1_000.0).floor())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn to_integer(value: f64) -> u64 {
    value.clamp(0.0, 1e15) as u64
}

fn no_sequence(reason: &str) -> Beyond {
    Beyond {
        step: 0,
        reason: reason.to_owned(),
        help: "group the events in an ES|QL rule (`stats … by …`), or run the search with `splc match`"
            .to_owned(),
    }
}

/// The type of rule that says what EQL cannot.
fn other_rule(steps: &[Step]) -> Beyond {
    let place = |wanted: fn(&Step) -> bool| steps.iter().position(wanted);
    let group = |step: &Step| matches!(step, Step::Group(_) | Step::Annotate(_));
    if let Some(step) = place(group) {
        let threshold = match steps.get(step..) {
            Some([Step::Group(group) | Step::Annotate(group), Step::Filter(filter), ..]) => {
                threshold(group, filter)
            }
            _ => None,
        };
        let help = threshold.unwrap_or_else(|| {
            "write an ES|QL rule (`stats … by … | where …`), or run the search with `splc match`".to_owned()
        });
        return Beyond { step, reason: "EQL computes nothing over events".to_owned(), help };
    }
    let step = place(|step| matches!(step, Step::Run(_) | Step::Transaction(_))).unwrap_or(0);
    no_sequence_at(step)
}

fn no_sequence_at(step: usize) -> Beyond {
    Beyond { step, ..no_sequence("EQL computes nothing over events that follow each other") }
}

/// A count that has to be great enough, as a threshold rule says it (Kibana, "Create a threshold rule").
fn threshold(group: &Group, filter: &Predicate) -> Option<String> {
    let [Aggregate { name, function, argument }] = group.aggregates.as_slice() else { return None };
    let Predicate::Test(Test { field, condition: Condition::Some(values), .. }) = filter else { return None };
    let least = match values.as_slice() {
        [ValueTest::Number(order, than)] => least(*order, than.0)?,
        [ValueTest::Compares(order, than)] => least(*order, number::parse(than)?)?,
        _ => return None,
    };
    let by: Vec<&str> = group.by.iter().map(|(name, _)| name.as_str()).collect();
    let fields = if by.is_empty() { "no field".to_owned() } else { format!("`{}`", by.join("`, `")) };
    let what = match (function.as_str(), argument) {
        ("count" | "c", None) => format!("a threshold rule on {fields} with a threshold of {least}"),
        ("dc" | "distinct_count" | "estdc", Some(Formula::Field(of))) => {
            format!("a threshold rule on {fields} with {least} or more unique values of `{of}`")
        }
        _ => return None,
    };
    (field == name).then(|| format!("write {what}, or an ES|QL rule (`stats … by … | where …`)"))
}

fn least(order: Order, than: f64) -> Option<u64> {
    match order {
        Order::Greater => Some(to_integer(than.floor()) + 1),
        Order::GreaterEqual => Some(to_integer(than.ceil())),
        Order::Less | Order::LessEqual => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::Detection;

    fn lowered(spl: &str) -> Detection {
        crate::command::lower(&crate::command::parse(spl).pipeline).unwrap()
    }

    /// The span of the sequence, and whether it adds and misses.
    fn read(spl: &str) -> Result<(Option<u64>, bool, bool), Beyond> {
        let detection = lowered(spl);
        let predicate = optimise::predicate(detection.predicate());
        let passing = Passing { predicate: &predicate, is_single_valued: &|_| true };
        let (sequence, loss) = Sequence::read(&passing, &detection.steps)?;
        Ok((sequence.span, loss.adds, loss.misses))
    }

    const PAIRS: &str = "id IN (1, 2) | transaction user startswith=(id=1) endswith=(id=2)";

    #[test]
    fn neighbours_are_a_sequence() {
        assert_eq!(read(PAIRS), Ok((None, false, false)));
        assert_eq!(read(&format!("{PAIRS} | where duration<60")), Ok((Some(59_999), false, false)));
        assert_eq!(read(&format!("{PAIRS} | where duration<=60")), Ok((Some(60_000), false, false)));
        assert_eq!(read(&format!("{PAIRS} | stats count by user")), Ok((None, false, false)));
    }

    #[test]
    fn a_span_closes_transactions_of_one_event() {
        assert_eq!(read(&format!("{PAIRS} maxspan=2m")), Ok((Some(119_999), false, true)));
        assert_eq!(
            read(&format!("{PAIRS} maxspan=2m | where eventcount>1")),
            Ok((Some(119_999), false, false))
        );
        assert_eq!(
            read(&format!("{PAIRS} maxpause=2m | where eventcount>1")),
            Ok((Some(120_000), false, false))
        );
    }

    #[test]
    fn events_in_between_are_missed_and_tests_of_all_are_left_out() {
        let others = PAIRS.replace("(1, 2)", "(1, 2, 3)");
        assert_eq!(read(&others), Ok((None, false, true)));
        assert_eq!(read(&format!("{PAIRS} | search host=a")), Ok((None, true, false)));
        assert_eq!(read(&format!("{PAIRS} | where eventcount>5")), Ok((None, true, false)));
    }

    #[test]
    fn what_is_no_sequence_names_the_rule_that_says_it() {
        let help = |spl: &str| read(spl).unwrap_err().help;
        assert_eq!(
            help("a=1 | stats count by user | where count > 10"),
            "write a threshold rule on `user` with a threshold of 11, or an ES|QL rule (`stats … by … | where …`)"
        );
        assert_eq!(
            help("a=1 | stats dc(host) as hosts by user | where hosts >= 3"),
            "write a threshold rule on `user` with 3 or more unique values of `host`, or an ES|QL rule (`stats … by … | where …`)"
        );
        for spl in [
            "a=1 | stats sum(bytes) as b by user | where b > 10",
            "a=1 | stats count by user | where count < 10",
            "a=1 | transaction user maxspan=5m | where eventcount > 5",
            "a=1 | streamstats count by user | where count > 3",
        ] {
            assert!(help(spl).contains("ES|QL"), "{spl}");
        }
    }
}
