//! The values of a template's references in the local AWS, where nothing is deployed.
//!
//! They follow from the template: it passes resources and parameters to its functions in environment variables, and
//! those variables have values locally too.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::template::Template;

/// The parameters and resources that policies and conditions refer to, by their logical ids.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// The values of `!Ref`.
    names: BTreeMap<String, String>,
    /// KMS keys by their name in `!GetAtt`: ids, aliases or ARNs.
    keys: BTreeMap<String, String>,
    /// The template's `Conditions`.
    conditions: Value,
}

/// A deployment with the ARNs of its resources.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    deployment: Deployment,
    /// By the name in `!GetAtt`: `Table.Arn`.
    pub(super) arns: BTreeMap<String, String>,
}

const PSEUDO_PARAMETERS: [(&str, &str); 3] = [
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::AccountId", "000000000000"),
];

/// The ARN of a resource of this endpoint.
pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:000000000000:{resource}")
}

impl Deployment {
    /// `variable` returns the value of an environment variable. A parameter that no variable refers to has its default.
    pub fn of(template: &Template, variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut deployment = Self {
            names: template.defaults().collect(),
            keys: BTreeMap::new(),
            conditions: template.conditions().clone(),
        };
        for (name, value) in template.references() {
            let (Some(here), Some(value)) = (variable(name), deployment.present(value).cloned()) else {
                continue;
            };
            if let Some(reference) = value["Ref"].as_str() {
                deployment.names.insert(reference.to_owned(), here);
            } else if let Some(attribute) = value["Fn::GetAtt"].as_str() {
                deployment.keys.insert(attribute.to_owned(), here);
            }
        }
        deployment
    }

    /// Sets the value of `!Ref` for a name that no variable refers to.
    #[must_use]
    pub fn with(mut self, reference: &str, name: &str) -> Self {
        self.names.insert(reference.to_owned(), name.to_owned());
        self
    }

    /// The branch of `!If` whose condition holds; `None` for `AWS::NoValue`.
    fn present<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        if let Value::Array(branches) = &value["Fn::If"] {
            let holds = self.holds(branches.first()?);
            return self.present(branches.get(if holds { 1 } else { 2 })?);
        }
        (value["Ref"] != "AWS::NoValue").then_some(value)
    }

    fn name(&self, name: &str) -> Option<&str> {
        let pseudo = PSEUDO_PARAMETERS.iter().find(|(known, _)| *known == name);
        pseudo
            .map(|(_, value)| *value)
            .or_else(|| self.names.get(name).map(String::as_str))
    }

    /// A condition, or an expression of one.
    fn holds(&self, condition: &Value) -> bool {
        if let Some(name) = condition.as_str().or_else(|| condition["Condition"].as_str()) {
            return self.holds(&self.conditions[name]);
        }
        let parts = |function: &str| condition[function].as_array();
        if let Some([left, right]) = parts("Fn::Equals").map(Vec::as_slice) {
            let text = |value: &Value| {
                value
                    .as_str()
                    .or_else(|| self.name(value["Ref"].as_str()?))
                    .map(str::to_owned)
            };
            return text(left).is_some_and(|left| text(right) == Some(left));
        }
        parts("Fn::Not").is_some_and(|parts| !parts.iter().any(|part| self.holds(part)))
            || parts("Fn::And").is_some_and(|parts| parts.iter().all(|part| self.holds(part)))
            || parts("Fn::Or").is_some_and(|parts| parts.iter().any(|part| self.holds(part)))
    }
}

impl Resolved {
    /// `key_arn` finds the ARN of an existing key.
    pub(crate) fn new(template: &Template, deployment: Deployment, key_arn: impl Fn(&str) -> Option<String>) -> Self {
        let tables = template.tables().filter_map(|id| {
            let name = deployment.name(id)?;
            Some((format!("{id}.Arn"), arn("dynamodb", &format!("table/{name}"))))
        });
        let buses = template.event_buses().filter_map(|(id, name)| {
            let name = deployment.name(name["Ref"].as_str()?)?;
            Some((format!("{id}.Arn"), arn("events", &format!("event-bus/{name}"))))
        });
        let keys = deployment.keys.iter();
        let keys = keys.filter_map(|(attribute, key)| Some((attribute.clone(), key_arn(key)?)));
        let arns: BTreeMap<_, _> = tables.chain(buses).chain(keys).collect();
        // A parameter of Systems Manager that holds an ARN names its resource in the policies.
        let held = template.held_values().filter_map(|(id, value)| {
            let arn = arns.get(deployment.present(value)?["Fn::GetAtt"].as_str()?)?;
            Some((format!("{id}.Value"), arn.clone()))
        });
        let held: Vec<_> = held.collect();
        Self {
            arns: arns.into_iter().chain(held).collect(),
            deployment,
        }
    }

    /// See [`Deployment::present`].
    pub(super) fn present<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.deployment.present(value)
    }

    /// The value of `!Sub` and `!Ref`; `None` if they refer to a resource that does not exist locally.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        match substitution(value) {
            Some(text) => self.substitute(text),
            None => self.deployment.name(value["Ref"].as_str()?).map(str::to_owned),
        }
    }

    fn substitute(&self, text: &str) -> Option<String> {
        let mut parts = text.split("${");
        let mut substituted = parts.next()?.to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}')?;
            let arn = self.arns.get(name).map(String::as_str);
            substituted.push_str(self.deployment.name(name).or(arn)?);
            substituted.push_str(rest);
        }
        Some(substituted)
    }
}

/// The text of `!Sub`, also where it has variables of its own: [`Deployment::with`] sets their values.
pub(super) fn substitution(value: &Value) -> Option<&str> {
    let sub = &value["Fn::Sub"];
    sub.as_str().or_else(|| sub[0].as_str())
}
