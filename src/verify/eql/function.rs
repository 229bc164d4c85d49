//! Computes what functions and operators of EQL give.
//!
//! In: a term over the fields of an event. Out: one value for each choice of one value of each field. Invariant: a field
//! without a value gives nothing, and so does what Elasticsearch would stop a search at: a division by zero, an integer
//! over 64 bits (EQL function reference, "null handling"; `Arithmetics`). Texts are counted in UTF-16 units, as Java has
//! them.

use std::cmp::Ordering;

use crate::event::Event;

use super::FieldType;
use super::syntax::{Field, Function, Scalar, Term};

/// The most choices of values of fields that are looked at.
const MOST_CHOICES: usize = 65_536;

/// All values of a term for an event.
pub(super) fn values(term: &Term, event: &Event) -> Vec<Scalar> {
    let mut names: Vec<&Field> = Vec::new();
    term.for_each_field(&mut |field| {
        if names.iter().all(|known| known.name != field.name) {
            names.push(field);
        }
    });
    let held = |field: &&Field| -> Vec<Scalar> {
        let kind = field.kind.unwrap_or(FieldType::Keyword);
        event.values(&field.name).iter().filter_map(|value| Scalar::indexed(&value.text(), kind)).collect()
    };
    let held: Vec<Vec<Scalar>> = names.iter().map(held).collect();
    if held.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let choices = held.iter().try_fold(1_usize, |product, values| product.checked_mul(values.len()));
    let one = |mut choice: usize| {
        let mut chosen = Vec::new();
        for (field, values) in names.iter().zip(&held) {
            chosen.push((field.name.as_str(), values.get(choice % values.len())?));
            choice /= values.len();
        }
        value(term, &chosen)
    };
    (0..choices.unwrap_or(MOST_CHOICES).min(MOST_CHOICES)).filter_map(one).collect()
}

/// As deep as the term, which is bounded.
fn value(term: &Term, chosen: &[(&str, &Scalar)]) -> Option<Scalar> {
    match term {
        Term::Field(field) => {
            chosen.iter().find(|(name, _)| *name == field.name).map(|(_, value)| (*value).clone())
        }
        Term::Constant(constant) => Some(constant.clone()),
        Term::Call(function, arguments) => {
            let values: Option<Vec<Scalar>> =
                arguments.iter().map(|argument| value(argument, chosen)).collect();
            call(*function, &values?)
        }
    }
}

fn call(function: Function, arguments: &[Scalar]) -> Option<Scalar> {
    match (function, arguments) {
        (Function::Minus, [Scalar::Integer(value)]) => value.checked_neg().map(Scalar::Integer),
        (Function::Minus, [Scalar::Decimal(value)]) => Some(Scalar::Decimal(-value)),
        (
            Function::Add | Function::Subtract | Function::Multiply | Function::Divide | Function::Modulo,
            [left, right],
        ) => arithmetic(function, left, right),
        (Function::Length, [Scalar::Text(text)]) => integer(text.encode_utf16().count()),
        (Function::Concat, parts) => parts.iter().map(text).collect::<Option<String>>().map(Scalar::Text),
        (Function::Text, [one]) => text(one).map(Scalar::Text),
        (Function::Substring, [Scalar::Text(text), Scalar::Integer(start)]) => substring(text, *start, None),
        (Function::Substring, [Scalar::Text(text), Scalar::Integer(start), Scalar::Integer(end)]) => {
            substring(text, *start, Some(*end))
        }
        (Function::IndexOf { folded }, [Scalar::Text(text), Scalar::Text(part)]) => {
            let found = cased(text, folded).find(&cased(part, folded))?;
            integer(text.get(..found)?.encode_utf16().count())
        }
        (Function::StartsWith { folded }, [Scalar::Text(text), Scalar::Text(part)]) => {
            Some(Scalar::Boolean(cased(text, folded).starts_with(&cased(part, folded))))
        }
        (Function::EndsWith { folded }, [Scalar::Text(text), Scalar::Text(part)]) => {
            Some(Scalar::Boolean(cased(text, folded).ends_with(&cased(part, folded))))
        }
        (Function::Contains { folded }, [Scalar::Text(text), Scalar::Text(part)]) => {
            Some(Scalar::Boolean(cased(text, folded).contains(&cased(part, folded))))
        }
        _ => None,
    }
}

/// Letters of ASCII in one case: their bytes are as many.
fn cased(text: &str, folded: bool) -> String {
    if folded { text.to_ascii_lowercase() } else { text.to_owned() }
}

fn integer(count: usize) -> Option<Scalar> {
    i64::try_from(count).ok().map(Scalar::Integer)
}

/// Two integers stay integers and lose what is behind the point; a fraction makes both doubles.
fn arithmetic(function: Function, left: &Scalar, right: &Scalar) -> Option<Scalar> {
    if let (Scalar::Integer(left), Scalar::Integer(right)) = (left, right) {
        let result = match function {
            Function::Add => left.checked_add(*right),
            Function::Subtract => left.checked_sub(*right),
            Function::Multiply => left.checked_mul(*right),
            Function::Divide => left.checked_div(*right),
            _ => left.checked_rem(*right),
        };
        return result.map(Scalar::Integer);
    }
    let (left, right) = (left.decimal()?, right.decimal()?);
    Some(Scalar::Decimal(match function {
        Function::Add => left + right,
        Function::Subtract => left - right,
        Function::Multiply => left * right,
        Function::Divide => left / right,
        _ => left % right,
    }))
}

/// How a value is written; a fraction is written in a way of Java's own, which is not known here.
fn text(value: &Scalar) -> Option<String> {
    match value {
        Scalar::Text(text) => Some(text.clone()),
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Boolean(value) => Some(value.to_string()),
        Scalar::Decimal(_) | Scalar::Ip(_) => None,
    }
}

/// The part from a place, counted from 0, up to another one; a place below zero is counted from the end (EQL function
/// reference, `substring`). Half of a character is nothing.
fn substring(text: &str, start: i64, end: Option<i64>) -> Option<Scalar> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = i64::try_from(units.len()).ok()?;
    let place = |at: i64| if at < 0 { (length + at).max(0) } else { at.min(length) };
    let (start, end) = (place(start), end.map_or(length, place));
    let part =
        if start < end { units.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)? } else { &[] };
    String::from_utf16(part).ok().map(Scalar::Text)
}

/// How a computed value stands to a constant. Java compares doubles in a total order, in which zero has two signs.
pub(super) fn order(value: &Scalar, constant: &Scalar) -> Option<Ordering> {
    match (value, constant) {
        (Scalar::Decimal(_), _) | (_, Scalar::Decimal(_)) => {
            Some(value.decimal()?.total_cmp(&constant.decimal()?))
        }
        _ => value.order(constant),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::matches;
    use crate::event::Event;

    #[test]
    fn many_fields_of_several_values_and_one_without_give_nothing() {
        let fields: Vec<String> = (0..70).map(|at| format!("?f{at}")).collect();
        let condition = format!("concat({}, ?none) == \"x\"", fields.join(", "));
        let values = (0..70).map(|at| (format!("f{at}"), serde_json::json!(["a", "b"])));
        let json = serde_json::Value::Object(values.collect());
        assert!(!matches(&condition, &Event::from_json(&json).unwrap()));
    }

    fn holds(condition: &str) -> bool {
        let json = r#"{"k": "abcABC", "w": "é😀x", "n": 7, "d": 2.5}"#;
        matches(condition, &Event::from_json_text(json).unwrap())
    }

    #[test]
    fn integers_and_fractions_are_computed_as_java_has_them() {
        for condition in [
            "n + 5 == 12",
            "n - 10 == -3",
            "n * n == 49",
            "n / 2 == 3",
            "n / 2.0 == 3.5",
            "n % 4 == 3",
            "-n == -7",
            "-(n - 9) == 2",
            "n + n * 3 == 28",
            "(n + 2) * 3 == 27",
            "n - 2 - 3 == 2",
            "d * 2 == 5",
            "d + n == 9.5",
            "n + 5 in (11, 12)",
            "n + 1 > 7.5",
            "not n / 0 > 1",
            "n / 0.0 > 1000",
            "add(n, 5) == 12",
            "subtract(n, d) == 4.5",
            "multiply(n, 2) == 14",
            "divide(n, 2) == 3",
            "MODULO(n, 4) == 3",
            "not n * 9223372036854775807 > 1",
        ] {
            assert!(holds(condition), "{condition}");
        }
        assert!(!matches("n * -1.5 >= 0", &Event::new().with("n", "0")), "the zero is below zero");
        assert!(matches("n * -1.5 + 0.0 >= 0", &Event::new().with("n", "0")));
    }

    #[test]
    fn texts_are_put_together_and_cut() {
        for condition in [
            "concat(k, \"-\", n) == \"abcABC-7\"",
            "concat(k, w) != \"x\"",
            "concat(k) in (\"abcABC\")",
            "substring(k, 1, 3) == \"bc\"",
            "substring(k, 4) == \"BC\"",
            "substring(k, -2) == \"BC\"",
            "substring(k, 2, -2) == \"cA\"",
            "substring(k, 3, 2) == \"\"",
            "substring(k, 0, 99) == \"abcABC\"",
            "length(w) == 4",
            "length(concat(w, w)) == 8",
            "indexOf(k, \"A\") == 3",
            "indexOf~(k, \"C\") == 2",
            "not indexOf(k, \"x\") >= 0",
            "indexOf(w, \"x\") == 3",
            "string(n) == \"7\"",
            "startsWith(k, \"abc\")",
            "not startsWith(k, \"ABC\")",
            "startsWith~(k, \"ABC\")",
            "endsWith(k, \"ABC\")",
            "endsWith~(k, \"abc\")",
            "stringContains(k, \"cA\")",
            "stringContains~(k, \"BCa\")",
            "length(k) - 1 == 5",
        ] {
            assert!(holds(condition), "{condition}");
        }
        assert!(!holds("substring(w, 1, 2) == \"\"") && !holds("substring(w, 1, 2) != null"));
    }

    #[test]
    fn any_choice_of_values_will_do_and_none_is_nothing() {
        let several = Event::from_json_text(r#"{"k": ["a", "b"], "w": ["x", "y"], "n": [1, 5]}"#).unwrap();
        for condition in ["concat(k, w) == \"ay\"", "concat(k, w) == \"bx\"", "n * n == 25", "n + 1 == 2"] {
            assert!(matches(condition, &several), "{condition}");
        }
        assert!(!matches("n * n == 5", &several), "one field has one value at a time");
        for condition in ["concat(k, w) == \"x\"", "n + d > 0", "startsWith(k, \"\")", "-n < 0"] {
            assert!(!matches(condition, &Event::new()), "{condition}");
            assert!(matches(&format!("not {condition}"), &Event::new()), "{condition}");
        }
        assert!(matches("concat(k, w) == null and n + 1 == null", &Event::new()));
        assert!(matches("n + 1 != null", &several));
    }
}
