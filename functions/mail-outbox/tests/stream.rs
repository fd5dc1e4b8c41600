//! What becomes of the events of the table's stream.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use jiff::SignedDuration;
use local_aws::{Mode, Service};
use shared::clock::Clock as _;
use shared::domain::one_time::{ChangeEmail, ResetPassword};
use shared::domain::{
    CredentialChange, EmailAddress, Entry, Language, Mail, MailId, MailPurpose, MailTemplate, NewPassword,
    OneTimeToken, OrganizationDetails, OrganizationRole, PasswordAttempt, PasswordRules, RecordId, Slug,
};
use shared::operations::{
    Caller, CaptchaCheck, ChangePassword, Client, CreateOrganization, DeleteUser, InviteMember, OtherSessions,
    RequestPasswordReset,
};
use shared::store::Changes;
use shared::table_stream::inserted_keys;
use shared::testkit::{PASSWORD, failed_records};
use shared::usage;

use super::outbox::Outbox;

const SAMPLE: &str = include_str!("../../../events/mail-outbox.json");

impl Outbox {
    async fn invite(&self, inviter: &Caller, email: &str) {
        let (core, now) = (self.app.core(), self.app.clock.now());
        let found = CreateOrganization {
            name: "Acme".to_owned(),
            slug: Slug::parse("acme").unwrap(),
            logo: None,
            metadata: None,
            seats: None,
            details: OrganizationDetails::default(),
        };
        let organization = core.create_organization(inviter, found, now).await.unwrap();
        let inviter = Caller {
            user: core.store.find_user(inviter.user.id).await.unwrap().unwrap(),
            ..inviter.clone()
        };
        let invite = InviteMember {
            message: None,
            owners_rank_admins: false,
            organization_id: organization.id,
            email: EmailAddress::parse(email).unwrap(),
            roles: OrganizationRole::Member.into(),
            teams: Vec::new(),
            client_ip: String::new(),
        };
        core.invite_member(&inviter, invite, now).await.unwrap();
    }
}

fn partition(record: &EventRecord) -> String {
    let keys: std::collections::HashMap<String, String> = serde_dynamo::from_item(record.change.keys.clone()).unwrap();
    keys["pk"].clone()
}

/// The records that put a mail into the outbox.
fn mails_of(event: &Event) -> Vec<&EventRecord> {
    let is_mail = |record: &&EventRecord| inserted_keys(record).is_some_and(|keys| keys["pk"].starts_with("OUTBOX#"));
    event.records.iter().filter(is_mail).collect()
}

#[tokio::test]
async fn each_mail_is_sent_once_though_it_is_handed_over_twice() {
    let outbox = Outbox::start().await;
    for email in ["ada@example.com", "eve@example.com"] {
        outbox.sign_up(email).await;
    }
    let event = outbox.event().await;
    assert!(event.records.len() > 2, "users and sessions are in the stream too");
    for _ in 0..2 {
        assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    }
    assert_eq!(outbox.recipients(), ["ada@example.com", "eve@example.com"]);
}

#[tokio::test]
async fn only_new_mails_cause_letters() {
    let outbox = Outbox::start().await;
    outbox.sign_up("ada@example.com").await;
    let mut event = outbox.event().await;
    for record in &mut event.records {
        record.event_name = if partition(record).starts_with("OUTBOX#") {
            "REMOVE"
        } else {
            "INSERT"
        }
        .to_owned();
    }
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.recipients(), [""; 0]);
}

#[tokio::test]
async fn while_the_table_is_down_mail_waits() {
    let outbox = Outbox::start().await;
    outbox.sign_up("ada@example.com").await;
    let event = outbox.event().await;
    outbox.app.aws.faults().set(Service::DynamoDb, Mode::Error);
    assert_eq!(failed_records(&outbox.hand_over(&event).await).len(), 1);
    outbox.app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.recipients(), ["ada@example.com"]);
}

/// SES was down when an attacker with a stolen session asked for the mail, and the victim has since reset the password.
#[tokio::test]
async fn what_a_session_began_ends_with_all_sessions() {
    let outbox = Outbox::with_settings(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
    let caller = outbox.sign_up("ada@example.com").await;
    let _ = outbox.event().await;
    let (core, now) = (outbox.app.core(), outbox.app.clock.now());
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let assured = core.assure(caller.clone(), now).unwrap();
        core.request_email_change(&assured, to_mallory(), now).await.unwrap();
        let assured = core.assure(caller.clone(), now).unwrap();
        core.delete_user(&assured, deletion(), now).await.unwrap();
        waiting.push(outbox.event().await);
    }
    let _ = outbox.hand_over(&waiting[0]).await;
    assert_eq!(outbox.recipients(), ["mallory@example.com", "ada@example.com"]);
    core.revoke_sessions(&caller, now).await.unwrap();
    assert_eq!(failed_records(&outbox.hand_over(&waiting[1]).await), [""; 0]);
    assert_eq!(outbox.recipients().len(), 2);
}

/// The mails wait in the outbox while the owner acts.
#[tokio::test]
async fn mails_of_a_distrusted_session_are_not_sent() {
    for act in 0..3 {
        let outbox = Outbox::with_settings(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
        let caller = outbox.sign_up("ada@example.com").await;
        let _ = outbox.event().await;
        let (core, now) = (outbox.app.core(), outbox.app.clock.now());
        core.request_email_change(&core.assure(caller.clone(), now).unwrap(), to_mallory(), now)
            .await
            .unwrap();
        core.delete_user(&core.assure(caller.clone(), now).unwrap(), deletion(), now)
            .await
            .unwrap();
        let waiting = outbox.event().await;
        match act {
            0 => core.revoke_session(&caller, caller.session.id, now).await.unwrap(),
            1 => {
                let command = ChangePassword {
                    current: PasswordAttempt::new(PASSWORD),
                    new: NewPassword::parse("a river under the ice", PasswordRules { min: 8, max: 128 }).unwrap(),
                    other_sessions: OtherSessions::Kept,
                    client: Client::default(),
                };
                let _ = core
                    .change_password(&core.assure(caller.clone(), now).unwrap(), command, now)
                    .await
                    .unwrap();
            }
            _ => {
                let mut user = caller.user.clone();
                user.turn_on_second_factor();
                core.store.commit(Changes::new().update_user(&user)).await.unwrap();
            }
        }
        assert_eq!(failed_records(&outbox.hand_over(&waiting).await), [""; 0]);
        assert_eq!(outbox.recipients(), [""; 0], "{act}");
    }
}

/// The commit that makes the grant holds that no reset came between.
#[tokio::test]
async fn runs_that_meet_a_reset_leave_no_grant_behind() {
    for _ in 0..16 {
        let outbox = Outbox::start().await;
        let caller = outbox.sign_up("ada@example.com").await;
        let _ = outbox.event().await;
        let (core, now) = (outbox.app.core(), outbox.app.clock.now());
        let assured = core.assure(caller.clone(), now).unwrap();
        core.request_email_change(&assured, to_mallory(), now).await.unwrap();
        let event = outbox.event().await;
        let end = async {
            let mut user = core.store.find_user(caller.user.id).await.unwrap().unwrap();
            user.session_generation += 1;
            let changes = Changes::new().update_user(&user).drop_grant::<ChangeEmail>(user.id);
            core.store.commit(changes).await.unwrap();
        };
        let (_, ()) = tokio::join!(outbox.hand_over(&event), end);
        assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
        let grant = core.store.find_grant::<ChangeEmail>(caller.user.id).await.unwrap();
        assert!(grant.is_none());
    }
}

const LIMITED: &[(&str, &str)] = &[("RATE_LIMITS", "on")];

impl Outbox {
    async fn sign_up_tagged(&self, numbers: std::ops::Range<u32>) {
        for number in numbers {
            // Five sign-ups a minute are one client's.
            self.app.clock.advance(SignedDuration::from_secs(15));
            self.sign_up(&format!("ada+{number}@example.com")).await;
        }
    }

    /// Puts a notice into the outbox, as the operation that changes a credential does.
    async fn notify(&self, caller: &Caller) {
        let now = self.app.clock.now();
        let mail = Mail {
            id: MailId::generate(now, &*self.app.core().entropy),
            purpose: MailPurpose::CredentialChanged {
                user_id: caller.user.id,
                change: CredentialChange::ApiKeyCreated,
            },
            language: None,
            region: None,
            created_at: now,
        };
        let committed = self.app.core().store.commit(Changes::new().enqueue(&mail)).await;
        committed.unwrap();
    }

    /// Whether a mail still waits.
    async fn is_waiting(&self, event: &Event) -> bool {
        for record in mails_of(event) {
            let id = MailId::parse(partition(record).trim_start_matches("OUTBOX#")).unwrap();
            let origins = &self.app.state.config.settings.trusted_origins;
            if self.app.core().store.find_mail(id, origins).await.unwrap().is_some() {
                return true;
            }
        }
        false
    }
}

#[tokio::test]
async fn a_mail_over_the_limit_of_its_mailbox_is_given_up() {
    let outbox = Outbox::with_settings(LIMITED).await;
    outbox.sign_up_tagged(0..7).await;
    let event = outbox.event().await;
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.recipients().len(), 5);
    assert!(!outbox.is_waiting(&event).await);
    outbox.app.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.recipients().len(), 5);
}

#[tokio::test]
async fn a_mail_counts_once_however_often_its_delivery_is_tried() {
    let outbox = Outbox::with_settings(LIMITED).await;
    outbox.sign_up_tagged(0..5).await;
    let event = outbox.event().await;
    for mode in [Mode::Error, Mode::Throttle, Mode::Error, Mode::Throttle] {
        outbox.app.aws.faults().set(Service::Ses, mode);
        for record in mails_of(&event) {
            let mut alone = Event::default();
            alone.records.push(record.clone());
            // A throttled account holds all mail up; another error is one of the mail.
            let expected = usize::from(mode == Mode::Throttle);
            assert_eq!(failed_records(&outbox.hand_over(&alone).await).len(), expected);
        }
        outbox.app.clock.advance(SignedDuration::from_mins(5));
    }
    outbox.app.aws.faults().set(Service::Ses, Mode::Off);
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.recipients().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_mails_at_once_a_mailbox_gets_five() {
    let outbox = std::sync::Arc::new(Outbox::with_settings(LIMITED).await);
    outbox.sign_up_tagged(0..16).await;
    let mails = outbox.event().await;
    let mut runs = tokio::task::JoinSet::new();
    for record in mails_of(&mails) {
        let (outbox, mut alone) = (std::sync::Arc::clone(&outbox), Event::default());
        alone.records.push(record.clone());
        runs.spawn(async move { failed_records(&outbox.hand_over(&alone).await) });
    }
    let _ = runs.join_all().await;
    // A run that was interrupted by the others is repeated.
    assert_eq!(failed_records(&outbox.hand_over(&mails).await), [""; 0]);
    assert_eq!(outbox.recipients().len(), 5);
    assert!(!outbox.is_waiting(&mails).await);
}

/// The link in the mailbox stays valid: a stranger could make it worthless otherwise.
#[tokio::test]
async fn a_mail_that_is_not_sent_replaces_no_token() {
    let outbox = Outbox::with_settings(LIMITED).await;
    let email = EmailAddress::parse("ada+shop@example.com").unwrap();
    outbox.sign_up(email.as_str()).await;
    for client in 0..5 {
        let (core, now) = (outbox.app.core(), outbox.app.clock.now());
        let command = RequestPasswordReset {
            email: email.clone(),
            redirect: None,
            captcha: CaptchaCheck::NotRequired,
            client: Client {
                ip: format!("198.51.100.{client}"),
                ..Client::default()
            },
        };
        assert!(core.request_password_reset(command, now).await.unwrap());
    }
    assert_eq!(failed_records(&outbox.hand_over(&outbox.event().await).await), [""; 0]);
    assert_eq!(outbox.app.count_mails("reset-password"), 4);
    let token = OneTimeToken::<ResetPassword>::parse(&outbox.app.mailed_token("reset-password")).unwrap();
    let checked = outbox.app.core().check_reset_token(&token, "", outbox.app.clock.now());
    assert!(checked.await.is_ok());
}

/// A user who has not verified the address could have another person's mailbox flooded by changing credentials.
#[tokio::test]
async fn notices_to_an_unverified_address_are_limited_apart_from_letters() {
    let outbox = Outbox::with_settings(LIMITED).await;
    outbox.sign_up_tagged(0..6).await;
    let _ = outbox.hand_over(&outbox.event().await).await;
    let caller = outbox.sign_up("ada@example.com").await;
    for _ in 0..7 {
        outbox.notify(&caller).await;
    }
    let _ = outbox.hand_over(&outbox.event().await).await;
    assert_eq!(outbox.app.count_mails("credential-changed"), 5);
    let mut user = caller.user.clone();
    user.email_verified_at = Some(user.created_at);
    outbox
        .app
        .core()
        .store
        .commit(Changes::new().update_user(&user))
        .await
        .unwrap();
    for _ in 0..7 {
        outbox.notify(&caller).await;
    }
    let _ = outbox.hand_over(&outbox.event().await).await;
    assert_eq!(outbox.app.count_mails("credential-changed"), 12);
}

fn to_mallory() -> shared::operations::ChangeEmail {
    shared::operations::ChangeEmail {
        new_email: EmailAddress::parse("mallory@example.com").unwrap(),
        callback: None,
        client_ip: String::new(),
    }
}

fn deletion() -> DeleteUser {
    DeleteUser {
        password: None,
        token: None,
        callback: None,
        client_ip: String::new(),
    }
}

fn template(name: &str, language: Language, html: &str) -> MailTemplate {
    let subject = format!("{name} {language}");
    let [name, category, html] = [name, "system", html].map(str::to_owned);
    MailTemplate::new(name, language, category, subject, html)
}

impl Outbox {
    async fn keep(&self, template: MailTemplate) {
        let now = self.app.clock.now();
        let id = RecordId::generate(now, &*self.app.core().entropy);
        let entry = Entry::new(id, None, template, now);
        let changes = Changes::new().create_entry(&entry);
        self.app.core().store.commit(changes).await.unwrap();
    }

    async fn speak(&self, caller: &Caller, language: Language) {
        let mut user = self.app.core().store.find_user(caller.user.id).await.unwrap().unwrap();
        user.profile.language = Some(language);
        let changes = Changes::new().update_user(&user);
        self.app.core().store.commit(changes).await.unwrap();
    }

    fn last_subject(&self) -> String {
        self.app.mails().last().unwrap().subject.clone()
    }
}

/// Two reads and the mail itself, the two commits around the call of SES, and one call for the template.
#[tokio::test]
async fn a_mail_reads_its_template_by_one_call() {
    let outbox = Outbox::start().await;
    let caller = outbox.sign_up("ada@example.com").await;
    let (_, usage) = usage::measure(Box::pin(outbox.hand_over(&outbox.event().await))).await;
    assert_eq!((usage.dynamodb, usage.ses, usage.failed_templates), (6, 1, 0));
    outbox.keep(template("verification", Language::English, "<p>")).await;
    outbox
        .keep(template("credential-changed", Language::English, "<p>"))
        .await;
    outbox.speak(&caller, Language::French).await;
    let _ = outbox.event().await;
    outbox.notify(&caller).await;
    let event = outbox.event().await;
    let (_, usage) = usage::measure(Box::pin(outbox.hand_over(&event))).await;
    assert_eq!(outbox.last_subject(), "Une clé d’API a été créée (Ostiary)");
    // A notice issues no token.
    assert_eq!((usage.dynamodb, usage.ses), (5, 1));
}

#[tokio::test]
async fn the_order_of_templates_is_as_documented() {
    let outbox = Outbox::start().await;
    let caller = outbox.sign_up("ada@example.com").await;
    let _ = outbox.hand_over(&outbox.event().await).await;
    let kind = "credential-changed";
    let built_in = "An API key was created (Ostiary)";
    let notify = async |language| {
        outbox.speak(&caller, language).await;
        outbox.notify(&caller).await;
        let _ = outbox.hand_over(&outbox.event().await).await;
        outbox.last_subject()
    };
    let inactive = MailTemplate {
        is_active: false,
        ..template(kind, Language::German, "<p>")
    };
    outbox.keep(inactive).await;
    let german = "Ein API-Schlüssel wurde erstellt (Ostiary)";
    assert_eq!(notify(Language::English).await, built_in);
    assert_eq!(notify(Language::German).await, german);
    assert_eq!(notify(Language::French).await, "Une clé d’API a été créée (Ostiary)");
    outbox.keep(template(kind, Language::French, "<p>")).await;
    assert_eq!(notify(Language::French).await, "credential-changed fr");
    assert_eq!(notify(Language::German).await, german);
    assert_eq!(notify(Language::English).await, built_in);
    outbox.keep(template(kind, Language::English, "<p>")).await;
    assert_eq!(notify(Language::German).await, german);
    assert_eq!(notify(Language::English).await, "credential-changed en");
}

/// The user's language, then that of the browser that requested the mail, then the default.
#[tokio::test]
async fn a_letter_is_in_the_language_of_its_recipient() {
    let outbox = Outbox::start().await;
    let sign_up = Box::pin(outbox.sign_up("ada@example.com"));
    let caller = Language::with_browser(Some(Language::Japanese), sign_up).await;
    let _ = outbox.hand_over(&outbox.event().await).await;
    assert_eq!(outbox.last_subject(), "Ostiary のメールアドレスをご確認ください");
    let last = outbox.app.last_mail("verify-email");
    assert!(last.html.unwrap().contains("<html lang=\"ja\" dir=\"ltr\">"));
    let reset = async |browser| {
        let command = RequestPasswordReset {
            email: caller.user.email.clone(),
            redirect: None,
            captcha: CaptchaCheck::NotRequired,
            client: Client::default(),
        };
        let request = outbox
            .app
            .core()
            .request_password_reset(command, outbox.app.clock.now());
        assert!(Language::with_browser(browser, request).await.unwrap());
        let _ = outbox.hand_over(&outbox.event().await).await;
        outbox.last_subject()
    };
    assert_eq!(
        reset(Some(Language::Spanish)).await,
        "Restablezca su contraseña de Ostiary"
    );
    assert_eq!(reset(None).await, "Reset your password for Ostiary");
    outbox.speak(&caller, Language::Korean).await;
    assert_eq!(reset(Some(Language::Spanish)).await, "Ostiary 비밀번호 재설정");
}

/// Otherwise the owner of an account could not read what an attacker does with it.
#[tokio::test]
async fn the_browser_chooses_no_language_for_notices() {
    let outbox = Outbox::start().await;
    let caller = outbox.sign_up("ada@example.com").await;
    let (core, now) = (outbox.app.core(), outbox.app.clock.now());
    let command = ChangePassword {
        current: PasswordAttempt::new(PASSWORD),
        new: NewPassword::parse("a river under the ice", PasswordRules { min: 8, max: 128 }).unwrap(),
        other_sessions: OtherSessions::Kept,
        client: Client::default(),
    };
    let proven = core.assure(caller, now).unwrap();
    let change = Box::pin(core.change_password(&proven, command, now));
    let _ = Language::with_browser(Some(Language::Korean), change).await.unwrap();
    let _ = outbox.hand_over(&outbox.event().await).await;
    assert_eq!(outbox.last_subject(), "Your Ostiary password was changed");
}

#[tokio::test]
async fn an_invitation_is_in_the_language_of_the_invited_user_or_of_the_inviter() {
    for (invited, inviter, browser, subject) in [
        (None, None, None, "Ada invites you to join Acme at Ostiary"),
        (
            None,
            None,
            Some(Language::German),
            "Ada lädt Sie ein, Acme bei Ostiary beizutreten",
        ),
        (
            None,
            Some(Language::French),
            Some(Language::German),
            "Ada vous invite à rejoindre Acme sur Ostiary",
        ),
        (
            Some(Language::Spanish),
            Some(Language::French),
            None,
            "Ada le invita a unirse a Acme en Ostiary",
        ),
    ] {
        let outbox = Outbox::start().await;
        let caller = outbox.sign_up("ada@example.com").await;
        if let Some(language) = inviter {
            outbox.speak(&caller, language).await;
        }
        if let Some(language) = invited {
            let grace = outbox.sign_up("grace@example.com").await;
            outbox.speak(&grace, language).await;
        }
        let caller = Caller {
            user: outbox
                .app
                .core()
                .store
                .find_user(caller.user.id)
                .await
                .unwrap()
                .unwrap(),
            ..caller
        };
        Language::with_browser(browser, outbox.invite(&caller, "grace@example.com")).await;
        let _ = outbox.hand_over(&outbox.event().await).await;
        assert_eq!(outbox.app.last_mail("invitation").subject, subject);
    }
}

#[tokio::test]
async fn a_template_that_fails_is_counted_and_loses_no_mail() {
    let outbox = Outbox::start().await;
    let caller = outbox.sign_up("ada@example.com").await;
    let _ = outbox.hand_over(&outbox.event().await).await;
    // An earlier release may have accepted it.
    outbox
        .keep(template("credential-changed", Language::English, "{{ password }}"))
        .await;
    let _ = outbox.event().await;
    outbox.notify(&caller).await;
    let event = outbox.event().await;
    let (response, usage) = usage::measure(Box::pin(outbox.hand_over(&event))).await;
    assert_eq!(
        (failed_records(&response).len(), usage.ses, usage.failed_templates),
        (0, 1, 1)
    );
    assert_eq!(outbox.last_subject(), "An API key was created (Ostiary)");
    assert!(!outbox.is_waiting(&event).await);
}

#[tokio::test]
async fn the_sample_event_is_understood_and_its_mail_is_long_gone() {
    let event: Event = serde_json::from_str(SAMPLE).unwrap();
    assert_eq!(mails_of(&event).len(), 1);
    let outbox = Outbox::start().await;
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.recipients(), [""; 0]);
}
