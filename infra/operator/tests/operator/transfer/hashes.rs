//! The first sign-in of an imported user: the hash of the other system is verified, and replaced once.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{ImportSource, PasswordHash, UserId};
use shared::operations::Administrator;
use shared::testkit::{better_auth, race};

use super::{Exported, samples};
use crate::support::{Deployment, PASSWORD};

async fn stored(deployment: &Deployment, email: &str) -> PasswordHash {
    let id = deployment.user(email).await.id;
    let found = deployment
        .app
        .core()
        .export_users(Administrator::operator(), &[id])
        .await;
    let [found] = &mut found.expect("an answer")[..] else {
        panic!("one user")
    };
    found.password.take().expect("a password")
}

fn is_own(hash: &PasswordHash) -> bool {
    hash.as_phc().starts_with("$argon2id$v=19$m=8,t=1,p=1$")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_algorithm_is_verified_and_replaced_at_the_first_sign_in() {
    for source in [
        ImportSource::BetterAuth,
        ImportSource::Auth0,
        ImportSource::Firebase,
        ImportSource::Supabase,
    ] {
        let deployment = Deployment::start().await;
        Exported::new(source, &samples::export(source, 8))
            .run(&deployment, false)
            .await;
        for number in 0..8 {
            let email = samples::person(number).email;
            let imported = stored(&deployment, &email).await;
            assert!(!is_own(&imported), "{source:?} {number}");
            assert_eq!(deployment.sign_in(&email, "eight lanterns over Pskov").await, 401);
            assert_eq!(
                stored(&deployment, &email).await,
                imported,
                "a wrong password changes nothing"
            );
            assert_eq!(deployment.sign_in(&email, PASSWORD).await, 200, "{source:?} {number}");
            let replaced = stored(&deployment, &email).await;
            assert!(is_own(&replaced), "{source:?} {number}: {}", replaced.as_phc());
            assert_eq!(deployment.sign_in(&email, PASSWORD).await, 200);
            assert_eq!(stored(&deployment, &email).await, replaced, "and stays");
            assert_eq!(deployment.sign_in(&email, "eight lanterns over Pskov").await, 401);
        }
    }
}

/// How often the password item of the user was written since the last call.
async fn writes_of(deployment: &Deployment, id: UserId) -> usize {
    let key = json!(format!("CREDENTIAL#{id}"));
    let events = deployment.app.aws.stream_events().await;
    let records = events
        .iter()
        .flat_map(|event| event["Records"].as_array().into_iter().flatten());
    records
        .filter(|record: &&Value| record["dynamodb"]["Keys"]["pk"]["S"] == key)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_first_sign_ins_at_once_all_succeed_and_one_replaces_the_hash() {
    let deployment = Deployment::start().await;
    let source = ImportSource::Supabase;
    Exported::new(source, &samples::export(source, 2))
        .run(&deployment, false)
        .await;
    let email = samples::person(1).email;
    let id = deployment.user(&email).await.id;
    assert_eq!(deployment.sign_in(&email, "eight lanterns over Pskov").await, 401);
    writes_of(&deployment, id).await;
    let app = Arc::new(deployment.app);
    let signed_in = race::race(&app, |_, app| {
        let email = email.clone();
        async move {
            app.core()
                .sign_in(better_auth::sign_in_command(&email), app.clock.now())
                .await
                .map(drop)
        }
    })
    .await;
    assert!(signed_in.iter().all(Result::is_ok), "{signed_in:?}");
    let deployment = Deployment {
        app: Arc::into_inner(app).expect("all attempts have ended"),
    };
    assert_eq!(writes_of(&deployment, id).await, 1);
    assert!(is_own(&stored(&deployment, &email).await));
    assert_eq!(deployment.sign_in(&email, PASSWORD).await, 200);
}

/// A system that does not normalize passwords has hashed the letters as they were typed.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_matches_as_it_was_typed_elsewhere() {
    let deployment = Deployment::start().await;
    let typed = "\u{fb01}ve lanterns over Pskov";
    let hash = sha2::Sha256::default();
    let digest = sha2::Digest::finalize(sha2::Digest::chain_update(
        sha2::Digest::chain_update(hash, "salt"),
        typed,
    ));
    let hex = samples::hex(&digest);
    let row = json!({"user_id": "auth0|1", "email": "ada@example.com", "email_verified": true, "custom_password_hash": {
        "algorithm": "sha256", "hash": {"value": hex}, "salt": {"value": "salt"}}});
    Exported::new(ImportSource::Auth0, &row.to_string())
        .run(&deployment, false)
        .await;
    assert_eq!(
        deployment.sign_in("ada@example.com", "five lanterns over Pskov").await,
        401
    );
    assert_eq!(deployment.sign_in("ada@example.com", typed).await, 200);
    // The hash of this service is over the normalized form.
    assert_eq!(
        deployment.sign_in("ada@example.com", "five lanterns over Pskov").await,
        200
    );
}
