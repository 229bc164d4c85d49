//! The functions and operators of SPL: which there are, how many arguments they take, and what they give.
//!
//! In: a name as it is written, and operands. Out: the function, or a name that is close to it; an operand. Invariant:
//! names are looked up without case (searchbnf.conf: "all literals are case-insensitive"), and every function gives some
//! operand for whatever it is given.

pub mod context;
mod eval;
pub(crate) mod foreign;
pub mod operand;
mod operator;
mod statistics;

pub use context::Context;
#[cfg(test)]
pub(crate) use eval::cases;
pub use eval::matching::like_pattern;
pub use eval::text::upper;
pub use eval::time::is_time_modifier;
pub use operand::Operand;
pub use operator::{apply, is_in, minus, not};

/// A function: its name, its arity, and what it gives.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The least number of arguments.
    pub least: usize,
    /// The greatest number; none if there is no bound.
    pub most: Option<usize>,
    /// Whether its arguments come in pairs, as the conditions and values of `case` do.
    pub in_pairs: bool,
    /// What it gives, in a line; empty where that is said elsewhere.
    pub rule: &'static str,
    body: Body,
}

/// What a function computes.
type Evaluate = fn(&[Operand], &Context) -> Operand;

/// How a function is evaluated.
#[derive(Clone, Copy, Debug)]
enum Body {
    /// It is not: its result is random, or it stands only inside of some command.
    Unknown,
    /// By the interpreter of expressions, since an argument is an expression or a search and not its value.
    Form,
    /// From the values of its arguments, as many as its arity allows.
    Values(Evaluate),
}

impl Function {
    const fn new(name: &'static str, least: usize, most: Option<usize>) -> Self {
        Self { name, least, most, in_pairs: false, rule: "", body: Body::Unknown }
    }

    /// A function of at least one pair of arguments.
    const fn of_pairs(name: &'static str) -> Self {
        Self { in_pairs: true, ..Self::new(name, 2, None) }
    }

    /// The same function with its rule, computed by `evaluate` from the values of its arguments.
    const fn gives(self, rule: &'static str, evaluate: Evaluate) -> Self {
        Self { rule, body: Body::Values(evaluate), ..self }
    }

    /// The same function with its rule, computed by the interpreter of expressions.
    const fn form(self, rule: &'static str) -> Self {
        Self { rule, body: Body::Form, ..self }
    }

    /// Whether it takes that many arguments.
    ///
    /// ```
    /// use splc::function::Family;
    /// let case = Family::Eval.find("case").unwrap();
    /// assert!(case.takes(4) && !case.takes(3));
    /// ```
    pub fn takes(&self, arguments: usize) -> bool {
        arguments >= self.least
            && self.most.is_none_or(|most| arguments <= most)
            && (!self.in_pairs || arguments.is_multiple_of(2))
    }
}

/// The longest text that an expression computes, in bytes, all values together.
///
/// An expression can double its argument in every step, so without a bound a short query fills the memory. What would be
/// longer is null. Splunk's own bounds are far lower: an event has 10,000 bytes unless configured (props.conf, `TRUNCATE`).
pub const LONGEST_TEXT: usize = 1 << 20;

/// The most values that an expression computes.
pub const MOST_VALUES: usize = 100_000;

/// The operand if it is within the bounds, else null.
fn bounded(operand: Operand) -> Operand {
    let fits = operand.values().len() <= MOST_VALUES && operand.text_length() <= LONGEST_TEXT;
    if fits { operand } else { Operand::Null }
}

/// What a function of expressions gives. An unknown name and a wrong number of arguments give null, and so do `mvmap`,
/// `mvfilter` and `searchmatch`, whose argument is no value: the interpreter of expressions evaluates those.
///
/// ```
/// use splc::function::{Context, Operand, call};
/// let context = Context::default();
/// assert_eq!(call("LOWER", &[Operand::text("Root")], &context), Operand::text("root"));
/// assert_eq!(call("lower", &[], &context), Operand::Null);
/// ```
pub fn call(name: &str, arguments: &[Operand], context: &Context) -> Operand {
    let function = Family::Eval.find(name).filter(|function| function.takes(arguments.len()));
    match function.map(|function| function.body) {
        Some(Body::Values(evaluate)) => bounded(evaluate(arguments, context)),
        Some(Body::Form | Body::Unknown) | None => Operand::Null,
    }
}

/// Whether the function of expressions can be evaluated; `random`, `lookup` and those that only some command knows
/// cannot.
///
/// ```
/// use splc::function::evaluates;
/// assert!(evaluates("isNull") && evaluates("mvfilter"));
/// assert!(!evaluates("random") && !evaluates("no_such_function"));
/// ```
pub fn evaluates(name: &str) -> bool {
    Family::Eval.find(name).is_some_and(|function| !matches!(function.body, Body::Unknown))
}

/// Where a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// In expressions of `eval` and `where`.
    Eval,
    /// In `stats` and its kin.
    Statistics,
}

impl Family {
    /// All functions of the family, in the order of their names.
    pub fn all(self) -> &'static [Function] {
        match self {
            Self::Eval => &eval::ALL,
            Self::Statistics => statistics::ALL,
        }
    }

    /// The function of that name.
    ///
    /// ```
    /// use splc::function::Family;
    /// assert!(Family::Eval.find("IsNull").is_some_and(|function| function.takes(1)));
    /// assert_eq!(Family::Statistics.find("perc95").map(|function| function.name), Some("perc"));
    /// assert_eq!(Family::Eval.find("length").map(|function| function.name), Some("len"));
    /// assert!(Family::Eval.find("hour").is_none());
    /// ```
    pub fn find(self, name: &str) -> Option<&'static Function> {
        let mut name = name.to_ascii_lowercase();
        if self == Self::Eval && name == "length" {
            // Not documented; apps of many authors, Splunk's own among them, call it.
            "len".clone_into(&mut name);
        }
        let number = name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
        let exact = |name: &str| {
            let at = self.all().binary_search_by(|function| function.name.cmp(name)).ok()?;
            self.all().get(at)
        };
        let percentile =
            || exact(number).filter(|it| ["exactperc", "p", "perc", "upperperc"].contains(&it.name));
        exact(&name).or_else(|| percentile().filter(|_| self == Self::Statistics))
    }
}

/// The name that was probably meant: the nearest one, if a third of its letters or fewer differ.
///
/// ```
/// assert_eq!(splc::function::nearest("isnul", ["isnull", "len"].into_iter()), Some("isnull"));
/// assert_eq!(splc::function::nearest("frobnicate", ["isnull", "len"].into_iter()), None);
/// ```
pub fn nearest(word: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let bound = (word.len() / 3).min(3);
    let near = names.filter(|name| name.len().abs_diff(word.len()) <= bound);
    let best = near.map(|name| (distance(&word.to_ascii_lowercase(), name), name)).min()?;
    (best.0 <= bound).then_some(best.1)
}

/// How many letters have to be changed, added, left out or swapped with a neighbour.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in a.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, right) in b.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&last, column) + usize::from(left != right);
            let mut least = changed.min(at(&last, column + 1) + 1).min(at(&next, column) + 1);
            let swapped =
                row > 0 && column > 0 && a.get(row - 1) == Some(right) && b.get(column - 1) == Some(left);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order() {
        for family in [Family::Eval, Family::Statistics] {
            assert!(family.all().windows(2).all(|pair| pair[0].name < pair[1].name), "{family:?}");
        }
    }

    /// Every function, called with every count of every kind of operand.
    #[test]
    fn every_function_gives_an_operand_for_any_arguments() {
        let texts = ["", "x", "-1.5", "1e308", "%d%", "{\"a\":[1]}", "@d", "(", "a{}.b"].map(Operand::text);
        let several = Operand::of(&["a", "1", "[]"].map(crate::event::Value::from));
        let rest = [Operand::Null, Operand::Boolean(true), Operand::number(3.0), several];
        let operands: Vec<Operand> = texts.into_iter().chain(rest).collect();
        for function in Family::Eval.all() {
            for (at, first) in operands.iter().enumerate() {
                for count in 0..5 {
                    let rest = operands.iter().cycle().skip(at * 5 + count);
                    let arguments: Vec<Operand> =
                        std::iter::once(first).chain(rest).take(count).cloned().collect();
                    let result = call(function.name, &arguments, &Context::default());
                    assert!(function.takes(count) || result.is_null(), "{} {arguments:?}", function.name);
                    assert_eq!(bounded(result.clone()), result, "{} {arguments:?}", function.name);
                }
            }
        }
    }

    #[test]
    fn distances() {
        assert_eq!(distance("stats", "stats"), 0);
        assert_eq!(distance("stat", "stats"), 1);
        assert_eq!(distance("satts", "stats"), 1);
        assert_eq!(distance("evla", "eval"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_percentiles_take_a_number() {
        assert!(Family::Statistics.find("p99.5").is_some());
        assert!(Family::Statistics.find("sum2").is_none());
        assert!(Family::Eval.find("p95").is_none());
    }
}
