//! Commands about rows that are kept.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod dedup;
pub(super) mod geomfilter;
pub(super) mod head;
pub(super) mod regex;
pub(super) mod searchtxn;
pub(super) mod tail;
pub(super) mod uniq;
pub(super) mod r#where;
