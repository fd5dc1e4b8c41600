//! One write of one item: its effect and its condition. All writes of the store are built here; [`Changes`] collects
//! them, and [`Table`] sends them.
//!
//! [`Changes`]: super::Changes
//! [`Table`]: super::table::Table

use std::borrow::Cow;

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use jiff::Timestamp;

use super::condition::{Condition, Placeholders, exists, missing};
use super::item::{Item, Record, SCHEMA, TYPE, number, text, to_item, ttl};
use super::keys::{Entry, Key, LISTING, LISTING_KEY, TTL};

#[derive(Debug, Clone)]
#[must_use = "a write is nothing until it is committed"]
pub struct Write {
    pub key: Key,
    action: Action,
    condition: Option<Condition>,
}

#[derive(Debug, Clone)]
enum Action {
    Put(Item),
    Update(Vec<Step>),
    Delete,
    Check,
}

/// A step of an update, with the attribute that it changes.
#[derive(Debug, Clone)]
enum Step {
    Set(&'static str, AttributeValue),
    SetIfAbsent(&'static str, AttributeValue),
    Remove(&'static str),
    /// Adds to a number, or elements to a set.
    Add(Cow<'static, str>, AttributeValue),
    /// Removes elements from a set.
    Subtract(&'static str, AttributeValue),
}

/// The effect of a repetition of a write that was carried out.
#[derive(Debug, PartialEq)]
pub enum Retries {
    /// The repetition has the same effect.
    Harmless,
    /// The repetition is recognized by the item.
    Recognizable,
    /// The repetition is not recognized: a deletion leaves no item. Such a write has to be a transaction, which
    /// DynamoDB recognizes.
    Unrecognizable,
}

impl Write {
    fn new(key: Key, action: Action) -> Self {
        Self {
            key,
            action,
            condition: None,
        }
    }

    /// Puts the item, and replaces any other with its key.
    pub fn put<R: Record>(key: Key, record: &R) -> Self {
        let item = to_item(&key, record);
        Self::new(key, Action::Put(item))
    }

    /// Puts an item that must not exist yet.
    pub fn create<R: Record>(key: Key, record: &R) -> Self {
        Self::put(key, record).when(missing())
    }

    /// Changes some attributes. Without a condition it creates a missing item.
    pub fn update(key: Key) -> Self {
        Self::new(key, Action::Update(Vec::new()))
    }

    /// Deletes the item, whether or not it exists.
    pub fn delete(key: Key) -> Self {
        Self::new(key, Action::Delete)
    }

    /// Writes nothing; the commit fails unless the condition holds.
    pub fn check(key: Key, condition: Condition) -> Self {
        Self::new(key, Action::Check).when(condition)
    }

    /// Adds a condition to those of the write.
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(match self.condition {
            Some(earlier) => earlier.and(condition),
            None => condition,
        });
        self
    }

    pub fn when_exists(self) -> Self {
        self.when(exists())
    }

    pub fn set(mut self, attribute: &'static str, value: AttributeValue) -> Self {
        if let Action::Put(item) = &mut self.action {
            item.insert(attribute.to_owned(), value);
            return self;
        }
        self.step(Step::Set(attribute, value))
    }

    pub fn set_if_absent(self, attribute: &'static str, value: AttributeValue) -> Self {
        self.step(Step::SetIfAbsent(attribute, value))
    }

    /// The time after which DynamoDB may delete the item.
    pub fn expire(self, at: Timestamp) -> Self {
        self.set(TTL, ttl(at))
    }

    /// Gives the item its place in the index of lists.
    pub fn listed(self, entry: &Entry) -> Self {
        self.set(LISTING, text(&entry.partition))
            .set(LISTING_KEY, text(&entry.sort))
    }

    /// Takes the item out of the index of lists.
    pub fn unlisted(self) -> Self {
        self.remove(LISTING).remove(LISTING_KEY)
    }

    /// The type and the schema of an item that an update may create.
    pub fn kind<R: Record>(self) -> Self {
        self.set(TYPE, text(R::KIND)).set(SCHEMA, number(R::SCHEMA))
    }

    /// The same for an item that has no record, because it only counts.
    pub fn counter(self, kind: &'static str) -> Self {
        self.set(TYPE, text(kind)).set(SCHEMA, number(1))
    }

    pub fn remove(self, attribute: &'static str) -> Self {
        self.step(Step::Remove(attribute))
    }

    pub fn add(self, attribute: impl Into<Cow<'static, str>>, amount: impl Into<i128>) -> Self {
        self.step(Step::Add(attribute.into(), number(amount)))
    }

    pub fn add_to_set(self, attribute: &'static str, elements: AttributeValue) -> Self {
        self.step(Step::Add(attribute.into(), elements))
    }

    pub fn remove_from_set(self, attribute: &'static str, elements: AttributeValue) -> Self {
        self.step(Step::Subtract(attribute, elements))
    }

    fn step(mut self, step: Step) -> Self {
        if let Action::Update(steps) = &mut self.action {
            steps.push(step);
        } else {
            debug_assert!(false, "only an update has steps");
        }
        self
    }

    pub fn is_check(&self) -> bool {
        matches!(self.action, Action::Check)
    }

    pub fn requires(&self, condition: &Condition) -> bool {
        self.conditions().contains(condition)
    }

    /// The conditions that must all hold.
    pub fn conditions(&self) -> &[Condition] {
        match &self.condition {
            Some(Condition::All(all)) => all,
            one => one.as_slice(),
        }
    }

    /// The write on the same item, under the conditions of both.
    pub fn merge(self, check: Self) -> Self {
        match check.condition {
            Some(condition) => self.when(condition),
            None => self,
        }
    }

    /// The effect of a repetition of the write, after a lost response.
    pub fn retries(&self) -> Retries {
        match (&self.action, &self.condition) {
            (Action::Put(_) | Action::Delete, None) => Retries::Harmless,
            (Action::Put(_) | Action::Update(_), _) => Retries::Recognizable,
            (Action::Delete | Action::Check, _) => Retries::Unrecognizable,
        }
    }

    /// The action of a transaction. It contains all that the request for a single write needs, too.
    pub fn into_transact_item(self, table: &str) -> TransactWriteItem {
        let mut placeholders = Placeholders::default();
        let expression = match &self.action {
            Action::Update(steps) => update_expression(steps, &mut placeholders),
            Action::Put(_) | Action::Delete | Action::Check => String::new(),
        };
        let condition = self.condition.map(|condition| placeholders.condition(condition));
        let Placeholders { names, values } = placeholders;
        // The four builders have these methods in common, but no trait.
        macro_rules! build {
            ($builder:expr) => {
                $builder
                    .table_name(table)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                    .build()
                    .expect("table, key and expression are set")
            };
        }
        let (item, key) = (TransactWriteItem::builder(), Some(self.key.to_item()));
        match self.action {
            Action::Put(put) => item.put(build!(Put::builder().set_item(Some(put)))),
            Action::Update(_) => item.update(build!(Update::builder().set_key(key).update_expression(expression))),
            Action::Delete => item.delete(build!(Delete::builder().set_key(key))),
            Action::Check => item.condition_check(build!(ConditionCheck::builder().set_key(key))),
        }
        .build()
    }
}

/// An update expression: its clauses, each with its steps.
fn update_expression(steps: &[Step], placeholders: &mut Placeholders) -> String {
    let (mut set, mut remove, mut add, mut subtract) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Set(attribute, value) => {
                set.push(format!(
                    "{} = {}",
                    placeholders.name(attribute),
                    placeholders.value(value.clone())
                ));
            }
            Step::SetIfAbsent(attribute, value) => {
                let (name, value) = (placeholders.name(attribute), placeholders.value(value.clone()));
                set.push(format!("{name} = if_not_exists({name}, {value})"));
            }
            Step::Remove(attribute) => remove.push(placeholders.name(attribute)),
            Step::Add(attribute, value) => {
                add.push(format!(
                    "{} {}",
                    placeholders.name(attribute),
                    placeholders.value(value.clone())
                ));
            }
            Step::Subtract(attribute, value) => {
                subtract.push(format!(
                    "{} {}",
                    placeholders.name(attribute),
                    placeholders.value(value.clone())
                ));
            }
        }
    }
    let clauses = [("SET", set), ("REMOVE", remove), ("ADD", add), ("DELETE", subtract)];
    let clauses = clauses.into_iter().filter(|(_, steps)| !steps.is_empty());
    let clauses: Vec<String> = clauses
        .map(|(clause, steps)| format!("{clause} {}", steps.join(", ")))
        .collect();
    clauses.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::condition::is;
    use super::super::keys;
    use super::*;

    #[test]
    fn an_update_is_spelled_by_clauses() {
        let write = Write::update(keys::sequence("x", None))
            .set("one", number(1))
            .add("two", 2)
            .remove("three")
            .set("four", number(4))
            .when_exists()
            .when(is("one", number(0)));
        let request = write.into_transact_item("table").update.expect("an update");
        assert_eq!(
            request.update_expression,
            "SET #one = :0, #four = :2 REMOVE #three ADD #two :1"
        );
        assert_eq!(
            request.condition_expression.as_deref(),
            Some("(attribute_exists(#pk) AND #one = :3)")
        );
        assert_eq!(request.expression_attribute_names.map(|names| names.len()), Some(5));
    }
}
