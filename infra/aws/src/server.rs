//! The endpoint: routes a request to its service, after it has applied the fault that is set and the authorization by
//! IAM.
//!
//! What a service does with a request is in `dynamodb`, `kms`, `secrets_manager`, `ses`, `sns`, `sqs`, `logs` and
//! `event_bridge`.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, Request, StatusCode, header, request::Parts},
    response::Response,
    serve::ListenerExt as _,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    dynamodb::{self, Proxy},
    event_bridge::{self, EventBridge},
    faults::{Faults, Mode, Service},
    iam::{Access, Denial, Iam},
    kms::{self, Kms},
    logs::{self, Logs},
    secrets_manager::{self, SecretsManager},
    ses::{self, Ses},
    sns::{self, Sns},
    sqs::{self, Sqs},
    wire,
};

/// Longer than the timeout of any client in the service.
const SLOW_DELAY: Duration = Duration::from_secs(30);

/// The largest message that SES accepts, which is the largest of the limits of KMS, SES and SNS.
const MAX_BODY_BYTES: usize = 40 * 1024 * 1024;

/// All services of the endpoint.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) faults: Faults,
    /// Absent while no policies are enforced: then every request is allowed.
    pub(crate) iam: OnceLock<Iam>,
    pub(crate) dynamodb: Proxy,
    pub(crate) kms: Kms,
    pub(crate) ses: Ses,
    pub(crate) sns: Sns,
    pub(crate) secrets_manager: SecretsManager,
    pub(crate) logs: Logs,
    pub(crate) event_bridge: EventBridge,
    pub(crate) sqs: Sqs,
}

/// Serves until the other end of `stop` is dropped.
pub(crate) async fn serve(listener: TcpListener, services: Arc<Services>, stop: oneshot::Receiver<()>) {
    let router = Router::new().fallback(answer).with_state(services);
    // Without this, a response in two writes would wait for the client's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let served = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stop.await;
    });
    if let Err(error) = served.await {
        tracing::error!(%error, "the local AWS endpoint stopped");
    }
}

async fn answer(State(services): State<Arc<Services>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let Some(service) = service_of(&head) else {
        return wire::rest_error(
            StatusCode::NOT_FOUND,
            "UnknownOperationException",
            "no such operation here",
        );
    };
    let mode = services.faults.next(service);
    match mode {
        Mode::Off | Mode::Lost => {}
        Mode::Slow => tokio::time::sleep(SLOW_DELAY).await,
        Mode::Error => return internal_error(service),
        Mode::Throttle => return throttled(service),
    }
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return wire::rest_error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLargeException",
            "body too large",
        );
    };
    if let Err(denial) = services.authorize(service, &head, &body) {
        return access_denied(service, &denial.to_string());
    }
    let is_lost = mode == Mode::Lost && is_first_attempt(&head.headers);
    let response = match service {
        Service::DynamoDb => {
            let operation = operation(&head.headers).to_owned();
            services.dynamodb.answer(&operation, head, body).await
        }
        Service::Kms => services.kms.answer(target(&head.headers), &body),
        Service::Ses => services.ses.answer(&head, &body),
        Service::Sns => services.sns.answer(&body),
        Service::SecretsManager => services.secrets_manager.answer(target(&head.headers), &body),
        Service::Logs => services.logs.answer(target(&head.headers), &body),
        Service::EventBridge => services.event_bridge.answer(target(&head.headers), &body),
        Service::Sqs => services.sqs.answer(target(&head.headers), &body),
    };
    if is_lost { internal_error(service) } else { response }
}

impl Services {
    fn authorize(&self, service: Service, head: &Parts, body: &[u8]) -> Result<(), Denial> {
        let Some((iam, function)) = self.iam.get().and_then(|iam| Some((iam, iam.function(&head.headers)?))) else {
            return Ok(());
        };
        // The service itself refuses a body that is not JSON.
        let json = || serde_json::from_slice::<Value>(body).unwrap_or_default();
        let target = target(&head.headers);
        let required: Vec<Access> = match service {
            Service::DynamoDb => dynamodb::required_access(operation(&head.headers), &json(), iam.partition_key()),
            Service::Kms => self.kms.required_access(target, &json()),
            Service::Ses => ses::required_access(head, &json()),
            Service::Sns => vec![Sns::required_access(body)],
            Service::SecretsManager => vec![SecretsManager::required_access(target, &json())],
            Service::Logs => vec![Logs::required_access(target)],
            Service::EventBridge => EventBridge::required_access(target, &json()),
            Service::Sqs => vec![Sqs::required_access(target, &json())],
        };
        iam.authorize(function, &required)
    }
}

/// The service that a request is for, by its protocol: the JSON protocols name their target in a header, REST has its
/// path, and the body of the query protocol is a form.
fn service_of(head: &Parts) -> Option<Service> {
    let target = target(&head.headers);
    let media_type = head
        .headers
        .get(header::CONTENT_TYPE)
        .map_or(&b""[..], |value| value.as_bytes());
    if target.starts_with("DynamoDB") {
        Some(Service::DynamoDb)
    } else if target.starts_with(kms::TARGET_PREFIX) {
        Some(Service::Kms)
    } else if target.starts_with(secrets_manager::TARGET_PREFIX) {
        Some(Service::SecretsManager)
    } else if target.starts_with(logs::TARGET_PREFIX) {
        Some(Service::Logs)
    } else if target.starts_with(event_bridge::TARGET_PREFIX) {
        Some(Service::EventBridge)
    } else if target.starts_with(sqs::TARGET_PREFIX) {
        Some(Service::Sqs)
    } else if head.uri.path().starts_with(ses::PATH_PREFIX) {
        Some(Service::Ses)
    } else if media_type.starts_with(sns::MEDIA_TYPE.as_bytes()) {
        Some(Service::Sns)
    } else {
        None
    }
}

fn target(headers: &HeaderMap) -> &str {
    headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn operation(headers: &HeaderMap) -> &str {
    target(headers).rsplit('.').next().unwrap_or_default()
}

/// The SDKs number the attempts at a request: `attempt=2; max=3`. A client that does not say so is taken not to try
/// again.
fn is_first_attempt(headers: &HeaderMap) -> bool {
    let attempt = headers.get("amz-sdk-request").and_then(|value| value.to_str().ok());
    attempt.is_none_or(|attempt| attempt.split("; ").any(|part| part == "attempt=1"))
}

fn internal_error(service: Service) -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    match service {
        Service::DynamoDb => wire::json_error(
            status,
            wire::JSON_1_0,
            "com.amazonaws.dynamodb.v20120810#InternalServerError",
            "Internal server error",
        ),
        Service::Kms => wire::json_error(status, wire::JSON_1_1, "KMSInternalException", "Internal service error"),
        Service::Ses => wire::rest_error(status, "InternalServiceErrorException", "Internal service error"),
        Service::Sns => sns::error(status, "InternalError", "Internal service error"),
        Service::SecretsManager => {
            wire::json_error(status, wire::JSON_1_1, "InternalServiceError", "Internal service error")
        }
        Service::Logs => wire::json_error(status, wire::JSON_1_1, "ServiceUnavailableException", "Try again later"),
        Service::EventBridge => wire::json_error(status, wire::JSON_1_1, "InternalException", "Internal error"),
        Service::Sqs => wire::json_error(status, wire::JSON_1_0, "InternalFailure", "Internal service error"),
    }
}

fn access_denied(service: Service, message: &str) -> Response {
    let forbidden = StatusCode::FORBIDDEN;
    match service {
        Service::DynamoDb => wire::json_error(
            StatusCode::BAD_REQUEST,
            wire::JSON_1_0,
            "com.amazon.coral.service#AccessDeniedException",
            message,
        ),
        Service::Kms | Service::SecretsManager | Service::Logs | Service::EventBridge | Service::Sqs => {
            wire::json_error(
                StatusCode::BAD_REQUEST,
                wire::JSON_1_1,
                "AccessDeniedException",
                message,
            )
        }
        Service::Ses => wire::rest_error(forbidden, "AccessDeniedException", message),
        Service::Sns => sns::error(forbidden, "AuthorizationError", message),
    }
}

fn throttled(service: Service) -> Response {
    let status = StatusCode::BAD_REQUEST;
    match service {
        Service::DynamoDb => wire::json_error(
            status,
            wire::JSON_1_0,
            "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
             provisioning level with the UpdateTable API.",
        ),
        Service::Kms => wire::json_error(
            status,
            wire::JSON_1_1,
            "ThrottlingException",
            "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
        ),
        Service::Ses => wire::rest_error(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Maximum sending rate exceeded.",
        ),
        Service::Sns => sns::error(StatusCode::TOO_MANY_REQUESTS, "Throttled", "Rate exceeded"),
        Service::SecretsManager | Service::Logs | Service::EventBridge | Service::Sqs => {
            wire::json_error(status, wire::JSON_1_1, "ThrottlingException", "Rate exceeded")
        }
    }
}
