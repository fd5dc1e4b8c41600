//! Links and forms that no mail and no page of ours holds.

use serde_json::json;

use super::{CHANGE, DELETE, EMAIL, VERIFY, assert_page, send, sign_up, start, user_of};

const PAGES: [&str; 3] = [VERIFY, CHANGE, DELETE];
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_form_of_ours_is_refused() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let fields = format!("token={}", app.mailed_token("verify-email"));
    for page in PAGES {
        for (content_type, body) in [
            ("application/json", json!({"token": "x"}).to_string()),
            ("text/plain", fields.clone()),
            ("multipart/form-data; boundary=x", fields.clone()),
            ("", fields.clone()),
            (FORM, String::new()),
            (FORM, "token=".to_owned()),
            (FORM, "Token=x".to_owned()),
            (FORM, format!("{fields}&x={}", "x".repeat(70_000))),
        ] {
            let answer = app.post(page).body(content_type, body).send().await;
            assert_page(&answer, 400, "This link is incomplete");
            assert_eq!(answer.usage.dynamodb, 0);
        }
        for query in ["", "?", "?token=", "?callbackURL=/x"] {
            let answer = app.get(&format!("{page}{query}")).send().await;
            assert_page(&answer, 400, "This link is incomplete");
        }
        let form = app
            .post(page)
            .body(FORM, fields.clone())
            .header("content-encoding", "gzip");
        assert_page(&form.send().await, 415, "This link is incomplete");
        let answer = app.request("DELETE", page).send().await;
        assert_eq!(answer.status, 404);
    }
    assert_eq!(user_of(&app, &session).await["emailVerified"], false);
    // A charset changes nothing.
    let answer = app
        .post(VERIFY)
        .body(&format!("{FORM}; charset=utf-8"), fields)
        .send()
        .await;
    assert_page(&answer, 200, "Your address is confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_not_trusted_is_ignored() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    for evil in [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "https://app.example.com.evil.test",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
    ] {
        for page in PAGES {
            let path = format!(
                "{page}?token=x&callbackURL={}",
                evil.replace('\r', "%0D").replace('\n', "%0A").replace(' ', "+")
            );
            let opened = app.get(&path).send().await;
            assert_page(&opened, 200, "name=\"token\"");
            assert!(!opened.text().contains("callbackURL"), "{evil}");
        }
        let answer = send(&app, VERIFY, &[("token", "x"), ("callbackURL", evil)])
            .send()
            .await;
        assert_page(&answer, 400, "Your address was not confirmed");
        assert_eq!(answer.header("location"), None);
    }
    assert_eq!(user_of(&app, &session).await["emailVerified"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_from_the_link_is_never_markup() {
    let app = start().await;
    let attack = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for page in PAGES {
        for path in [
            format!("{page}?token={attack}"),
            format!("{page}?token={attack}&callbackURL=/{attack}"),
            format!("{page}?token=%FF%00%0A&callbackURL=/x"),
            format!("{page}?token={}", "x".repeat(20_000)),
        ] {
            let opened = app.get(&path).send().await.expect(200);
            assert!(!opened.text().contains("<script>alert"), "{}", opened.text());
        }
    }
}
