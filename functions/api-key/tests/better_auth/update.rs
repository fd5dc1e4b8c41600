//! `POST /api-key/update`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::{KeyTerms, Permissions, Quota};
use shared::operations::{Interruption, UpdateApiKey, UpdateApiKeyError};
use shared::testkit::TestApp;

use super::{
    DAY, EMAIL, OTHER, UPDATE, assert_error, assert_invalid, create, create_on_terms, listed, sign_in, sign_up, start,
    text, verify,
};

async fn update(app: &TestApp, token: &str, body: &Value) -> Value {
    app.post(UPDATE)
        .bearer(token)
        .json(body)
        .send()
        .await
        .expect(200)
        .json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_changes_and_the_rest_stays() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = json!({"name": "old", "expiresIn": DAY, "metadata": {"a": 1}});
    let mut expected = create(&app, &token, &body).await;
    expected.as_object_mut().expect("an object").remove("key");
    let id = text(&expected["id"]);
    app.clock.advance(SignedDuration::from_hours(1));
    expected["updatedAt"] = json!("2026-01-31T13:00:00.000Z");

    expected["name"] = json!("new");
    let answer = app
        .post(UPDATE)
        .bearer(&token)
        .json(&json!({"keyId": id, "name": "new"}))
        .send()
        .await;
    assert_eq!(answer.expect(200).json(), expected);

    expected["expiresAt"] = json!("2026-02-02T13:00:00.000Z");
    assert_eq!(
        update(&app, &token, &json!({"keyId": id, "expiresIn": 2 * DAY})).await,
        expected
    );

    expected["metadata"] = json!({"b": [2]});
    assert_eq!(
        update(&app, &token, &json!({"keyId": id, "metadata": "{\"b\": [2]}"})).await,
        expected
    );

    (expected["expiresAt"], expected["metadata"]) = (Value::Null, Value::Null);
    assert_eq!(
        update(&app, &token, &json!({"keyId": id, "expiresIn": null, "metadata": null})).await,
        expected
    );

    expected["enabled"] = json!(false);
    assert_eq!(
        update(&app, &token, &json!({"keyId": id, "enabled": "false"})).await,
        expected
    );
    assert_eq!(listed(&app, &token).await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_switched_off_and_on_again() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    let (key, id) = (text(&made["key"]), text(&made["id"]));
    update(&app, &token, &json!({"keyId": id, "enabled": false})).await;
    assert_invalid(&verify(&app, &key).await, "KEY_DISABLED", "API Key is disabled");
    update(&app, &token, &json!({"keyId": id, "enabled": true})).await;
    assert_eq!(verify(&app, &key).await.json()["valid"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_leaves_the_uses_and_the_terms_alone() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let granted = Permissions::new([("files".to_owned(), vec!["read".to_owned()])].into());
    let terms = KeyTerms {
        quota: Some(Quota {
            remaining: 5,
            refill: None,
        }),
        permissions: Some(granted),
        ..KeyTerms::default()
    };
    let key = create_on_terms(&app, &token, terms).await;
    verify(&app, &key).await;
    let id = text(&listed(&app, &token).await[0]["id"]);
    let changed = update(&app, &token, &json!({"keyId": id, "name": "new", "permissions": null})).await;
    assert_eq!(
        (&changed["remaining"], &changed["requestCount"]),
        (&json!(4), &json!(1))
    );
    assert_eq!(changed["permissions"], json!({"files": ["read"]}));
    assert_eq!(verify(&app, &key).await.json()["key"]["remaining"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_changes_a_key() {
    let app = start().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let id = text(&create(&app, &token, &json!({"expiresIn": DAY})).await["id"]);
    for (key_id, token) in [
        (id.as_str(), &other),
        ("01890a5d-ac96-774b-bcce-b302099a8057", &token),
        ("nonsense", &token),
    ] {
        let body = json!({"keyId": key_id, "enabled": false});
        let answer = app.post(UPDATE).bearer(token).json(&body).send().await;
        assert_error(&answer, 404, "KEY_NOT_FOUND", "API Key not found");
    }
    let foreign = json!({"keyId": id, "name": "x", "userId": app.caller(&other).await.user.id.to_string()});
    for answer in [
        app.post(UPDATE).bearer(&token).json(&foreign).send().await,
        app.post(UPDATE).json(&foreign).send().await,
    ] {
        assert_error(&answer, 401, "UNAUTHORIZED_SESSION", "Unauthorized or invalid session");
    }
    let kept = &listed(&app, &token).await[0];
    assert_eq!((&kept["enabled"], &kept["name"]), (&json!(true), &Value::Null));

    app.clock.advance(SignedDuration::from_secs(DAY));
    let late = json!({"keyId": id, "expiresIn": null});
    let token = sign_in(&app, EMAIL).await;
    let answer = app.post(UPDATE).bearer(&token).json(&late).send().await;
    assert_error(&answer, 404, "KEY_NOT_FOUND", "API Key not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_broken_rule_is_named() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let id = text(&create(&app, &token, &json!({"name": "kept"})).await["id"]);
    let server = "The property you're trying to set can only be set from the server auth instance only.";
    let name = "The name length is either too large or too small.";
    let metadata = "metadata must be an object or undefined";
    for (field, code, message) in [
        (json!({}), "NO_VALUES_TO_UPDATE", "No values to update."),
        (
            json!({"permissions": null, "name": null}),
            "NO_VALUES_TO_UPDATE",
            "No values to update.",
        ),
        (json!({"remaining": 100}), "SERVER_ONLY_PROPERTY", server),
        (
            json!({"refillAmount": 100, "refillInterval": 1}),
            "SERVER_ONLY_PROPERTY",
            server,
        ),
        (json!({"rateLimitEnabled": false}), "SERVER_ONLY_PROPERTY", server),
        (json!({"rateLimitMax": 100}), "SERVER_ONLY_PROPERTY", server),
        (json!({"rateLimitTimeWindow": 1}), "SERVER_ONLY_PROPERTY", server),
        (
            json!({"permissions": {"files": ["write"]}}),
            "SERVER_ONLY_PROPERTY",
            server,
        ),
        (json!({"name": ""}), "INVALID_NAME_LENGTH", name),
        (json!({"name": "n".repeat(33)}), "INVALID_NAME_LENGTH", name),
        (json!({"metadata": "text"}), "INVALID_METADATA_TYPE", metadata),
        (json!({"metadata": 1}), "INVALID_METADATA_TYPE", metadata),
        (
            json!({"expiresIn": 60}),
            "EXPIRES_IN_IS_TOO_SMALL",
            "The expiresIn is smaller than the predefined minimum value.",
        ),
        (
            json!({"expiresIn": 366 * DAY}),
            "EXPIRES_IN_IS_TOO_LARGE",
            "The expiresIn is larger than the predefined maximum value.",
        ),
        (
            json!({"expiresIn": 0}),
            "VALIDATION_ERROR",
            "[body.expiresIn] Too small: expected number to be >=1",
        ),
        (
            json!({"enabled": "maybe"}),
            "VALIDATION_ERROR",
            "[body.enabled] Invalid input: expected boolean, received string",
        ),
    ] {
        let mut body = field;
        body["keyId"] = json!(id);
        let answer = app.post(UPDATE).bearer(&token).json(&body).send().await;
        assert_error(&answer, 400, code, message);
    }
    let answer = app.post(UPDATE).bearer(&token).json(&json!({"name": "x"})).send().await;
    let message = "[body.keyId] Invalid input: expected string, received undefined";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
    assert_eq!(listed(&app, &token).await[0]["name"], "kept");
}

/// A request that was authenticated before all sessions ended, and writes after that.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_changes_no_key() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let (thief, now) = (app.assured(&token).await, app.clock.now());
    let created = app.core().create_api_key(&thief, KeyTerms::default(), now).await;
    let id = created.expect("a key").key.id;
    let _ = app
        .post("/api/auth/revoke-sessions")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let change = UpdateApiKey {
        enabled: Some(false),
        ..UpdateApiKey::default()
    };
    let refused = app.core().update_api_key(&thief, id, change, now).await;
    assert!(matches!(
        refused,
        Err(UpdateApiKeyError::Interrupted(Interruption::SessionGone))
    ));
    let keys = app.core().list_api_keys(thief.user.id, now).await.expect("keys");
    assert!(keys[0].enabled);
}
