//! `list-user-passkeys`, `update-passkey` and `delete-passkey`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::{Answer, Authenticator, TestApp};

use super::{ADA, BOB, assert_error, list, register, session_of, sign_in, sign_up, start, user_with_passkey};

const NOT_YOURS: &str = "You are not allowed to register this passkey";

async fn update(app: &TestApp, token: &str, id: &Value, name: &str) -> Answer {
    let request = app.post("/api/auth/passkey/update-passkey").bearer(token);
    request.json(&json!({"id": id, "name": name})).send().await
}

async fn delete(app: &TestApp, token: &str, id: &Value) -> Answer {
    let request = app.post("/api/auth/passkey/delete-passkey").bearer(token);
    request.json(&json!({"id": id})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_sees_their_own_passkeys_oldest_first() {
    let app = start().await;
    let ada = sign_up(&app, ADA).await;
    let (bob, of_bob) = user_with_passkey(&app, BOB, 9).await;
    let mut expected = Vec::new();
    for seed in [5, 3, 7] {
        expected.push(register(&app, &ada, &mut Authenticator::new(seed)).await);
        app.clock.advance(SignedDuration::from_secs(1));
    }
    assert_eq!(list(&app, &ada).await, expected);
    let of_bobs = list(&app, &bob).await;
    assert_eq!(of_bobs.len(), 1);
    assert_eq!(of_bobs[0]["credentialID"], of_bob.id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_gets_another_name() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let before = list(&app, &token).await.remove(0);
    app.clock.advance(SignedDuration::from_mins(1));
    let answer = update(&app, &token, &before["id"], " Kitchen ")
        .await
        .expect(200)
        .json();
    let mut expected = before;
    (expected["name"], expected["updatedAt"]) = (json!("Kitchen"), json!("2026-01-31T12:01:00.000Z"));
    assert_eq!(answer, json!({"passkey": expected}));
    assert_eq!(list(&app, &token).await, [expected]);
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(list(&app, &token).await[0]["name"], "Kitchen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_has_bounds() {
    let app = start().await;
    let (token, _) = user_with_passkey(&app, ADA, 1).await;
    let id = list(&app, &token).await[0]["id"].clone();
    let message = "[body.name] Too small: expected string to have >=1 characters";
    for name in ["", "  "] {
        assert_error(&update(&app, &token, &id, name).await, 400, "VALIDATION_ERROR", message);
    }
    let message = "[body.name] Too big: expected string to have <=128 characters";
    let answer = update(&app, &token, &id, &"é".repeat(129)).await;
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
    let _ = update(&app, &token, &id, &"é".repeat(128)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_passkey_opens_nothing_and_may_come_back() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let signed_in = sign_in(&app, &mut authenticator).await.expect(200);
    let id = list(&app, &token).await[0]["id"].clone();
    let answer = delete(&app, &token, &id).await.expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert!(list(&app, &token).await.is_empty());
    let answer = sign_in(&app, &mut authenticator).await;
    assert_error(&answer, 401, "PASSKEY_NOT_FOUND", "Passkey not found");
    // The session that it opened goes on.
    let opened = signed_in.json()["session"]["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    assert_eq!(session_of(&app, &opened).await["user"]["email"], ADA);
    assert_error(
        &delete(&app, &token, &id).await,
        404,
        "PASSKEY_NOT_FOUND",
        "Passkey not found",
    );
    register(&app, &token, &mut authenticator).await;
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_cannot_change_another_users_passkey() {
    let app = start().await;
    let (ada, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let bob = sign_up(&app, BOB).await;
    let before = list(&app, &ada).await;
    let id = &before[0]["id"];
    for answer in [update(&app, &bob, id, "Mine").await, delete(&app, &bob, id).await] {
        assert_error(&answer, 401, "YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY", NOT_YOURS);
    }
    assert_eq!(list(&app, &ada).await, before);
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_passkey_is_not_found() {
    let app = start().await;
    let (token, authenticator) = user_with_passkey(&app, ADA, 1).await;
    let unknown = "A".repeat(43);
    for id in [
        unknown.as_str(),
        "",
        "x",
        authenticator.id().as_str(),
        "PASSKEY#x",
        &"A".repeat(4000),
    ] {
        for answer in [
            update(&app, &token, &json!(id), "New").await,
            delete(&app, &token, &json!(id)).await,
        ] {
            assert_error(&answer, 404, "PASSKEY_NOT_FOUND", "Passkey not found");
        }
    }
    let message = "[body.id] Invalid input: expected string, received number";
    assert_error(&delete(&app, &token, &json!(7)).await, 400, "VALIDATION_ERROR", message);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_needs_a_session() {
    let app = start().await;
    let (token, _) = user_with_passkey(&app, ADA, 1).await;
    let id = list(&app, &token).await[0]["id"].clone();
    let answers = [
        app.get("/api/auth/passkey/list-user-passkeys").send().await,
        app.post("/api/auth/passkey/update-passkey")
            .json(&json!({"id": id, "name": "x"}))
            .send()
            .await,
        app.post("/api/auth/passkey/delete-passkey")
            .json(&json!({"id": id}))
            .send()
            .await,
    ];
    for answer in answers {
        assert_error(&answer, 401, "UNAUTHORIZED", "Unauthorized");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_is_notified_of_a_passkey_that_was_added_or_removed() {
    let app = start().await;
    let (token, _) = user_with_passkey(&app, ADA, 1).await;
    let notice = |subject: &str| {
        assert_eq!(app.count_mails("credential-changed"), 1);
        let mail = app.last_mail("credential-changed");
        assert_eq!((mail.to, mail.subject.as_str()), (vec![ADA.to_owned()], subject));
        app.aws.mailbox().clear();
    };
    notice("A passkey was added (Ostiary)");
    let id = list(&app, &token).await[0]["id"].clone();
    let delete = || {
        app.post("/api/auth/passkey/delete-passkey")
            .bearer(&token)
            .json(&json!({ "id": id }))
    };
    let _ = delete().send().await.expect(200);
    notice("A passkey was removed (Ostiary)");
    let _ = delete().send().await;
    assert_eq!(app.count_mails("credential-changed"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_cleaned_and_disguises_nothing() {
    let app = start().await;
    let (token, _) = user_with_passkey(&app, ADA, 1).await;
    let id = list(&app, &token).await[0]["id"].clone();
    let renamed = update(&app, &token, &id, "\u{feff}My\u{ad} phone\u{200b}\n")
        .await
        .expect(200);
    assert_eq!(renamed.json()["passkey"]["name"], "My phone");
    for name in ["My\u{200b}phone", "enohp\u{202e}", "My\nphone", "\u{200b}"] {
        assert_eq!(
            update(&app, &token, &id, name).await.expect(400).json()["code"],
            "VALIDATION_ERROR",
            "{name:?}"
        );
    }
}
