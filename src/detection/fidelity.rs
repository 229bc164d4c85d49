//! How a rule relates to the search it was made from.
//!
//! Invariant: an approximation never gets better by combining. `not` swaps the two sides.

use std::fmt;

/// Which events a translation matches, compared with its search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fidelity {
    /// The same events.
    Exact,
    /// All of them, and perhaps more.
    Wider,
    /// It may miss some.
    Narrower,
}

impl Fidelity {
    /// The fidelity of `a and b`, and of `a or b`: both sides at once count as narrower, since alerts may be lost.
    ///
    /// ```
    /// use splc::detection::Fidelity::{Exact, Narrower, Wider};
    /// assert_eq!(Wider.combined(Exact), Wider);
    /// assert_eq!(Wider.combined(Narrower), Narrower);
    /// ```
    #[must_use]
    pub fn combined(self, other: Self) -> Self {
        self.max(other)
    }

    /// The fidelity of `not a`.
    ///
    /// ```
    /// use splc::detection::Fidelity::{Exact, Narrower, Wider};
    /// assert_eq!((Exact.negated(), Wider.negated()), (Exact, Narrower));
    /// ```
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Exact => Self::Exact,
            Self::Wider => Self::Narrower,
            Self::Narrower => Self::Wider,
        }
    }
}

impl fmt::Display for Fidelity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Wider => "wider",
            Self::Narrower => "narrower",
        })
    }
}
