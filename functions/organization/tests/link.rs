//! The page behind the link of an invitation.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use shared::testkit::{Answer, TestApp};

use crate::support::{GUEST, OTHER_PASSWORD, PASSWORD, VALIDATE, guest_is_invited, sign_in, sign_up};
use crate::{start, start_with};

const PATH: &str = "/link/invitation";

async fn open(app: &TestApp, token: &str) -> Answer {
    app.get(&format!("{PATH}?token={token}")).send().await
}

async fn send(app: &TestApp, token: &str, first: &str, last: &str, password: &str) -> Answer {
    let form = [
        ("token", token),
        ("firstName", first),
        ("lastName", last),
        ("newPassword", password),
    ];
    app.post(PATH).form(&form).send().await
}

async fn is_valid(app: &TestApp, token: &str) -> bool {
    let body = serde_json::json!({"token": token});
    app.post(VALIDATE).json(&body).send().await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_the_link_shows_a_form_and_changes_nothing() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    for _ in 0..2 {
        let answer = open(&app, &token).await.expect(200);
        let page = answer.text();
        assert!(
            page.contains(r#"<form method="post" action="/link/invitation">"#),
            "{page}"
        );
        for part in [
            &format!(r#"value="{token}""#),
            r#"name="firstName""#,
            r#"name="lastName""#,
            r#"name="newPassword""#,
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!((answer.usage.dynamodb, answer.usage.kms), (0, 0));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    assert!(is_valid(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_the_form_joins() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let answer = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(200);
    assert!(answer.text().contains("You have joined"), "{}", answer.text());
    assert!(answer.cookies().is_empty());
    let tokens = sign_in(&app, GUEST, PASSWORD).await.expect(200).json();
    let member = app.caller(tokens["accessToken"].as_str().expect("a token")).await;
    assert_eq!(member.user.name.parts(), Some(("Eve", "Roe")));
    assert_eq!(
        member.session.active_organization,
        app.caller(&owner).await.session.active_organization
    );

    let again = send(&app, &token, "Eve", "Roe", OTHER_PASSWORD).await.expect(400);
    assert!(again.text().contains("used already"), "{}", again.text());
    let _ = sign_in(&app, GUEST, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_asked_for_again() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    let long = "x".repeat(101);
    for (first, last, password, problem) in [
        ("", "Roe", PASSWORD, "The first name is missing."),
        ("Eve", "  ", PASSWORD, "The last name is missing."),
        (
            "Eve",
            &long,
            PASSWORD,
            "The last name must have at most 100 characters.",
        ),
        ("Eve", "Roe", "short", "The password must have at least 8 characters."),
        (
            "Eve",
            "Roe",
            "password1",
            "This is one of the most common passwords. Choose another.",
        ),
        (
            "Evelyn",
            "Rosenberg",
            "EvelynRosenberg1",
            "This password is easy to guess. Choose another.",
        ),
    ] {
        let page = send(&app, &token, first, last, password).await.expect(200).text();
        assert!(page.contains(problem), "{page}");
        assert!(
            page.contains(&format!(r#"value="{first}""#)) && page.contains(&format!(r#"value="{last}""#)),
            "{page}"
        );
        assert!(
            !page.contains(&format!(r#"value="{password}""#)),
            "a password is not sent back"
        );
    }
    let page = app
        .post(PATH)
        .form(&[("token", token.as_str())])
        .send()
        .await
        .expect(200)
        .text();
    assert!(page.contains("The first name is missing."), "{page}");
    assert!(is_valid(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_has_no_characters_that_cannot_be_seen() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    for (first, last, which) in [
        ("Eve\u{202e}", "Roe", "first"),
        ("E\u{200b}ve", "Roe", "first"),
        ("E\nve", "Roe", "first"),
        ("Eve", "R\u{0}oe", "last"),
        ("Eve", "Roe\u{e0041}", "last"),
        ("Eve", "\u{2066}Roe", "last"),
    ] {
        let page = send(&app, &token, first, last, PASSWORD).await.expect(200).text();
        let problem = format!("The {which} name must not contain control characters or invisible characters.");
        assert!(page.contains(&problem), "{first:?} {last:?}: {page}");
    }
    assert!(is_valid(&app, &token).await);
    // What copying leaves around a name is dropped.
    let _ = send(&app, &token, "\u{feff}Eve\u{200b}", " Roe\t", PASSWORD)
        .await
        .expect(200);
    let tokens = sign_in(&app, GUEST, PASSWORD).await.expect(200).json();
    let member = app.caller(tokens["accessToken"].as_str().expect("a token")).await;
    assert_eq!(member.user.name.parts(), Some(("Eve", "Roe")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_text_and_not_markup() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    let page = send(&app, &token, r#""><script>alert(1)</script>"#, "", PASSWORD)
        .await
        .expect(200)
        .text();
    assert!(!page.contains("<script>"), "{page}");
    let page = open(&app, "%22%3E%3Cscript%3E").await.expect(200).text();
    assert!(!page.contains("<script>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn incomplete_links_are_reported() {
    let app = start().await;
    for request in [
        app.get(PATH),
        app.get(&format!("{PATH}?token=")),
        app.post(PATH),
        app.post(PATH).form(&[("firstName", "Eve")]),
        app.post(PATH).json(&serde_json::json!({"token": "x"})),
    ] {
        let answer = request.send().await.expect(400);
        assert!(answer.text().contains("not complete"), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_tokens_are_reported() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let verify = app.mailed_token("verify-email");
    for wrong in [owner.as_str(), verify.as_str(), &token[1..], "x"] {
        let answer = send(&app, wrong, "Eve", "Roe", PASSWORD).await.expect(400);
        assert!(answer.text().contains("You have not joined"), "{}", answer.text());
    }
    app.clock.advance(SignedDuration::from_hours(48));
    let answer = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(400);
    assert!(answer.text().contains("has expired"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_exists_is_left_alone() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    sign_up(&app, GUEST).await;
    let answer = send(&app, &token, "Eve", "Roe", OTHER_PASSWORD).await.expect(400);
    assert!(answer.text().contains("There is an account"), "{}", answer.text());
    let _ = sign_in(&app, GUEST, OTHER_PASSWORD).await.expect(400);
    let _ = sign_in(&app, GUEST, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_table_is_down_the_form_can_be_sent_again() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(503);
    assert!(
        answer.text().contains(r#"value="Eve""#) && answer.text().contains("try again"),
        "{}",
        answer.text()
    );
    assert!(answer.header("retry-after").is_some());
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    let _ = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_are_limited() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (_, token) = guest_is_invited(&app).await;
    let _ = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(200);
    for _ in 0..5 {
        let _ = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(400);
    }
    let answer = send(&app, &token, "Eve", "Roe", PASSWORD).await.expect(429);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_stays_below_the_public_path() {
    let app = start_with(&[("PUBLIC_URL", "https://example.com/auth-service/")]).await;
    let page = open(&app, "inv_x").await.expect(200).text();
    assert!(page.contains(r#"action="/auth-service/link/invitation""#), "{page}");
}
