//! Tests of the last part of a path where the target's field holds the whole path.
//!
//! In: tests of a value that holds no separator, such as the name of a program. Out: tests of a path that ends in such a
//! value, with or without a folder before it. Invariant: a path passes exactly where its last part does, or also elsewhere
//! where that is said; a value that holds a separator is none of a last part, so the path is tested for it, which is wider.

use std::fmt::Write as _;

use crate::backend::codes;
use crate::detection::{Computed, Condition, Decimal, Formula, Predicate, Regex, Test, ValueTest, tree};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern, Piece, Shape};
use crate::target::TargetField;

use super::complement::escaped;
use super::{Legaliser, is_single_valued};

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

impl Legaliser<'_> {
    /// A condition on the last part of a path that a search takes apart itself, as a test of the path: what stands behind the
    /// last separator, by `split` or `replace`. Nothing if it asks for something else.
    pub(super) fn last_part(&mut self, computed: &Computed, positive: bool) -> Option<Predicate> {
        let (field, separators, is_split) = taken_apart(&computed.formula)?;
        let Some(Condition::Some(tests)) = &computed.condition else { return None };
        let mut paths = Vec::new();
        for test in tests {
            let ValueTest::Matches(pattern) = test else { return None };
            let has_separator = |text: &str| text.contains(|character| separators.contains(character));
            if pattern.literals().any(has_separator) || pattern.matches("") {
                return None;
            }
            let by_expression = || Some(vec![ValueTest::Regex(expression(pattern, &separators)?)]);
            paths.extend(ends_in(pattern, &separators).or_else(by_expression)?);
        }
        // `split` goes on with the last of several values, and `.` stops at the end of a line.
        if !is_split || !is_single_valued(self.source, field) {
            if !positive {
                return None;
            }
            self.adds = true;
            let what = tree::brief_computed(computed);
            let message = format!("`{what}` is looked for at the end of any line of any value of `{field}`");
            self.notes.push(Diagnostic::new(&codes::LAST_PART, computed.origin.0, message));
        }
        let (field, condition) = (field.to_owned(), Condition::Some(paths));
        Some(self.predicate(&Predicate::Test(Test { field, condition, origin: computed.origin }), positive))
    }
}

/// The field of which a formula takes the last part, the separators, and whether it is by `split`.
fn taken_apart(formula: &Formula) -> Option<(&str, String, bool)> {
    let Formula::Call(name, arguments) = formula else { return None };
    match (name.as_str(), arguments.as_slice()) {
        ("mvindex", [Formula::Call(split, of), index]) if split == "split" && is_last(index) => {
            let [Formula::Field(field), Formula::Text(separator)] = of.as_slice() else { return None };
            let mut characters = separator.chars();
            let (only, None) = (characters.next()?, characters.next()) else { return None };
            (!only.is_alphanumeric()).then(|| (field.as_str(), only.to_string(), true))
        }
        ("replace", [Formula::Field(field), Formula::Text(pattern), Formula::Text(with)])
            if with.is_empty() =>
        {
            let before = pattern.strip_prefix('^').unwrap_or(pattern).strip_prefix(".*")?;
            let separators = match before {
                r"\\" => r"\",
                "/" | r"\/" => "/",
                r"[\\/]" | r"[/\\]" => r"\/",
                _ => return None,
            };
            Some((field, separators.to_owned(), false))
        }
        _ => None,
    }
}

fn is_last(index: &Formula) -> bool {
    match index {
        Formula::Number(number) => *number == Decimal(-1.0),
        Formula::Minus(inner) => matches!(&**inner, Formula::Number(number) if *number == Decimal(1.0)),
        _ => false,
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
