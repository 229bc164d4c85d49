//! The typed values that a Falco comparison is made on.
//!
//! In: the text of a constant or of an event's field, and a type. Out: [`Scalar`]. Invariant: two scalars made
//! for one type compare as Falco compares that type (`libsinsp/filter_compare.cpp`, `filter/value_parser.cpp`):
//! texts by bytes, integers by number, a network by whether it holds the address.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::target::falco_fields::Kind;

/// One value of a known type.
#[derive(Clone, Debug)]
pub(super) enum Scalar {
    Text(String),
    Integer(i128),
    Float(f64),
    Bool(bool),
    Address(IpAddr),
    Network(IpNet),
}

impl Scalar {
    /// A constant of a condition. Negative ones of unsigned types wrap silently, as in C.
    pub(super) fn constant(kind: Kind, text: &str) -> Option<Self> {
        match bounds(kind) {
            Some((low, high)) => {
                let number = text.parse::<i128>().ok()?;
                let wrapped = if low == 0 && number < 0 { number + high + 1 } else { number };
                (low..=high).contains(&wrapped).then_some(Self::Integer(wrapped))
            }
            None => Self::of(kind, text),
        }
    }

    /// A value of an event; one that the type cannot hold is none.
    pub(super) fn of(kind: Kind, text: &str) -> Option<Self> {
        match kind {
            Kind::Text | Kind::Bytes => Some(Self::Text(text.to_owned())),
            Kind::Signed(_) | Kind::Unsigned(_) | Kind::Time | Kind::Port => {
                let number = text.parse::<i128>().ok()?;
                let (low, high) = bounds(kind)?;
                (low..=high).contains(&number).then_some(Self::Integer(number))
            }
            // Rust also reads "inf" and "nan".
            Kind::Float => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Self::Float),
            Kind::Bool => text.parse().ok().map(Self::Bool),
            Kind::Address => text.parse().ok().map(Self::Address),
            Kind::Network => {
                let address = || text.parse().ok().map(Self::Address);
                text.parse().ok().map(Self::Network).or_else(address)
            }
            Kind::Dynamic => None,
        }
    }

    /// Whether the two are equal; an address equals the networks it is in.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Network(network), Self::Address(address))
            | (Self::Address(address), Self::Network(network)) => network.contains(address),
            (Self::Bool(one), Self::Bool(two)) => one == two,
            (Self::Address(one), Self::Address(two)) => one == two,
            (Self::Network(one), Self::Network(two)) => one == two,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }

    /// The order of texts (`strcmp`) and of numbers; other types have none.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => Some(one.as_bytes().cmp(two.as_bytes())),
            (Self::Integer(one), Self::Integer(two)) => Some(one.cmp(two)),
            (Self::Float(one), Self::Float(two)) => one.partial_cmp(two),
            _ => None,
        }
    }
}

/// The least and the greatest integer of a type.
fn bounds(kind: Kind) -> Option<(i128, i128)> {
    match kind {
        Kind::Signed(bits) => {
            let half = 1_i128.checked_shl(u32::from(bits.saturating_sub(1)))?;
            Some((-half, half - 1))
        }
        Kind::Unsigned(bits) => Some((0, 1_i128.checked_shl(u32::from(bits))? - 1)),
        Kind::Time => Some((0, i128::from(u64::MAX))),
        Kind::Port => Some((0, i128::from(u16::MAX))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_integers_only_and_fit_their_type() {
        for text in ["10.0", "1e1", "0x0a", "", "ten", "9223372036854775808", " 1"] {
            assert!(Scalar::constant(Kind::Signed(64), text).is_none(), "{text}");
        }
        for text in ["-9223372036854775808", "+1", "007"] {
            assert!(Scalar::constant(Kind::Signed(64), text).is_some(), "{text}");
        }
        assert!(
            Scalar::constant(Kind::Port, "65536").is_none()
                && Scalar::constant(Kind::Port, "65535").is_some()
        );
    }

    #[test]
    fn negative_constants_of_unsigned_types_wrap() {
        let wrapped = Scalar::constant(Kind::Unsigned(64), "-1").unwrap();
        assert!(wrapped.equals(&Scalar::Integer(i128::from(u64::MAX))));
        let wrapped = Scalar::constant(Kind::Unsigned(32), "-1").unwrap();
        assert!(wrapped.equals(&Scalar::Integer(i128::from(u32::MAX))));
        assert!(Scalar::of(Kind::Unsigned(32), "-1").is_none());
        assert!(Scalar::constant(Kind::Unsigned(32), &format!("-{}", "9".repeat(39))).is_none());
        assert!(Scalar::constant(Kind::Unsigned(32), &i128::MIN.to_string()).is_none());
    }

    #[test]
    fn booleans_addresses_and_floats() {
        assert!(
            Scalar::constant(Kind::Bool, "True").is_none() && Scalar::constant(Kind::Bool, "true").is_some()
        );
        assert!(Scalar::constant(Kind::Address, "10.0.0.0/8").is_none());
        let network = Scalar::constant(Kind::Network, "10.0.0.0/8").unwrap();
        assert!(network.equals(&Scalar::of(Kind::Network, "10.1.2.3").unwrap()));
        assert!(!Scalar::of(Kind::Network, "11.1.2.3").unwrap().equals(&network));
        assert!(
            Scalar::constant(Kind::Float, "1.5").is_some() && Scalar::constant(Kind::Float, "inf").is_none()
        );
        assert!(Scalar::constant(Kind::Dynamic, "1").is_none());
    }
}
