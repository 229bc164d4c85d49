//! The fields of Falco rules: which source has them, of what type they are, which take an argument.
//!
//! In: `targets/data/falco_fields.tsv`, made from Falco's own field list. Out: [`FieldTable::lookup`].
//! Invariant: a field is found only for the sources whose rules may use it (Falco scopes fields by the
//! plugins that extract from a source). What the table cannot say (optional arguments, defaults of absent
//! fields) is stated in this file beside its source.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const EMBEDDED: &str = include_str!("../../targets/data/falco_fields.tsv");

/// The type of a field's values (`ppm_param_type` of the Falco libraries).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text (CHARBUF).
    Text,
    /// Raw bytes (BYTEBUF).
    Bytes,
    /// A signed integer of this many bits.
    Signed(u8),
    /// An unsigned integer of this many bits.
    Unsigned(u8),
    /// A time or a length of time in nanoseconds (ABSTIME, RELTIME), unsigned, 64 bits.
    Time,
    /// A port number.
    Port,
    /// A floating-point number.
    Float,
    /// `true` or `false`.
    Bool,
    /// An IP address.
    Address,
    /// An IP network, compared with an address or a CIDR block.
    Network,
    /// Whatever the event's argument is (DYNAMIC).
    Dynamic,
}

impl Kind {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "CHARBUF" => Self::Text,
            "BYTEBUF" => Self::Bytes,
            "INT16" => Self::Signed(16),
            "INT32" => Self::Signed(32),
            "INT64" => Self::Signed(64),
            "UINT32" => Self::Unsigned(32),
            "UINT64" => Self::Unsigned(64),
            "ABSTIME" | "RELTIME" => Self::Time,
            "PORT" => Self::Port,
            "DOUBLE" => Self::Float,
            "BOOL" => Self::Bool,
            "IPADDR" => Self::Address,
            "IPNET" => Self::Network,
            "DYNAMIC" => Self::Dynamic,
            _ => return None,
        })
    }

    /// Whether `<`, `<=`, `>` and `>=` compare the values as numbers.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Signed(_) | Self::Unsigned(_) | Self::Time | Self::Port | Self::Float)
    }
}

/// How many values a field has, and which of them a comparison looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// One.
    One,
    /// Several, of which one suffices: `proc.aname` without an index is any ancestor, `fd.ip` either end.
    Any,
    /// A list, for `in`, `intersects` and `exists` only.
    List,
}

/// What a field holds in an event that has nothing for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// No value: every comparison with it is false.
    Missing,
    /// The empty text, so the field is never missing.
    Empty,
    /// The field is listed but extracted from no event at all.
    Always,
}

/// What there is to know of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// The type of its values.
    pub kind: Kind,
    /// How many values it has.
    pub values: Values,
    /// What it holds where the event has nothing.
    pub absent: Absent,
    /// Whether `tolower(…)` and the like may be put round it (no `EPF_NO_TRANSFORMER` flag).
    pub transformable: bool,
}

impl FieldType {
    /// Whether the field is a list.
    pub fn is_list(self) -> bool {
        self.values == Values::List
    }
}

/// The table of this version of splc, read once.
pub(super) fn table() -> &'static FieldTable {
    static TABLE: OnceLock<FieldTable> = OnceLock::new();
    TABLE.get_or_init(FieldTable::embedded)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Argument {
    None,
    Index,
    Key,
    Required,
}

/// The fields of every source.
///
/// ```
/// use splc::target::falco_fields::{FieldTable, Kind};
/// let fields = FieldTable::embedded();
/// assert_eq!(fields.lookup("syscall", "proc.pid").unwrap().kind, Kind::Signed(64));
/// assert!(fields.lookup("k8s_audit", "jevt.value[/user/uid]").is_some());
/// assert!(fields.lookup("k8s_audit", "proc.pid").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct FieldTable {
    sources: BTreeMap<&'static str, BTreeMap<&'static str, (FieldType, Argument)>>,
}

impl FieldTable {
    /// The table of this version of splc. Making it reads some hundred lines: keep it.
    pub fn embedded() -> Self {
        let mut sources: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for line in EMBEDDED.lines() {
            if let Some((source, field, entry)) = row(line) {
                sources.entry(source).or_default().insert(field, entry);
            }
        }
        Self { sources }
    }

    /// The names of a source's fields.
    pub fn names(&self, source: &str) -> impl Iterator<Item = &'static str> {
        self.sources.get(source).into_iter().flat_map(|fields| fields.keys().copied())
    }

    /// Whether rules can have this source.
    pub fn has_source(&self, source: &str) -> bool {
        self.sources.contains_key(source)
    }

    /// The type of a field as it is written in a rule of this source, with its argument in brackets.
    ///
    /// Nothing if the source does not have the field, if the field needs an argument and has none, or if it
    /// takes none and has one.
    pub fn lookup(&self, source: &str, field: &str) -> Option<FieldType> {
        let fields = self.sources.get(source)?;
        let Some((name, rest)) = field.split_once('[') else {
            return match fields.get(field) {
                Some((_, Argument::Required)) => None,
                Some((found, _)) => Some(*found),
                None => named_argument(fields, field),
            };
        };
        let argument = rest.strip_suffix(']').filter(|text| is_argument(text))?;
        let (found, takes) = fields.get(name)?;
        let fits = match takes {
            Argument::None => false,
            Argument::Index => argument.bytes().all(|byte| byte.is_ascii_digit()),
            Argument::Key | Argument::Required => true,
        };
        // With an index it is that one ancestor; a list stays a list (sinsp_filtercheck.cpp:339-351).
        let values = if found.values == Values::Any { Values::One } else { found.values };
        fits.then_some(FieldType { values, ..*found })
    }
}

/// `evt.arg.NAME` and `evt.rawarg.NAME` are other spellings of `evt.arg[NAME]` and `evt.rawarg[NAME]`.
fn named_argument(fields: &BTreeMap<&'static str, (FieldType, Argument)>, field: &str) -> Option<FieldType> {
    let (name, argument) = field.rsplit_once('.')?;
    let takes_name = matches!(name, "evt.arg" | "evt.rawarg") && is_argument(argument);
    if takes_name { fields.get(name).map(|(found, _)| *found) } else { None }
}

/// Lists of texts that the json plugin gives as one text too, that of the JSON array without blanks (plugins/json,
/// `ValueStr`), by the names of both (plugins/k8saudit, `ExtractFromJSON`). The k8saudit plugin takes the addresses of
/// `ka.sourceips` from where no event has them (plugins issue 236).
const ARRAYS: [(&str, &str); 2] =
    [("ka.user.groups", "jevt.value[/user/groups]"), ("ka.sourceips", "jevt.value[/sourceIPs]")];

/// The field that holds the JSON text of a list of texts.
///
/// ```
/// use splc::target::falco_fields::array_of;
/// assert_eq!(array_of("ka.user.groups"), Some("jevt.value[/user/groups]"));
/// ```
pub fn array_of(list: &str) -> Option<&'static str> {
    ARRAYS.iter().find(|(name, _)| *name == list).map(|(_, array)| *array)
}

/// The list of texts whose JSON text a field holds.
pub fn list_of(array: &str) -> Option<&'static str> {
    ARRAYS.iter().find(|(_, name)| *name == array).map(|(list, _)| *list)
}

/// The characters an argument in brackets may have (`libsinsp/filter/parser.cpp`).
fn is_argument(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | '\''))
}

fn row(line: &'static str) -> Option<(&'static str, &'static str, (FieldType, Argument))> {
    let mut columns = line.split('\t');
    let (source, field) = (columns.next()?, columns.next()?);
    let kind = Kind::read(columns.next()?)?;
    let values = match columns.next()? {
        "list" => Values::List,
        _ if compares_any(field) => Values::Any,
        _ => Values::One,
    };
    let argument = match columns.next()? {
        "required" => Argument::Required,
        _ => optional_argument(field),
    };
    let transformable = !is_ancestor(field) && field != "evt.rawarg";
    Some((source, field, (FieldType { kind, values, absent: absent(field), transformable }, argument)))
}

/// Fields of the chain of parent processes.
fn is_ancestor(field: &str) -> bool {
    const ANCESTORS: [&str; 7] =
        ["proc.aargs", "proc.acmdline", "proc.aenv", "proc.aexe", "proc.aexepath", "proc.aname", "proc.apid"];
    ANCESTORS.contains(&field)
}

/// Fields with comparison code of their own (sinsp_filtercheck.cpp:669-726).
fn compares_any(field: &str) -> bool {
    is_ancestor(field) || matches!(field, "fd.ip" | "fd.net" | "fd.port" | "fd.proto")
}

/// Fields whose argument may be left out, which the table does not tell (`falco --list=SOURCE -v`).
fn optional_argument(field: &str) -> Argument {
    const PARTS: [&str; 3] =
        ["ka.req.pod.containers.", "ka.req.pod.initContainers.", "ka.req.pod.ephemeralContainers."];
    let of_list = PARTS.iter().any(|part| field.starts_with(part)) || field.starts_with("ka.req.role.rules.");
    match field {
        "proc.env" => Argument::Key,
        "proc.args" => Argument::Index,
        _ if of_list || is_ancestor(field) => Argument::Index,
        _ => Argument::None,
    }
}

/// What an event without the field gives, where it is not simply missing.
fn absent(field: &str) -> Absent {
    match field {
        // Listed by the docker plugin, extracted by no case of its code.
        "docker.attributes.exitcode" | "docker.attributes.signal" => Absent::Always,
        // Reads requestObject.rules[].sourceIPs, which no event has (plugins issue 236).
        "ka.sourceips" => Absent::Always,
        // The docker plugin writes "" for whatever the JSON does not have (pkg/docker.go:116-165).
        _ if field.starts_with("docker.") => Absent::Empty,
        _ => Absent::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(source: &str, field: &str) -> Option<FieldType> {
        FieldTable::embedded().lookup(source, field)
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let table = FieldTable::embedded();
        let read: usize = table.sources.values().map(BTreeMap::len).sum();
        assert_eq!(read, EMBEDDED.lines().count() - 1);
        assert!(!table.has_source("source"), "the head is no row");
    }

    #[test]
    fn types_are_told() {
        for (field, kind) in [
            ("proc.cmdline", Kind::Text),
            ("evt.buffer", Kind::Bytes),
            ("fd.dev", Kind::Signed(32)),
            ("evt.cpu", Kind::Signed(16)),
            ("user.uid", Kind::Unsigned(32)),
            ("proc.cmdnargs", Kind::Unsigned(64)),
            ("evt.rawtime", Kind::Time),
            ("fd.sport", Kind::Port),
            ("proc.fdusage", Kind::Float),
            ("container.privileged", Kind::Bool),
            ("fd.sip", Kind::Address),
            ("fd.snet", Kind::Network),
            ("evt.rawarg.flags", Kind::Dynamic),
        ] {
            assert_eq!(look("syscall", field).map(|found| found.kind), Some(kind), "{field}");
        }
    }

    #[test]
    fn fields_are_scoped_by_source() {
        assert!(look("syscall", "ka.verb").is_none());
        assert!(look("k8s_audit", "container.id").is_none());
        assert!(look("docker", "ka.verb").is_none() && look("docker", "docker.action").is_some());
        assert!(look("nowhere", "evt.num").is_none());
        for source in ["docker", "k8s_audit", "syscall"] {
            assert!(look(source, "evt.num").is_some() && look(source, "jevt.value[/a]").is_some());
        }
        assert!(look("k8s_audit", "evt.type").is_none() && look("syscall", "evt.type").is_some());
    }

    #[test]
    fn arguments_are_needed_allowed_or_refused() {
        for good in ["ka.uri.param[command]", "ka.req.pod.containers.image[0]", "ka.req.pod.containers.image"]
        {
            assert!(look("k8s_audit", good).is_some(), "{good}");
        }
        for good in
            ["proc.aname[2]", "proc.args[1]", "proc.env[HOME]", "proc.env", "evt.arg.flags", "evt.arg[0]"]
        {
            assert!(look("syscall", good).is_some(), "{good}");
        }
        for bad in [
            "jevt.value",
            "jevt.value[]",
            "jevt.value[/a",
            "jevt.value[/a b]",
            "jevt.value[/a]]",
            "ka.verb[0]",
            "ka.uri.param",
            "ka.req.pod.containers.image[x]",
            "ka.req.pod.volumes.hostpath[0]",
            "ka.verb.x",
        ] {
            assert!(look("k8s_audit", bad).is_none(), "{bad}");
        }
        assert!(look("syscall", "evt.arg").is_none() && look("syscall", "proc.name.x").is_none());
    }

    #[test]
    fn lists_stay_lists_and_an_index_picks_one_ancestor() {
        assert!(look("k8s_audit", "ka.user.groups").unwrap().is_list());
        assert!(look("k8s_audit", "ka.req.pod.containers.image[0]").unwrap().is_list());
        assert_eq!(look("syscall", "proc.aname").unwrap().values, Values::Any);
        assert_eq!(look("syscall", "proc.aname[1]").unwrap().values, Values::One);
        assert!(!look("syscall", "proc.aname").unwrap().transformable);
        assert!(look("syscall", "proc.name").unwrap().transformable);
    }

    #[test]
    fn absent_fields_differ() {
        assert_eq!(look("docker", "docker.from").unwrap().absent, Absent::Empty);
        assert_eq!(look("docker", "docker.attributes.exitcode").unwrap().absent, Absent::Always);
        assert_eq!(look("docker", "evt.source").unwrap().absent, Absent::Missing);
        assert_eq!(look("k8s_audit", "ka.sourceips").unwrap().absent, Absent::Always);
        assert_eq!(look("k8s_audit", "ka.verb").unwrap().absent, Absent::Missing);
    }
}
