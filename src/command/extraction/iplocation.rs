//! `iplocation`: adds the place of an address.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::formula;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::formula::Unknown;
use crate::detection::{Formula, HoleKind};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};
use std::net::IpAddr;

/// The command.
pub(crate) struct Iplocation;

impl Command for Iplocation {
    fn name(&self) -> &'static str {
        "iplocation"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/iplocation"
    }

    fn summary(&self) -> &'static str {
        "adds the place of an address"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let (field, _) = arguments.field()?;
        // Places of addresses are in a database that is not part of the search; only an address that is none of the
        // Internet has none for sure.
        for row in &rows {
            let values = row.event.values(field);
            if values.iter().any(|value| value.text().parse().is_ok_and(is_global)) {
                return Err(unsupported("where this address lies is not known", stage.span));
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let prefix = arguments.text("prefix")?.unwrap_or("");
        let (address, _) = arguments.field()?;
        let key = lowering.key(address, stage.span);
        for field in ["City", "Country", "Region", "lat", "lon", "Continent", "MetroCode", "Timezone"] {
            let (name, keys) = ("iplocation".to_owned(), vec![("ip".to_owned(), key.clone())]);
            let unknown = Unknown { kind: HoleKind::Places, name, column: field.to_owned(), keys };
            let formula = formula::bounded(Formula::Unknown(Box::new(unknown)), stage.span)?;
            lowering.fields.set(format!("{prefix}{field}"), formula);
        }
        Ok(())
    }
}

/// What `iplocation` may be set to.
const SETTINGS: &[&str] = &["prefix", "allfields", "lang"];

/// Whether an address may be one of the Internet (RFC 1918, RFC 4193 and RFC 4291).
fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !(address.is_private() || address.is_loopback() || address.is_link_local()),
        IpAddr::V6(address) => {
            !(address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local())
        }
    }
}
