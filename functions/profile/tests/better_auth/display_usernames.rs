//! No user shows a name that other users know another user by: display usernames against usernames, and reserved names.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::race::{count, race};

use super::{Answer, EMAIL, OTHER, PASSWORD, TestApp, UPDATE, assert_error, sign_up, start, start_with, user_of};

/// Ways to show `countess` without being it: with Cyrillic and Greek letters, small capitals, and a full-width letter.
const SPELLINGS: [&str; 12] = [
    "countess",
    "Countess",
    " @countess",
    "\u{ff43}ountess",
    "\u{441}\u{43e}unt\u{435}ss",
    "\u{421}ountess",
    "\u{3f9}OUNTESS",
    "\u{3f2}ountess",
    "COU\u{39d}TESS",
    "\u{1d04}ou\u{274}tess",
    "c\u{1d0f}untess",
    "coun\u{1d1b}ess",
];

const TAKEN: (u16, &str, &str) = (
    400,
    "USERNAME_IS_ALREADY_TAKEN",
    "Username is already taken. Please try another.",
);
const RESERVED: (u16, &str, &str) = (400, "INVALID_USERNAME", "Username is invalid");

async fn rename(app: &TestApp, token: &str, body: Value) -> Answer {
    app.post(UPDATE).bearer(token).json(&body).send().await
}

async fn sign_up_with(app: &TestApp, email: &str, names: Value) -> Answer {
    let mut body = json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD});
    let names = names.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(names);
    app.post("/api/auth/sign-up/email").json(&body).send().await
}

#[track_caller]
fn assert_refused(answer: &Answer, (status, code, message): (u16, &str, &str)) {
    assert_error(answer, status, code, message);
}

async fn shown(app: &TestApp, token: &str) -> (Value, Value) {
    let user = user_of(app, token).await;
    (user["username"].clone(), user["displayUsername"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_does_not_show_the_username_of_another_user() {
    let app = start().await;
    let (ada, eve) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let _ = rename(&app, &ada, json!({"username": "countess"})).await.expect(200);
    for spelling in SPELLINGS {
        let both = json!({"username": "eve_1", "displayUsername": spelling});
        assert_refused(&rename(&app, &eve, json!({"displayUsername": spelling})).await, TAKEN);
        assert_refused(&rename(&app, &eve, both.clone()).await, TAKEN);
        assert_refused(&sign_up_with(&app, "roe@example.com", both).await, TAKEN);
        // The own username may be spelled in any way.
        let _ = rename(&app, &ada, json!({"displayUsername": spelling}))
            .await
            .expect(200);
    }
    assert_eq!(shown(&app, &eve).await, (Value::Null, Value::Null));
    for harmless in ["The Countess", "Countess!", "C\u{f6}untess"] {
        let _ = rename(&app, &eve, json!({"displayUsername": harmless}))
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_does_not_take_a_username_that_another_user_shows() {
    let app = start().await;
    let ada = sign_up(&app, EMAIL).await;
    let eve = sign_up(&app, OTHER).await;
    let names = json!({"username": "ada", "displayUsername": "Countess"});
    let _ = rename(&app, &ada, names).await.expect(200);
    assert_refused(&rename(&app, &eve, json!({"username": "countess"})).await, TAKEN);
    assert_refused(&rename(&app, &eve, json!({"displayUsername": "COUNTESS"})).await, TAKEN);
    let available = app
        .post("/api/auth/is-username-available")
        .json(&json!({"username": "countess"}));
    let available = available.undocumented().send().await.expect(200);
    assert_eq!(available.json(), json!({"available": false}));
    // The user signs in by the username alone.
    let sign_in = async |name: &str| {
        let body = json!({"username": name, "password": PASSWORD});
        app.post("/api/auth/sign-in/username").json(&body).send().await
    };
    let (known, unknown) = (sign_in("countess").await, sign_in("grace").await);
    let message = "Invalid username or password";
    for refused in [&known, &unknown] {
        assert_refused(refused, (401, "INVALID_USERNAME_OR_PASSWORD", message));
    }
    assert_eq!(known.usage.dynamodb, unknown.usage.dynamodb);
    let _ = sign_in("ada").await.expect(200);

    // The shown name becomes the username, and is given up with the display username.
    let _ = rename(&app, &ada, json!({"username": "countess"})).await.expect(200);
    assert_refused(&rename(&app, &eve, json!({"displayUsername": "Countess"})).await, TAKEN);
    let names = json!({"username": "ada", "displayUsername": "Ada"});
    let _ = rename(&app, &ada, names).await.expect(200);
    let _ = rename(&app, &eve, json!({"username": "countess"})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spelling_of_the_former_username_is_no_longer_shown() {
    let app = start().await;
    let answer = sign_up_with(&app, EMAIL, json!({"username": "Ada_L"}))
        .await
        .expect(200);
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    assert_eq!(shown(&app, &token).await, (json!("ada_l"), json!("Ada_L")));
    let _ = rename(&app, &token, json!({"username": "countess"})).await.expect(200);
    assert_eq!(shown(&app, &token).await, (json!("countess"), json!("countess")));
    let _ = sign_up_with(&app, OTHER, json!({"username": "ada_l"}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_that_a_deleted_user_showed_is_free_again() {
    let app = start().await;
    let (ada, eve) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let _ = rename(&app, &ada, json!({"displayUsername": "Countess"}))
        .await
        .expect(200);
    let delete = app.post(super::DELETE).bearer(&ada).json(&json!({}));
    let _ = delete.send().await.expect(200);
    let _ = rename(&app, &eve, json!({"username": "countess"})).await.expect(200);
}

/// Sixteen users want the same name, half of them as the username and half of them as the display username.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_or_show_one_name_at_once_one_succeeds() {
    let app = Arc::new(start().await);
    let mut tokens = Vec::new();
    for number in 0..16 {
        tokens.push(sign_up(&app, &format!("user{number}@example.com")).await);
    }
    let answers = race(&app, |number, app| {
        let token = tokens[number].clone();
        let field = if number % 2 == 0 { "username" } else { "displayUsername" };
        async move { rename(&app, &token, json!({field: "Countess"})).await }
    })
    .await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 15));
    let mut users = Vec::new();
    for token in &tokens {
        users.push(shown(&app, token).await);
    }
    assert_eq!(
        users
            .iter()
            .filter(|names| **names != (Value::Null, Value::Null))
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reserved_names_are_neither_taken_nor_shown() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for name in ["admin", "Root", "SUPPORT", "ad.min", "_webmaster_", "no.reply"] {
        assert_refused(&rename(&app, &token, json!({"username": name})).await, RESERVED);
        assert_refused(&rename(&app, &token, json!({"displayUsername": name})).await, RESERVED);
        for field in ["username", "displayUsername"] {
            assert_refused(&sign_up_with(&app, OTHER, json!({field: name})).await, RESERVED);
        }
        let available = app
            .post("/api/auth/is-username-available")
            .json(&json!({"username": name}));
        let available = available.undocumented().send().await.expect(200);
        assert_eq!(available.json(), json!({"available": false}), "{name}");
    }
    for disguised in [
        "\u{430}dmin",
        "ad\u{43c}in",
        "ad\u{1d0d}in",
        "\u{1d00}\u{1d05}\u{1d0d}\u{26a}\u{274}",
        "admi\u{307}n",
        "\u{e4}dm\u{131}n",
        "R\u{39f}\u{39f}T",
        "SU\u{3a1}P\u{39f}RT",
    ] {
        let body = json!({"displayUsername": disguised});
        assert_refused(&rename(&app, &token, body.clone()).await, RESERVED);
        assert_refused(&sign_up_with(&app, OTHER, body).await, RESERVED);
    }
    // What cannot be seen is in no name.
    for hidden in ["admin\u{fe0f}", "admin\u{2800}", "ad\u{1bca0}min", "ad\u{1bca3}min"] {
        let answer = rename(&app, &token, json!({"displayUsername": hidden})).await;
        assert_eq!(answer.status, 400, "{hidden:?}: {}", answer.text());
    }
    let _ = rename(&app, &token, json!({"username": "administrative"}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_has_its_own_reserved_names() {
    let app = start_with(&[("RESERVED_USERNAMES", "countess, duchess")]).await;
    let token = sign_up(&app, EMAIL).await;
    assert_refused(&rename(&app, &token, json!({"username": "Duchess"})).await, RESERVED);
    let _ = rename(&app, &token, json!({"username": "admin"})).await.expect(200);
    let app = start_with(&[("RESERVED_USERNAMES", "none")]).await;
    let token = sign_up(&app, EMAIL).await;
    let _ = rename(&app, &token, json!({"username": "root"})).await.expect(200);
}
