//! The canonical layout of a query.
//!
//! In: a query and its tree. Out: the query, laid out. One stage stands on a line if it fits; a longer one is broken
//! by its structure: before AND and OR, at the commas of lists and calls, before the clauses of an aggregation.
//! Sub-searches are indented pipelines. Words are kept byte for byte, quotes and escapes and macro calls with them;
//! only white space between them changes, and the case of words that every manual page calls keywords. White space
//! that may mean something stays: where there is none none comes, unless both sides are known to be apart. Invariant:
//! [`same`] holds between the tree of what comes out and that of what went in, or nothing comes out. Comments stay
//! between the words that they stand between. Nothing that the tree does not say is guessed at here.

mod clause;
mod cursor;
mod eval;
mod layout;
mod pipeline;
mod places;
mod search;

use crate::spl::format::cursor::Cursor;
use crate::spl::{Pipeline, Shape};

/// What lays a query out: a place in its text, and how the arguments of commands are written.
struct Layout<'t, 's> {
    cursor: Cursor<'t>,
    shapes: &'s dyn Fn(&str) -> Option<Shape>,
}

/// A query in the canonical layout, without white space at its ends; nothing where the tree is not that of the text.
///
/// ```
/// use splc::spl::{Shape, format, parse};
/// let shapes = |name: &str| (name == "search").then_some(Shape::Search);
/// let text = "index=web  status = 404|search  NOT(a=1 OR b=2)";
/// let pipeline = parse(text, &shapes).pipeline;
/// assert_eq!(
///     format::layout(text, &pipeline, &shapes).as_deref(),
///     Some("index=web status=404\n| search NOT (a=1 OR b=2)"),
/// );
/// ```
pub fn layout(text: &str, pipeline: &Pipeline, shapes: &dyn Fn(&str) -> Option<Shape>) -> Option<String> {
    let mut layout = Layout { cursor: Cursor { text, at: 0 }, shapes };
    let pieces = layout.query(pipeline)?;
    layout.cursor.rest().is_empty().then(|| layout::render(&pieces))
}

/// Whether two queries say the same: their trees are equal but for places, and their words and comments are, in order.
///
/// ```
/// use splc::spl::{Shape, format, parse};
/// let parsed = |text: &'static str| (text, parse(text, &|_| Some(Shape::Search)).pipeline);
/// let same = |a, b| format::same((a, &parsed(a).1), (b, &parsed(b).1));
/// assert!(same("a=1  b=2", "a = 1\nb=2"));
/// assert!(!same("a=1 b=2", "a=1 (b=2)"));
/// assert!(!same("a=1 ```why```", "a=1"));
/// ```
pub fn same(before: (&str, &Pipeline), after: (&str, &Pipeline)) -> bool {
    let words = |text: &'_ str| {
        text.chars()
            .filter(|it| !crate::spl::input::is_space(*it))
            .map(|it| it.to_ascii_lowercase())
            .collect::<String>()
    };
    words(before.0) == words(after.0) && places::without(before.1) == places::without(after.1)
}
