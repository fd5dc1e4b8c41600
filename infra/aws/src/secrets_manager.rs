//! Secrets Manager: the operation `GetSecretValue` of secrets that the owner of this endpoint has set.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

use crate::{ambient, iam::Access, wire};

pub(crate) const TARGET_PREFIX: &str = "secretsmanager.";

/// The current version of each secret, by the id with which it is requested.
#[derive(Debug, Default)]
pub(crate) struct SecretsManager(Mutex<BTreeMap<String, Version>>);

#[derive(Clone, Debug)]
struct Version {
    id: String,
    text: String,
}

impl SecretsManager {
    /// Makes the text the current version of the secret.
    pub(crate) fn put(&self, id: &str, text: &str) {
        let version = Version {
            id: ambient::random_uuid().to_string(),
            text: text.to_owned(),
        };
        self.versions().insert(id.to_owned(), version);
    }

    pub(crate) fn remove(&self, id: &str) {
        self.versions().remove(id);
    }

    pub(crate) fn required_access(target: &str, body: &Value) -> Access {
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
        let id = body["SecretId"].as_str().unwrap_or("*");
        Access::new(format!("secretsmanager:{operation}"), id)
    }

    pub(crate) fn answer(&self, target: &str, body: &[u8]) -> Response {
        if target.strip_prefix(TARGET_PREFIX) != Some("GetSecretValue") {
            return refuse("UnknownOperationException", "no such operation here");
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(id) = body["SecretId"].as_str() else {
            return refuse(
                "InvalidParameterException",
                "You must provide a value for the SecretId parameter.",
            );
        };
        match self.versions().get(id) {
            Some(version) => wire::json(
                wire::JSON_1_1,
                &json!({
                    "ARN": id, "Name": id, "VersionId": version.id, "SecretString": version.text,
                    "VersionStages": ["AWSCURRENT"],
                }),
            ),
            None => refuse(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret.",
            ),
        }
    }

    fn versions(&self) -> MutexGuard<'_, BTreeMap<String, Version>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse(code: &str, message: &str) -> Response {
    wire::json_error(StatusCode::BAD_REQUEST, wire::JSON_1_1, code, message)
}
