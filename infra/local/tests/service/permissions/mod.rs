//! What each function may do is what it needs: a story for each has it do all that it does, over HTTP, and fails when a function is
//! refused anything by its policies in `template.yaml`, or does not need what they grant.
//!
//! For a new function: a file with its story here, and its line in `stories!`. What fails says what to write into the template.

mod api_key;
mod health;
mod keys;
mod mail_events;
mod mail_outbox;
mod operator;
mod organization;
mod passkey;
mod password;
mod people;
mod profile;
mod rules;
mod session;
mod social;
mod stage;
mod two_factor;
mod users;

use stage::Stage;

macro_rules! stories {
    ($($story:ident: $function:literal,)*) => {
        /// The functions that have a story.
        const TOLD: &[&str] = &[$($function),*];

        $(#[tokio::test]
        async fn $story() {
            let stage = Stage::default();
            $story::story(&stage).await;
            stage.prove($function);
        })*
    };
}

stories! {
    api_key: "ApiKeyFunction",
    health: "HealthFunction",
    keys: "KeysFunction",
    mail_events: "MailEventsFunction",
    mail_outbox: "MailOutboxFunction",
    operator: "OperatorFunction",
    organization: "OrganizationFunction",
    passkey: "PasskeyFunction",
    password: "PasswordFunction",
    profile: "ProfileFunction",
    session: "SessionFunction",
    social: "SocialFunction",
    two_factor: "TwoFactorFunction",
    users: "UsersFunction",
}
