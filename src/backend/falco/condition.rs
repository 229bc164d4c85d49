//! Conditions of Falco rules.
//!
//! In: a predicate over Falco's fields. Out: the text of a condition, or what Falco cannot say. Without case, equality
//! is `tolower(f) = "…"` with the constant in lower case, a part is `icontains`, and other wildcards are `iglob`, which
//! is `fnmatch` with backslash escapes (`filter_compare.cpp`; `utils.cpp`). `and` binds before `or`; `not` takes one
//! check or parentheses (`parser.h`).

use std::sync::OnceLock;

use crate::backend::Legal;
use crate::backend::falco::{Engine, LONGEST_CONSTANT, list};
use crate::backend::group::{Group, Operand, Operator, grouped};
use crate::detection::regex::Dialect;
use crate::detection::{Computed, Condition, Formula, Predicate, Regex, Test, ValueTest};
use crate::event::pattern::{Case, Piece};
use crate::spl::eval::BinaryOperator;
use crate::target::falco_fields::{Absent, FieldTable, FieldType, Kind, Values};
use crate::target::{FieldKind, TargetField};

/// A condition and how deep its parentheses nest.
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) depth: usize,
}

/// The condition of a rule, with the guard in front.
///
/// # Errors
/// What Falco cannot say.
pub(crate) fn text(legal: &Legal, guard: Option<&str>, engine: Engine) -> Result<Text, String> {
    let of = &Of { legal, engine };
    let body = match (&legal.predicate, guard) {
        (Predicate::And(_) | Predicate::Test(_) | Predicate::Not(_), _) | (_, None) => {
            expression(of, &legal.predicate, Binds::And)?
        }
        _ => parenthesised(&expression(of, &legal.predicate, Binds::Or)?),
    };
    Ok(match guard {
        Some(guard) => Text { text: format!("{guard} and {}", body.text), depth: body.depth },
        None => body,
    })
}

/// The weakest operator that may stand bare at a place.
#[derive(Clone, Copy, PartialEq)]
enum Binds {
    Or,
    And,
    Check,
}

fn parenthesised(inner: &Text) -> Text {
    Text { text: format!("({})", inner.text), depth: inner.depth + 1 }
}

fn joined(parts: Vec<Text>, word: &str) -> Text {
    let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0);
    let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    Text { text: texts.join(word), depth }
}

/// What a condition is of: the rule, and the engine that reads it.
struct Of<'a> {
    legal: &'a Legal,
    engine: Engine,
}

fn expression(rule: &Of<'_>, predicate: &Predicate, place: Binds) -> Result<Text, String> {
    let of = |children: &[&Predicate], place| -> Result<Vec<Text>, String> {
        children.iter().map(|child| expression(rule, child, place)).collect()
    };
    Ok(match predicate {
        Predicate::And(children) => {
            // A condition is tried from left to right, and a regular expression costs most.
            let mut children: Vec<&Predicate> = children.iter().collect();
            children.sort_by_cached_key(|child| has_regex(child));
            let text = joined(of(&children, Binds::And)?, " and ");
            if place == Binds::Check { parenthesised(&text) } else { text }
        }
        Predicate::Or(children) => {
            let children: Vec<&Predicate> = children.iter().collect();
            let text = joined(of(&children, Binds::Or)?, " or ");
            if place == Binds::Or { text } else { parenthesised(&text) }
        }
        Predicate::Not(child) => {
            let inner = expression(rule, child, Binds::Check)?;
            Text { text: format!("not {}", inner.text), depth: inner.depth }
        }
        Predicate::Test(test) => {
            let checks: Vec<Text> =
                checks(rule, test)?.into_iter().map(|text| Text { text, depth: 0 }).collect();
            let several = checks.len() > 1;
            let text = joined(checks, " or ");
            if several && place != Binds::Or { parenthesised(&text) } else { text }
        }
        Predicate::Computed(computed) => {
            let (operator, left, right) = compared(computed).ok_or("a formula")?;
            Text { text: format!("{left} {operator} val({right})"), depth: 1 }
        }
        // Legalising leaves no constant.
        Predicate::Constant(value) => {
            let text = if *value { "evt.num >= 0" } else { "evt.num = 0" };
            Text { text: text.to_owned(), depth: 0 }
        }
        // Not declared as capabilities, so legalising has removed them.
        Predicate::OneValue(_) | Predicate::Hole(_) => {
            return Err("a test of one value of several".to_owned());
        }
    })
}

fn has_regex(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Test(Test { condition: Condition::Some(tests), .. }) => {
            tests.iter().any(|test| matches!(test, ValueTest::Regex(_)))
        }
        other => other.children().iter().any(has_regex),
    }
}

/// The checks of a test, of which one has to hold.
fn checks(rule: &Of<'_>, test: &Test) -> Result<Vec<String>, String> {
    let name = &test.field;
    let target = rule.legal.fields.get(name);
    let field =
        Field { name, kind: target.map_or(FieldKind::Keyword, |field| field.kind), known: known(name) };
    match &test.condition {
        Condition::Exists if target.is_some_and(|field| field.empty_is_absent) => {
            Ok(vec![format!("{name} != \"\"")])
        }
        Condition::Exists if field.is_list() => Ok(vec![list::exists(name, field.known)]),
        Condition::Exists => Ok(vec![format!("{name} exists")]),
        Condition::Some(tests) if field.is_list() => {
            let list = list::List { name, known: field.known, kind: field.kind, engine: rule.engine };
            list.checks(tests)
        }
        Condition::Some(tests) => field.checks(tests),
        // Not declared as capabilities, so legalising has removed them.
        Condition::SomeOther(_) | Condition::Holds(_) => Err("a test of some other value".to_owned()),
    }
}

/// A field that is tested.
struct Field<'a> {
    name: &'a str,
    kind: FieldKind,
    /// What Falco's own list says of it.
    known: Option<FieldType>,
}

impl Field<'_> {
    fn is_list(&self) -> bool {
        self.known.is_some_and(FieldType::is_list)
    }

    fn checks(&self, tests: &[ValueTest]) -> Result<Vec<String>, String> {
        let mut checks = Vec::new();
        for group in &grouped(tests) {
            match self.kind {
                FieldKind::Keyword | FieldKind::Wildcard => checks.extend(self.text_checks(group)),
                FieldKind::Long | FieldKind::Boolean | FieldKind::Ip => {
                    checks.extend(self.typed_checks(group)?);
                }
            }
        }
        // The dearest come last.
        for test in tests {
            if let ValueTest::Regex(regex) = test {
                checks.push(self.regex_check(regex)?);
            }
        }
        Ok(checks)
    }

    fn text_checks(&self, group: &Group<'_>) -> Vec<String> {
        let name = self.name;
        let folded = group.case == Case::Insensitive;
        let is_transformable = self.known.is_none_or(|known| known.transformable);
        let subject = if folded { format!("tolower({name})") } else { name.to_owned() };
        let constant = |text: &str| quoted(&if folded { text.to_ascii_lowercase() } else { text.to_owned() });
        let texts = group
            .values
            .iter()
            .filter_map(|value| if let Operand::Text(text) = value { Some(*text) } else { None });
        let each = |operator: &str| {
            texts.clone().map(|text| format!("{subject} {operator} {}", constant(text))).collect()
        };
        let globs = |before: &str, after: &str| {
            let pattern = |text: &str| format!("{before}{}{after}", glob(&[Piece::Literal(text.to_owned())]));
            texts.clone().map(|text| format!("{name} iglob {}", quoted(&pattern(text)))).collect()
        };
        match group.operator {
            // No function may stand round some fields, and a glob ignores case by itself.
            Operator::Equals if folded && !is_transformable => globs("", ""),
            Operator::StartsWith if folded && !is_transformable => globs("", "*"),
            Operator::EndsWith if folded && !is_transformable => globs("*", ""),
            Operator::Equals => match texts.clone().collect::<Vec<_>>().as_slice() {
                [only] => vec![format!("{subject} = {}", constant(only))],
                many => {
                    let list: Vec<String> = many.iter().map(|text| constant(text)).collect();
                    vec![format!("{subject} in ({})", list.join(", "))]
                }
            },
            Operator::StartsWith => each("startswith"),
            Operator::EndsWith => each("endswith"),
            Operator::Contains if folded => {
                texts.map(|text| format!("{name} icontains {}", quoted(text))).collect()
            }
            Operator::Contains => each("contains"),
            Operator::Glob => {
                let operator = if folded { "iglob" } else { "glob" };
                let patterns = group.values.iter().filter_map(|value| match value {
                    Operand::Pattern(pattern) => Some(glob(pattern.pieces())),
                    _ => None,
                });
                patterns.map(|pattern| format!("{name} {operator} {}", quoted(&pattern))).collect()
            }
            // Texts have no order and no networks, so legalising has removed them.
            Operator::Order(_) | Operator::Network => Vec::new(),
        }
    }

    /// A number, a Boolean or an address: no function stands round it, and numbers are bare.
    fn typed_checks(&self, group: &Group<'_>) -> Result<Vec<String>, String> {
        let mut constants = Vec::new();
        for value in &group.values {
            match value {
                Operand::Text(text) => constants.push(self.constant(text)?),
                Operand::Network(network) => constants.push(quoted(&network.to_string())),
                Operand::Pattern(_) => {
                    return Err("the field is not text, so wildcards do not apply".to_owned());
                }
            }
        }
        let name = self.name;
        match (group.operator, constants.as_slice()) {
            (Operator::Equals, [only]) => Ok(vec![format!("{name} = {only}")]),
            (Operator::Equals, many) => Ok(vec![format!("{name} in ({})", many.join(", "))]),
            (Operator::Order(order), many) => {
                Ok(many.iter().map(|constant| format!("{name} {} {constant}", order.text())).collect())
            }
            (Operator::Network, many) => {
                let net =
                    network_field(name).ok_or_else(|| format!("Falco compares `{name}` with no network"))?;
                Ok(many.iter().map(|network| format!("{net} = {network}")).collect())
            }
            _ => Err("the field is not text, so wildcards do not apply".to_owned()),
        }
    }

    /// A constant of the field's type. An integer has no fraction, and one that the type cannot hold would wrap or
    /// stop the engine (`value_parser.cpp`).
    fn constant(&self, text: &str) -> Result<String, String> {
        if self.kind != FieldKind::Long {
            return Ok(if self.kind == FieldKind::Boolean { text.to_owned() } else { quoted(text) });
        }
        let number = text.parse::<i64>();
        let fits = match self.known.map(|known| known.kind) {
            Some(Kind::Unsigned(32)) => number.clone().is_ok_and(|number| u32::try_from(number).is_ok()),
            Some(Kind::Unsigned(_) | Kind::Time) => number.clone().is_ok_and(|number| number >= 0),
            Some(Kind::Port) => number.clone().is_ok_and(|number| u16::try_from(number).is_ok()),
            Some(Kind::Signed(16)) => number.clone().is_ok_and(|number| i16::try_from(number).is_ok()),
            Some(Kind::Signed(32)) => number.clone().is_ok_and(|number| i32::try_from(number).is_ok()),
            _ => true,
        };
        match number {
            Ok(number) if fits => Ok(number.to_string()),
            _ => Err(format!("`{}` is compared with `{text}`, which its type cannot hold", self.name)),
        }
    }

    fn regex_check(&self, regex: &Regex) -> Result<String, String> {
        let printed = regex.print_with_flags(Dialect::Posix).map_err(|reason| reason.what)?;
        let name = self.name;
        let subject = if printed.caseless { format!("tolower({name})") } else { name.to_owned() };
        Ok(format!("{subject} regex {}", quoted(&printed.pattern)))
    }
}

/// Whether Falco can say a regular expression of a field; why not, as a clause.
pub(crate) fn takes(regex: &Regex, field: &TargetField) -> Result<(), String> {
    let known = known(&field.name);
    if !matches!(field.kind, FieldKind::Keyword | FieldKind::Wildcard) {
        return Err("the field is not text, so regular expressions do not apply".to_owned());
    }
    if known.is_some_and(|known| known.values != Values::One) {
        return Err("Falco has regular expressions for fields of one value".to_owned());
    }
    let printed = regex
        .print_with_flags(Dialect::Posix)
        .map_err(|reason| format!("the regular expressions of Falco cannot say {}", reason.what))?;
    if printed.caseless && known.is_some_and(|known| !known.transformable) {
        return Err("Falco cannot ignore case in a regular expression on this field".to_owned());
    }
    if field.empty_is_absent && regex.is_match("") {
        return Err("the expression matches the empty text, which stands for an absent field".to_owned());
    }
    if printed.pattern.len() > LONGEST_CONSTANT {
        return Err(format!("the regular expression has over {LONGEST_CONSTANT} bytes for Falco"));
    }
    Ok(())
}

/// Whether Falco can ask something of what is computed; why not, as a clause.
///
/// It compares two fields of one type by `val()`; texts byte by byte, and only integers by order. A comparison of a
/// missing field is false, as in `where`.
pub(crate) fn computes(computed: &Computed) -> Result<(), String> {
    compared(computed).map(|_| ()).ok_or_else(|| "Falco computes nothing; it compares two fields".to_owned())
}

/// A comparison of two fields: the operator and both names.
fn compared(computed: &Computed) -> Option<(&'static str, &str, &str)> {
    let Formula::Binary(operator, left, right) = &computed.formula else { return None };
    let (Formula::Field(left), Formula::Field(right)) = (left.as_ref(), right.as_ref()) else { return None };
    let (one, other) = (known(left)?, known(right)?);
    let is_alike = one.kind == other.kind && [one, other].iter().all(|field| field.values == Values::One);
    if computed.condition.is_some()
        || !is_alike
        || one.absent != Absent::Missing
        || other.absent != Absent::Missing
    {
        return None;
    }
    let is_number = matches!(one.kind, Kind::Signed(_) | Kind::Unsigned(_) | Kind::Port);
    let operator = match operator {
        BinaryOperator::Equal if is_number || one.kind == Kind::Text => "=",
        BinaryOperator::NotEqual if is_number || one.kind == Kind::Text => "!=",
        BinaryOperator::Less if is_number => "<",
        BinaryOperator::LessEqual if is_number => "<=",
        BinaryOperator::Greater if is_number => ">",
        BinaryOperator::GreaterEqual if is_number => ">=",
        _ => return None,
    };
    Some((operator, left, right))
}

/// What Falco's own list says of a field, whatever source it is of.
pub(crate) fn known(name: &str) -> Option<FieldType> {
    static TABLE: OnceLock<FieldTable> = OnceLock::new();
    let table = TABLE.get_or_init(FieldTable::embedded);
    ["syscall", "k8s_audit", "docker"].iter().find_map(|source| table.lookup(source, name))
}

/// The field that holds the address as one that networks are compared with (`falco --list=syscall`).
pub(crate) fn network_field(name: &str) -> Option<&'static str> {
    Some(match name {
        "fd.sip" => "fd.snet",
        "fd.cip" => "fd.cnet",
        "fd.lip" => "fd.lnet",
        "fd.rip" => "fd.rnet",
        _ => return None,
    })
}

/// A glob: `* ? [` and the backslash of literals are escaped; at the end a backslash is a set of one, since a
/// quoted string cannot end in one.
fn glob(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => {
                for character in literal.chars() {
                    if matches!(character, '*' | '?' | '[' | '\\') {
                        text.push('\\');
                    }
                    text.push(character);
                }
            }
            Piece::Any => text.push('*'),
            Piece::One => text.push('?'),
        }
    }
    match text.strip_suffix("\\\\") {
        Some(before) => format!("{before}[\\\\]"),
        None => text,
    }
}

/// A quoted string (`escaping.cpp`): the backslash, the quote and control characters that have a name are escaped.
/// A string cannot end in a backslash; backslash and space is one backslash there.
pub(super) fn quoted(text: &str) -> String {
    let (body, ending) = match text.strip_suffix('\\') {
        Some(before) => (before, "\\ "),
        None => (text, ""),
    };
    let mut quoted = String::from("\"");
    for character in body.chars() {
        match character {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            other => quoted.push(other),
        }
    }
    quoted.push_str(ending);
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detection::Order;
    use crate::event::pattern::Pattern;
    use crate::source::Origin;

    #[test]
    fn strings_escape_and_never_end_in_a_backslash() {
        assert_eq!(quoted(r#"say "hi" \d"#), r#""say \"hi\" \\d""#);
        assert_eq!(quoted("C:\\"), "\"C:\\ \"");
    }

    #[test]
    fn globs_escape_what_fnmatch_reads() {
        let pattern = Pattern::wildcard("a[1]?*\\", Case::Insensitive);
        assert_eq!(glob(pattern.pieces()), "a\\[1]\\?*[\\\\]");
    }

    fn field(name: &str, kind: FieldKind) -> Field<'_> {
        Field { name, kind, known: known(name) }
    }

    fn is(text: &str) -> ValueTest {
        ValueTest::Matches(Pattern::wildcard(text, Case::Insensitive))
    }

    #[test]
    fn numbers_booleans_and_addresses_stand_bare_and_fit_their_type() {
        let pid = field("proc.ppid", FieldKind::Long);
        assert_eq!(pid.checks(&[is("1"), is("2")]).unwrap(), ["proc.ppid in (1, 2)"]);
        let than = |order, than: &str| ValueTest::Compares(order, than.to_owned());
        assert_eq!(pid.checks(&[than(Order::Greater, "-5")]).unwrap(), ["proc.ppid > -5"]);
        assert!(pid.checks(&[than(Order::Greater, "1.5")]).is_err(), "an integer has no fraction");
        let count = field("proc.cmdnargs", FieldKind::Long);
        assert!(count.checks(&[than(Order::Greater, "-1")]).is_err(), "it would wrap");
        let privileged = field("container.privileged", FieldKind::Boolean);
        assert_eq!(privileged.checks(&[is("true")]).unwrap(), ["container.privileged = true"]);
        let address = field("fd.sip", FieldKind::Ip);
        let tests = [is("10.0.0.1"), ValueTest::In("10.0.0.0/8".parse().unwrap())];
        assert_eq!(address.checks(&tests).unwrap(), ["fd.sip = \"10.0.0.1\"", "fd.snet = \"10.0.0.0/8\""]);
    }

    #[test]
    fn regular_expressions_are_of_whole_values_in_small_letters_or_with_case() {
        let command = field("proc.cmdline", FieldKind::Keyword);
        let regex = |pattern: &str| ValueTest::Regex(Regex::parse(pattern).unwrap());
        assert_eq!(
            command.checks(&[regex(r"(?i)^curl\s[^|]*\|")]).unwrap(),
            [r#"tolower(proc.cmdline) regex "curl[\\t-\\r ][^|]*\\|(.|\\n)*""#]
        );
        let target = |name: &str| TargetField {
            name: name.to_owned(),
            kind: FieldKind::Keyword,
            empty_is_absent: false,
            separators: None,
        };
        let long = Regex::parse(&"a[bc]".repeat(60)).unwrap();
        assert!(takes(&long, &target("proc.cmdline")).is_err(), "over 255 bytes");
        assert!(takes(&Regex::parse("a").unwrap(), &target("ka.user.groups")).is_err(), "a list");
    }

    #[test]
    fn a_field_that_no_function_stands_round_is_compared_by_globs() {
        let ancestor = field("proc.aname[2]", FieldKind::Keyword);
        assert_eq!(ancestor.checks(&[is("a?")]).unwrap(), [r#"proc.aname[2] iglob "a\\?""#]);
        assert_eq!(ancestor.checks(&[is("a*")]).unwrap(), [r#"proc.aname[2] iglob "a*""#]);
    }

    #[test]
    fn two_fields_of_one_type_are_compared() {
        let computed = |left: &str, operator, right: &str| Computed {
            formula: Formula::Binary(
                operator,
                Box::new(Formula::Field(left.to_owned())),
                Box::new(Formula::Field(right.to_owned())),
            ),
            condition: None,
            origin: Origin::default(),
        };
        let names = computed("proc.name", BinaryOperator::Equal, "proc.pname");
        assert_eq!(compared(&names), Some(("=", "proc.name", "proc.pname")));
        assert!(
            compared(&computed("proc.name", BinaryOperator::Less, "proc.pname")).is_none(),
            "texts that are numbers"
        );
        assert!(compared(&computed("proc.pid", BinaryOperator::Less, "proc.ppid")).is_some());
        assert!(compared(&computed("proc.pid", BinaryOperator::Equal, "proc.name")).is_none(), "two types");
    }
}
