//! A key in place of a session: the header `x-api-key`, where a deployment lets it be one.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::{KeyLimit, KeyTerms};
use shared::domain::{MemberRoles, OrganizationId, OrganizationPatch, PlainApiKey, RoleName, UserStatus};
use shared::operations::{Client, Interruption, UpdateOrganizationError};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{
    CREATE, DAY, DELETE, EMAIL, GET, LIST, OTHER, PASSWORD, UPDATE, assert_error, create, create_on_terms, listed,
    sign_in, sign_up, start, start_with, text,
};

const SESSION: &str = "/api/auth/get-session";
const CLOSED: &str = "This operation needs a session. An API key does not stand for one here.";

async fn start_keyed() -> TestApp {
    start_with(&[("API_KEY_SESSIONS", "on")]).await
}

fn by_key<'a>(request: TestRequest<'a>, key: &str) -> TestRequest<'a> {
    request.header("x-api-key", key)
}

async fn session_by(app: &TestApp, key: &str) -> Answer {
    by_key(app.get(SESSION), key).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn unless_it_is_switched_on_a_key_is_no_session() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    for text in [key.as_str(), "short"] {
        let answer = session_by(&app, text).await.expect(200);
        assert_eq!((answer.json(), answer.usage.dynamodb), (Value::Null, 0));
        assert_error(
            &by_key(app.get(LIST), text).send().await,
            401,
            "UNAUTHORIZED",
            "Unauthorized",
        );
    }
    // Nor does it get in the way of one.
    let answer = by_key(app.get(SESSION).cookie(&token), "short")
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_a_session_of_its_owner() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({"expiresIn": 30 * DAY})).await;
    let (key, own) = (text(&made["key"]), text(&made["id"]));
    let whole = app.get(SESSION).bearer(&token).send().await.expect(200).json();
    app.clock.advance(SignedDuration::from_hours(1));
    let answer = by_key(app.get(SESSION), &key)
        .header("user-agent", "cron")
        .send()
        .await
        .expect(200);
    let expected = json!({
        "session": {
            "id": own, "token": own, "userId": whole["user"]["id"], "expiresAt": "2026-03-02T12:00:00.000Z",
            "createdAt": "2026-01-31T13:00:00.000Z", "updatedAt": "2026-01-31T13:00:00.000Z", "ipAddress": null,
            "userAgent": "cron", "impersonatedBy": null, "activeOrganizationId": null,
        },
        "user": whole["user"],
    });
    assert_eq!(answer.json(), expected);
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (2, 0));
    assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
    assert_eq!(listed(&app, &token).await[0]["requestCount"], 1);
    let endless = text(&create(&app, &token, &json!({})).await["key"]);
    let answer = session_by(&app, &endless).await.expect(200);
    assert_eq!(answer.json()["session"]["expiresAt"], "2026-02-07T13:00:00.000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_before_a_session_that_comes_along() {
    let app = start_keyed().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    for request in [app.get(SESSION).cookie(&other), app.get(SESSION).bearer(&other)] {
        let answer = by_key(request, &key).send().await.expect(200);
        assert_eq!(answer.json()["user"]["email"], EMAIL);
    }
    let answer = by_key(app.get(SESSION).cookie(&other), "short").send().await;
    assert_error(&answer, 403, "INVALID_API_KEY", "Invalid API key.");
    // An empty header says nothing.
    let answer = by_key(app.get(SESSION).cookie(&other), "").send().await.expect(200);
    assert_eq!(answer.json()["user"]["email"], OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_valid_is_refused_with_the_reason() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({"expiresIn": DAY})).await;
    let (key, id) = (text(&made["key"]), text(&made["id"]));
    assert_error(
        &session_by(&app, "short").await,
        403,
        "INVALID_API_KEY",
        "Invalid API key.",
    );
    let long = "a".repeat(200);
    let unknown = format!("b{}", &key[1..]);
    let unknown = if unknown == key {
        format!("c{}", &key[1..])
    } else {
        unknown
    };
    for nobodys in ["a".repeat(64), long, unknown, format!("{}1", &key[..63])] {
        assert_error(
            &session_by(&app, &nobodys).await,
            401,
            "INVALID_API_KEY",
            "Invalid API key.",
        );
    }
    let switch = json!({"keyId": id, "enabled": false});
    let _ = app.post(UPDATE).bearer(&token).json(&switch).send().await.expect(200);
    for request in [app.get(SESSION), app.get("/api/auth/list-sessions"), app.get(LIST)] {
        let answer = by_key(request, &key).send().await;
        assert_error(&answer, 401, "KEY_DISABLED", "API Key is disabled");
    }
    let switch = json!({"keyId": id, "enabled": true});
    let _ = app.post(UPDATE).bearer(&token).json(&switch).send().await.expect(200);
    let _ = session_by(&app, &key).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(DAY));
    assert_error(&session_by(&app, &key).await, 401, "KEY_EXPIRED", "API Key has expired");
    let _ = app
        .post(DELETE)
        .bearer(&sign_in(&app, EMAIL).await)
        .json(&json!({"keyId": id}))
        .send()
        .await
        .expect(200);
    assert_error(
        &session_by(&app, &key).await,
        401,
        "INVALID_API_KEY",
        "Invalid API key.",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_a_use() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    for _ in 0..10 {
        let _ = session_by(&app, &key).await.expect(200);
    }
    app.clock.advance(SignedDuration::from_hours(1));
    let answer = session_by(&app, &key).await.expect(429);
    let expected = json!({
        "code": "RATE_LIMITED", "message": "Rate limit exceeded.", "details": {"tryAgainIn": 23 * 3_600_000},
    });
    assert_eq!((answer.json(), answer.header("retry-after")), (expected, Some("82800")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_a_user_who_may_not_sign_in_is_refused() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    let owner = app.caller(&token).await.user.id;
    let banned = UserStatus::Banned {
        reason: String::new(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    app.set_status(&token, banned).await;
    assert_error(&session_by(&app, &key).await, 401, "USER_BANNED", "User is banned");
    let mut owner = app
        .core()
        .store
        .find_user(owner)
        .await
        .expect("a read")
        .expect("the owner");
    owner.status = UserStatus::Banned {
        reason: String::new(),
        until: Some(app.clock.now()),
        former: Box::new(UserStatus::Active),
    };
    let over = Changes::new().update_user(&owner);
    app.core().store.commit(over).await.expect("a commit");
    assert_eq!(session_by(&app, &key).await.expect(200).json()["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_reads() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    let (key, id) = (text(&made["key"]), text(&made["id"]));
    let path = format!("{GET}?id={id}");
    for request in [
        app.get("/api/auth/list-sessions"),
        app.get(LIST),
        app.get(&path),
        app.post(SESSION),
        app.get("/api/auth/organization/list"),
    ] {
        let answer = by_key(request, &key).send().await.expect(200);
        assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
    }
    // No session has come of it.
    let owner = app.caller(&token).await.user.id;
    assert_eq!(app.core().store.list_sessions(owner).await.expect("sessions").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_works_in_organizations_as_its_owner_does() {
    let app = start_keyed().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let limit = KeyLimit {
        enabled: false,
        ..KeyLimit::default()
    };
    let terms = || KeyTerms {
        limit,
        ..KeyTerms::default()
    };
    let key = create_on_terms(&app, &token, terms()).await;
    let others = create_on_terms(&app, &other, terms()).await;
    let founding = json!({"name": "Doors", "slug": "doors"});
    let made = app.post("/api/auth/organization/create").bearer(&token).json(&founding);
    let id = text(&made.send().await.expect(200).json()["id"]);
    let by_name = async |path: &str, key: &str| {
        let path = format!("/api/auth/organization/{path}?organizationId={id}");
        by_key(app.get(&path), key).send().await
    };
    for path in [
        "get-organization",
        "get-full-organization",
        "list-members",
        "list-invitations",
    ] {
        let _ = by_name(path, &key).await.expect(200);
        assert!(by_name(path, &others).await.status.is_client_error(), "{path}");
    }
    let renaming = json!({"organizationId": id, "data": {"name": "Gates"}});
    let inviting = json!({"organizationId": id, "email": OTHER, "role": "member"});
    let mut invitation = String::new();
    for (path, body) in [("update", &renaming), ("invite-member", &inviting)] {
        let path = format!("/api/auth/organization/{path}");
        let refused = by_key(app.post(&path).json(body), &others).send().await;
        assert!(refused.status.is_client_error(), "{path}");
        let answer = by_key(app.post(&path).json(body), &key).send().await.expect(200);
        invitation = text(&answer.json()["id"]);
    }
    let cancelling = json!({"invitationId": invitation});
    let cancelling = app.post("/api/auth/organization/cancel-invitation").json(&cancelling);
    let _ = by_key(cancelling, &key).send().await.expect(200);
    let whole = by_name("get-full-organization", &key).await.expect(200).json();
    assert_eq!(
        (&whole["name"], whole["members"].as_array().map(Vec::len)),
        (&json!("Gates"), Some(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_changes_no_credential() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    let (key, id) = (text(&made["key"]), text(&made["id"]));
    let change = json!({
        "keyId": id, "enabled": false, "newEmail": OTHER, "newPassword": "another keeper", "currentPassword": PASSWORD,
        "password": PASSWORD, "token": token, "name": "x", "slug": "x",
    });
    for path in [
        CREATE,
        UPDATE,
        DELETE,
        "/api/auth/change-email",
        "/api/auth/change-password",
        "/api/auth/delete-user",
        "/api/auth/revoke-session",
        "/api/auth/revoke-sessions",
        "/api/auth/revoke-other-sessions",
        "/api/auth/update-user",
        "/api/auth/organization/create",
        "/api/auth/organization/delete",
        "/api/auth/organization/set-active",
        "/api/auth/organization/leave",
        "/api/auth/organization/accept-invitation",
    ] {
        let answer = by_key(app.post(path).json(&change), &key).send().await;
        assert_error(&answer, 403, "API_KEY_NOT_ALLOWED", CLOSED);
        assert_eq!(answer.usage.dynamodb, 0, "{path}");
    }
    let kept = &listed(&app, &token).await[0];
    assert_eq!((&kept["enabled"], &kept["requestCount"]), (&json!(true), &json!(0)));
    // Beside a session the header is not in the way.
    let renamed = json!({"keyId": id, "name": "renamed"});
    let _ = by_key(app.post(UPDATE).bearer(&token).json(&renamed), &key)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_contracts_know_no_keys() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    let _ = by_key(app.get("/auth/me"), &key).send().await.expect(401);
    let _ = app.get("/auth/me").bearer(&key).send().await.expect(401);
    assert_eq!(
        app.get(SESSION).bearer(&key).send().await.expect(200).json(),
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_not_excuse_cookies_from_a_foreign_page() {
    let app = start_keyed().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    let request = app
        .post("/api/auth/update-user")
        .json(&json!({"name": "x"}))
        .cookie(&token);
    let request = request.header("origin", "https://evil.example");
    let answer = by_key(request, &key).send().await;
    assert_error(&answer, 403, "INVALID_ORIGIN", "Invalid origin");
}

/// An invitation or a session outlives the key that created it: an attacker with a stolen key must not gain one.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_hands_over_no_right_in_an_organization() {
    let roles = r#"{"painter": {"picture": ["paint"]}, "porter": {"invitation": ["create"]}}"#;
    let app = start_with(&[("API_KEY_SESSIONS", "on"), ("ORGANIZATION_ROLES", roles)]).await;
    let (token, key, id) = organized(&app).await;
    for role in ["owner", "admin", "porter", "member,owner", "painter,porter"] {
        let inviting = json!({"organizationId": id, "email": OTHER, "role": role});
        let inviting = app.post("/api/auth/organization/invite-member").json(&inviting);
        let answer = by_key(inviting, &key).send().await;
        let code = "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE";
        assert_error(
            &answer,
            403,
            code,
            "You are not allowed to invite a user with this role",
        );
    }
    let inviting = json!({"organizationId": id, "email": OTHER, "role": "member"});
    let inviting = app.post("/api/auth/organization/invite-member").json(&inviting);
    let invitation = text(&by_key(inviting, &key).send().await.expect(200).json()["id"]);
    let other = sign_up(&app, OTHER).await;
    let verification = app.mailed_token("verify-email");
    let verified = app.get(&format!("/api/auth/verify-email?token={verification}"));
    let _ = verified.send().await.expect(200);
    let accepting = json!({"invitationId": invitation});
    let accepting = app.post("/api/auth/organization/accept-invitation").json(&accepting);
    let _ = accepting.bearer(&other).send().await.expect(200);
    let member = app.caller(&other).await.user.id.to_string();
    let change = |role: &str| {
        let change = json!({"organizationId": id, "memberId": member, "role": role});
        app.post("/api/auth/organization/update-member-role").json(&change)
    };
    for role in ["owner", "admin", "porter"] {
        let answer = by_key(change(role), &key).send().await;
        let code = "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER";
        assert_error(&answer, 403, code, "You are not allowed to update this member");
    }
    // The application's own roles are daily work, and the session may do what it could.
    let _ = by_key(change("painter"), &key).send().await.expect(200);
    let _ = change("owner").bearer(&token).send().await.expect(200);
}

/// A request by a key that loses a race goes on, for as long as the key is good; that takes no further use of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_race_ends_no_key() {
    let app = start_keyed().await;
    let (token, key, id) = organized(&app).await;
    let id = OrganizationId::parse(&id).expect("an id");
    let plain = PlainApiKey::parse(&key).expect("a key");
    let (core, now, client) = (app.core(), app.clock.now(), Client::default());
    let caller = core.authenticate_api_key(&plain, &client, now).await.expect("a caller");
    let before = listed(&app, &token).await[0]["lastRequest"].clone();
    let mut user = app.caller(&token).await.user;
    let names = ["owner", "member"].map(|name| RoleName::parse(name).expect("a name"));
    user.memberships[0].roles = MemberRoles::of(names).expect("roles");
    let changes = Changes::new()
        .update_member(&user, &user.memberships[0])
        .update_user(&user);
    core.store.commit(changes).await.expect("a commit");
    let patch = || OrganizationPatch {
        name: Some("Gates".to_owned()),
        ..OrganizationPatch::default()
    };
    let updated = core.update_organization(&caller, id, patch(), now).await;
    assert_eq!(updated.expect("an organization").name, "Gates");
    assert_eq!(listed(&app, &token).await[0]["lastRequest"], before);
    let switch = json!({"keyId": listed(&app, &token).await[0]["id"], "enabled": false});
    let _ = app.post(UPDATE).bearer(&token).json(&switch).send().await.expect(200);
    let refused = core.update_organization(&caller, id, patch(), now).await;
    assert!(
        matches!(
            refused,
            Err(UpdateOrganizationError::Interrupted(Interruption::SessionGone))
        ),
        "{refused:?}"
    );
}

/// The session of an owner, a key of theirs that knows no limits, and the organization.
async fn organized(app: &TestApp) -> (String, String, String) {
    let token = sign_up(app, EMAIL).await;
    let limit = KeyLimit {
        enabled: false,
        ..KeyLimit::default()
    };
    let terms = KeyTerms {
        limit,
        ..KeyTerms::default()
    };
    let key = create_on_terms(app, &token, terms).await;
    let founding = json!({"name": "Doors", "slug": "doors"});
    let made = app.post("/api/auth/organization/create").bearer(&token).json(&founding);
    let id = text(&made.send().await.expect(200).json()["id"]);
    (token, key, id)
}
