//! Reads a file of targets/ into the form that its reader asks for.
//!
//! In: its name, and a way to the texts of files. Out: a [`File`]; its typed form by [`File::form`]. Invariant: a file that
//! says `extends` holds the file it names with its changes, and what is wrong is told with the line of the file that
//! says it.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::Value;

use crate::target::error::{Place, TargetError, with_hint};
use crate::target::extend::{self, EXTENDS, JOINED};
use crate::target::place::{self, Step};

/// Files that extend each other in a row beyond this are taken for a circle.
const LONGEST_CHAIN: usize = 8;

/// The word that names the file of the same name that the binary carries.
const EMBEDDED: &str = "embedded";

/// The version of the files that is read.
const VERSION: u32 = 1;

/// A file, read.
pub(super) struct File {
    name: String,
    /// The text of the file itself, without what it extends.
    text: String,
    value: Value,
}

/// Texts by name, without extension.
pub(super) struct Texts<'t> {
    /// Files of the user.
    pub(super) given: &'t dyn Fn(&str) -> Option<String>,
    /// Files of the binary.
    pub(super) embedded: &'t dyn Fn(&str) -> Option<&'static str>,
}

impl File {
    /// Reads a file: the user's if there is one, else the binary's.
    pub(super) fn read(name: &str, texts: &Texts<'_>) -> Result<Self, TargetError> {
        let given = (texts.given)(name);
        let text = given.or_else(|| (texts.embedded)(name).map(str::to_owned));
        let text = text.ok_or_else(|| TargetError::Missing(name.to_owned()))?;
        Self::of(name, text, texts, 0)
    }

    fn of(name: &str, text: String, texts: &Texts<'_>, depth: usize) -> Result<Self, TargetError> {
        let yaml = |error| TargetError::Yaml { file: name.to_owned(), error };
        let mut value: Value = serde_yaml::from_str(&text).map_err(yaml)?;
        value.apply_merge().map_err(yaml)?;
        let extended = value.as_mapping_mut().and_then(|map| map.shift_remove(EXTENDS));
        let mut file = Self { name: name.to_owned(), text, value };
        if let Some(extended) = extended {
            let base = file.base(&extended, texts, depth)?;
            let changes = std::mem::take(&mut file.value);
            file.value = extend::joined(base.value, changes);
        }
        Ok(file)
    }

    /// The file that this one changes.
    fn base(&self, extended: &Value, texts: &Texts<'_>, depth: usize) -> Result<Self, TargetError> {
        let wrong = |message: String| self.wrong(&[Step::Key(EXTENDS.to_owned())], message);
        let named = extended.as_str().ok_or_else(|| {
            wrong(format!(
                "`{EXTENDS}` names a file of the folder, or `{EMBEDDED}` for the one that splc carries"
            ))
        })?;
        if depth >= LONGEST_CHAIN {
            return Err(wrong(format!("more than {LONGEST_CHAIN} files extend each other in a row")));
        }
        let (base, text) = if named == EMBEDDED {
            (self.name.as_str(), (texts.embedded)(&self.name).map(str::to_owned))
        } else {
            let base = named.strip_suffix(".yaml").unwrap_or(named);
            (base, (texts.given)(base))
        };
        let text =
            text.ok_or_else(|| wrong(format!("the file `{base}.yaml`, which it extends, is not there")))?;
        Self::of(base, text, texts, depth + 1)
    }

    /// The file in the form that is asked for.
    pub(super) fn form<T: DeserializeOwned>(&self) -> Result<T, TargetError> {
        if let Some(found) =
            self.value.get("version").and_then(Value::as_u64).filter(|found| *found != u64::from(VERSION))
        {
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            return Err(TargetError::Version { file: self.name.clone(), found, read: VERSION });
        }
        serde_path_to_error::deserialize(self.value.clone()).map_err(|error| {
            let way: Vec<Step> = error.path().iter().filter_map(step).collect();
            self.wrong(&way, with_hint(&error.inner().to_string()))
        })
    }

    /// An error at a place of the file.
    pub(super) fn wrong(&self, way: &[Step], message: String) -> TargetError {
        let place = Place {
            file: self.name.clone(),
            line: place::line(&self.text, &self.own(way)),
            path: in_words(way),
        };
        TargetError::Wrong { place, message }
    }

    /// The way in the file itself, whose lists may be shorter than the joined ones.
    fn own(&self, way: &[Step]) -> Vec<Step> {
        let mut value = &self.value;
        let mut own = Vec::new();
        for step in way {
            let next = match step {
                Step::Key(key) => value.get(key.as_str()),
                Step::Item(at) => value.get(*at),
                Step::With(..) => None,
            };
            let view = next.and_then(|next| next.get(JOINED.1)).and_then(Value::as_str);
            own.push(match (step, view) {
                (Step::Item(_), Some(view)) => Step::With(JOINED.1, view.to_owned()),
                _ => step.clone(),
            });
            match next {
                Some(next) => value = next,
                None => break,
            }
        }
        own
    }
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn in_words(way: &[Step]) -> String {
    let mut words = String::new();
    for step in way {
        match step {
            Step::Key(key) if words.is_empty() => words.push_str(key),
            Step::Key(key) => words.push_str(&format!(" > {key}")),
            Step::Item(at) => words.push_str(&format!("[{at}]")),
            Step::With(_, value) => words.push_str(&format!("[{value}]")),
        }
    }
    words
}
