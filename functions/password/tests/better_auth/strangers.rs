//! A stranger signs up with an address whose mailbox they cannot read. A reset by the user who can
//! gives that user the account alone.

use std::sync::Arc;

use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::KeyTerms;
use shared::domain::{
    ApiKey, Issuer, LinkedAccount, LinkedAccountId, OrganizationId, OrganizationRole, PlainApiKey, ProviderId, User,
    UserId,
};
use shared::store::Changes;
use shared::testkit::better_auth::sign_up_verified;
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, Authenticator, TestApp, text};
use totp_rs::Totp;

use super::{
    EMAIL, PASSWORD, SECOND, assert_password, is_live, reset, reset_token, sign_in, sign_up, start, start_with,
    try_sign_in,
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
async fn ask(app: &TestApp, path: &str, session: Option<&str>) -> (Value, String) {
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
        issuer: Issuer::assumed(&provider()),
        subject: subject.to_owned(),
        email: None,
        name: None,
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
    let owner = store
        .find_identity_owner(&provider(), &Issuer::assumed(&provider()), SUBJECT)
        .await;
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
    let enable = app.post("/api/auth/two-factor/enable").bearer(&session);
    let enabled = enable.json(&json!({"password": PASSWORD})).send().await.expect(200);
    let totp = Totp::from_url(text(&enabled.json()["totpURI"])).expect("a URI that apps read");
    let second = u64::try_from(app.clock.now().as_second()).expect("after 1970");
    let show = app.post("/api/auth/two-factor/verify-totp").bearer(&session);
    let code = json!({"code": totp.generate(second).to_string()});
    let _ = show.json(&code).send().await.expect(200);
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

/// The organizations of the stranger's account: one of its own with another member and an open invitation, one of its
/// own with an open invitation, and one of another owner.
struct Planted {
    shared: String,
    own: String,
    others: String,
    /// The session of the member, and ids of the invitations that wait.
    accomplice: String,
    waiting: [String; 2],
}

const ACCOMPLICE: &str = "mallory@example.com";

async fn create(app: &TestApp, session: &str, slug: &str) -> String {
    let body = json!({"name": slug, "slug": slug});
    let request = app.post("/api/auth/organization/create").bearer(session).json(&body);
    text(&request.send().await.expect(200).json()["id"])
}

async fn invite(app: &TestApp, session: &str, organization: &str, email: &str) -> String {
    let body = json!({"email": email, "role": "admin", "organizationId": organization});
    let request = app
        .post("/api/auth/organization/invite-member")
        .bearer(session)
        .json(&body);
    text(&request.send().await.expect(200).json()["id"])
}

async fn accept(app: &TestApp, session: &str, invitation: &str) -> Answer {
    let body = json!({"invitationId": invitation});
    let request = app.post("/api/auth/organization/accept-invitation").bearer(session);
    request.json(&body).send().await
}

async fn organizations(app: &TestApp, session: &str) -> Vec<String> {
    let listed = app
        .get("/api/auth/organization/list")
        .bearer(session)
        .send()
        .await
        .expect(200);
    let listed = listed.json();
    listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|organization| text(&organization["id"]))
        .collect()
}

/// A user who may join with rights that the stranger was given before the address of the account was verified.
async fn join_unverified(app: &TestApp, owner: &str, organization: &str, stranger: UserId) {
    let store = &app.core().store;
    let owner = app.caller(owner).await.user;
    let user = store.find_user(stranger).await.expect("an answer").expect("a user");
    let membership = owner
        .memberships
        .iter()
        .find(|known| known.organization_id.to_string() == organization);
    let mut membership = membership.expect("a membership").clone();
    membership.roles = OrganizationRole::Member.into();
    let mut joined = user.clone();
    joined.memberships.push(membership.clone());
    let changes = Changes::new()
        .create_member(&user, &membership)
        .take_seat(membership.organization_id, &membership.roles, 100)
        .update_user(&joined);
    store.commit(changes).await.expect("a commit");
}

async fn plant(app: &TestApp, stranger: &Prepared) -> Planted {
    let accomplice = sign_up_verified(app, ACCOMPLICE).await;
    let shared = create(app, &stranger.session, "shared").await;
    let invitation = invite(app, &stranger.session, &shared, ACCOMPLICE).await;
    let _ = accept(app, &accomplice, &invitation).await.expect(200);
    let own = create(app, &stranger.session, "own").await;
    let waiting = [
        invite(app, &stranger.session, &shared, "later@example.com").await,
        invite(app, &stranger.session, &own, "later@example.com").await,
    ];
    let others = create(app, &accomplice, "others").await;
    join_unverified(app, &accomplice, &others, stranger.user).await;
    let body = json!({"username": "mallory", "name": "Mallory", "image": "https://evil.test/x.png"});
    let update = app.post("/api/auth/update-user").bearer(&stranger.session).json(&body);
    let _ = update.send().await.expect(200);
    Planted {
        shared,
        own,
        others,
        accomplice,
        waiting,
    }
}

/// The owner of the address has what no other user reaches, and nothing that names the stranger.
async fn assert_nothing_planted(app: &TestApp, planted: &Planted, session: &str) {
    assert_eq!(organizations(app, session).await, [planted.own.as_str()]);
    let user = shared::testkit::better_auth::user_of(app, session).await;
    assert_eq!(
        (&user["name"], &user["username"], &user["image"]),
        (&json!(""), &Value::Null, &Value::Null)
    );
    assert_eq!(organizations(app, &planted.accomplice).await, [planted.others.as_str()]);
    let later = sign_up_verified(app, "later@example.com").await;
    for invitation in &planted.waiting {
        let _ = accept(app, &later, invitation).await.expect(400);
    }
    let body = json!({"username": "mallory"});
    let update = app
        .post("/api/auth/update-user")
        .bearer(&planted.accomplice)
        .json(&body);
    let _ = update.send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_reset_ends_organizations_with_strangers_invitations_and_names() {
    let app = start().await;
    let stranger = prepare(&app).await;
    let planted = plant(&app, &stranger).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let session = sign_in(&app, EMAIL, SECOND).await;
    assert_nothing_planted(&app, &planted, &session).await;
    let id = OrganizationId::parse(&planted.shared).expect("an id");
    let left = app.core().store.list_members(id).await.expect("a list");
    assert!(left.is_empty(), "no item of the organization is left");
}

/// The owner of the mailbox says so on the page of the verification mail.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_verification_by_an_owner_who_did_not_sign_up_ends_them_too() {
    let app = start().await;
    let mut stranger = prepare(&app).await;
    let token = app.mailed_token("verify-email");
    let planted = plant(&app, &stranger).await;
    let form = [("token", token.as_str()), ("didNotSignUp", "yes")];
    let page = app
        .get(&format!("/link/verify-email?token={token}"))
        .send()
        .await
        .expect(200);
    assert!(page.text().contains("name=\"didNotSignUp\""));
    let answer = app.post("/link/verify-email").form(&form).send().await.expect(200);
    assert!(answer.text().contains("The account is yours alone") && answer.cookies().is_empty());
    assert_locked_out(&app, &mut stranger).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let session = sign_in(&app, EMAIL, SECOND).await;
    assert_nothing_planted(&app, &planted, &session).await;
    // The address is verified now, so the same link takes nothing away.
    let again = app.post("/link/verify-email").form(&form).send().await.expect(400);
    assert!(again.text().contains("was confirmed before"));
    assert!(is_live(&app, &session).await);
}

/// Invitations that the account sends are accepted while it is being taken away.
#[tokio::test(flavor = "multi_thread")]
async fn an_organization_that_a_stranger_enters_meanwhile_ends_too() {
    for _ in 0..4 {
        let app = Arc::new(start_with(&[("RATE_LIMITS", "off")]).await);
        let stranger = prepare(&app).await;
        let accomplice = sign_up_verified(&app, ACCOMPLICE).await;
        let own = create(&app, &stranger.session, "own").await;
        let invitation = invite(&app, &stranger.session, &own, ACCOMPLICE).await;
        let token = reset_token(&app, EMAIL).await;
        let entering = {
            let (app, accomplice) = (Arc::clone(&app), accomplice.clone());
            tokio::spawn(async move { accept(&app, &accomplice, &invitation).await.status })
        };
        let _ = reset(&app, &token, SECOND).send().await.expect(200);
        let _ = entering.await.expect("no panic");
        let session = sign_in(&app, EMAIL, SECOND).await;
        let (owners, others) = (
            organizations(&app, &session).await,
            organizations(&app, &accomplice).await,
        );
        assert!(owners.is_empty() || others.is_empty(), "{owners:?} {others:?}");
    }
}

/// An administrator has described the user, and no stranger has.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_has_created_keeps_its_name() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let id = app.caller(&session).await.user.id;
    let store = &app.core().store;
    let user = store.find_user(id).await.expect("an answer").expect("a user");
    let provisioned = User {
        is_provisioned: true,
        ..user
    };
    store
        .commit(Changes::new().update_user(&provisioned))
        .await
        .expect("a commit");
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let session = sign_in(&app, EMAIL, SECOND).await;
    assert_eq!(app.caller(&session).await.user.name, provisioned.name);
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

/// The first commit of a reset that takes several replaces the password and ends what the stranger has; the holder of
/// the token can complete it.
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

/// Interrupts a reset of an account with so many API keys before each of its calls, and returns how many of these
/// interruptions left the new password set.
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
