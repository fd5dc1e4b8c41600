//! `GET /reset-password/{token}`: from the link of the framework's own mails to the page that asks for the new password.

use jiff::SignedDuration;
use shared::testkit::{Answer, TestApp};

use super::{APP, EMAIL, RESET, SECOND, assert_error, reset, reset_token, sign_up, start};

async fn follow(app: &TestApp, token: &str, callback: &str) -> Answer {
    let request = app.get(&format!("{RESET}/{token}?callbackURL={callback}"));
    request.header("origin", "http://127.0.0.1:3000").send().await
}

fn location(answer: Answer) -> String {
    answer.expect(302).header("location").expect("a location").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_goes_to_the_callback_and_stays_valid() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    for (callback, expected) in [
        ("/reset", format!("/reset?token={token}")),
        ("%2Freset%3Fa%3Db%23c", format!("/reset?a=b&token={token}#c")),
        (
            "https%3A%2F%2Fapp.example.com%2Freset",
            format!("{APP}/reset?token={token}"),
        ),
        // The client that asked for the mail chose the callback, and must not choose the token.
        ("%2Freset%3Ftoken%3Dmine", format!("/reset?token={token}")),
    ] {
        let answer = follow(&app, &token, callback).await;
        assert!(answer.cookies().is_empty());
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(location(answer), expected);
    }
    let request = app.request("HEAD", &format!("{RESET}/{token}?callbackURL=/reset"));
    let request = request.header("origin", "http://127.0.0.1:3000");
    assert_eq!(
        location(request.undocumented().send().await),
        format!("/reset?token={token}")
    );
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_opens_nothing_goes_to_the_callback_as_an_error() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let superseded = reset_token(&app, EMAIL).await;
    let spent = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &spent, SECOND).send().await.expect(200);
    let late = reset_token(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_hours(1));
    for wrong in [
        &verification,
        &superseded,
        &spent,
        &late,
        &late[..40],
        "x",
        "%FF%FE",
        "%00",
        "..%2F..%2Fadmin",
        "%22%3E%3Cscript%3E",
        &"x".repeat(9000),
    ] {
        assert_eq!(
            location(follow(&app, wrong, "/reset").await),
            "/reset?error=INVALID_TOKEN"
        );
    }
    assert_eq!(
        location(follow(&app, "x", "%2Freset%3Ferror%3DNONE").await),
        "/reset?error=INVALID_TOKEN"
    );
}

/// The token would be in the address bar of a page that this service does not have.
#[tokio::test(flavor = "multi_thread")]
async fn a_path_of_no_known_origin_is_refused() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let answer = app.get(&format!("{RESET}/{token}?callbackURL=/reset")).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (403, None));
    assert!(answer.text().contains("Use a whole URL"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_needed_and_must_be_trusted() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let answer = app.get(&format!("{RESET}/{token}")).send().await;
    assert_error(
        &answer,
        400,
        "VALIDATION_ERROR",
        "[query.callbackURL] Invalid input: expected string, received undefined",
    );
    let answer = follow(&app, &token, "").await.expect(400);
    assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    for evil in [
        "https%3A%2F%2Fevil.test",
        "%2F%2Fevil.test",
        "%2F%5Cevil.test",
        "javascript%3Aalert(1)",
        "%2F%0d%0aSet-Cookie%3Ax",
    ] {
        let answer = follow(&app, &token, evil).await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
        assert_eq!((answer.usage.dynamodb, answer.header("location")), (0, None));
    }
}
