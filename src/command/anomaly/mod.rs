//! Commands about what is unusual in rows, and what goes together.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod analyzefields;
pub(super) mod anomalies;
pub(super) mod anomalousvalue;
pub(super) mod anomalydetection;
pub(super) mod arules;
pub(super) mod associate;
pub(super) mod cluster;
pub(super) mod cofilter;
pub(super) mod contingency;
pub(super) mod correlate;
pub(super) mod findkeywords;
pub(super) mod findtypes;
pub(super) mod kmeans;
pub(super) mod outlier;
pub(super) mod predict;
pub(super) mod relevancy;
pub(super) mod trendline;
pub(super) mod typelearner;
pub(super) mod x11;
