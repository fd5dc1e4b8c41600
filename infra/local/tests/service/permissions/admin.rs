//! `admin` administers the service, for administrators who are no users.

use operator::{Actor, Task};
use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use shared::domain::EmailAddress;
use totp_rs::Totp;

use super::people::{
    ADA, GRACE, ROOT, bearing, bus_beside, core_beside, create_admin, create_admin_in, describe, get_as, invite, join,
    mailed, make_key, post, post_as, sign_up, text,
};
use super::stage::Stage;
use super::{passkey, social};
use crate::client::{Local, PASSWORD};

const NEXT: &str = "ten lanterns over Pskov";

pub async fn story(stage: &Stage) {
    let settings = ["LIMIT_PLATFORM_AUTHENTICATION=1000/60"];
    let local = stage.open(&settings).await;
    create_admin(&local, ROOT).await;
    sessions(&local).await;
    passwords(&local).await;
    records(&local).await;
    templates(&local).await;
    lists(&local).await;
    configuration(&local).await;
    second_factor(&local).await;
    users(&*with_providers(stage).await).await;
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
    // Without failures before it.
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
    let jwt = super::people::log_in(local, ADA).await;
    let put = || local.call("PUT", "/v1/admin/password");
    bearing(put(), &jwt).json(&json!({})).send().await.expect(403);
    bearing(local.call("PUT", "/v1/admin/password"), &user)
        .json(&json!({}))
        .send()
        .await
        .expect(403);
}

async fn lists(local: &Local) {
    let token = text(&log_in(local, NEXT).await["accessToken"]);
    let registered =
        json!({ "first_name": "Radia", "last_name": "Perlman", "email": "radia@example.com", "password": PASSWORD });
    post(local, "/v1/auth/register", registered).await;
    let listed = get_as(local, &token, "/v1/admin/users?status=PENDING").await;
    assert!(listed["users"].is_array());
    get_as(local, &token, "/v1/admin/users?search=perlman").await;
    let listed = get_as(local, &token, "/v1/admin/organizations?search=perlman").await;
    let organization = format!(
        "/v1/admin/organizations/{}",
        text(&listed["organizations"][0]["tenantId"])
    );
    get_as(local, &token, "/v1/admin/organizations").await;
    get_as(local, &token, &organization).await;
    for change in [
        json!({ "name": "Bridges", "orgType": "BUSINESS", "status": "SUSPENDED" }),
        json!({ "name": "Trees", "orgType": "SOLO", "status": "PLAN_ACTIVE" }),
    ] {
        let call = bearing(local.call("PUT", &organization), &token).json(&change);
        call.send().await.expect(200);
    }
}

async fn records(local: &Local) {
    let token = text(&log_in(local, NEXT).await["accessToken"]);
    let path = "/v1/admin/app-role-matrix";
    let created = post_as(local, &token, path, json!({ "name": "HR", "roles": ["MANAGER"] })).await;
    let duplicate = bearing(local.post(path), &token).json(&json!({ "name": "HR", "roles": ["MANAGER"] }));
    duplicate.send().await.expect(409);
    let record = format!("{path}/{}", text(&created["id"]));
    for path in [path, &record, &format!("{path}/by-name/HR")] {
        get_as(local, &token, path).await;
    }
    for path in ["/v1/admin/stats", "/v1/admin/analytics?granularity=day"] {
        get_as(local, &token, path).await;
    }
    let change = bearing(local.call("PUT", &record), &token).json(&json!({ "name": "People" }));
    change.send().await.expect(200);
    let toggle = bearing(local.call("PATCH", &format!("{record}/toggle-active")), &token);
    toggle.send().await.expect(200);
    bearing(local.call("DELETE", &record), &token).send().await.expect(200);
    plans(local, &token).await;
    providers(local, &token).await;
}

async fn providers(local: &Local, token: &str) {
    let path = "/v1/admin/social-providers";
    let provider = json!({ "provider": "google", "client_id": "ostiary", "client_secret": "secret" });
    let created = post_as(local, token, path, provider.clone()).await;
    let duplicate = bearing(local.post(path), token).json(&provider);
    duplicate.send().await.expect(409);
    let record = format!("{path}/{}", text(&created["id"]));
    for path in [path, &record] {
        get_as(local, token, path).await;
    }
    let renamed = json!({ "provider": "github", "client_secret": "a third" });
    for change in [json!({ "client_secret": "another" }), renamed] {
        let change = bearing(local.call("PUT", &record), token).json(&change);
        change.send().await.expect(200);
    }
    let toggle = bearing(local.call("PATCH", &format!("{record}/toggle")), token);
    toggle.send().await.expect(200);
    bearing(local.call("DELETE", &record), token).send().await.expect(200);
}

async fn plans(local: &Local, token: &str) {
    let path = "/v1/admin/organization-type-plans";
    get_as(local, token, path).await;
    let plan = json!({ "org_type": "BUSINESS", "plan": "TEAM_GROWTH" });
    let created = post_as(local, token, path, plan.clone()).await;
    let duplicate = bearing(local.post(path), token).json(&plan);
    duplicate.send().await.expect(409);
    let record = format!("{path}/{}", text(&created["id"]));
    get_as(local, token, &record).await;
    let change = bearing(local.call("PUT", &record), token).json(&json!({ "plan": "TEAM_FREE" }));
    change.send().await.expect(200);
    bearing(local.call("DELETE", &record), token).send().await.expect(200);
}

async fn templates(local: &Local) {
    let token = text(&log_in(local, NEXT).await["accessToken"]);
    let path = "/v1/admin/email-templates";
    let created = post_as(local, &token, path, template("S")).await;
    let duplicate = bearing(local.post(path), &token).json(&template("S"));
    duplicate.send().await.expect(409);
    let record = format!("{path}/{}", text(&created["id"]));
    for path in [path, &record] {
        get_as(local, &token, path).await;
    }
    for change in [json!({ "subject": "T" }), json!({ "language": "de" })] {
        let change = bearing(local.call("PUT", &record), &token).json(&change);
        change.send().await.expect(200);
    }
    let toggle = bearing(local.call("PATCH", &format!("{record}/toggle")), &token);
    toggle.send().await.expect(200);
    bearing(local.call("DELETE", &record), &token).send().await.expect(200);
}

async fn configuration(local: &Local) {
    let token = text(&log_in(local, NEXT).await["accessToken"]);
    get_as(local, &token, "/v1/admin/config").await;
    for days in [30, 60] {
        let path = "/v1/admin/config/key_rotation_interval_days";
        let change = bearing(local.call("PUT", path), &token).json(&json!({ "value": days }));
        change.send().await.expect(200);
    }
}

pub fn template(subject: &str) -> Value {
    json!({
        "name": "verification", "type": "system", "subject": subject, "html_body": "<a href=\"{{ url }}\">",
        "language": "en", "is_active": true,
    })
}

async fn passwords(local: &Local) {
    let tokens = log_in(local, PASSWORD).await;
    let token = text(&tokens["accessToken"]);
    let change = async |current: &str, new: &str, status: u16| {
        let body = json!({ "currentPassword": current, "newPassword": new, "confirmPassword": new });
        let call = bearing(local.call("PUT", "/v1/admin/password"), &token).json(&body);
        call.send().await.expect(status);
    };
    change(PASSWORD, NEXT, 200).await;
    change("not the password", PASSWORD, 401).await;
    change(NEXT, PASSWORD, 200).await;
    post(local, "/v1/admin/password/reset-request", json!({ "email": ROOT })).await;
    let token = mailed(local, "reset-password").await;
    let body = json!({ "token": token, "newPassword": NEXT, "confirmPassword": NEXT });
    post(local, "/v1/admin/password/reset-confirm", body.clone()).await;
    let again = local.post("/v1/admin/password/reset-confirm").json(&body);
    again.send().await.expect(400);
    // The reset has ended the session.
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    local
        .post("/v1/admin/refresh-token")
        .json(&refresh)
        .send()
        .await
        .expect(401);
}

async fn second_factor(local: &Local) {
    let beside = core_beside(local, &[]);
    let task = Task::EnrollAdminTotp(EmailAddress::parse(ROOT).expect("an address"));
    let actor = Actor::Invocation("a request".to_owned());
    let report = operator::run(&beside, &bus_beside(local), task, &actor, SystemClock.now())
        .await
        .expect("a report");
    let report = serde_json::to_value(report).expect("JSON");
    let totp = Totp::from_url(text(&report["uri"])).expect("a URI");
    let second = u64::try_from(SystemClock.now().as_second()).expect("after 1970");
    let shown = totp.generate(second).to_string();
    post(
        local,
        "/v1/admin/login",
        json!({ "email": ROOT, "password": NEXT, "otp": shown }),
    )
    .await;
}

async fn with_providers(stage: &Stage) -> std::sync::Arc<Local> {
    stage.open(&[&social::providers().await, "RATE_LIMITS=off"]).await
}

async fn users(local: &Local) {
    create_admin(local, ROOT).await;
    let token = text(&log_in(local, PASSWORD).await["accessToken"]);
    let call = async |method: &'static str, path: &str, body: Value| {
        let answer = bearing(local.call(method, path), &token).json(&body).send().await;
        assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
        answer.json()
    };
    let new = json!({ "email": "annie@example.com", "sendWelcomeEmail": true });
    let created = call("POST", "/v1/admin/users", new).await;
    let user = format!("/v1/admin/users/{}", text(&created["user"]["id"]));
    get_as(local, &token, &user).await;
    call("PUT", &user, json!({ "firstName": "Annie", "status": "ACTIVE" })).await;
    call("POST", &format!("{user}/reset_pwd_by_admin"), json!({})).await;
    // A user with every kind of name, key and membership: one of two owners, and then the last, who has invited a user.
    let owner = sign_up(local, "joan@example.com").await;
    make_key(local, &owner).await;
    let change = json!({ "phone": "+441632960961", "username": "joan" });
    describe(local, &owner, change).await;
    passkey::register(local, &owner).await;
    let session = get_as(local, &owner, "/api/auth/get-session").await;
    let reset = format!("/v1/admin/users/{}/reset_pwd_by_admin", text(&session["user"]["id"]));
    call("POST", &reset, json!({ "newPassword": NEXT })).await;
    let credentials = json!({ "email": "joan@example.com", "password": NEXT });
    let owner = text(&post(local, "/api/auth/sign-in/email", credentials).await["token"]);
    let (_, invitation) = invite(local, &owner, "acme", GRACE, "owner").await;
    join(local, &invitation).await;
    let grace = super::people::log_in(local, GRACE).await;
    invite(local, &grace, "acme-2", "radia@example.com", "member").await;
    let remove = async |session: &str| {
        let session = get_as(local, session, "/api/auth/get-session").await;
        let user = format!("/v1/admin/users/{}", text(&session["user"]["id"]));
        call("DELETE", &user, json!({})).await;
    };
    remove(&owner).await;
    remove(&grace).await;
    remove(&social::come_from_a_provider(local).await).await;
}

async fn with_a_wrapped_key(local: &Local) {
    create_admin_in(local, ROOT, &[("SIGNING_MODE", "wrapped")]).await;
    log_in(local, PASSWORD).await;
}
