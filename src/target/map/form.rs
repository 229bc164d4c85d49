//! The form of a target's file, as it is written.
//!
//! In: YAML. Out: plain data, not checked yet against sources and lists of fields. Invariant: a key that is not known is
//! an error, so that nothing in a file is left unread.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::{FieldKind, FieldList, Substitute, View};

/// A target's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapForm {
    #[serde(rename = "version")]
    _version: u32,
    /// The list that holds all fields of the target.
    pub(super) field_list: Option<FieldList>,
    /// Names before the first dots of fields that others add to the list.
    #[serde(default)]
    pub(super) field_namespaces: Vec<String>,
    #[serde(default)]
    pub(super) views: BTreeMap<String, View>,
    /// Fields of every mapping that does not name them itself.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, FieldForm>,
    /// Fields that several mappings share.
    #[serde(default)]
    pub(super) sets: BTreeMap<String, BTreeMap<String, FieldForm>>,
    #[serde(default)]
    pub(super) sources: BTreeMap<String, SourceForm>,
    pub(super) any_source: Option<MappingForm>,
    pub(super) unrecognised: Option<MappingForm>,
}

/// The ways in which a source reaches the target.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceForm {
    pub(super) without: Option<String>,
    #[serde(default)]
    pub(super) mappings: Vec<MappingForm>,
}

/// One such way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MappingForm {
    pub(super) view: String,
    pub(super) substitute: Option<Substitute>,
    #[serde(default)]
    pub(super) keep_other_fields: bool,
    #[serde(default)]
    pub(super) tests_parts: bool,
    #[serde(default)]
    pub(super) plain_array_paths: bool,
    pub(super) assumes: Option<String>,
    /// Sets whose fields are taken: of two fields of one name the one of the later set, and before all those of `fields`.
    #[serde(default)]
    pub(super) sets: Vec<String>,
    /// Values that an add-on of Splunk gives to fields that the log does not have.
    #[serde(default)]
    pub(super) defaults: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, FieldForm>,
}

/// What a field is: a name, a name with more, or the reason why there is none.
#[derive(Debug)]
pub(super) enum FieldForm {
    Name(String),
    Field {
        name: String,
        kind: Option<FieldKind>,
        empty_is_absent: bool,
        last_part_after: Option<String>,
    },
    Missing(String),
    /// It keeps its name, and this is taken for granted.
    Kept(String),
}

/// The longer form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<FieldKind>,
    #[serde(default)]
    empty_is_absent: bool,
    last_part_after: Option<String>,
    missing: Option<String>,
    assumes: Option<String>,
}

impl<'de> Deserialize<'de> for FieldForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = FieldForm;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the name of a field, or a map with `name`, `missing` or `assumes`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(FieldForm::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                match Long::deserialize(MapAccessDeserializer::new(map))? {
                    Long {
                        name: Some(name),
                        kind,
                        empty_is_absent,
                        last_part_after,
                        missing: None,
                        assumes: None,
                    } => Ok(FieldForm::Field { name, kind, empty_is_absent, last_part_after }),
                    Long {
                        name: None,
                        kind: None,
                        empty_is_absent: false,
                        last_part_after: None,
                        missing,
                        assumes,
                    } => match (missing, assumes) {
                        (Some(missing), None) => Ok(FieldForm::Missing(missing)),
                        (None, Some(assumes)) => Ok(FieldForm::Kept(assumes)),
                        _ => Err(A::Error::custom(ONE_OF_THREE)),
                    },
                    _ => Err(A::Error::custom(ONE_OF_THREE)),
                }
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

const ONE_OF_THREE: &str =
    "a field has either `name`, or `missing` with the reason, or `assumes` where it keeps its name";
