//! The functions of `template.yaml`, each with the code that is deployed for it and a state of its own. A function
//! signs its calls to AWS with its own name, so that it has the permissions that the template grants it.
//!
//! Template and code must agree: if a function is only in one of them, the service does not start and names the
//! function.

use std::collections::BTreeMap;

use axum::Router;
use local_aws::template::{Function, StreamSource, Template, TemplateError};
use shared::function::{Routes, app};
use shared::http::AppState;

/// The functions that serve HTTP, by the name of their crate.
const HTTP: &[(&str, Routes)] = &[
    ("admin", admin::routes),
    ("api-key", api_key::routes),
    ("health", health::routes),
    (KEYS, keys::routes),
    (MAIL_EVENTS, mail_events::routes),
    ("organization", organization::routes),
    ("passkey", passkey::routes),
    ("password", password::routes),
    ("policy", policy::routes),
    ("profile", profile::routes),
    ("session", session::routes),
    ("social", social::routes),
    ("two-factor", two_factor::routes),
    ("users", users::routes),
];

/// The function that SNS invokes; it serves HTTP too.
pub(crate) const MAIL_EVENTS: &str = "mail-events";

/// The function that creates the signing keys.
pub(crate) const KEYS: &str = "keys";

/// The functions that the table's stream invokes.
pub(crate) const OUTBOX: &str = "mail-outbox";
pub(crate) const EVENT_OUTBOX: &str = "event-outbox";

/// The function that administrators invoke. The local service does not run it, because the operator's command reaches
/// the table.
const OPERATOR: &str = "operator";

/// The function that the HTTP APIs of applications invoke. The local service has no such API.
const AUTHORIZER: &str = "authorizer";

/// The function to which the log groups of the others pass on the audit records. The local service keeps its records
/// itself.
const AUDIT_TRAIL: &str = "audit-trail";

#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{0} of template.yaml has no CodeUri of the form target/lambda/NAME/")]
    NoCode(String),
    #[error("{function} of template.yaml is {name}, which the local service does not have; add it to functions.rs")]
    NotHere { function: String, name: String },
    #[error("the local service has {0}, and template.yaml has no such function")]
    NotInTemplate(&'static str),
    #[error("{0} must have one event source mapping in template.yaml, and has {1}")]
    OutboxSources(&'static str, usize),
}

/// The routers of the functions that serve HTTP, by the logical ids of the template.
pub(crate) type Routers = BTreeMap<String, Router>;

/// The functions, by the names of their crates.
#[derive(Debug)]
pub(crate) struct Functions(BTreeMap<String, RunningFunction>);

#[derive(Debug)]
pub(crate) struct RunningFunction {
    pub(crate) logical_id: String,
    pub(crate) state: AppState,
}

impl Functions {
    /// `state` creates the state of a function from its logical id.
    pub(crate) fn start<E: From<FunctionError>>(
        template: &Template,
        state: impl Fn(&str) -> Result<AppState, E>,
    ) -> Result<Self, E> {
        let names = names(template)?.into_iter();
        let functions = names.map(|(logical_id, name)| {
            let state = state(&logical_id)?;
            Ok((name, RunningFunction { logical_id, state }))
        });
        Ok(Self(functions.collect::<Result<_, E>>()?))
    }

    pub(crate) fn get(&self, name: &'static str) -> Result<&RunningFunction, FunctionError> {
        self.0.get(name).ok_or(FunctionError::NotInTemplate(name))
    }

    pub(crate) fn routers(&self) -> Routers {
        let routers = self.0.iter().filter_map(|(name, function)| {
            let (_, routes) = HTTP.iter().find(|(known, _)| known == name)?;
            let state = &function.state;
            Some((function.logical_id.clone(), app(routes(state), state.clone())))
        });
        routers.collect()
    }
}

/// The event source mapping of a function that the stream invokes.
pub(crate) fn outbox_source(template: &Template, outbox: &'static str) -> Result<StreamSource, FunctionError> {
    let names = names(template)?;
    let of_outbox = |source: &StreamSource| names.get(&source.function).is_some_and(|name| name == outbox);
    let sources = template
        .stream_sources()?
        .into_iter()
        .filter(of_outbox)
        .collect::<Vec<_>>();
    <[StreamSource; 1]>::try_from(sources)
        .map(|[source]| source)
        .map_err(|sources| FunctionError::OutboxSources(outbox, sources.len()))
}

/// The crate name of each logical id, after a check that the template and this file have the same functions.
fn names(template: &Template) -> Result<BTreeMap<String, String>, FunctionError> {
    let names: BTreeMap<_, _> = template.functions().into_iter().map(name).collect::<Result<_, _>>()?;
    let known = || {
        HTTP.iter()
            .map(|(name, _)| *name)
            .chain([OUTBOX, EVENT_OUTBOX, OPERATOR, AUTHORIZER, AUDIT_TRAIL])
    };
    if let Some((function, name)) = names.iter().find(|(_, name)| known().all(|known| known != *name)) {
        let (function, name) = (function.clone(), name.clone());
        return Err(FunctionError::NotHere { function, name });
    }
    match known().find(|known| names.values().all(|name| name != known)) {
        Some(missing) => Err(FunctionError::NotInTemplate(missing)),
        None => Ok(names),
    }
}

fn name(function: Function) -> Result<(String, String), FunctionError> {
    let folder = function.code_uri.as_deref().unwrap_or_default().trim_end_matches('/');
    match folder.strip_prefix("target/lambda/") {
        Some(name) if !name.is_empty() && !name.contains('/') => Ok((function.logical_id, name.to_owned())),
        _ => Err(FunctionError::NoCode(function.logical_id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::TEMPLATE;

    fn refusal(template: &str) -> String {
        let template = Template::parse(template).expect("a template");
        names(&template).expect_err("they differ").to_string()
    }

    #[test]
    fn template_and_code_have_the_same_functions() {
        let template = Template::parse(TEMPLATE).expect("a template");
        assert_eq!(names(&template).expect("they agree").len(), HTTP.len() + 5);
        for outbox in [OUTBOX, EVENT_OUTBOX] {
            outbox_source(&template, outbox).expect("one source");
        }
    }

    #[test]
    fn a_function_that_is_only_in_the_template_is_named() {
        let refusal = refusal(&TEMPLATE.replace("target/lambda/keys/", "target/lambda/locks/"));
        assert!(
            refusal.starts_with("KeysFunction of template.yaml is locks"),
            "{refusal}"
        );
    }

    #[test]
    fn a_function_that_is_only_here_is_named() {
        let refusal = refusal(&TEMPLATE.replace("target/lambda/keys/", "target/lambda/health/"));
        assert_eq!(
            refusal,
            "the local service has keys, and template.yaml has no such function"
        );
    }

    #[test]
    fn a_function_without_code_is_named() {
        let refusal = refusal(&TEMPLATE.replace("target/lambda/keys/", "functions/keys/"));
        assert!(refusal.starts_with("KeysFunction"), "{refusal}");
    }
}
