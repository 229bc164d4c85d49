//! Names of functions and variables of Rust.
//!
//! Invariant: a name is an identifier in snake case, not a keyword of any edition, and free.

use crate::backend::name::slug;

/// Words that are no identifiers (The Rust Reference, "Keywords"; the reserved and weak ones included), and `main`,
/// which the root of a program has for itself.
const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn else enum extern false \
     final fn for gen if impl in let loop macro main match mod move mut override priv pub raw ref return safe self \
     static struct super trait true try type typeof union unsafe unsized use virtual where while yield ";

/// A text as an identifier, which may be taken.
pub(super) fn identifier(text: &str) -> String {
    let slug = slug(text);
    if slug.starts_with(|first: char| first.is_ascii_digit()) { format!("n{slug}") } else { slug }
}

/// The name, or one that starts with it, that is free and no keyword.
pub(super) fn unique(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let is_allowed = |name: &str| is_free(name) && !KEYWORDS.contains(&format!(" {name} "));
    let numbered = (2..).map(|number: u64| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| is_allowed(name)).unwrap_or_default()
}
