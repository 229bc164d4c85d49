//! Tests of text in EQL: wildcards, regular expressions, and string constants.
//!
//! In: what is asked of the values of a keyword field. Out: predicates, of which one has to hold. Invariant: without
//! case, text is compared by `:`, in which `*` and `?` are wildcards that nothing escapes, so a literal one goes through
//! `regex~`; with case it is `==`, `in`, `like` and `regex`. A regular expression is Lucene's and stands for the whole
//! value; those of one list are joined into one, whose length (`index.max_regex_length`) and automaton are bounded.

use crate::backend::eql::{LONGEST_LIST, LONGEST_REGEX};
use crate::detection::regex::Dialect;
use crate::detection::{Regex, ValueTest};
use crate::event::pattern::{Case, Pattern, Piece};
use crate::target::{FieldKind, TargetField};

/// Whether EQL can say a regular expression of a field; why not, as a clause.
pub(crate) fn takes(regex: &Regex, field: &TargetField) -> Result<(), String> {
    match field.kind {
        FieldKind::Keyword | FieldKind::Wildcard => {}
        FieldKind::Long | FieldKind::Boolean | FieldKind::Ip => {
            return Err("the field is not text, so regular expressions do not apply".to_owned());
        }
    }
    match regex.print_with_flags(Dialect::Lucene) {
        Ok(printed) if has_automaton(&printed.pattern) => Ok(()),
        Ok(_) => Err(format!("the automaton of the regular expression {TOO_MANY_STATES}")),
        Err(reason) => Err(format!("the regular expressions of Elasticsearch cannot say {}", reason.what)),
    }
}

/// What is wrong with an automaton, as a predicate.
const TOO_MANY_STATES: &str =
    "needs more than the 10,000 states that Elasticsearch builds (`max_determinized_states`)";

/// Whether Lucene builds an automaton of a pattern as it is written here: what is escaped in it is punctuation, so that
/// it says the same as a pattern of PCRE.
fn has_automaton(pattern: &str) -> bool {
    let whole = Regex::parse(&format!("(?s)\\A(?:{pattern})\\z"));
    whole.is_ok_and(|whole| whole.lucene_states().is_some())
}

/// How a text is compared.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// `:` or `==`, `in`, `like`
    Plain,
    /// `regex~` or `regex`
    Regex,
}

/// How many characters are counted (`.{300}`) where a row of as many `?` would be hard to read, and an automaton is built.
const COUNTED: std::ops::RangeInclusive<usize> = 33..=900;

/// The characters that may be any.
fn places(pattern: &Pattern) -> usize {
    pattern.pieces().iter().filter(|piece| **piece == Piece::One).count()
}

/// What a field is compared with.
struct Constant {
    case: Case,
    way: Way,
    text: String,
    has_wildcards: bool,
}

impl Constant {
    fn of(test: &ValueTest) -> Result<Option<Self>, String> {
        Ok(match test {
            ValueTest::Matches(pattern) => {
                // Lucene builds an automaton for wildcards too.
                if places(pattern) > 0 && !has_automaton(&regex(pattern)) {
                    return Err(format!("the automaton of a wildcard {TOO_MANY_STATES}"));
                }
                let has_signs = pattern.literals().any(|text| text.contains(['*', '?']));
                let (way, text) = if has_signs || COUNTED.contains(&places(pattern)) {
                    (Way::Regex, regex(pattern))
                } else {
                    (Way::Plain, wildcard(pattern))
                };
                let has_wildcards = pattern.pieces().iter().any(|piece| !matches!(piece, Piece::Literal(_)));
                Some(Self { case: pattern.case(), way, text, has_wildcards })
            }
            ValueTest::Regex(regex) => {
                let printed = regex.print_with_flags(Dialect::Lucene).map_err(|reason| reason.what)?;
                let case = if printed.caseless { Case::Insensitive } else { Case::Sensitive };
                Some(Self { case, way: Way::Regex, text: printed.pattern, has_wildcards: false })
            }
            // Only numbers and addresses have these, and their fields are no text.
            ValueTest::In(_) | ValueTest::Compares(..) | ValueTest::Equals(_) | ValueTest::Number(..) => None,
        })
    }
}

/// The tests of a field that holds text, of which one has to hold.
///
/// # Errors
/// What limit of Elasticsearch they are over.
pub(crate) fn text_tests(field: &str, tests: &[ValueTest]) -> Result<Vec<String>, String> {
    if tests.len() > LONGEST_LIST {
        return Err(format!("a list has {} values, and a query has room for {LONGEST_LIST}", tests.len()));
    }
    let mut constants = Vec::new();
    for test in tests {
        constants.extend(Constant::of(test)?);
    }
    let mut alternatives = Vec::new();
    for case in [Case::Insensitive, Case::Sensitive] {
        for way in [Way::Plain, Way::Regex] {
            let chosen: Vec<&Constant> =
                constants.iter().filter(|constant| constant.case == case && constant.way == way).collect();
            for list in lists(&chosen, way)? {
                alternatives.push(comparison(field, case, way, list));
            }
        }
    }
    Ok(alternatives)
}

/// Constants that one operator may have together.
fn lists<'a, 'c>(constants: &'a [&'c Constant], way: Way) -> Result<Vec<&'a [&'c Constant]>, String> {
    if constants.is_empty() {
        return Ok(Vec::new());
    }
    if way == Way::Plain {
        return Ok(vec![constants]);
    }
    let mut lists = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (index, constant) in constants.iter().enumerate() {
        let own = constant.text.encode_utf16().count();
        if own > LONGEST_REGEX {
            return Err(format!("a regular expression has over {LONGEST_REGEX} characters"));
        }
        // One more for the `|` between two.
        if index > start && length + own + 1 > LONGEST_REGEX {
            lists.extend(constants.get(start..index));
            (start, length) = (index, own);
        } else {
            length += own + usize::from(index > start);
        }
    }
    lists.extend(constants.get(start..));
    let mut built = Vec::new();
    for list in lists {
        built.extend(built_of(list)?);
    }
    Ok(built)
}

/// The list, in two where Lucene does not build the automaton of all together, and so on.
fn built_of<'a, 'c>(list: &'a [&'c Constant]) -> Result<Vec<&'a [&'c Constant]>, String> {
    let (mut built, mut waiting) = (Vec::new(), vec![list]);
    while let Some(list) = waiting.pop() {
        let texts: Vec<&str> = list.iter().map(|constant| constant.text.as_str()).collect();
        if has_automaton(&texts.join("|")) {
            built.push(list);
        } else if let [_] = list {
            return Err(format!("the automaton of a regular expression {TOO_MANY_STATES}"));
        } else {
            let (left, right) = list.split_at(list.len() / 2);
            waiting.extend([right, left]);
        }
    }
    Ok(built)
}

fn comparison(field: &str, case: Case, way: Way, constants: &[&Constant]) -> String {
    let operator = match (case, way) {
        (Case::Insensitive, Way::Plain) => ":",
        (Case::Sensitive, Way::Plain) if constants.iter().any(|constant| constant.has_wildcards) => "like",
        (Case::Sensitive, Way::Plain) if constants.len() == 1 => "==",
        (Case::Sensitive, Way::Plain) => "in",
        (Case::Insensitive, Way::Regex) => "regex~",
        (Case::Sensitive, Way::Regex) => "regex",
    };
    let quoted: Vec<String> = constants.iter().map(|constant| quoted(&constant.text)).collect();
    match quoted.as_slice() {
        [only] if operator != "in" => format!("{field} {operator} {only}"),
        many => format!("{field} {operator} ({})", many.join(", ")),
    }
}

/// A text with the wildcards of `:` and `like`.
fn wildcard(pattern: &Pattern) -> String {
    pattern
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            Piece::Any => "*",
            Piece::One => "?",
        })
        .collect()
}

/// A Lucene regular expression for the whole value; every character with a meaning is escaped.
fn regex(pattern: &Pattern) -> String {
    let mut text = String::new();
    for row in pattern.pieces().chunk_by(|left, right| left == right && *left == Piece::One) {
        let Some(piece) = row.first() else { continue };
        match piece {
            Piece::Literal(literal) => {
                for character in literal.chars() {
                    if ".?+*|{}[]()\"\\#@&<>~^$-/".contains(character) {
                        text.push('\\');
                    }
                    text.push(character);
                }
            }
            Piece::Any => text.push_str(".*"),
            Piece::One if row.len() > 3 => text.push_str(&format!(".{{{}}}", row.len())),
            Piece::One => text.push_str(&".".repeat(row.len())),
        }
    }
    text
}

/// A string constant: raw where that reads better and can be, else with escapes.
pub(crate) fn quoted(text: &str) -> String {
    let is_raw = text.contains('\\')
        && !text.contains("\"\"\"")
        && !text.ends_with('"')
        && !text.starts_with('"')
        && !text.chars().any(char::is_control);
    if is_raw {
        return format!("\"\"\"{text}\"\"\"");
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => quoted.push_str(&format!("\\u{{{:04x}}}", u32::from(other))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests_of(tests: &[ValueTest]) -> Vec<String> {
        text_tests("?f", tests).unwrap()
    }

    fn regex_test(pattern: &str) -> ValueTest {
        ValueTest::Regex(Regex::parse(pattern).unwrap())
    }

    #[test]
    fn a_literal_question_mark_goes_through_a_regex() {
        let pattern = Pattern::wildcard("/x?id=*", Case::Insensitive);
        assert_eq!(tests_of(&[ValueTest::Matches(pattern)]), [r#"?f regex~ """\/x\?id=.*""""#]);
    }

    #[test]
    fn many_characters_are_counted() {
        let of =
            |count| tests_of(&[ValueTest::Matches(Pattern::new(vec![Piece::One; count], Case::Sensitive))]);
        assert_eq!(of(4), [r#"?f like "????""#]);
        assert_eq!(of(300), [r#"?f regex ".{300}""#]);
        let both =
            Pattern::new(vec![Piece::Literal("a?".to_owned()), Piece::One, Piece::One], Case::Sensitive);
        assert_eq!(tests_of(&[ValueTest::Matches(both)]), [r#"?f regex """a\?..""""#]);
    }

    #[test]
    fn a_regular_expression_stands_for_the_whole_value_and_has_its_case() {
        assert_eq!(tests_of(&[regex_test(r"^a[bc]\d+")]), ["?f regex \"a[bc][0-9].*\""]);
        assert_eq!(tests_of(&[regex_test(r"(?i)^a\.[bB]")]), [r#"?f regex~ """a\.b.*""""#]);
        // Before a line feed that is last is the end too, and a raw string holds none.
        assert_eq!(tests_of(&[regex_test("^a[bc]$")]), [r#"?f regex "a[bc]\n?""#]);
    }

    #[test]
    fn regular_expressions_of_a_list_are_split_where_they_would_be_too_long_together() {
        let long = |letter: &str| regex_test(&format!("^{}[01]", letter.repeat(600)));
        assert_eq!(tests_of(&[long("a"), long("b")]).len(), 2);
        assert_eq!(
            tests_of(&[regex_test("^a[01]"), regex_test("^b[01]")]),
            [r#"?f regex ("a[01].*", "b[01].*")"#]
        );
    }

    #[test]
    fn regular_expressions_that_lucene_builds_no_automaton_of_are_not_taken() {
        let (name, kind) = ("f".to_owned(), FieldKind::Keyword);
        let field = TargetField { name, kind, empty_is_absent: false, separators: None };
        let takes = |pattern: &str| takes(&Regex::parse(pattern).unwrap(), &field);
        assert_eq!(takes("^a.{0,900}b"), Ok(()));
        assert!(takes("a.{0,900}b").unwrap_err().contains("10,000 states"));
        // Each alone has an automaton, and all together have too large a one.
        let apart = ["a", "b", "c", "d"].map(|letter| regex_test(&format!("{letter}[^x]{{7}}y")));
        assert_eq!(tests_of(&apart[..1]).len(), 1);
        assert!(tests_of(&apart).len() > 1, "{:?}", tests_of(&apart));
    }

    #[test]
    fn wildcards_that_lucene_builds_no_automaton_of_are_not_taken() {
        let places = vec![Piece::One; 20];
        let pieces = [vec![Piece::Any, Piece::Literal("a".to_owned())], places].concat();
        let test = ValueTest::Matches(Pattern::new(pieces, Case::Sensitive));
        assert!(text_tests("?f", &[test]).unwrap_err().contains("10,000 states"));
        let pattern = Pattern::wildcard("*ab*", Case::Sensitive);
        assert_eq!(tests_of(&[ValueTest::Matches(pattern)]), [r#"?f like "*ab*""#]);
    }

    #[test]
    fn strings_are_raw_only_where_they_can_be() {
        assert_eq!(quoted(r"C:\x"), r#""""C:\x""""#);
        assert_eq!(quoted("C:\\x\n"), r#""C:\\x\n""#);
        assert_eq!(quoted("a\"b"), r#""a\"b""#);
    }
}
