//! Least privilege: a story for each function exercises everything that it does, over HTTP. The test fails when the
//! policies of `template.yaml` deny the function a permission, or grant one that it does not use.
//!
//! A new function needs a file with its story, and a line in `stories!`. The failure names what to change in the
//! template.

mod admin;
mod api_key;
mod audit;
mod audit_trail;
mod authorizer;
mod event_outbox;
mod health;
mod keys;
mod mail_events;
mod mail_outbox;
mod operator;
mod organization;
mod pages;
mod passkey;
mod password;
mod people;
mod policy;
mod profile;
mod rules;
mod secrets;
mod session;
mod social;
mod stage;
mod two_factor;
mod users;

use stage::Stage;

macro_rules! stories {
    ($($story:ident: $function:literal,)*) => {
        /// The functions that have a story.
        const COVERED: &[&str] = &[$($function),*];

        $(#[tokio::test]
        async fn $story() {
            let stage = Stage::default();
            $story::story(&stage).await;
            stage.prove($function);
            stage.prove_audit($function);
            stage.recount().await;
        })*
    };
}

stories! {
    admin: "AdminFunction",
    api_key: "ApiKeyFunction",
    audit_trail: "AuditTrailFunction",
    authorizer: "AuthorizerFunction",
    event_outbox: "EventOutboxFunction",
    health: "HealthFunction",
    keys: "KeysFunction",
    mail_events: "MailEventsFunction",
    mail_outbox: "MailOutboxFunction",
    operator: "OperatorFunction",
    organization: "OrganizationFunction",
    passkey: "PasskeyFunction",
    password: "PasswordFunction",
    policy: "PolicyFunction",
    profile: "ProfileFunction",
    session: "SessionFunction",
    social: "SocialFunction",
    two_factor: "TwoFactorFunction",
    users: "UsersFunction",
}
