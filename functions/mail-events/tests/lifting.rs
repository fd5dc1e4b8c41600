//! Writing to an address again: by an administrator's word, or because it is another address.

use jiff::SignedDuration;
use shared::clock::Clock as _;
use shared::domain::{EmailStatus, OneTimeToken, PlatformRole};
use shared::operations::{Administrator, ChangeEmail, LiftSuppressionError};
use shared::usage;

use crate::support::Service;
use crate::support::reports::{ADA, HARD_BOUNCE, LATER, SOFT_BOUNCE, bounced};
use crate::support::service::address;
use crate::support::sns::TOPIC;

#[tokio::test]
async fn an_administrator_lifts_what_stands_against_an_address() {
    let service = Service::start().await;
    service.hand_over(&HARD_BOUNCE.event()).await.unwrap();
    let (core, now) = (service.app.core(), service.app.clock.now());
    let lifted = core
        .lift_suppression(Administrator::operator(), &address(ADA), now)
        .await
        .unwrap();
    assert_eq!(lifted.status, bounced(HARD_BOUNCE.at));
    assert_eq!(service.status().await, EmailStatus::Deliverable);
    assert!(service.is_written_to().await);
    let again = core
        .lift_suppression(Administrator::operator(), &address(ADA), now)
        .await;
    assert!(matches!(again, Err(LiftSuppressionError::NotSuppressed)));

    // An event from before is no news, whenever it is reported; a later event is.
    service
        .hand_over(&HARD_BOUNCE.on("other").at(LATER).event())
        .await
        .unwrap();
    assert_eq!(service.status().await, EmailStatus::Deliverable);
    service.app.clock.advance(SignedDuration::from_mins(10));
    service
        .hand_over(&HARD_BOUNCE.on("new").at("2026-01-31T12:05:00.000Z").event())
        .await
        .unwrap();
    assert_eq!(service.status().await, bounced("2026-01-31T12:05:00.000Z"));
}

#[tokio::test]
async fn a_user_without_a_role_administers_nothing() {
    let service = Service::start().await;
    let mut caller = service.caller().await;
    assert!(Administrator::of(&caller).is_none());
    caller.user.roles = [PlatformRole::Admin].into();
    assert!(Administrator::of(&caller).is_some());
}

#[tokio::test]
async fn a_new_address_starts_without_a_record() {
    let service = Service::start().await;
    let caller = service.caller().await;
    let command = ChangeEmail {
        new_email: address("ada@example.org"),
        callback: None,
        client_ip: "192.0.2.1".to_owned(),
    };
    let (core, now) = (service.app.core(), service.app.clock.now());
    let caller = core.assure(caller, now).unwrap();
    core.request_email_change(&caller, command, now).await.unwrap();
    service.app.deliver_mail().await;
    service.hand_over(&HARD_BOUNCE.event()).await.unwrap();
    assert_eq!(service.user().await.email_status, bounced(HARD_BOUNCE.at));

    let token = OneTimeToken::parse(&service.app.mailed_token("change-email")).unwrap();
    core.confirm_email_change(None, &token, "192.0.2.1", now).await.unwrap();
    assert_eq!(service.user().await.email_status, EmailStatus::Deliverable);
    assert!(service.is_suppressed(ADA).await);
    // What is said of the old address is nothing to the user any more.
    service
        .hand_over(&SOFT_BOUNCE.on("old").at(LATER).event())
        .await
        .unwrap();
    assert_eq!(service.user().await.email_status, EmailStatus::Deliverable);
}

#[tokio::test]
async fn the_accounts_own_list_follows_only_where_it_shall() {
    for (setting, calls) in [("off", 0), ("on", 1)] {
        let settings = [("SNS_TOPIC_ARNS", TOPIC), ("SES_ACCOUNT_SUPPRESSION", setting)];
        let service = Service::with_settings(&settings).await;
        service
            .app
            .aws
            .faults()
            .set(local_aws::Service::Ses, local_aws::Mode::Throttle);
        // SES is down, and ours counts all the same.
        let (taken, usage) = usage::measure(Box::pin(service.hand_over(&HARD_BOUNCE.event()))).await;
        taken.unwrap();
        assert_eq!(usage.ses, calls);
        assert!(service.status().await.is_suppressed());
        let (core, now) = (service.app.core(), service.app.clock.now());
        let ada = address(ADA);
        let lifting = core.lift_suppression(Administrator::operator(), &ada, now);
        let (lifted, usage) = usage::measure(Box::pin(lifting)).await;
        lifted.unwrap();
        assert_eq!(usage.ses, calls);
        // The report does not say that the bounce is soft.
        service.app.clock.advance(SignedDuration::from_mins(10));
        let soft = SOFT_BOUNCE.on("soft").at("2026-01-31T12:05:00Z").event();
        let (_, usage) = usage::measure(Box::pin(service.hand_over(&soft))).await;
        assert_eq!(usage.ses, 0);
    }
}
