//! Numbers, texts in order and networks, found by where a value lies among them.
//!
//! In: tests of order, of equal numbers and of networks; a value. Out: what each passed test stands for. Invariant: the
//! time grows with the tests that are passed and the logarithm of the others, not with how many there are.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::detection::{Decimal, Order, ValueTest};
use crate::event::number;
use crate::matcher::literals::Target;

/// Tests that are collected.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    numbers: Bounds<Decimal>,
    /// Bounds of `search`, which are numbers where the value is one too.
    numeric: Bounds<Decimal>,
    texts: Bounds<String>,
    /// The texts that are numbers, which are texts only for values that are none.
    numeric_texts: Bounds<String>,
    networks: BTreeMap<u8, HashMap<IpNet, Vec<Target>>>,
    has_networks: bool,
    equal: BTreeMap<Decimal, Vec<Target>>,
}

impl Collection {
    /// Adds a test, if it is one of these.
    pub(crate) fn add(&mut self, test: &ValueTest, target: Target) {
        match test {
            ValueTest::Equals(number) => self.equal.entry(*number).or_default().push(target),
            ValueTest::Number(order, number) => self.numbers.add(*order, *number, target),
            ValueTest::Compares(order, text) => match number::parse(text) {
                Some(number) => {
                    self.numeric.add(*order, Decimal(number), target);
                    self.numeric_texts.add(*order, text.clone(), target);
                }
                None => self.texts.add(*order, text.clone(), target),
            },
            ValueTest::In(network) => {
                self.has_networks = true;
                let network = network.trunc();
                let same_length = self.networks.entry(network.prefix_len()).or_default();
                same_length.entry(network).or_default().push(target);
            }
            ValueTest::Matches(_) | ValueTest::Regex(_) => {}
        }
    }

    /// Whether there is no test.
    pub(crate) fn is_empty(&self) -> bool {
        let has_bounds = !(self.numbers.is_empty() && self.numeric.is_empty() && self.texts.is_empty());
        !has_bounds && self.equal.is_empty() && !self.has_networks
    }

    /// Calls `found` for each test that the value passes, which is a number or a text.
    pub(crate) fn find(&self, text: &str, computed: Option<f64>, found: &mut impl FnMut(Target)) {
        let of_text = number::parse(text);
        if let Some(number) = computed.or(of_text) {
            self.equal.get(&Decimal(number)).into_iter().flatten().copied().for_each(&mut *found);
            self.numbers.find(&Decimal(number), found);
        }
        match of_text {
            Some(number) => self.numeric.find(&Decimal(number), found),
            None => self.numeric_texts.find(text, found),
        }
        self.texts.find(text, found);
        if self.has_networks
            && let Ok(address) = text.parse::<IpAddr>()
        {
            self.find_networks(address, found);
        }
    }

    fn find_networks(&self, address: IpAddr, found: &mut impl FnMut(Target)) {
        for (length, networks) in &self.networks {
            let Ok(own) = IpNet::new(address, *length) else { continue };
            networks.get(&own.trunc()).into_iter().flatten().copied().for_each(&mut *found);
        }
    }
}

/// Bounds, sorted.
#[derive(Debug)]
struct Bounds<T> {
    by_order: BTreeMap<Order, BTreeMap<T, Vec<Target>>>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self { by_order: BTreeMap::new() }
    }
}

impl<T: Ord> Bounds<T> {
    fn is_empty(&self) -> bool {
        self.by_order.is_empty()
    }

    fn add(&mut self, order: Order, bound: T, target: Target) {
        self.by_order.entry(order).or_default().entry(bound).or_default().push(target);
    }

    /// What lies on the right side of its bound.
    fn find<Q>(&self, value: &Q, found: &mut impl FnMut(Target))
    where
        T: std::borrow::Borrow<Q>,
        Q: Ord + ?Sized,
    {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        for (order, bounds) in &self.by_order {
            let range = match order {
                Order::Less => (Excluded(value), Unbounded),
                Order::LessEqual => (Included(value), Unbounded),
                Order::Greater => (Unbounded, Excluded(value)),
                Order::GreaterEqual => (Unbounded, Included(value)),
            };
            for (_, targets) in bounds.range::<Q, _>(range) {
                targets.iter().copied().for_each(&mut *found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Value, network};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn tests() -> impl Strategy<Value = ValueTest> {
        let order = select(&[Order::Less, Order::LessEqual, Order::Greater, Order::GreaterEqual][..]);
        let number = select(&[-1.0, 0.0, 1.0, 1.5, 10.0][..]);
        let networks = select(&["10.0.0.0/8", "10.1.0.0/16", "::/0", "0.0.0.0/0", "2001:db8::/32"][..]);
        prop_oneof![
            (order.clone(), select(&["1", "1.0", "-0", "10", "abc", "", "1x"][..]))
                .prop_map(|(order, text)| ValueTest::Compares(order, text.to_owned())),
            number.clone().prop_map(|number| ValueTest::Equals(Decimal(number))),
            (order, number).prop_map(|(order, number)| ValueTest::Number(order, Decimal(number))),
            networks.prop_map(|text| ValueTest::In(network::parse(text).expect("a network"))),
        ]
    }

    proptest! {
        #[test]
        fn finds_what_a_look_at_every_test_finds(
            tests in vec(tests(), 1..12),
            text in select(&["1", "01", "-0", "0", "1.5", "9", "abc", "", "10.1.2.3", "11.0.0.1", "2001:db8::1", "1e1"][..]),
        ) {
            let mut collection = Collection::default();
            for (atom, test) in (0..).zip(&tests) {
                collection.add(test, Target { atom, decides: true });
            }
            let expected: Vec<u32> =
                (0..).zip(&tests).filter(|(_, test)| test.passes(&Value::from(text))).map(|(atom, _)| atom).collect();
            let mut found = Vec::new();
            collection.find(text, None, &mut |target| found.push(target.atom));
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
