//! `GET /v1/auth/me`.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::mail_event::Permanence;
use shared::domain::{EmailAddress, Label, MailEvent, MailEventKind, MessageId};
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{EMAIL, ME, PASSWORD, error, me, sign_up, sign_up_without_organization, start, start_with, update};

/// What SES says of the mail to Ada that it has sent last.
async fn report(app: &TestApp, kind: MailEventKind, message: &str) {
    let event = MailEvent {
        message_id: message.parse::<MessageId>().expect("an id"),
        kind,
        recipients: vec![EmailAddress::parse(EMAIL).expect("an address")],
        at: app.clock.now(),
    };
    let recorded = app.core().record_mail_event(&event, app.clock.now()).await;
    assert!(recorded.expect("a record"));
    app.clock.advance(SignedDuration::from_secs(1));
}

fn bounce(permanence: Permanence) -> MailEventKind {
    MailEventKind::Bounce {
        permanence,
        reason: Label::of("NoEmail").expect("a label"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_names_the_user_and_its_own_organization() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let user = app.caller(&token).await.user;
    let organization = user.memberships[0].organization_id;
    let at = app.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let own = json!({
        "tenant_id": organization.to_string(), "name": "Ada King Lovelace", "slug": format!("solo-{organization}"),
        "org_type": "SOLO", "plan": "SOLO_FREE", "status": "PLAN_ACTIVE",
    });
    let membership_id = format!("{organization}{}", user.id).replace('-', "");
    let membership = json!({
        "id": membership_id,
        "tenant_id": organization.to_string(), "role": "OWNER", "status": "ACTIVE", "app_roles": [], "organization": own,
        "created_at": at, "updated_at": at,
    });
    assert_eq!(
        me(&app, &token).await,
        json!({
            "id": user.id.to_string(), "email": EMAIL, "username": null, "first_name": "Ada", "last_name": "King Lovelace",
            "verified": false, "phone_verified": false, "email_status": {"status": "deliverable"}, "status": "ACTIVE",
            "language": "en", "timezone": "UTC", "solo_org_id": organization.to_string(),
            "default_org_id": organization.to_string(), "solo_org": own, "memberships": [membership],
            "created_at": at, "updated_at": at,
        })
    );
}

/// The rate, session and user, the organizations.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_costs_three_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    // The key that verifies the token is read once per process.
    me(&app, &token).await;
    let answer = app.get(ME).bearer(&token).send().await.expect(200);
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_sees_what_has_become_of_mail() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let status = async || me(&app, &token).await["email_status"].take();

    let at = app.clock.now().to_string();
    report(&app, bounce(Permanence::Transient), "m-1").await;
    assert_eq!(status().await, json!({"status": "soft_bounced", "at": at}));
    report(&app, MailEventKind::Delivery, "m-2").await;
    assert_eq!(status().await, json!({"status": "deliverable"}));

    let at = app.clock.now().to_string();
    report(&app, bounce(Permanence::Permanent), "m-3").await;
    assert_eq!(
        status().await,
        json!({"status": "bounced", "reason": "NoEmail", "at": at})
    );
    // The answer to a change of another field shows it, too.
    let changed = update(&app, &token, json!({"language": "fr"})).await;
    assert_eq!(changed["email_status"]["status"], "bounced");
    let at = app.clock.now().to_string();
    report(&app, MailEventKind::Complaint { feedback: None }, "m-4").await;
    assert_eq!(status().await, json!({"status": "complained", "at": at}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_an_organization_gets_a_personal_one() {
    let app = start().await;
    let token = sign_up_without_organization(&app).await;
    assert!(app.caller(&token).await.user.memberships.is_empty());
    let first = me(&app, &token).await;
    assert_eq!(first["memberships"][0]["organization"], first["solo_org"]);
    assert_eq!(
        (&first["solo_org"]["name"], &first["solo_org"]["org_type"]),
        (&json!("Ada"), &json!("SOLO"))
    );
    assert_eq!(me(&app, &token).await, first);

    // In other contracts the user goes on starting where it did.
    assert_eq!(first.get("default_org_id"), None);
    let account = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app
        .post("/api/auth/sign-in/email")
        .json(&account)
        .send()
        .await
        .expect(200);
    let again = answer.json()["token"].as_str().expect("a token").to_owned();
    assert_eq!(app.caller(&again).await.session.active_organization, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_is_shown_no_more() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let create = app.post("/api/auth/organization/create").bearer(&token);
    let acme = create
        .json(&json!({"name": "Acme", "slug": "acme"}))
        .send()
        .await
        .expect(200);
    let shown = me(&app, &token).await["memberships"].take();
    let slugs: Vec<_> = shown
        .as_array()
        .expect("a list")
        .iter()
        .map(|joined| &joined["organization"]["slug"])
        .collect();
    assert_eq!((slugs.len(), slugs[1]), (2, &json!("acme")));
    assert_eq!(shown[1]["organization"]["plan"], "TEAM_STARTER");

    let first = me(&app, &token).await["solo_org_id"].take();
    for gone in [acme.json()["id"].clone(), first.clone()] {
        let delete = app.post("/api/auth/organization/delete").bearer(&token);
        let _ = delete.json(&json!({"organizationId": gone})).send().await.expect(200);
    }
    // A user always has one of its own.
    let left = me(&app, &token).await;
    assert_eq!(left["memberships"].as_array().map(Vec::len), Some(1));
    assert_ne!(left["solo_org_id"], first);
}

fn assert_unauthorized(answer: &Answer) {
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json(), error(401, "Unauthorized", "Unauthorized"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_live_session_nothing_is_shown() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let ways: [fn(TestRequest<'_>) -> TestRequest<'_>; 4] = [
        |request| request,
        |request| request.bearer("nonsense"),
        |request| request.header("authorization", "Basic YWRhOnNlY3JldA=="),
        |request| request.bearer("eyJhbGciOiJub25lIn0.e30."),
    ];
    for way in ways {
        assert_unauthorized(&way(app.get(ME)).send().await);
        assert_unauthorized(
            &way(app.request("PUT", ME))
                .json(&json!({"language": "fr"}))
                .send()
                .await,
        );
    }
    // The contract knows no cookies.
    assert_unauthorized(&app.get(ME).cookie(&token).send().await);
    let delete = app.post("/api/auth/delete-user").bearer(&token);
    let _ = delete.json(&json!({})).send().await.expect(200);
    assert_unauthorized(&app.get(ME).bearer(&token).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_shown_a_hundred_times_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    for _ in 0..100 {
        me(&app, &token).await;
    }
    let refused = app.get(ME).bearer(&token).send().await.expect(429);
    assert_eq!(refused.json(), error(429, "Too Many Requests", "Too many requests"));
    assert!(refused.header("retry-after").is_some());
    app.clock.advance(SignedDuration::from_mins(1));
    me(&app, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_it_says_so() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = app.get(ME).bearer(&token).send().await.expect(503);
    assert_eq!(answer.json(), error(503, "Service Unavailable", "Service unavailable"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_ne!(me(&app, &token).await["email"], Value::Null);
}
