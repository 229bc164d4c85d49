//! One comparison of a Falco condition, and what it says of an event.
//!
//! In: an operand, an operator and what stands on its right, checked by the parser. Out: true or false.
//! Invariant: a side without a value makes the comparison false whatever the operator
//! (`sinsp_filtercheck.cpp`, `compare_nocache`). Nothing here fails: types are checked before.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::glob::Glob;
use super::value::Scalar;
use crate::event::Event;
use crate::target::falco_fields::{Absent, FieldType, Kind, Values, list_of};

/// What is done to a field's value before it is compared.
#[derive(Clone, Debug)]
pub(super) enum Transformer {
    Lower,
    Upper,
    Basename,
    Length,
    /// The values of a list as one text, with this between them.
    Join(String),
    /// Texts one behind the other, of which the field is the first that is no constant.
    Concat(Vec<Part>),
}

/// One of several texts that are put together.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Constant(String),
    Of(Operand),
}

/// A field, with its transformers from the inside out.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) name: String,
    pub(super) field: FieldType,
    pub(super) transformers: Vec<Transformer>,
}

impl Operand {
    /// The type of what is compared.
    pub(super) fn kind(&self) -> Kind {
        if self.is_length() { Kind::Unsigned(64) } else { self.field.kind }
    }

    /// Whether only `in`, `intersects` and `exists` apply.
    pub(super) fn is_list(&self) -> bool {
        let makes_one = |it: &Transformer| matches!(it, Transformer::Join(_) | Transformer::Concat(_));
        self.field.is_list() && !self.is_length() && !self.transformers.iter().any(makes_one)
    }

    fn is_length(&self) -> bool {
        self.transformers.iter().any(|it| matches!(it, Transformer::Length))
    }

    fn texts<'e>(&self, event: &'e Event) -> Vec<Cow<'e, str>> {
        if let Some((Transformer::Concat(parts), others)) = self.transformers.split_first() {
            let whole: Option<String> = parts.iter().map(|part| part.text(event)).collect();
            let texts = whole.into_iter().map(Cow::Owned).collect();
            return others.iter().fold(texts, |texts, it| it.apply(texts, false));
        }
        if let Some(array) = self.array(event) {
            return self
                .transformers
                .iter()
                .fold(vec![Cow::Owned(array)], |texts, it| it.apply(texts, false));
        }
        let found = event.values(&self.name);
        let values = match self.field.absent {
            Absent::Always => &[],
            _ if self.field.values == Values::One => found.get(..1).unwrap_or_default(),
            _ => found,
        };
        let mut texts: Vec<_> = values.iter().map(crate::event::Value::text).collect();
        if texts.is_empty() && self.field.absent == Absent::Empty {
            texts.push(Cow::Borrowed(""));
        }
        for transformer in &self.transformers {
            texts = transformer.apply(texts, self.field.is_list());
        }
        texts
    }

    /// The JSON text of a list, of which the event has the values one by one.
    fn array(&self, event: &Event) -> Option<String> {
        let values = event.values(list_of(&self.name)?);
        let texts: Vec<_> = values.iter().map(crate::event::Value::text).collect();
        if texts.is_empty() { None } else { serde_json::to_string(&texts).ok() }
    }

    fn scalars(&self, event: &Event) -> Vec<Scalar> {
        self.texts(event).iter().filter_map(|text| Scalar::of(self.kind(), text)).collect()
    }
}

impl Part {
    /// The text, if there is one; a part without a value leaves nothing to compare, as any field does.
    fn text<'e>(&'e self, event: &'e Event) -> Option<Cow<'e, str>> {
        match self {
            Self::Constant(text) => Some(Cow::Borrowed(text)),
            Self::Of(operand) => operand.texts(event).into_iter().next(),
        }
    }
}

impl Transformer {
    fn apply<'e>(&self, texts: Vec<Cow<'e, str>>, is_list: bool) -> Vec<Cow<'e, str>> {
        let one = |text: Cow<'e, str>| -> Cow<'e, str> {
            match self {
                Self::Lower => text.to_ascii_lowercase().into(),
                Self::Upper => text.to_ascii_uppercase().into(),
                Self::Basename => text.rsplit('/').next().unwrap_or_default().to_owned().into(),
                Self::Length => text.len().to_string().into(),
                Self::Join(_) | Self::Concat(_) => text,
            }
        };
        match (self, is_list) {
            // No values are a missing list, not one of length 0.
            (Self::Length, true) if texts.is_empty() => texts,
            (Self::Length, true) => vec![texts.len().to_string().into()],
            (Self::Join(_), _) if texts.is_empty() => texts,
            (Self::Join(separator), _) => vec![texts.join(separator).into()],
            _ => texts.into_iter().map(one).collect(),
        }
    }
}

/// What stands on the right of an operator.
#[derive(Clone, Debug)]
pub(super) enum Right<T> {
    Constant(T),
    Field(Operand),
}

/// `=`, `<` and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds(self, left: &Scalar, right: &Scalar) -> bool {
        let order = || left.order(right);
        match self {
            Self::Equal => left.equals(right),
            Self::NotEqual => !left.equals(right),
            Self::Less => order() == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order() == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// Operators that look for one text in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    Contains,
    ContainsFolded,
    Starts,
    Ends,
}

impl Search {
    fn holds(self, text: &str, part: &str) -> bool {
        match self {
            Self::Contains => text.contains(part),
            // strcasestr(3) in the C locale.
            Self::ContainsFolded => text.to_ascii_lowercase().contains(&part.to_ascii_lowercase()),
            Self::Starts => text.starts_with(part),
            Self::Ends => text.ends_with(part),
        }
    }
}

/// The operator of a comparison and its right side.
#[derive(Clone, Debug)]
pub(super) enum Check {
    Exists,
    Order(Order, Right<Scalar>),
    Search(Search, Right<String>),
    Glob(Glob),
    Regex(regex::Regex),
    /// `in`: a list has all of its values among these.
    In(Right<Vec<Scalar>>),
    /// `intersects`: a list has one of its values among these.
    Intersects(Right<Vec<Scalar>>),
    /// A transformed list: the comparison counts the zero byte at the end of each value.
    Never,
}

/// A field compared.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) left: Operand,
    pub(super) check: Check,
}

impl Test {
    pub(super) fn matches(&self, event: &Event) -> bool {
        let texts = || self.left.texts(event);
        match &self.check {
            Check::Exists => !texts().is_empty(),
            Check::Order(order, right) => right
                .first(event)
                .is_some_and(|right| self.left.scalars(event).iter().any(|left| order.holds(left, &right))),
            Check::Search(search, right) => {
                right.first(event).is_some_and(|right| texts().iter().any(|left| search.holds(left, &right)))
            }
            Check::Glob(glob) => texts().iter().any(|text| glob.matches(text)),
            Check::Regex(regex) => texts().iter().any(|text| regex.is_match(text)),
            Check::In(right) => self.member(event, right, true),
            Check::Intersects(right) => self.member(event, right, false),
            Check::Never => false,
        }
    }

    fn member(&self, event: &Event, right: &Right<Vec<Scalar>>, all_of_list: bool) -> bool {
        let members = match right {
            Right::Constant(members) => Cow::Borrowed(members),
            Right::Field(field) => Cow::Owned(field.scalars(event)),
        };
        let is_member = |left: &Scalar| members.iter().any(|right| left.equals(right));
        let left = self.left.scalars(event);
        if all_of_list && self.left.is_list() {
            !left.is_empty() && left.iter().all(is_member)
        } else {
            left.iter().any(is_member)
        }
    }
}

impl Right<Scalar> {
    fn first(&self, event: &Event) -> Option<Cow<'_, Scalar>> {
        match self {
            Self::Constant(scalar) => Some(Cow::Borrowed(scalar)),
            Self::Field(field) => field.scalars(event).into_iter().next().map(Cow::Owned),
        }
    }
}

impl Right<String> {
    fn first<'e>(&'e self, event: &'e Event) -> Option<Cow<'e, str>> {
        match self {
            Self::Constant(text) => Some(Cow::Borrowed(text)),
            Self::Field(field) => field.texts(event).into_iter().next(),
        }
    }
}
