//! Commands about rows and fields of several sources.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod append;
pub(super) mod appendcols;
pub(super) mod appendpipe;
pub(super) mod diff;
pub(super) mod entitymerge;
pub(super) mod federate;
pub(super) mod join;
pub(super) mod lookup;
pub(super) mod selfjoin;
pub(super) mod set;
pub(super) mod transaction;
pub(super) mod union;
