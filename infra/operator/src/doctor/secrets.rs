//! The secret of `SECRETS_ARN`: it can be read, it parses, and no name in it is mistyped.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use shared::config::{SecretOrigin, SecretSettings};

use super::{Deployment, Finding};

const SECRETS: &str = "secrets";

pub(super) async fn check(deployment: &Deployment<'_>) -> Vec<Finding> {
    let SecretOrigin::Manager { arn } = &deployment.config.secrets else {
        return vec![Finding::ok(SECRETS, "SECRETS_ARN names none")];
    };
    let client = Client::new(deployment.sdk);
    let finding = match client.get_secret_value().secret_id(arn).send().await {
        Ok(secret) => of_text(secret.secret_string().unwrap_or_default()),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
        {
            Finding::failed(
                SECRETS,
                "the secret of SECRETS_ARN does not exist",
                "create it, or deploy with its whole ARN as SecretsArn",
            )
        }
        Err(error) => Finding::unanswered(SECRETS, "secretsmanager:GetSecretValue", &error),
    };
    vec![finding]
}

/// A finding has the names of the secret, and never a value.
fn of_text(text: &str) -> Finding {
    let parsed = SecretSettings::parse(text).and_then(|_| SecretSettings::unknown_names(text));
    match parsed {
        Ok(unknown) if unknown.is_empty() => Finding::ok(SECRETS, "the secret of SECRETS_ARN is valid"),
        Ok(unknown) => Finding::warning(
            SECRETS,
            format!("the secret has names that are no settings: {}", unknown.join(", ")),
            "correct them (docs/configuration.md), most likely they are mistyped",
        ),
        Err(error) => Finding::failed(
            SECRETS,
            format!("the secret is refused: {error}"),
            "correct it (docs/configuration.md)",
        ),
    }
}
