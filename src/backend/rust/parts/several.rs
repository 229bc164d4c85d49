//! What rules call that look at several events together.
//!
//! In: events, filters and steps. Out: the events that contribute to a result. Invariant: what a step does is said in the
//! module `runtime`; here events become rows, which have the fields that the rule asks for.

impl Event for runtime::event::Event {
    fn some(&self, field: &str, test: Test<'_>) -> bool {
        self.values(field).iter().any(|value| test(&value.text()))
    }

    fn some_named(&self, is_wanted: Test<'_>, test: Test<'_>) -> bool {
        self.fields()
            .filter(|(name, _)| is_wanted(name))
            .any(|(_, values)| values.iter().any(|value| test(&value.text())))
    }
}

impl Fields for runtime::event::Event {
    fn field(&self, name: &str) -> Operand {
        Operand::of(self.values(name))
    }

    fn context(&self) -> Context {
        Context::at(runtime::evaluate::latest(std::slice::from_ref(self)))
    }
}

/// The events that contribute to a row of the result, by index, in order.
fn contributing<E: Event>(
    events: &[E],
    fields: &[&str],
    filters: Vec<Predicate>,
    steps: Vec<step::Step>,
) -> Vec<usize> {
    let rows: Vec<_> = events.iter().map(|event| row(event, fields)).collect();
    let context = Context::at(runtime::evaluate::latest(&rows));
    runtime::evaluate::detection(&Detection { filters, steps }, &rows, &context)
}

/// The event with just these fields; `*` stands for any part of a name.
fn row<E: Event>(event: &E, fields: &[&str]) -> runtime::event::Event {
    let mut row = runtime::event::Event::new();
    for field in fields {
        if field.contains('*') || *field == "_raw" {
            named(event, field, &mut row);
        } else {
            row.set(*field, texts(event, field));
        }
    }
    // The text that an event was read from is no field of its own.
    let raw = texts(event, "_raw");
    match raw.first() {
        Some(raw) if fields.contains(&"_raw") && !row.has("_raw") => row.with_raw(raw.text()),
        _ => row,
    }
}

/// Copies the fields with such a name.
fn named<E: Event>(event: &E, name: &str, row: &mut runtime::event::Event) {
    let mut names = std::collections::BTreeSet::new();
    let mut keep = |field: &str| {
        if Value(field).like_cased(name) {
            names.insert(field.to_owned());
        }
        false
    };
    event.some_named(&mut keep, &mut |_| false);
    for name in names {
        let values = texts(event, &name);
        row.set(name, values);
    }
}
