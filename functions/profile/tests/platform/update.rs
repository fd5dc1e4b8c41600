//! `PUT /v1/auth/me`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::testkit::Answer;

use super::{EMAIL, ME, OTHER, PASSWORD, PHONE, error, me, put, sign_up, start, start_with, update};

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_sent_are_shown_and_the_rest_stays() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = me(&app, &token).await;
    app.clock.advance(SignedDuration::from_secs(1));
    let changes = json!({
        "username": "Ada.Lovelace", "first_name": " Augusta ", "preferred_name": "Countess", "language": "de",
        "timezone": "Europe/London", "title": "OTHER", "phone": "+44 (1632) 960-961", "unknown": {"x": 1},
    });
    let after = update(&app, &token, changes).await;
    let mut expected = before.clone();
    for (field, value) in [
        ("username", "Ada.Lovelace"),
        ("first_name", "Augusta"),
        ("preferred_name", "Countess"),
        ("language", "de"),
        ("timezone", "Europe/London"),
        ("title", "OTHER"),
        ("phone", PHONE),
    ] {
        expected[field] = json!(value);
    }
    expected["updated_at"] = json!(app.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
    assert_eq!(after, expected);
    assert_eq!(me(&app, &token).await, expected);

    let after = update(&app, &token, json!({"last_name": "Byron", "preferred_name": ""})).await;
    assert_eq!(
        (&after["first_name"], &after["last_name"]),
        (&json!("Augusta"), &json!("Byron"))
    );
    assert_eq!(after.get("preferred_name"), None);
    assert_eq!(update(&app, &token, json!({})).await["phone"], PHONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_wrong_is_named_and_nothing_changes() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = me(&app, &token).await;
    let long = "n".repeat(51);
    for (field, value, message) in [
        ("username", json!("ad"), "must have at least 3 characters"),
        ("username", json!(long), "must have at most 50 characters"),
        (
            "username",
            json!("ada@example.com"),
            "must be a name of letters, digits, underscores, hyphens and dots",
        ),
        ("username", Value::Null, "must be a string"),
        ("username", json!("Admin"), "is reserved"),
        ("username", json!("sup.port"), "is reserved"),
        ("first_name", json!(long), "must have at most 50 characters"),
        (
            "last_name",
            json!("Love\u{200b}lace"),
            "must not hold invisible characters",
        ),
        ("preferred_name", json!(["Ada"]), "must be a string"),
        ("language", json!("EN"), "must be a language of the document's"),
        ("timezone", json!("GMT 1"), "must be a name of a time zone"),
        ("title", json!("Countess"), "must be a title of the document's"),
        ("title", json!(1), "must be a string"),
        ("phone", json!("01632 960961"), "must be a phone number in E.164 form"),
    ] {
        let refused = put(
            &app,
            &token,
            json!({field: value, "first_name": if field == "first_name" { &long } else { "Eve" }}),
        )
        .await;
        let mut expected = error(400, "Bad Request", "Validation failed");
        expected["details"] = json!([{"field": field, "message": message}]);
        assert_eq!(refused.expect(400).json(), expected, "{field}: {value}");
    }
    let both = put(&app, &token, json!({"language": "xx", "phone": "1"}))
        .await
        .expect(400);
    assert_eq!(both.json()["details"].as_array().map(Vec::len), Some(2));
    for (kind, body) in [
        ("application/json", "{"),
        ("text/plain", "{}"),
        ("application/json", "[]"),
    ] {
        let _ = app
            .request("PUT", ME)
            .bearer(&token)
            .body(kind, body)
            .send()
            .await
            .expect(400);
    }
    assert_eq!(me(&app, &token).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_of_fifty_characters_signs_in_no_other_user() {
    let app = start().await;
    let (ada, grace) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let name = "a".repeat(50);
    assert_eq!(
        update(&app, &ada, json!({"username": name})).await["username"],
        json!(name)
    );
    let taken = put(
        &app,
        &grace,
        json!({"username": name.to_uppercase(), "first_name": "Eve"}),
    )
    .await;
    assert_eq!(
        taken.expect(409).json(),
        error(409, "Conflict", "Username already exists")
    );
    assert_eq!(me(&app, &grace).await["first_name"], "Ada");
    // The framework's clients know shorter ones.
    let body = json!({"username": name, "password": PASSWORD});
    let refused = app.post("/api/auth/sign-in/username").json(&body).send().await;
    assert_eq!(refused.expect(422).json()["code"], "USERNAME_TOO_LONG");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_that_another_user_shows_is_taken() {
    let app = start().await;
    let (ada, grace) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let shown = app.post("/api/auth/update-user").bearer(&ada);
    let shown = shown.json(&json!({"displayUsername": "Countess"}));
    let _ = shown.send().await.expect(200);
    let taken = put(&app, &grace, json!({"username": "countess"})).await;
    assert_eq!(
        taken.expect(409).json(),
        error(409, "Conflict", "Username already exists")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_number_is_one_users_until_it_is_given_up() {
    let app = start().await;
    let (ada, grace) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let take = async |token: &str, phone: &str| put(&app, token, json!({"phone": phone})).await;
    let assert_taken = |answer: Answer| {
        let expected = error(409, "Conflict", "Phone number already exists");
        assert_eq!(answer.expect(409).json(), expected);
    };
    let _ = take(&ada, PHONE).await.expect(200);
    assert_taken(take(&grace, PHONE).await);
    assert_eq!(me(&app, &grace).await.get("phone"), None);
    let _ = take(&ada, "+441632960962").await.expect(200);
    let _ = take(&grace, PHONE).await.expect(200);
    assert_taken(take(&ada, PHONE).await);
    let delete = app.post("/api/auth/delete-user").bearer(&grace);
    let _ = delete.json(&json!({})).send().await.expect(200);
    let _ = take(&ada, PHONE).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn telephone_numbers_cannot_be_enumerated() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    for at in 0..5 {
        let _ = put(&app, &token, json!({"phone": format!("+44163296090{at}")}))
            .await
            .expect(200);
    }
    let refused = put(&app, &token, json!({"phone": PHONE})).await.expect(429);
    assert!(refused.header("retry-after").is_some());
    // The own number costs nothing.
    assert_eq!(
        update(&app, &token, json!({"phone": "+441632960904"})).await["phone"],
        "+441632960904"
    );
    app.clock.advance(SignedDuration::from_hours(24));
    let account = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app.post("/api/auth/login").json(&account).send().await.expect(200);
    let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(update(&app, &token, json!({"phone": PHONE})).await["phone"], PHONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_in_the_users_place_takes_no_name_and_no_number() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let impersonated = app.impersonating(&token).await;
    let display = json!({"displayUsername": "Mine"});
    let display = app.post("/api/auth/update-user").bearer(&impersonated).json(&display);
    let _ = display.send().await.expect(403);
    for change in [json!({"username": "mine"}), json!({"phone": PHONE})] {
        let refused = app.request("PUT", ME).bearer(&impersonated).json(&change);
        let refused = refused.undocumented().send().await.expect(403);
        assert_eq!(refused.json(), error(403, "Forbidden", "Forbidden"));
    }
    let shown = update(&app, &impersonated, json!({"language": "fr"})).await;
    assert_eq!((&shown["username"], &shown["language"]), (&Value::Null, &json!("fr")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_body_is_415() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let request = app
        .request("PUT", ME)
        .bearer(&token)
        .json(&json!({"first_name": "Eve"}));
    let answer = request.header("content-encoding", "gzip").undocumented().send().await;
    let expected = error(415, "Unsupported Media Type", "Content-Encoding is not supported");
    assert_eq!(answer.expect(415).json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_or_last_name_is_not_blanked() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = me(&app, &token).await;
    for field in ["first_name", "last_name"] {
        for blank in ["", " ", "\u{a0}\t\u{200b}", "\u{ad}"] {
            let refused = put(&app, &token, json!({field: blank})).await.expect(400);
            let mut expected = error(400, "Bad Request", "Validation failed");
            expected["details"] = json!([{"field": field, "message": "must have at least 1 characters"}]);
            assert_eq!(refused.json(), expected, "{blank:?}");
        }
    }
    assert_eq!(me(&app, &token).await, before);
    let after = update(
        &app,
        &token,
        json!({"first_name": "\u{feff} Augusta\u{200b}", "last_name": "Lovelace\u{ad}"}),
    )
    .await;
    assert_eq!(
        (&after["first_name"], &after["last_name"]),
        (&json!("Augusta"), &json!("Lovelace"))
    );
    for typed in ["A\u{200b}da", "A\nda", "\u{0}Ada", "Ada\u{202e}"] {
        let _ = put(&app, &token, json!({"first_name": typed})).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_is_one_however_it_is_written() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for phone in [
        "+44 (1632) 960-961",
        "tel:+44-1632-960961",
        "＋４４ １６３２ ９６０９６１",
        "+٤٤١٦٣٢٩٦٠٩٦١",
    ] {
        assert_eq!(
            update(&app, &token, json!({"phone": phone})).await["phone"],
            PHONE,
            "{phone}"
        );
    }
    for phone in [
        "+44 1632 96O961",
        "+999 123 456 789",
        "+1 415 555 26711",
        "0044 1632 960961",
        "+1 415 555 2671 #8",
    ] {
        let _ = put(&app, &token, json!({"phone": phone})).await.expect(400);
    }
    let national = update(&app, &token, json!({"phone": "+44 (0)20 7946 0018"})).await;
    assert_eq!(national["phone"], "+442079460018");
    let other = sign_up(&app, OTHER).await;
    let _ = put(&app, &other, json!({"phone": "+44 20.7946.0018"}))
        .await
        .expect(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_may_have_a_hyphen() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    assert_eq!(
        update(&app, &token, json!({"username": "Ada-Lovelace"})).await["username"],
        "Ada-Lovelace"
    );
}
