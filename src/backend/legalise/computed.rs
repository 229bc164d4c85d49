//! Conditions on what is computed, over the target's fields.
//!
//! In: a condition over Splunk's fields. Out: the same over the target's, if the target can say it; else it is left out.
//! Invariant: a formula is taken over whole or not at all: a part that is wider makes nothing of it wider for sure.

use std::collections::BTreeSet;

use crate::backend::codes;
use crate::detection::{Computed, Formula, HoleKind, OneValue, Predicate, tree};
use crate::diagnostic::Diagnostic;
use crate::target::{Mapped, TargetField};

use super::{Legaliser, NOT_TIED, is_single_valued, parts};

impl Legaliser<'_> {
    pub(super) fn computed(&mut self, computed: &Computed, positive: bool) -> Predicate {
        if self.capabilities.same_text
            && let Some(same) = self.same_text(computed, positive)
        {
            return same;
        }
        self.said(computed, positive).unwrap_or_else(|reason| {
            if let Some(plain) = parts::plain(computed) {
                return self.predicate(&plain, positive);
            }
            let wider = self
                .last_part(computed, positive)
                .or_else(|| self.extracted(computed, positive))
                .or_else(|| self.required(computed, positive));
            wider.unwrap_or_else(|| {
                self.left_out(&tree::brief_computed(computed), computed.origin, positive, &reason)
            })
        })
    }

    /// The condition as the target computes it.
    fn said(&mut self, computed: &Computed, positive: bool) -> Result<Predicate, String> {
        let formula = self.formula(&computed.formula)?;
        let said = Computed { formula, ..computed.clone() };
        (self.capabilities.computes)(&said, &self.fields)?;
        if self.capabilities.computes_each {
            let mut names = BTreeSet::new();
            computed.formula.for_each_field(&mut |field| _ = names.insert(field));
            let several: Vec<&str> =
                names.iter().copied().filter(|field| !is_single_valued(self.source, field)).collect();
            if !several.is_empty() {
                let what = format!("`{}` may hold several values", several.join("`, `"));
                if !positive {
                    return Err(format!("{what}, of each of which the target computes something"));
                }
                self.adds = true;
                let message = format!("{what}, and the target computes with each of them");
                self.notes.push(Diagnostic::new(&codes::EACH_COMPUTED, computed.origin.0, message));
            }
            for field in names {
                self.kept(field, Some(computed.origin));
            }
        }
        Ok(Predicate::Computed(Box::new(said)))
    }

    pub(super) fn one_value(&mut self, one: &OneValue, positive: bool) -> Predicate {
        let said = if self.capabilities.one_value {
            self.formula(&one.of).and_then(|of| {
                // The field stands for a value of the formula, which keeps its name.
                let holds = self.whole(&one.holds, &[&one.field])?;
                Ok(Predicate::OneValue(Box::new(OneValue { of, field: one.field.clone(), holds })))
            })
        } else {
            Err("the target tests each value on its own".to_owned())
        };
        said.unwrap_or_else(|reason| {
            let what = format!("a value of {} for which several tests hold", tree::formula(&one.of));
            self.left_out(&what, one.holds.origin(), positive, &reason)
        })
    }

    /// A formula over the target's fields.
    pub(super) fn formula(&mut self, formula: &Formula) -> Result<Formula, String> {
        self.formula_with(formula, &[])
    }

    /// A formula over the target's fields, but for names that stand for something else.
    pub(super) fn formula_with(&mut self, formula: &Formula, made: &[&str]) -> Result<Formula, String> {
        match formula {
            Formula::Field(name) if made.contains(&name.as_str()) => Ok(formula.clone()),
            Formula::Field(name) => self.name(name).map(Formula::Field),
            Formula::Holds(predicate) => Ok(Formula::Holds(Box::new(self.whole(predicate, made)?))),
            Formula::Unknown(it) if it.kind == HoleKind::Places => {
                Err("where an address lies is not known without a database of places".to_owned())
            }
            Formula::Unknown(it) => Err(format!("what the lookup `{}` holds is not known", it.name)),
            Formula::Each(each) => {
                let inner: Vec<&str> = made.iter().copied().chain([each.field.as_str()]).collect();
                let mut each = (**each).clone();
                each.values = self.formula_with(&each.values, made)?;
                each.body = self.formula_with(&each.body, &inner)?;
                Ok(Formula::Each(Box::new(each)))
            }
            other => {
                let mut wrong = None;
                let mapped = other.clone().map_children(&mut |child| match self.formula_with(&child, made) {
                    Ok(child) => child,
                    Err(reason) => {
                        wrong.get_or_insert(reason);
                        child
                    }
                });
                wrong.map_or(Ok(mapped), Err)
            }
        }
    }

    /// A predicate that the target can say just as it is.
    pub(super) fn whole(&mut self, predicate: &Predicate, made: &[&str]) -> Result<Predicate, String> {
        let mut own = Legaliser {
            source: self.source,
            mapping: self.mapping,
            capabilities: self.capabilities,
            several_values: self.several_values,
            tied: &NOT_TIED,
            made: self.made.iter().cloned().chain(made.iter().map(|name| (*name).to_owned())).collect(),
            kinds: std::mem::take(&mut self.kinds),
            fields: std::mem::take(&mut self.fields),
            with_several_values: std::mem::take(&mut self.with_several_values),
            notes: Vec::new(),
            adds: false,
            misses: false,
        };
        let rewritten = own.predicate(predicate, true);
        let Legaliser { kinds, fields, with_several_values, notes, adds, misses, .. } = own;
        self.kinds = kinds;
        self.fields = fields;
        self.with_several_values = with_several_values;
        if adds || misses {
            return Err(notes.into_iter().next_back().map(|note| note.message).unwrap_or_default());
        }
        self.notes.extend(notes);
        Ok(rewritten)
    }

    /// Records a field of the target that is asked for.
    pub(super) fn seen(&mut self, field: &str, target: TargetField) {
        if !is_single_valued(self.source, field) {
            self.with_several_values.insert(target.name.clone());
        }
        self.fields.insert(target.name.clone(), target);
    }

    /// The target's name of a field, where it holds the same text.
    pub(super) fn name(&mut self, name: &str) -> Result<String, String> {
        if name == "_raw" && self.has_no_raw_text() {
            return Err("the target has no field for the raw event".to_owned());
        }
        // When an event is and what it says are known of events, whatever holds them.
        if matches!(name, "_time" | "_raw") || self.made.contains(name) {
            return Ok(name.to_owned());
        }
        match self.mapping.field(name) {
            Mapped::Field(field) => {
                let target = field.name.clone();
                if target.is_empty() || target.contains(self.capabilities.no_names_with) {
                    return Err(format!("the target has no field of the name `{name}`"));
                }
                if field.separators.is_some() {
                    return Err(format!(
                        "`{target}` holds the whole path of which `{name}` is the last part"
                    ));
                }
                let kind = self.kinds.get(name).copied().unwrap_or(field.kind);
                self.seen(name, TargetField { kind, ..field });
                self.kept(name, None);
                Ok(target)
            }
            Mapped::Missing(reason) => Err(format!("`{name}`: {reason}")),
            Mapped::Unknown => Err(format!("the target has no field `{name}`")),
        }
    }
}
