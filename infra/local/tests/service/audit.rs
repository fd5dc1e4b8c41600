//! What the audit trail tells about an account, from its records alone.

use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use totp_rs::Totp;

use crate::client::{Call, Local, PASSWORD};

const ADA: &str = "ada@example.com";
const STRANGER: &str = "cu\trl/8.0";

/// The records about a user, oldest first.
async fn trail(local: &Local, user: &Value) -> Vec<Value> {
    let records = local.get("/_local/audit.json").send().await.expect(200).json();
    let records = records.as_array().expect("a list").iter();
    records.filter(|record| record["user"] == *user).cloned().collect()
}

fn bearing<'l>(call: Call<'l>, token: &Value) -> Call<'l> {
    call.header("authorization", &format!("Bearer {}", token.as_str().expect("a token")))
}

async fn post_as(local: &Local, token: &Value, path: &str, body: &Value) -> Value {
    bearing(local.post(path), token)
        .json(body)
        .send()
        .await
        .expect(200)
        .json()
}

#[tokio::test]
async fn the_records_say_who_got_in_from_where_with_which_factor_and_what_they_changed() {
    let local = Local::start(&[]).await;
    let signed_up = local.sign_up(ADA).await.json();
    let ada = &signed_up["user"]["id"];
    let enabled = post_as(
        &local,
        &signed_up["token"],
        "/api/auth/two-factor/enable",
        &json!({ "password": PASSWORD }),
    )
    .await;
    let app = Totp::from_url(enabled["totpURI"].as_str().expect("a URI")).expect("a URI that apps read");
    let now = u64::try_from(SystemClock.now().as_second()).expect("after 1970");
    let code = json!({ "code": app.generate(now).to_string() });
    post_as(&local, &signed_up["token"], "/api/auth/two-factor/verify-totp", &code).await;
    let before = trail(&local, ada).await.len();

    // A stranger guesses, then has the password and a backup code, and changes the password.
    for password in ["a wrong guess", PASSWORD] {
        let credentials = json!({ "email": ADA, "password": password });
        let call = local.post("/api/auth/sign-in/email").header("user-agent", STRANGER);
        let answer = call.json(&credentials).send().await;
        if password != PASSWORD {
            assert_eq!(answer.status, 401);
            continue;
        }
        let cookies = answer.headers.get_all("set-cookie").into_iter();
        let cookies: Vec<_> = cookies
            .map(|line| line.to_str().expect("text").split(';').next())
            .collect();
        let cookie = cookies.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let code = json!({ "code": enabled["backupCodes"][0] });
        let call = local.post("/api/auth/two-factor/verify-backup-code");
        let call = call.header("cookie", &cookie).header("origin", &local.url());
        let call = call.header("user-agent", STRANGER);
        let session = call.json(&code).send().await.expect(200).json();
        let change = json!({ "currentPassword": PASSWORD, "newPassword": "seven herons over Lima" });
        post_as(&local, &session["token"], "/api/auth/change-password", &change).await;
    }

    let trail = trail(&local, ada).await.split_off(before);
    let kinds: Vec<_> = trail
        .iter()
        .map(|record| record["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(
        kinds,
        [
            "sign_in_failed",
            "second_factor_requested",
            "backup_code_used",
            "signed_in",
            "password_changed",
        ],
        "{trail:#?}"
    );
    let [failed, _, _, signed_in, changed] = &trail[..] else {
        panic!("five records")
    };
    assert_eq!(
        (&failed["outcome"], &failed["reason"], &failed["user_agent"]),
        (
            &json!("refused"),
            &json!("the credentials are wrong"),
            &json!("curl/8.0")
        )
    );
    assert_eq!(
        (&signed_in["methods"], &signed_in["ip"]),
        (&json!(["pwd", "otp"]), &json!("127.0.0.1"))
    );
    assert_eq!(
        (&changed["actor"], &changed["actor_session"], &changed["contract"]),
        (ada, &signed_in["session"], &json!("better_auth"))
    );
    let text = json!(trail).to_string();
    for secret in [
        PASSWORD,
        "seven herons",
        "a wrong guess",
        enabled["backupCodes"][0].as_str().expect("a code"),
    ] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn a_refused_change_leaves_no_record_of_a_change() {
    let local = Local::start(&[]).await;
    let signed_up = local.sign_up(ADA).await.json();
    let before = trail(&local, &signed_up["user"]["id"]).await.len();
    let change = json!({ "currentPassword": "a wrong guess", "newPassword": "seven herons over Lima" });
    bearing(local.post("/api/auth/change-password"), &signed_up["token"])
        .json(&change)
        .send()
        .await
        .expect(400);
    let trail = trail(&local, &signed_up["user"]["id"]).await.split_off(before);
    let kinds: Vec<_> = trail.iter().map(|record| record["kind"].clone()).collect();
    assert_eq!(kinds, [json!("password_proof_failed")]);
}
