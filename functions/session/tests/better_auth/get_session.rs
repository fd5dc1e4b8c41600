//! `GET` and `POST /get-session`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    CLEARED, EMAIL, ORIGIN, PASSWORD, access_token, session_of, sign_in, sign_up, start, start_with, token_of,
};

const PATH: &str = "/api/auth/get-session";
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test(flavor = "multi_thread")]
async fn the_session_and_its_user_are_shown() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let caller = app.caller(&token).await;
    let answer = app.get(PATH).cookie(&token).send().await.expect(200);
    let expected = json!({
        "session": {
            "id": caller.session.id.to_string(), "token": token, "userId": caller.user.id.to_string(),
            "expiresAt": "2026-02-07T12:00:00.000Z", "createdAt": "2026-01-31T12:00:00.000Z",
            "updatedAt": "2026-01-31T12:00:00.000Z", "ipAddress": "192.0.2.1", "userAgent": "",
            "impersonatedBy": null, "activeOrganizationId": null,
        },
        "user": {
            "id": caller.user.id.to_string(), "name": "Ada Lovelace", "email": EMAIL, "emailVerified": false,
            "image": null, "createdAt": "2026-01-31T12:00:00.000Z", "updatedAt": "2026-01-31T12:00:00.000Z",
            "username": null, "displayUsername": null, "twoFactorEnabled": false,
            "role": "user", "banned": false, "banReason": null, "banExpires": null,
        },
    });
    assert_eq!(answer.json(), expected);
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    let posted = app.post(PATH).cookie(&token).json(&json!({})).send().await.expect(200);
    assert_eq!(posted.json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_the_answer_is_null() {
    let app = start().await;
    for request in [app.get(PATH), app.post(PATH), app.get(PATH).bearer("nonsense")] {
        let answer = request.send().await.expect(200);
        assert_eq!((answer.json(), answer.usage.dynamodb), (Value::Null, 0));
        assert!(answer.cookies().is_empty());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_an_ended_session_is_taken_away() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let _ = app.post("/api/auth/sign-out").bearer(&token).send().await.expect(200);
    let answer = app.get(PATH).cookie(&token).send().await.expect(200);
    assert_eq!((answer.json(), answer.cookies()), (Value::Null, CLEARED.to_vec()));
    // What was never a token of ours, and a token that stands in a header, is nothing to clean up.
    for request in [app.get(PATH).cookie("nonsense"), app.get(PATH).bearer(&token)] {
        let answer = request.send().await.expect(200);
        assert_eq!((answer.json(), answer.cookies().len()), (Value::Null, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_is_taken_in_all_forms() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let encoded = token.replace('_', "%5F").replace('-', "%2D");
    assert_ne!(encoded, token);
    for header in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER  {token} "),
        format!("Bearer {encoded}"),
    ] {
        let answer = app.get(PATH).header("authorization", &header).send().await.expect(200);
        assert_eq!(answer.json()["session"]["token"], token, "{header}");
    }
    for header in [
        token.clone(),
        format!("Basic {token}"),
        format!("Token {token}"),
        "Bearer".to_owned(),
    ] {
        let answer = app.get(PATH).header("authorization", &header).send().await.expect(200);
        assert_eq!(answer.json(), Value::Null, "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_goes_before_a_cookie_if_it_can_be_a_token() {
    let app = start().await;
    let ada = sign_up(&app, EMAIL).await;
    let eve = sign_up(&app, "eve@example.com").await;
    let both = app.get(PATH).cookie(&ada).bearer(&eve).send().await.expect(200);
    assert_eq!(both.json()["user"]["email"], "eve@example.com");
    let stale = app.get(PATH).cookie(&ada).bearer("undefined").send().await.expect(200);
    assert_eq!(stale.json()["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_found_among_others_and_may_be_encoded() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let encoded = token.replace('_', "%5F");
    let header = format!("theme=dark; better-auth.session_token={encoded}; x=\"y\"; =; better-auth.session_data=z");
    let answer = app.get(PATH).header("cookie", &header).send().await.expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
    let header = format!("session_token={token}; xbetter-auth.session_token={token}");
    let answer = app.get(PATH).header("cookie", &header).send().await.expect(200);
    assert_eq!(answer.json(), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_of_another_contract_sees_a_handle_instead_of_a_token() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let seen = session_of(&app, &jwt).await;
    assert_eq!(seen["user"]["email"], EMAIL);
    assert_eq!(seen["session"]["token"], seen["session"]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn use_extends_a_session_once_a_day() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.clock.advance(DAY - SignedDuration::from_secs(1));
    let early = app.get(PATH).cookie(&token).send().await.expect(200);
    assert_eq!(early.json()["session"]["expiresAt"], "2026-02-07T12:00:00.000Z");
    assert!(early.cookies().is_empty());
    app.clock.advance(SignedDuration::from_secs(1));
    let looked = app
        .get(&format!("{PATH}?disableRefresh=true"))
        .cookie(&token)
        .send()
        .await;
    assert!(looked.expect(200).cookies().is_empty());
    let extended = app.get(PATH).cookie(&token).send().await.expect(200);
    assert_eq!(extended.json()["session"]["expiresAt"], "2026-02-08T12:00:00.000Z");
    assert_eq!(extended.json()["session"]["updatedAt"], "2026-02-01T12:00:00.000Z");
    assert_eq!(extended.json()["session"]["createdAt"], "2026-01-31T12:00:00.000Z");
    assert_eq!(
        extended.cookies(),
        [format!(
            "better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"
        )]
    );
    assert_eq!(extended.header("set-auth-token"), Some(token.as_str()));
    let again = app.get(PATH).cookie(&token).send().await.expect(200);
    assert!(again.cookies().is_empty());
    assert_eq!(again.json()["session"]["expiresAt"], "2026-02-08T12:00:00.000Z");
    app.clock.advance(DAY * 7 - SignedDuration::from_secs(1));
    let last = app.get(PATH).cookie(&token).send().await.expect(200);
    assert_eq!(last.json()["session"]["expiresAt"], "2026-02-15T11:59:59.000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unused_session_ends_after_a_week() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.clock.advance(DAY * 7);
    let answer = app.get(PATH).cookie(&token).send().await.expect(200);
    assert_eq!((answer.json(), answer.cookies()), (Value::Null, CLEARED.to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_remembered_is_not_extended() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": false});
    let token = token_of(&app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200));
    app.clock.advance(DAY - SignedDuration::from_secs(1));
    let answer = app.get(PATH).cookie(&token).send().await.expect(200);
    assert_eq!(answer.json()["session"]["expiresAt"], "2026-02-01T12:00:00.000Z");
    assert!(answer.cookies().is_empty());
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(session_of(&app, &token).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_extends_its_session_without_a_cookie() {
    let app = start_with(&[("SESSION_UPDATE_AGE_SECONDS", "60")]).await;
    sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_secs(60));
    let answer = app.get(PATH).bearer(&jwt).send().await.expect(200);
    assert_eq!(answer.json()["session"]["updatedAt"], "2026-01-31T12:01:00.000Z");
    assert_eq!(answer.json()["session"]["expiresAt"], "2026-02-07T12:01:00.000Z");
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.header("set-auth-token"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_expires_before_its_session() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_secs(899));
    let id = session_of(&app, &jwt).await["session"]["id"].clone();
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(session_of(&app, &jwt).await, Value::Null);
    let listed = app
        .get("/api/auth/list-sessions")
        .bearer(&token)
        .send()
        .await
        .expect(200)
        .json();
    assert!(
        listed
            .as_array()
            .expect("a list")
            .iter()
            .any(|session| session["id"] == id)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_never_authenticates() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let other = sign_in(&app, EMAIL).await;
    let listed = app
        .get("/api/auth/list-sessions")
        .cookie(&token)
        .send()
        .await
        .expect(200)
        .json();
    let handles = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|session| session["id"].as_str().expect("an id"));
    for handle in handles {
        for request in [app.get(PATH).cookie(handle), app.get(PATH).bearer(handle)] {
            let answer = request.header("origin", ORIGIN).send().await.expect(200);
            assert_eq!((answer.json(), answer.usage.dynamodb), (Value::Null, 0));
        }
        let _ = app
            .get("/api/auth/list-sessions")
            .bearer(handle)
            .send()
            .await
            .expect(401);
    }
    assert_eq!(session_of(&app, &other).await["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_use_extends_a_session_beyond_ninety_days() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for _ in 0..14 {
        app.clock.advance(6 * DAY);
        assert_ne!(session_of(&app, &token).await, Value::Null);
    }
    // The eighty-fourth day of ninety.
    assert_eq!(
        session_of(&app, &token).await["session"]["expiresAt"],
        "2026-05-01T12:00:00.000Z"
    );
    app.clock.advance(5 * DAY);
    assert_eq!(
        session_of(&app, &token).await["session"]["expiresAt"],
        "2026-05-01T12:00:00.000Z"
    );
    app.clock.advance(DAY);
    assert_eq!(session_of(&app, &token).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_absolute_lifetime_is_a_setting_and_bounds_new_sessions_too() {
    let app = start_with(&[("SESSION_ABSOLUTE_LIFETIME_SECONDS", "3600")]).await;
    let token = sign_up(&app, EMAIL).await;
    assert_eq!(
        session_of(&app, &token).await["session"]["expiresAt"],
        "2026-01-31T13:00:00.000Z"
    );
    app.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(session_of(&app, &token).await, Value::Null);
}
