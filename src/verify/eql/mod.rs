//! Elastic EQL event queries and sequences, read and run as Elasticsearch 8 and later do.
//!
//! In: the text of a query, the types of fields, events. Out: whether the query matches an event, which events of
//! several are part of an alert, or why Elasticsearch would not run it. Invariant: a query that is read passed the checks of Elasticsearch's
//! grammar and verifier, so an unmapped field, a string operator on a number or a bad regular expression is
//! an error here, never "no match". Not done: missing events in a sequence (`![..]`), samples, pipes, dates, `between` and
//! `number` (an error each), and `ignore_above`, which belongs to an index: a value of any length counts as indexed.

mod lexer;
mod lucene;
mod syntax;
mod check;
mod cursor;
mod parser;
mod operand;
mod function;
mod evaluate;
mod sequence;
mod stages;

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::event::{Event, Value};

pub use lucene::PatternError;

use evaluate::Truth;
use sequence::Sequence;
use syntax::Expr;

/// How a field is mapped, as far as EQL treats the types differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// `keyword`, `constant_keyword`.
    Keyword,
    /// `wildcard`.
    Wildcard,
    /// `text`, `match_only_text`: no operator works on it.
    Text,
    /// `long` and the other integers.
    Long,
    /// `double` and the other fractions.
    Double,
    /// `boolean`.
    Boolean,
    /// `ip`.
    Ip,
    /// `date`, `date_nanos`.
    Date,
    /// `flattened`: no operator works on it.
    Flattened,
    /// `nested`: no operator works on it.
    Nested,
}

impl FieldType {
    /// The name Elasticsearch's messages use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Wildcard => "wildcard",
            Self::Text => "text",
            Self::Long => "long",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Ip => "ip",
            Self::Date => "date",
            Self::Flattened => "flattened",
            Self::Nested => "nested",
        }
    }
}

impl FromStr for FieldType {
    type Err = ReadError;

    /// Reads the `type` of a mapping (Elasticsearch reference, "Field data types").
    ///
    /// ```
    /// use splc::verify::eql::FieldType;
    /// assert_eq!("constant_keyword".parse::<FieldType>().unwrap(), FieldType::Keyword);
    /// assert!("geo_point".parse::<FieldType>().is_err());
    /// ```
    fn from_str(name: &str) -> Result<Self, ReadError> {
        Ok(match name {
            "keyword" | "constant_keyword" => Self::Keyword,
            "wildcard" => Self::Wildcard,
            "text" | "match_only_text" => Self::Text,
            "long" | "integer" | "short" | "byte" | "unsigned_long" => Self::Long,
            "double" | "float" | "half_float" | "scaled_float" => Self::Double,
            "boolean" => Self::Boolean,
            "ip" => Self::Ip,
            "date" | "date_nanos" => Self::Date,
            "flattened" => Self::Flattened,
            "nested" => Self::Nested,
            _ => return Err(ReadError::UnknownType(name.to_owned())),
        })
    }
}

/// Why a text is not a query that Elasticsearch would run, or not one that is read here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text cannot be cut into tokens.
    #[error("byte {at}: {reason}")]
    Lexical {
        /// Where, in bytes.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A token stands where the grammar has none of its kind.
    #[error("byte {at}: expected {expected}, found {found}")]
    Syntax {
        /// Where, in bytes.
        at: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Part of the language, but not read here.
    #[error("{0} cannot be read back")]
    Unsupported(String),
    /// More levels of `and`, `or`, `not` or brackets than Elasticsearch (or this reader) goes down.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// `index.max_terms_count`.
    #[error("a list has more than {0} values")]
    ListTooLong(usize),
    /// A field that is not mapped and not written with `?`.
    #[error("Unknown column [{0}]")]
    UnknownColumn(String),
    /// A field of a type that EQL does not work on.
    #[error("cannot operate on field [{field}] of data type [{kind}]")]
    UnusableField {
        /// The field.
        field: String,
        /// Its type.
        kind: &'static str,
    },
    /// No such function.
    #[error("Unknown function [{0}]")]
    UnknownFunction(String),
    /// A string operator beside something that is no string.
    #[error("{operator} needs strings, [{found}] is none; consider using [==] or [in]")]
    NeedsString {
        /// The operator or function.
        operator: &'static str,
        /// The field or constant.
        found: String,
    },
    /// A function or an operator of numbers beside something that is none.
    #[error("{operator} needs numbers, [{found}] is none")]
    NeedsNumber {
        /// The function or the name of the operator.
        operator: &'static str,
        /// The field or constant.
        found: String,
    },
    /// A function with fewer or more arguments than it takes.
    #[error("{0} takes another number of arguments")]
    Arguments(&'static str),
    /// The first argument of `cidrMatch` is not an `ip` field.
    #[error("cidrMatch needs an ip field, [{0}] is none")]
    NeedsIp(String),
    /// Comparing one field with another, directly or through a function.
    #[error("byte {0}: the right side of a comparison must be a constant")]
    NotConstant(usize),
    /// A constant that does not fit the type of the field.
    #[error("[{constant}] does not fit [{field}] of type [{kind}]")]
    WrongConstant {
        /// The constant.
        constant: String,
        /// The field.
        field: String,
        /// Its type.
        kind: &'static str,
    },
    /// `<` and its kind on a type without them.
    #[error("[{field}] of type [{kind}] has no order")]
    NoOrder {
        /// The field.
        field: String,
        /// Its type.
        kind: &'static str,
    },
    /// A string, a number or a field that is not Boolean where a condition belongs.
    #[error("[{0}] is not a condition")]
    NotACondition(String),
    /// A regular expression that Lucene does not accept, or that is not read here.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A type of field that EQL does not know.
    #[error("unknown field type [{0}]")]
    UnknownType(String),
}

/// An event query, `CATEGORY where CONDITION`, or a sequence.
#[derive(Clone, Debug)]
pub struct Query {
    body: Body,
    /// The fields written without `?`.
    required: BTreeSet<String>,
}

#[derive(Clone, Debug)]
enum Body {
    Event(Clause),
    Sequence(Sequence),
}

/// `CATEGORY where CONDITION`
#[derive(Clone, Debug)]
struct Clause {
    /// `None` is `any`.
    category: Option<String>,
    condition: Expr,
}

impl Clause {
    fn matches(&self, category: Option<&str>, event: &Event, mapped: &dyn Fn(&str) -> bool) -> bool {
        let own = event.values("event.category").first().map(Value::text);
        let category = category.or(own.as_deref());
        let category_fits = self.category.as_deref().is_none_or(|wanted| category == Some(wanted));
        category_fits
            && matches!(
                evaluate::truth(&self.condition, event, mapped),
                Truth::Fixed(true) | Truth::Found(true)
            )
    }
}

impl Query {
    /// Reads a query; `types` knows the mapped fields of the indices it would run on.
    ///
    /// ```
    /// use splc::verify::eql::{FieldType, Query};
    /// let types = |name: &str| (name == "process.name").then_some(FieldType::Keyword);
    /// assert!(Query::parse(r#"process where process.name : "cmd*""#, &types).is_ok());
    /// assert!(Query::parse(r#"process where user.name == "root""#, &types).is_err());
    /// assert!(Query::parse(r#"process where ?user.name == "root""#, &types).is_ok());
    /// ```
    ///
    /// # Errors
    /// Elasticsearch would refuse the query, or it uses a part of EQL that is not read here.
    pub fn parse(text: &str, types: &dyn Fn(&str) -> Option<FieldType>) -> Result<Self, ReadError> {
        parser::query(text, types)
    }

    /// Whether the query returns an event of this `event.category`, which it may hold itself.
    ///
    /// Fields of the event carry the names of Elasticsearch, without backticks. `mapped` says whether any
    /// index of the pattern maps a field: a query with a required field that none maps fails as a whole, so
    /// it matches nothing, and an optional one is `null`. An optional field that was of no known type while
    /// reading but is mapped now is a keyword.
    ///
    /// ```
    /// use splc::event::Event;
    /// use splc::verify::eql::{FieldType, Query};
    /// let query = Query::parse(r#"any where not ?user : "root""#, &|_| Some(FieldType::Keyword)).unwrap();
    /// assert!(query.matches(None, &Event::new(), &|_| true));
    /// // The rule dies silently where no index maps the field.
    /// assert!(!query.matches(None, &Event::new(), &|_| false));
    /// ```
    ///
    /// A sequence matches no event alone.
    pub fn matches(&self, category: Option<&str>, event: &Event, mapped: &dyn Fn(&str) -> bool) -> bool {
        match &self.body {
            Body::Event(clause) => self.is_run(mapped) && clause.matches(category, event, mapped),
            Body::Sequence(_) => false,
        }
    }

    /// The events, by index, that are part of an alert. `_time` of an event is the second at which it happened; of events
    /// of one time the last in the list came first, as Splunk lists them.
    ///
    /// ```
    /// use splc::event::Event;
    /// use splc::verify::eql::{FieldType, Query};
    /// let text = "sequence by user with maxspan=1m [any where id == \"1\"] [any where id == \"2\"]";
    /// let query = Query::parse(text, &|_| Some(FieldType::Keyword)).unwrap();
    /// let event = |time, id| Event::new().with("_time", time).with("user", "a").with("id", id);
    /// let events = [event("130", "2"), event("90", "2"), event("60", "1")];
    /// assert_eq!(query.matches_all(None, &events, &|_| true), [1, 2]);
    /// ```
    pub fn matches_all(
        &self,
        category: Option<&str>,
        events: &[Event],
        mapped: &dyn Fn(&str) -> bool,
    ) -> Vec<usize> {
        if !self.is_run(mapped) {
            return Vec::new();
        }
        match &self.body {
            Body::Event(clause) => {
                let matching =
                    events.iter().enumerate().filter(|(_, event)| clause.matches(category, event, mapped));
                matching.map(|(index, _)| index).collect()
            }
            Body::Sequence(sequence) => sequence.members(category, events, mapped),
        }
    }

    /// A query with a field that is not mapped and not optional fails.
    fn is_run(&self, mapped: &dyn Fn(&str) -> bool) -> bool {
        self.required.iter().all(|field| mapped(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of each type by a short name, and names of strings with signs in them.
    pub(super) fn types(name: &str) -> Option<FieldType> {
        Some(match name {
            "k" | "a-b.c d/e" => FieldType::Keyword,
            "w" => FieldType::Wildcard,
            "t" => FieldType::Text,
            "n" => FieldType::Long,
            "d" => FieldType::Double,
            "b" => FieldType::Boolean,
            "ip" => FieldType::Ip,
            "@timestamp" => FieldType::Date,
            "fl" => FieldType::Flattened,
            "ne" => FieldType::Nested,
            _ => return None,
        })
    }

    /// Whether a condition that has to be readable matches, with every field mapped.
    pub(super) fn matches(condition: &str, event: &Event) -> bool {
        matches_where(condition, event, &|_| true)
    }

    pub(super) fn matches_where(condition: &str, event: &Event, mapped: &dyn Fn(&str) -> bool) -> bool {
        match Query::parse(&format!("any where {condition}"), &types) {
            Ok(query) => query.matches(Some("process"), event, mapped),
            Err(error) => panic!("{condition}: {error}"),
        }
    }

    #[test]
    fn every_usable_type_has_its_mapping_names() {
        let kind = |name: &str| name.parse::<FieldType>();
        for same in
            ["keyword", "wildcard", "text", "long", "double", "boolean", "ip", "date", "flattened", "nested"]
        {
            assert_eq!(kind(same).unwrap().name(), same);
        }
        assert_eq!(kind("match_only_text").unwrap(), FieldType::Text);
        assert_eq!(kind("integer").unwrap(), FieldType::Long);
        assert_eq!(kind("scaled_float").unwrap(), FieldType::Double);
        assert_eq!(kind("object"), Err(ReadError::UnknownType("object".to_owned())));
    }

    #[test]
    fn a_required_field_that_nothing_maps_fails_the_whole_query() {
        let event = Event::new().with("k", "a");
        let condition = "k == \"a\" or n > 5";
        assert!(matches(condition, &event));
        assert!(!matches_where(condition, &event, &|name| name != "n"));
        assert!(matches_where("k == \"a\" or ?n > 5", &event, &|name| name != "n"));
    }
}
