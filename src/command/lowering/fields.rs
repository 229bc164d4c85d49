//! What each name stands for after the stages so far, in terms of the rows of the last step.
//!
//! In: what stages do to fields, newest last. Out: a formula for a name. Invariant: a name that no stage touched is the
//! field of that name, or null where a stage kept only others. A name whose value is not known is an error only where
//! it is asked for: most fields are only shown.

use crate::command::lowering::formula;
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern, Piece};

/// Fields that `fields` keeps unless they are named after a minus (Search Reference, `fields`: "the internal fields
/// _raw and _time are included in output").
const INTERNAL: &[&str] = &["_raw", "_time"];

/// The most things that stages do to fields.
const MOST_LAYERS: usize = 1_000;

/// The most renamings with stars among them.
const MOST_STARRED: usize = 10;

/// What the stages did to fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    layers: Vec<Layer>,
    /// Names that hold numbers that were computed, not texts.
    computed: Vec<String>,
}

#[derive(Clone, Debug)]
enum Layer {
    /// The field is this.
    Set(String, Formula),
    /// The field has a value that is not known, for this reason.
    Opaque(Pattern, Box<Diagnostic>),
    /// The field has a value just where the formula has one, but another one.
    Vague(String, Formula, Box<Diagnostic>),
    /// Fields that some row has are filled with this where they are missing.
    Filled(Formula, Box<Diagnostic>),
    /// Fields of the first pattern bear names of the second.
    Renamed(Pattern, Pattern),
    /// Only fields of these names are left.
    Only(Vec<Pattern>),
    /// Fields of these names are gone.
    Without(Vec<Pattern>),
    /// The row has these fields.
    Rows(Vec<String>),
    /// These of them have a value in every row.
    Keys(Vec<String>),
    /// Fields of these names are computed over the rows of a group.
    Computed(Pattern),
    /// The row is joined with one of a sub-search.
    Joined(Box<Joined>),
    /// The row has no other fields.
    Closed,
}

/// How fields of a row of a sub-search come into a row that is joined with it (Search Reference, `join`).
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    /// What its fields stand for there.
    pub(crate) other: Fields,
    /// What is put behind their names in the joined row.
    pub(crate) suffix: String,
    /// Whether they take the place of fields of the same name.
    pub(crate) overwrites: bool,
    /// What stands before the names of the fields of both sides, if that is said.
    pub(crate) aliases: Option<(String, String)>,
    /// Why a field is not known that is asked for without.
    pub(crate) reason: Box<Diagnostic>,
}

impl Joined {
    /// What a name stands for where the layers below are those of the row itself.
    fn resolve(&self, below: &[Layer], name: &str) -> Result<Formula, Box<Diagnostic>> {
        // Internal fields are those of the row itself, which is a choice.
        if name.starts_with('_') {
            return resolve(below, name);
        }
        let Some((left, right)) = &self.aliases else {
            let (joined, own) = (self.of_other(name)?, resolve(below, name)?);
            let (first, second) = if self.overwrites { (joined, own) } else { (own, joined) };
            return Ok(formula::first_of(first, second));
        };
        let under =
            |alias: &str| name.strip_prefix(alias)?.strip_prefix('.').filter(|it| !it.starts_with('_'));
        match (under(left), under(right)) {
            (Some(name), _) => resolve(below, name),
            (None, Some(name)) => self.of_other(name),
            (None, None) => Err(self.reason.clone()),
        }
    }

    /// A field of the other row as the joined row has it.
    fn of_other(&self, name: &str) -> Result<Formula, Box<Diagnostic>> {
        Ok(match self.other.get(name)? {
            Formula::Null => Formula::Null,
            _ => Formula::Field(format!("{name}{}", self.suffix)),
        })
    }

    /// The name that a field of the joined row has in the other one.
    pub(crate) fn name_in_other<'n>(&self, field: &'n str) -> Option<&'n str> {
        field.strip_suffix(self.suffix.as_str())
    }

    /// Whether a field of the joined row may hold a number.
    fn is_computed(&self, field: &str) -> bool {
        self.name_in_other(field).is_some_and(|name| match self.other.get(name) {
            Ok(Formula::Field(of)) => self.other.is_computed(&of),
            _ => true,
        })
    }
}

impl Fields {
    /// Adds what a stage did. A name is looked up through all of these, twice through a renaming with stars, so their number
    /// is bounded: beyond it no field is known.
    fn push(&mut self, layer: Layer) {
        let is_starred =
            |layer: &Layer| matches!(layer, Layer::Renamed(from, _) if from.pieces().contains(&Piece::Any));
        let starred = self.layers.iter().filter(|layer| is_starred(layer)).count();
        if self.layers.len() < MOST_LAYERS && (starred < MOST_STARRED || !is_starred(&layer)) {
            self.layers.push(layer);
        } else if !matches!(self.layers.last(), Some(Layer::Opaque(names, _)) if names.literals().next().is_none())
        {
            let message = "the fields were changed too often to say what they stand for";
            let reason = Diagnostic::without_place(&codes::TOO_LARGE, message);
            self.layers.push(Layer::Opaque(Pattern::wildcard("*", Case::Sensitive), Box::new(reason)));
        }
    }

    /// Sets a field.
    pub(crate) fn set(&mut self, name: impl Into<String>, formula: Formula) {
        self.push(Layer::Set(name.into(), formula));
    }

    /// Says that fields of these names hold something that is not known.
    pub(crate) fn hide(&mut self, names: &str, reason: Diagnostic) {
        self.push(Layer::Opaque(Pattern::wildcard(names, Case::Sensitive), Box::new(reason)));
    }

    /// Sets a field to something that has a value just where the formula has one, and is not known else.
    pub(crate) fn set_vague(&mut self, name: impl Into<String>, present_as: Formula, reason: Diagnostic) {
        self.push(Layer::Vague(name.into(), present_as, Box::new(reason)));
    }

    /// Fills every field that some row has.
    pub(crate) fn fill(&mut self, value: Formula, reason: Diagnostic) {
        self.push(Layer::Filled(value, Box::new(reason)));
    }

    /// What has a value just where the field has one, and whether that takes for granted that some row has it.
    ///
    /// # Errors
    /// That is not known either.
    pub(crate) fn presence(&self, name: &str) -> Result<(Formula, bool), Box<Diagnostic>> {
        let reason = match self.get(name) {
            Ok(formula) => return Ok((formula, false)),
            Err(reason) => reason,
        };
        let last = self.layers.iter().rev().find(|layer| match layer {
            Layer::Opaque(pattern, _) => pattern.matches(name),
            Layer::Vague(vague, ..) => vague == name,
            Layer::Filled(..) | Layer::Joined(_) => true,
            _ => false,
        });
        match last {
            Some(Layer::Vague(_, formula, _)) => Ok((formula.clone(), false)),
            Some(Layer::Filled(value, _)) => Ok((value.clone(), true)),
            _ => Err(reason),
        }
    }

    /// Renames fields; both names may hold a star.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let pattern = |text| Pattern::wildcard(text, Case::Sensitive);
        self.push(Layer::Renamed(pattern(from), pattern(to)));
    }

    /// Keeps fields of these names; `and_internal` keeps `_raw` and `_time` too.
    pub(crate) fn keep(&mut self, names: &[&str], and_internal: bool) {
        let internal = INTERNAL.iter().filter(|_| and_internal);
        let names = names.iter().chain(internal);
        self.push(Layer::Only(names.map(|name| Pattern::wildcard(name, Case::Sensitive)).collect()));
    }

    /// Removes fields of these names.
    pub(crate) fn remove(&mut self, names: &[&str]) {
        let patterns = names.iter().map(|name| Pattern::wildcard(name, Case::Sensitive)).collect();
        self.push(Layer::Without(patterns));
    }

    /// Begins a new kind of row: it has these fields, of which the second ones hold computed numbers.
    pub(crate) fn begin(&mut self, texts: Vec<String>, computed: Vec<String>) {
        let kept = texts.iter().filter(|name| self.is_computed(name)).cloned();
        let known: Vec<String> = computed.iter().cloned().chain(kept).collect();
        let names = texts.iter().cloned().chain(computed).collect();
        self.computed = known;
        self.layers = vec![Layer::Closed, Layer::Keys(texts), Layer::Rows(names)];
    }

    /// Says that the row has other fields too, of which nothing is known.
    pub(crate) fn has_others(&mut self, names: &str, reason: Diagnostic) {
        let layer = Layer::Opaque(Pattern::wildcard(names, Case::Sensitive), Box::new(reason));
        let at = self.layers.iter().position(|layer| matches!(layer, Layer::Rows(_))).unwrap_or(0);
        self.layers.insert(at, layer);
    }

    /// Says that the row has other fields of these names too, which are computed.
    pub(crate) fn computes(&mut self, names: &Pattern) {
        let at = self.layers.iter().position(|layer| matches!(layer, Layer::Rows(_))).unwrap_or(0);
        self.layers.insert(at, Layer::Computed(names.clone()));
    }

    /// Whether no stage has done anything to fields.
    pub(crate) fn are_untouched(&self) -> bool {
        self.layers.is_empty()
    }

    /// Adds the fields of rows that are joined.
    pub(crate) fn join(&mut self, joined: Joined) {
        self.push(Layer::Joined(Box::new(joined)));
    }

    /// The fields that every row has, those of the keys of a group, if the row has no others that nobody knows.
    pub(crate) fn keys(&self) -> Vec<String> {
        let keys = self.layers.iter().find_map(|layer| match layer {
            Layer::Keys(names) => Some(names.clone()),
            _ => None,
        });
        let is_own = |name: &String| self.get(name).is_ok_and(|it| it == Formula::Field(name.clone()));
        keys.unwrap_or_default().into_iter().filter(is_own).collect()
    }

    /// Adds fields that hold computed numbers to the rows.
    pub(crate) fn add_computed(&mut self, names: impl Iterator<Item = String>) {
        for name in names {
            self.push(Layer::Set(name.clone(), Formula::Field(name.clone())));
            self.computed.push(name);
        }
    }

    /// Whether a name stands for something that the field of the row has a part in, other than for itself.
    pub(crate) fn use_field(&self, name: &str) -> bool {
        let is_in = |formula: &Formula| {
            let mut found = false;
            formula.for_each_field(&mut |field| found = found || field == name);
            found
        };
        self.layers.iter().any(|layer| match layer {
            Layer::Set(set, formula) => {
                is_in(formula) && !(set == name && *formula == Formula::Field(set.clone()))
            }
            Layer::Vague(_, formula, _) | Layer::Filled(formula, _) => is_in(formula),
            Layer::Renamed(from, _) => moves(from, name),
            _ => false,
        })
    }

    /// Whether no row has a field of that name, whatever stages did to fields.
    pub(crate) fn lack(&self, name: &str) -> bool {
        let own = |layer: &&Layer| matches!(layer, Layer::Rows(_) | Layer::Computed(_) | Layer::Closed);
        let own: Vec<Layer> = self.layers.iter().filter(own).cloned().collect();
        matches!(resolve(&own, name), Ok(Formula::Null))
    }

    /// Whether a field of the row holds what was computed, which may be a number and no text.
    pub(crate) fn is_computed(&self, field: &str) -> bool {
        let is_starred =
            |layer: &Layer| matches!(layer, Layer::Computed(names) if star(names, field).is_some());
        let is_key =
            |layer: &Layer| matches!(layer, Layer::Keys(names) if names.iter().any(|name| name == field));
        let is_joined = |layer: &Layer| matches!(layer, Layer::Joined(joined) if joined.is_computed(field));
        self.computed.iter().any(|name| name == field)
            || self.layers.iter().any(is_joined)
            || (self.layers.iter().any(is_starred) && !self.layers.iter().any(is_key))
    }

    /// What a name stands for.
    ///
    /// # Errors
    /// Its value is not known.
    pub(crate) fn get(&self, name: &str) -> Result<Formula, Box<Diagnostic>> {
        resolve(&self.layers, name)
    }

    /// The names of a row whose fields are all known, if they are.
    pub(crate) fn names(&self) -> Option<Vec<String>> {
        let at = self.layers.iter().position(|layer| matches!(layer, Layer::Rows(_)))?;
        self.names_from(at, self.names_at(at)?)
    }

    /// The names of the fields that rows may have where a stage says it.
    fn names_at(&self, at: usize) -> Option<Vec<String>> {
        match self.layers.get(at)? {
            Layer::Rows(names) => {
                // What else the rows of a group have stands before them.
                let others = self.layers.iter().take(at).filter_map(|layer| match layer {
                    Layer::Opaque(pattern, _) => literal(pattern),
                    _ => None,
                });
                Some(names.iter().cloned().chain(others).collect())
            }
            Layer::Only(patterns) => patterns.iter().map(literal).collect(),
            _ => None,
        }
    }

    /// The names after all layers, from one on before which they are these.
    fn names_from(&self, first: usize, mut names: Vec<String>) -> Option<Vec<String>> {
        for (at, layer) in self.layers.iter().enumerate().skip(first) {
            match layer {
                Layer::Set(name, _) | Layer::Vague(name, ..) => names.push(name.clone()),
                Layer::Opaque(pattern, _) => names.extend(literal(pattern)),
                Layer::Joined(joined) if joined.aliases.is_none() => names.extend(joined.other.all_names()?),
                Layer::Joined(_) => return None,
                _ => {}
            }
            if let Layer::Renamed(from, to) = layer {
                let moved = names.iter().filter_map(|name| Some(filled(to, &star(from, name)?)));
                names = names.iter().cloned().chain(moved.collect::<Vec<_>>()).collect();
            }
            let known = self.layers.get(..=at).unwrap_or(&[]);
            names.retain(|name| !matches!(resolve(known, name), Ok(Formula::Null)));
        }
        names.sort();
        names.dedup();
        Some(names)
    }

    /// The names of all fields that a row may have, if none of them is unknown.
    pub(crate) fn all_names(&self) -> Option<Vec<String>> {
        let last = (0..self.layers.len()).rev().find(|at| self.names_at(*at).is_some())?;
        let is_open = |layer: &Layer| match layer {
            Layer::Opaque(pattern, _) => literal(pattern).is_none(),
            Layer::Computed(_) => true,
            _ => false,
        };
        let first = if matches!(self.layers.get(last), Some(Layer::Rows(_))) { 0 } else { last };
        let later = self.layers.get(first..).unwrap_or(&[]);
        if later.iter().any(is_open) { None } else { self.names_from(last, self.names_at(last)?) }
    }

    /// Whether names of this pattern mean the fields of those names in the row, untouched.
    pub(crate) fn are_plain(&self, names: &Pattern) -> bool {
        let touches =
            |pattern: &Pattern| pattern.literals().next().is_none() || names.matches(&pattern.to_string());
        self.layers.iter().all(|layer| match layer {
            Layer::Set(name, _) | Layer::Vague(name, ..) => !names.matches(name),
            Layer::Opaque(pattern, _) => !touches(pattern),
            Layer::Joined(_)
            | Layer::Filled(..)
            | Layer::Renamed(..)
            | Layer::Only(_)
            | Layer::Without(_)
            | Layer::Rows(_)
            | Layer::Keys(_)
            | Layer::Computed(_)
            | Layer::Closed => false,
        })
    }
}

fn resolve(layers: &[Layer], name: &str) -> Result<Formula, Box<Diagnostic>> {
    for (at, layer) in layers.iter().enumerate().rev() {
        let is_named = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(name));
        match layer {
            Layer::Set(set, formula) if set == name => return Ok(formula.clone()),
            Layer::Opaque(pattern, reason) if pattern.matches(name) => return Err(reason.clone()),
            Layer::Vague(vague, _, reason) if vague == name => return Err(reason.clone()),
            // A key of a group has a value in every row.
            Layer::Filled(_, reason) if !is_key(layers.get(..at).unwrap_or(&[]), name) => {
                return Err(reason.clone());
            }
            Layer::Renamed(from, to) if moves(from, name) || star(to, name).is_some() => {
                return renamed(layers.get(..at).unwrap_or(&[]), name, from, to);
            }
            Layer::Only(patterns) if !patterns.iter().any(|pattern| moves(pattern, name)) => {
                return Ok(Formula::Null);
            }
            Layer::Without(patterns) if is_named(patterns) => return Ok(Formula::Null),
            Layer::Rows(names) if names.iter().any(|it| it == name) => break,
            Layer::Computed(names) if moves(names, name) => break,
            Layer::Joined(joined) => return joined.resolve(layers.get(..at).unwrap_or(&[]), name),
            Layer::Closed => return Ok(Formula::Null),
            _ => {}
        }
    }
    Ok(Formula::Field(name.to_owned()))
}

/// Whether the field is one of the row's own, and a text: those are the keys of the group that made the row.
fn is_key(layers: &[Layer], name: &str) -> bool {
    let is_set = layers.iter().any(|layer| match layer {
        Layer::Set(set, _) | Layer::Vague(set, ..) => set == name,
        Layer::Renamed(from, to) => star(from, name).is_some() || star(to, name).is_some(),
        Layer::Opaque(pattern, _) => pattern.matches(name),
        Layer::Joined(_) => true,
        _ => false,
    });
    let is_of_row = |layer: &Layer| matches!(layer, Layer::Keys(names) if names.iter().any(|it| it == name));
    !is_set && layers.iter().any(is_of_row)
}

/// The target of a rename is overwritten, with nothing where the source does not exist (Search Reference, `rename`). A
/// pair with stars moves the fields that exist.
fn renamed(below: &[Layer], name: &str, from: &Pattern, to: &Pattern) -> Result<Formula, Box<Diagnostic>> {
    let moved_away = moves(from, name);
    let Some(part) = star(to, name) else {
        return if moved_away { Ok(Formula::Null) } else { resolve(below, name) };
    };
    let source = filled(from, &part);
    let moved = resolve(below, &source)?;
    if from.pieces().iter().all(|piece| matches!(piece, Piece::Literal(_))) {
        return Ok(moved);
    }
    let before = if moved_away { Formula::Null } else { resolve(below, name)? };
    Ok(formula::first_of(moved, before))
}

/// Whether a pattern stands for a field: a star alone does not stand for one whose name begins with an underscore (Search
/// Reference, `fields`: such fields are internal).
fn moves(pattern: &Pattern, name: &str) -> bool {
    let is_hidden = name.starts_with('_') && matches!(pattern.pieces().first(), Some(Piece::Any));
    !is_hidden && star(pattern, name).is_some()
}

/// The name that a pattern without stars is.
fn literal(pattern: &Pattern) -> Option<String> {
    match pattern.pieces() {
        [Piece::Literal(text)] => Some(text.clone()),
        _ => None,
    }
}

/// What the star of a pattern stands for in a name; nothing if it does not match.
pub(crate) fn star(pattern: &Pattern, name: &str) -> Option<String> {
    match pattern.pieces() {
        [Piece::Literal(text)] => (text == name).then(String::new),
        [Piece::Any] => Some(name.to_owned()),
        [Piece::Literal(before), Piece::Any] => name.strip_prefix(before.as_str()).map(str::to_owned),
        [Piece::Any, Piece::Literal(after)] => name.strip_suffix(after.as_str()).map(str::to_owned),
        [Piece::Literal(before), Piece::Any, Piece::Literal(after)] => {
            name.strip_prefix(before.as_str())?.strip_suffix(after.as_str()).map(str::to_owned)
        }
        _ => None,
    }
}

pub(crate) fn filled(pattern: &Pattern, part: &str) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.clone(),
        Piece::Any | Piece::One => part.to_owned(),
    };
    pattern.pieces().iter().map(piece).collect()
}
