//! The fields that some rule asks for, found key by key while an event is read.
//!
//! In: names of fields. Out: for a place in an event and a key, whether it is such a field, or leads to one. Invariant:
//! a name is found by every way in which [`crate::event`] makes it: `a.b.c` is the key `a.b.c`, the key `b.c` in `a`, and
//! so on; `a{}` is an element of the array `a`, or a key that is written so.

use std::collections::HashMap;

/// Where in an event the walk is: the event itself, or a name.
pub(crate) type Place = u32;

/// The event itself.
pub(crate) const ROOT: Place = 0;

/// No name that anybody asks for.
const NONE: u32 = u32::MAX;

/// The most places at which a name may be divided; a name with more is read by the reference.
const MOST_PARTS: usize = 32;

/// What is known of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    field: u32,
    elements: u32,
    is_prefix: bool,
}

impl Name {
    /// The field of this name, if a rule asks for it.
    pub(crate) fn field(&self) -> Option<u32> {
        (self.field != NONE).then_some(self.field)
    }

    /// The place of the elements of an array of this name.
    pub(crate) fn elements(&self) -> Option<Place> {
        (self.elements != NONE).then_some(self.elements)
    }

    /// Whether an object of this name may hold a field that a rule asks for.
    pub(crate) fn is_prefix(&self) -> bool {
        self.is_prefix
    }
}

/// All names.
#[derive(Debug)]
pub(crate) struct Names {
    /// Keys below places, by hash; a power of two of slots, at most half of them taken.
    slots: Vec<Option<Slot>>,
    names: Vec<Name>,
    fields: Vec<String>,
}

#[derive(Clone, Debug)]
struct Slot {
    place: Place,
    key: Box<[u8]>,
    name: Place,
}

impl Names {
    /// Whether a name can be found here; one that begins with an empty key cannot.
    pub(crate) fn fits(name: &str) -> bool {
        let bounds = bounds(name);
        bounds.len() <= MOST_PARTS && bounds.first() != Some(&0)
    }

    /// The table of these names; a field has its place in the list as its number.
    pub(crate) fn new(fields: Vec<String>) -> Self {
        let mut builder = Builder::default();
        builder.place("");
        for (field, name) in (0..).zip(&fields) {
            builder.add(name, field);
        }
        let mut slots = vec![None; (2 * builder.keys.len()).next_power_of_two().max(2)];
        for ((place, key), name) in builder.keys {
            let mut at = slot(hash(place, key.as_bytes()), slots.len());
            while slots.get(at).is_some_and(Option::is_some) {
                at = (at + 1) & (slots.len() - 1);
            }
            if let Some(free) = slots.get_mut(at) {
                *free = Some(Slot { place, key: key.into_bytes().into(), name });
            }
        }
        Self { slots, names: builder.names, fields }
    }

    /// The fields, by number.
    pub(crate) fn fields(&self) -> &[String] {
        &self.fields
    }

    /// How many places there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// What is known of a place.
    pub(crate) fn name(&self, place: Place) -> Name {
        let nobody = Name { field: NONE, elements: NONE, is_prefix: false };
        self.names.get(place as usize).copied().unwrap_or(nobody)
    }

    /// The place of a key below a place, if a rule asks for it or for something in it.
    pub(crate) fn find(&self, place: Place, key: &[u8]) -> Option<Place> {
        let mut at = slot(hash(place, key), self.slots.len());
        loop {
            let slot = self.slots.get(at)?.as_ref()?;
            if slot.place == place && *slot.key == *key {
                return Some(slot.name);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

#[derive(Default)]
struct Builder {
    places: HashMap<String, Place>,
    names: Vec<Name>,
    keys: HashMap<(Place, String), Place>,
}

impl Builder {
    fn place(&mut self, name: &str) -> Place {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = u32::try_from(self.names.len()).unwrap_or(NONE);
        self.names.push(Name { field: NONE, elements: NONE, is_prefix: false });
        self.places.insert(name.to_owned(), place);
        place
    }

    fn change(&mut self, place: Place, change: impl FnOnce(&mut Name)) {
        if let Some(name) = self.names.get_mut(place as usize) {
            change(name);
        }
    }

    fn add(&mut self, name: &str, field: u32) {
        let bounds = bounds(name);
        for (at, end) in bounds.iter().enumerate() {
            let part = name.get(..*end).unwrap_or("");
            let place = self.place(part);
            self.keys.insert((ROOT, part.to_owned()), place);
            if *end == name.len() {
                self.change(place, |name| name.field = field);
                continue;
            }
            for further in bounds.iter().skip(at + 1) {
                let to = self.place(name.get(..*further).unwrap_or(""));
                if name.get(*end..).is_some_and(|rest| rest.starts_with('.')) {
                    let key = name.get(end + 1..*further).unwrap_or("");
                    self.keys.insert((place, key.to_owned()), to);
                    self.change(place, |name| name.is_prefix = true);
                } else if *further == end + 2 {
                    self.change(place, |name| name.elements = to);
                }
            }
        }
    }
}

/// The places at which a name may be divided, and its end.
fn bounds(name: &str) -> Vec<usize> {
    let divides =
        |at: &usize| name.get(*at..).is_some_and(|rest| rest.starts_with('.') || rest.starts_with("{}"));
    let inner = (0..name.len()).filter(divides);
    inner.chain([name.len()]).collect()
}

/// The ends of a key, its length and its place, mixed; what is between them is compared, not hashed.
fn hash(place: Place, key: &[u8]) -> u64 {
    let (first, last) = ends(key);
    let length = key.len() as u64;
    let mixed =
        (first ^ last.rotate_left(29) ^ length << 56 ^ u64::from(place)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 32
}

/// The first and the last bytes, up to eight each.
pub(crate) fn ends(bytes: &[u8]) -> (u64, u64) {
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (bytes.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
        },
    }
}

#[allow(clippy::cast_possible_truncation, reason = "only the low bits count")]
fn slot(hash: u64, slots: usize) -> usize {
    hash as usize & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_every_way_to_it() {
        let names = Names::new(["a.b.c", "a", "o{}.k", "x{}"].map(str::to_owned).to_vec());
        let field = |ways: &[&str]| {
            let place = ways.iter().try_fold(ROOT, |place, key| match *key {
                "[]" => names.name(place).elements(),
                key => names.find(place, key.as_bytes()),
            });
            place.and_then(|place| names.name(place).field())
        };
        for ways in [&["a.b.c"][..], &["a", "b.c"], &["a.b", "c"], &["a", "b", "c"]] {
            assert_eq!(field(ways), Some(0), "{ways:?}");
        }
        assert_eq!(field(&["a"]), Some(1));
        for ways in [&["o", "[]", "k"][..], &["o{}", "k"], &["o{}.k"]] {
            assert_eq!(field(ways), Some(2), "{ways:?}");
        }
        assert_eq!(field(&["x", "[]"]), Some(3));
        assert_eq!(field(&["b"]), None);
        assert_eq!(field(&["a", "b"]), None);
    }
}
