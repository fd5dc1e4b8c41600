//! What the references of a template became here, where nothing was deployed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The parameters and resources that policies speak of, by their logical ids.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Names of tables.
    pub tables: BTreeMap<String, String>,
    /// Ids, aliases or ARNs of keys of KMS.
    pub keys: BTreeMap<String, String>,
    /// What `!Ref` gives.
    pub names: BTreeMap<String, String>,
    /// The conditions that hold.
    pub conditions: BTreeSet<String>,
}

/// A deployment with the ARNs of its resources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    /// By what `!GetAtt` names: `Table.Arn`.
    pub(super) arns: BTreeMap<String, String>,
    pub(super) names: BTreeMap<String, String>,
    pub(super) conditions: BTreeSet<String>,
}

const PSEUDO_PARAMETERS: [(&str, &str); 3] = [
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::AccountId", "000000000000"),
];

/// The name of a resource of this endpoint.
pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:000000000000:{resource}")
}

impl Resolved {
    /// `key_arn` knows the keys that there are.
    pub(crate) fn new(deployment: Deployment, key_arn: impl Fn(&str) -> Option<String>) -> Self {
        let tables = deployment.tables.into_iter();
        let tables = tables.map(|(id, name)| (format!("{id}.Arn"), arn("dynamodb", &format!("table/{name}"))));
        let keys = deployment.keys.into_iter();
        let keys = keys.filter_map(|(id, key)| Some((format!("{id}.Arn"), key_arn(&key)?)));
        Self {
            arns: tables.chain(keys).collect(),
            names: deployment.names,
            conditions: deployment.conditions,
        }
    }

    /// The branch of `!If` that holds; `None` for what is not there at all.
    pub(super) fn present<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        if let Value::Array(branches) = &value["Fn::If"] {
            let holds = branches.first().and_then(Value::as_str);
            let holds = holds.is_some_and(|condition| self.conditions.contains(condition));
            return self.present(branches.get(if holds { 1 } else { 2 })?);
        }
        (value["Ref"] != "AWS::NoValue").then_some(value)
    }

    /// `!Sub` and `!Ref`, as far as everything that they refer to is here.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        match value["Fn::Sub"].as_str() {
            Some(text) => self.substitute(text),
            None => self.name(value["Ref"].as_str()?),
        }
    }

    fn substitute(&self, text: &str) -> Option<String> {
        let mut parts = text.split("${");
        let mut substituted = parts.next()?.to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}')?;
            substituted.push_str(&self.name(name)?);
            substituted.push_str(rest);
        }
        Some(substituted)
    }

    fn name(&self, name: &str) -> Option<String> {
        let pseudo = PSEUDO_PARAMETERS.iter().find(|(known, _)| *known == name);
        pseudo
            .map(|(_, value)| (*value).to_owned())
            .or_else(|| self.names.get(name).cloned())
    }
}
