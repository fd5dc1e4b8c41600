//! What IAM would say: a function may do what its policies in `template.yaml` grant, and nothing else.
//!
//! Whoever signs a request with the logical id of a function as access key is that function; everybody else may do anything. `policy`
//! has the statements and compares, `deployment` knows what the references of a template stand for here, `ledger` keeps what was
//! used and what was refused. What a request asks leave for is known where the service is (`dynamodb`, `kms`, `ses`, `sns`).

mod deployment;
mod ledger;
mod policy;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use axum::http::{HeaderMap, header};

pub use self::deployment::Deployment;
pub(crate) use self::deployment::{Resolved, arn};
use self::{ledger::Ledger, policy::Statement};
use crate::{local_aws::EnforceError, template::Template};

/// Why the policies of a template are not understood.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("{function}: a policy must have a list of statements; a managed policy grants more than a function uses")]
    NotStatements { function: String },
    #[error("{function}: a statement must have the effect Allow, and name its actions in full")]
    Actions { function: String },
    #[error("{function}: the resource {resource} is not understood")]
    Resource { function: String, resource: String },
    #[error("{function}: the condition {condition} is not understood")]
    Condition { function: String, condition: String },
}

/// One thing that a request asks leave for.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// `dynamodb:GetItem`.
    pub(crate) action: String,
    /// Its ARN.
    pub(crate) resource: String,
    /// The condition keys of the request, each with its values.
    pub(crate) context: BTreeMap<String, Vec<String>>,
}

/// The smallest thing that a policy grants: an action on a resource, within a scope where a condition draws one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub action: String,
    /// As the template names it: `Table.Arn`.
    pub resource: String,
    /// A pattern of partitions (`USER#*`), or the encryption context (`purpose=token-signing, ring=user`).
    pub scope: Option<String>,
}

/// What a function may do, what it did, and what it was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    pub granted: BTreeSet<Grant>,
    pub used: BTreeSet<Grant>,
    /// Without the ids of partitions.
    pub refused: BTreeSet<Grant>,
}

/// A function asked for what its policies do not grant.
#[derive(Debug)]
pub(crate) struct Denial {
    function: String,
    action: String,
    resource: String,
}

/// The policies of all functions.
#[derive(Debug)]
pub(crate) struct Iam {
    policies: BTreeMap<String, Vec<Statement>>,
    ledger: Ledger,
    /// The attribute that says in which partition an item is.
    partition_key: String,
    /// What the template calls the resource of an ARN.
    names: BTreeMap<String, String>,
}

impl Iam {
    pub(crate) fn new(template: &Template, resolved: &Resolved) -> Result<Self, EnforceError> {
        let mut policies = BTreeMap::new();
        for (function, written) in template.policies() {
            policies.insert(function.to_owned(), policy::statements(function, written, resolved)?);
        }
        let table = template.table("any")?;
        Ok(Self {
            ledger: Ledger::new(&policies),
            policies,
            partition_key: table.hash_attribute().unwrap_or_default().to_owned(),
            names: resolved
                .arns
                .iter()
                .map(|(name, arn)| (arn.clone(), name.clone()))
                .collect(),
        })
    }

    pub(crate) fn partition_key(&self) -> &str {
        &self.partition_key
    }

    /// The function that signed the request, if a function did.
    pub(crate) fn function<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        access_key(headers).filter(|key| self.policies.contains_key(*key))
    }

    /// All that is asked for must be granted.
    pub(crate) fn authorize(&self, function: &str, asked: &[Access]) -> Result<(), Denial> {
        for access in asked {
            match self.allow(function, access) {
                Some(used) => self.ledger.note_used(function, used),
                None => return Err(self.refuse(function, access)),
            }
        }
        Ok(())
    }

    fn allow(&self, function: &str, access: &Access) -> Option<Vec<Grant>> {
        let mut statements = self.policies.get(function)?.iter();
        statements.find_map(|statement| statement.allow(access))
    }

    fn refuse(&self, function: &str, access: &Access) -> Denial {
        let resource = self.names.get(&access.resource).unwrap_or(&access.resource);
        let is_granted = |access: &Access| self.allow(function, access).is_some();
        for grant in policy::lacking(access, resource, is_granted) {
            tracing::error!(function, "REFUSED, as AWS would: template.yaml does not grant {grant}");
            self.ledger.note_refused(function, grant);
        }
        Denial {
            function: function.to_owned(),
            action: access.action.clone(),
            resource: access.resource.clone(),
        }
    }

    pub(crate) fn permissions(&self) -> BTreeMap<String, Permissions> {
        self.ledger.permissions()
    }
}

/// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...`
fn access_key(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, credential) = authorization.split_once("Credential=")?;
    credential.split('/').next()
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

/// In the words of AWS.
impl fmt::Display for Denial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            function,
            action,
            resource,
        } = self;
        write!(
            formatter,
            "User: arn:aws:sts::000000000000:assumed-role/{function} is not authorized to perform: {action} on resource: \
             {resource} because no identity-based policy allows the {action} action"
        )
    }
}
