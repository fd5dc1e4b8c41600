//! The `platform` contract: administrators.

mod configuration;
mod guard;
mod limits;
mod lists;
mod login;
mod mail_templates;
mod organizations;
mod password;
mod plans;
mod records;
mod refresh;
mod reset;
mod second_factor;
mod social_providers;
mod statistics;
mod users;

use serde_json::Value;
use shared::testkit::platform::{self, admin_login};
use shared::testkit::{Answer, TestApp, TestRequest};

pub(crate) use crate::{start, start_with};

pub const ROOT: &str = "root@example.com";
pub const OTHER: &str = "other@example.com";
pub const NEW_PASSWORD: &str = "ten lanterns over Pskov";

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_refused_in_the_words_of_the_contract() {
    let app = start().await;
    let answer = app.get("/v1/admin/nothing").undocumented().send().await.expect(404);
    assert_eq!(answer.json()["message"], "Cannot GET /v1/admin/nothing");
}

/// The body of a login of a new administrator.
pub async fn logged_in(app: &TestApp) -> Value {
    platform::create_admin(app, ROOT).await;
    admin_login(app, ROOT, shared::testkit::PASSWORD)
        .await
        .expect(200)
        .json()
}

/// Whether the guard accepts the token. The operation is refused afterwards, for its body.
pub async fn is_live(app: &TestApp, token: &str) -> bool {
    let answer = change(app, token, &serde_json::json!({})).send().await;
    match answer.status.as_u16() {
        400 => true,
        401 => false,
        _ => panic!("{} {}", answer.status, answer.text()),
    }
}

pub fn change<'a>(app: &'a TestApp, token: &str, body: &Value) -> TestRequest<'a> {
    app.request("PUT", "/v1/admin/password").bearer(token).json(body)
}

/// The status, the message and the code of an error.
#[track_caller]
pub fn assert_refused(answer: &Answer, status: u16, message: &str, code: Option<&str>) {
    let body = answer.json();
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!((&body["message"], body["code"].as_str()), (&Value::from(message), code));
    assert_eq!(body["statusCode"], status);
}
