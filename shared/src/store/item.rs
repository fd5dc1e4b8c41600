//! Conversion of records to items and back. A record is a private struct per kind of item whose fields are domain types
//! in the wrappers below, so that parsing an item is parsing the domain. The error for an item that does not parse
//! names its type, attribute and key.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::keys::{Key, PARTITION, SORT, TTL};
use crate::domain::{EmailAddress, SecretHash};

/// The attribute with the kind of the item.
pub const TYPE: &str = "type";
/// The attribute with the form in which the item is written.
pub const SCHEMA: &str = "schema";

pub type Item = HashMap<String, AttributeValue>;

/// A stored item that does not parse.
#[derive(Debug, thiserror::Error)]
#[error("the {kind} item {key} does not parse at {attribute}: {reason}")]
pub struct CorruptItem {
    pub kind: &'static str,
    pub key: String,
    pub attribute: String,
    pub reason: String,
}

/// One kind of item.
pub trait Record: Serialize + DeserializeOwned {
    /// The value of its `type` attribute.
    const KIND: &'static str;

    /// The value of its `schema` attribute. It is raised where a release that knows the former form alone would misread
    /// the item, and not for an attribute that such a release may ignore. A release reads every schema up to its own.
    const SCHEMA: u32 = 1;

    /// The time after which DynamoDB may delete the item.
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }
}

pub fn to_item<R: Record>(key: &Key, record: &R) -> Item {
    let mut item: Item =
        serde_dynamo::to_item(record).expect("a record is a struct of strings, numbers, lists and maps");
    item.extend(key.to_item());
    item.insert(TYPE.to_owned(), text(R::KIND));
    item.insert(SCHEMA.to_owned(), number(R::SCHEMA));
    if let Some(expiry) = record.expires_at() {
        item.insert(TTL.to_owned(), ttl(expiry));
    }
    item
}

/// Refuses an item of a later schema, which only a later release writes: after a rollback, its meaning is unknown.
pub fn from_item<R: Record>(item: Item) -> Result<R, CorruptItem> {
    let key = describe(&item);
    if let Some(schema) = schema_of(&item).filter(|schema| *schema > R::SCHEMA) {
        return Err(CorruptItem {
            kind: R::KIND,
            key,
            attribute: SCHEMA.to_owned(),
            reason: format!(
                "a later release wrote schema {schema}, and this one reads {}",
                R::SCHEMA
            ),
        });
    }
    let value = serde_dynamo::AttributeValue::from(AttributeValue::M(item));
    let deserializer = serde_dynamo::Deserializer::from_attribute_value(value);
    serde_path_to_error::deserialize(deserializer).map_err(|error| CorruptItem {
        kind: R::KIND,
        key,
        attribute: error.path().to_string(),
        reason: error.inner().to_string(),
    })
}

/// The item in the domain's terms, if there is one.
pub fn parse<R: Record, T: From<R>>(item: Option<Item>) -> Result<Option<T>, CorruptItem> {
    item.map(|item| from_item::<R>(item).map(T::from)).transpose()
}

/// `None` for an item that was written before items had one.
fn schema_of(item: &Item) -> Option<u32> {
    integer(item, SCHEMA)?.try_into().ok()
}

/// A whole number of an item that is not parsed as a record.
pub fn integer(item: &Item, attribute: &str) -> Option<i64> {
    item.get(attribute)?.as_n().ok()?.parse().ok()
}

fn describe(item: &Item) -> String {
    let text = |name| {
        item.get(name)
            .and_then(|value| value.as_s().ok())
            .map_or("?", String::as_str)
    };
    format!("{} / {}", text(PARTITION), text(SORT))
}

/// Rounded up: an item is never deleted before its time.
pub fn ttl(expiry: Timestamp) -> AttributeValue {
    AttributeValue::N((expiry.as_second() + 1).to_string())
}

pub fn text(value: impl Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

pub fn number(value: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// A time as conditions compare it; see [`Millis`].
pub fn millis(time: Timestamp) -> AttributeValue {
    number(time.as_millisecond())
}

/// As [`Bytes32`].
pub fn hash(hash: &SecretHash) -> AttributeValue {
    bytes(hash.as_bytes())
}

/// As [`Bytes`].
pub fn bytes(bytes: &[u8]) -> AttributeValue {
    text(Bytes::to_text(bytes))
}

/// A domain type by its one text form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<T>(pub T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// An e-mail address. An earlier release may have stored it, with a wider syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub EmailAddress);

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        EmailAddress::parse_stored(&text).map(Self).map_err(D::Error::custom)
    }
}

/// Content that is stored as JSON text: a number of DynamoDB has not the range of one in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(&self.0).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map(Self).map_err(D::Error::custom)
    }
}

/// A time as milliseconds since the epoch: conditions compare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Millis(pub Timestamp);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.as_millisecond())
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::from_millisecond(i64::deserialize(deserializer)?)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// Bytes as base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    pub fn to_text(bytes: &[u8]) -> String {
        STANDARD_NO_PAD.encode(bytes)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Self::to_text(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        STANDARD_NO_PAD
            .decode(String::deserialize(deserializer)?)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// The 32 bytes of a hash or a salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes32(pub [u8; 32]);

impl Serialize for Bytes32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Bytes::to_text(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Bytes(bytes) = Bytes::deserialize(deserializer)?;
        bytes.try_into().map(Self).map_err(|_| D::Error::custom("not 32 bytes"))
    }
}
