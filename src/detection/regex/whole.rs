//! Patterns of whole values, without places between characters.
//!
//! In: the tree of a pattern that is searched for. Out: the branches of which one matches the whole value whenever the
//! pattern is found in it, each a row of parts that only take characters. Invariant: exactly the same values. `^`, `$`,
//! `\b` and look-around at one character become sets and ends: `\bfoo` is "`foo` at the start, or after a character
//! that is none of a word". What would need more than that is refused.

use super::Unprintable;
use super::set::Set;
use super::tree::{Assertion, Greed, Node, Special};

/// How many branches a pattern may have.
const MAX_BRANCHES: usize = 256;
/// The largest [`Node::size`] of all branches.
const MAX_SIZE: usize = 4_000;

/// The parts of a branch, in order.
pub(super) type Branch = Vec<Node>;

/// Any text.
pub(super) fn anything() -> Node {
    Node::Set(Set::full()).repeated(0, None)
}

/// Whether a part is any text.
pub(super) fn is_anything(part: &Node) -> bool {
    match part {
        Node::Repetition(repetition) => {
            (repetition.least, repetition.most) == (0, None)
                && matches!(&repetition.node, Node::Set(set) if set.is_full())
        }
        _ => false,
    }
}

/// The branches of a pattern; none if it never matches.
pub(super) fn branches(tree: &Node) -> Result<Vec<Branch>, Unprintable> {
    let mut open: Vec<Row> = Vec::new();
    for mut items in rows(tree)? {
        items.insert(0, Item::Part(anything()));
        items.push(Item::Part(anything()));
        open.push(Row { done: Vec::new(), items });
    }
    let mut finished: Vec<Branch> = Vec::new();
    open.reverse();
    while let Some(row) = open.pop() {
        if open.len() + finished.len() > MAX_BRANCHES {
            return Err(too_large());
        }
        match row.next_place() {
            Err(branch) => {
                let branch = simplified(branch);
                if !branch.iter().any(never) && !finished.contains(&branch) {
                    finished.push(branch);
                }
            }
            Ok((done, place, items)) => {
                let mut rows = place.resolve(&done, &items)?;
                rows.reverse();
                open.extend(rows);
            }
        }
    }
    let size = finished.iter().flatten().fold(0, |sum: usize, part| sum.saturating_add(part.size()));
    if size > MAX_SIZE { Err(too_large()) } else { Ok(finished) }
}

fn too_large() -> Unprintable {
    Unprintable::new("a pattern too large without its anchors and boundaries", 0)
}

/// Whether a part matches nothing, not even the empty text.
fn never(part: &Node) -> bool {
    match part {
        Node::Set(set) => set.is_empty(),
        Node::Concatenation(parts) => parts.iter().any(never),
        Node::Alternation(parts) => parts.iter().all(never),
        Node::Repetition(repetition) => repetition.least > 0 && never(&repetition.node),
        _ => false,
    }
}

/// A part, or a place between parts.
#[derive(Clone, Debug)]
enum Item {
    Part(Node),
    Place(Place),
}

/// What has to hold at a place.
#[derive(Clone, Debug)]
enum Place {
    /// One of these sides.
    Sides(Vec<Sides>),
    /// The end, or a line feed and the end.
    EndOrFinalNewline,
    /// More than one character before or after; where it stands.
    Far { node: Node, is_ahead: bool, what: &'static str, at: usize },
}

/// What has to stand on both sides of a place.
#[derive(Clone, Debug)]
struct Sides {
    before: Option<Side>,
    after: Option<Side>,
}

/// The character next to a place: one of the set, or none because the text begins or ends there.
#[derive(Clone, Debug)]
struct Side {
    set: Set,
    border: bool,
}

impl Sides {
    fn before(set: Set, border: bool) -> Self {
        Self { before: Some(Side { set, border }), after: None }
    }

    fn after(set: Set, border: bool) -> Self {
        Self { before: None, after: Some(Side { set, border }) }
    }

    fn both(before: (Set, bool), after: (Set, bool)) -> Self {
        let side = |(set, border)| Some(Side { set, border });
        Self { before: side(before), after: side(after) }
    }
}

impl Place {
    fn of(assertion: Assertion) -> Self {
        let (word, other) = (Set::word, || Set::word().complement());
        Self::Sides(match assertion {
            Assertion::Start | Assertion::SearchStart => vec![Sides::before(Set::empty(), true)],
            Assertion::End => vec![Sides::after(Set::empty(), true)],
            Assertion::EndOrFinalNewline => return Self::EndOrFinalNewline,
            Assertion::LineStart => vec![
                Sides::before(Set::empty(), true),
                Sides::both((Set::one('\n'), false), (Set::full(), false)),
            ],
            Assertion::LineEnd => vec![Sides::after(Set::one('\n'), true)],
            Assertion::WordBoundary => vec![
                Sides::both((other(), true), (word(), false)),
                Sides::both((word(), false), (other(), true)),
            ],
            Assertion::NotWordBoundary => vec![
                Sides::both((other(), true), (other(), true)),
                Sides::both((word(), false), (word(), false)),
            ],
        })
    }

    /// The rows that are left once the place is seen to.
    fn resolve(self, done: &[Node], items: &[Item]) -> Result<Vec<Row>, Unprintable> {
        match self {
            Self::Sides(ways) => {
                let mut rows = Vec::new();
                for Sides { before, after } in ways {
                    let starts = before.map_or_else(|| vec![done.to_vec()], |side| ending(done, &side));
                    let afters = after.map_or_else(|| vec![items.to_vec()], |side| beginning(items, &side));
                    for done in &starts {
                        let rows_of =
                            afters.iter().map(|items| Row { done: done.clone(), items: items.clone() });
                        rows.extend(rows_of);
                    }
                }
                Ok(rows)
            }
            Self::EndOrFinalNewline => {
                let rows = only_newline(items).into_iter();
                Ok(rows.map(|items| Row { done: done.to_vec(), items }).collect())
            }
            Self::Far { node, is_ahead: true, what, at } => match items {
                // Nothing else has to follow: what is looked at may as well be taken.
                [Item::Part(last)] if is_anything(last) => {
                    let mut rows = rows(&node)?;
                    for row in &mut rows {
                        row.push(Item::Part(anything()));
                    }
                    Ok(rows.into_iter().map(|items| Row { done: done.to_vec(), items }).collect())
                }
                _ => Err(Unprintable::new(what, at)),
            },
            Self::Far { node, is_ahead: false, what, at } => match done {
                [first] if is_anything(first) && !node.any(&mut is_place) => {
                    let done = vec![anything(), node];
                    Ok(vec![Row { done, items: items.to_vec() }])
                }
                _ => Err(Unprintable::new(what, at)),
            },
        }
    }
}

/// Whether a node is more than characters one after the other.
fn is_place(node: &Node) -> bool {
    match node {
        Node::Assertion(..) | Node::Special(..) => true,
        Node::Repetition(repetition) => repetition.greed == Greed::Possessive,
        _ => false,
    }
}

/// A branch that is worked on: parts behind the first place, and the rest.
struct Row {
    done: Vec<Node>,
    items: Vec<Item>,
}

impl Row {
    /// Goes on to the next place; the whole branch if there is none.
    fn next_place(mut self) -> Result<(Vec<Node>, Place, Vec<Item>), Branch> {
        let mut items = self.items.into_iter();
        while let Some(item) = items.next() {
            match item {
                Item::Part(node) => self.done.push(node),
                Item::Place(place) => return Ok((self.done, place, items.collect())),
            }
        }
        Err(self.done)
    }
}

/// The rows of items of a node: alternatives that hold places are rows of their own.
fn rows(node: &Node) -> Result<Vec<Vec<Item>>, Unprintable> {
    if !node.any(&mut is_place) {
        return Ok(vec![vec![Item::Part(without_captures(node))]]);
    }
    match node {
        Node::Assertion(assertion, _) => Ok(vec![vec![Item::Place(Place::of(*assertion))]]),
        Node::Capture(_, node) => rows(node),
        Node::Concatenation(parts) => {
            let mut joined: Vec<Vec<Item>> = vec![Vec::new()];
            for part in parts {
                let ways = rows(part)?;
                if joined.len() * ways.len() > MAX_BRANCHES {
                    return Err(too_large());
                }
                if let [way] = ways.as_slice() {
                    for row in &mut joined {
                        row.extend_from_slice(way);
                    }
                    continue;
                }
                let append = |row: &Vec<Item>| -> Vec<Vec<Item>> {
                    ways.iter().map(|way| row.iter().chain(way).cloned().collect()).collect()
                };
                joined = joined.iter().flat_map(append).collect();
            }
            Ok(joined)
        }
        Node::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(rows(part)?);
            }
            if all.len() > MAX_BRANCHES { Err(too_large()) } else { Ok(all) }
        }
        Node::Repetition(repetition) if repetition.greed == Greed::Possessive => {
            Err(Unprintable::new("possessive quantifier", repetition.at))
        }
        Node::Repetition(repetition) => match (repetition.least, repetition.most) {
            (1, Some(1)) => rows(&repetition.node),
            (0, Some(1)) => {
                let mut all = rows(&repetition.node)?;
                all.push(Vec::new());
                Ok(all)
            }
            _ => Err(Unprintable::new(
                "an anchor, a boundary or a look-around that is repeated",
                repetition.at,
            )),
        },
        Node::Special(special, at) => special_rows(special, *at),
        Node::Empty | Node::Set(_) => Ok(vec![vec![Item::Part(node.clone())]]),
    }
}

fn special_rows(special: &Special, at: usize) -> Result<Vec<Vec<Item>>, Unprintable> {
    match special {
        Special::Look { is_ahead, is_negated: false, node } => {
            let parts = match node.as_ref() {
                Node::Alternation(parts) => parts.as_slice(),
                node => std::slice::from_ref(node),
            };
            let place = |part: &Node| match part {
                Node::Assertion(assertion, _) => Place::of(*assertion),
                Node::Set(set) if *is_ahead => Place::Sides(vec![Sides::after(set.clone(), false)]),
                Node::Set(set) => Place::Sides(vec![Sides::before(set.clone(), false)]),
                part => Place::Far { node: part.clone(), is_ahead: *is_ahead, what: special.name(), at },
            };
            Ok(parts.iter().map(|part| vec![Item::Place(place(part))]).collect())
        }
        Special::Look { is_ahead, is_negated: true, node } => {
            let sides = |set: &Set| match is_ahead {
                true => Sides::after(set.clone().complement(), true),
                false => Sides::before(set.clone().complement(), true),
            };
            let set = as_set(node).ok_or_else(|| Unprintable::new(special.name(), at))?;
            Ok(vec![vec![Item::Place(Place::Sides(vec![sides(&set)]))]])
        }
        Special::KeepOut => Ok(vec![Vec::new()]),
        Special::Fail => Ok(Vec::new()),
        Special::Atomic(_) | Special::Reference { .. } | Special::Conditional { .. } => {
            Err(Unprintable::new(special.name(), at))
        }
    }
}

/// The set that a node is, if it takes exactly one character.
fn as_set(node: &Node) -> Option<Set> {
    match node {
        Node::Set(set) => Some(set.clone()),
        Node::Capture(_, node) => as_set(node),
        Node::Alternation(parts) => {
            parts.iter().try_fold(Set::empty(), |set, part| Some(set.or(&as_set(part)?)))
        }
        _ => None,
    }
}

fn without_captures(node: &Node) -> Node {
    match node {
        Node::Capture(_, node) => without_captures(node),
        Node::Concatenation(parts) => Node::concatenation(parts.iter().map(without_captures)),
        Node::Alternation(parts) => Node::alternation(parts.iter().map(without_captures)),
        Node::Repetition(repetition) => {
            without_captures(&repetition.node).repeated_at(repetition.least, repetition.most, repetition.at)
        }
        other => other.clone(),
    }
}

/// The rows whose first character is as the side says; places before it stay where they are.
fn beginning(items: &[Item], side: &Side) -> Vec<Vec<Item>> {
    let mut rows = Vec::new();
    let mut places: Vec<Item> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Item::Part(part) = item else {
            places.push(item.clone());
            continue;
        };
        let rest = items.get(index + 1..).unwrap_or(&[]);
        let first = part.beginning_with(&side.set);
        if part.is_nullable() && side.border && rest.is_empty() {
            let part = first.map(|part| Item::Part(part.repeated(0, Some(1))));
            rows.push(places.into_iter().chain(part).collect());
            return rows;
        }
        if let Some(part) = first {
            rows.push(places.iter().chain([&Item::Part(part)]).chain(rest).cloned().collect());
        }
        if !part.is_nullable() {
            return rows;
        }
    }
    if side.border {
        rows.push(places);
    }
    rows
}

/// The rows whose last character is as the side says.
fn ending(parts: &[Node], side: &Side) -> Vec<Vec<Node>> {
    let reversed: Vec<Item> = parts.iter().rev().map(|part| Item::Part(part.clone().reversed())).collect();
    let part = |item: Item| match item {
        Item::Part(part) => Some(part.reversed()),
        Item::Place(_) => None,
    };
    let rows = beginning(&reversed, side).into_iter();
    rows.map(|row| row.into_iter().rev().filter_map(part).collect()).collect()
}

/// The rows that take nothing but perhaps one line feed.
fn only_newline(items: &[Item]) -> Vec<Vec<Item>> {
    let newline = || Node::Set(Set::one('\n'));
    let is_empty = |item: &&Item| matches!(item, Item::Part(part) if !part.is_nullable());
    let takes = |item: &Item| matches!(item, Item::Part(part) if takes_newline(part));
    let is_optional = |item: &Item| matches!(item, Item::Part(part) if part.is_nullable());
    if items.iter().all(is_optional) && items.iter().any(takes) {
        return vec![vec![Item::Part(newline().repeated(0, Some(1)))]];
    }
    let places = |items: &[Item]| -> Vec<Item> {
        items.iter().filter(|item| matches!(item, Item::Place(_))).cloned().collect()
    };
    let mut rows = Vec::new();
    if !items.iter().any(|item| is_empty(&item)) {
        rows.push(places(items));
    }
    for (index, item) in items.iter().enumerate() {
        let (before, after) = (items.get(..index).unwrap_or(&[]), items.get(index + 1..).unwrap_or(&[]));
        let Item::Part(part) = item else { continue };
        if takes_newline(part) && !before.iter().chain(after).any(|item| is_empty(&item)) {
            rows.push([places(before), vec![Item::Part(newline())], places(after)].concat());
        }
    }
    rows
}

/// Whether a part matches a single line feed.
fn takes_newline(part: &Node) -> bool {
    match part {
        Node::Set(set) => set.contains('\n'),
        Node::Concatenation(parts) => parts.iter().enumerate().any(|(index, part)| {
            let mut others = parts.iter().enumerate().filter(|(other, _)| *other != index);
            takes_newline(part) && others.all(|(_, other)| other.is_nullable())
        }),
        Node::Alternation(parts) => parts.iter().any(takes_newline),
        Node::Repetition(repetition) => {
            repetition.most != Some(0)
                && (repetition.least <= 1 || repetition.node.is_nullable())
                && takes_newline(&repetition.node)
        }
        Node::Capture(_, node) => takes_newline(node),
        Node::Empty | Node::Assertion(..) | Node::Special(..) => false,
    }
}

/// What stands beside a run of any characters can be less: what may be empty goes, what may be repeated is taken as
/// few times as it has to be.
fn simplified(branch: Branch) -> Branch {
    let shrink = |branch: Branch| {
        let mut out: Branch = Vec::new();
        for part in branch {
            match out.last() {
                Some(before) if is_anything(before) => out.extend(beside_anything(part)),
                _ => out.push(part),
            }
        }
        out.reverse();
        out
    };
    let flat = |branch: Branch| match Node::concatenation(branch) {
        Node::Concatenation(parts) => parts,
        Node::Empty => Vec::new(),
        part => vec![part],
    };
    // Once from each side, until nothing changes.
    let mut branch = flat(branch);
    loop {
        let next = shrink(shrink(branch.clone()));
        if next == branch {
            return branch;
        }
        branch = flat(next);
    }
}

fn beside_anything(part: Node) -> Option<Node> {
    if part.is_nullable() {
        return None;
    }
    match part {
        Node::Repetition(repetition) => {
            let least = repetition.least;
            Some(repetition.node.repeated_at(least, Some(least), repetition.at))
        }
        part => Some(part),
    }
}
