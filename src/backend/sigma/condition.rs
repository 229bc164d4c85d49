//! The `condition` of a Sigma rule.
//!
//! In: selections by number, joined. Out: the text, with brackets where they are needed. Invariant: `or` binds less than
//! `and`, and that less than `not` (Sigma specification, "Condition"). `1 of` and `all of` stand only for all selections
//! of a prefix, so that they name just those that they replace.

/// Selections, joined.
pub(crate) enum Expression {
    Name(usize),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
}

/// How an expression binds, which decides about brackets.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Place {
    Or,
    And,
    Not,
}

/// Prefixes by which selections are named together.
const PREFIXES: [&str; 2] = ["selection_", "filter_main_"];

impl Expression {
    /// The whole condition.
    pub(crate) fn text(&self, names: &[String]) -> String {
        self.written(names, Place::Or)
    }

    fn written(&self, names: &[String], place: Place) -> String {
        let (text, own) = match self {
            Self::Name(_) => (self.name(names).unwrap_or_default().to_owned(), Place::Not),
            Self::Not(inner) => (format!("not {}", inner.written(names, Place::Not)), Place::Not),
            Self::And(parts) => joined(&conjunction(parts, names), " and ", Place::And),
            Self::Or(parts) => joined(&disjunction(parts, names), " or ", Place::Or),
        };
        if own < place { format!("({text})") } else { text }
    }

    fn name<'n>(&self, names: &'n [String]) -> Option<&'n str> {
        match self {
            Self::Name(index) => names.get(*index).map(String::as_str),
            _ => None,
        }
    }
}

/// One part alone binds as a name does, since it brings its own brackets.
fn joined(parts: &[String], by: &str, place: Place) -> (String, Place) {
    let place = if parts.len() == 1 { Place::Not } else { place };
    (parts.join(by), place)
}

/// The parts of "all of these"; what holds for all selections of a prefix is said once.
fn conjunction(parts: &[Expression], names: &[String]) -> Vec<String> {
    let plain = |part: &Expression| part.name(names).map(str::to_owned);
    let excluded = |part: &Expression| match part {
        Expression::Not(inner) => inner.name(names).map(str::to_owned),
        _ => None,
    };
    let selected = whole_prefix(parts, names, &plain);
    let filtered = whole_prefix(parts, names, &excluded);
    let of = |prefix: Option<&'static str>, name: Option<String>| {
        prefix.filter(|prefix| name.is_some_and(|name| name.starts_with(prefix)))
    };
    let mut texts: Vec<String> = Vec::new();
    for part in parts {
        let text = match (of(selected, plain(part)), of(filtered, excluded(part))) {
            (Some(prefix), _) => format!("all of {prefix}*"),
            (_, Some(prefix)) => format!("not 1 of {prefix}*"),
            _ => part.written(names, Place::And),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The parts of "any of these", which are one where they are all selections of a prefix.
fn disjunction(parts: &[Expression], names: &[String]) -> Vec<String> {
    let plain = |part: &Expression| part.name(names).map(str::to_owned);
    match whole_prefix(parts, names, &plain) {
        Some(prefix) if parts.iter().all(|part| plain(part).is_some_and(|name| name.starts_with(prefix))) => {
            vec![format!("1 of {prefix}*")]
        }
        _ => parts.iter().map(|part| part.written(names, Place::Or)).collect(),
    }
}

/// The prefix of which the chosen parts are all selections that there are, at least two.
fn whole_prefix(
    parts: &[Expression],
    names: &[String],
    chosen: &dyn Fn(&Expression) -> Option<String>,
) -> Option<&'static str> {
    PREFIXES.into_iter().find(|prefix| {
        let here = parts.iter().filter_map(chosen).filter(|name| name.starts_with(prefix)).count();
        here > 1 && here == names.iter().filter(|name| name.starts_with(prefix)).count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(expression: &Expression, names: &[&str]) -> String {
        expression.text(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    fn not(index: usize) -> Expression {
        Expression::Not(Box::new(Expression::Name(index)))
    }

    #[test]
    fn all_selections_of_a_prefix_are_named_together() {
        let names = ["selection_img", "selection_cli", "filter_main_user", "filter_main_image"];
        let parts = vec![Expression::Name(0), Expression::Name(1), not(2), not(3)];
        let text = written(&Expression::And(parts), &names);
        assert_eq!(text, "all of selection_* and not 1 of filter_main_*");
        let parts = vec![Expression::Name(0), Expression::Name(1)];
        assert_eq!(written(&Expression::Or(parts), &names), "1 of selection_*");
    }

    #[test]
    fn what_is_used_elsewhere_is_named_one_by_one() {
        let names = ["selection_a", "selection_b", "selection_c"];
        let both = Expression::And(vec![Expression::Name(0), Expression::Name(1)]);
        let text = written(&Expression::Or(vec![both, not(2)]), &names);
        assert_eq!(text, "selection_a and selection_b or not selection_c");
        let either = Expression::Or(vec![Expression::Name(0), Expression::Name(1)]);
        let text =
            written(&Expression::And(vec![Expression::Not(Box::new(either)), Expression::Name(2)]), &names);
        assert_eq!(text, "not (selection_a or selection_b) and selection_c");
    }
}
