//! Mail that cannot be sent: it waits, is tried again by itself, and is kept for an operator in the end.

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use local_aws::{Identity, Mode, Refused, Sending, Service};
use mail_outbox::Invocation;
use shared::clock::Clock as _;
use shared::domain::{CredentialChange, Mail, MailFailure, MailId, MailPurpose, Region, UserId, WaitingMail};
use shared::operations::{Administrator, Delivery, RedriveMailError, mail_id_of_stream_key};
use shared::store::{Changes, Claim, Store};
use shared::table_stream::inserted_keys;
use shared::testkit::failed_records;
use shared::testkit::race::all_at_once;
use shared::usage;

use super::outbox::Outbox;

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@example.com";
const JOAN: &str = "joan@example.com";

const SCHEDULED: &str = include_str!("../../../events/mail-outbox-schedule.json");

impl Outbox {
    /// With the records of the mails of three new users.
    async fn with_three_mails() -> (Self, Vec<Event>) {
        let outbox = Self::start().await;
        for email in [ADA, EVE, JOAN] {
            outbox.newcomer(email).await;
        }
        let events = outbox.mails().await;
        assert_eq!(events.len(), 3);
        (outbox, events)
    }

    async fn newcomer(&self, email: &str) -> UserId {
        // Mails of one time have no order.
        self.app.clock.advance(SignedDuration::from_secs(1));
        self.sign_up(email).await.user.id
    }

    /// The mails that were written since the last call, each in an event of its own.
    async fn mails(&self) -> Vec<Event> {
        let alone = |record| {
            let mut event = Event::default();
            event.records.push(record);
            event
        };
        let events = self.app.stream_records().await.into_iter().map(alone);
        events.filter(|event| id_of(event).is_some()).collect()
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// The sequence numbers from which the function wants the batch again.
    async fn pass_on(&self, events: &[Event]) -> Vec<String> {
        let mut batch = Event::default();
        batch.records = events.iter().flat_map(|event| event.records.clone()).collect();
        failed_records(&self.hand_over(&batch).await)
    }

    async fn run_schedule(&self) {
        mail_outbox::handle_due(self.app.core(), &self.mailer, self.now())
            .await
            .unwrap();
    }

    /// Runs the schedule every minute.
    async fn pass(&self, minutes: i64) {
        for _ in 0..minutes {
            self.app.clock.advance(SignedDuration::from_mins(1));
            self.run_schedule().await;
        }
    }

    /// Changes the item of a mail, as nothing but another release does.
    async fn edit(&self, event: &Event, change: impl FnOnce(UpdateItemFluentBuilder) -> UpdateItemFluentBuilder) {
        let client = aws_sdk_dynamodb::Client::new(&shared::aws::loopback(&self.app.aws.endpoint_url()));
        let request = client
            .update_item()
            .table_name(&self.app.state.config.table_name)
            .key("pk", AttributeValue::S(format!("OUTBOX#{}", id_of(event).unwrap())))
            .key("sk", AttributeValue::S("MAIL".to_owned()));
        change(request).send().await.unwrap();
    }

    async fn waiting(&self) -> Vec<WaitingMail> {
        let core = self.app.core();
        core.list_outbox(Administrator::operator(), None).await.unwrap()
    }
}

/// The mail that the event adds, if it adds one.
fn id_of(event: &Event) -> Option<MailId> {
    mail_id_of_stream_key(&inserted_keys(&event.records[0])?)
}

fn sequence_number(event: &Event) -> String {
    event.records[0].change.sequence_number.clone().unwrap()
}

#[tokio::test]
async fn one_mail_that_fails_does_not_delay_those_behind_it() {
    for refused in [Refused::Failing, Refused::Rejected] {
        let (outbox, mails) = Outbox::with_three_mails().await;
        outbox.app.aws.ses_account().refuse(ADA, Some(refused));
        assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
        assert_eq!(outbox.recipients(), [EVE, JOAN]);
        let [waiting] = <[WaitingMail; 1]>::try_from(outbox.waiting().await).unwrap();
        let failure = match refused {
            Refused::Failing => MailFailure::Unavailable,
            Refused::Rejected => MailFailure::Rejected,
        };
        assert_eq!(
            (waiting.id, waiting.attempts, waiting.last_failure),
            (id_of(&mails[0]).unwrap(), 1, Some(failure))
        );
        assert_eq!(
            waiting.next_attempt_at,
            Some(outbox.now() + SignedDuration::from_secs(5))
        );

        // A repetition of the batch does not try it before its time.
        assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
        assert_eq!(outbox.waiting().await[0].attempts, 1);
        outbox.app.aws.ses_account().refuse(ADA, None);
        outbox.run_schedule().await;
        assert_eq!(outbox.recipients(), [EVE, JOAN]);
        outbox.pass(1).await;
        assert_eq!(outbox.recipients(), [EVE, JOAN, ADA]);
        assert_eq!(outbox.waiting().await, []);
    }
}

#[tokio::test]
async fn a_mail_that_always_fails_is_kept_for_an_operator() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    outbox.app.aws.ses_account().refuse(ADA, Some(Refused::Rejected));
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    let ((), usage) = usage::measure(outbox.pass(40)).await;
    assert_eq!(usage.undeliverable_mails, 1);
    let [kept] = <[WaitingMail; 1]>::try_from(outbox.waiting().await).unwrap();
    assert_eq!((kept.attempts, kept.last_failure), (6, Some(MailFailure::Rejected)));
    assert!(kept.undeliverable_since.is_some());
    assert_eq!(kept.purpose.as_deref(), Some("verify_email"));

    // It is tried no more, and stays for longer than it would have been wanted.
    let calls = usage::measure(outbox.pass(60)).await.1.ses;
    assert_eq!(calls, 0);
    outbox.app.aws.ses_account().refuse(ADA, None);
    let redriven = outbox
        .app
        .core()
        .redrive_mails(Administrator::operator(), None, outbox.now())
        .await
        .unwrap();
    assert_eq!(redriven.len(), 1);
    outbox.run_schedule().await;
    assert_eq!(outbox.recipients(), [EVE, JOAN, ADA]);
    assert_eq!(outbox.waiting().await, []);
}

/// The account is at fault, and no attempt counts against a mail.
#[tokio::test]
async fn while_the_account_may_not_send_all_mail_waits_in_its_order() {
    let unverified = Identity {
        is_verified: false,
        has_dkim: false,
    };
    let (outbox, mails) = Outbox::with_three_mails().await;
    let (account, faults) = (outbox.app.aws.ses_account(), outbox.app.aws.faults());
    let causes: [[&dyn Fn(); 2]; 4] = [
        [&|| faults.set(Service::Ses, Mode::Throttle), &|| {
            faults.set(Service::Ses, Mode::Off);
        }],
        [&|| account.set_sending(Sending::Paused), &|| {
            account.set_sending(Sending::Enabled);
        }],
        [&|| account.set_sending(Sending::Suspended), &|| {
            account.set_sending(Sending::Enabled);
        }],
        [&|| account.set_identity("example.com", Some(unverified)), &|| {
            account.set_identity("example.com", None);
        }],
    ];
    for [begin, end] in causes {
        begin();
        for _ in 0..3 {
            assert_eq!(outbox.pass_on(&mails).await, [sequence_number(&mails[0])]);
        }
        assert_eq!(outbox.recipients(), [""; 0]);
        assert!(outbox.waiting().await.iter().all(|mail| mail.attempts == 0));
        outbox.pass(5).await;
        end();
    }
    account.set_identity(
        "example.com",
        Some(Identity {
            is_verified: true,
            has_dkim: true,
        }),
    );
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    assert_eq!(outbox.recipients(), [ADA, EVE, JOAN]);
}

/// What one letter cannot tell, several do: the rest is not tried in vain.
#[tokio::test]
async fn while_ses_fails_for_every_mail_the_later_ones_wait_in_the_stream() {
    let (outbox, mut mails) = Outbox::with_three_mails().await;
    outbox.newcomer("radia@example.com").await;
    mails.extend(outbox.mails().await);
    outbox.app.aws.faults().set(Service::Ses, Mode::Error);
    assert_eq!(outbox.pass_on(&mails).await, [sequence_number(&mails[3])]);
    outbox.app.aws.faults().set(Service::Ses, Mode::Off);
    assert_eq!(outbox.pass_on(&mails[3..]).await, [""; 0]);
    outbox.pass(1).await;
    assert_eq!(outbox.recipients(), ["radia@example.com", ADA, EVE, JOAN]);
}

#[tokio::test]
async fn after_an_outage_of_a_day_a_mail_is_no_longer_wanted() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    outbox.app.aws.ses_account().set_sending(Sending::Paused);
    assert_eq!(outbox.pass_on(&mails).await.len(), 1);
    outbox.app.clock.advance(SignedDuration::from_hours(25));
    outbox.app.aws.ses_account().set_sending(Sending::Enabled);
    outbox.run_schedule().await;
    assert_eq!(outbox.recipients(), [""; 0]);
    let kept = outbox.waiting().await;
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|mail| mail.last_failure == Some(MailFailure::Expired)));
}

#[tokio::test]
async fn in_the_sandbox_an_unverified_recipient_holds_up_no_other() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    let account = outbox.app.aws.ses_account();
    let verified = Some(Identity {
        is_verified: true,
        has_dkim: false,
    });
    account.set_identity(EVE, verified);
    account.set_sandbox(true);
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    assert_eq!(outbox.recipients(), [EVE]);
    let waiting = outbox.waiting().await;
    assert_eq!(waiting.len(), 2);
    assert!(
        waiting
            .iter()
            .all(|mail| mail.last_failure == Some(MailFailure::RecipientNotVerified))
    );
    account.set_sandbox(false);
    outbox.pass(1).await;
    assert_eq!(outbox.recipients(), [EVE, ADA, JOAN]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_deliveries_at_once_one_sends_the_mail() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    let (outbox, id) = (Arc::new(outbox), id_of(&mails[0]).unwrap());
    let deliveries = (0..16).map(|_| {
        let outbox = Arc::clone(&outbox);
        async move {
            outbox
                .app
                .core()
                .deliver_mail(&outbox.mailer, id, outbox.now())
                .await
                .unwrap()
        }
    });
    let deliveries = all_at_once(deliveries).await;
    assert!(deliveries.contains(&Delivery::Done));
    assert!(
        deliveries
            .iter()
            .all(|it| matches!(it, Delivery::Done | Delivery::NotNow))
    );
    assert_eq!(outbox.recipients(), [ADA]);
}

/// The SDK repeats a request without an answer: the claim and the end of the mail have their effect once.
#[tokio::test]
async fn lost_answers_of_the_table_send_one_letter() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    outbox.app.aws.faults().set(Service::DynamoDb, Mode::Lost);
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    assert_eq!(outbox.recipients(), [ADA, EVE, JOAN]);
    outbox.app.aws.ses_account().refuse(ADA, Some(Refused::Rejected));
    outbox.newcomer(&format!("other{ADA}")).await;
    outbox.app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(outbox.waiting().await.len(), 1);
}

/// The process ended after its claim. The mail is sent when the claim has ended, though the stream has gone on.
#[tokio::test]
async fn a_crash_loses_no_mail() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    let core = outbox.app.core();
    let (id, origins) = (
        id_of(&mails[0]).unwrap(),
        &outbox.app.state.config.settings.trusted_origins,
    );
    let _claim = core.store.claim_mail(id, origins, outbox.now()).await.unwrap();
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    assert_eq!(outbox.recipients(), [EVE, JOAN]);
    outbox.pass(1).await;
    assert_eq!(outbox.recipients(), [EVE, JOAN]);
    let refused = core.redrive_mail(Administrator::operator(), id, outbox.now()).await;
    assert!(matches!(refused, Err(RedriveMailError::UnderWay)));
    outbox.pass(1).await;
    assert_eq!(outbox.recipients(), [EVE, JOAN, ADA]);
}

/// A mail that ends the process each time is given up, too.
#[tokio::test]
async fn a_mail_that_always_crashes_the_function_is_given_up() {
    let outbox = Outbox::start().await;
    outbox.newcomer(ADA).await;
    let id = id_of(&outbox.mails().await[0]).unwrap();
    let origins = &outbox.app.state.config.settings.trusted_origins;
    for _ in 0..48 {
        let _claim = outbox
            .app
            .core()
            .store
            .claim_mail(id, origins, outbox.now())
            .await
            .unwrap();
        outbox.app.clock.advance(SignedDuration::from_mins(2));
    }
    outbox.run_schedule().await;
    assert_eq!(outbox.recipients(), [""; 0]);
    assert_eq!(outbox.waiting().await[0].last_failure, Some(MailFailure::Crashed));
}

/// A mail that the stream never delivered: the function was off for longer than a stream keeps its records.
#[tokio::test]
async fn the_schedule_sends_what_the_stream_has_lost() {
    let (outbox, _) = Outbox::with_three_mails().await;
    outbox.pass(9).await;
    assert_eq!(outbox.recipients(), [""; 0], "the stream has ten minutes");
    outbox.pass(1).await;
    assert_eq!(outbox.recipients(), [ADA, EVE, JOAN]);
}

#[tokio::test]
async fn an_item_that_does_not_parse_is_kept_and_blocks_nothing() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    outbox
        .edit(&mails[0], |request| {
            request
                .update_expression("SET purpose = :purpose")
                .expression_attribute_values(":purpose", AttributeValue::S("unheard_of".to_owned()))
        })
        .await;
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    outbox.pass(40).await;
    assert_eq!(outbox.recipients(), [EVE, JOAN]);
    let kept = outbox.waiting().await;
    assert_eq!(kept[0].last_failure, Some(MailFailure::Unreadable));
    assert!(kept[0].undeliverable_since.is_some());
}

/// The same table, in another Region.
fn replica(outbox: &Outbox, region: &str) -> Store {
    let sdk = shared::aws::loopback(&outbox.app.aws.endpoint_url()).into_builder();
    let sdk = sdk.region(aws_config::Region::new(region.to_owned())).build();
    let table = outbox.app.state.config.table_name.clone();
    Store::new(aws_sdk_dynamodb::Client::new(&sdk), table)
}

#[tokio::test]
async fn a_region_sends_no_mail_of_another_until_an_operator_says_so() {
    let outbox = Outbox::start().await;
    let user_id = outbox.newcomer(ADA).await;
    let _ = outbox.mails().await;
    let core = outbox.app.core();
    let elsewhere = Region::parse("eu-west-1").unwrap();
    let mail = Mail {
        id: MailId::generate(outbox.now(), &*core.entropy),
        purpose: MailPurpose::CredentialChanged {
            user_id,
            change: CredentialChange::ApiKeyCreated,
        },
        language: None,
        region: Some(elsewhere.clone()),
        created_at: outbox.now(),
    };
    core.store.commit(Changes::new().enqueue(&mail)).await.unwrap();
    let mails = outbox.mails().await;
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    // The mail of the sign-up is this Region's.
    outbox.pass(30).await;
    assert_eq!(outbox.app.count_mails("credential-changed"), 0);
    let [listed] = <[WaitingMail; 1]>::try_from(
        core.list_outbox(Administrator::operator(), Some(&elsewhere))
            .await
            .unwrap(),
    )
    .unwrap();
    assert_eq!((listed.id, listed.region), (mail.id, Some(elsewhere.clone())));
    let redriven = core.redrive_mails(Administrator::operator(), Some(&elsewhere), outbox.now());
    assert_eq!(redriven.await.unwrap().len(), 1);
    outbox.run_schedule().await;
    assert_eq!(outbox.app.count_mails("credential-changed"), 1);
}

#[tokio::test]
async fn the_region_that_wrote_a_mail_claims_it() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    let origins = &outbox.app.state.config.settings.trusted_origins;
    let id = id_of(&mails[0]).unwrap();
    let claim = replica(&outbox, "eu-west-1")
        .claim_mail(id, origins, outbox.now())
        .await
        .unwrap();
    assert!(matches!(claim, Claim::NotNow));
    let claim = replica(&outbox, "us-east-1")
        .claim_mail(id, origins, outbox.now())
        .await
        .unwrap();
    assert!(matches!(claim, Claim::Claimed(..)));
}

/// Mail of the release before has no Region and no place in the index.
#[tokio::test]
async fn mail_of_an_earlier_release_is_sent_by_the_region_that_gets_it() {
    let (outbox, mails) = Outbox::with_three_mails().await;
    outbox
        .edit(&mails[0], |request| {
            request
                .update_expression("REMOVE #region, listing, listing_key")
                .expression_attribute_names("#region", "region")
        })
        .await;
    outbox.app.aws.ses_account().refuse(ADA, Some(Refused::Failing));
    assert_eq!(outbox.pass_on(&mails).await, [""; 0]);
    outbox.app.aws.ses_account().refuse(ADA, None);
    outbox.pass(1).await;
    assert_eq!(outbox.recipients(), [EVE, JOAN, ADA]);
}

#[test]
fn events_of_the_stream_and_of_the_schedule_are_told_apart() {
    let scheduled = serde_json::from_str(SCHEDULED).unwrap();
    assert!(matches!(scheduled, Invocation::Schedule(_)));
    let stream = serde_json::from_str(include_str!("../../../events/mail-outbox.json")).unwrap();
    assert!(matches!(stream, Invocation::Stream(event) if !event.records.is_empty()));
    assert!(serde_json::from_str::<Invocation>("{}").is_err());
}
