//! What rules call that have a regular expression.
//!
//! In: a value. Out: whether the expression is found in it. Invariant: time is linear in the text.

/// A regular expression, which is compiled when it is first asked for; one that is too large finds nothing.
struct Regex {
    pattern: &'static str,
    compiled: std::sync::OnceLock<Option<regex::Regex>>,
}

impl Regex {
    const fn new(pattern: &'static str) -> Self {
        let compiled = std::sync::OnceLock::new();
        Self { pattern, compiled }
    }

    fn finds(&self, value: Value<'_>) -> bool {
        let compile = || {
            let mut builder = regex::RegexBuilder::new(self.pattern);
            builder.size_limit(100 << 20).build().ok()
        };
        let compiled = self.compiled.get_or_init(compile).as_ref();
        compiled.is_some_and(|regex| regex.is_match(value.0))
    }
}
