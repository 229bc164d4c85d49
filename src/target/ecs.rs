//! The fields of the Elastic Common Schema, with their types.
//!
//! In: `targets/data/ecs_fields.tsv`, made from the schema's own `ecs_flat.yml`. Out: [`kind`]. Invariant: a field that
//! EQL cannot test has no [`FieldKind`], so that no map can name it by mistake (EQL syntax reference, "Limitations":
//! text and nested fields).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::target::FieldKind;

const TABLE: &str = include_str!("../../targets/data/ecs_fields.tsv");

/// What the schema says of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ecs {
    /// Rules can test it.
    Testable(FieldKind),
    /// It has a type that rules do not test, such as `match_only_text`.
    Other(&'static str),
}

/// What the schema says of a field of that name.
///
/// ```
/// use splc::target::{FieldKind, ecs::{Ecs, kind}};
/// assert_eq!(kind("process.pid"), Some(Ecs::Testable(FieldKind::Long)));
/// assert_eq!(kind("message"), Some(Ecs::Other("match_only_text")));
/// assert_eq!(kind("process.commandline"), None);
/// ```
pub fn kind(field: &str) -> Option<Ecs> {
    table().get(field).copied()
}

/// The names of all fields.
pub fn names() -> impl Iterator<Item = &'static str> {
    table().keys().copied()
}

fn table() -> &'static BTreeMap<&'static str, Ecs> {
    static READ: OnceLock<BTreeMap<&'static str, Ecs>> = OnceLock::new();
    READ.get_or_init(|| TABLE.lines().skip(1).filter_map(row).collect())
}

fn row(line: &'static str) -> Option<(&'static str, Ecs)> {
    let mut columns = line.split('\t');
    let (field, kind) = (columns.next()?, columns.next()?);
    let of = match kind {
        "keyword" | "constant_keyword" => Ecs::Testable(FieldKind::Keyword),
        "wildcard" => Ecs::Testable(FieldKind::Wildcard),
        "long" | "integer" => Ecs::Testable(FieldKind::Long),
        "boolean" => Ecs::Testable(FieldKind::Boolean),
        "ip" => Ecs::Testable(FieldKind::Ip),
        other => Ecs::Other(other),
    };
    Some((field, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(names().count(), TABLE.lines().count() - 1);
        assert!(kind("field").is_none(), "the head is no row");
    }

    #[test]
    fn types_are_told() {
        for (field, expected) in [
            ("process.command_line", Ecs::Testable(FieldKind::Wildcard)),
            ("user.name", Ecs::Testable(FieldKind::Keyword)),
            ("source.ip", Ecs::Testable(FieldKind::Ip)),
            ("process.interactive", Ecs::Testable(FieldKind::Boolean)),
            ("data_stream.dataset", Ecs::Testable(FieldKind::Keyword)),
            ("@timestamp", Ecs::Other("date")),
        ] {
            assert_eq!(kind(field), Some(expected), "{field}");
        }
    }
}
