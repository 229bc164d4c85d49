//! The verifier: gives constants the type of their field and refuses what Elasticsearch does after parsing.
//!
//! In: operands and operators as the parser read them. Out: conditions whose constants fit their fields.
//! Invariant: no field of type text, flattened or nested, no unmapped required field and no string operator
//! on another type gets past. A field that no index maps (`?field` only) takes any constant, as
//! Elasticsearch's `null` does.

use ipnet::IpNet;

use super::lucene::{self, PatternError};
use super::syntax::{Constant, Expr, Field, Function, Operand, Order, Scalar, Term, Test};
use super::{FieldType, ReadError};

type Result<T> = std::result::Result<T, ReadError>;

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Order(Order),
}

/// An operator that is followed by one constant or a list, strings all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringOperator {
    Colon,
    Like,
    LikeFolded,
    Regex,
    RegexFolded,
    InFolded,
}

impl StringOperator {
    const fn text(self) -> &'static str {
        match self {
            Self::Colon => "[:]",
            Self::Like => "[like]",
            Self::LikeFolded => "[like~]",
            Self::Regex => "[regex]",
            Self::RegexFolded => "[regex~]",
            Self::InFolded => "[in~]",
        }
    }
}

/// Looks the type of a field up.
pub(super) fn field(
    name: String,
    optional: bool,
    types: &dyn Fn(&str) -> Option<FieldType>,
) -> Result<Field> {
    match types(&name) {
        Some(kind @ (FieldType::Text | FieldType::Flattened | FieldType::Nested)) => {
            Err(ReadError::UnusableField { field: name, kind: kind.name() })
        }
        None if !optional => Err(ReadError::UnknownColumn(name)),
        kind => Ok(Field { name, kind }),
    }
}

/// An operand that stands alone: a Boolean field is short for `field == true`.
pub(super) fn condition(operand: Operand) -> Result<Expr> {
    match operand {
        Operand::Condition(condition) => Ok(condition),
        Operand::Constant(Constant::Null) => Ok(Expr::Constant(None)),
        Operand::Constant(Constant::Boolean(value)) => Ok(Expr::Constant(Some(value))),
        Operand::Constant(constant) => Err(ReadError::NotACondition(constant.text())),
        Operand::Field(field) if matches!(field.kind, None | Some(FieldType::Boolean)) => {
            compare(Operand::Field(field), Comparison::Equal, &Constant::Boolean(true))
        }
        Operand::Field(field) => Err(ReadError::NotACondition(field.name)),
        Operand::Computed(term) if term.kind() == Some(FieldType::Boolean) => {
            compare(Operand::Computed(term), Comparison::Equal, &Constant::Boolean(true))
        }
        Operand::Computed(term) => Err(ReadError::NotACondition(term.name())),
    }
}

/// `left == right` and its kind.
pub(super) fn compare(left: Operand, comparison: Comparison, right: &Constant) -> Result<Expr> {
    let subject = Subject::of(left)?;
    let test = match (comparison, right) {
        (Comparison::Equal | Comparison::NotEqual, Constant::Null) => {
            let missing = subject.asks(Test::Missing);
            return Ok(negated_if(comparison == Comparison::NotEqual, missing));
        }
        (Comparison::Order(_), Constant::Null) => {
            return Err(ReadError::Unsupported("an order comparison with null".to_owned()));
        }
        (Comparison::Order(order), right) => Test::Order(order, subject.ordered(right)?),
        (_, right) => Test::Equals(vec![subject.scalar(right)?]),
    };
    Ok(negated_if(comparison == Comparison::NotEqual, subject.asks(test)))
}

/// `left in (..)`.
pub(super) fn is_in(left: Operand, list: &[Constant]) -> Result<Expr> {
    let subject = Subject::of(left)?;
    let scalars = list.iter().map(|constant| subject.scalar(constant)).collect::<Result<_>>()?;
    Ok(subject.asks(Test::Equals(scalars)))
}

/// `left : "a"`, `left like ("a", "b")` and their kind.
pub(super) fn strings(left: Operand, operator: StringOperator, list: &[Constant]) -> Result<Expr> {
    let needs_string = |found: String| ReadError::NeedsString { operator: operator.text(), found };
    let subject = Subject::of(left)?;
    match &subject {
        Subject::Field(field) if field.is_string() => {}
        Subject::Computed(term) if term.kind() == Some(FieldType::Keyword) => {
            let what = format!("{} on a function", operator.text());
            return Err(ReadError::Unsupported(what));
        }
        _ => return Err(needs_string(subject.name())),
    }
    let text = |constant: &Constant| match constant {
        Constant::Text(text) => Ok(text.clone()),
        other => Err(needs_string(other.text())),
    };
    let texts = list.iter().map(text).collect::<Result<Vec<_>>>()?;
    Ok(subject.asks(match operator {
        StringOperator::Colon | StringOperator::LikeFolded => Test::Like { patterns: texts, folded: true },
        StringOperator::Like => Test::Like { patterns: texts, folded: false },
        StringOperator::InFolded => Test::EqualsFolded(texts),
        StringOperator::Regex => patterns(&texts, false)?,
        StringOperator::RegexFolded => patterns(&texts, true)?,
    }))
}

/// The patterns of a list are joined with `|` into one query, whose length is limited.
fn patterns(texts: &[String], fold: bool) -> Result<Test> {
    let units = texts.iter().map(|text| text.encode_utf16().count() + 1).sum::<usize>();
    if units > lucene::MAX_LENGTH + 1 {
        return Err(PatternError::TooLarge.into());
    }
    let compiled = texts.iter().map(|text| lucene::compile(text, fold));
    Ok(Test::Regex(compiled.collect::<std::result::Result<_, _>>()?))
}

/// `cidrMatch(field, "block", ..)`.
pub(super) fn cidr_match(field: Field, blocks: &[Constant]) -> Result<Expr> {
    if !matches!(field.kind, None | Some(FieldType::Ip)) {
        return Err(ReadError::NeedsIp(field.name));
    }
    let block = |constant: &Constant| match constant {
        Constant::Text(text) => text.parse::<IpNet>().map_err(|_| ReadError::WrongConstant {
            constant: text.clone(),
            field: field.name.clone(),
            kind: "ip",
        }),
        other => Err(ReadError::NeedsString { operator: "cidrMatch", found: other.text() }),
    };
    let blocks = blocks.iter().map(block).collect::<Result<_>>()?;
    Ok(Expr::Test(field, Test::Within(blocks)))
}

/// A function or an operator, whose arguments have to fit it.
pub(super) fn call(function: Function, arguments: Vec<Operand>) -> Result<Operand> {
    let counts = match function {
        Function::Minus | Function::Length | Function::Text => 1..=1,
        Function::Concat => 1..=usize::MAX,
        Function::Substring => 2..=3,
        _ => 2..=2,
    };
    if !counts.contains(&arguments.len()) {
        return Err(ReadError::Arguments(function.name()));
    }
    let terms = arguments.into_iter().map(term).collect::<Result<Vec<_>>>()?;
    if terms.iter().all(|term| matches!(term, Term::Constant(_))) {
        return Err(ReadError::Unsupported("a computation with constants only".to_owned()));
    }
    for (place, term) in terms.iter().enumerate() {
        fits(function, place, term)?;
    }
    // A field and a constant become a wildcard query, in which these mean something else (`QueryTranslator`).
    if let (Function::EndsWith { .. } | Function::Contains { .. }, [_, Term::Constant(Scalar::Text(text))]) =
        (function, terms.as_slice())
        && text.contains(['*', '?', '\\'])
    {
        return Err(ReadError::Unsupported(format!("a wildcard in {}", function.name())));
    }
    Ok(Operand::Computed(Term::Call(function, terms)))
}

fn term(operand: Operand) -> Result<Term> {
    match operand {
        Operand::Field(field) => Ok(Term::Field(field)),
        Operand::Computed(term) => Ok(term),
        Operand::Constant(constant) => Ok(Term::Constant(match constant {
            Constant::Null => return Err(ReadError::Unsupported("a computation with null".to_owned())),
            Constant::Boolean(value) => Scalar::Boolean(value),
            Constant::Integer(value) => Scalar::Integer(value),
            Constant::Decimal(value) => Scalar::Decimal(value),
            Constant::Text(text) => Scalar::Text(text),
        })),
        Operand::Condition(_) => Err(ReadError::Unsupported("a computation with a condition".to_owned())),
    }
}

/// Whether an argument is of the type that a function takes in that place; of a field that no index maps nobody knows.
fn fits(function: Function, place: usize, term: &Term) -> Result<()> {
    let Some(kind) = term.kind() else { return Ok(()) };
    let (operator, found) = (function.name(), term.name());
    let is_integer = kind == FieldType::Long;
    match (function, place) {
        (Function::Concat | Function::Text, _)
            if matches!(kind, FieldType::Double | FieldType::Date | FieldType::Ip) =>
        {
            Err(ReadError::Unsupported(format!("how {} writes a {}", operator, kind.name())))
        }
        (Function::Concat | Function::Text, _) => Ok(()),
        (Function::Substring, 1 | 2) if is_integer => Ok(()),
        (Function::Substring, 1 | 2) => Err(ReadError::NeedsNumber { operator, found }),
        (
            Function::Length
            | Function::Substring
            | Function::IndexOf { .. }
            | Function::StartsWith { .. }
            | Function::EndsWith { .. }
            | Function::Contains { .. },
            _,
        ) => {
            let is_text = matches!(kind, FieldType::Keyword | FieldType::Wildcard);
            if is_text { Ok(()) } else { Err(ReadError::NeedsString { operator, found }) }
        }
        _ if is_integer || kind == FieldType::Double => Ok(()),
        _ => Err(ReadError::NeedsNumber { operator, found }),
    }
}

/// `not condition` where asked for.
pub(super) fn negated_if(negated: bool, condition: Expr) -> Expr {
    if negated { Expr::Not(Box::new(condition)) } else { condition }
}

/// The left side of a test.
enum Subject {
    Field(Field),
    Computed(Term),
}

impl Subject {
    fn of(operand: Operand) -> Result<Self> {
        match operand {
            Operand::Field(field) => Ok(Self::Field(field)),
            Operand::Computed(term) => Ok(Self::Computed(term)),
            Operand::Constant(constant) => {
                Err(ReadError::Unsupported(format!("the constant [{}] on a left side", constant.text())))
            }
            Operand::Condition(_) => Err(ReadError::Unsupported("a comparison of a condition".to_owned())),
        }
    }

    fn asks(self, test: Test) -> Expr {
        match self {
            Self::Field(field) => Expr::Test(field, test),
            Self::Computed(term) => Expr::Computed(term, test),
        }
    }

    fn kind(&self) -> Option<FieldType> {
        match self {
            Self::Field(field) => field.kind,
            Self::Computed(term) => term.kind(),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Field(field) => field.name.clone(),
            Self::Computed(term) => term.name(),
        }
    }

    fn kind_name(&self) -> &'static str {
        self.kind().map_or("null", FieldType::name)
    }

    fn is_number_computed(&self) -> bool {
        matches!(self, Self::Computed(_)) && matches!(self.kind(), Some(FieldType::Long | FieldType::Double))
    }

    fn ordered(&self, constant: &Constant) -> Result<Scalar> {
        match self.kind() {
            Some(kind @ (FieldType::Boolean | FieldType::Ip)) => {
                Err(ReadError::NoOrder { field: self.name(), kind: kind.name() })
            }
            _ => self.scalar(constant),
        }
    }

    /// The constant in the type of the field, which decides how it is compared.
    fn scalar(&self, constant: &Constant) -> Result<Scalar> {
        let wrong = || ReadError::WrongConstant {
            constant: constant.text(),
            field: self.name(),
            kind: self.kind_name(),
        };
        match (self.kind(), constant) {
            (_, Constant::Null) => Err(ReadError::Unsupported("null in a list".to_owned())),
            (Some(FieldType::Date), _) => Err(ReadError::Unsupported("a comparison of a date".to_owned())),
            // Elasticsearch coerces a string by the type of a field, but not to the result of a function.
            (Some(_), Constant::Text(_)) if self.is_number_computed() => Err(wrong()),
            (Some(FieldType::Keyword), constant) if matches!(self, Self::Computed(_)) => match constant {
                Constant::Text(text) => Ok(Scalar::Text(text.clone())),
                _ => Err(wrong()),
            },
            (Some(FieldType::Long | FieldType::Double), Constant::Integer(value)) => {
                Ok(Scalar::Integer(*value))
            }
            (Some(FieldType::Long | FieldType::Double), Constant::Decimal(value)) => {
                Ok(Scalar::Decimal(*value))
            }
            (Some(FieldType::Long | FieldType::Double), Constant::Boolean(_)) => Err(wrong()),
            (Some(FieldType::Boolean), Constant::Boolean(value)) => Ok(Scalar::Boolean(*value)),
            (Some(FieldType::Boolean), Constant::Integer(_) | Constant::Decimal(_)) => Err(wrong()),
            // A fraction is not cut off here: no value of an integer field equals it.
            (Some(FieldType::Long), Constant::Text(text)) => match text.parse() {
                Ok(value) => Ok(Scalar::Integer(value)),
                Err(_) => Scalar::indexed(text, FieldType::Double).ok_or_else(wrong),
            },
            (Some(kind), Constant::Text(text)) => Scalar::indexed(text, kind).ok_or_else(wrong),
            (Some(FieldType::Ip), _) => Err(wrong()),
            (_, constant) => Ok(Scalar::Text(constant.text())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::types;
    use super::super::{Query, ReadError};

    fn accepts(condition: &str) {
        if let Err(error) = Query::parse(&format!("any where {condition}"), &types) {
            panic!("{condition}: {error}");
        }
    }

    fn error(condition: &str) -> ReadError {
        Query::parse(&format!("any where {condition}"), &types).expect_err(condition)
    }

    const STRING_OPERATORS: [&str; 6] = [":", "like", "like~", "regex", "regex~", "in~"];

    #[test]
    fn string_operators_refuse_other_fields_and_constants() {
        for operator in STRING_OPERATORS {
            for field in ["n", "d", "b", "ip", "@timestamp", "?n", "length(k)"] {
                let error = error(&format!("{field} {operator} (\"a\")"));
                assert!(matches!(error, ReadError::NeedsString { .. }), "{field} {operator}: {error}");
            }
            for constant in ["5", "true", "null", "1.5", "\"a\", 5"] {
                for field in ["k", "?unmapped"] {
                    let error = error(&format!("{field} {operator} ({constant})"));
                    assert!(matches!(error, ReadError::NeedsString { .. }), "{operator} {constant}: {error}");
                }
            }
            for field in ["k", "w", "?k", "?unmapped"] {
                accepts(&format!("{field} {operator} (\"a\")"));
            }
        }
    }

    #[test]
    fn text_flattened_and_nested_fields_are_unusable_in_every_way() {
        for (field, kind) in [("t", "text"), ("fl", "flattened"), ("ne", "nested")] {
            for condition in
                ["F : \"a\"", "F == \"a\"", "F != null", "?F == null", "length(F) > 1", "F in (\"a\")"]
            {
                let expected = ReadError::UnusableField { field: field.to_owned(), kind };
                assert_eq!(error(&condition.replace('F', field)), expected, "{condition}");
            }
        }
    }

    #[test]
    fn an_unmapped_field_needs_a_question_mark() {
        for condition in [
            "F == \"a\"",
            "F != null",
            "not F : \"a\"",
            "true or F > 5",
            "length(F) > 1",
            "cidrMatch(F, \"::/0\")",
        ] {
            let unknown = ReadError::UnknownColumn("x.y".to_owned());
            assert_eq!(error(&condition.replace('F', "x.y")), unknown, "{condition}");
            accepts(&condition.replace('F', "?x.y"));
        }
    }

    #[test]
    fn only_a_boolean_stands_alone() {
        accepts("b");
        accepts("not b and (true or null)");
        accepts("?unmapped");
        for condition in
            ["\"a\"", "5", "\"a\" or \"b\"", "k", "n", "ip", "not k", "true and k", "length(k)", "(5)"]
        {
            let error = error(condition);
            assert!(matches!(error, ReadError::NotACondition(_)), "{condition}: {error}");
        }
    }

    #[test]
    fn cidr_match_needs_an_ip_field_and_blocks() {
        accepts("cidrMatch(ip, \"10.0.0.0/8\", \"fe80::/10\")");
        for field in ["k", "n", "w"] {
            assert_eq!(
                error(&format!("cidrMatch({field}, \"10.0.0.0/8\")")),
                ReadError::NeedsIp(field.to_owned())
            );
        }
        for block in ["\"10.0.0.0\"", "\"10.0.0.0/33\"", "\"x\""] {
            let error = error(&format!("cidrMatch(ip, {block})"));
            assert!(matches!(error, ReadError::WrongConstant { .. }), "{block}: {error}");
        }
        assert!(matches!(error("cidrMatch(ip, 5)"), ReadError::NeedsString { .. }));
        assert!(matches!(error("cidrMatch(ip, k)"), ReadError::NotConstant(_)));
    }

    #[test]
    fn a_constant_has_to_fit_its_field() {
        for condition in [
            "n == \"5\"",
            "n in (1, \"2\", 2.5)",
            "d < 5",
            "b == \"true\"",
            "k == 5",
            "k < 5",
            "ip == \"::1\"",
            "length(k) in (1, 2)",
        ] {
            accepts(condition);
        }
        for condition in [
            "n == \"x\"",
            "n in (1, \"x\")",
            "n == true",
            "b == 5",
            "b == \"x\"",
            "ip == 5",
            "ip == \"x\"",
            "length(k) > \"5\"",
        ] {
            let error = error(condition);
            assert!(matches!(error, ReadError::WrongConstant { .. }), "{condition}: {error}");
        }
        for condition in ["b < true", "ip > \"10.0.0.1\""] {
            assert!(matches!(error(condition), ReadError::NoOrder { .. }), "{condition}");
        }
        assert!(matches!(error("length(n) > 5"), ReadError::NeedsString { .. }));
    }

    #[test]
    fn what_is_not_read_is_said() {
        for condition in
            ["@timestamp > \"2024-01-01\"", "5 < 6", "(k == \"a\") == true", "k in (\"a\", null)", "n < null"]
        {
            let error = error(condition);
            assert!(matches!(error, ReadError::Unsupported(_)), "{condition}: {error}");
        }
        accepts("@timestamp != null");
    }

    #[test]
    fn patterns_are_checked_one_by_one_and_their_length_together() {
        assert!(matches!(error("k regex (\"a\", \"b)\")"), ReadError::Pattern(_)));
        let half = "a".repeat(500);
        assert!(matches!(error(&format!("k regex (\"{half}\", \"{half}\")")), ReadError::Pattern(_)));
        accepts(&format!("k regex (\"{half}\", \"{}\")", "a".repeat(499)));
        accepts(&format!("k regex \"{half}{half}\""));
    }
}
