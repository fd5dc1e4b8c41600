//! For tests of all crates: the real router of a function over an AWS of its own, with a clock that stands still, seeded
//! randomness, and answers that are checked against the contract's document. Behind the feature `testkit`.
//!
//! Each contract has a module with what its users do (sign up, sign in, accept an invitation) and how it words an error; `across`
//! takes the contract as a value. `race` has many requests at once, `authenticator` is a passkey in software. A test program starts
//! with [`service!`], which names the functions under test.

pub mod accounts;
pub mod across;
mod app;
pub mod authenticator;
pub mod basic;
pub mod better_auth;
mod fixed_clock;
pub mod platform;
pub mod race;
mod request;
mod seeded_entropy;
pub mod teams;

use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;

pub use app::{TestApp, TestAppBuilder};
pub use authenticator::Authenticator;
pub use fixed_clock::FixedClock;
pub use request::{Answer, TestRequest};
pub use seeded_entropy::SeededEntropy;

#[doc(inline)]
pub use crate::test_service as service;

/// The password of all users, except where a test chooses another.
pub const PASSWORD: &str = "nine lanterns over Pskov";
/// The origin that is trusted without any settings.
pub const ORIGIN: &str = "http://127.0.0.1:3000";

/// The router type that the functions' `routes` return.
pub type Routes = axum::Router<crate::http::AppState>;

/// The text of a JSON string.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a string: {value}"))
        .to_owned()
}

/// The sequence numbers of the records that Lambda has to pass on again, as it reads them.
pub fn failed_records(response: &DynamoDbEventResponse) -> Vec<String> {
    let response = serde_json::to_value(response).expect("JSON");
    let failures = response["batchItemFailures"].as_array().expect("a list").iter();
    failures.map(|failure| text(&failure["itemIdentifier"])).collect()
}

/// Defines `routes`, `start` and `start_with` for a test program: `service!(session, profile)` serves these two functions, and
/// `service!([("TRUSTED_ORIGINS", APP)]; session, profile)` does so with settings, which those of `start_with` override.
#[macro_export]
macro_rules! test_service {
    ($($function:ident),+ $(,)?) => {
        $crate::test_service!([]; $($function),+);
    };
    ($settings:expr; $($function:ident),+ $(,)?) => {
        /// The functions under test, and those that their tests need.
        fn routes(state: &$crate::http::AppState) -> $crate::testkit::Routes {
            $crate::testkit::Routes::new()$(.merge($function::routes(state)))+
        }

        #[allow(dead_code, reason = "the tests of some functions always have settings")]
        async fn start() -> $crate::testkit::TestApp {
            start_with(&[]).await
        }

        #[allow(dead_code, reason = "the tests of some functions have no settings")]
        async fn start_with(settings: &[(&str, &str)]) -> $crate::testkit::TestApp {
            $crate::testkit::TestApp::builder(routes).settings(&$settings).settings(settings).start().await
        }
    };
}
