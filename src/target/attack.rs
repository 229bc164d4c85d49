//! ATT&CK techniques and tactics, from `targets/data`.
//!
//! In: ids and names as documents write them. Out: rows of the tables. Invariant: a technique's tactics are tactics
//! of the table. The tables are those of ATT&CK v17, the last version with the tactic Defense Evasion.

use std::sync::OnceLock;

const TECHNIQUES: &str = include_str!("../../targets/data/attack_techniques.tsv");
const TACTICS: &str = include_str!("../../targets/data/attack_tactics.tsv");

/// A technique or sub-technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Technique {
    /// `T1609`, `T1552.007`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Short names of its tactics.
    pub tactics: Vec<&'static str>,
}

/// A tactic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tactic {
    /// `credential-access`
    pub short_name: &'static str,
    /// `TA0006`
    pub id: &'static str,
    /// `Credential Access`
    pub name: &'static str,
}

/// The technique of that id.
///
/// ```
/// let technique = splc::target::attack::technique("T1552.007").unwrap();
/// assert_eq!((technique.name, technique.tactics.as_slice()), ("Container API", &["credential-access"][..]));
/// ```
pub fn technique(id: &str) -> Option<&'static Technique> {
    static TABLE: OnceLock<Vec<Technique>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        rows(TECHNIQUES)
            .filter_map(|row| {
                let (id, name, tactics) = (row.first()?, row.get(1)?, row.get(2)?);
                Some(Technique { id, name, tactics: tactics.split(',').map(str::trim).collect() })
            })
            .collect()
    });
    table.iter().find(|technique| technique.id.eq_ignore_ascii_case(id))
}

/// The tactic of that id, short name or name.
///
/// ```
/// assert_eq!(splc::target::attack::tactic("TA0002").unwrap().short_name, "execution");
/// ```
pub fn tactic(name: &str) -> Option<&'static Tactic> {
    static TABLE: OnceLock<Vec<Tactic>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        rows(TACTICS)
            .filter_map(|row| Some(Tactic { short_name: row.first()?, id: row.get(1)?, name: row.get(2)? }))
            .collect()
    });
    table.iter().find(|tactic| {
        [tactic.id, tactic.short_name, tactic.name].iter().any(|text| text.eq_ignore_ascii_case(name))
    })
}

/// The tactics of a query: those its document names, else those of its techniques.
pub fn tactics(named: &[String], techniques: &[String]) -> Vec<&'static Tactic> {
    let mut found: Vec<&'static Tactic> = named.iter().filter_map(|name| tactic(name)).collect();
    if found.is_empty() {
        let of_techniques =
            techniques.iter().filter_map(|id| technique(id)).flat_map(|technique| &technique.tactics);
        found = of_techniques.filter_map(|name| tactic(name)).collect();
    }
    let mut seen = Vec::new();
    found.retain(|tactic| {
        !seen.contains(&tactic.id) && {
            seen.push(tactic.id);
            true
        }
    });
    found
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}
