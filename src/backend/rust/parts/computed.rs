//! What rules call that compute something from fields.
//!
//! In: an event, and operands. Out: operands and verdicts. Invariant: a field that the event does not have is null. What
//! operators and functions give is said in the module `runtime`.

/// An event whose fields are operands of formulas.
trait Fields: Event {
    /// The values of a field; null if the event does not have it.
    fn field(&self, name: &str) -> Operand;

    /// What formulas know beside the event: the time now is that of the event.
    fn context(&self) -> Context;
}

impl<E: Event + ?Sized> Fields for Timed<'_, E> {
    fn field(&self, name: &str) -> Operand {
        let values = texts(self.0, name);
        if name == "_time" && values.is_empty() {
            return Operand::number(0.0);
        }
        Operand::of(&values)
    }

    fn context(&self) -> Context {
        let mut now = 0.0;
        self.0.some("_time", &mut |text| {
            now = number(text).unwrap_or(0.0);
            true
        });
        Context::at(now.max(0.0))
    }
}

/// The values of a field.
fn texts<E: Event + ?Sized>(event: &E, name: &str) -> Vec<runtime::event::Value> {
    let mut values = Vec::new();
    let mut keep = |text: &str| {
        values.push(runtime::event::Value::from(text));
        false
    };
    event.some(name, &mut keep);
    if name == "_raw" && values.is_empty() {
        event.raw(&mut |text| {
            values.push(runtime::event::Value::from(text));
            true
        });
    }
    values
}

/// An event in which a field has one value.
struct With<'a, E: ?Sized> {
    event: &'a E,
    field: &'a str,
    value: &'a runtime::event::Value,
}

impl<E: Event + ?Sized> Event for With<'_, E> {
    fn some(&self, field: &str, test: Test<'_>) -> bool {
        if field == self.field {
            return test(&self.value.text());
        }
        self.event.some(field, test)
    }

    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
        let mut is_other = |name: &str| name != self.field && is_wanted(name);
        self.event.some_named(&mut is_other, &mut *test)
            || is_wanted(self.field) && test(&self.value.text())
    }

    fn raw(&self, test: Test<'_>) -> bool {
        if self.field == "_raw" {
            return test(&self.value.text());
        }
        self.event.raw(test)
    }
}

impl<E: Fields + ?Sized> Fields for With<'_, E> {
    fn field(&self, name: &str) -> Operand {
        if name == self.field {
            return Operand::of(std::slice::from_ref(self.value));
        }
        self.event.field(name)
    }

    fn context(&self) -> Context {
        self.event.context()
    }
}

/// Whether the operand is true, neither false nor null.
fn is_true(operand: &Operand) -> bool {
    operand.truth() == Some(true)
}

fn has_value(operand: &Operand) -> bool {
    !operand.values().is_empty()
}

/// Whether some value passes.
fn some_of(operand: &Operand, test: impl Fn(Value<'_>) -> bool) -> bool {
    operand
        .values()
        .iter()
        .any(|value| test(Value(&value.text())))
}

/// Whether some value passes as the text of an event.
fn some_raw_of(operand: &Operand, test: impl Fn(Raw<'_>) -> bool) -> bool {
    operand
        .values()
        .iter()
        .any(|value| test(Raw(&value.text())))
}

/// Whether the event passes where the field has one of the values alone.
fn one_value<E: Fields + ?Sized>(
    event: &E,
    values: &Operand,
    field: &str,
    holds: impl Fn(&With<'_, E>) -> bool,
) -> bool {
    let mut values = values.values().iter();
    values.any(|value| {
        holds(&With {
            event,
            field,
            value,
        })
    })
}

/// What the body gives for each of the values, which the field stands for: `mvmap`.
fn mapped<E: Fields + ?Sized>(
    event: &E,
    values: &Operand,
    field: &str,
    body: impl Fn(&With<'_, E>) -> Operand,
) -> Operand {
    let mut found = Vec::new();
    for value in values.values() {
        let one = body(&With {
            event,
            field,
            value,
        });
        found.extend(one.values().iter().cloned());
    }
    Operand::of(&found)
}

/// The values for which the body is true: `mvfilter`.
fn kept<E: Fields + ?Sized>(
    event: &E,
    values: &Operand,
    field: &str,
    body: impl Fn(&With<'_, E>) -> Operand,
) -> Operand {
    let is_kept = |value: &&runtime::event::Value| {
        is_true(&body(&With {
            event,
            field,
            value,
        }))
    };
    let kept: Vec<_> = values.values().iter().filter(is_kept).cloned().collect();
    Operand::of(&kept)
}

/// The values of a group in the matches of each value, or what the field was before: `rex`.
fn extracted(
    from: &Operand,
    pattern: &str,
    group: &str,
    most: Option<usize>,
    before: impl Fn() -> Operand,
) -> Operand {
    let Ok(regex) = runtime::detection::regex::Regex::parse(pattern) else {
        return before();
    };
    let mut left = most.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for value in from.values() {
        if left == 0 {
            break;
        }
        let text = value.text();
        let matches = regex.captures(&text, most.map_or(0, |_| left));
        left = left.saturating_sub(matches.len());
        let groups = matches.into_iter().flatten();
        let wanted = groups.filter(|(name, _)| *name == group);
        found.extend(wanted.map(|(_, text)| runtime::event::Value::from(text)));
    }
    if found.is_empty() {
        before()
    } else {
        Operand::Values(found)
    }
}

/// What a script makes of each value: `rex mode=sed`.
fn edited(operand: &Operand, script: &Script) -> Operand {
    let edited = |value: &runtime::event::Value| {
        let text = value.text();
        let text = script
            .as_ref()
            .map_or_else(|| text.to_string(), |sed| sed.edit(&text));
        runtime::event::Value::Text(text)
    };
    Operand::of(&operand.values().iter().map(edited).collect::<Vec<_>>())
}

/// A script of `rex mode=sed`, which is read when it is first asked for.
type Script = std::sync::LazyLock<Option<runtime::detection::regex::Sed>>;
