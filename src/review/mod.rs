//! What is told of what was found: users choose checks, put findings aside with a reason, adopt old ones and look at
//! what a pull request touches.
//!
//! In: findings of files, and what users said. Out: the findings to tell. Invariant: nothing is put aside that a
//! user did not name, and what no longer holds anything back is a finding itself. Files and `git` are read by `cli`.

mod baseline;
mod changes;
pub mod codes;
mod config;
mod policy;
mod suppression;

pub use baseline::{Baseline, Entry};
pub use changes::{Changes, NotADiff};
pub use config::{Config, FILE_NAME};
pub use policy::Policy;
pub use suppression::suppress;
