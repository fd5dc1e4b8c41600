//! The conditions of a policy rule: parsed when a rule is saved, so that a rule in storage always compiles.
//!
//! A member or an attribute that the service does not know never holds: a mistyped name must not open anything. A known
//! member of the wrong form is an error.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::domain::listing::Operator;

/// The attributes of `userAttributes`.
pub const USER_ATTRIBUTES: [&str; 8] = [
    "id",
    "email",
    "verified",
    "language",
    "title",
    "role",
    "app_roles",
    "plan",
];

/// Conditions that all must hold, with the JSON object that they were parsed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    source: Map<String, Value>,
    pub(super) clauses: Vec<Clause>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clause {
    /// An attribute that exists and passes the test.
    Attribute(Subject, String, Test),
    /// At least one of the alternatives holds.
    Any(Vec<Vec<Clause>>),
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    User,
    Resource,
    Context,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub operator: Operator,
    pub wanted: Value,
}

/// The member that is invalid, from the outermost one inwards, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidConditions {
    pub path: Vec<String>,
    pub reason: &'static str,
}

impl Conditions {
    /// The largest object, in bytes of its JSON text.
    pub const MAX_BYTES: usize = 2048;
    /// The deepest nesting, of which each `any` takes two levels.
    pub const MAX_DEPTH: usize = 8;
    /// The highest number of tests and alternatives.
    pub const MAX_CLAUSES: usize = 64;

    pub fn parse(source: Map<String, Value>) -> Result<Self, InvalidConditions> {
        let whole = Value::Object(source);
        if depth_of(&whole) > Self::MAX_DEPTH {
            return Err(InvalidConditions::at(&[], "object of at most 8 levels"));
        }
        if whole.to_string().len() > Self::MAX_BYTES {
            return Err(InvalidConditions::at(&[], "object of at most 2048 bytes"));
        }
        let Value::Object(source) = whole else {
            return Err(InvalidConditions::at(&[], "object"));
        };
        let mut parser = Parser::default();
        let clauses = parser.conditions(&source)?;
        if parser.count > Self::MAX_CLAUSES {
            return Err(InvalidConditions::at(&[], "object of at most 64 conditions"));
        }
        Ok(Self { source, clauses })
    }

    pub fn source(&self) -> &Map<String, Value> {
        &self.source
    }
}

/// The number of levels of arrays and objects.
pub fn depth_of(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth_of).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[derive(Default)]
struct Parser {
    path: Vec<String>,
    count: usize,
}

impl Parser {
    fn conditions(&mut self, members: &Map<String, Value>) -> Result<Vec<Clause>, InvalidConditions> {
        let mut clauses = Vec::new();
        for (name, value) in members {
            self.path.push(name.clone());
            match name.as_str() {
                "role" => self.tests(Subject::User, name, value, &mut clauses)?,
                "userAttributes" => self.attributes(Subject::User, value, &mut clauses)?,
                "resourceAttributes" => self.attributes(Subject::Resource, value, &mut clauses)?,
                "contextAttributes" => self.attributes(Subject::Context, value, &mut clauses)?,
                "any" => clauses.push(self.any(value)?),
                _ => clauses.push(Clause::Never),
            }
            self.path.pop();
        }
        Ok(clauses)
    }

    fn attributes(
        &mut self,
        subject: Subject,
        value: &Value,
        clauses: &mut Vec<Clause>,
    ) -> Result<(), InvalidConditions> {
        let attributes = value.as_object().ok_or_else(|| self.invalid("object of attributes"))?;
        for (name, wanted) in attributes {
            self.path.push(name.clone());
            if subject == Subject::User && !USER_ATTRIBUTES.contains(&name.as_str()) {
                clauses.push(Clause::Never);
            } else {
                self.tests(subject, name, wanted, clauses)?;
            }
            self.path.pop();
        }
        Ok(())
    }

    fn any(&mut self, value: &Value) -> Result<Clause, InvalidConditions> {
        let alternatives = value.as_array().ok_or_else(|| self.invalid("list of conditions"))?;
        let mut parsed = Vec::with_capacity(alternatives.len());
        for (at, alternative) in alternatives.iter().enumerate() {
            self.path.push(at.to_string());
            self.count += 1;
            let members = alternative.as_object().ok_or_else(|| self.invalid("object"))?;
            parsed.push(self.conditions(members)?);
            self.path.pop();
        }
        Ok(Clause::Any(parsed))
    }

    fn tests(
        &mut self,
        subject: Subject,
        name: &str,
        wanted: &Value,
        clauses: &mut Vec<Clause>,
    ) -> Result<(), InvalidConditions> {
        match wanted {
            Value::Object(operators) => {
                if operators.is_empty() {
                    return Err(self.invalid("value, list of values or object of operators"));
                }
                for (operator, wanted) in operators {
                    self.path.push(operator.clone());
                    let Some(operator) = Operator::parse(operator) else {
                        return Err(self.invalid("operator of the language"));
                    };
                    self.test(subject, name, operator, wanted, clauses)?;
                    self.path.pop();
                }
                Ok(())
            }
            Value::Array(_) => self.test(subject, name, Operator::In, wanted, clauses),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.test(subject, name, Operator::Equal, wanted, clauses)
            }
        }
    }

    fn test(
        &mut self,
        subject: Subject,
        name: &str,
        operator: Operator,
        wanted: &Value,
        clauses: &mut Vec<Clause>,
    ) -> Result<(), InvalidConditions> {
        let is_scalar = |value: &Value| !value.is_array() && !value.is_object();
        let (is_valid, expected) = match operator {
            Operator::Equal | Operator::NotEqual | Operator::Contains => {
                (is_scalar(wanted), "string, number, boolean or null")
            }
            Operator::In | Operator::NotIn => (
                wanted.as_array().is_some_and(|values| values.iter().all(is_scalar)),
                "list of strings, numbers and booleans",
            ),
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                (wanted.is_number() || wanted.is_string(), "number or string")
            }
            Operator::StartsWith | Operator::EndsWith => (wanted.is_string(), "string"),
        };
        if !is_valid {
            return Err(self.invalid(expected));
        }
        self.count += 1;
        let test = Test {
            operator,
            wanted: wanted.clone(),
        };
        clauses.push(Clause::Attribute(subject, name.to_owned(), test));
        Ok(())
    }

    fn invalid(&self, reason: &'static str) -> InvalidConditions {
        InvalidConditions::at(&self.path, reason)
    }
}

impl InvalidConditions {
    fn at(path: &[String], reason: &'static str) -> Self {
        Self {
            path: path.to_vec(),
            reason,
        }
    }
}

impl Serialize for Conditions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.source.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = Map::deserialize(deserializer)?;
        Self::parse(source).map_err(|error| serde::de::Error::custom(error.reason))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: &Value) -> Result<Conditions, InvalidConditions> {
        Conditions::parse(value.as_object().expect("an object").clone())
    }

    #[test]
    fn the_form_of_known_members_is_checked() {
        for (conditions, path) in [
            (json!({"role": {}}), "role"),
            (json!({"role": {"near": "ADMIN"}}), "role.near"),
            (json!({"role": [["ADMIN"]]}), "role"),
            (json!({"userAttributes": "x"}), "userAttributes"),
            (
                json!({"resourceAttributes": {"a": {"gt": true}}}),
                "resourceAttributes.a.gt",
            ),
            (
                json!({"contextAttributes": {"a": {"in": "x"}}}),
                "contextAttributes.a.in",
            ),
            (
                json!({"contextAttributes": {"a": {"starts_with": 1}}}),
                "contextAttributes.a.starts_with",
            ),
            (json!({"any": {}}), "any"),
            (json!({"any": [{"role": "ADMIN"}, 1]}), "any.1"),
            (json!({"any": [{"any": [{"role": {"x": 1}}]}]}), "any.0.any.0.role.x"),
        ] {
            let error = parse(&conditions).expect_err("an error");
            assert_eq!(error.path.join("."), path, "{conditions}");
        }
    }

    #[test]
    fn unknown_members_and_attributes_never_hold() {
        for conditions in [
            json!({"roles": "ADMIN"}),
            json!({"userAttributes": {"department": "IT"}}),
        ] {
            assert_eq!(parse(&conditions).expect("conditions").clauses, [Clause::Never]);
        }
    }

    #[test]
    fn size_depth_and_number_are_limited() {
        let mut nested = json!({"role": "ADMIN"});
        for _ in 0..3 {
            nested = json!({"any": [nested]});
        }
        assert!(parse(&nested).is_ok());
        assert!(parse(&json!({"any": [nested]})).is_err());
        assert!(parse(&json!({"role": "x".repeat(Conditions::MAX_BYTES)})).is_err());
        let many: Vec<_> = (0..65).map(|_| json!({})).collect();
        assert!(parse(&json!({"any": many})).is_err());
    }
}
