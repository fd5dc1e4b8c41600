//! A reader for JSON objects that collects the problems of all fields, so that each contract reports all of them in its
//! own words. Unknown fields are ignored.

mod issue;
pub mod parsers;
mod request;

use serde_json::{Map, Value};

use crate::domain::{EmailAddress, Patch};

pub use issue::{Issue, Problem};
pub use request::{FromField, FromText, ReadBody};
pub(crate) use request::{read_field, request};

/// The value of a field or of a whole request. `None` only after a problem was recorded.
pub type Read<T> = Option<T>;

/// The object that is being read, and its problems so far.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: Vec<String>,
    issues: Vec<Issue>,
}

/// Reads a whole body.
pub fn parse<T: ReadBody>(body: &Value) -> Result<T, Vec<Issue>> {
    let Value::Object(object) = body else {
        let problem = Problem::wrong_type("object", Some(body));
        return Err(vec![Issue {
            path: Vec::new(),
            problem,
        }]);
    };
    let mut fields = Fields {
        object,
        path: Vec::new(),
        issues: Vec::new(),
    };
    match T::read(&mut fields) {
        Some(read) if fields.issues.is_empty() => Ok(read),
        _ => Err(fields.issues),
    }
}

impl<'a> Fields<'a> {
    pub fn string(&mut self, name: &str) -> Option<&'a str> {
        match self.object.get(name) {
            Some(Value::String(text)) => Some(text),
            other => self.wrong_type(name, "string", other),
        }
    }

    /// Absent and `null` are the same.
    pub fn optional_string(&mut self, name: &str) -> Option<Option<&'a str>> {
        match self.object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(_) => self.string(name).map(Some),
        }
    }

    /// `null` clears the value, absence keeps it.
    pub fn patch_string(&mut self, name: &str) -> Option<Patch<&'a str>> {
        match self.object.get(name) {
            None => Some(Patch::Keep),
            Some(Value::Null) => Some(Patch::Clear),
            Some(_) => self.string(name).map(Patch::Set),
        }
    }

    /// A boolean, or its name as a string.
    pub fn optional_bool(&mut self, name: &str) -> Option<Option<bool>> {
        match self.object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Bool(value)) => Some(Some(*value)),
            Some(Value::String(text)) if text == "true" => Some(Some(true)),
            Some(Value::String(text)) if text == "false" => Some(Some(false)),
            other => self.wrong_type(name, "boolean", other),
        }
    }

    pub fn text(&mut self, name: &str, min: usize, max: usize) -> Option<&'a str> {
        let text = self.string(name)?;
        let length = text.chars().count();
        if length < min {
            return self.problem(name, Problem::TooShort { min });
        }
        if length > max {
            return self.problem(name, Problem::TooLong { max });
        }
        Some(text)
    }

    pub fn email(&mut self, name: &str) -> Option<EmailAddress> {
        let text = self.string(name)?;
        EmailAddress::parse(text)
            .ok()
            .or_else(|| self.problem(name, Problem::NotAnEmail))
    }

    /// A number, or its decimal string.
    pub fn optional_number(&mut self, name: &str) -> Option<Option<f64>> {
        let number = match self.object.get(name) {
            None | Some(Value::Null) => return Some(None),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            Some(_) => None,
        };
        match number {
            Some(number) => Some(Some(number)),
            None => self.wrong_type(name, "number", self.object.get(name)),
        }
    }

    /// An object within this one.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let Some(Value::Object(inner)) = self.object.get(name) else {
            return self.wrong_type(name, "object", self.object.get(name));
        };
        let outer = std::mem::replace(&mut self.object, inner);
        self.path.push(name.to_owned());
        let read = read(self);
        self.path.pop();
        self.object = outer;
        read
    }

    /// An object in a list of this one.
    pub fn element<T>(
        &mut self,
        name: &str,
        at: usize,
        value: &Value,
        read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let path = [self.path.as_slice(), &[name.to_owned(), at.to_string()]].concat();
        let Value::Object(object) = value else {
            let problem = Problem::wrong_type("object", Some(value));
            self.issues.push(Issue { path, problem });
            return None;
        };
        let mut inner = Fields {
            object,
            path,
            issues: Vec::new(),
        };
        let read = read(&mut inner);
        self.issues.append(&mut inner.issues);
        read
    }

    /// One string, or a list of strings.
    pub fn strings(&mut self, name: &str) -> Option<Vec<String>> {
        match self.object.get(name) {
            Some(Value::Array(items)) => {
                let strings: Option<Vec<_>> = items.iter().map(|item| Some(item.as_str()?.to_owned())).collect();
                strings.or_else(|| self.wrong_type(name, "string", items.iter().find(|item| !item.is_string())))
            }
            _ => Some(vec![self.string(name)?.to_owned()]),
        }
    }

    /// The unparsed value, for fields that no other function reads.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    /// The unparsed value, unless it is absent or `null`.
    pub fn present(&self, name: &str) -> Option<&'a Value> {
        self.value(name).filter(|value| !value.is_null())
    }

    /// An object within this one, or the JSON text of one.
    pub fn object_or_json<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Option<T> {
        let Some(Value::String(text)) = self.object.get(name) else {
            return self.object(name, |fields| read(fields));
        };
        let Ok(Value::Object(object)) = serde_json::from_str(text) else {
            return self.wrong_type(name, "object", self.object.get(name));
        };
        let mut inner = Fields {
            object: &object,
            path: [self.path.as_slice(), &[name.to_owned()]].concat(),
            issues: Vec::new(),
        };
        let read = read(&mut inner);
        self.issues.append(&mut inner.issues);
        read
    }

    /// Records a problem and returns `None` for its field.
    pub fn problem<T>(&mut self, name: &str, problem: Problem) -> Option<T> {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        self.issues.push(Issue { path, problem });
        None
    }

    /// Records that the field does not have the type `expected`.
    pub fn not_a<T>(&mut self, name: &str, expected: &'static str) -> Option<T> {
        self.wrong_type(name, expected, self.object.get(name))
    }

    pub fn contains(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.object.keys().map(String::as_str)
    }

    /// Records that a field has another type than expected, and returns `None` for the field.
    pub fn wrong_type<T>(&mut self, name: &str, expected: &'static str, value: Option<&Value>) -> Option<T> {
        self.problem(name, Problem::wrong_type(expected, value))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    request! {
        pub struct Credentials {
            email: EmailAddress = "email",
        }

        pub struct Example {
            credentials: Credentials = parsers::object("credentials"),
            name: String = parsers::text("name", 1, 3),
            remember: bool = "remember".unwrap_or(false),
        }
    }

    fn issues(body: &Value) -> Vec<(String, Problem)> {
        let issues = parse::<Example>(body).expect_err("a problem");
        issues
            .into_iter()
            .map(|issue| (issue.path.join("."), issue.problem))
            .collect()
    }

    #[test]
    fn all_problems_are_found_at_once() {
        let wrong = |expected, received| Problem::WrongType { expected, received };
        assert_eq!(
            issues(&json!({"credentials": {"email": "x"}, "name": "four", "remember": 1})),
            [
                ("credentials.email".to_owned(), Problem::NotAnEmail),
                ("name".to_owned(), Problem::TooLong { max: 3 }),
                ("remember".to_owned(), wrong("boolean", "number")),
            ]
        );
        assert_eq!(
            issues(&json!({"credentials": [], "name": null})),
            [
                ("credentials".to_owned(), wrong("object", "array")),
                ("name".to_owned(), wrong("string", "null")),
            ]
        );
        assert_eq!(issues(&json!([])), [(String::new(), wrong("object", "array"))]);
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let body =
            json!({"credentials": {"email": "a@example.com", "x": 1}, "name": "Ada", "remember": "true", "y": []});
        let read = parse::<Example>(&body).expect("a request");
        assert_eq!((read.name.as_str(), read.remember), ("Ada", true));
        assert_eq!(read.credentials.email.as_str(), "a@example.com");
    }
}
