//! Functions of other query languages, and what SPL has in their place.
//!
//! In: the name of a function that SPL does not know. Out: what it is written as here. Invariant: a name takes the place of
//! another only where order, number and meaning of the arguments are the same; elsewhere there are words alone, for the name
//! of SPL that is spelt nearly the same, such as `count` for the `dcount` of KQL, means something else.

use crate::function::Family;

/// What SPL has in place of a function of another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// A function of that name, which takes the same arguments.
    Function(&'static str),
    /// Something else, as a sentence.
    Otherwise(&'static str),
}

/// What SPL has in place of that function, whose name is written in any case.
pub(crate) fn find(name: &str, family: Family) -> Option<Known> {
    let all = match family {
        Family::Eval => EVAL,
        Family::Statistics => STATISTICS,
    };
    all.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, known)| *known)
}

/// Functions of expressions: KQL (Microsoft, "Kusto Query Language", scalar functions), SQL, Elastic EQL and ES|QL beside the
/// Search Reference, "Evaluation functions".
const EVAL: &[(&str, Known)] = &[
    ("ago", Known::Otherwise("`relative_time(now(), \"-1d\")` is a time before now")),
    ("char_length", Known::Function("len")),
    ("concat", Known::Otherwise("a dot joins texts: `a.\" \".b`")),
    ("contains", Known::Otherwise("`like(text, \"%part%\")` asks whether a text contains another")),
    ("endswith", Known::Otherwise("`like(text, \"%end\")` asks how a text ends")),
    ("iff", Known::Function("if")),
    ("iif", Known::Function("if")),
    (
        "isempty",
        Known::Otherwise("`isnull(field) OR field=\"\"` asks whether there is no value or an empty one"),
    ),
    ("isnotempty", Known::Otherwise("`field!=\"\"` asks whether there is a value that is not empty")),
    ("lcase", Known::Function("lower")),
    ("nvl", Known::Function("coalesce")),
    ("power", Known::Function("pow")),
    ("regexp_like", Known::Function("match")),
    (
        "regexp_replace",
        Known::Otherwise("`replace(text, regex, replacement)` is a function, which replaces every match"),
    ),
    ("startswith", Known::Otherwise("`like(text, \"start%\")` asks how a text begins")),
    ("strcat", Known::Otherwise("a dot joins texts: `a.\" \".b`")),
    ("strlen", Known::Function("len")),
    // KQL counts from 0 and SQL from 1.
    ("substring", Known::Otherwise("`substr(text, start, length)` is a function, which counts from 1")),
    ("tolong", Known::Otherwise("`tonumber(text)` is a function, which keeps a fraction")),
    ("tolower", Known::Function("lower")),
    ("toupper", Known::Function("upper")),
    ("ucase", Known::Function("upper")),
];

/// Functions of groups: KQL (aggregation functions), SQL, ES|QL, Tableau beside the Search Reference, "Statistical and
/// charting functions".
const STATISTICS: &[(&str, Known)] = &[
    ("approx_count_distinct", Known::Function("estdc")),
    ("arg_max", Known::Otherwise("`latest(field)` is the value of the latest event")),
    ("arg_min", Known::Otherwise("`earliest(field)` is the value of the earliest event")),
    (
        "avgif",
        Known::Otherwise("`avg(eval(if(condition, field, null())))` takes the rows that meet a condition"),
    ),
    ("cardinality", Known::Function("dc")),
    ("count_distinct", Known::Function("dc")),
    ("countd", Known::Function("dc")),
    ("countdistinct", Known::Function("dc")),
    ("countif", Known::Otherwise("`count(eval(condition))` counts the rows that meet a condition")),
    ("dcount", Known::Function("dc")),
    (
        "dcountif",
        Known::Otherwise(
            "`dc(eval(if(condition, field, null())))` counts the values of rows that meet a condition",
        ),
    ),
    ("distinctcount", Known::Function("distinct_count")),
    ("make_list", Known::Otherwise("`list(field)` gives the values in their order, 100 at most")),
    ("make_set", Known::Function("values")),
    ("makeset", Known::Function("values")),
    ("sumif", Known::Otherwise("`sum(eval(if(condition, field, 0)))` takes the rows that meet a condition")),
    ("take_any", Known::Otherwise("`first(field)` gives one of the values")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_a_function_of_spl_and_what_is_foreign_is_none() {
        for (family, all) in [(Family::Eval, EVAL), (Family::Statistics, STATISTICS)] {
            assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0), "{family:?} is in order");
            for (name, known) in all {
                assert!(family.find(name).is_none(), "{name}");
                if let Known::Function(function) = known {
                    assert!(family.find(function).is_some(), "{name}: {function}");
                }
            }
        }
    }
}
