//! Creating administrators, and granting and revoking their roles.

use operator::{Failure, Misuse, Refusal, Task};
use serde_json::json;
use shared::domain::{PlatformRole, RoleName, UserStatus};

use crate::support::{ADA, Deployment, PASSWORD, ROOT, address, create};

const ROLES: [PlatformRole; 3] = [
    PlatformRole::Admin,
    PlatformRole::PlatformAdmin,
    PlatformRole::SuperAdmin,
];

#[tokio::test]
async fn an_administrator_is_verified_and_has_every_permission() {
    let deployment = Deployment::start().await;
    let report = deployment.report(create(ROOT, PASSWORD)).await;
    let user = deployment.user(ROOT).await;
    assert_eq!(
        report,
        json!({
            "email": ROOT,
            "user_id": user.id.to_string(),
            "roles": ["admin", "platform_admin", "super_admin"],
            "outcome": "created",
        })
    );
    assert!(user.is_email_verified() && user.roles == ROLES.into());
    assert_eq!(deployment.sign_in(ROOT, PASSWORD).await, 200);
}

#[tokio::test]
async fn a_taken_address_is_refused_and_its_user_unchanged() {
    let deployment = Deployment::start().await;
    deployment.report(create(ROOT, PASSWORD)).await;
    let before = deployment.user(ROOT).await;
    let refusal = deployment.refusal(create("Root@Example.com", "another password")).await;
    assert!(matches!(refusal, Failure::Refused(Refusal::EmailTaken(_))), "{refusal}");
    assert!(
        refusal.to_string().contains("admin grant root@example.com"),
        "{refusal}"
    );
    assert_eq!(refusal.exit_code(), 3);
    assert_eq!(deployment.user(ROOT).await, before);
    assert_eq!(deployment.sign_in(ROOT, "another password").await, 401);
    assert_eq!(deployment.sign_in(ROOT, PASSWORD).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_creations_one_succeeds() {
    let deployment = Deployment::start().await;
    let passwords: Vec<_> = (0..16).map(|number| format!("{PASSWORD} {number}")).collect();
    let creating = passwords.iter().map(|password| deployment.run(create(ROOT, password)));
    let outcomes = join_all(creating).await;
    let winners: Vec<_> = (0..16).filter(|&number| outcomes[number].is_ok()).collect();
    let [winner] = winners[..] else {
        panic!("{winners:?} won")
    };
    for outcome in &outcomes {
        assert!(
            matches!(outcome, Ok(_) | Err(Failure::Refused(Refusal::EmailTaken(_)))),
            "{outcome:?}"
        );
    }
    assert_eq!(deployment.sign_in(ROOT, &passwords[winner]).await, 200);
    assert_eq!(deployment.sign_in(ROOT, &passwords[(winner + 1) % 16]).await, 401);
}

#[tokio::test]
async fn an_administrators_password_is_not_a_common_one() {
    for password in ["", "short", "password1", &"x".repeat(129)] {
        let refusal = Task::create_admin(address(ROOT), password).expect_err(password);
        assert!(matches!(
            Failure::from(refusal),
            Failure::Misuse(Misuse::WeakPassword(_))
        ));
    }
}

#[tokio::test]
async fn an_administrators_password_is_not_made_of_known_words() {
    let deployment = Deployment::start().await;
    for password in [ROOT, "ostiary2026!", "administrator7"] {
        let failure = deployment.refusal(create(ROOT, password)).await;
        assert!(matches!(failure, Failure::Misuse(Misuse::WeakPassword(_))), "{failure}");
    }
}

#[tokio::test]
async fn nothing_is_written_partially_while_the_table_fails() {
    let deployment = Deployment::start().await;
    let faults = deployment.app.aws.faults();
    faults.set(local_aws::Service::DynamoDb, local_aws::Mode::Error);
    for task in [create(ROOT, PASSWORD), Task::GrantAdmin(address(ROOT))] {
        let failure = deployment.refusal(task).await;
        assert!(
            matches!(failure, Failure::Interrupted(_)) && failure.exit_code() == 1,
            "{failure}"
        );
    }
    faults.set(local_aws::Service::DynamoDb, local_aws::Mode::Off);
    deployment.report(create(ROOT, PASSWORD)).await;
}

#[tokio::test]
async fn a_verified_user_can_become_an_administrator() {
    let deployment = Deployment::start().await;
    let before = deployment.verified(ADA).await;
    let report = deployment.report(Task::GrantAdmin(address(ADA))).await;
    assert_eq!(report["outcome"], "granted");
    let after = deployment.user(ADA).await;
    assert_eq!(after.roles, ROLES.into());
    assert_eq!(
        (after.name, after.session_generation),
        (before.name, before.session_generation + 1),
        "an older session does not gain the permissions"
    );
    assert_eq!(deployment.sign_in(ADA, PASSWORD).await, 200);

    let report = deployment.report(Task::GrantAdmin(address(ADA))).await;
    assert_eq!(report["outcome"], "unchanged");
    assert_eq!(
        deployment.user(ADA).await.stored.version,
        after.stored.version,
        "nothing was written"
    );
}

#[tokio::test]
async fn an_administrator_who_lacks_a_role_gets_it() {
    let deployment = Deployment::start().await;
    deployment.verified(ADA).await;
    deployment
        .change(ADA, |user| user.roles = [PlatformRole::Admin].into())
        .await;
    let report = deployment.report(Task::GrantAdmin(address(ADA))).await;
    assert_eq!(report["outcome"], "granted");
    assert_eq!(deployment.user(ADA).await.roles, ROLES.into());
}

#[tokio::test]
async fn an_unverified_or_blocked_user_does_not_become_an_administrator() {
    let deployment = Deployment::start().await;
    let grant = || Task::GrantAdmin(address(ADA));
    let refusal = deployment.refusal(grant()).await;
    assert!(
        matches!(refusal, Failure::Refused(Refusal::NoUserToGrant(_))),
        "{refusal}"
    );
    deployment.sign_up(ADA).await;
    let refusal = deployment.refusal(grant()).await;
    assert!(
        matches!(refusal, Failure::Refused(Refusal::EmailNotVerified(_))),
        "{refusal}"
    );

    deployment
        .change(ADA, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let reason = "spam".to_owned();
    let banned = UserStatus::Banned {
        reason,
        until: None,
        former: Box::new(UserStatus::Active),
    };
    for status in [banned, UserStatus::Suspended, UserStatus::Deleted] {
        deployment.change(ADA, |user| user.status = status.clone()).await;
        let refusal = deployment.refusal(grant()).await;
        assert!(
            matches!(refusal, Failure::Refused(Refusal::AccountBlocked(..))),
            "{status:?}: {refusal}"
        );
    }
    assert!(deployment.user(ADA).await.roles.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_grants_one_changes_the_user() {
    let deployment = Deployment::start().await;
    deployment.verified(ADA).await;
    let granting = (0..16).map(|_| deployment.report(Task::GrantAdmin(address(ADA))));
    let reports = join_all(granting).await;
    let granted = reports.iter().filter(|report| report["outcome"] == "granted");
    assert_eq!(granted.count(), 1);
    assert_eq!(deployment.user(ADA).await.roles, ROLES.into());
}

/// Revocation works for every way to become an administrator.
#[tokio::test]
async fn a_demoted_administrator_loses_the_roles_and_is_signed_out() {
    let deployment = Deployment::start().await;
    let revoke = || Task::RevokeAdmin(address(ADA));
    let refusal = deployment.refusal(revoke()).await;
    assert!(
        matches!(refusal, Failure::Refused(Refusal::NoUserToRevoke(_))),
        "{refusal}"
    );
    deployment.verified(ADA).await;
    assert_eq!(deployment.report(revoke()).await["outcome"], "unchanged");
    deployment.report(create(ROOT, PASSWORD)).await;
    deployment.report(Task::GrantAdmin(address(ADA))).await;
    let support = RoleName::parse("support").expect("a name");
    deployment
        .change(ADA, |user| user.custom_roles = [support.clone()].into())
        .await;
    let before = deployment.user(ADA).await;
    let report = deployment.report(revoke()).await;
    assert_eq!((&report["outcome"], &report["roles"]), (&json!("revoked"), &json!([])));
    let after = deployment.user(ADA).await;
    assert!(after.roles.is_empty() && after.custom_roles.is_empty());
    assert_eq!(after.session_generation, before.session_generation + 1);
    assert_eq!(deployment.sign_in(ADA, PASSWORD).await, 200);
    assert_eq!(deployment.report(revoke()).await["outcome"], "unchanged");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_concurrent_revocations_one_changes_the_user() {
    let deployment = Deployment::start().await;
    deployment.verified(ADA).await;
    deployment.report(create(ROOT, PASSWORD)).await;
    deployment.report(Task::GrantAdmin(address(ADA))).await;
    let revoking = (0..16).map(|_| deployment.report(Task::RevokeAdmin(address(ADA))));
    let reports = join_all(revoking).await;
    let revoked = reports.iter().filter(|report| report["outcome"] == "revoked");
    assert_eq!(revoked.count(), 1);
    assert!(deployment.user(ADA).await.roles.is_empty());
}

#[tokio::test]
async fn the_last_administrator_keeps_the_role() {
    let deployment = Deployment::start().await;
    deployment.report(create(ROOT, PASSWORD)).await;
    let refusal = deployment.refusal(Task::RevokeAdmin(address(ROOT))).await;
    assert!(
        matches!(refusal, Failure::Refused(Refusal::LastAdministrator(_))),
        "{refusal}"
    );
    assert_eq!(deployment.user(ROOT).await.roles, ROLES.into());

    // A banned administrator is not another one.
    deployment.verified(ADA).await;
    deployment.report(Task::GrantAdmin(address(ADA))).await;
    deployment.change(ADA, |user| user.status = UserStatus::Suspended).await;
    deployment.refusal(Task::RevokeAdmin(address(ROOT))).await;
    deployment.change(ADA, |user| user.status = UserStatus::Active).await;
    deployment.report(Task::RevokeAdmin(address(ROOT))).await;
    deployment.refusal(Task::RevokeAdmin(address(ADA))).await;
}

/// Each revocation requires the other administrator.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_are_revoked_at_once_one_remains() {
    for _ in 0..4 {
        let deployment = Deployment::start().await;
        deployment.report(create(ROOT, PASSWORD)).await;
        deployment.verified(ADA).await;
        deployment.report(Task::GrantAdmin(address(ADA))).await;
        let revoke = |email| {
            let running = deployment.run(Task::RevokeAdmin(address(email)));
            async move { running.await.is_ok() }
        };
        let (one, other) = tokio::join!(revoke(ROOT), revoke(ADA));
        assert_ne!(one, other);
    }
}

/// Runs all futures concurrently, on this task.
async fn join_all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, outcome) in &mut running {
            if outcome.is_none()
                && let std::task::Poll::Ready(done) = future.as_mut().poll(context)
            {
                *outcome = Some(done);
            }
        }
        if running.iter().all(|(_, outcome)| outcome.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, outcome)| outcome).collect()
}
