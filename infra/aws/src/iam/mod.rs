//! Authorization as by IAM: a function may do what its policies in `template.yaml` grant, and nothing else.
//!
//! A request that is signed with the logical id of a function as access key comes from that function; any other request
//! is allowed. `access` and `error` are the terms, `deployment` resolves the references of a template, `policy` reads
//! and evaluates statements, `ledger` records what was used and what was denied; they depend on each other in this
//! order. Each service (`dynamodb`, `kms`, `ses`, `sns`) names the permissions that its requests need.

mod access;
mod deployment;
mod error;
mod ledger;
mod policy;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

use axum::http::{HeaderMap, header};

pub(crate) use self::{
    access::Access,
    deployment::{Resolved, arn},
};
pub use self::{
    access::{Grant, Permissions},
    deployment::Deployment,
    error::{EnforceError, PolicyError},
};
use self::{ledger::Ledger, policy::Statement};
use crate::template::Template;

/// A request needs a permission that the function's policies do not grant.
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
    /// The partition key attribute of the table.
    partition_key: String,
    /// The template's name for the resource of an ARN.
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

    /// The function that signed the request; `None` if no function did.
    pub(crate) fn function<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        access_key(headers).filter(|key| self.policies.contains_key(*key))
    }

    /// Every permission that the request needs must be granted.
    pub(crate) fn authorize(&self, function: &str, required: &[Access]) -> Result<(), Denial> {
        for access in required {
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
        for grant in policy::missing_grants(access, resource, is_granted) {
            tracing::error!(
                function,
                "ACCESS DENIED, as by AWS: template.yaml does not grant {grant}"
            );
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

/// The message is worded as by AWS.
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
