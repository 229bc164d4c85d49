//! Functions of JSON texts.
//!
//! In: operands. Out: an operand (Search Reference, "JSON functions"). JSON stands in texts here. As a member of a new
//! object or array a text that is itself an object or array is that, any other text is a string, so that the result of one
//! function can be a member of the next. A scalar that is taken out is a number or a text, and `null` is null.
//!
//! A path is keys with dots between them; `{}` is every element of an array and `{0}` its first. `json_extract_exact`,
//! `json_set_exact` and their kin take a name as one key. `spath` reads JSON only: of XML it gives null.

use serde_json::{Map, Value as Json};

use crate::event::Value;
use crate::function::eval::each;
use crate::function::{Context, Function, LONGEST_TEXT, Operand};

/// All of them.
pub(super) const ALL: &[Function] = &[
    Function::new("json", 1, Some(1)).gives("the text if it is JSON, else null", |it, _| match it {
        [only] => each::each(only, |value| read(value).map(|_| value.clone())),
        _ => Operand::Null,
    }),
    Function::new("json_append", 3, None)
        .gives("the JSON with the value added to the array at the path", |it, _| {
            changed(it, &steps, false, |at, value| add(at, vec![value]))
        }),
    Function::new("json_array", 0, None)
        .gives("an array of the arguments", |it, _| written(&Json::Array(it.iter().map(json_of).collect()))),
    Function::new("json_array_to_mv", 1, Some(2))
        .gives("the elements of the array as values", array_to_values),
    Function::new("json_delete", 2, None).gives("the object without the keys", delete),
    Function::new("json_entries", 1, Some(1))
        .gives("the members of the object, each an object of key and value", entries),
    Function::new("json_extend", 3, None).gives(
        "the JSON with the elements of the value added to the array",
        |it, _| {
            changed(it, &steps, false, |at, value| match value {
                Json::Array(values) => add(at, values),
                value => add(at, vec![value]),
            })
        },
    ),
    Function::new("json_extract", 1, None)
        .gives("the part at the path, or an array of the parts at the paths", |it, _| extract(it, &steps)),
    Function::new("json_extract_exact", 1, None)
        .gives("the member of the key, or an array of those of the keys", |it, _| {
            extract(it, &|key| Some(one_key(key)))
        }),
    Function::new("json_has_key_exact", 2, Some(2)).gives("whether the object has the key", has_key),
    Function::new("json_has_key", 2, Some(2)),
    Function::new("json_keys", 1, Some(1)).gives("the keys of the object as an array", keys),
    Function::new("json_object", 0, None)
        .gives("an object of the keys, each with the value behind it", object),
    Function::new("json_set", 3, None).gives("the JSON with the value set at the path", |it, _| {
        changed(it, &steps, true, |at, value| *at = value)
    }),
    Function::new("json_set_exact", 3, None).gives("the JSON with the member of the key set", |it, _| {
        changed(it, &|key| Some(one_key(key)), true, |at, value| *at = value)
    }),
    Function::new("json_valid", 1, Some(1)).gives("whether the text is JSON", |it, _| {
        it.iter().find_map(Operand::single).map_or(Operand::Null, |it| Operand::Boolean(read(it).is_some()))
    }),
    Function::new("mv_to_json_array", 1, Some(2)).gives("the values as an array of strings", values_to_array),
    Function::new("spath", 2, Some(2)).gives("the values at the path of a JSON text", spath),
];

/// The JSON that the value is.
pub(super) fn read(value: &Value) -> Option<Json> {
    serde_json::from_str(&value.text()).ok()
}

/// The elements of an array, as values.
pub(super) fn elements(value: &Value) -> Option<Operand> {
    match read(value)? {
        Json::Array(elements) => Some(Operand::of(&elements.iter().filter_map(native).collect::<Vec<_>>())),
        _ => None,
    }
}

/// The JSON as a text.
pub(super) fn written(json: &Json) -> Operand {
    Operand::text(json.to_string())
}

/// The operand as a member: several values are an array.
fn json_of(operand: &Operand) -> Json {
    match operand {
        Operand::Null => Json::Null,
        Operand::Boolean(truth) => Json::Bool(*truth),
        Operand::Values(values) => match values.as_slice() {
            [only] => member(only),
            several => Json::Array(several.iter().map(member).collect()),
        },
    }
}

fn member(value: &Value) -> Json {
    match value {
        Value::Number(number) => match each::whole(*number) {
            Some(whole) => Json::from(whole),
            None => Json::from(*number),
        },
        Value::Text(text) => {
            let nested = read(value).filter(|json| json.is_object() || json.is_array());
            nested.unwrap_or_else(|| Json::String(text.clone()))
        }
    }
}

/// A part as a value: numbers that a double holds, else text; nothing for `null`.
fn native(json: &Json) -> Option<Value> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Number(number) => {
            let text = number.to_string();
            let exact = number.as_f64().filter(|it| number.is_f64() || each::whole(*it).is_some());
            Some(exact.map_or(Value::Text(text), Value::Number))
        }
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => Some(Value::Text(json.to_string())),
    }
}

/// A step of a path.
enum Step {
    Key(String),
    Every,
    Element(usize),
}

fn one_key(path: &str) -> Vec<Step> {
    vec![Step::Key(path.to_owned())]
}

/// The steps of a path; nothing for a brace that is not closed and an element that has no number.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (key, mut rest) = part.split_at(part.find('{').unwrap_or(part.len()));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        while !rest.is_empty() {
            let (inside, after) = rest.strip_prefix('{')?.split_once('}')?;
            steps.push(if inside.is_empty() { Step::Every } else { Step::Element(inside.parse().ok()?) });
            rest = after;
        }
    }
    Some(steps)
}

/// Every part at the path.
fn at<'j>(json: &'j Json, steps: &[Step]) -> Vec<&'j Json> {
    steps.iter().fold(vec![json], |found, step| {
        let next = |json: &'j Json| -> Vec<&'j Json> {
            match (step, json) {
                (Step::Key(key), Json::Object(members)) => members.get(key).into_iter().collect(),
                (Step::Every, Json::Array(elements)) => elements.iter().collect(),
                (Step::Element(index), Json::Array(elements)) => elements.get(*index).into_iter().collect(),
                _ => Vec::new(),
            }
        };
        found.into_iter().flat_map(next).collect()
    })
}

fn extract(arguments: &[Operand], steps: &dyn Fn(&str) -> Option<Vec<Step>>) -> Operand {
    let Some((json, paths)) = arguments.split_first() else { return Operand::Null };
    let Some(json) = json.single().and_then(read) else { return Operand::Null };
    let part = |path: &Operand| {
        let steps = steps(&each::only_text(path)?)?;
        let found = at(&json, &steps);
        if steps.iter().any(|step| matches!(step, Step::Every)) {
            return (!found.is_empty()).then(|| Json::Array(found.into_iter().cloned().collect()));
        }
        found.first().copied().cloned()
    };
    let result = match paths {
        [] => Some(json.clone()),
        [only] => part(only),
        several => Some(Json::Array(several.iter().map(|path| part(path).unwrap_or(Json::Null)).collect())),
    };
    match result {
        // "Converts a JSON Boolean to a Boolean".
        Some(Json::Bool(truth)) => Operand::Boolean(truth),
        result => {
            result.as_ref().and_then(native).map_or(Operand::Null, |value| Operand::Values(vec![value]))
        }
    }
}

/// The JSON with a change at each path: path, value, path, value. A path at which there is nothing is made or left out.
fn changed(
    arguments: &[Operand],
    steps: &dyn Fn(&str) -> Option<Vec<Step>>,
    makes: bool,
    change: impl Fn(&mut Json, Json),
) -> Operand {
    let Some((json, rest)) = arguments.split_first() else { return Operand::Null };
    let Some(mut json) = json.single().and_then(read) else { return Operand::Null };
    for pair in rest.chunks(2) {
        let [path, value] = pair else { return Operand::Null };
        let Some(steps) = each::only_text(path).and_then(|path| steps(&path)) else { return Operand::Null };
        if !makes && at(&json, &steps).is_empty() {
            continue;
        }
        let length = value.text_length();
        let value = json_of(value);
        let places = places(&mut json, &steps);
        if places.len().saturating_mul(length) > LONGEST_TEXT {
            return Operand::Null;
        }
        for place in places {
            change(place, value.clone());
        }
    }
    written(&json)
}

/// Every place at the path; a key that is not there yet is made, an element only right behind the last one.
fn places<'j>(json: &'j mut Json, steps: &[Step]) -> Vec<&'j mut Json> {
    steps
        .iter()
        .fold(vec![json], |found, step| found.into_iter().flat_map(|json| next_places(json, step)).collect())
}

fn next_places<'j>(json: &'j mut Json, step: &Step) -> Vec<&'j mut Json> {
    match (step, json) {
        (Step::Key(key), json) => {
            if json.is_null() {
                *json = Json::Object(Map::new());
            }
            match json {
                Json::Object(members) => vec![members.entry(key.clone()).or_insert(Json::Null)],
                _ => Vec::new(),
            }
        }
        (Step::Every, Json::Array(elements)) => elements.iter_mut().collect(),
        (Step::Element(index), Json::Array(elements)) => {
            if *index == elements.len() {
                elements.push(Json::Null);
            }
            elements.get_mut(*index).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Adds to the array at a place; what stands there and is none becomes its first element.
fn add(place: &mut Json, added: Vec<Json>) {
    *place = Json::Array(match std::mem::take(place) {
        Json::Array(mut elements) => {
            elements.extend(added);
            elements
        }
        Json::Null => added,
        other => std::iter::once(other).chain(added).collect(),
    });
}

fn array_to_values(arguments: &[Operand], _: &Context) -> Operand {
    let Some(array) = arguments.first().and_then(Operand::single) else { return Operand::Null };
    let keeps_quotes = arguments.get(1).and_then(Operand::truth).unwrap_or(false);
    match read(array) {
        Some(Json::Array(elements)) if keeps_quotes => {
            let texts: Vec<Value> = elements.iter().map(|element| Value::Text(element.to_string())).collect();
            Operand::of(&texts)
        }
        _ => elements(array).unwrap_or(Operand::Null),
    }
}

/// With true as second argument, a value that reads as a number, truth value, null or JSON is that.
pub(super) fn values_to_array(arguments: &[Operand], _: &Context) -> Operand {
    let Some(values) = arguments.first().map(Operand::values).filter(|values| !values.is_empty()) else {
        return Operand::Null;
    };
    let infers = arguments.get(1).and_then(Operand::truth).unwrap_or(false);
    let element = |value: &Value| {
        let text = || Json::String(value.text().into_owned());
        let inferred = || serde_json::from_str(value.text().trim()).unwrap_or_else(|_| text());
        if infers { inferred() } else { text() }
    };
    written(&Json::Array(values.iter().map(element).collect()))
}

fn object(arguments: &[Operand], _: &Context) -> Operand {
    let mut members = Map::new();
    for pair in arguments.chunks(2) {
        let [key, value] = pair else { return Operand::Null };
        let Some(key) = each::only_text(key) else { return Operand::Null };
        members.insert(key.into_owned(), json_of(value));
    }
    written(&Json::Object(members))
}

fn as_object(operand: Option<&Operand>) -> Option<Map<String, Json>> {
    match operand.and_then(Operand::single).and_then(read)? {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

/// A key with dots is that of a nested object.
fn delete(arguments: &[Operand], _: &Context) -> Operand {
    let Some(members) = as_object(arguments.first()) else { return Operand::Null };
    let mut json = Json::Object(members);
    for key in arguments.iter().skip(1).flat_map(Operand::values) {
        let keys = elements(key).unwrap_or_else(|| Operand::Values(vec![key.clone()]));
        for key in keys.values() {
            remove(&mut json, &key.text());
        }
    }
    written(&json)
}

fn remove(json: &mut Json, path: &str) {
    let (parents, last) = path.rsplit_once('.').map_or((None, path), |(parents, last)| (Some(parents), last));
    let parent = parents
        .into_iter()
        .flat_map(|parents| parents.split('.'))
        .try_fold(json, |json, key| json.get_mut(key));
    if let Some(Json::Object(members)) = parent {
        members.shift_remove(last);
    }
}

fn entries(arguments: &[Operand], _: &Context) -> Operand {
    let Some(members) = as_object(arguments.first()) else { return Operand::Null };
    let entry = |(key, value)| serde_json::json!({ "key": key, "value": value });
    written(&Json::Array(members.into_iter().map(entry).collect()))
}

fn has_key(arguments: &[Operand], _: &Context) -> Operand {
    let key = arguments.get(1).and_then(each::only_text);
    match as_object(arguments.first()).zip(key) {
        Some((members, key)) => Operand::Boolean(members.contains_key(&*key)),
        None => Operand::Null,
    }
}

fn keys(arguments: &[Operand], _: &Context) -> Operand {
    let members = as_object(arguments.first());
    members.map_or(Operand::Null, |members| {
        written(&Json::Array(members.into_iter().map(|(key, _)| Json::String(key)).collect()))
    })
}

/// Scalars are texts, as those of every field that is taken out of an event.
fn spath(arguments: &[Operand], _: &Context) -> Operand {
    let [json, path] = arguments else { return Operand::Null };
    let Some(steps) = each::only_text(path).and_then(|path| steps(&path)) else { return Operand::Null };
    let mut found = Vec::new();
    for json in json.values().iter().filter_map(read) {
        let parts = at(&json, &steps).into_iter().filter(|part| !part.is_null());
        found.extend(parts.map(|part| match part {
            Json::String(text) => Value::Text(text.clone()),
            other => Value::Text(other.to_string()),
        }));
    }
    Operand::of(&found)
}
