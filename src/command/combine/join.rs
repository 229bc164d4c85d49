//! `join`: joins rows with those of a sub-search.
//!
//! In: sub-searches among words and settings. Rows meet where all keys have the same values, with case (Search Reference,
//! `join`). Where the documentation is open: all values of a field have to be the same, a row without a key meets none,
//! internal fields stay those of the row itself, and with `left=L right=R` the other fields bear the aliases alone; a
//! search that asks for one without is refused.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::fields::Joined;
use crate::command::lowering::{Pending, Unknown, refused};
use crate::command::{Command, Lowering, Row, Unsupported, rows, run_subsearch};
use crate::detection::codes;
use crate::detection::step::{self, Step, TimeLimit};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::source::Origin;
use crate::spl::ast::Operator;
use crate::spl::clause::{ItemKind, Quote, Setting, Value, Word};
use crate::spl::{Pipeline, Shape, Stage};
use std::collections::HashMap;

/// The command.
pub(crate) struct Join;

impl Command for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/join"
    }

    fn summary(&self) -> &'static str {
        "joins rows with those of a sub-search"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let options = Options::of(stage)?;
        let others = run_subsearch(options.other, context)?;
        let mut on = options.on.clone();
        if on.is_empty() {
            // All fields that both sides have (Search Reference, `join`).
            let columns = rows::columns(&others);
            let both = rows::columns(&rows).into_iter().filter(|it| columns.contains(it));
            on = both.filter(|it| !it.starts_with('_')).map(|it| (it.clone(), it)).collect();
        }
        let (own, theirs): (Vec<String>, Vec<String>) = on.into_iter().unzip();
        let mut by_key: HashMap<Vec<Vec<String>>, Vec<&Row>> = HashMap::new();
        for other in &others {
            if let Some(key) = rows::key(other, &theirs) {
                by_key.entry(key).or_default().push(other);
            }
        }
        let mut joined = Vec::new();
        for row in rows {
            let met =
                rows::key(&row, &own).and_then(|key| by_key.get(&key)).map(Vec::as_slice).unwrap_or_default();
            let met = met.iter().filter(|other| options.is_in_time(&row, other)).take(options.most);
            let met: Vec<Row> = met.map(|other| options.both(&row, other)).collect();
            if met.is_empty() && options.keeps_all {
                joined.push(options.alone(row));
                continue;
            }
            rows::bounded(joined.len() + met.len(), stage.span)?;
            joined.extend(met);
        }
        Ok(joined)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let options = Options::of(stage)?;
        let other = lowering.other(options.other, stage.span);
        let names = other.as_ref().ok().and_then(|other| other.fields.all_names());
        match other.and_then(|other| lowered(&options, other, stage, lowering)) {
            // Every row stays, whatever is joined with it.
            Err(_) if options.keeps_all => {
                let message = "events that are joined are part of the results";
                let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
                lowering.does_not_know(Unknown::Rows, 0, reason);
                let message = "the field may come from the rows that are joined";
                match names.filter(|_| options.aliases.is_none()) {
                    Some(names) => names.iter().for_each(|name| lowering.hide(name, stage.span, message)),
                    None => lowering.hide("*", stage.span, message),
                }
                Ok(())
            }
            result => result,
        }
    }
}

/// What the arguments say.
struct Options<'a> {
    /// Whether rows stay that meet none.
    keeps_all: bool,
    /// Whether fields of the sub-search take the place of those of the same name.
    overwrites: bool,
    /// The most rows that a row is joined with.
    most: usize,
    /// Whether rows of the sub-search have to be the earlier or the later ones, if that is said.
    is_earlier: Option<bool>,
    /// The keys by their names here and in the sub-search; none for all fields that both sides have.
    on: Vec<(String, String)>,
    /// What is put before the names of fields, here and of the sub-search.
    aliases: Option<(String, String)>,
    other: &'a Pipeline,
}

impl<'a> Options<'a> {
    fn of(stage: &'a Stage) -> Result<Self, Unsupported> {
        let arguments = Arguments::with_any(stage)?;
        let mut on = Vec::new();
        let aliases = arguments.text("left")?.zip(arguments.text("right")?);
        let mut is_condition = false;
        for item in arguments.items() {
            match &item.kind {
                ItemKind::Setting(setting) if is_setting(&setting.name.text) => {}
                ItemKind::Setting(setting) if is_condition => on.push(pair(setting, aliases)?),
                ItemKind::Setting(setting) => {
                    let message = format!("the setting `{}` is not understood here", setting.name.text);
                    return Err(unsupported(message, setting.name.span));
                }
                ItemKind::Word(word) if is_condition && word.text == "AND" => {}
                ItemKind::Word(word) if is_plain(word, "where") && aliases.is_some() => is_condition = true,
                ItemKind::Word(word) if !is_condition => on.push((word.text.clone(), word.text.clone())),
                ItemKind::Subsearch(_) => {}
                _ => return Err(unsupported("a field to join by is expected here", item.span)),
            }
        }
        let keeps_all = match arguments.text("type")?.unwrap_or("inner").to_ascii_lowercase().as_str() {
            "inner" => false,
            "outer" | "left" => true,
            _ => return Err(unsupported("a join is `inner`, `outer` or `left`", stage.span)),
        };
        let is_earlier = arguments.flag("earlier", true)?;
        let is_earlier = arguments.flag("usetime", false)?.then_some(is_earlier);
        if is_earlier.is_some() && keeps_all {
            let message = "which rows stay in an outer join by time is not documented";
            return Err(unsupported(message, stage.span));
        }
        let most = arguments.count("max")?.unwrap_or(1);
        let own = |(left, right): (&str, &str)| (left.to_owned(), right.to_owned());
        Ok(Self {
            keeps_all,
            overwrites: arguments.flag("overwrite", true)?,
            most: if most == 0 { usize::MAX } else { most },
            is_earlier,
            on,
            // Aliases without a condition are ignored (Search Reference, `join`).
            aliases: aliases.filter(|_| is_condition).map(own),
            other: arguments.subsearch()?,
        })
    }

    /// Rows of the same second meet (Search Reference, `join`, `earlier`); that those do that have no time is a choice.
    fn is_in_time(&self, row: &Row, other: &Row) -> bool {
        let second = |row: &Row| rows::time(&row.event).map(f64::floor);
        match (self.is_earlier, second(row), second(other)) {
            (Some(true), Some(own), Some(other)) => other <= own,
            (Some(false), Some(own), Some(other)) => own <= other,
            _ => true,
        }
    }

    /// A row with the fields of one of the sub-search, which win unless `overwrite` is off. That internal fields stay those
    /// of the first row is a choice.
    fn both(&self, row: &Row, other: &Row) -> Row {
        let mut both = self.alone(row.clone());
        for (field, values) in other.event.fields().filter(|(field, _)| !field.starts_with('_')) {
            match &self.aliases {
                Some((_, alias)) => both.event.set(format!("{alias}.{field}"), values.to_vec()),
                None if self.overwrites || !both.event.has(field) => both.event.set(field, values.to_vec()),
                None => {}
            }
        }
        both.origins = rows::origins([row, other]);
        both
    }

    /// A row of the search itself. That its fields bear no other names beside those with the alias is a choice.
    fn alone(&self, mut row: Row) -> Row {
        let Some((alias, _)) = &self.aliases else { return row };
        let mut event = rows::without(&row.event, |field| !field.starts_with('_'));
        for (field, values) in row.event.fields().filter(|(field, _)| !field.starts_with('_')) {
            event.set(format!("{alias}.{field}"), values.to_vec());
        }
        row.event = event;
        row
    }
}

fn is_setting(name: &str) -> bool {
    let names = ["type", "usetime", "earlier", "overwrite", "max", "left", "right"];
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn is_plain(word: &Word, text: &str) -> bool {
    word.quote == Quote::None && word.text.eq_ignore_ascii_case(text)
}

/// `L.user=R.name`, in either order.
fn pair(setting: &Setting, aliases: Option<(&str, &str)>) -> Result<(String, String), Unsupported> {
    let under = |text: &str, alias: &str| Some(text.strip_prefix(alias)?.strip_prefix('.')?.to_owned());
    let found = match (&setting.value, aliases) {
        (Value::Word(value), Some((left, right))) if setting.operator.value == Operator::Equal => {
            let (name, value) = (&setting.name.text, &value.text);
            under(name, left).zip(under(value, right)).or_else(|| under(value, left).zip(under(name, right)))
        }
        _ => None,
    };
    let message = "a field of one side that equals one of the other side is expected here";
    found.ok_or_else(|| unsupported(message, setting.name.span))
}

/// Joins rows with those that the sub-search comes to.
fn lowered(
    options: &Options<'_>,
    mut other: Lowering<'_>,
    stage: &Stage,
    lowering: &mut Lowering<'_>,
) -> Result<(), Diagnostic> {
    other.knows_its_rows(stage.span)?;
    let mut on = Vec::new();
    let names =
        if options.on.is_empty() { shared_keys(lowering, &other, stage)? } else { options.on.clone() };
    for (own, theirs) in &names {
        on.push((lowering.field(own, stage.span)?, other.field(theirs, stage.span)?));
    }
    let limit = match options.is_earlier {
        Some(is_earlier) => {
            let (time, other) = (lowering.field("_time", stage.span)?, other.field("_time", stage.span)?);
            Some(TimeLimit { is_earlier, time, other })
        }
        None => None,
    };
    let message = "whether fields keep their names beside those with an alias is not documented";
    let reason = Box::new(Diagnostic::new(&codes::NOT_KNOWN, stage.span, message));
    let joined = Joined {
        other: other.fields.clone(),
        suffix: format!(" {}", lowering.made_up("of the other row")),
        overwrites: options.overwrites,
        aliases: options.aliases.clone(),
        reason,
    };
    let pending = std::mem::take(&mut other.pending);
    lowering.pending.push((lowering.steps.len(), Pending::Other(Some(Box::new(joined.clone())), pending)));
    lowering.steps.push(Step::Join(Box::new(step::Join {
        other: std::mem::take(&mut other.steps),
        on,
        fields: Vec::new(),
        keeps_all: options.keeps_all,
        most: Some(options.most).filter(|most| *most < usize::MAX),
        limit,
        origin: Origin(stage.span),
    })));
    lowering.fields.join(joined);
    lowering.notes.extend(other.notes_of_other());
    Ok(())
}

/// The names that both sides have, if every row has a value of each.
fn shared_keys(
    lowering: &Lowering<'_>,
    other: &Lowering<'_>,
    stage: &Stage,
) -> Result<Vec<(String, String)>, Diagnostic> {
    let names = |of: &Lowering<'_>| {
        let named = of.fields.all_names()?;
        Some(named.into_iter().filter(|name| !name.starts_with('_')).collect::<Vec<_>>())
    };
    let keys = [lowering.fields.keys(), other.fields.keys()];
    let shared: Option<Vec<String>> = names(lowering).zip(names(other)).and_then(|(own, theirs)| {
        let shared: Vec<String> = own.into_iter().filter(|name| theirs.contains(name)).collect();
        let is_key = |name: &String| keys.iter().all(|keys| keys.contains(name));
        (!shared.is_empty() && shared.iter().all(is_key)).then_some(shared)
    });
    let shared = shared.ok_or_else(|| {
        refused::argument(stage.span, "which fields the rows are joined by depends on the events")
            .help("name them: `join user […]`")
    })?;
    Ok(shared.into_iter().map(|name| (name.clone(), name)).collect())
}
