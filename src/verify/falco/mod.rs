//! Falco rule files read back: structure, output fields and conditions, as Falco 0.42 (engine 0.57.0) loads them, and with
//! `join` and `concat` as Falco 0.44 (engine 0.62.0) does where a file asks for that.
//!
//! In: the YAML text of a rules file. Out: [`Rule`]s whose conditions run over events. Invariant: a file that is
//! read loads in Falco without an error and without a warning that makes a rule useless. Lists, macros,
//! exceptions, appends and disabled rules are refused, as no emitted file needs them.
//! Not checked: names of event types, and what each plugin version offers.

mod comparison;
mod condition;
mod error;
mod glob;
mod lexer;
mod output;
mod posix;
mod rules;
mod test;
mod value;

pub use condition::Condition;
pub use error::ReadError;
pub use rules::{Priority, Rule, read_rules};

#[cfg(test)]
mod arrays;
#[cfg(test)]
mod tests;
