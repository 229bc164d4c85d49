//! Predicates made at random, over few fields and values, so that parts often meet, and events to ask them of.
//!
//! Out: strategies of proptest. Invariant: every kind of predicate, condition and test of a value is made, deep and
//! wide, and the values of events are near the constants of the tests: other case, numbers spelled otherwise, several
//! to a field, computed numbers, or none.

use proptest::prelude::*;
use proptest::sample::select;
use splc::detection::formula::{Each, Extract, Unknown};
use splc::detection::{
    Computed, Condition, Decimal, Formula, Hole, HoleKind, OneValue, Order, Predicate, Regex, Test, ValueTest,
};
use splc::event::pattern::{Case, Pattern, Piece};
use splc::event::raw::{Bound, Term};
use splc::event::{Event, Value};
use splc::source::Origin;

const FIELDS: &[&str] = &["a", "a", "b", "c", "a*", "_raw"];

const TEXTS: &[&str] = &[
    "x", "X", "xy", "x*", "*x", "*x*", "*y*", "x*y", "*xy*", "*", "", "1", "01", "1.0", "2", "1e0",
    "10.0.0.1",
];

/// Predicates; the sizes are proptest's: the greatest depth, about how many nodes, and how many to a group.
pub(crate) fn predicate(depth: u32, size: u32, branch: u32) -> impl Strategy<Value = Predicate> {
    leaf().prop_recursive(depth, size, branch, move |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..=branch as usize);
        prop_oneof![
            3 => inner.clone().prop_map(Predicate::negated),
            5 => parts.clone().prop_map(Predicate::And),
            5 => parts.prop_map(Predicate::Or),
            1 => (formula(), select(&["a", "b", "v"][..]), inner).prop_map(|(of, field, holds)| {
                Predicate::OneValue(Box::new(OneValue { of, field: field.to_owned(), holds }))
            }),
        ]
    })
}

/// Predicates on one value of a field or formula, in which the field that stands for it comes up often.
pub(crate) fn one_value() -> impl Strategy<Value = Predicate> {
    let parts = || {
        let on_value = prop_oneof![
            3 => condition().prop_map(|condition| asked("a", condition)),
            1 => condition().prop_map(|condition| asked("a", condition).negated()),
            2 => formula().prop_map(|formula| {
                Predicate::Computed(Box::new(Computed { formula, condition: None, origin: Origin::default() }))
            }),
            2 => leaf(),
        ];
        prop::collection::vec(on_value, 1..4)
    };
    let holds = prop_oneof![
        parts().prop_map(Predicate::And),
        parts().prop_map(Predicate::Or),
        (parts(), parts())
            .prop_map(|(all, any)| { Predicate::Or(any.into_iter().chain([Predicate::And(all)]).collect()) }),
    ];
    (formula(), holds, any::<bool>()).prop_map(|(of, holds, negated)| {
        let one = Predicate::OneValue(Box::new(OneValue { of, field: "a".to_owned(), holds }));
        if negated { one.negated() } else { one }
    })
}

fn leaf() -> impl Strategy<Value = Predicate> {
    prop_oneof![
        8 => test(),
        // Few enough to meet each other often.
        8 => (select(&["a", "a", "b"][..]), select(&["x", "xy", "*x*", "1"][..])).prop_map(|(field, text)| {
            let pattern = Pattern::wildcard(text, Case::Insensitive);
            asked(field, Condition::Some(vec![ValueTest::Matches(pattern)]))
        }),
        2 => (formula(), prop::option::of(condition())).prop_map(|(formula, condition)| {
            Predicate::Computed(Box::new(Computed { formula, condition, origin: Origin::default() }))
        }),
        // The field that stands for one value.
        2 => condition().prop_map(|condition| asked("v", condition)),
        1 => any::<bool>().prop_map(Predicate::Constant),
        1 => select(&["m", "n"][..]).prop_map(|name| {
            let (name, origin) = (name.to_owned(), Origin::default());
            Predicate::Hole(Hole { kind: HoleKind::Macro, name, asked: None, origin })
        }),
    ]
}

fn test() -> impl Strategy<Value = Predicate> {
    prop_oneof![
        6 => (select(FIELDS), condition()).prop_map(|(field, condition)| asked(field, condition)),
        1 => prop::collection::vec(term(), 0..3).prop_map(|terms| asked("_raw", Condition::Holds(terms))),
    ]
}

fn asked(field: &str, condition: Condition) -> Predicate {
    Predicate::Test(Test { field: field.to_owned(), condition, origin: Origin::default() })
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        1 => Just(Condition::Exists),
        6 => prop::collection::vec(select(value_tests()), 0..4).prop_map(Condition::Some),
        3 => prop::collection::vec(select(value_tests()), 0..3).prop_map(Condition::SomeOther),
    ]
}

/// Tests of a value, of every kind.
pub(crate) fn value_tests() -> Vec<ValueTest> {
    let cases = [Case::Insensitive, Case::Sensitive];
    let texts = TEXTS.iter().flat_map(|text| cases.map(|case| Pattern::wildcard(text, case)));
    let one = |before: &str, after: &str| {
        let pieces = [Piece::Literal(before.to_owned()), Piece::One, Piece::Literal(after.to_owned())];
        Pattern::new(pieces, Case::Insensitive)
    };
    let patterns =
        texts.chain([one("x", ""), one("", "y"), Pattern::new([Piece::One, Piece::Any], Case::Sensitive)]);
    let networks = ["10.0.0.0/8", "10.0.0.0/24", "10.0.0.1/32", "::/0"];
    let orders = [Order::Less, Order::LessEqual, Order::Greater, Order::GreaterEqual];
    let numbers = [1.0, 1.5, 2.0].map(Decimal);
    let bounds = ["1", "1.0", "2", "x", "B"];
    let compares = |order| bounds.map(|bound| ValueTest::Compares(order, bound.to_owned()));
    let regexes = ["x", "^x$", "[0-9]"].map(|text| Regex::parse(text).expect("written here"));
    patterns
        .map(ValueTest::Matches)
        .chain(networks.map(|network| ValueTest::In(network.parse().expect("written here"))))
        .chain(orders.into_iter().flat_map(compares))
        .chain(orders.into_iter().flat_map(|order| numbers.map(|number| ValueTest::Number(order, number))))
        .chain(numbers.map(ValueTest::Equals))
        .chain(regexes.map(ValueTest::Regex))
        .collect()
}

fn term() -> impl Strategy<Value = Term> {
    let texts = select(&["x", "x*", "xy", "x y", "*y", "a.x", "*"][..]);
    let cases = select(&[Case::Insensitive, Case::Sensitive][..]);
    (texts, cases, select(&[Bound::Any, Bound::Major][..]))
        .prop_map(|(text, case, bound)| Term { pattern: Pattern::wildcard(text, case), bound })
}

/// Formulas that need no function.
fn formula() -> impl Strategy<Value = Formula> {
    let field = || select(&["a", "b", "v", "a*"][..]).prop_map(|field| Formula::Field(field.to_owned()));
    let extract = |from| {
        let regex = Regex::parse("(?<g>[xX].?)").expect("written here");
        let otherwise = Formula::Field("b".to_owned());
        Formula::Extract(Box::new(Extract { from, regex, group: "g".to_owned(), most: None, otherwise }))
    };
    let filtered = |(values, field, holds): (Formula, &str, Predicate)| {
        let body = Formula::Holds(Box::new(holds));
        Formula::Each(Box::new(Each { values, field: field.to_owned(), body, filters: true }))
    };
    prop_oneof![
        6 => field(),
        1 => select(vec![
            Formula::Null,
            Formula::Boolean(true),
            Formula::Boolean(false),
            Formula::Text("x".to_owned()),
            Formula::Number(Decimal(1.0)),
            Formula::Unknown(Box::new(Unknown { kind: HoleKind::Lookup, name: "t".to_owned(), column: "c".to_owned(), keys: Vec::new() })),
        ]),
        1 => field().prop_map(extract),
        1 => (field(), select(&["a", "v"][..]), test()).prop_map(filtered),
        3 => test().prop_map(|test| Formula::Holds(Box::new(test))),
    ]
}

/// Values near what the tests ask for.
pub(crate) fn values() -> Vec<Value> {
    const NEAR: &[&str] = &[
        "x", "X", "xy", "XY", "yx", "xyx", "x1y", "", "1", "01", "1.0", "+1", "1e0", "1E0", "2", "1.5",
        "0.5", "3", "10.0.0.1", "10.1.0.1", "11.0.0.1", "::1", "B", "C", "b", "zz", "-",
    ];
    let computed = [1.0, 2.0, 1.5, -1.0].map(Value::Number);
    NEAR.iter().map(|text| Value::from(*text)).chain(computed).collect()
}

/// Events over the fields of the predicates.
pub(crate) fn event() -> impl Strategy<Value = Event> {
    let values = || prop::collection::vec(select(values()), 0..3);
    let raw = select(&["x", "x y", "xy", "a.x", "X-y", "", "zz"][..]);
    let raw = (raw, 0..3).prop_map(|(raw, place)| (raw.to_owned(), place));
    (values(), values(), values(), values(), raw).prop_map(|(a, b, c, az, (raw, place))| {
        let mut event = Event::new();
        for (field, values) in [("a", a), ("b", b), ("c", c), ("az", az)] {
            event.set(field, values);
        }
        match place {
            0 => event,
            1 => event.with("_raw", raw),
            _ => event.with_raw(raw),
        }
    })
}

/// How much a predicate asks: its nodes and values. What is asked of one value of several counts three times, since it is
/// asked again for each, and more, since targets cannot ask it; so does a regular expression, of which readers have to
/// know the dialect.
pub(crate) fn size(predicate: &Predicate) -> usize {
    let condition = |condition: &Condition| match condition {
        Condition::Exists => 1,
        Condition::Some(tests) | Condition::SomeOther(tests) => {
            1 + tests.iter().map(value_size).sum::<usize>()
        }
        Condition::Holds(terms) => 1 + terms.len(),
    };
    match predicate {
        Predicate::Test(test) => condition(&test.condition),
        Predicate::Computed(computed) => {
            formula_size(&computed.formula) + computed.condition.as_ref().map_or(1, condition)
        }
        Predicate::OneValue(one) => 4 + formula_size(&one.of) + 3 * size(&one.holds),
        _ => 1 + predicate.children().iter().map(size).sum::<usize>(),
    }
}

fn value_size(test: &ValueTest) -> usize {
    if matches!(test, ValueTest::Regex(_)) { 64 } else { 1 }
}

fn formula_size(formula: &Formula) -> usize {
    let mut total = if let Formula::Holds(predicate) = formula { size(predicate) } else { 1 };
    formula.for_each_child(&mut |child| total += formula_size(child));
    total
}
