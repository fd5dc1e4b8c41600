//! `/link/verify-email` and `/link/change-email`.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use shared::testkit::race::{count, send_at_once};
use shared::testkit::{Answer, TestApp};

use super::{
    APP, CHANGE, DEAD, EMAIL, LATER, OTHER, VERIFY, assert_page, change_token, location, send, send_signed_in, sign_up,
    start, start_with, user_of,
};

fn link(app: &TestApp, kind: &str) -> String {
    let text = app.last_mail(kind).text.expect("a text");
    let mut words = text.split_whitespace();
    let link = words.find(|word| word.contains("/link/")).expect("a link");
    link.strip_prefix("http://127.0.0.1:3000")
        .expect("a link of ours")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_changes_nothing_and_sending_verifies() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let (token, path) = (app.mailed_token("verify-email"), link(&app, "verify-email"));
    for _ in 0..2 {
        let page = app.get(&path).send().await;
        assert_page(&page, 200, &format!("name=\"token\" value=\"{token}\""));
        assert!(page.text().contains("action=\"/link/verify-email\""));
        assert_no_script(&page);
        assert_eq!(page.usage.dynamodb, 0);
    }
    let head = app.request("HEAD", &path).send().await.expect(200);
    assert!(head.body.is_empty());
    assert_eq!(user_of(&app, &session).await["emailVerified"], false);

    let answer = send(&app, VERIFY, &[("token", &token)]).send().await;
    assert_page(&answer, 200, "Your address is confirmed");
    assert!(answer.cookies().is_empty());
    assert_eq!(user_of(&app, &session).await["emailVerified"], true);
}

/// Mail scanners run the scripts of pages that they open.
fn assert_no_script(page: &Answer) {
    assert!(!page.text().contains("<script"), "{}", page.text());
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script-src"),
        "{policy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_use_says_that_the_address_is_verified_and_opens_no_session() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let fields = [("token", token.as_str())];
    let first = send(&app, VERIFY, &fields).send().await;
    assert!(first.header("set-auth-token").is_some());
    for _ in 0..2 {
        let answer = send(&app, VERIFY, &fields).send().await;
        assert_page(&answer, 200, "Your address is confirmed");
        assert!(answer.cookies().is_empty());
        assert_eq!(answer.header("set-auth-token"), None);
    }
    // The link of an old mail has done what it is for, as long as the address is the user's.
    app.clock.advance(SignedDuration::from_hours(1));
    assert_page(
        &send(&app, VERIFY, &fields).send().await,
        200,
        "Your address is confirmed",
    );
    app.change_user_of(EMAIL, |user| user.email_verified_at = None).await;
    assert_page(&send(&app, VERIFY, &fields).send().await, 400, DEAD);
}

/// As the API does, for a known and for an unknown address.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_offers_a_new_mail() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    app.clock.advance(SignedDuration::from_hours(1));
    let page = send(&app, VERIFY, &[("token", &token)]).send().await;
    assert_page(&page, 400, "name=\"email\"");
    assert!(page.text().contains("the code TOKEN_EXPIRED."), "{}", page.text());
    app.aws.mailbox().clear();
    let mut pages = Vec::new();
    for email in ["eve@example.com", EMAIL] {
        let answer = send(&app, VERIFY, &[("token", &token), ("email", email)]).send().await;
        assert_page(&answer, 200, "Check your mailbox");
        pages.push((answer.text().replace(email, "(email)"), answer.usage));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(app.mails().len(), 1);
    let again = send(&app, VERIFY, &[("token", &token), ("email", "ada")]).send().await;
    assert_page(&again, 200, "This is not an email address.");
    let token = app.mailed_token("verify-email");
    assert_page(
        &send(&app, VERIFY, &[("token", &token)]).send().await,
        200,
        "Your address is confirmed",
    );
    assert_eq!(user_of(&app, &session).await["emailVerified"], true);
}

/// The browser of the user keeps its session, although another site makes it submit a stranger's token: it sends no
/// cookie with such a form, but would take one.
#[tokio::test(flavor = "multi_thread")]
async fn no_browser_is_moved_to_another_user() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    for (number, (name, value)) in [
        ("origin", "https://evil.test"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("referer", "https://evil.test/"),
    ]
    .into_iter()
    .enumerate()
    {
        let strangers = sign_up(&app, &format!("eve-{number}@example.com")).await;
        let token = app.mailed_token("verify-email");
        let form = app.post(VERIFY).header(name, value).form(&[("token", token.as_str())]);
        let answer = form.send().await;
        assert_page(&answer, 200, "Your address is confirmed");
        assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
        assert_eq!(user_of(&app, &strangers).await["emailVerified"], true);
    }
    sign_up(&app, OTHER).await;
    let token = app.mailed_token("verify-email");
    let answer = send_signed_in(&app, &session, VERIFY, &[("token", &token)])
        .send()
        .await;
    assert_page(&answer, 200, "Your address is confirmed");
    assert!(answer.cookies().is_empty());
    // The page of this service is no other site.
    sign_up(&app, "third@example.com").await;
    let token = app.mailed_token("verify-email");
    let form = send(&app, VERIFY, &[("token", &token)]).header("sec-fetch-site", "same-origin");
    assert!(form.send().await.header("set-auth-token").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_changes_nothing_and_sending_moves_the_user() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = change_token(&app, &session).await;
    let path = link(&app, "change-email");
    let page = app.get(&path).send().await;
    assert_page(&page, 200, "Confirm your new email address");
    assert!(page.text().contains("action=\"/link/change-email\""));
    assert_no_script(&page);
    let _ = app.request("HEAD", &path).send().await.expect(200);
    assert_eq!(user_of(&app, &session).await["email"], EMAIL);

    let answer = send_signed_in(&app, &session, CHANGE, &[("token", &token)])
        .send()
        .await;
    assert_page(&answer, 200, "Your address is confirmed");
    assert_eq!(user_of(&app, &session).await["email"], OTHER);
    assert_eq!(app.last_mail("email-changed").to, [EMAIL]);
    assert_page(&send(&app, CHANGE, &[("token", &token)]).send().await, 400, DEAD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_followed_in_the_end() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let change = change_token(&app, &session).await;
    for (page, token, callback, second) in [
        (VERIFY, &verification, "/welcome", "/welcome"),
        (
            CHANGE,
            &change,
            "https://app.example.com/x?a=b#c",
            "https://app.example.com/x?a=b&error=INVALID_TOKEN#c",
        ),
    ] {
        let query = callback.replace('?', "%3F").replace('#', "%23");
        let opened = app
            .get(&format!("{page}?token={token}&callbackURL={query}"))
            .send()
            .await;
        assert_page(&opened, 200, "name=\"callbackURL\"");
        let policy = opened.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("form-action 'self'") && policy.contains(APP),
            "{policy}"
        );
        let fields = [("token", token.as_str()), ("callbackURL", callback)];
        for expected in [callback, second] {
            let answer = send(&app, page, &fields).send().await;
            assert_eq!(location(&answer), expected);
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        }
    }
    let user = user_of(&app, &session).await;
    assert_eq!((&user["email"], &user["emailVerified"]), (&OTHER.into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_a_session_where_the_configuration_says_so() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    for (email, callback) in [(EMAIL, ""), (OTHER, "/welcome")] {
        sign_up(&app, email).await;
        let token = app.mailed_token("verify-email");
        let fields = [("token", token.as_str()), ("callbackURL", callback)];
        let answer = send(&app, VERIFY, &fields).send().await;
        assert_eq!(answer.status, if callback.is_empty() { 200 } else { 303 });
        let session = answer.header("set-auth-token").expect("a session");
        assert!(answer.cookies()[0].starts_with(&format!("better-auth.session_token={session};")));
        assert_eq!(user_of(&app, session).await["email"], email);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_explained_on_the_page() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let strangers = sign_up(&app, "third@example.com").await;
    let token = change_token(&app, &session).await;
    let form = [("token", token.as_str())];
    let answer = send_signed_in(&app, &strangers, CHANGE, &form).send().await;
    assert_page(
        &answer,
        400,
        "Another user is signed in here. Sign out, and open the link again.",
    );
    sign_up(&app, OTHER).await;
    let answer = send(&app, CHANGE, &form).send().await;
    // The template escapes what stands in it.
    assert_page(&answer, 400, "update your email");
    app.clock.advance(SignedDuration::from_hours(1));
    assert_page(&send(&app, CHANGE, &form).send().await, 400, DEAD);
    let over = [("token", token.as_str()), ("callbackURL", "/x")];
    assert_eq!(
        location(&send(&app, CHANGE, &over).send().await),
        "/x?error=TOKEN_EXPIRED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_forms_at_once_one_opens_a_session() {
    let app = Arc::new(start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await);
    sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let answers = send_at_once(&app, move |app, _| send(app, VERIFY, &[("token", &token)])).await;
    assert_eq!(count(&answers, 200), answers.len());
    let opened = answers.iter().filter(|answer| !answer.cookies().is_empty());
    assert_eq!(opened.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_with_time_can_be_tried_again_from_the_page() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let form = [("token", token.as_str()), ("callbackURL", "/welcome")];
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    for request in [send(&app, VERIFY, &form), send_signed_in(&app, &session, VERIFY, &form)] {
        let answer = request.send().await;
        assert_page(&answer, 503, LATER);
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    for _ in 0..7 {
        assert_eq!(location(&send(&app, VERIFY, &form).send().await), "/welcome");
    }
    app.clock.advance(SignedDuration::from_hours(1));
    for _ in 0..5 {
        let _ = send(&app, VERIFY, &form).send().await;
    }
    let answer = send(&app, VERIFY, &form).send().await;
    assert_page(&answer, 429, LATER);
    assert_eq!(answer.header("retry-after"), Some("60"));
}
