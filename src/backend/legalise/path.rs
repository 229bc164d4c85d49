//! Tests of the last part of a path where the target's field holds the whole path.
//!
//! In: tests of a value that holds no separator, such as the name of a program. Out: tests of a path that ends in such a
//! value, with or without a folder before it. Invariant: a path passes exactly where its last part does, or also elsewhere
//! where that is said; a value that holds a separator is none of a last part, so the path is tested for it, which is wider.

use std::fmt::Write as _;

use crate::backend::codes;
use crate::detection::{Regex, Test, ValueTest, tree};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern, Piece, Shape};
use crate::target::TargetField;

use super::Legaliser;
use super::complement::escaped;

impl Legaliser<'_> {
    /// What a path passes where its last part passes the test of a value; nothing is in the list if none can.
    pub(super) fn of_path(
        &mut self,
        value: &ValueTest,
        test: &Test,
        field: &TargetField,
        positive: bool,
    ) -> Result<Vec<ValueTest>, String> {
        let Some(separators) = &field.separators else { return Ok(vec![value.clone()]) };
        let reason = || format!("`{}` holds the whole path, not its last part alone", field.name);
        let patterns = match value {
            ValueTest::Matches(pattern) => vec![pattern.clone()],
            ValueTest::Regex(regex) => regex.as_patterns().ok_or_else(reason)?,
            _ => return Err(reason()),
        };
        let mut paths = Vec::new();
        for pattern in &patterns {
            if pattern.literals().any(|text| text.contains(|character| separators.contains(character))) {
                paths.extend(self.separated(pattern, test, field, positive));
                continue;
            }
            let found = ends_in(pattern, separators).or_else(|| {
                let regex = expression(pattern, separators)?;
                (self.capabilities.regex)(&regex, field).ok()?;
                Some(vec![ValueTest::Regex(regex)])
            });
            match found {
                Some(found) => paths.extend(found),
                None if positive => {
                    self.adds = true;
                    let message = format!(
                        "`{}` is looked for anywhere in `{}`: {}",
                        tree::brief(test),
                        field.name,
                        reason()
                    );
                    self.notes.push(Diagnostic::new(&codes::LAST_PART, test.origin.0, message));
                    paths.push(ValueTest::Matches(with_any_before(pattern)));
                }
                None => return Err(reason()),
            }
        }
        Ok(paths)
    }

    /// A value that holds a separator: no last part has it. A search that asks for it most likely means the path.
    fn separated(
        &mut self,
        pattern: &Pattern,
        test: &Test,
        field: &TargetField,
        positive: bool,
    ) -> Option<ValueTest> {
        let what = format!("`{}` holds the last part of a path, which `{pattern}` is not", test.field);
        let message = if positive {
            self.adds = true;
            format!("{what}; the whole path in `{}` is tested for it", field.name)
        } else {
            format!("{what}, so it leaves nothing out")
        };
        self.notes.push(Diagnostic::new(&codes::LAST_PART, test.origin.0, message));
        positive.then(|| ValueTest::Matches(pattern.clone()))
    }
}

/// The patterns of paths whose last part passes one, where wildcards say it.
fn ends_in(pattern: &Pattern, separators: &str) -> Option<Vec<ValueTest>> {
    let case = pattern.case();
    match pattern.shape() {
        Shape::Everything | Shape::Suffix(_) => Some(vec![ValueTest::Matches(pattern.clone())]),
        Shape::Exact(text) => {
            let behind = |separator: char| {
                Pattern::new([Piece::Any, Piece::Literal(format!("{separator}{text}"))], case)
            };
            let alone = std::iter::once(pattern.clone());
            Some(separators.chars().map(behind).chain(alone).map(ValueTest::Matches).collect())
        }
        _ => None,
    }
}

/// The pattern with any text before it.
fn with_any_before(pattern: &Pattern) -> Pattern {
    Pattern::new(std::iter::once(Piece::Any).chain(pattern.pieces().iter().cloned()), pattern.case())
}

/// The expression that is found in a path whose last part passes the pattern.
fn expression(pattern: &Pattern, separators: &str) -> Option<Regex> {
    let separator: String = separators.chars().map(escaped).collect();
    let flags = if pattern.case() == Case::Insensitive { "(?i)" } else { "" };
    let (before, pieces) = match pattern.pieces() {
        [Piece::Any, rest @ ..] => (String::new(), rest),
        pieces => (format!("(?:^|[{separator}])"), pieces),
    };
    let mut text = format!("{flags}{before}");
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.extend(literal.chars().map(escaped)),
            Piece::Any => _ = write!(text, "[^{separator}]*"),
            Piece::One => _ = write!(text, "[^{separator}]"),
        }
    }
    text.push('$');
    Regex::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::Value;

    fn tests(pattern: &Pattern) -> Vec<ValueTest> {
        let by_expression = || vec![ValueTest::Regex(expression(pattern, "\\/").unwrap())];
        ends_in(pattern, "\\/").unwrap_or_else(by_expression)
    }

    #[test]
    fn what_wildcards_say_is_no_expression() {
        for (pattern, is_plain) in
            [("cmd.exe", true), ("*.exe", true), ("*", true), ("cmd*", false), ("*cmd*", false)]
        {
            let found = ends_in(&Pattern::wildcard(pattern, Case::Insensitive), "/");
            assert_eq!(found.is_some(), is_plain, "{pattern}");
        }
        let regex = expression(&Pattern::wildcard("po*l.exe", Case::Insensitive), "\\").unwrap();
        assert_eq!(regex.text(), r"(?i)(?:^|[\\])po[^\\]*l\.exe$");
    }

    proptest! {
        #[test]
        fn a_path_passes_where_its_last_part_does(
            pattern in "[aAb.*]{0,5}",
            is_sensitive in any::<bool>(),
            path in "[aAb./\\\\]{0,8}",
        ) {
            let case = if is_sensitive { Case::Sensitive } else { Case::Insensitive };
            let pattern = Pattern::wildcard(&pattern, case);
            let last = path.rsplit(['/', '\\']).next().unwrap();
            let passes = tests(&pattern).iter().any(|test| test.passes(&Value::from(path.as_str())));
            prop_assert_eq!(passes, pattern.matches(last), "{:?} {}", pattern, path);
        }
    }
}
