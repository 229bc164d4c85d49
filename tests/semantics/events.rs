//! Events made from what a predicate asks: some meet it, some just miss it.
//!
//! In: a predicate and a seed. Out: events whose values are its own constants, in other case, with wildcards
//! filled, with a character more or less, next to a number, at the edge of a network, several to a field, or not
//! there at all. Invariant: the same seed gives the same event, and index, sourcetype and source have one value,
//! as in Splunk. Whether an event matches is not decided here.

use splc::detection::{Condition, Formula, Predicate, Test, ValueTest};
use splc::event::pattern::{Pattern, Piece};
use splc::event::{Event, Value, number};

/// Scope fields that an event has once; the others may have several values.
const SINGLE: &[&str] = &["index", "sourcetype", "source", "_time"];

/// A stream of choices (splitmix64): the seed is what proptest shrinks and prints.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).expect("less than a usize")
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// An event that aims at passing or at failing the predicate, with some noise.
pub(crate) fn event(predicate: &Predicate, choices: &mut Choices) -> Event {
    let mut draft = Draft { event: Event::new(), raw: Vec::new() };
    let passing = choices.one_in(2);
    aim(predicate, passing, &mut draft, choices);
    for (test, _) in predicate.tests() {
        if choices.one_in(8) {
            disturb(test, &mut draft, choices);
        }
    }
    let separator = choices.of(&[" ", " ", ", ", "-", "x"]);
    if draft.raw.is_empty() && choices.one_in(3) {
        return draft.event;
    }
    let raw = draft.raw.join(separator);
    if choices.one_in(4) { draft.event.with("_raw", raw) } else { draft.event.with_raw(raw) }
}

struct Draft {
    event: Event,
    raw: Vec<String>,
}

impl Draft {
    fn add(&mut self, field: &str, value: String, choices: &mut Choices) {
        let name = field.replace('*', choices.of(&["", "x", ".y"]));
        let value =
            if field == "_time" && number::parse(&value).is_none() { "1700000000".to_owned() } else { value };
        let mut values = self.event.values(&name).to_vec();
        if SINGLE.contains(&field) {
            values.clear();
        }
        let at = choices.below(values.len() + 1);
        values.insert(at, Value::Text(value));
        self.event.set(name, values);
    }
}

fn aim(predicate: &Predicate, passing: bool, draft: &mut Draft, choices: &mut Choices) {
    match predicate {
        Predicate::Constant(_) => {}
        Predicate::Not(child) => aim(child, !passing, draft, choices),
        Predicate::And(children) | Predicate::Or(children) => {
            // To pass, an AND needs all of its parts and an OR one; to fail, the other way round.
            if matches!(predicate, Predicate::And(_)) == passing {
                for child in children {
                    aim(child, passing, draft, choices);
                }
            } else {
                aim(&children[choices.below(children.len())], passing, draft, choices);
            }
        }
        Predicate::Test(test) if passing => meet(test, draft, choices),
        Predicate::Test(test) => miss(test, draft, choices),
        Predicate::Computed(computed) => feed(&computed.formula, computed.condition.as_ref(), draft, choices),
        Predicate::OneValue(one) => {
            // What is asked of the one value is asked of the field that it comes from.
            let mut inner = Draft { event: Event::new(), raw: Vec::new() };
            aim(&one.holds, passing, &mut inner, choices);
            let values = inner.event.values(&one.field).to_vec();
            let from = fields(&one.of);
            for (name, of_name) in inner.event.fields().filter(|(name, _)| *name != one.field) {
                draft.event.set(name, of_name.to_vec());
            }
            for name in from {
                if let Some(value) = values.first().map(|value| value.text().into_owned()) {
                    draft.add(&name, value, choices);
                }
            }
            feed(&one.of, None, draft, choices);
        }
        Predicate::Hole(_) => {}
    }
}

/// The fields of a formula.
fn fields(formula: &Formula) -> Vec<String> {
    let mut names = Vec::new();
    gather(formula, &mut |part| {
        // A name that stands for one value of a field is in no event.
        if let Formula::Field(name) = part
            && !name.contains(" (")
        {
            names.push(name.clone());
        }
    });
    names.sort();
    names.dedup();
    names
}

fn gather<'a>(formula: &'a Formula, visit: &mut dyn FnMut(&'a Formula)) {
    visit(formula);
    formula.for_each_child(&mut |child| gather(child, visit));
}

/// Gives the fields of a formula values that have to do with its constants.
fn feed(formula: &Formula, condition: Option<&Condition>, draft: &mut Draft, choices: &mut Choices) {
    let mut values: Vec<String> = Vec::new();
    gather(formula, &mut |part| match part {
        Formula::Text(text) => {
            values.extend([
                text.clone(),
                text.to_uppercase(),
                format!("x {text} y"),
                text.replace(['%', '*'], ""),
            ]);
        }
        Formula::Number(number) => {
            values.extend([number.0, number.0 + 1.0, number.0 - 1.0].map(|number| number.to_string()));
        }
        Formula::Extract(extract) => values.push(matching(extract.regex.text(), choices)),
        _ => {}
    });
    if let Some(Condition::Some(tests) | Condition::SomeOther(tests)) = condition {
        values.extend(tests.iter().take(8).map(|test| fitting(test, choices)));
    }
    values.extend(["", "x", "0", "7", "a,b", "1700000000"].map(str::to_owned));
    for name in fields(formula) {
        if !choices.one_in(6) {
            let value = choices.of(&values);
            draft.add(&name, value, choices);
        }
        if choices.one_in(8) {
            let value = choices.of(&values);
            draft.add(&name, value, choices);
        }
    }
}

/// A text that the expression matches, if one is found, or its letters.
fn matching(pattern: &str, choices: &mut Choices) -> String {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let letters = || pattern.chars().filter(|c| c.is_alphanumeric() || " ._-/:=".contains(*c)).collect();
    let seed: Vec<u8> = (0..32).map(|_| u8::try_from(choices.below(256)).unwrap_or(0)).collect();
    let unanchored = pattern.trim_start_matches("(?i)").trim_start_matches('^').trim_end_matches('$');
    let Ok(strategy) = proptest::string::string_regex(unanchored) else { return letters() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    strategy.new_tree(&mut runner).map_or_else(|_| letters(), |tree| tree.current())
}

fn meet(test: &Test, draft: &mut Draft, choices: &mut Choices) {
    match &test.condition {
        Condition::Exists => draft.add(&test.field, choices.of(&["", "x"]).to_owned(), choices),
        Condition::Some(tests) => {
            let value = fitting(&choices.of(tests), choices);
            draft.add(&test.field, value, choices);
        }
        Condition::SomeOther(tests) => {
            let value = near(&choices.of(tests), choices);
            draft.add(&test.field, value, choices);
        }
        Condition::Holds(terms) => {
            let found = filled(&choices.of(terms).pattern, choices);
            draft.raw.push(recased(&found, choices));
        }
    }
}

fn miss(test: &Test, draft: &mut Draft, choices: &mut Choices) {
    match &test.condition {
        // Often a field is simply not there.
        Condition::Exists => {}
        Condition::Some(_) if choices.one_in(2) => {}
        Condition::Some(tests) => {
            let value = near(&choices.of(tests), choices);
            draft.add(&test.field, value, choices);
        }
        Condition::SomeOther(tests) => {
            let value = fitting(&choices.of(tests), choices);
            draft.add(&test.field, value, choices);
        }
        Condition::Holds(terms) => {
            let found = filled(&choices.of(terms).pattern, choices);
            draft.raw.push(changed(&found, choices));
        }
    }
}

fn disturb(test: &Test, draft: &mut Draft, choices: &mut Choices) {
    match choices.below(4) {
        0 => draft.event.set(test.field.clone(), Vec::new()),
        1 => draft.add(&test.field, String::new(), choices),
        2 => miss(test, draft, choices),
        _ => meet(test, draft, choices),
    }
}

/// A value that passes the test, or nearly always does.
fn fitting(test: &ValueTest, choices: &mut Choices) -> String {
    match test {
        ValueTest::Matches(pattern) => {
            let found = filled(pattern, choices);
            recased(&found, choices)
        }
        ValueTest::In(network) => choices.of(&[network.addr(), network.broadcast()]).to_string(),
        ValueTest::Compares(_, than) => beside(than, choices),
        ValueTest::Equals(number) | ValueTest::Number(_, number) => beside(&number.0.to_string(), choices),
        ValueTest::Regex(regex) => matching(regex.text(), choices),
    }
}

/// A value that is close to what the test asks for.
fn near(test: &ValueTest, choices: &mut Choices) -> String {
    match test {
        ValueTest::Matches(pattern) => {
            let found = filled(pattern, choices);
            changed(&found, choices)
        }
        ValueTest::In(network) => {
            let outside = ["11.0.0.0", "9.255.255.255", "2001:db9::", "not an address"];
            let own = network.to_string();
            if choices.one_in(3) { own } else { choices.of(&outside).to_owned() }
        }
        ValueTest::Compares(_, than) => beside(than, choices),
        ValueTest::Equals(number) | ValueTest::Number(_, number) => beside(&number.0.to_string(), choices),
        ValueTest::Regex(regex) => {
            let found = matching(regex.text(), choices);
            changed(&found, choices)
        }
    }
}

/// Numbers on both sides of a number, the number in another spelling, and texts.
fn beside(than: &str, choices: &mut Choices) -> String {
    match number::parse(than) {
        Some(number) => {
            let numbers = [number - 1.0, number, number + 0.5, number * 10.0];
            let spelling = choices.of(&numbers).to_string();
            match choices.below(4) {
                0 => format!("0{spelling}"),
                1 => format!("{spelling}x"),
                _ => spelling,
            }
        }
        None => changed(than, choices),
    }
}

fn filled(pattern: &Pattern, choices: &mut Choices) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Any => choices.of(&["", "", "x", "-1", " and "]).to_owned(),
        Piece::One => "y".to_owned(),
    };
    pattern.pieces().iter().map(piece).collect()
}

fn recased(text: &str, choices: &mut Choices) -> String {
    match choices.below(4) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        _ => text.to_owned(),
    }
}

fn changed(text: &str, choices: &mut Choices) -> String {
    match choices.below(5) {
        0 => format!("{text}x"),
        1 => format!("x{text}"),
        2 => text.chars().skip(1).collect(),
        3 => text.chars().rev().collect(),
        _ => text.replace(' ', "_"),
    }
}
