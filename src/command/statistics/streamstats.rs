//! `streamstats`: computes over the rows so far.
//!
//! In: functions over fields, with `AS`, `BY` and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::{group, refused};
use crate::command::statistics::aggregate::{self, Aggregate};
use crate::command::statistics::span::Width;
use crate::command::{Command, Lowering, Row, Unsupported, expression, rows};
use crate::detection::formula::Decimal;
use crate::detection::step::Run;
use crate::detection::{Formula, Step};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::clause::Value;
use crate::spl::eval::Eval;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Streamstats;

impl Command for Streamstats {
    fn name(&self) -> &'static str {
        "streamstats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/streamstats"
    }

    fn summary(&self) -> &'static str {
        "computes over the rows so far"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let columns = rows::columns(&rows);
        let by = arguments.fields("by")?;
        let functions = aggregate::expanded(&aggregate::read(&arguments.items())?, &columns, &by);
        let window = Window::read(&arguments)?;
        // Functions see what the fields were before, whatever the results are called.
        let given = rows.clone();
        let mut rows = rows;
        let mut begin = 0;
        let mut last_key = None;
        for index in 0..rows.len() {
            let Some(row) = given.get(index) else { break };
            let key = rows::key(row, &by);
            if let Some(condition) = window.before
                && expression::holds(condition, &row.event, context)?
            {
                begin = index;
            }
            // Only a row that has all the fields can start anew (Search Reference, `streamstats`, reset_on_change).
            if window.on_change && key.is_some() && key != last_key {
                begin = index;
                last_key.clone_from(&key);
            }
            let Some(key) = key else { continue };
            let seen = given.get(begin..=index).unwrap_or(&[]);
            let members = window.members(seen, &by, &key);
            let results = computed(&functions, &members, window.all_numbers, context)?;
            let Some(row) = rows.get_mut(index) else { break };
            for (name, values) in results {
                row.event.set(name, values);
            }
            if let Some(condition) = window.after
                && expression::holds(condition, &row.event, context)?
            {
                begin = index + 1;
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["current", "window", "time_window", "global", "allnum"])?;
        if arguments.flag("allnum", false)? {
            return Err(refused::argument(stage.span, "`allnum` is not translated"));
        }
        let functions = lowering.functions(&arguments.items())?;
        let by = lowering.keys(&group::by(&arguments, "by")?)?.known()?;
        let seconds = match arguments.text("time_window")? {
            None => None,
            Some(text) => Some(Decimal(group::seconds(text).ok_or_else(|| {
                refused::argument(stage.span, format!("a window of `{text}` is not translated"))
            })?)),
        };
        let time = if seconds.is_some() { lowering.row_time(lowering.steps.len()) } else { Formula::Null };
        let mut group = lowering.annotation(by, functions, stage.span);
        if seconds.is_some() {
            group.time = time;
        }
        lowering.steps.push(Step::Run(Run {
            group,
            current: arguments.flag("current", true)?,
            window: arguments.count("window")?.filter(|window| *window > 0),
            seconds,
            global: arguments.flag("global", true)?,
        }));
        Ok(())
    }
}

const SETTINGS: &[&str] = &[
    "allnum",
    "current",
    "window",
    "time_window",
    "global",
    "reset_before",
    "reset_after",
    "reset_on_change",
];

/// Which rows are computed over.
struct Window<'a> {
    /// Whether the row itself is among them.
    current: bool,
    /// The last so many; 0 is no bound.
    rows: usize,
    /// Those less than so many seconds away.
    seconds: Option<f64>,
    /// Whether the last rows are those of all groups.
    global: bool,
    all_numbers: bool,
    before: Option<&'a Eval>,
    after: Option<&'a Eval>,
    on_change: bool,
}

impl<'a> Window<'a> {
    fn read(arguments: &Arguments<'a>) -> Result<Self, Unsupported> {
        let condition = |name: &str| match arguments.setting(name) {
            None => Ok(None),
            Some(Value::Eval(eval)) => Ok(Some(eval)),
            Some(value) => Err(unsupported("a condition in parentheses is expected here", value.span())),
        };
        let seconds = match arguments.text("time_window")? {
            None => None,
            Some(text) => match Width::seconds(text) {
                None => return Err(unsupported("this span is not understood", arguments.span)),
                seconds => seconds,
            },
        };
        Ok(Self {
            current: arguments.flag("current", true)?,
            rows: arguments.count("window")?.unwrap_or(0),
            seconds,
            global: arguments.flag("global", true)?,
            all_numbers: arguments.flag("allnum", false)?,
            before: condition("reset_before")?,
            after: condition("reset_after")?,
            on_change: arguments.flag("reset_on_change", false)?,
        })
    }

    /// The rows of the group among those seen since the last reset, of which the last is the one that is computed for.
    ///
    /// A time window reaches back over the rows before: whether it holds a row whose age is just its length is open,
    /// and such a row is left out.
    fn members<'r>(&self, seen: &'r [Row], by: &[String], group: &[Vec<String>]) -> Vec<&'r Row> {
        let Some((row, before)) = seen.split_last() else { return Vec::new() };
        let mut members: Vec<&Row> = before.iter().chain(self.current.then_some(row)).collect();
        let last = |members: &mut Vec<&Row>| {
            let surplus = members.len().saturating_sub(self.rows);
            if self.rows > 0 {
                members.drain(..surplus);
            }
        };
        if self.global {
            last(&mut members);
        }
        members.retain(|member| rows::key(member, by).as_deref() == Some(group));
        if !self.global {
            last(&mut members);
        }
        if let Some(seconds) = self.seconds {
            let now = rows::time(&row.event);
            let distance = |member: &Row| Some((rows::time(&member.event)? - now?).abs());
            members.retain(|member| distance(member).is_some_and(|distance| distance < seconds));
        }
        members
    }
}

fn computed(
    functions: &[Aggregate<'_>],
    members: &[&Row],
    all_numbers: bool,
    context: &Context,
) -> Result<Vec<(String, Vec<crate::event::Value>)>, Unsupported> {
    let one =
        |function: &Aggregate<'_>| Ok((function.name.clone(), function.over(members, all_numbers, context)?));
    functions.iter().map(one).collect()
}
