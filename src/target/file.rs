//! Reads a file of targets/ into the form that its reader asks for.
//!
//! In: its name, and a way to the texts of files. Out: a [`File`]; its typed form by [`File::form`]. Invariant: a file that
//! says `extends` holds the file it names with its changes, and what is wrong is told with the line of the file that
//! says it.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::Value;

use crate::target::error::{self, Place, TargetError, hint};
use crate::target::extend::{self, EXTENDS, JOINED};
use crate::target::place::{self, Step};

/// Files that extend each other in a row beyond this are taken for a circle.
const LONGEST_CHAIN: usize = 8;

/// The word that names the file of the same name that the binary carries.
const EMBEDDED: &str = "embedded";

/// How a file begins, for messages.
const BEGINNING: &str = "`version: 1`, or with `extends: embedded` and then only what differs";

/// The version of the files that is read.
const VERSION: u32 = 1;

/// A file, read.
#[derive(Clone, Debug)]
pub(super) struct File {
    name: String,
    /// The text of the file itself, and then those of the files that it extends.
    texts: Vec<Layer>,
    value: Value,
}

/// The text of one file.
#[derive(Clone, Debug)]
struct Layer {
    name: String,
    text: String,
    /// Whether the binary carries it, so that its lines are not the user's.
    is_embedded: bool,
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
        let given = (texts.given)(name).map(|text| (text, false));
        let text = given.or_else(|| (texts.embedded)(name).map(|text| (text.to_owned(), true)));
        let (text, is_embedded) = text.ok_or_else(|| TargetError::Missing(name.to_owned()))?;
        Self::of(Layer { name: name.to_owned(), text, is_embedded }, texts, &[])
    }

    /// The file of this text; `before` are the names of the files that extend it, the outermost first.
    fn of(own: Layer, texts: &Texts<'_>, before: &[&str]) -> Result<Self, TargetError> {
        let value = own.value()?;
        let mut file = Self { name: own.name.clone(), texts: vec![own], value };
        let Some(map) = file.value.as_mapping_mut() else {
            let message = format!("the file has to be a map of keys that begins with {BEGINNING}");
            return Err(file.wrong(&[], message));
        };
        if let Some(extended) = map.shift_remove(EXTENDS) {
            let base = file.base(&extended, texts, before)?;
            file.texts.extend(base.texts);
            let changes = std::mem::take(&mut file.value);
            file.value = extend::joined(base.value, changes);
        }
        Ok(file)
    }

    /// The file that this one changes.
    fn base(&self, extended: &Value, texts: &Texts<'_>, before: &[&str]) -> Result<Self, TargetError> {
        let wrong = |message: String| self.wrong(&[Step::Key(EXTENDS.to_owned())], message);
        let named = extended.as_str().ok_or_else(|| {
            wrong(format!(
                "`{EXTENDS}` names a file of the folder, or `{EMBEDDED}` for the one that splc carries"
            ))
        })?;
        let chain = [before, &[self.name.as_str()]].concat();
        let is_embedded = named == EMBEDDED;
        let (name, text) = if is_embedded {
            (self.name.as_str(), (texts.embedded)(&self.name).map(str::to_owned))
        } else {
            let name = named.strip_suffix(".yaml").unwrap_or(named);
            if let Some(at) = chain.iter().position(|earlier| *earlier == name) {
                return Err(wrong(in_a_circle(&chain[at..])));
            }
            (name, (texts.given)(name))
        };
        if chain.len() > LONGEST_CHAIN {
            return Err(wrong(format!("more than {LONGEST_CHAIN} files extend each other in a row")));
        }
        let absent = || {
            if is_embedded {
                return wrong(format!(
                    "splc carries no file `{name}.yaml`; a file that extends another of the folder names it"
                ));
            }
            let near = hint(named, std::iter::once(EMBEDDED));
            wrong(format!(
                "the file `{name}.yaml`, which it extends, is not there; `{EXTENDS}` takes the name of a file of the folder, or `{EMBEDDED}` for the one that splc carries{near}"
            ))
        };
        let own = Layer { name: name.to_owned(), text: text.ok_or_else(absent)?, is_embedded };
        Self::of(own, texts, &chain)
    }

    /// The file in the form that is asked for.
    pub(super) fn form<T: DeserializeOwned>(&self) -> Result<T, TargetError> {
        if let Some(found) =
            self.value.get("version").and_then(Value::as_u64).filter(|found| *found != u64::from(VERSION))
        {
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            return Err(TargetError::Version { file: self.name.clone(), found, read: VERSION });
        }
        if self.value.get("version").is_none() {
            return Err(self.wrong(&[], format!("missing key `version`: a file begins with {BEGINNING}")));
        }
        self.read_at(&[], self.value.clone())
    }

    /// A value of the file in the form that is asked for; `way` leads to it.
    pub(super) fn read_at<T: DeserializeOwned>(&self, way: &[Step], value: Value) -> Result<T, TargetError> {
        serde_path_to_error::deserialize(value).map_err(|error| {
            let way: Vec<Step> = way.iter().cloned().chain(error.path().iter().filter_map(step)).collect();
            self.wrong(&way, error::in_words(&error.inner().to_string()))
        })
    }

    /// An error at a place of the file, or of the one that it extends if that says what is wrong.
    pub(super) fn wrong(&self, way: &[Step], message: String) -> TargetError {
        let own = self.own(way);
        let mut told: Option<(&Layer, Option<usize>, usize)> = None;
        for layer in &self.texts {
            let (line, parts) = place::line(&layer.text, &own).unzip();
            let parts = parts.unwrap_or_default();
            if told.is_none_or(|(.., most)| parts > most) {
                told = Some((layer, line, parts));
            }
        }
        let (file, line, is_embedded) = match told {
            Some((layer, line, _)) => (layer.name.clone(), line, layer.is_embedded),
            None => (self.name.clone(), None, false),
        };
        let message = match (is_embedded, self.texts.len()) {
            (true, 2..) => format!("{message}; so the file says that splc carries, which this one extends"),
            _ => message,
        };
        TargetError::Wrong {
            place: Place { file, line: line.filter(|_| !is_embedded), path: in_words(way) },
            message,
        }
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

impl Layer {
    fn value(&self) -> Result<Value, TargetError> {
        let yaml = |error| TargetError::Yaml { file: self.name.clone(), error };
        let read = serde_yaml::from_str::<Value>(&self.text);
        // What the YAML reader says of a key that is there twice has no line.
        if let Err(error) = &read
            && error.to_string().contains("duplicate entry")
            && let Some((key, line)) = place::twice(&self.text)
        {
            let place = Place { file: self.name.clone(), line: Some(line), path: String::new() };
            return Err(TargetError::Wrong { place, message: format!("the key `{key}` is there twice") });
        }
        let mut value = read.map_err(yaml)?;
        value.apply_merge().map_err(yaml)?;
        Ok(value)
    }
}

/// What is said of files that extend each other, the last the first again.
fn in_a_circle(chain: &[&str]) -> String {
    let names: Vec<String> = chain.iter().chain(chain.first()).map(|name| format!("`{name}.yaml`")).collect();
    format!("files extend each other in a circle: {}", names.join(", which extends "))
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
