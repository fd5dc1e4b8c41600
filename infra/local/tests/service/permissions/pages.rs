//! Proving on a page that an account is one's own: with the password, and with each kind of second factor.

use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use totp_rs::Totp;

use super::organization::verified;
use super::people::{bearing, text};
use crate::client::{Answer, Local, PASSWORD};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    None,
    App,
    Mail,
    BackupCode,
}

pub const FACTORS: [Factor; 4] = [Factor::None, Factor::App, Factor::Mail, Factor::BackupCode];

pub struct Person {
    pub email: String,
    pub session: String,
    factor: Factor,
    uri: String,
    backup_code: String,
}

/// A user with a verified address, and with an authenticator unless there is no second factor.
pub async fn person(local: &Local, factor: Factor) -> Person {
    let email = format!("{factor:?}@example.com").to_lowercase();
    let mut person = Person {
        session: verified(local, &email).await,
        email,
        factor,
        uri: String::new(),
        backup_code: String::new(),
    };
    if factor != Factor::None {
        let password = json!({ "password": PASSWORD });
        let enabled = call(local, &person, "enable", password).await;
        person.uri = text(&enabled["totpURI"]);
        person.backup_code = text(&enabled["backupCodes"][0]);
        let code = json!({ "code": code_at(&person.uri, 0) });
        person.session = text(&call(local, &person, "verify-totp", code).await["token"]);
    }
    person
}

async fn call(local: &Local, person: &Person, what: &str, body: Value) -> Value {
    let call = bearing(local.post(&format!("/api/auth/two-factor/{what}")), &person.session);
    call.json(&body).send().await.expect(200).json()
}

/// The code of a later step: one that was used is refused.
fn code_at(uri: &str, later: u64) -> String {
    let now = u64::try_from(SystemClock.now().as_second()).expect("after 1970");
    let app = Totp::from_url(uri).expect("a URI that apps read");
    app.generate(now + later).to_string()
}

/// Submits the form of the page with a wrong password first, and then with everything that the user has.
pub async fn prove(local: &Local, page: &str, token: &str, person: &Person) -> Answer {
    let first = |password| vec![("token", token.to_owned()), ("password", password)];
    // The sign-in from a known device, which has counters of its own.
    let credentials = json!({ "email": person.email, "password": PASSWORD });
    let signed_in = local.post("/api/auth/sign-in/email").json(&credentials).send().await;
    let device = signed_in.headers.get("x-device-token");
    let device = device
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    for device in ["", &device] {
        send(local, page, &first("a wrong guess".to_owned()), device)
            .await
            .expect(200);
    }
    let answer = send(local, page, &first(PASSWORD.to_owned()), &device)
        .await
        .expect(200);
    if person.factor == Factor::None {
        return answer;
    }
    let html = answer.text();
    let challenge = html.split("name=\"challenge\" value=\"").nth(1);
    let challenge = challenge.and_then(|rest| rest.split('"').next()).expect("a challenge");
    let mut second = vec![("token", token.to_owned()), ("challenge", challenge.to_owned())];
    match person.factor {
        Factor::None => {}
        Factor::App => second.push(("code", code_at(&person.uri, 30))),
        Factor::BackupCode => second.push(("code", person.backup_code.clone())),
        Factor::Mail => {
            let ask = [&second[..], &[("mailCode", "yes".to_owned())]].concat();
            send(local, page, &ask, "").await.expect(200);
            let code = text(&local.last_mail("two-factor-otp").await["otp"]);
            second.extend([("mailed", "yes".to_owned()), ("code", code)]);
        }
    }
    send(local, page, &second, "").await.expect(200)
}

/// Submits a form.
pub async fn send(local: &Local, page: &str, fields: &[(&str, String)], device: &str) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let call = local
        .post(page)
        .header("content-type", "application/x-www-form-urlencoded");
    let call = if device.is_empty() {
        call
    } else {
        call.header("x-device-token", device)
    };
    call.body(form).send().await
}
