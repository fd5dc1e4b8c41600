//! Conditions of writes, as values: they are compared, combined, and rendered as an expression with the write that they
//! belong to.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::number;
use super::keys::PARTITION;

/// A condition on an item, under which a write is carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Present(&'static str),
    Absent(&'static str),
    /// An attribute, an operator, and the value on its right side.
    Compare(&'static str, &'static str, AttributeValue),
    CompareAttributes(&'static str, &'static str, &'static str),
    /// The number of elements in a set.
    CompareSize(&'static str, &'static str, AttributeValue),
    Contains(&'static str, AttributeValue),
    Any(Vec<Condition>),
    All(Vec<Condition>),
}

impl Condition {
    pub fn or(self, other: Self) -> Self {
        Self::Any(vec![self, other])
    }

    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (one, Self::All(others)) => others.into_iter().fold(one, Self::and),
            (Self::All(conditions), other) if conditions.contains(&other) => Self::All(conditions),
            (Self::All(mut conditions), other) => {
                conditions.push(other);
                Self::All(conditions)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }
}

/// The item exists.
pub fn exists() -> Condition {
    Condition::Present(PARTITION)
}

/// The item does not exist.
pub fn missing() -> Condition {
    Condition::Absent(PARTITION)
}

pub fn absent(attribute: &'static str) -> Condition {
    Condition::Absent(attribute)
}

pub fn is(attribute: &'static str, value: AttributeValue) -> Condition {
    Condition::Compare(attribute, "=", value)
}

pub fn is_not(attribute: &'static str, value: AttributeValue) -> Condition {
    Condition::Compare(attribute, "<>", value)
}

/// The attribute has the value that was read, or is still absent.
pub fn unchanged(attribute: &'static str, seen: Option<AttributeValue>) -> Condition {
    seen.map_or_else(|| absent(attribute), |value| is(attribute, value))
}

/// The optimistic lock of an item that does not exist yet at version 0.
pub fn at_version(seen: u64) -> Condition {
    match seen {
        0 => missing(),
        _ => is("version", number(seen)),
    }
}

pub fn below(attribute: &'static str, value: AttributeValue) -> Condition {
    Condition::Compare(attribute, "<", value)
}

pub fn above(attribute: &'static str, value: AttributeValue) -> Condition {
    Condition::Compare(attribute, ">", value)
}

pub fn at_least(attribute: &'static str, value: AttributeValue) -> Condition {
    Condition::Compare(attribute, ">=", value)
}

pub fn at_most(attribute: &'static str, value: AttributeValue) -> Condition {
    Condition::Compare(attribute, "<=", value)
}

/// The placeholders of one request. Attributes go by `#attribute`, because many of their names are reserved words.
#[derive(Debug, Default)]
pub struct Placeholders {
    /// `None` if there are none: DynamoDB rejects empty maps.
    pub names: Option<HashMap<String, String>>,
    pub values: Option<HashMap<String, AttributeValue>>,
}

impl Placeholders {
    pub fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        let names = self.names.get_or_insert_default();
        names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    pub fn value(&mut self, value: AttributeValue) -> String {
        let values = self.values.get_or_insert_default();
        let placeholder = format!(":{}", values.len());
        values.insert(placeholder.clone(), value);
        placeholder
    }

    pub fn condition(&mut self, condition: Condition) -> String {
        match condition {
            Condition::Present(attribute) => format!("attribute_exists({})", self.name(attribute)),
            Condition::Absent(attribute) => format!("attribute_not_exists({})", self.name(attribute)),
            Condition::Compare(attribute, operator, value) => {
                format!("{} {operator} {}", self.name(attribute), self.value(value))
            }
            Condition::CompareAttributes(left, operator, right) => {
                format!("{} {operator} {}", self.name(left), self.name(right))
            }
            Condition::CompareSize(attribute, operator, value) => {
                format!("size({}) {operator} {}", self.name(attribute), self.value(value))
            }
            Condition::Contains(attribute, value) => {
                format!("contains({}, {})", self.name(attribute), self.value(value))
            }
            Condition::Any(conditions) => self.joined(conditions, " OR "),
            Condition::All(conditions) => self.joined(conditions, " AND "),
        }
    }

    fn joined(&mut self, conditions: Vec<Condition>, with: &str) -> String {
        let parts: Vec<String> = conditions.into_iter().map(|part| self.condition(part)).collect();
        format!("({})", parts.join(with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_spelled_with_placeholders() {
        let room = below("used", number(5));
        let condition = missing().or(is("state", number(1)).and(room.clone()).and(room));
        let mut placeholders = Placeholders::default();
        assert_eq!(
            placeholders.condition(condition),
            "(attribute_not_exists(#pk) OR (#state = :0 AND #used < :1))"
        );
        assert_eq!(placeholders.names.map(|names| names.len()), Some(3));
        assert_eq!(placeholders.values.expect("values")[":1"], number(5));
    }

    #[test]
    fn what_is_required_twice_is_asked_for_once() {
        let condition = exists().and(is("version", number(1)));
        assert_eq!(condition.clone().and(is("version", number(1))), condition);
        assert_eq!(exists().and(exists()), exists());
    }
}
