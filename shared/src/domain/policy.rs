//! Policy rules: each allows an action on a kind of resource under conditions. What no rule allows is denied. `rego`
//! compiles the rules of an organization; `docs/policies.md` documents the language of the conditions.

pub mod conditions;
pub mod rego;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::catalogue::{Catalogued, Entry};
use super::ids::{OrganizationId, RecordId};
use super::organization::Organization;
use super::plan::Plan;
use super::profile::Title;
use super::user::User;

pub use conditions::{Conditions, InvalidConditions, depth_of};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyRule {
    pub resource: String,
    pub action: String,
    pub conditions: Conditions,
}

/// The id of a rule: its organization's 32 hexadecimal digits, followed by the record's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyRuleId {
    pub organization: OrganizationId,
    pub record: RecordId,
}

/// A rule in effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectiveRule {
    /// As [`PolicyRuleId`] is written.
    pub id: String,
    #[serde(flatten)]
    pub rule: PolicyRule,
}

/// The rules of an organization since its last synchronization.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectivePolicies {
    pub state: PolicyState,
    pub rules: Vec<EffectiveRule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyState {
    pub organization: OrganizationId,
    /// It increases with every synchronization.
    pub version: u64,
    /// The version of the organization's catalogue of rules that was made effective.
    pub catalogue: u64,
    pub rules: u32,
    pub synced_at: Timestamp,
}

/// The question whether the caller may do something.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyCheck {
    pub resource: String,
    pub action: String,
    /// What the client states about the resource and the circumstances.
    pub context: Map<String, Value>,
}

impl PolicyRule {
    /// Longest name of a resource or an action, in characters.
    pub const NAME: usize = 100;
}

impl Catalogued for PolicyRule {
    const KIND: &'static str = "policy_rule";
    const TITLE: &'static str = "Policy rule";
    /// The effective rules of an organization are one item of DynamoDB, which has at most 400 kB.
    const LIMIT: u32 = 100;

    fn unique_name(&self) -> Option<String> {
        None
    }
}

impl PolicyRuleId {
    /// Accepts only lower-case digits, so that an id has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(is_digit) {
            return None;
        }
        let (organization, record) = text.split_at(32);
        let bytes = |digits| Some(u128::from_str_radix(digits, 16).ok()?.to_be_bytes());
        Some(Self {
            organization: OrganizationId::from_bytes(bytes(organization)?),
            record: RecordId::from_bytes(bytes(record)?),
        })
    }
}

impl fmt::Display for PolicyRuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |bytes| u128::from_be_bytes(bytes);
        let (organization, record) = (self.organization.to_bytes(), self.record.to_bytes());
        write!(f, "{:032x}{:032x}", number(organization), number(record))
    }
}

impl EffectiveRule {
    pub fn of(organization: OrganizationId, entry: Entry<PolicyRule>) -> Self {
        let id = PolicyRuleId {
            organization,
            record: entry.id,
        };
        Self {
            id: id.to_string(),
            rule: entry.value,
        }
    }
}

impl PolicyCheck {
    /// The largest context, in bytes of its JSON text.
    pub const MAX_CONTEXT: usize = 16 * 1024;
    /// The deepest nesting of the context.
    pub const MAX_DEPTH: usize = 16;
    /// How many checks one request makes.
    pub const MAX_CHECKS: usize = 50;

    /// The input of the evaluation. What it says about the user is what the service knows: nothing of the context
    /// replaces it.
    pub fn input(&self, user: &User, organization: &Organization) -> Value {
        let mut context = Map::new();
        for member in ["resourceAttributes", "contextAttributes"] {
            if let Some(attributes @ Value::Object(_)) = self.context.get(member) {
                context.insert(member.to_owned(), attributes.clone());
            }
        }
        json!({
            "resource": self.resource,
            "action": self.action,
            "user": attributes_of(user, organization),
            "context": context,
        })
    }
}

/// What the service knows about a member, by the names of `conditions::USER_ATTRIBUTES`. An attribute without a value
/// is absent.
fn attributes_of(user: &User, organization: &Organization) -> Value {
    let membership = user.membership(organization.id);
    let mut attributes = json!({
        "id": user.id.to_string(),
        "email": user.email.as_str(),
        "verified": user.is_email_verified(),
        "language": user.profile.language.unwrap_or_default().as_str(),
        "title": user.profile.title.map(Title::as_str),
        "role": membership.map(|membership| membership.roles.standing().as_str().to_uppercase()),
        "app_roles": membership.map(|membership| &membership.app_roles),
        "plan": organization.plan.map(Plan::as_str),
    });
    if let Value::Object(attributes) = &mut attributes {
        attributes.retain(|_, value| !value.is_null());
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_rule_has_one_spelling() {
        let id = PolicyRuleId {
            organization: OrganizationId::from_bytes([0xa1; 16]),
            record: RecordId::from_bytes([0x0b; 16]),
        };
        let text = id.to_string();
        assert_eq!(PolicyRuleId::parse(&text), Some(id));
        let upper = text.to_uppercase();
        for other in [
            upper.as_str(),
            "",
            "x",
            &text[1..],
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ] {
            assert_eq!(PolicyRuleId::parse(other), None, "{other}");
        }
    }
}
