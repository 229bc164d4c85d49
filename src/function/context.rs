//! What expressions and commands see beside the event: the time, and the tables of lookups.
//!
//! In: what the user gives. Out: one value that every stage of a run gets. Invariant: nothing here comes from a clock or
//! the network, so the same input has the same result.

use std::sync::{Arc, OnceLock};

use crate::event::Event;
use crate::event::table::Tables;

/// What is known beside the events.
///
/// ```
/// use splc::function::Context;
/// assert_eq!(Context::at(1_700_000_000.0).now, 1_700_000_000.0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What `now()` gives: seconds since 1970 in UTC, the time of the latest event unless the user states another.
    pub now: f64,
    /// Whether the user states that time, so that it is known before any event is seen.
    pub is_stated: bool,
    /// The tables of lookups, by name.
    pub tables: Arc<Tables>,
    /// The events that the search is run over, which its sub-searches see too.
    pub events: Arc<Vec<Event>>,
}

impl Context {
    /// Without lookups, at this time.
    pub fn at(now: f64) -> Self {
        Self { now, ..Self::default() }
    }

    /// What the user gives: tables, and the time if one is stated.
    ///
    /// ```
    /// use splc::function::Context;
    /// let given = Context::given(Some(1_700_000_000.0), Default::default());
    /// assert_eq!(given.seen(1_600_000_000.0).now, 1_700_000_000.0);
    /// ```
    pub fn given(now: Option<f64>, tables: Arc<Tables>) -> Self {
        Self { now: now.unwrap_or(0.0), is_stated: now.is_some(), tables, events: Arc::default() }
    }

    /// Nothing but the events.
    pub fn nothing() -> &'static Self {
        static NOTHING: OnceLock<Context> = OnceLock::new();
        NOTHING.get_or_init(Self::default)
    }

    /// The same once the time of the latest event is known, which is the time now unless another is stated.
    #[must_use]
    pub fn seen(&self, latest: f64) -> Self {
        let now = if self.is_stated { self.now } else { latest };
        Self { now, ..self.clone() }
    }
}
