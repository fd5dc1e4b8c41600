//! `admin` administers the service, for administrators who are no users.

use operator::{Actor, Task};
use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use shared::domain::EmailAddress;
use totp_rs::Totp;

use super::people::{ADA, ROOT, bearing, core_beside, create_admin, create_admin_in, mailed, post, sign_up, text};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

const NEXT: &str = "ten lanterns over Pskov";

pub async fn story(stage: &Stage) {
    let settings = ["LIMIT_PLATFORM_AUTHENTICATION=1000/60"];
    let local = stage.open(&settings).await;
    create_admin(&local, ROOT).await;
    sessions(&local).await;
    passwords(&local).await;
    second_factor(&local).await;
    with_a_wrapped_key(&*stage.open(&["SIGNING_MODE=wrapped"]).await).await;
}

async fn log_in(local: &Local, password: &str) -> Value {
    post(local, "/v1/admin/login", json!({ "email": ROOT, "password": password })).await
}

async fn sessions(local: &Local) {
    let refuse = async |password: &str, device: &str| {
        let body = json!({ "email": ROOT, "password": password });
        let call = local
            .post("/v1/admin/login")
            .header("x-device-token", device)
            .json(&body);
        call.send().await.expect(401);
    };
    refuse("not the password", "").await;
    let login = local
        .post("/v1/admin/login")
        .json(&json!({ "email": ROOT, "password": PASSWORD }));
    let answer = login.send().await.expect(200);
    let device = answer.header("x-device-token").to_owned();
    refuse("not the password", &device).await;
    let known = local.post("/v1/admin/login").header("x-device-token", &device);
    known
        .json(&json!({ "email": ROOT, "password": PASSWORD }))
        .send()
        .await
        .expect(200);
    let first = answer.json();
    let refresh = |token: &Value| {
        local
            .post("/v1/admin/refresh-token")
            .json(&json!({ "refreshToken": token }))
    };
    refresh(&first["refreshToken"]).send().await.expect(200);
    refresh(&json!("arf_x")).send().await.expect(401);
    let user = sign_up(local, ADA).await;
    bearing(local.call("PUT", "/v1/admin/password"), &user)
        .json(&json!({}))
        .send()
        .await
        .expect(403);
}

async fn passwords(local: &Local) {
    let token = text(&log_in(local, PASSWORD).await["accessToken"]);
    let change = async |current: &str, new: &str, status: u16| {
        let body = json!({ "currentPassword": current, "newPassword": new, "confirmPassword": new });
        let call = bearing(local.call("PUT", "/v1/admin/password"), &token).json(&body);
        call.send().await.expect(status);
    };
    change("not the password", NEXT, 401).await;
    change(PASSWORD, NEXT, 200).await;
    post(local, "/v1/admin/password/reset-request", json!({ "email": ROOT })).await;
    let token = mailed(local, "reset-password").await;
    let body = json!({ "token": token, "newPassword": PASSWORD, "confirmPassword": PASSWORD });
    post(local, "/v1/admin/password/reset-confirm", body.clone()).await;
    let again = local.post("/v1/admin/password/reset-confirm").json(&body);
    again.send().await.expect(400);
}

async fn second_factor(local: &Local) {
    let beside = core_beside(local, &[]);
    let task = Task::EnrollAdminTotp(EmailAddress::parse(ROOT).expect("an address"));
    let actor = Actor::Invocation("a request".to_owned());
    let report = operator::run(&beside, task, &actor, SystemClock.now())
        .await
        .expect("a report");
    let report = serde_json::to_value(report).expect("JSON");
    let totp = Totp::from_url(text(&report["uri"])).expect("a URI");
    let second = u64::try_from(SystemClock.now().as_second()).expect("after 1970");
    let shown = totp.generate(second).to_string();
    post(
        local,
        "/v1/admin/login",
        json!({ "email": ROOT, "password": PASSWORD, "otp": shown }),
    )
    .await;
}

async fn with_a_wrapped_key(local: &Local) {
    create_admin_in(local, ROOT, &[("SIGNING_MODE", "wrapped")]).await;
    log_in(local, PASSWORD).await;
}
