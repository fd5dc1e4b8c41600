//! Parsers for the fields of a [`request!`](super::request!) whose type does not determine how they are read.

use serde_json::Value;
use url::Url;

use super::{Fields, FromText, Problem, Read, ReadBody};
use crate::domain::password::normalize;
use crate::domain::text::UnknownName;
use crate::domain::{Name, PasswordRules, Patch, Statements, invisible};

/// Lengths are in characters.
pub fn text<T: FromText>(fields: &mut Fields<'_>, name: &str, min: usize, max: usize) -> Read<T> {
    fields.text(name, min, max).map(T::from_text)
}

/// A new password in the form in which it is stored, so that its length is that of what signs in later.
pub fn new_password(fields: &mut Fields<'_>, name: &str, rules: PasswordRules) -> Read<String> {
    let text = normalize(fields.string(name)?).to_string();
    let length = text.encode_utf16().count();
    if length < rules.min {
        return fields.problem(name, Problem::TooShort { min: rules.min });
    }
    if length > rules.max {
        return fields.problem(name, Problem::TooLong { max: rules.max });
    }
    Some(text)
}

/// Text of at least one character.
pub fn filled<T: FromText>(fields: &mut Fields<'_>, name: &str) -> Read<T> {
    text(fields, name, 1, usize::MAX)
}

/// What `read` makes of the field, unless it is absent; `null` is read, too.
pub fn optional<T>(
    fields: &mut Fields<'_>,
    field: &str,
    read: impl FnOnce(&mut Fields<'_>, &str) -> Read<T>,
) -> Read<Option<T>> {
    if fields.contains(field) {
        read(fields, field).map(Some)
    } else {
        Some(None)
    }
}

/// Text, unless the field is absent; `null` is an error.
pub fn optional_text<T: FromText>(fields: &mut Fields<'_>, name: &str, min: usize, max: usize) -> Read<Option<T>> {
    optional(fields, name, |fields, name| text(fields, name, min, max))
}

/// Text of at most `max` characters; absent and `null` are the same.
pub fn nullable_text(fields: &mut Fields<'_>, name: &str, max: usize) -> Read<Option<String>> {
    let text = fields.optional_string(name)?;
    if text.is_some_and(|text| text.chars().count() > max) {
        return fields.problem(name, Problem::TooLong { max });
    }
    Some(text.map(str::to_owned))
}

/// Text; an empty text counts as absent.
pub fn non_empty<T: FromText>(fields: &mut Fields<'_>, name: &str) -> Read<Option<T>> {
    let text = fields.optional_string(name)?.filter(|text| !text.is_empty());
    Some(text.map(T::from_text))
}

/// Text of at most `max` bytes that may be changed or cleared.
pub fn bounded_patch(fields: &mut Fields<'_>, name: &str, max: usize) -> Read<Patch<String>> {
    let patch = fields.patch_string(name)?;
    if patch.value().is_some_and(|text| text.len() > max) {
        return fields.problem(name, Problem::TooLong { max });
    }
    Some(patch.map(str::to_owned))
}

/// A name that other users see. Invisible and control characters would allow impersonation, and are refused; those
/// around it that copying leaves behind are dropped, and do not count.
pub fn name<T: FromText>(fields: &mut Fields<'_>, field: &str, min: usize, max: usize) -> Read<T> {
    let Some(name) = invisible::cleaned(fields.string(field)?) else {
        return fields.problem(field, Problem::NotPlain);
    };
    match name.chars().count() {
        length if length < min => fields.problem(field, Problem::TooShort { min }),
        length if length > max => fields.problem(field, Problem::TooLong { max }),
        _ => Some(T::from_text(&name)),
    }
}

/// A name, unless the field is absent; `null` is an error.
pub fn optional_name<T: FromText>(fields: &mut Fields<'_>, field: &str, min: usize, max: usize) -> Read<Option<T>> {
    optional(fields, field, |fields, field| name(fields, field, min, max))
}

/// A name; absent and `null` are the same.
pub fn nullable_name(fields: &mut Fields<'_>, field: &str, max: usize) -> Read<Option<String>> {
    match fields.present(field) {
        None => Some(None),
        Some(_) => name(fields, field, 0, max).map(Some),
    }
}

/// The URL of a page or a picture that members' browsers open.
pub fn web_address(fields: &mut Fields<'_>, field: &str) -> Read<Option<String>> {
    let Some(text) = optional_text::<String>(fields, field, 0, 2048)? else {
        return Some(None);
    };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(Some(text)),
        _ => fields.not_a(field, "URL of the web"),
    }
}

/// The given name and the family name, in separate fields.
pub fn name_of_parts(fields: &mut Fields<'_>, first: &str, last: &str, max: usize) -> Read<Name> {
    let (first, last) = (
        name::<String>(fields, first, 1, max),
        name::<String>(fields, last, 1, max),
    );
    Some(Name::of_parts(&first?, &last?))
}

/// A boolean, which is `default` when it is absent. Neither `null` nor a name is a boolean.
pub fn flag(fields: &mut Fields<'_>, name: &str, default: bool) -> Read<bool> {
    match fields.value(name) {
        None => Some(default),
        Some(Value::Bool(value)) => Some(*value),
        Some(_) => fields.not_a(name, "boolean"),
    }
}

/// A boolean, unless the field is absent.
pub fn optional_flag(fields: &mut Fields<'_>, name: &str) -> Read<Option<bool>> {
    match fields.value(name) {
        None => Some(None),
        Some(Value::Bool(value)) => Some(Some(*value)),
        Some(_) => fields.not_a(name, "boolean"),
    }
}

/// One of the names of an enumeration; `expected` lists them for the error. An absent field is `default`.
pub fn one_of<T: std::str::FromStr<Err = UnknownName>>(
    fields: &mut Fields<'_>,
    name: &str,
    default: T,
    expected: &'static str,
) -> Read<T> {
    match fields.optional_string(name)? {
        None => Some(default),
        Some(text) => text.parse().ok().or_else(|| fields.not_a(name, expected)),
    }
}

/// One of some texts, unless the field is absent; `expected` lists them for the error. `null` is an error.
pub fn optional_among<T>(
    fields: &mut Fields<'_>,
    field: &str,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Read<Option<T>> {
    let Some(value) = fields.value(field) else {
        return Some(None);
    };
    let parsed = value.as_str().and_then(parse);
    parsed.map(Some).or_else(|| fields.not_a(field, expected))
}

/// A list of at most `max` texts that fit, each once, unless the field is absent; `expected` describes it for the error.
pub fn optional_list(
    fields: &mut Fields<'_>,
    field: &str,
    max: usize,
    expected: &'static str,
    fits: impl Fn(&str) -> bool,
) -> Read<Option<Vec<String>>> {
    let Some(value) = fields.value(field) else {
        return Some(None);
    };
    let texts = value.as_array().filter(|texts| texts.len() <= max);
    let texts = texts.and_then(|texts| texts.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
    match texts.filter(|texts| texts.iter().all(|text| fits(text))) {
        Some(texts) => Some(Some(each_once(texts.into_iter().map(str::to_owned)))),
        None => fields.not_a(field, expected),
    }
}

/// The texts in their order, without repetitions.
pub fn each_once(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut unique = Vec::new();
    for text in texts {
        if !unique.contains(&text) {
            unique.push(text);
        }
    }
    unique
}

/// An object that is a request of its own.
pub fn object<T: ReadBody>(fields: &mut Fields<'_>, name: &str) -> Read<T> {
    fields.object(name, T::read)
}

/// The text of an object that is sent as an object or as JSON text, of at most `max` bytes.
pub fn optional_object_text(fields: &mut Fields<'_>, name: &str, max: usize) -> Read<Option<String>> {
    let Some(value) = fields.value(name) else {
        return Some(None);
    };
    let object = match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        other => other.clone(),
    };
    if !object.is_object() {
        return fields.wrong_type(name, "object", Some(value));
    }
    let text = object.to_string();
    if text.len() > max {
        return fields.problem(name, Problem::TooLong { max });
    }
    Some(Some(text))
}

/// A value that the operation inspects; absent and `null` are the same.
pub fn any_value(fields: &mut Fields<'_>, name: &str) -> Read<Option<Value>> {
    Some(fields.present(name).cloned())
}

pub fn is_present(fields: &mut Fields<'_>, name: &str) -> Read<bool> {
    Some(fields.contains(name))
}

/// The first field that is among `names`.
pub fn first_among(fields: &mut Fields<'_>, names: &[&str]) -> Read<Option<String>> {
    let first = fields.names().find(|name| names.contains(name));
    Some(first.map(str::to_owned))
}

/// Lists of actions by resource.
pub fn statements(value: &Value) -> Option<Statements> {
    let actions = |actions: &Value| -> Option<Vec<String>> {
        let actions = actions.as_array()?.iter();
        actions.map(|action| Some(action.as_str()?.to_owned())).collect()
    };
    let resources = value.as_object()?.iter();
    let read: Option<Vec<_>> = resources
        .map(|(resource, value)| Some((resource.clone(), actions(value)?)))
        .collect();
    Some(Statements::of(read?))
}
