//! `POST /api-key/create`.

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::{KeyTerms, PlainApiKey};
use shared::operations::{CreateApiKeyError, Interruption};
use shared::store::Changes;

use super::{CREATE, DAY, EMAIL, OTHER, assert_error, create, listed, sign_up, start, start_with, text};

/// A key would authenticate for years, without the second factor ever being asked for again.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_from_before_the_second_factor_makes_no_key() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    create(&app, &token, &json!({})).await;
    let mut user = app.caller(&token).await.user;
    user.turn_on_second_factor();
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
    let refused = app.post(CREATE).bearer(&token).json(&json!({})).send().await;
    assert_error(&refused, 403, "SESSION_NOT_FRESH", "Session is not fresh");
    assert_eq!(listed(&app, &token).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_whole_and_once() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let caller = app.caller(&token).await;
    let answer = app
        .post(CREATE)
        .bearer(&token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let key = text(&answer.json()["key"]);
    assert!(
        key.len() == 64 && key.bytes().all(|letter| letter.is_ascii_alphabetic()),
        "{key}"
    );
    let owner = caller.user.id.to_string();
    let id = PlainApiKey::parse(&key).expect("a key").id().to_string();
    let mut expected = json!({
        "id": id, "configId": "default", "name": null, "start": &key[..6], "prefix": null, "userId": owner,
        "referenceId": owner, "enabled": true, "rateLimitEnabled": true, "rateLimitTimeWindow": 86_400_000,
        "rateLimitMax": 10, "requestCount": 0, "remaining": null, "refillAmount": null, "refillInterval": null,
        "lastRefillAt": null, "lastRequest": null, "expiresAt": null, "createdAt": "2026-01-31T12:00:00.000Z",
        "updatedAt": "2026-01-31T12:00:00.000Z", "permissions": null, "metadata": null,
    });
    assert_eq!(listed(&app, &token).await, [expected.clone()]);
    expected["key"] = key.into();
    assert_eq!(answer.json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_chooses_name_prefix_expiry_and_metadata() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let metadata = json!({"team": "doors", "nested": {"list": [1, 2.5, null]}});
    let body = json!({"name": "deploy", "prefix": "live_", "expiresIn": 7 * DAY, "metadata": metadata});
    let made = create(&app, &token, &body).await;
    let key = text(&made["key"]);
    assert_eq!((key.len(), &key[..5]), (69, "live_"));
    assert_eq!(made["start"], key[..6]);
    assert_eq!((&made["name"], &made["prefix"]), (&json!("deploy"), &json!("live_")));
    assert_eq!(
        (&made["expiresAt"], &made["metadata"]),
        (&json!("2026-02-07T12:00:00.000Z"), &metadata)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_objects_may_come_as_text() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = json!({"expiresIn": "86400", "metadata": "{\"team\": \"doors\"}"});
    let made = create(&app, &token, &body).await;
    assert_eq!(made["expiresAt"], "2026-02-01T12:00:00.000Z");
    assert_eq!(made["metadata"], json!({"team": "doors"}));
    let form = [("name", "form"), ("expiresIn", "86400.5")];
    let answer = app.post(CREATE).bearer(&token).form(&form).send().await.expect(200);
    assert_eq!(answer.json()["expiresAt"], "2026-02-01T12:00:00.500Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_as_good_as_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = json!({
        "name": null, "prefix": null, "expiresIn": null, "metadata": null, "userId": null, "remaining": null,
        "refillAmount": null, "refillInterval": null, "rateLimitTimeWindow": null, "rateLimitMax": null,
        "rateLimitEnabled": null, "permissions": null,
    });
    let made = create(&app, &token, &body).await;
    assert_eq!((&made["remaining"], &made["rateLimitMax"]), (&Value::Null, &json!(10)));
    let unnamed = create(&app, &token, &json!({"name": ""})).await;
    assert_eq!(unnamed["name"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_programs_set_is_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for property in [
        json!({"remaining": 5}),
        json!({"remaining": 0}),
        json!({"refillAmount": 5}),
        json!({"refillInterval": 1000}),
        json!({"rateLimitTimeWindow": 1000}),
        json!({"rateLimitMax": 1_000_000}),
        json!({"rateLimitEnabled": false}),
        json!({"rateLimitEnabled": "false"}),
        json!({"permissions": {"files": ["read"]}}),
        json!({"permissions": {}}),
    ] {
        let answer = app.post(CREATE).bearer(&token).json(&property).send().await;
        let message = "The property you're trying to set can only be set from the server auth instance only.";
        assert_error(&answer, 400, "SERVER_ONLY_PROPERTY", message);
    }
    assert!(listed(&app, &token).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_creates_no_key_for_another_user() {
    let app = start().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let (own, theirs) = (app.caller(&token).await.user.id, app.caller(&other).await.user.id);
    for named in [theirs.to_string(), "nonsense".to_owned(), String::new()] {
        let answer = app
            .post(CREATE)
            .bearer(&token)
            .json(&json!({"userId": named}))
            .send()
            .await;
        assert_error(&answer, 401, "UNAUTHORIZED_SESSION", "Unauthorized or invalid session");
    }
    let made = create(&app, &token, &json!({"userId": own.to_string()})).await;
    assert_eq!(made["userId"], own.to_string());
    assert!(listed(&app, &other).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_needs_a_session() {
    let app = start().await;
    let ended = sign_up(&app, EMAIL).await;
    let _ = app.post("/api/auth/sign-out").bearer(&ended).send().await.expect(200);
    let someone = json!({"userId": "01890a5d-ac96-774b-bcce-b302099a8057", "remaining": 5});
    for request in [
        app.post(CREATE).json(&json!({})),
        app.post(CREATE).bearer(&ended).json(&json!({})),
        app.post(CREATE).json(&someone),
    ] {
        let answer = request.send().await;
        assert_error(&answer, 401, "UNAUTHORIZED_SESSION", "Unauthorized or invalid session");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_broken_rule_is_named() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let too_small = (
        "EXPIRES_IN_IS_TOO_SMALL",
        "The expiresIn is smaller than the predefined minimum value.",
    );
    let too_large = (
        "EXPIRES_IN_IS_TOO_LARGE",
        "The expiresIn is larger than the predefined maximum value.",
    );
    let name = (
        "INVALID_NAME_LENGTH",
        "The name length is either too large or too small.",
    );
    let prefix = (
        "INVALID_PREFIX_LENGTH",
        "The prefix length is either too large or too small.",
    );
    let metadata = ("INVALID_METADATA_TYPE", "metadata must be an object or undefined");
    let form = (
        "VALIDATION_ERROR",
        "[body.prefix] Invalid prefix format, must be alphanumeric and contain only underscores and hyphens.",
    );
    let positive = (
        "VALIDATION_ERROR",
        "[body.expiresIn] Too small: expected number to be >=1",
    );
    let number = (
        "VALIDATION_ERROR",
        "[body.expiresIn] Invalid input: expected number, received string",
    );
    let size = (
        "VALIDATION_ERROR",
        "[body.metadata] Too big: expected JSON of at most 2048 bytes",
    );
    for (body, (code, message)) in [
        (json!({"expiresIn": DAY - 1}), too_small),
        (json!({"expiresIn": 365 * DAY + 1}), too_large),
        (json!({"expiresIn": 1e300}), too_large),
        (json!({"expiresIn": 0}), positive),
        (json!({"expiresIn": -5}), positive),
        (json!({"expiresIn": 0.5}), positive),
        (json!({"expiresIn": "soon"}), number),
        (json!({"expiresIn": "-1"}), positive),
        (json!({"expiresIn": "inf"}), number),
        (json!({"expiresIn": ""}), number),
        (json!({"name": "n".repeat(33)}), name),
        (json!({"prefix": "p".repeat(33)}), prefix),
        (json!({"prefix": "a b"}), form),
        (json!({"prefix": ""}), form),
        (json!({"metadata": "text"}), metadata),
        (json!({"metadata": [1]}), metadata),
        (json!({"metadata": "[1]"}), metadata),
        (json!({"metadata": 5}), metadata),
        (json!({"metadata": {"text": "x".repeat(2048)}}), size),
    ] {
        let answer = app.post(CREATE).bearer(&token).json(&body).send().await;
        assert_error(&answer, 400, code, message);
    }
    assert!(listed(&app, &token).await.is_empty());
    for body in [
        json!({"expiresIn": DAY}),
        json!({"expiresIn": 365 * DAY}),
        json!({"name": "n".repeat(32)}),
    ] {
        create(&app, &token, &body).await;
    }
}

/// A request that was authenticated before all sessions ended, and writes after that.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_leaves_no_key_behind() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let (thief, now) = (app.assured(&token).await, app.clock.now());
    let renamed = json!({"name": "Countess"});
    let _ = app
        .post("/api/auth/update-user")
        .bearer(&token)
        .json(&renamed)
        .send()
        .await
        .expect(200);
    // The user has changed since, and the session is still there.
    let made = app.core().create_api_key(&thief, KeyTerms::default(), now).await;
    assert!(made.is_ok());
    let _ = app
        .post("/api/auth/revoke-sessions")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let refused = app.core().create_api_key(&thief, KeyTerms::default(), now).await;
    assert!(matches!(
        refused,
        Err(CreateApiKeyError::Interrupted(Interruption::SessionGone))
    ));
    let keys = app.core().list_api_keys(thief.user.id, now).await.expect("keys");
    assert_eq!(keys.len(), 1);
}

/// The key would be the administrator's for good.
#[tokio::test(flavor = "multi_thread")]
async fn an_impersonator_creates_no_key() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let session = app.impersonating(&token).await;
    let create = app.post("/api/auth/api-key/create").bearer(&session);
    let refused = create.json(&json!({"name": "mine"})).send().await;
    let message = "This is not allowed while impersonating";
    assert_error(&refused, 403, "NOT_ALLOWED_WHILE_IMPERSONATING", message);
    assert!(listed(&app, &token).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_secret_is_kept() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({"prefix": "p_"})).await["key"]);
    let kept = app.caller(&token).await.user.id;
    let kept = app.core().store.list_api_keys(kept).await.expect("keys");
    let shown = format!("{kept:?}");
    assert!(shown.contains(&key[..6]) && !shown.contains(&key[2..40]) && !shown.contains(&key[6..20]));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_at_most_as_often_as_a_user_changes_things() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    for _ in 0..100 {
        let _ = app
            .post(CREATE)
            .bearer(&token)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
    }
    let answer = app
        .post(CREATE)
        .bearer(&token)
        .json(&json!({}))
        .send()
        .await
        .expect(429);
    assert_eq!(answer.json()["code"], "TOO_MANY_REQUESTS");
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(listed(&app, &token).await.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_kept_on_the_way() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let made = app
        .post(CREATE)
        .bearer(&token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let refused = app.post(CREATE).json(&json!({})).send().await.expect(401);
    let unknown = app.get("/api/auth/nothing").undocumented().send().await.expect(404);
    for answer in [made, refused, unknown] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_is_notified_of_a_new_key() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    create(&app, &token, &json!({})).await;
    assert_eq!(app.count_mails("credential-changed"), 1);
    let mail = app.last_mail("credential-changed");
    assert_eq!(
        (mail.to, mail.subject.as_str()),
        (vec![EMAIL.to_owned()], "An API key was created (Ostiary)")
    );
}
