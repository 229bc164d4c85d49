//! The `detection` section of a Sigma rule: named detections and the condition over them.
//!
//! In: the YAML of the section. Out: a [`Detections`] that can be asked about an event. Invariant: every name of
//! the condition is there and every detection is used by it. A list is an "or", a map is an "and", a plain
//! value is a keyword (Sigma specification 2.1, "Detection").

use serde_yaml::{Mapping, Value as Yaml};

use super::ReadError;
use super::condition::{self, Condition};
use super::item::{Item, ItemError, kind_of};
use crate::event::Event;

/// More detections than any rule of SigmaHQ has by far; the cost of `1 of them` grows with them.
const MAX_DETECTIONS: usize = 1000;

/// The section as a whole.
#[derive(Clone, Debug)]
pub(super) struct Detections {
    detections: Vec<Detection>,
    condition: Condition,
}

/// What one name stands for.
#[derive(Clone, Debug)]
enum Detection {
    All(Vec<Item>),
    Any(Vec<Detection>),
}

impl Detections {
    pub(super) fn read(section: &Mapping) -> Result<Self, ReadError> {
        let (mut names, mut detections, mut conditions) = (Vec::new(), Vec::new(), None);
        for (name, value) in section {
            let name = name.as_str().ok_or_else(|| failed("detection", ItemError::Key))?;
            match name {
                "condition" => conditions = Some(value),
                "timeframe" => return Err(ReadError::Timeframe),
                _ => {
                    detections.push(detection(name, value, true)?);
                    names.push(name);
                }
            }
        }
        if names.len() > MAX_DETECTIONS {
            return Err(ReadError::TooManyDetections);
        }
        let condition = conditions.ok_or(ReadError::Missing("condition"))?;
        let condition = any_condition(condition, &names)?;
        let mut used = vec![false; names.len()];
        condition.mark(&mut used);
        match names.iter().zip(used).find(|(_, used)| !used) {
            Some((name, _)) => Err(ReadError::Dangling((*name).to_owned())),
            None => Ok(Self { detections, condition }),
        }
    }

    pub(super) fn matches(&self, event: &Event) -> bool {
        self.condition
            .holds(&|index| self.detections.get(index).is_some_and(|detection| detection.matches(event)))
    }
}

impl Detection {
    fn matches(&self, event: &Event) -> bool {
        match self {
            Self::All(items) => items.iter().all(|item| item.matches(event)),
            Self::Any(detections) => detections.iter().any(|detection| detection.matches(event)),
        }
    }
}

/// A condition, or a list of which any has to hold.
fn any_condition(value: &Yaml, names: &[&str]) -> Result<Condition, ReadError> {
    let texts = match value {
        Yaml::Sequence(texts) if !texts.is_empty() => texts.as_slice(),
        value => std::slice::from_ref(value),
    };
    let read = |text: &Yaml| {
        let problem = || format!("expected a text, found {}", kind_of(text));
        let text =
            text.as_str().ok_or_else(|| ReadError::Invalid { key: "condition", problem: problem() })?;
        condition::read(text, names).map_err(|source| ReadError::Condition { text: text.to_owned(), source })
    };
    Ok(Condition::Any(texts.iter().map(read).collect::<Result<_, _>>()?))
}

/// Reads what a name stands for; `path` says where it is, and a list may stand at the top only.
fn detection(path: &str, value: &Yaml, top: bool) -> Result<Detection, ReadError> {
    match value {
        Yaml::Mapping(items) if !items.is_empty() => {
            let items = items.iter().map(|(key, value)| {
                let key = key.as_str().ok_or_else(|| failed(path, ItemError::Key))?;
                Item::read(key, value).map_err(|problem| failed(&format!("{path}.{key}"), problem))
            });
            Ok(Detection::All(items.collect::<Result<_, _>>()?))
        }
        Yaml::Sequence(elements) if top && !elements.is_empty() => {
            let elements = elements.iter().map(|element| detection(path, element, false));
            Ok(Detection::Any(elements.collect::<Result<_, _>>()?))
        }
        Yaml::String(_) => {
            Ok(Detection::All(vec![Item::keyword(value).map_err(|problem| failed(path, problem))?]))
        }
        Yaml::Mapping(_) | Yaml::Sequence(_) if top => Err(failed(path, ItemError::Empty)),
        _ => Err(failed(path, ItemError::Type { expected: "a map or a text", found: kind_of(value) })),
    }
}

fn failed(path: &str, problem: ItemError) -> ReadError {
    ReadError::Detection { path: path.to_owned(), problem }
}
