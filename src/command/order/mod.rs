//! Commands about the order of rows.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod reverse;
pub(super) mod rtorder;
pub(super) mod sort;
