//! What formulas know beside the event.
//!
//! In: a time. Out: the same under a name. Invariant: nothing comes from a clock.

/// The time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// What `now()` gives: seconds since 1970 in UTC, the time of the latest event.
    pub now: f64,
}

impl Context {
    /// At this time.
    pub const fn at(now: f64) -> Self {
        Self { now }
    }
}
