//! The page behind the link of an invitation.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use shared::domain::Language;
use shared::testkit::{Answer, TestApp};

use crate::support::{GUEST, OTHER_PASSWORD, PASSWORD, VALIDATE, guest_is_invited, sign_in, sign_up, verified};
use crate::{start, start_with};

const PATH: &str = "/link/invitation";
/// The name of every user whom the test kit signs up.
const OWNER_NAME: &str = "Ada Lovelace";

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
        for fact in ["acme", OWNER_NAME, GUEST] {
            assert!(page.to_lowercase().contains(&fact.to_lowercase()), "{fact}: {page}");
        }
        // The invitation, its inviter, the organization, and the owner of the address.
        assert_eq!((answer.usage.dynamodb, answer.usage.kms), (4, 0));
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
            [first, last]
                .iter()
                .all(|typed| typed.is_empty() || page.contains(&format!(r#"value="{typed}""#))),
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
    assert!(!page.contains("<script>alert"), "{page}");
    let page = open(&app, "%22%3E%3Cscript%3E").await.expect(400).text();
    assert!(!page.contains("<script>alert"), "{page}");
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
        assert!(answer.text().contains("incomplete"), "{}", answer.text());
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
    let answer = send(&app, &token, "Eve", "Roe", OTHER_PASSWORD).await.expect(200);
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
    let (_, token) = guest_is_invited(&app).await;
    let page = open(&app, &token).await.expect(200).text();
    assert!(page.contains(r#"action="/auth-service/link/invitation""#), "{page}");
}

async fn answer(app: &TestApp, token: &str, fields: &[(&str, &str)]) -> Answer {
    let fields = [&[("token", token)], fields].concat();
    app.post(PATH).header("origin", "null").form(&fields).send().await
}

async fn is_member(app: &TestApp, email: &str) -> bool {
    !app.user_of(email).await.memberships.is_empty()
}

async fn sessions_of(app: &TestApp, token: &str) -> usize {
    let sessions = app
        .get("/api/auth/list-sessions")
        .bearer(token)
        .send()
        .await
        .expect(200);
    sessions.json().as_array().expect("sessions").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_an_account_accepts_with_the_password() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    let guest = verified(&app, GUEST).await;
    let page = open(&app, &token).await.expect(200).text();
    for part in [
        "name=\"password\"",
        "name=\"decline\"",
        "autocomplete=\"current-password\"",
        GUEST,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("firstName"), "{page}");

    let wrong = answer(&app, &token, &[("password", OTHER_PASSWORD)]).await.expect(200);
    assert!(wrong.text().contains("The password is wrong."), "{}", wrong.text());
    assert!(!is_member(&app, GUEST).await);

    let joined = answer(&app, &token, &[("password", PASSWORD)]).await.expect(200);
    assert!(joined.text().contains("You are a member of"), "{}", joined.text());
    assert!(joined.cookies().is_empty());
    assert!(is_member(&app, GUEST).await);
    assert_eq!(sessions_of(&app, &guest).await, 1, "the page leaves no session");

    for page in [
        open(&app, &token).await,
        answer(&app, &token, &[("password", PASSWORD)]).await,
    ] {
        let page = page.expect(400).text();
        assert!(page.contains("This invitation is accepted"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_an_account_declines() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    verified(&app, GUEST).await;
    let fields = [("password", PASSWORD), ("decline", "yes")];
    let declined = answer(&app, &token, &fields).await.expect(200);
    assert!(declined.text().contains("You have declined"), "{}", declined.text());
    assert!(!is_member(&app, GUEST).await);
    let page = open(&app, &token).await.expect(400).text();
    assert!(page.contains("no longer valid"), "{page}");
}

/// The cookie of another user, and a form of another site without the token, accept nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_signed_in_accepts_without_a_password() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let guest = verified(&app, GUEST).await;
    let opened = |session: &str| app.get(&format!("{PATH}?token={token}")).cookie(session).send();
    assert!(!opened(&guest).await.expect(200).text().contains("name=\"password\""));
    assert!(opened(&owner).await.expect(200).text().contains("name=\"password\""));
    let form = [("token", token.as_str())];
    let others = app.post(PATH).cookie(&owner).form(&form).send().await.expect(200);
    assert!(others.text().contains("name=\"password\""), "{}", others.text());
    let without = app.post(PATH).cookie(&guest).form(&[("token", "")]).send().await;
    let _ = without.expect(400);
    assert!(!is_member(&app, GUEST).await);
    let joined = app.post(PATH).cookie(&guest).form(&form).send().await.expect(200);
    assert!(joined.text().contains("You are a member of"), "{}", joined.text());
}

/// The mail that verifies it leads back to the invitation.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_an_unverified_address_verifies_it_first() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    sign_up(&app, GUEST).await;
    app.aws.mailbox().clear();
    let page = answer(&app, &token, &[("password", PASSWORD)]).await.expect(200).text();
    assert!(page.contains("Confirm your address first"), "{page}");
    assert!(!is_member(&app, GUEST).await);
    let verification = app.mailed_token("verify-email");
    let callback = format!("http://127.0.0.1:3000{PATH}?token={token}");
    let form = [("token", verification.as_str()), ("callbackURL", &callback)];
    let verified = app.post("/link/verify-email").form(&form).send().await.expect(303);
    assert_eq!(verified.header("location"), Some(callback.as_str()));
    let page = answer(&app, &token, &[("password", PASSWORD)]).await.expect(200).text();
    assert!(page.contains("You are a member of"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_by_mail() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    verified(&app, GUEST).await;
    app.aws.mailbox().clear();
    let page = answer(&app, &token, &[("password", ""), ("forgotten", "yes")])
        .await
        .expect(200);
    assert!(page.text().contains("Check your mailbox"), "{}", page.text());
    assert_eq!(app.last_mail("reset-password").to, [GUEST]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_leads_to_the_invitation_page_of_the_application() {
    let app = start_with(&[("INVITATION_URL", "https://app.example.com/join?from=mail")]).await;
    let (owner, token) = guest_is_invited(&app).await;
    let invitations = app.get("/api/auth/organization/list-invitations").bearer(&owner).send();
    let id = invitations.await.expect(200).json()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("href=\"https://app.example.com/join?from=mail&amp;id={id}\"");
    // For a new person, who signs up in the application and accepts there, and for an existing one.
    for _ in 0..2 {
        let page = open(&app, &token).await.expect(200).text();
        assert!(page.contains(&path), "{page}");
        if page.contains("name=\"firstName\"") {
            verified(&app, GUEST).await;
        }
    }
    let guest = shared::testkit::better_auth::sign_in(&app, GUEST).await;
    let accepted = shared::testkit::better_auth::accept_invitation(&app, &guest, &serde_json::json!(id)).await;
    let _ = accepted.expect(200);
    let page = open(&app, &token).await.expect(400).text();
    assert!(page.contains("This invitation is accepted"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_limited_as_at_a_sign_in() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (_, token) = guest_is_invited(&app).await;
    verified(&app, GUEST).await;
    for _ in 0..5 {
        let wrong = answer(&app, &token, &[("password", OTHER_PASSWORD)]).await.expect(200);
        assert!(wrong.text().contains("The password is wrong."), "{}", wrong.text());
    }
    let limited = answer(&app, &token, &[("password", PASSWORD)]).await.expect(429);
    assert!(limited.header("retry-after").is_some());
    assert!(!is_member(&app, GUEST).await);
}

/// Who has no token learns neither of the invitation nor of the account.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_holder_of_the_token_learns_what_it_is_about() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    verified(&app, GUEST).await;
    for wrong in [&token[..token.len() - 2], &token[1..], "x"] {
        for page in [
            open(&app, wrong).await,
            answer(&app, wrong, &[("password", PASSWORD)]).await,
            answer(&app, wrong, &[("forgotten", "yes")]).await,
        ] {
            let page = page.expect(400).text();
            assert!(!page.contains(GUEST) && !page.to_lowercase().contains("acme"), "{page}");
        }
    }
}

/// Of sixteen acceptances at once, one joins.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_once() {
    let app = std::sync::Arc::new(start().await);
    let (_, token) = guest_is_invited(&app).await;
    verified(&app, GUEST).await;
    let answers = shared::testkit::race::send_at_once(&app, move |app, _| {
        app.post(PATH)
            .form(&[("token", token.as_str()), ("password", PASSWORD)])
    })
    .await;
    assert_eq!(app.user_of(GUEST).await.memberships.len(), 1);
    let joined = answers
        .iter()
        .filter(|answer| answer.text().contains("You are a member of Acme now"));
    assert!(joined.count() <= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_in_the_language_of_the_user_or_of_the_browser() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    let opened = || {
        let request = app.get(&format!("{PATH}?token={token}"));
        request.header("accept-language", "fr-CA, en;q=0.5").send()
    };
    let page = opened().await.expect(200).text();
    assert!(
        page.contains("<html lang=\"fr\">") && page.contains("Rejoindre"),
        "{page}"
    );
    verified(&app, GUEST).await;
    app.change_user_of(GUEST, |user| user.profile.language = Some(Language::German))
        .await;
    let page = opened().await.expect(200).text();
    assert!(
        page.contains("<html lang=\"de\">") && page.contains("Annehmen"),
        "{page}"
    );
}
