//! The `accounts` contract: the public endpoint to which SNS posts its messages. Any client can post to it.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use shared::contract::accounts::{Failure, MailEventReceipt, PlainText, Success};
use shared::domain::RateLimit;
use shared::http::{AppState, Meta};
use shared::operations::sns::{Body, Envelope, Verified, Verifier, VerifyError};

use crate::message::{TakeError, Taken, take};

/// The document defines these types of notification, and `null` for all others.
const DOCUMENTED: [&str; 3] = ["Bounce", "Complaint", "Delivery"];

pub fn routes(verifier: Arc<Verifier>) -> Router<AppState> {
    let receive = move |State(app): State<AppState>, meta: Meta, PlainText(text): PlainText| {
        let verifier = Arc::clone(&verifier);
        async move { receive(&app, &verifier, meta, &text).await }
    };
    Router::new().route("/accounts/v1/notifications/ses", post(receive))
}

async fn receive(
    app: &AppState,
    verifier: &Verifier,
    meta: Meta,
    text: &str,
) -> Result<Json<Success<MailEventReceipt>>, Failure> {
    let message = verify(app, verifier, &meta, Envelope::parse(text)?).await?;
    let envelope = message.envelope();
    let taken = match &envelope.body {
        Body::Notification { .. } => take(&app.core, &envelope.message, meta.now).await.map_err(failure)?,
        Body::SubscriptionConfirmation { .. } => Taken {
            report: None,
            is_new: app.core.confirm_subscription(verifier, &message, meta.now).await?,
        },
        Body::UnsubscribeConfirmation { .. } => {
            tracing::error!(
                sns.topic = envelope.topic_arn,
                "a topic will report on mail here no more"
            );
            Taken {
                report: None,
                is_new: false,
            }
        }
    };
    Ok(Json(Success::new(MailEventReceipt {
        message_id: envelope.message_id.clone(),
        kind: envelope.kind(),
        notification_type: taken.report.filter(|name| DOCUMENTED.contains(name)),
        handled: taken.is_new,
    })))
}

/// Nothing is read or written for a message before its verification succeeds, except for the rate limit on the
/// certificates that a client makes the service fetch.
async fn verify(app: &AppState, verifier: &Verifier, meta: &Meta, envelope: Envelope) -> Result<Verified, Failure> {
    let id = envelope.message_id.clone();
    let refused = |reason: VerifyError| {
        tracing::warn!(sns.message_id = id, %reason, "a message that SNS may not have sent was refused");
        Failure::from(reason)
    };
    let message = verifier
        .admit(envelope, meta.now)
        .map_err(|reason| refused(reason.into()))?;
    if !verifier.has_certificate_of(&message) {
        app.core
            .limit_rate(RateLimit::CERTIFICATE, &meta.client.ip, meta.now)
            .await?;
    }
    verifier.verify(message, meta.now).await.map_err(refused)
}

fn failure(error: TakeError) -> Failure {
    match error {
        TakeError::Malformed(malformed) => {
            tracing::error!(%malformed, "a notification of SES was not understood");
            malformed.into()
        }
        TakeError::Interrupted(interruption) => interruption.into(),
    }
}
