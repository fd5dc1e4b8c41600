//! The terms of authorization: the permission that a request needs, and the permission that a policy grants.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// One permission that a request needs.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// `dynamodb:GetItem`.
    pub(crate) action: String,
    /// The ARN.
    pub(crate) resource: String,
    /// The condition keys of the request, each with its values.
    pub(crate) context: BTreeMap<String, Vec<String>>,
}

/// The smallest unit that a policy grants: an action on a resource, within a scope if there is a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub action: String,
    /// The template's name: `Table.Arn`.
    pub resource: String,
    /// A pattern of partitions (`USER#*`), or the encryption context (`purpose=token-signing, ring=user`).
    pub scope: Option<String>,
}

/// What a function is granted, what it has used, and what it was denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    pub granted: BTreeSet<Grant>,
    pub used: BTreeSet<Grant>,
    /// Partitions are patterns, without ids.
    pub refused: BTreeSet<Grant>,
}

impl Access {
    pub(crate) fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: BTreeMap::new(),
        }
    }

    pub(crate) fn with(mut self, key: impl Into<String>, values: impl IntoIterator<Item = String>) -> Self {
        self.context.insert(key.into(), values.into_iter().collect());
        self
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            resource,
            scope,
        } = self;
        write!(formatter, "{action} on {resource}")?;
        scope.as_ref().map_or(Ok(()), |scope| write!(formatter, " of {scope}"))
    }
}
