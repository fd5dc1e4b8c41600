//! `POST /update-session`.

use serde_json::json;

use super::{EMAIL, assert_error, session_of, sign_up, start};

const PATH: &str = "/api/auth/update-session";

#[tokio::test(flavor = "multi_thread")]
async fn there_is_nothing_that_a_client_may_set() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = session_of(&app, &token).await;
    for nothing in [
        json!({}),
        json!({"theme": "dark", "token": "mine", "expiresAt": "2099-01-01T00:00:00.000Z", "userId": "another"}),
        json!({"activeOrganizationId": null, "impersonatedBy": ""}),
    ] {
        let answer = app.post(PATH).bearer(&token).json(&nothing).undocumented().send().await;
        assert_error(&answer, 400, "NO_FIELDS_TO_UPDATE", "No fields to update");
    }
    for name in ["activeOrganizationId", "activeTeamId", "impersonatedBy"] {
        let body = json!({ name: "01890a5d-ac96-774b-bcce-b302099a8057" });
        let answer = app.post(PATH).bearer(&token).json(&body).undocumented().send().await;
        assert_error(
            &answer,
            400,
            "FIELD_NOT_ALLOWED",
            &format!("{name} is not allowed to be set"),
        );
    }
    assert_eq!(session_of(&app, &token).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_needs_a_session_and_an_object() {
    let app = start().await;
    let _ = app.post(PATH).json(&json!({})).undocumented().send().await.expect(401);
    let token = sign_up(&app, EMAIL).await;
    for body in [json!([]), json!("theme"), json!(1)] {
        let answer = app.post(PATH).bearer(&token).json(&body).undocumented().send().await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!("VALIDATION_ERROR"))
        );
    }
}
