//! What rules call that have a regular expression with look-around or back-references.
//!
//! In: a value. Out: whether the expression is found in it. Invariant: what takes more steps than PCRE would is not found.

/// A regular expression that only a search with steps back can find; compiled when it is first asked for.
struct Backtracking {
    pattern: &'static str,
    compiled: std::sync::OnceLock<Option<fancy_regex::Regex>>,
}

impl Backtracking {
    const fn new(pattern: &'static str) -> Self {
        let compiled = std::sync::OnceLock::new();
        Self { pattern, compiled }
    }

    fn finds(&self, value: Value<'_>) -> bool {
        let compile = || {
            let mut builder = fancy_regex::RegexBuilder::new(self.pattern);
            builder
                .backtrack_limit(1_000_000)
                .delegate_size_limit(100 << 20);
            builder.build().ok()
        };
        let compiled = self.compiled.get_or_init(compile).as_ref();
        compiled.is_some_and(|regex| regex.is_match(value.0).unwrap_or(false))
    }
}
