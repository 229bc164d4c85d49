//! Commands about numbers about rows.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(in crate::command) mod aggregate;
pub(super) mod bin;
pub(super) mod chart;
pub(super) mod concurrency;
pub(super) mod eventstats;
pub(super) mod fieldsummary;
pub(super) mod geom;
pub(super) mod geostats;
pub(super) mod makecontinuous;
pub(super) mod rare;
pub(super) mod rawstats;
pub(in crate::command) mod samples;
pub(super) mod series;
pub(super) mod sichart;
pub(super) mod sirare;
pub(super) mod sistats;
pub(super) mod sitimechart;
pub(super) mod sitop;
pub(in crate::command) mod span;
pub(super) mod stats;
pub(super) mod streamstats;
pub(super) mod timechart;
pub(super) mod timewrap;
pub(super) mod top;
pub(super) mod transpose;
pub(super) mod untable;
pub(super) mod xyseries;
