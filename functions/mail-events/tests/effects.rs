//! The effects of reports: which addresses still get mail, and what the owner of an address is shown.

use jiff::SignedDuration;
use shared::domain::EmailStatus;
use shared::usage;

use shared::testkit::race::all_at_once;

use crate::support::reports::{
    ADA, COMPLAINT, DELAY, DELIVERY, EARLIER, FULL_MAILBOX, HARD_BOUNCE, LATER, PRAISE, REJECT, Report, SOFT_BOUNCE,
    UNCLEAR_BOUNCE, bounced, time,
};
use crate::support::service::{address, sign_up};
use crate::support::{Service, log};

#[tokio::test]
async fn a_suppressed_address_is_written_to_no_more() {
    for report in [HARD_BOUNCE, COMPLAINT] {
        let service = Service::start().await;
        assert!(service.is_written_to().await);
        service.hand_over(&report.event()).await.unwrap();
        assert!(service.status().await.is_suppressed());
        assert!(!service.is_written_to().await);
    }
}

#[tokio::test]
async fn other_reports_stop_no_mail() {
    for (report, status) in [
        (
            SOFT_BOUNCE,
            EmailStatus::SoftBounced {
                at: time(SOFT_BOUNCE.at),
            },
        ),
        (
            UNCLEAR_BOUNCE,
            EmailStatus::SoftBounced {
                at: time(SOFT_BOUNCE.at),
            },
        ),
        (PRAISE, EmailStatus::Deliverable),
        (DELIVERY, EmailStatus::Deliverable),
        (REJECT, EmailStatus::Deliverable),
        (DELAY, EmailStatus::Deliverable),
    ] {
        let service = Service::start().await;
        service.hand_over(&report.event()).await.unwrap();
        assert_eq!(service.status().await, status, "{report:?}");
        assert!(service.is_written_to().await, "{report:?}");
    }
}

#[tokio::test]
async fn mail_that_waits_when_its_address_bounces_is_not_sent() {
    let service = Service::start().await;
    let before = service.app.mails().len();
    service.ask_for_mail().await;
    service.hand_over(&HARD_BOUNCE.event()).await.unwrap();
    service.app.deliver_mail().await;
    assert_eq!(service.app.mails().len(), before);
}

#[tokio::test]
async fn a_delivery_clears_a_soft_bounce_and_lifts_nothing() {
    let service = Service::start().await;
    service.hand_over(&SOFT_BOUNCE.event()).await.unwrap();
    service
        .hand_over(&DELIVERY.on("later").at(LATER).event())
        .await
        .unwrap();
    assert_eq!(service.status().await, EmailStatus::Deliverable);
    service.hand_over(&HARD_BOUNCE.on("next").event()).await.unwrap();
    service
        .hand_over(&DELIVERY.on("latest").at("2026-01-31T11:59:50Z").event())
        .await
        .unwrap();
    assert_eq!(service.status().await, bounced(HARD_BOUNCE.at));
}

#[tokio::test]
async fn late_reports_end_where_timely_ones_do() {
    let reports: [Report<'_>; 3] = [
        SOFT_BOUNCE.on("one").at(EARLIER),
        DELIVERY.on("two"),
        SOFT_BOUNCE.on("three").at(LATER),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let service = Service::start().await;
        for place in order {
            service.hand_over(&reports[place].event()).await.unwrap();
        }
        assert_eq!(
            service.status().await,
            EmailStatus::SoftBounced { at: time(LATER) },
            "{order:?}"
        );
    }
}

#[tokio::test]
async fn a_delivery_from_before_a_soft_bounce_does_not_clear_it() {
    let service = Service::start().await;
    service.hand_over(&SOFT_BOUNCE.event()).await.unwrap();
    service
        .hand_over(&DELIVERY.on("older").at(EARLIER).event())
        .await
        .unwrap();
    assert_eq!(
        service.status().await,
        EmailStatus::SoftBounced {
            at: time(SOFT_BOUNCE.at)
        }
    );
}

#[tokio::test]
async fn a_report_from_the_future_can_be_outdone() {
    let service = Service::start().await;
    service
        .hand_over(&SOFT_BOUNCE.at("2999-01-01T00:00:00Z").event())
        .await
        .unwrap();
    service.app.clock.advance(SignedDuration::from_mins(10));
    service
        .hand_over(&DELIVERY.on("next").at("2026-01-31T12:05:00Z").event())
        .await
        .unwrap();
    assert_eq!(service.status().await, EmailStatus::Deliverable);
}

#[tokio::test]
async fn a_soft_bounce_and_a_hard_one_of_the_same_mail_both_count() {
    let service = Service::start().await;
    service.hand_over(&SOFT_BOUNCE.event()).await.unwrap();
    service.hand_over(&HARD_BOUNCE.at(LATER).event()).await.unwrap();
    assert_eq!(service.status().await, bounced(LATER));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_repetitions_one_has_an_effect() {
    let service = std::sync::Arc::new(Service::start().await);
    let before = service.user().await.stored.version;
    let text = HARD_BOUNCE.event();
    let running = (0..16).map(|_| {
        let (service, text) = (std::sync::Arc::clone(&service), text.clone());
        async move { service.hand_over(&text).await }
    });
    for handled in all_at_once(running).await {
        handled.unwrap();
    }
    assert_eq!(service.status().await, bounced(HARD_BOUNCE.at));
    assert_eq!(service.user().await.stored.version, before + 1);
    let known = service
        .app
        .core()
        .store
        .find_deliverability(&address(ADA))
        .await
        .unwrap();
    assert_eq!(known.version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_reports_at_once_none_is_lost() {
    let service = std::sync::Arc::new(Service::start().await);
    let running = (0..4).map(|number| {
        let service = std::sync::Arc::clone(&service);
        let (id, at) = (format!("mail-{number}"), format!("2026-01-31T11:59:{number:02}.000Z"));
        let report = if number % 2 == 0 { SOFT_BOUNCE } else { COMPLAINT };
        async move { service.hand_over(&report.on(&id).at(&at).event()).await }
    });
    for handled in all_at_once(running).await {
        handled.unwrap();
    }
    let at = time("2026-01-31T11:59:03.000Z");
    assert_eq!(service.status().await, EmailStatus::Complained { at });
}

#[tokio::test]
async fn an_address_without_a_user_is_suppressed_too() {
    let service = Service::start().await;
    service
        .hand_over(&HARD_BOUNCE.to("eve@example.com").event())
        .await
        .unwrap();
    assert!(service.is_suppressed("eve@example.com").await);
    assert_eq!(service.status().await, EmailStatus::Deliverable);
}

#[tokio::test]
async fn a_sign_up_with_a_suppressed_address_shows_why_no_mail_comes() {
    let service = Service::start().await;
    service
        .hand_over(&HARD_BOUNCE.to("eve@example.com").event())
        .await
        .unwrap();
    let before = service.app.mails().len();
    let eve = sign_up(&service.app, "eve@example.com").await;
    service.app.deliver_mail().await;
    assert_eq!(service.app.mails().len(), before);
    let eve = service.app.core().store.find_user(eve.id).await.unwrap().unwrap();
    assert_eq!(eve.email_status, bounced(HARD_BOUNCE.at));
}

#[tokio::test]
async fn a_delivery_costs_two_calls() {
    let service = Service::start().await;
    let (_, usage) = usage::measure(Box::pin(service.hand_over(&DELIVERY.event()))).await;
    assert_eq!((usage.dynamodb, usage.ses), (2, 0));
}

#[tokio::test]
async fn while_the_table_is_down_nothing_is_half_done() {
    let service = Service::start().await;
    for mode in [local_aws::Mode::Error, local_aws::Mode::Throttle] {
        service.app.aws.faults().set(local_aws::Service::DynamoDb, mode);
        assert!(service.hand_over(&HARD_BOUNCE.event()).await.is_err());
    }
    service
        .app
        .aws
        .faults()
        .set(local_aws::Service::DynamoDb, local_aws::Mode::Off);
    assert_eq!(service.status().await, EmailStatus::Deliverable);
    service.hand_over(&HARD_BOUNCE.event()).await.unwrap();
    assert_eq!(service.status().await, bounced(HARD_BOUNCE.at));
}

#[tokio::test]
async fn the_spelling_of_the_other_server_does_not_matter() {
    for spelling in ["<ada@example.com>", "Ada <ADA@example.com>", "rfc822; ada@example.com"] {
        for report in [HARD_BOUNCE, COMPLAINT] {
            let service = Service::start().await;
            service.hand_over(&report.spelled(spelling).event()).await.unwrap();
            assert!(service.status().await.is_suppressed(), "{spelling}");
            assert!(!service.is_written_to().await);
        }
    }
}

#[tokio::test]
async fn a_report_on_an_address_that_got_no_mail_changes_nothing_and_is_logged() {
    log::start();
    let service = Service::start().await;
    for (number, report) in [HARD_BOUNCE, COMPLAINT, SOFT_BOUNCE, DELIVERY].into_iter().enumerate() {
        let id = format!("foreign-{number}");
        let report = report.to("eve@example.com").spelled(ADA).on(&id);
        service.hand_over(&report.event()).await.unwrap();
        assert_eq!(service.status().await, EmailStatus::Deliverable);
        let text = log::text();
        let mut lines = text.lines().filter(|line| line.contains(&id));
        let warning = lines.find(|line| line.contains("WARN")).expect("a warning");
        assert!(
            warning.contains("was not sent to") && !warning.contains('@'),
            "{warning}"
        );
    }
    assert!(service.is_written_to().await);
}

#[tokio::test]
async fn a_mailbox_that_is_full_for_a_week_is_written_to_no_more() {
    let service = Service::start().await;
    service.app.clock.advance(SignedDuration::from_hours(8 * 24));
    for (number, day) in ["01-31", "02-01", "02-03", "02-05", "02-07"].into_iter().enumerate() {
        assert!(service.is_written_to().await, "{day}");
        let (id, at) = (format!("full-{number}"), format!("2026-{day}T12:00:00Z"));
        service.hand_over(&FULL_MAILBOX.on(&id).at(&at).event()).await.unwrap();
        // Repetitions do not count.
        service.hand_over(&FULL_MAILBOX.on(&id).at(&at).event()).await.unwrap();
    }
    let status = service.status().await;
    assert_eq!(
        (status.as_str(), status.reason().map(ToString::to_string)),
        ("bounced", Some("MailboxFull".to_owned()))
    );
    assert!(!service.is_written_to().await);
}
