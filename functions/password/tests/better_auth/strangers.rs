//! A stranger signs up with an address whose mailbox they cannot read. A reset by the user who can
//! gives that user the account alone.

use std::sync::Arc;

use local_aws::{Mode, Service};
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::api_key::KeyTerms;
use shared::domain::{ApiKey, LinkedAccount, LinkedAccountId, PlainApiKey, ProviderId, UserId};
use shared::store::Changes;
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, Authenticator, TestApp};

use super::{
    EMAIL, PASSWORD, SECOND, assert_password, is_live, reset, reset_token, sign_up, start, start_with, try_sign_in,
};

const ORIGIN: &str = "http://127.0.0.1:3000";
const SUBJECT: &str = "of a stranger";

/// Of an account with a stranger's address: all that could open it later.
struct Prepared {
    user: UserId,
    session: String,
    passkey: Authenticator,
    key: String,
}

async fn prepare(app: &TestApp) -> Prepared {
    let session = sign_up(app, EMAIL).await;
    let mut passkey = Authenticator::new(1);
    register(app, &session, &mut passkey).await;
    let made = app.post("/api/auth/api-key/create").bearer(&session).json(&json!({}));
    let key = made.send().await.expect(200).json()["key"].clone();
    let user = app.caller(&session).await.user.id;
    link(app, user, SUBJECT).await;
    Prepared {
        user,
        session,
        passkey,
        key: key.as_str().expect("a key").to_owned(),
    }
}

/// What is to be signed, and the cookie that goes back with it.
async fn ask(app: &TestApp, path: &str, session: Option<&str>) -> (serde_json::Value, String) {
    let request = app.get(&format!("/api/auth/passkey/{path}"));
    let request = match session {
        Some(session) => request.bearer(session),
        None => request,
    };
    let answer = request.send().await.expect(200);
    let cookie = answer.cookies()[0].split(';').next().unwrap_or_default().to_owned();
    (answer.json(), cookie)
}

async fn register(app: &TestApp, session: &str, passkey: &mut Authenticator) {
    let (options, cookie) = ask(app, "generate-register-options", Some(session)).await;
    let request = app.post("/api/auth/passkey/verify-registration").bearer(session);
    let request = request.header("cookie", &cookie).header("origin", ORIGIN);
    let body = json!({"response": passkey.create(&options)});
    let _ = request.json(&body).send().await.expect(200);
}

async fn show_passkey(app: &TestApp, passkey: &mut Authenticator) -> Answer {
    let (options, cookie) = ask(app, "generate-authenticate-options", None).await;
    let request = app.post("/api/auth/passkey/verify-authentication");
    let request = request.header("cookie", &cookie).header("origin", ORIGIN);
    request.json(&json!({"response": passkey.get(&options)})).send().await
}

fn provider() -> ProviderId {
    ProviderId::parse("github").expect("a name")
}

async fn link(app: &TestApp, user: UserId, subject: &str) {
    let now = app.clock.now();
    let account = LinkedAccount {
        id: LinkedAccountId::generate(now, &*app.core().entropy),
        user_id: user,
        provider: provider(),
        subject: subject.to_owned(),
        scopes: Vec::new(),
        tokens: None,
        access_token_expires_at: None,
        created_at: now,
        updated_at: now,
    };
    let changes = Changes::new().link_account(&account);
    app.core().store.commit(changes).await.expect("a commit");
}

async fn is_key_good(app: &TestApp, key: &str) -> bool {
    let verify = app.post("/api/auth/api-key/verify").json(&json!({"key": key}));
    verify.send().await.expect(200).json()["valid"] == true
}

async fn assert_locked_out(app: &TestApp, stranger: &mut Prepared) {
    assert!(!is_live(app, &stranger.session).await);
    let _ = try_sign_in(app, EMAIL, PASSWORD).await.expect(401);
    let answer = show_passkey(app, &mut stranger.passkey).await;
    assert_eq!(answer.json()["code"], "PASSKEY_NOT_FOUND");
    assert!(!is_key_good(app, &stranger.key).await);
    let store = &app.core().store;
    let owner = store.find_identity_owner(&provider(), SUBJECT).await;
    assert_eq!(owner.expect("an answer"), None);
    let accounts = store.list_linked_accounts(stranger.user).await;
    assert!(accounts.expect("a list").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_reset_revokes_everything_of_the_user_who_signed_up() {
    let app = start().await;
    let mut stranger = prepare(&app).await;
    let _ = show_passkey(&app, &mut stranger.passkey).await.expect(200);
    assert!(is_key_good(&app, &stranger.key).await);
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    assert_locked_out(&app, &mut stranger).await;
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
    // The authenticator and the identity may be used for an account of the stranger's own.
    let own = sign_up(&app, "eve@example.com").await;
    register(&app, &own, &mut stranger.passkey).await;
    link(&app, app.caller(&own).await.user.id, SUBJECT).await;
}

/// Else the owner of the address could not get in.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_reset_takes_a_strangers_second_factor_away() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let code = {
        let _ = app
            .post("/api/auth/two-factor/send-otp")
            .bearer(&session)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
        let text = app.last_mail("two-factor-otp").text.expect("a text");
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
        text.lines().find(is_code).expect("a code").to_owned()
    };
    let show = app.post("/api/auth/two-factor/verify-otp").bearer(&session);
    let _ = show.json(&json!({"code": code})).send().await.expect(200);
    let asked = try_sign_in(&app, EMAIL, PASSWORD).await.expect(200);
    assert_eq!(asked.json()["twoFactorRedirect"], true);

    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let signed_in = try_sign_in(&app, EMAIL, SECOND).await.expect(200);
    assert_eq!(signed_in.json()["user"]["emailVerified"], true);
}

/// A user whose address is verified keeps all other credentials when a forgotten password is reset.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_reset_leaves_all_that_is_not_the_password() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let session = try_sign_in(&app, EMAIL, SECOND).await.expect(200).json()["token"].clone();
    let session = session.as_str().expect("a token");
    let mut passkey = Authenticator::new(1);
    register(&app, session, &mut passkey).await;
    let user = app.caller(session).await.user.id;
    link(&app, user, SUBJECT).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, PASSWORD).send().await.expect(200);
    let _ = show_passkey(&app, &mut passkey).await.expect(200);
    let accounts = app.core().store.list_linked_accounts(user).await;
    assert_eq!(accounts.expect("a list").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_commit_bears_goes_too() {
    let app = start_with(&[("RATE_LIMITS", "off")]).await;
    let mut stranger = prepare(&app).await;
    for seed in 2..=20 {
        register(&app, &stranger.session, &mut Authenticator::new(seed)).await;
    }
    for number in 0..45 {
        link(&app, stranger.user, &number.to_string()).await;
    }
    make_keys(&app, stranger.user, 60).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    assert_locked_out(&app, &mut stranger).await;
    let store = &app.core().store;
    assert!(store.list_passkeys(stranger.user).await.expect("a list").is_empty());
    assert!(store.list_api_keys(stranger.user).await.expect("a list").is_empty());
}

/// However many a user may have.
async fn make_keys(app: &TestApp, user: UserId, number: usize) {
    let keys: Vec<_> = std::iter::repeat_with(|| {
        let text = PlainApiKey::generate(None, user, &*app.core().entropy);
        ApiKey::new(&text, KeyTerms::default(), 0, app.clock.now())
    })
    .take(number)
    .collect();
    for some in keys.chunks(100) {
        let changes = some.iter().fold(Changes::new(), Changes::create_api_key);
        app.core().store.commit(changes).await.expect("a commit");
    }
}

/// The first commit of a reset that takes several replaces the password and ends what the stranger has; the holder of the token can
/// complete it.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_is_cut_short_shuts_the_stranger_out_and_is_completed_by_the_next() {
    let app = Arc::new(start_with(&[("RATE_LIMITS", "off")]).await);
    let mut stranger = prepare(&app).await;
    make_keys(&app, stranger.user, 500).await;
    let token = reset_token(&app, EMAIL).await;
    let running = {
        let (app, token) = (Arc::clone(&app), token.clone());
        tokio::spawn(async move { reset(&app, &token, SECOND).send().await })
    };
    let store = &app.core().store;
    while store
        .list_api_keys(stranger.user)
        .await
        .is_ok_and(|keys| keys.len() > 500)
    {
        tokio::task::yield_now().await;
    }
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let cut = running.await.expect("an answer").expect(503);
    assert_eq!(cut.json()["code"], "SERVICE_UNAVAILABLE");
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert!(!is_live(&app, &stranger.session).await);
    let _ = try_sign_in(&app, EMAIL, PASSWORD).await.expect(401);
    let _ = try_sign_in(&app, EMAIL, SECOND).await.expect(200);
    let _ = show_passkey(&app, &mut stranger.passkey).await.expect(401);
    assert!(!store.list_api_keys(stranger.user).await.expect("a list").is_empty());

    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    assert_locked_out(&app, &mut stranger).await;
    assert!(store.list_api_keys(stranger.user).await.expect("a list").is_empty());
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
}

/// Interrupts a reset of an account with so many API keys before each of its calls, and returns how many of these interruptions left
/// the new password set.
async fn interrupt_before_each_call(keys: usize) -> usize {
    let mut replaced = 0;
    for calls in 0.. {
        let app = start_with(&[("RATE_LIMITS", "off")]).await;
        let mut stranger = prepare(&app).await;
        make_keys(&app, stranger.user, keys).await;
        let token = reset_token(&app, EMAIL).await;
        app.aws.faults().fail_after(Service::DynamoDb, calls);
        let answer = reset(&app, &token, SECOND).send().await;
        app.aws.faults().set(Service::DynamoDb, Mode::Off);
        if answer.status == 200 {
            assert_locked_out(&app, &mut stranger).await;
            break;
        }
        let _ = answer.expect(503);
        let signs_in = async |password| try_sign_in(&app, EMAIL, password).await.status == 200;
        let (old, new) = (signs_in(PASSWORD).await, signs_in(SECOND).await);
        assert!(
            old != new,
            "after {calls} calls: old password {old}, new password {new}"
        );
        assert_eq!(is_live(&app, &stranger.session).await, old, "after {calls} calls");
        replaced += usize::from(new);
        let _ = reset(&app, &token, SECOND).send().await.expect(200);
        assert_locked_out(&app, &mut stranger).await;
        assert_password(&app, EMAIL, SECOND, PASSWORD).await;
        let left = app.core().store.list_api_keys(stranger.user).await;
        assert!(left.expect("a list").is_empty());
    }
    replaced
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_fits_into_one_commit_happens_wholly_or_not_at_all() {
    assert_eq!(interrupt_before_each_call(2).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_the_two_passwords_opens_the_account_wherever_a_longer_reset_is_interrupted() {
    assert!(interrupt_before_each_call(200).await > 1);
}

/// What is made while the account is being taken away goes too, or is not made.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_makes_more_meanwhile_keeps_none_of_it() {
    for _ in 0..4 {
        let app = Arc::new(start_with(&[("RATE_LIMITS", "off")]).await);
        let stranger = prepare(&app).await;
        let token = reset_token(&app, EMAIL).await;
        let making = {
            let (app, session) = (Arc::clone(&app), stranger.session.clone());
            tokio::spawn(async move { make_more(&app, &session).await })
        };
        let _ = reset(&app, &token, SECOND).send().await.expect(200);
        making.await.expect("no panic");
        let store = &app.core().store;
        let left = (
            store.list_passkeys(stranger.user).await.expect("a list").len(),
            store.list_api_keys(stranger.user).await.expect("a list").len(),
        );
        assert_eq!(left, (0, 0));
        assert_password(&app, EMAIL, SECOND, PASSWORD).await;
    }
}

/// As long as the session lasts.
async fn make_more(app: &TestApp, session: &str) {
    for seed in 2..=20 {
        let path = "/api/auth/passkey/generate-register-options";
        let asked = app.get(path).bearer(session).send().await;
        if asked.status != 200 {
            return;
        }
        let cookie = asked.cookies()[0].split(';').next().unwrap_or_default().to_owned();
        let request = app.post("/api/auth/passkey/verify-registration").bearer(session);
        let request = request.header("cookie", &cookie).header("origin", ORIGIN);
        let body = json!({"response": Authenticator::new(seed).create(&asked.json())});
        let _ = request.json(&body).send().await;
        let key = app.post("/api/auth/api-key/create").bearer(session).json(&json!({}));
        let _ = key.send().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_first_resets_at_once_one_succeeds() {
    let app = Arc::new(start().await);
    let mut stranger = prepare(&app).await;
    let token = reset_token(&app, EMAIL).await;
    exactly_one_wins(&app, 200, &[400], move |app, _| reset(app, &token, SECOND)).await;
    assert_locked_out(&app, &mut stranger).await;
}
