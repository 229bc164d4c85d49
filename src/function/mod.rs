//! The functions of SPL by name: which there are, and how many arguments they take.
//!
//! In: a name as it is written. Out: the function, or a name that is close to it. Invariant: names are looked up
//! without case (searchbnf.conf: "all literals are case-insensitive"). Nothing is evaluated here.

mod eval;
mod statistics;

/// A function and its arity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The least number of arguments.
    pub least: usize,
    /// The greatest number; none if there is no bound.
    pub most: Option<usize>,
}

impl Function {
    const fn new(name: &'static str, least: usize, most: Option<usize>) -> Self {
        Self { name, least, most }
    }

    /// Whether it takes that many arguments.
    pub fn takes(&self, arguments: usize) -> bool {
        arguments >= self.least && self.most.is_none_or(|most| arguments <= most)
    }
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
    pub const fn all(self) -> &'static [Function] {
        match self {
            Self::Eval => eval::ALL,
            Self::Statistics => statistics::ALL,
        }
    }

    /// The function of that name.
    ///
    /// ```
    /// use splc::function::Family;
    /// assert!(Family::Eval.find("IsNull").is_some_and(|function| function.takes(1)));
    /// assert_eq!(Family::Statistics.find("perc95").map(|function| function.name), Some("perc"));
    /// assert_eq!(Family::Eval.find("hour"), None);
    /// ```
    pub fn find(self, name: &str) -> Option<&'static Function> {
        let name = name.to_ascii_lowercase();
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
