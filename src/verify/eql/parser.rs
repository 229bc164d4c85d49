//! Parses a query by Elasticsearch's grammar (`EqlBase.g4`) and hands each part to the verifier.
//!
//! In: text and the types of fields. Out: a query, or the first error. Invariant: `not` binds closer than
//! `and`, `and` closer than `or`; a comparison ends the operand of both, so it cannot be chained; no input
//! recurses deeper than `MAX_DEPTH`. Samples, pipes and array indexes are told apart only to be named; `operand` reads what
//! stands beside an operator.

use std::collections::BTreeSet;

use super::check::{self, Comparison, StringOperator};
use super::cursor::Cursor;
use super::lexer::Kind;
use super::syntax::{Expr, Operand, Order};
use super::{Body, Clause, FieldType, Query, ReadError};

pub(super) type Result<T> = std::result::Result<T, ReadError>;

/// `indices.query.bool.max_nested_depth`.
const MAX_LEVELS: usize = 30;
/// Brackets and `not` before the levels are counted.
const MAX_DEPTH: usize = 100;

/// Reads a whole query.
pub(super) fn query(text: &str, types: &dyn Fn(&str) -> Option<FieldType>) -> Result<Query> {
    let mut parser =
        Parser { cursor: Cursor::new(text)?, depth: 0, parts: 0, types, required: BTreeSet::new() };
    let body = if parser.cursor.eat_keyword("sequence") {
        Body::Sequence(parser.sequence()?)
    } else {
        Body::Event(parser.clause()?)
    };
    if parser.cursor.peek() == Some(&Kind::Symbol("|")) {
        return Err(ReadError::Unsupported("a pipe".to_owned()));
    }
    if parser.cursor.peek().is_some() {
        return Err(parser.cursor.expected("and, or, or the end"));
    }
    Ok(Query { body, required: parser.required })
}

/// The levels of Boolean queries; no deeper than the parser went.
fn levels(condition: &Expr) -> usize {
    match condition {
        Expr::Constant(_) | Expr::Test(..) | Expr::Computed(..) => 0,
        Expr::Not(inner) => 1 + levels(inner),
        Expr::And(parts) | Expr::Or(parts) => 1 + parts.iter().map(levels).max().unwrap_or(0),
    }
}

/// Reads one query; `stages` reads sequences and `operand` reads operands.
pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor,
    depth: usize,
    /// Operators and functions so far.
    pub(super) parts: usize,
    pub(super) types: &'a dyn Fn(&str) -> Option<FieldType>,
    pub(super) required: BTreeSet<String>,
}

impl Parser<'_> {
    /// `CATEGORY where CONDITION`
    pub(super) fn clause(&mut self) -> Result<Clause> {
        let category = self.category()?;
        if !self.cursor.eat_keyword("where") {
            return Err(self.cursor.expected("where"));
        }
        let condition = self.disjunction()?;
        if !matches!(self.cursor.peek(), None | Some(Kind::Symbol("|" | "]"))) {
            return Err(self.cursor.expected("and, or, or the end"));
        }
        let condition = check::condition(condition)?;
        if levels(&condition) > MAX_LEVELS {
            return Err(ReadError::TooDeep(MAX_LEVELS));
        }
        Ok(Clause { category, condition })
    }

    fn category(&mut self) -> Result<Option<String>> {
        let category = match self.cursor.peek() {
            Some(Kind::Keyword("any")) => None,
            Some(Kind::Word(name) | Kind::Quoted(name) | Kind::Text(name)) => Some(name.clone()),
            Some(Kind::Keyword(kind @ ("sample" | "join"))) => {
                return Err(ReadError::Unsupported(format!("a {kind}")));
            }
            _ => return Err(self.cursor.expected("an event category or any")),
        };
        self.cursor.skip();
        Ok(category)
    }

    pub(super) fn disjunction(&mut self) -> Result<Operand> {
        self.joined("or", Self::conjunction, Expr::Or)
    }

    fn conjunction(&mut self) -> Result<Operand> {
        self.joined("and", Self::negation, Expr::And)
    }

    /// One part alone stays an operand: brackets may stand around a field too.
    fn joined(
        &mut self,
        word: &'static str,
        part: fn(&mut Self) -> Result<Operand>,
        build: fn(Vec<Expr>) -> Expr,
    ) -> Result<Operand> {
        let first = part(self)?;
        if !self.cursor.eat_keyword(word) {
            return Ok(first);
        }
        let mut parts = vec![check::condition(first)?];
        loop {
            parts.push(check::condition(part(self)?)?);
            if !self.cursor.eat_keyword(word) {
                return Ok(Operand::Condition(build(parts)));
            }
        }
    }

    fn negation(&mut self) -> Result<Operand> {
        if !self.cursor.eat_keyword("not") {
            return self.comparison();
        }
        let inner = self.deeper(Self::negation)?;
        Ok(Operand::Condition(check::negated_if(true, check::condition(inner)?)))
    }

    pub(super) fn deeper(&mut self, read: fn(&mut Self) -> Result<Operand>) -> Result<Operand> {
        if self.depth == MAX_DEPTH {
            return Err(ReadError::TooDeep(MAX_DEPTH));
        }
        self.depth += 1;
        let operand = read(self);
        self.depth -= 1;
        operand
    }

    fn comparison(&mut self) -> Result<Operand> {
        let left = self.sum()?;
        let condition = match self.cursor.peek() {
            Some(Kind::Symbol(symbol)) => {
                if let Some(comparison) = comparison(symbol) {
                    self.cursor.skip();
                    self.right_side(left, comparison)?
                } else if *symbol == ":" {
                    self.strings(left, StringOperator::Colon)?
                } else {
                    return self.no_operator(symbol).map_or(Ok(left), Err);
                }
            }
            Some(Kind::Keyword("like")) => self.strings(left, StringOperator::Like)?,
            Some(Kind::Keyword("like~")) => self.strings(left, StringOperator::LikeFolded)?,
            Some(Kind::Keyword("regex")) => self.strings(left, StringOperator::Regex)?,
            Some(Kind::Keyword("regex~")) => self.strings(left, StringOperator::RegexFolded)?,
            Some(Kind::Keyword("in" | "in~" | "not")) => self.membership(left)?,
            _ => return Ok(left),
        };
        Ok(Operand::Condition(condition))
    }

    /// Symbols that are operators elsewhere and get a better message than "expected".
    fn no_operator(&self, symbol: &str) -> Option<ReadError> {
        match symbol {
            "=" => Some(self.cursor.expected("==")),
            "[" => Some(ReadError::Unsupported("an array index".to_owned())),
            _ => None,
        }
    }

    fn right_side(&mut self, left: Operand, comparison: Comparison) -> Result<Expr> {
        let at = self.cursor.at();
        match self.sum()? {
            Operand::Constant(constant) => check::compare(left, comparison, &constant),
            _ => Err(ReadError::NotConstant(at)),
        }
    }

    /// After `:` and its kind: one constant or a list.
    fn strings(&mut self, left: Operand, operator: StringOperator) -> Result<Expr> {
        self.cursor.skip();
        let constants = if self.cursor.peek() == Some(&Kind::Symbol("(")) {
            self.cursor.list()?
        } else {
            vec![self.cursor.constant()?]
        };
        check::strings(left, operator, &constants)
    }

    /// `in`, `in~`, and the only operators that take `not` before them.
    fn membership(&mut self, left: Operand) -> Result<Expr> {
        let negated = self.cursor.eat_keyword("not");
        let folded = self.cursor.eat_keyword("in~");
        if !folded && !self.cursor.eat_keyword("in") {
            return Err(self.cursor.expected("in or in~"));
        }
        let list = self.cursor.list()?;
        let condition = if folded {
            check::strings(left, StringOperator::InFolded, &list)
        } else {
            check::is_in(left, &list)
        };
        Ok(check::negated_if(negated, condition?))
    }
}

fn comparison(symbol: &str) -> Option<Comparison> {
    Some(match symbol {
        "==" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Order(Order::Less),
        "<=" => Comparison::Order(Order::LessOrEqual),
        ">" => Comparison::Order(Order::Greater),
        ">=" => Comparison::Order(Order::GreaterOrEqual),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cursor::MAX_LIST;
    use super::super::tests::{matches, types};
    use super::*;
    use crate::event::Event;

    fn read(text: &str) -> Result<Query> {
        query(text, &types)
    }

    fn accepts(condition: &str) {
        let text = format!("any where {condition}");
        if let Err(error) = read(&text) {
            panic!("{text}: {error}");
        }
    }

    fn error(condition: &str) -> ReadError {
        read(&format!("any where {condition}")).expect_err(condition)
    }

    fn is_syntax_error(condition: &str) {
        let error = error(condition);
        let syntax = matches!(error, ReadError::Syntax { .. } | ReadError::Lexical { .. });
        assert!(syntax, "{condition}: {error}");
    }

    fn unsupported(text: &str) -> String {
        match read(text) {
            Err(ReadError::Unsupported(what)) => what,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_category_is_a_name_or_a_string_and_case_counts() {
        let is = |text: &str, category: Option<&str>| {
            read(text).unwrap().matches(category, &Event::new(), &|_| true)
        };
        assert!(is("process where true", Some("process")));
        assert!(!is("process where true", Some("Process")) && !is("process where true", None));
        assert!(is("any where true", Some("process")) && is("any where true", None));
        assert!(is("\"my-cat\" where true", Some("my-cat")) && is("`my cat` where true", Some("my cat")));
        // In quotes or backticks `any` is a category like others.
        assert!(!is("\"any\" where true", Some("process")) && !is("`any` where true", Some("process")));
        for text in [
            "",
            "where true",
            "process",
            "process true",
            "my-cat where true",
            "a.b where true",
            "not where true",
        ] {
            assert!(matches!(read(text), Err(ReadError::Syntax { .. })), "{text}");
        }
    }

    #[test]
    fn other_kinds_of_query_are_named() {
        assert_eq!(unsupported("sample by k [any where true]"), "a sample");
        assert_eq!(unsupported("join [any where true]"), "a join");
        assert_eq!(unsupported("any where true | head 5"), "a pipe");
        assert_eq!(unsupported("any where k[0] == \"a\""), "an array index");
        is_syntax_error("?child of [any where true]");
    }

    #[test]
    fn not_binds_closer_than_and_and_and_closer_than_or() {
        let event = Event::new();
        assert!(!matches("not true and false", &event));
        assert!(!matches("not false and false", &event) && matches("not (false and false)", &event));
        assert!(matches("true or true and false", &event) && !matches("(true or true) and false", &event));
        assert!(matches("false and false or true", &event) && !matches("false and (false or true)", &event));
        assert!(matches("not not true", &event));
        assert!(matches("not k == \"a\" and true", &event) && matches("not k : \"a\"", &event));
    }

    #[test]
    fn a_comparison_cannot_be_chained() {
        for condition in [
            "n < 5 < 6",
            "n == 5 == true",
            "k : \"a\" : \"b\"",
            "k == \"a\" : \"b\"",
            "k in (\"a\") in (\"b\")",
        ] {
            is_syntax_error(condition);
        }
    }

    #[test]
    fn only_in_takes_not_before_it() {
        accepts("k not in (\"a\")");
        accepts("k not in~ (\"a\", \"b\")");
        accepts("not k like \"a\"");
        for operator in [":", "like", "like~", "regex", "regex~", "==", "not in", "k"] {
            is_syntax_error(&format!("k not {operator} (\"a\")"));
        }
    }

    #[test]
    fn an_equals_sign_is_an_error() {
        is_syntax_error("k = \"a\"");
        is_syntax_error("k =~ \"a\"");
        is_syntax_error("k <> \"a\"");
        is_syntax_error("k ! \"a\"");
    }

    #[test]
    fn lists_have_brackets_commas_and_at_least_one_constant() {
        for operator in [":", "like", "like~", "regex", "regex~", "in", "in~"] {
            accepts(&format!("k {operator} (\"a\")"));
            accepts(&format!("k {operator} (\"a\", \"b\")"));
            for list in ["()", "(\"a\",)", "(,)", "(\"a\" \"b\")", "(\"a\"", "", "[\"a\"]"] {
                is_syntax_error(&format!("k {operator} {list}"));
            }
        }
        for operator in ["in", "in~"] {
            is_syntax_error(&format!("k {operator} \"a\""));
        }
        accepts("k : \"a\"");
    }

    #[test]
    fn lists_have_a_limit() {
        let list = |length: usize| format!("n in ({})", vec!["1"; length].join(","));
        accepts(&list(MAX_LIST));
        assert_eq!(error(&list(MAX_LIST + 1)), ReadError::ListTooLong(MAX_LIST));
    }

    #[test]
    fn keywords_are_lower_case_and_need_backticks_as_fields() {
        is_syntax_error("true AND true");
        is_syntax_error("true Or true");
        is_syntax_error("k IN (\"a\")");
        is_syntax_error("k LIKE \"a\"");
        assert_eq!(error("TRUE"), ReadError::UnknownColumn("TRUE".to_owned()));
        assert!(
            read("any WHERE true").is_err()
                && !read("ANY where true").unwrap().matches(None, &Event::new(), &|_| true)
        );
        for keyword in [
            "and", "any", "by", "false", "in", "join", "like", "maxspan", "not", "null", "of", "or", "regex",
            "sample", "sequence", "true", "until", "where", "with",
        ] {
            is_syntax_error(&format!("?a.{keyword} == \"a\""));
            accepts(&format!("?a.`{keyword}` == \"a\""));
        }
    }

    #[test]
    fn names_are_dotted_and_take_backticks_by_part_or_whole() {
        let event = Event::new().with("a-b.c d/e", "x");
        for name in ["`a-b.c d/e`", "`a-b`.`c d/e`", "?`a-b.c d/e`", "`a-b` . `c d/e`"] {
            assert!(matches(&format!("{name} == \"x\""), &event), "{name}");
        }
        assert!(matches("?`a``b` == \"x\"", &Event::new().with("a`b", "x")));
        assert!(matches("?@a_1.b2 == \"x\"", &Event::new().with("@a_1.b2", "x")));
        // Without backticks these are arithmetic.
        assert!(matches!(error("k-k == \"a\""), ReadError::NeedsNumber { .. }));
        for name in ["?a/n", "?a*n", "?a+1", "?a % 2"] {
            accepts(&format!("{name} == 1"));
        }
        for name in
            ["?a.", "?.a", "?a..b", "?`a", "?``", "?\"a\"", "??a", "?2a", "?é", "?a{}", "?'a'", "?a.5"]
        {
            is_syntax_error(&format!("{name} == \"x\""));
        }
    }

    #[test]
    fn the_right_side_is_a_constant() {
        for condition in
            ["k == k", "n < n", "k == length(k)", "k : k", "k in (\"a\", k)", "n != (n)", "k like ?x"]
        {
            let error = error(condition);
            assert!(matches!(error, ReadError::NotConstant(_)), "{condition}: {error}");
        }
        accepts("k == (\"a\")");
        accepts("(k) == \"a\"");
    }

    #[test]
    fn numbers_have_one_sign_and_fit() {
        for number in ["5", "-5", "+5", "5.", ".5", "5.5", "5e3", "5.5E-3", "-9223372036854775808"] {
            accepts(&format!("n == {number}"));
        }
        for number in ["9223372036854775808", "1e999", "5x", "--5", "0x10", "5..5"] {
            error(&format!("n == {number}"));
        }
    }

    #[test]
    fn comments_are_blanks() {
        accepts("true // and false");
        accepts("true /* and\nfalse */ and /**/ true");
        accepts("k == // the name\n\"a\"");
        for condition in ["true /* and", "true /*/", "true # and", "true -- and"] {
            assert!(read(&format!("any where {condition}")).is_err(), "{condition}");
        }
    }

    #[test]
    fn functions_are_found_by_name_in_any_case() {
        accepts("CidrMatch(ip, \"10.0.0.0/8\")");
        accepts("LENGTH(k) > 3");
        for function in ["stringContains", "STARTSWITH~", "endsWith"] {
            accepts(&format!("{function}(k, \"a\")"));
        }
        for function in ["number", "between", "between~"] {
            assert_eq!(
                error(&format!("{function}(k, \"a\")")),
                ReadError::Unsupported(format!("the function {function}"))
            );
        }
        for function in ["wildcard", "match", "arrayContains", "safe", "cidrMatch~", "length~", "lower"] {
            assert_eq!(
                error(&format!("{function}(k, \"a\")")),
                ReadError::UnknownFunction(function.to_owned())
            );
        }
        is_syntax_error("cidrMatch(ip)");
        is_syntax_error("length() > 1");
        is_syntax_error("startsWith~ k");
    }

    #[test]
    fn depth_has_a_limit() {
        let brackets = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
        accepts(&brackets(MAX_DEPTH));
        assert_eq!(error(&brackets(MAX_DEPTH + 1)), ReadError::TooDeep(MAX_DEPTH));
        assert_eq!(error(&brackets(100_000)), ReadError::TooDeep(MAX_DEPTH));
        accepts(&format!("{}true", "not ".repeat(MAX_LEVELS)));
        assert_eq!(error(&format!("{}true", "not ".repeat(MAX_LEVELS + 1))), ReadError::TooDeep(MAX_LEVELS));
        assert_eq!(error(&"not ".repeat(100_000)), ReadError::TooDeep(MAX_DEPTH));
        accepts(&vec!["true"; 5000].join(" and "));
        let levels =
            |pairs: usize| format!("{}true{}", "(true and (true or ".repeat(pairs), "))".repeat(pairs));
        for sign in ["n + 1 + ", "-", "n * 2 - "] {
            accepts(&format!("{}n > 1", sign.repeat(50)));
            assert!(matches!(error(&format!("{}n > 1", sign.repeat(5_000))), ReadError::TooDeep(_)));
        }
        accepts(&levels(MAX_LEVELS / 2));
        assert_eq!(error(&levels(MAX_LEVELS / 2 + 1)), ReadError::TooDeep(MAX_LEVELS));
    }

    #[test]
    fn what_follows_the_condition_is_an_error() {
        for condition in
            ["true true", "true)", "(true", "true,", "true and", "or true", "not", "()", "k == ", "== 1"]
        {
            is_syntax_error(condition);
        }
        assert!(read("any where true any where true").is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text: String) {
            let _ = read(&text);
        }

        #[test]
        fn arbitrary_tokens_never_panic(
            tokens in prop::collection::vec(
                prop::sample::select(vec![
                    "and", "or", "not", "(", ")", "k", "?u", "n", "`k`", "==", "!=", "<", ":", "like~", "regex",
                    "in", "in~", ",", "+", "*", "/", "concat(", "substring(k,", "\"a*\"", "\"\"\"[a\\\"\"\"", "5", "-", "null", "true", "length", ".", "|", "//", "\n",
                    "cidrMatch(ip, \"::/0\")", "[", "\"", "é",
                ]),
                0..24,
            )
        ) {
            if let Ok(query) = read(&format!("any where {}", tokens.join(" "))) {
                query.matches(None, &Event::new().with("k", "a"), &|name| name != "u");
            }
        }
    }
}
