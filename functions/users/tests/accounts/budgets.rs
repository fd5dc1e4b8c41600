//! What each operation may cost, with all limits counted.

use serde_json::json;

use super::{Account, GRACE, LINKS, OWNER, STRONG, USERS, data, delete, patch, post, put_roles, start_with};

/// The session check is one call, the limit of administrators a second one, and the commit the last one. What takes a
/// seat reads the plans.
#[tokio::test(flavor = "multi_thread")]
async fn an_action_on_a_user_is_a_few_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let account = Account::found(&app, OWNER, 50).await;
    // The numbers of users are taken in blocks.
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let number = account.number.0;
    let new = json!({"email": "new@example.com", "role": "COACH", "accountId": number});
    let created = post(&app, &account.owner, USERS, &new).await.expect(201);
    assert_eq!((created.usage.dynamodb, created.usage.kms), (4, 0), "create");
    let updated = patch(&app, &account.owner, &shown["id"], &json!({"role": "SPONSOR"}))
        .await
        .expect(200);
    assert_eq!((updated.usage.dynamodb, updated.usage.kms), (4, 0), "update");
    let roles = json!({"roles": ["COACH", "MANAGER"], "accountId": number});
    let replaced = put_roles(&app, &account.owner, &shown["id"], &roles).await.expect(200);
    assert_eq!((replaced.usage.dynamodb, replaced.usage.kms), (4, 0), "roles");
    let role = json!({"role": "MANAGER", "email": GRACE, "accountId": number});
    let taken = delete(&app, &account.owner, &shown["id"], &role).await.expect(200);
    assert_eq!((taken.usage.dynamodb, taken.usage.kms), (4, 0), "delete a role");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_a_few_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let account = Account::found(&app, OWNER, 50).await;
    let _ = account.create_user(&app, GRACE, "COACH").await;
    let body = json!({"role": "COACH", "accountId": account.number.0});
    let answer = post(&app, &account.owner, LINKS, &body).await.expect(201);
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (3, 0), "create");
    let token = data(&answer)["token"].clone();
    let decode = app.post(&format!("{LINKS}/decode")).json(&json!({ "token": token }));
    assert_eq!(decode.send().await.expect(200).usage.dynamodb, 4, "decode");
    let body = json!({"token": token, "email": "new@example.com", "name": "Ada Lovelace", "password": STRONG});
    let accepted = app
        .post(&format!("{LINKS}/accept"))
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!((accepted.usage.dynamodb, accepted.usage.kms), (5, 0), "accept");
    let nonsense = app.post(&format!("{LINKS}/decode")).json(&json!({"token": "x"}));
    assert_eq!(nonsense.send().await.expect(400).usage.dynamodb, 0);
}
