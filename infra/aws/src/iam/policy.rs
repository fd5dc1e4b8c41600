//! Statements: reading them from a template, and evaluating them for a request as IAM does.
//!
//! Only what a least-privilege policy needs is supported. Anything else is an error at the start, so that no request is
//! allowed because a part of a statement was ignored.

use serde_json::Value;

use super::{
    access::{Access, Grant},
    deployment::{Resolved, substitution},
    error::PolicyError,
};

/// The condition key of DynamoDB with the partitions of a request.
const PARTITIONS: &str = "dynamodb:LeadingKeys";
const ENCRYPTION_CONTEXT: &str = "kms:EncryptionContext:";

/// A statement with the effect `Allow`.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    actions: Vec<String>,
    resources: Vec<Resource>,
    /// `ForAllValues`: every value of the request's key must match one of these.
    all: Option<Condition>,
    /// The request's key must have one value, and it must match.
    one: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct Resource {
    /// The template's name.
    name: String,
    /// A pattern; absent for a resource that does not exist locally, such as a queue.
    arn: Option<String>,
}

#[derive(Clone, Debug)]
struct Condition {
    key: String,
    patterns: Vec<String>,
}

/// The statements in the `Policies` of a function.
pub(super) fn statements(function: &str, policies: &Value, resolved: &Resolved) -> Result<Vec<Statement>, PolicyError> {
    let not_statements = || PolicyError::NotStatements {
        function: function.to_owned(),
    };
    let mut statements = Vec::new();
    for policy in list(policies) {
        let written = policy["Statement"].as_array().ok_or_else(not_statements)?;
        for statement in written.iter().filter_map(|statement| resolved.present(statement)) {
            statements.push(Statement::read(function, statement, resolved)?);
        }
    }
    Ok(statements)
}

impl Statement {
    fn read(function: &str, written: &Value, resolved: &Resolved) -> Result<Self, PolicyError> {
        let actions = list(&written["Action"]).iter().map(|action| action.as_str());
        let actions = actions.map(|action| action.filter(|action| !action.contains('*')).map(str::to_owned));
        let actions = actions
            .collect::<Option<Vec<_>>>()
            .filter(|actions| !actions.is_empty());
        let actions = actions
            .filter(|_| written["Effect"] == "Allow")
            .ok_or_else(|| PolicyError::Actions {
                function: function.to_owned(),
            })?;
        let resources = list(&written["Resource"]).iter().map(|resource| {
            Resource::read(resource, resolved).ok_or_else(|| PolicyError::Resource {
                function: function.to_owned(),
                resource: resource.to_string(),
            })
        });
        let mut statement = Self {
            actions,
            resources: resources.collect::<Result<_, _>>()?,
            all: None,
            one: Vec::new(),
        };
        for (operator, conditions) in written["Condition"].as_object().into_iter().flatten() {
            for (key, patterns) in conditions.as_object().into_iter().flatten() {
                statement
                    .restrict(operator, key, patterns, resolved)
                    .ok_or_else(|| PolicyError::Condition {
                        function: function.to_owned(),
                        condition: format!("{operator} {key}"),
                    })?;
            }
        }
        Ok(statement)
    }

    fn restrict(&mut self, operator: &str, key: &str, patterns: &Value, resolved: &Resolved) -> Option<()> {
        let patterns = list(patterns).iter().filter_map(|pattern| resolved.present(pattern));
        let patterns = patterns.map(|pattern| resolved.text(pattern));
        let condition = Condition {
            key: key.to_owned(),
            patterns: patterns.collect::<Option<_>>()?,
        };
        let is_literal = condition.patterns.iter().all(|text| !text.contains(['*', '?']));
        match operator {
            "ForAllValues:StringLike" if self.all.is_none() => self.all = Some(condition),
            // Without a wildcard, a match by pattern is equality.
            "StringEquals" if is_literal => self.one.push(condition),
            "StringLike" => self.one.push(condition),
            _ => return None,
        }
        Some(())
    }

    /// Everything that the statement grants.
    pub(super) fn grants(&self) -> Vec<Grant> {
        let mut grants = Vec::new();
        for action in &self.actions {
            for resource in &self.resources {
                grants.extend(self.granted(action, resource, |_, _| true));
            }
        }
        grants
    }

    /// The grants that allow the access; `None` if the statement does not allow it.
    pub(super) fn allow(&self, access: &Access) -> Option<Vec<Grant>> {
        let action = self.actions.iter().find(|action| **action == access.action)?;
        let resource = self
            .resources
            .iter()
            .find(|resource| resource.is_of(&access.resource))?;
        let values = |condition: &Condition| access.context.get(&condition.key).cloned().unwrap_or_default();
        let one = |condition: &Condition| matches!(&values(condition)[..], [value] if condition.allows(value));
        // As in IAM, `ForAllValues` holds for a request without the key.
        let all = |condition: &Condition| values(condition).iter().all(|value| condition.allows(value));
        if !self.one.iter().all(one) || !self.all.iter().all(all) {
            return None;
        }
        Some(self.granted(action, resource, |condition, pattern| {
            values(condition).iter().any(|value| matches_pattern(pattern, value))
        }))
    }

    /// One grant for each pattern that is selected.
    fn granted(&self, action: &str, resource: &Resource, is_meant: impl Fn(&Condition, &str) -> bool) -> Vec<Grant> {
        let meant = |condition: &Condition| {
            let patterns = condition.patterns.iter().filter(|pattern| is_meant(condition, pattern));
            patterns.cloned().collect::<Vec<_>>()
        };
        let scopes = match &self.all {
            Some(condition) => meant(condition).into_iter().map(Some).collect(),
            None => self.one.iter().fold(vec![None], |scopes, condition| {
                let mut narrower = Vec::new();
                for pattern in meant(condition) {
                    let scope = |wider: &Option<String>| narrowed(wider.as_deref(), &condition.key, &pattern);
                    narrower.extend(scopes.iter().map(|wider| Some(scope(wider))));
                }
                narrower
            }),
        };
        let grant = |scope| Grant {
            action: action.to_owned(),
            resource: resource.name.clone(),
            scope,
        };
        scopes.into_iter().map(grant).collect()
    }
}

impl Resource {
    fn read(written: &Value, resolved: &Resolved) -> Option<Self> {
        let written = resolved.present(written)?;
        if let Some(attribute) = written["Fn::GetAtt"].as_str() {
            return Some(Self {
                name: attribute.to_owned(),
                arn: resolved.arns.get(attribute).cloned(),
            });
        }
        let name = written.as_str().or_else(|| substitution(written));
        let name = name.or_else(|| written["Ref"].as_str())?;
        Some(Self {
            // The last part identifies the resource; the parts before it are the same for all.
            name: name.rsplit(':').next()?.to_owned(),
            arn: resolved.text(written),
        })
    }

    fn is_of(&self, arn: &str) -> bool {
        self.arn.as_ref().is_some_and(|pattern| matches_pattern(pattern, arn))
    }
}

impl Condition {
    fn allows(&self, value: &str) -> bool {
        self.patterns.iter().any(|pattern| matches_pattern(pattern, value))
    }
}

/// The grants that a denied access lacks: those for the partitions that are not granted by themselves, or for all
/// partitions, if each is granted by another statement.
pub(super) fn missing_grants(access: &Access, resource: &str, is_granted: impl Fn(&Access) -> bool) -> Vec<Grant> {
    let grant = |scope| Grant {
        action: access.action.clone(),
        resource: resource.to_owned(),
        scope,
    };
    let Some(partitions) = access.context.get(PARTITIONS) else {
        let mut conditions = access.context.iter();
        return vec![grant(conditions.by_ref().fold(None, |wider, (key, values)| {
            Some(narrowed(wider.as_deref(), key, &values.join("|")))
        }))];
    };
    let is_lacking = |partition: &&String| !is_granted(&access.clone().with(PARTITIONS, [(*partition).clone()]));
    let mut missing: Vec<_> = partitions.iter().filter(is_lacking).collect();
    if missing.is_empty() {
        missing = partitions.iter().collect();
    }
    missing
        .into_iter()
        .map(|partition| grant(Some(without_id(partition))))
        .collect()
}

/// `RATE#sign-in#192.0.2.1` is of the kind `RATE#sign-in#*`.
fn without_id(partition: &str) -> String {
    match partition.rsplit_once('#') {
        Some((kind, _)) => format!("{kind}#*"),
        None => partition.to_owned(),
    }
}

/// `purpose=token-signing, ring=user`.
fn narrowed(wider: Option<&str>, key: &str, value: &str) -> String {
    let name = key.strip_prefix(ENCRYPTION_CONTEXT).unwrap_or(key);
    match wider {
        Some(wider) => format!("{wider}, {name}={value}"),
        None => format!("{name}={value}"),
    }
}

/// `*` stands for anything, `?` for one character.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return text.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    let mut characters = text.chars();
    let next = characters.next();
    if first == '*' {
        matches_pattern(rest, text) || (next.is_some() && matches_pattern(pattern, characters.as_str()))
    } else {
        next.is_some_and(|next| first == '?' || first == next) && matches_pattern(rest, characters.as_str())
    }
}

/// A single value counts as a list of one.
fn list(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}
