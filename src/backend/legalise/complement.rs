//! The regular expression that a value passes where it is none of a few others.
//!
//! In: tests of a value. Out: an expression for all other values, where the tests are of whole texts and of beginnings, or
//! of whole texts and of endings. Invariant: a value passes the expression exactly where it passes none of the tests; it
//! looks neither ahead nor back, which not every engine can (Sigma Modifiers, "Regular Expression").

use std::collections::BTreeMap;

use crate::backend::codes;
use crate::detection::{Condition, Regex, Test, ValueTest, tree};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern, Shape, fold_text};
use crate::target::TargetField;

use super::{Legaliser, SeveralValues, Values};

/// The most characters of all texts together, so that a reader can still follow.
const MOST_CHARACTERS: usize = 120;

/// The longest text: expressions nest as deep as it is long.
const LONGEST: usize = 40;

impl Legaliser<'_> {
    /// "Some value is none of these" of a field that may hold several, as a condition that misses nothing.
    pub(super) fn some_other(&mut self, values: &[ValueTest], test: &Test, field: &TargetField) -> Condition {
        if let Some(condition) = self.other_by_expression(values, test, field) {
            return condition;
        }
        self.adds = true;
        let message = format!(
            "`{}` is tested as presence: the field may hold several values, of which one may differ",
            tree::brief(test)
        );
        self.notes.push(Diagnostic::new(&codes::DROPPED_TEST, test.origin.0, message));
        Condition::Exists
    }

    /// "Some value is none of these" as a regular expression, if that is what is asked for and the target takes it.
    fn other_by_expression(
        &mut self,
        values: &[ValueTest],
        test: &Test,
        field: &TargetField,
    ) -> Option<Condition> {
        if self.several_values != SeveralValues::Expression {
            return None;
        }
        let Values::Tests(values) = self.values(values, test, field, false) else { return None };
        let regex = complement(&values)?;
        (self.capabilities.regex)(&regex, field).ok()?;
        let message = format!(
            "`{}` is tested with a regular expression for all other values, since the field may hold several, of which \
             one may differ",
            tree::brief(test)
        );
        self.notes.push(Diagnostic::new(&codes::OTHER_VALUES, test.origin.0, message));
        Some(Condition::Some(vec![ValueTest::Regex(regex)]))
    }
}

/// The expression.
fn complement(values: &[ValueTest]) -> Option<Regex> {
    let mut patterns: Vec<&Pattern> = Vec::new();
    for value in values {
        let ValueTest::Matches(pattern) = value else { return None };
        patterns.push(pattern);
    }
    let case = patterns.first()?.case();
    if patterns.iter().any(|pattern| pattern.case() != case) {
        return None;
    }
    let ends = patterns.iter().any(|pattern| matches!(pattern.shape(), Shape::Suffix(_)));
    let mut texts = Texts::default();
    let mut size = 0;
    for pattern in patterns {
        let (text, is_whole) = match pattern.shape() {
            Shape::Exact(text) => (text, true),
            Shape::Prefix(text) if !ends => (text, false),
            Shape::Suffix(text) if ends => (text, false),
            _ => return None,
        };
        let text = if case == Case::Insensitive { fold_text(text) } else { text.to_owned() };
        let length = text.chars().count();
        size += length;
        if length > LONGEST || size > MOST_CHARACTERS {
            return None;
        }
        if ends {
            texts.insert(text.chars().rev(), is_whole);
        } else {
            texts.insert(text.chars(), is_whole);
        }
    }
    let flags = if case == Case::Insensitive { "(?is)" } else { "(?s)" };
    let all_others = texts.all_others(ends)?;
    Regex::parse(&format!("{flags}^{all_others}$")).ok()
}

/// Texts by their characters, from one end.
#[derive(Default)]
struct Texts {
    next: BTreeMap<char, Texts>,
    /// Whether one of them ends here.
    is_one: bool,
    /// Whether whatever follows is one of them.
    is_all: bool,
}

impl Texts {
    fn insert(&mut self, text: impl Iterator<Item = char>, is_whole: bool) {
        let mut place = self;
        for character in text {
            place = place.next.entry(character).or_default();
        }
        if is_whole {
            place.is_one = true;
        } else {
            place.is_all = true;
        }
    }

    /// An expression for what is none of them; nothing if everything is. As deep as the longest text.
    fn all_others(&self, backwards: bool) -> Option<String> {
        if self.is_all {
            return None;
        }
        let mut ways = Vec::new();
        if self.next.is_empty() {
            ways.push(".+".to_owned());
        } else {
            let here: String = self.next.keys().map(|character| escaped(*character)).collect();
            ways.push(if backwards { format!(".*[^{here}]") } else { format!("[^{here}].*") });
        }
        for (character, rest) in &self.next {
            let Some(rest) = rest.all_others(backwards) else { continue };
            let character = escaped(*character);
            ways.push(if backwards { format!("{rest}{character}") } else { format!("{character}{rest}") });
        }
        let ways = ways.join("|");
        Some(if self.is_one { format!("(?:{ways})") } else { format!("(?:{ways})?") })
    }
}

/// A character as an expression writes it, in a set or out of one.
pub(super) fn escaped(character: char) -> String {
    if character.is_ascii_punctuation() { format!("\\{character}") } else { character.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn test(text: &str, case: Case) -> ValueTest {
        ValueTest::Matches(Pattern::wildcard(text, case))
    }

    #[test]
    fn what_is_none_of_the_texts_passes() {
        let regex = complement(&[test("ab", Case::Insensitive), test("a.", Case::Insensitive)]).unwrap();
        assert_eq!(regex.text(), r"(?is)^(?:[^a].*|a(?:[^\.b].*|\.(?:.+)|b(?:.+))?)?$");
        assert!(complement(&[test("*a*", Case::Insensitive)]).is_none());
        assert!(complement(&[test("*", Case::Insensitive)]).is_none());
        assert!(complement(&[test("a", Case::Insensitive), test("b", Case::Sensitive)]).is_none());
    }

    proptest! {
        #[test]
        fn a_value_passes_where_it_passes_none_of_the_tests(
            texts in prop::collection::vec("[aAb.\\[]{0,3}", 1..4),
            end in "[$*]",
            at_end in any::<bool>(),
            is_sensitive in any::<bool>(),
            value in "[aAbc.\\[\n]{0,5}",
        ) {
            let case = if is_sensitive { Case::Sensitive } else { Case::Insensitive };
            let last = texts.len() - 1;
            let tests: Vec<ValueTest> = texts.iter().enumerate().map(|(index, text)| {
                let star = if index == last && end == "*" && !text.is_empty() { "*" } else { "" };
                let text = if at_end { format!("{star}{text}") } else { format!("{text}{star}") };
                test(&text, case)
            }).collect();
            let regex = complement(&tests).unwrap();
            let is_one = tests.iter().any(|test| test.passes(&crate::event::Value::from(value.as_str())));
            prop_assert_eq!(ValueTest::Regex(regex).passes(&crate::event::Value::from(value.as_str())), !is_one);
        }
    }
}
