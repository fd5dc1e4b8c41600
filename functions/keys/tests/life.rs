//! The life of the keys, in both signing modes: published, signing, retired, removed, and revoked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::decode_header;
use jsonwebtoken::jwk::JwkSet;
use local_aws::{Mode, Service};
use shared::clock::Clock as _;
use shared::domain::signing_key::{KeyRing, KeyState, PrivateKey, Ring};
use shared::http::AppState;
use shared::operations::{Administrator, Core, Credential, GenerateKeyError, RotateKeysError};
use shared::signer::{SigningAlgorithm, SigningMode};
use shared::testkit::race::race;
use shared::testkit::{TestApp, teams};

const JWKS: &str = "/.well-known/jwks.json";
const MODES: [&str; 2] = ["kms", "wrapped"];

fn routes(state: &AppState) -> Router<AppState> {
    session::routes(state).merge(keys::routes(state))
}

/// A service that has published its first key.
async fn start(mode: &str) -> TestApp {
    let app = TestApp::with_settings(
        routes,
        &[("SIGNING_MODE", mode), ("SESSION_LIFETIME_SECONDS", "7776000")],
    )
    .await;
    let _ = app.get(JWKS).send().await.expect(200);
    app
}

fn operator() -> Administrator {
    Administrator::operator()
}

async fn ring(app: &TestApp) -> KeyRing {
    app.core().store.load_key_ring(Ring::User).await.unwrap()
}

fn kid_of(token: &str) -> String {
    decode_header(token).unwrap().kid.unwrap()
}

async fn published(app: &TestApp) -> Vec<String> {
    let set = app.get(JWKS).send().await.expect(200).json();
    let set: JwkSet = serde_json::from_value(set).unwrap();
    set.keys.into_iter().map(|key| key.common.key_id.unwrap()).collect()
}

/// The access token of a new user.
async fn token(app: &TestApp, name: &str) -> String {
    teams::sign_up_for_access_token(app, &format!("{name}@example.com")).await
}

async fn is_valid(core: &Core, token: &str, now: Timestamp) -> bool {
    let credential = Credential::parse(token).unwrap();
    core.authenticate(&credential, now).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_key_is_published_before_it_signs_and_the_former_one_after() {
    for mode in MODES {
        let app = start(mode).await;
        let first = token(&app, "first").await;
        app.clock.advance(SignedDuration::from_mins(5));
        let next = app
            .core()
            .generate_key(operator(), Ring::User, app.clock.now())
            .await
            .unwrap();
        assert_eq!(published(&app).await, [kid_of(&first), next.kid.clone()]);
        assert_eq!(kid_of(&token(&app, "second").await), kid_of(&first));
        let again = app.core().generate_key(operator(), Ring::User, app.clock.now()).await;
        assert!(matches!(again, Err(GenerateKeyError::NextExists)));

        let rotated = app
            .core()
            .rotate_keys(operator(), Ring::User, app.clock.now())
            .await
            .unwrap();
        assert_eq!(rotated.previous_kid, kid_of(&first));
        let third = token(&app, "third").await;
        assert_eq!(kid_of(&third), next.kid);
        for token in [&first, &third] {
            assert!(is_valid(app.core(), token, app.clock.now()).await, "{mode}");
            assert!(
                is_valid(&app.another_process(|_| ()), token, app.clock.now()).await,
                "{mode}"
            );
        }
        // Without a next key, a rotation makes one.
        app.clock.advance(SignedDuration::from_mins(1));
        let rotated = app
            .core()
            .rotate_keys(operator(), Ring::User, app.clock.now())
            .await
            .unwrap();
        assert_eq!((rotated.previous_kid, rotated.keys.keys.len()), (next.kid, 3));
        assert_eq!(published(&app).await.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_rotations_at_once_one_takes_place() {
    for mode in MODES {
        for has_next in [true, false] {
            let app = Arc::new(start(mode).await);
            app.clock.advance(SignedDuration::from_mins(5));
            if has_next {
                let made = app.core().generate_key(operator(), Ring::User, app.clock.now()).await;
                made.unwrap();
            }
            let rotations = race(&app, |_, app| async move {
                let core = app.another_process(|_| ());
                core.rotate_keys(operator(), Ring::User, app.clock.now()).await
            })
            .await;
            let (won, lost): (Vec<_>, Vec<_>) = rotations.into_iter().partition(Result::is_ok);
            assert_eq!(won.len(), 1, "{mode}");
            assert!(
                lost.iter().all(|error| matches!(error, Err(RotateKeysError::UnderWay))),
                "{lost:?}"
            );
            let ring = ring(&app).await;
            assert_eq!(
                (ring.keys.len(), ring.busy_until),
                (2, None),
                "{mode}: no key is made in vain"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_verifies_nothing_at_once_also_where_the_ring_is_cached() {
    for mode in MODES {
        let app = start(mode).await;
        let token = token(&app, "first").await;
        let other = app.another_process(|_| ());
        let now = app.clock.now();
        assert!(is_valid(&other, &token, now).await);
        let kid = kid_of(&token);
        let keys = app.core().revoke_key(operator(), Ring::User, &kid, now).await.unwrap();
        // Another key signs first.
        let active = keys.active().unwrap().kid.clone();
        assert_ne!(active, kid);
        assert!(!is_valid(app.core(), &token, now).await, "{mode}");
        assert!(!is_valid(&other, &token, now).await, "{mode}");
        assert_eq!(published(&app).await, std::slice::from_ref(&active));
        assert_eq!(kid_of(&self::token(&app, "second").await), active);
        // A repetition changes nothing.
        let again = app.core().revoke_key(operator(), Ring::User, &kid, now).await.unwrap();
        assert_eq!(again, ring(&app).await);
        assert!(
            app.core()
                .revoke_key(operator(), Ring::User, "unknown", now)
                .await
                .is_err()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_verify_nothing_are_removed_with_their_kms_keys() {
    let app = start("kms").await;
    let first = kid_of(&token(&app, "first").await);
    app.clock.advance(SignedDuration::from_mins(5));
    let keys = app
        .core()
        .revoke_key(operator(), Ring::User, &first, app.clock.now())
        .await
        .unwrap();
    let second = keys.active().unwrap().clone();
    app.clock.advance(SignedDuration::from_mins(5));
    let _ = app
        .core()
        .rotate_keys(operator(), Ring::User, app.clock.now())
        .await
        .unwrap();

    let removed = app
        .core()
        .clean_up_keys(operator(), Ring::User, app.clock.now())
        .await
        .unwrap();
    assert_eq!(removed.iter().map(|key| &key.kid).collect::<Vec<_>>(), [&first]);
    // The deployment owns its first key.
    assert_eq!(
        app.core().signer.state_of("alias/ostiary-user").await.unwrap(),
        "Enabled"
    );
    let PrivateKey::Kms { key_id, is_made: true } = &second.private_key else {
        panic!("a KMS key that was made: {second:?}")
    };
    let removed = app
        .core()
        .clean_up_keys(operator(), Ring::User, app.clock.now())
        .await
        .unwrap();
    assert_eq!(removed, []);
    assert_eq!(app.core().signer.state_of(key_id).await.unwrap(), "Enabled");
    app.clock.advance(SignedDuration::from_hours(3));
    let removed = app
        .core()
        .clean_up_keys(operator(), Ring::User, app.clock.now())
        .await
        .unwrap();
    assert_eq!(removed.iter().map(|key| &key.kid).collect::<Vec<_>>(), [&second.kid]);
    assert_eq!(app.core().signer.state_of(key_id).await.unwrap(), "PendingDeletion");
    assert_eq!(ring(&app).await.keys.len(), 1);
}

/// Verifiers cache the key set for two hours. One that reads it as rarely as that verifies every token, over two
/// rotations.
#[tokio::test(flavor = "multi_thread")]
async fn a_cached_key_set_verifies_every_live_token_over_half_a_year() {
    let app = start("wrapped").await;
    let mut signed = vec![kid_of(&token(&app, "first").await)];
    let mut cached = published(&app).await;
    for quarter in 0..2 {
        app.clock.advance(SignedDuration::from_hours(24 * 88));
        for hour in 0..24 * 3 {
            app.clock.advance(SignedDuration::from_hours(1));
            // The schedule reads the set every few minutes.
            let set = published(&app).await;
            let kid = kid_of(&token(&app, &format!("at{quarter}-{hour}")).await);
            assert!(
                cached.contains(&kid),
                "a verifier that read the set an hour ago does not know the key, {hour}"
            );
            if hour % 2 == 0 {
                cached = set;
            }
            signed.push(kid);
        }
    }
    signed.dedup();
    assert_eq!(signed.len(), 3, "{signed:?}");
    assert!(ring(&app).await.get(&signed[0]).is_none(), "the first key was removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_signing_mode_or_algorithm_never_stops_the_issue_of_tokens() {
    use SigningAlgorithm::{Es256, Rs256};
    for (before, after, algorithm) in [
        ("kms", SigningMode::Wrapped, Es256),
        ("wrapped", SigningMode::Kms, Es256),
        ("kms", SigningMode::Kms, Rs256),
        ("wrapped", SigningMode::Wrapped, Rs256),
    ] {
        let app = start(before).await;
        let old = kid_of(&token(&app, "first").await);
        app.clock.advance(SignedDuration::from_mins(5));
        let core = app.another_process(|config| {
            config.signer.mode = after;
            config.signer.algorithm = algorithm;
        });
        let signs = async |core: &Core| {
            core.publish_keys(Ring::User, app.clock.now())
                .await
                .unwrap()
                .active()
                .unwrap()
                .kid
                .clone()
        };
        // The old key signs until verifiers know the new one.
        assert_eq!(signs(&core).await, old);
        core.publish_key_set(Ring::User, app.clock.now()).await.unwrap();
        assert_eq!(signs(&core).await, old);
        let next = ring(&app).await.next().unwrap().kid.clone();
        app.clock.advance(SignedDuration::from_hours(2));
        core.publish_key_set(Ring::User, app.clock.now()).await.unwrap();
        assert_eq!(signs(&core).await, next);
        let set = app.get(JWKS).send().await.expect(200).json();
        let mut keys = set["keys"].as_array().unwrap().iter();
        let published = keys.find(|key| key["kid"] == next.as_str()).unwrap();
        assert_eq!(published["alg"], algorithm.as_str());
        let former = ring(&app).await.get(&old).unwrap().state;
        assert!(matches!(former, KeyState::Retired { .. }), "{former:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_is_done_later_and_the_set_is_published_meanwhile() {
    let app = start("kms").await;
    app.clock.advance(SignedDuration::from_hours(24 * 89));
    app.aws.faults().set(Service::Kms, Mode::Error);
    assert_eq!(published(&app).await.len(), 1);
    app.aws.faults().set(Service::Kms, Mode::Off);
    // The claim of the process that failed has ended.
    app.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(published(&app).await.len(), 2);
}

/// An alarm watches the count.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_fails_for_long_is_counted() {
    let app = start("kms").await;
    let late = async || app.get(JWKS).send().await.expect(200).usage.late_rotations;
    app.clock.advance(SignedDuration::from_hours(24 * 90 + 2));
    app.aws.faults().set(Service::Kms, Mode::Error);
    assert_eq!(late().await, 1);
    app.aws.faults().set(Service::Kms, Mode::Off);
    // The claim of the process that failed has ended, and verifiers get to know the next key.
    app.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(late().await, 0);
    app.clock.advance(SignedDuration::from_hours(3));
    assert_eq!(published(&app).await.len(), 2);
    assert_eq!(late().await, 0);
}

/// A process signs with the key in its cached ring, until it learns that the key is gone.
#[tokio::test(flavor = "multi_thread")]
async fn the_removal_of_a_revoked_key_stops_no_sign_in() {
    let app = start("kms").await;
    app.clock.advance(SignedDuration::from_mins(5));
    let now = app.clock.now();
    let other = app.another_process(|_| ());
    other.rotate_keys(operator(), Ring::User, now).await.unwrap();
    app.clock.advance(SignedDuration::from_mins(5));
    let now = app.clock.now();
    let revoked = kid_of(&token(&app, "first").await);
    other.revoke_key(operator(), Ring::User, &revoked, now).await.unwrap();
    let removed = other.clean_up_keys(operator(), Ring::User, now).await.unwrap();
    assert_eq!(removed.len(), 1);
    let next = token(&app, "second").await;
    assert_ne!(kid_of(&next), revoked);
    assert!(is_valid(app.core(), &next, now).await);
}
