//! Mail: delivery from the outbox, reports of the mail provider, suppressed addresses.

pub mod administer_outbox;
mod choose_template;
pub mod confirm_subscription;
pub mod deliver_due_mails;
pub mod deliver_mail;
mod granted;
mod letters;
pub mod lift_suppression;
pub mod record_mail_event;
pub mod show_suppression;
mod update_email_status;
mod write_letter;

pub use administer_outbox::RedriveMailError;
pub use confirm_subscription::ConfirmSubscriptionError;
pub use deliver_due_mails::Failures;
pub use deliver_mail::Delivery;
pub use lift_suppression::{AccountList, LiftSuppressionError, Lifted};
pub use show_suppression::ShownSuppression;

pub use crate::mailer::Mailer;
pub use crate::sns;
pub use crate::store::mail_id_of_stream_key;
