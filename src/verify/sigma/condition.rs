//! The `condition` of a Sigma rule: which detections have to match.
//!
//! In: the text of a condition and the names of the detections. Out: an expression over their positions.
//! Invariant: an expression is never deeper than [`MAX_DEPTH`]. Binding, weakest first: `or`, `and`, `not`, `1 of` /
//! `all of`, parentheses (Sigma specification 2.1, "Condition"). Aggregations after `|` are not part of the
//! language any more.

/// How deep parentheses and `not` may be nested.
pub(super) const MAX_DEPTH: usize = 64;

/// How many bytes a condition may have: each `1 of them` stands for all names, so length is cost.
const MAX_LENGTH: usize = 64 * 1024;

/// Why a condition is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// A token that cannot stand there.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The condition names a detection that the rule does not have.
    #[error("no detection is called `{0}`")]
    UnknownName(String),
    /// No name fits the pattern after `1 of` or `all of`.
    #[error("no detection fits `{0}`")]
    NothingFits(String),
    /// Parentheses or `not` nested too deep.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A condition longer than any that people or backends write.
    #[error("longer than {MAX_LENGTH} bytes")]
    TooLong,
    /// An aggregation such as `| count() > 5`.
    #[error("aggregations after `|` are not part of Sigma any more")]
    Aggregation,
}

/// A condition over detections, which are named by their position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Detection(usize),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether the condition holds, given what holds for each detection.
    pub(super) fn holds(&self, detection: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::Detection(index) => detection(*index),
            Self::Not(inner) => !inner.holds(detection),
            Self::All(parts) => parts.iter().all(|part| part.holds(detection)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(detection)),
        }
    }

    /// Marks the detections that the condition uses.
    pub(super) fn mark(&self, used: &mut [bool]) {
        match self {
            Self::Detection(index) => {
                if let Some(mark) = used.get_mut(*index) {
                    *mark = true;
                }
            }
            Self::Not(inner) => inner.mark(used),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.mark(used)),
        }
    }
}

/// Reads a condition.
pub(super) fn read(text: &str, names: &[&str]) -> Result<Condition, ConditionError> {
    if text.len() > MAX_LENGTH {
        return Err(ConditionError::TooLong);
    }
    let mut reader = Reader { tokens: tokens(text), at: 0, names };
    let condition = reader.or(0)?;
    match reader.peek() {
        None => Ok(condition),
        Some("|") => Err(ConditionError::Aggregation),
        Some(_) => Err(reader.unexpected("`and`, `or` or the end")),
    }
}

/// Words, with parentheses and `|` as tokens of their own.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for mut word in text.split_whitespace() {
        while let Some(at) = word.find(['(', ')', '|']) {
            let (before, rest) = word.split_at(at);
            let (sign, after) = rest.split_at(1);
            tokens.extend([before, sign].into_iter().filter(|token| !token.is_empty()));
            word = after;
        }
        if !word.is_empty() {
            tokens.push(word);
        }
    }
    tokens
}

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    names: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, expected: &'static str) -> ConditionError {
        let found = self.peek().map_or("the end".to_owned(), |token| format!("`{token}`"));
        ConditionError::Unexpected { expected, found }
    }

    fn or(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut parts = vec![self.and(depth)?];
        while self.take("or") {
            parts.push(self.and(depth)?);
        }
        Ok(only_or(parts, Condition::Any))
    }

    fn and(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        let mut parts = vec![self.not(depth)?];
        while self.take("and") {
            parts.push(self.not(depth)?);
        }
        Ok(only_or(parts, Condition::All))
    }

    fn not(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        if depth >= MAX_DEPTH {
            return Err(ConditionError::TooDeep);
        }
        if self.take("not") {
            return Ok(Condition::Not(Box::new(self.not(depth + 1)?)));
        }
        self.primary(depth)
    }

    fn primary(&mut self, depth: usize) -> Result<Condition, ConditionError> {
        if self.take("(") {
            let inner = self.or(depth + 1)?;
            return if self.take(")") { Ok(inner) } else { Err(self.unexpected("`)`")) };
        }
        let word = match self.peek() {
            Some(word) if !matches!(word, "and" | "or" | ")" | "|") => word,
            _ => return Err(self.unexpected("the name of a detection")),
        };
        self.at += 1;
        if matches!(word, "1" | "any" | "all") && self.take("of") {
            let make = if word == "all" { Condition::All } else { Condition::Any };
            return Ok(make(self.group()?));
        }
        let index = self.names.iter().position(|name| *name == word);
        index.map(Condition::Detection).ok_or_else(|| ConditionError::UnknownName(word.to_owned()))
    }

    /// The detections that `them` or a name with `*` stands for; `them` leaves out names that start with `_`.
    fn group(&mut self) -> Result<Vec<Condition>, ConditionError> {
        let pattern = match self.peek() {
            Some(word) if !matches!(word, "and" | "or" | "not" | "(" | ")" | "|") => word,
            _ => return Err(self.unexpected("`them` or a pattern of names")),
        };
        self.at += 1;
        let fits = |name: &str| {
            if pattern == "them" { !name.starts_with('_') } else { fits(pattern, name) }
        };
        let found: Vec<_> = self.names.iter().enumerate().filter(|(_, name)| fits(name)).collect();
        if found.is_empty() {
            return Err(ConditionError::NothingFits(pattern.to_owned()));
        }
        Ok(found.into_iter().map(|(index, _)| Condition::Detection(index)).collect())
    }
}

fn only_or(mut parts: Vec<Condition>, make: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            make(parts)
        }
        None => make(parts),
    }
}

/// Whether a name fits a pattern in which `*` stands for any run of characters.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(head) else { return false };
    let mut pieces: Vec<_> = tail.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["selection_a", "selection_b", "filter", "_hidden"];

    /// Whether the condition holds where exactly these detections match.
    fn holds(text: &str, matching: &[&str]) -> bool {
        let condition = read(text, &NAMES).unwrap_or_else(|error| panic!("{text}: {error}"));
        condition.holds(&|index| matching.contains(&NAMES[index]))
    }

    #[test]
    fn not_binds_tighter_than_and_and_and_tighter_than_or() {
        assert!(holds("selection_a or selection_b and filter", &["selection_a"]));
        assert!(!holds("(selection_a or selection_b) and filter", &["selection_a"]));
        assert!(!holds("not selection_a and filter", &["selection_a"]));
        assert!(holds("not (selection_a and filter)", &["selection_a"]));
        assert!(holds("not not filter", &["filter"]));
    }

    #[test]
    fn quantifiers_choose_by_pattern() {
        assert!(holds("1 of selection_*", &["selection_b"]));
        assert!(holds("any of selection_*", &["selection_b"]));
        assert!(!holds("all of selection_*", &["selection_b"]));
        assert!(holds("all of selection_* and not 1 of filter*", &["selection_a", "selection_b"]));
        assert!(holds("1 of *_b", &["selection_b"]));
        assert!(!holds("1 of *_a", &["selection_b"]));
        assert!(holds("1 of filter", &["filter"]));
    }

    #[test]
    fn them_leaves_hidden_names_out_and_patterns_do_not() {
        assert!(!holds("1 of them", &["_hidden"]));
        assert!(holds("all of them", &["selection_a", "selection_b", "filter"]));
        assert!(holds("1 of _*", &["_hidden"]));
    }

    #[test]
    fn words_need_no_space_before_parentheses() {
        assert!(holds("not(selection_a)and(filter)", &["filter"]));
    }

    #[test]
    fn what_is_not_a_condition_is_refused() {
        let unexpected = [
            "",
            "filter filter",
            "filter and",
            "or filter",
            "(filter",
            "filter)",
            "1 of",
            "1 of not",
            "not",
            "()",
        ];
        for text in unexpected {
            let error = read(text, &NAMES).unwrap_err();
            assert!(matches!(error, ConditionError::Unexpected { .. }), "{text}: {error}");
        }
        assert_eq!(read("filters", &NAMES), Err(ConditionError::UnknownName("filters".into())));
        // Only 1, any and all are quantifiers, and operators are in lower case.
        assert_eq!(read("2 of them", &NAMES), Err(ConditionError::UnknownName("2".into())));
        assert!(read("filter AND selection_a", &NAMES).is_err());
        assert_eq!(read("1 of x*", &NAMES), Err(ConditionError::NothingFits("x*".into())));
        assert_eq!(read("filter | count() > 5", &NAMES), Err(ConditionError::Aggregation));
    }

    #[test]
    fn nesting_has_a_limit_and_chains_have_none() {
        let nested = |open: &str, close: &str, n| format!("{}filter{}", open.repeat(n), close.repeat(n));
        assert!(read(&nested("(", ")", 60), &NAMES).is_ok());
        assert_eq!(read(&nested("(", ")", 10_000), &NAMES), Err(ConditionError::TooDeep));
        assert_eq!(read(&nested("not ", "", 10_000), &NAMES), Err(ConditionError::TooDeep));
        assert!(read(&format!("{}filter", "filter or ".repeat(5_000)), &NAMES).is_ok());
        assert_eq!(read(&"filter or ".repeat(10_000), &NAMES), Err(ConditionError::TooLong));
    }
}
