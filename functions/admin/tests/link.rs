//! The page behind the link of a mail with which an administrator chooses a new password.

use serde_json::json;
use shared::testkit::platform::{admin_login, create_admin};
use shared::testkit::{Answer, PASSWORD, TestApp};

use crate::start;

const ROOT: &str = "root@example.com";
const PAGE: &str = "/link/reset-admin-password";
const NEW_PASSWORD: &str = "ten lanterns over Pskov";

async fn send(app: &TestApp, token: &str, password: &str) -> Answer {
    let fields = [("token", token), ("newPassword", password)];
    app.post(PAGE).header("origin", "null").form(&fields).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_the_link_changes_nothing_and_its_form_sets_the_password() {
    let app = start().await;
    create_admin(&app, ROOT).await;
    let body = json!({"email": ROOT});
    let _ = app
        .post("/v1/admin/password/reset-request")
        .json(&body)
        .send()
        .await
        .expect(200);
    let token = app.mailed_token("reset-password");
    let page = app.get(&format!("{PAGE}?token={token}")).send().await.expect(200);
    assert!(page.text().contains("newPassword"), "{}", page.text());
    let _ = admin_login(&app, ROOT, PASSWORD).await.expect(200);

    let weak = send(&app, &token, "password1").await.expect(200);
    assert!(
        weak.text().contains("one of the most common passwords"),
        "{}",
        weak.text()
    );
    let done = send(&app, &token, NEW_PASSWORD).await.expect(200);
    assert!(done.text().contains("Your password is changed"), "{}", done.text());
    let _ = admin_login(&app, ROOT, NEW_PASSWORD).await.expect(200);

    for token in [token.as_str(), "x"] {
        let again = send(&app, token, "eleven lanterns over Pskov").await;
        assert!(
            again.text().contains("Your password was not changed"),
            "{}",
            again.text()
        );
    }
    let _ = admin_login(&app, ROOT, NEW_PASSWORD).await.expect(200);
}
