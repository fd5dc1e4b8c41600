//! Each fault of each service, as the official clients see it, and the errors of the endpoint itself.

use std::time::Duration;

use crate::common::{
    Folder, TABLE, dynamodb, event_bridge, kms, logs, secrets_manager, ses, sns, sqs, start, start_in,
};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_async::rt::sleep::TokioSleep;
use local_aws::{LocalAws, Mode, Options, Service, StartError};
use tokio::net::TcpStream;

/// Code and status of the error in response to a read request to the service, if there is one.
async fn error_of(aws: &LocalAws, service: Service) -> Option<(String, u16)> {
    match service {
        Service::DynamoDb => described(dynamodb(aws).list_tables().send().await),
        Service::Kms => described(kms(aws).describe_key().key_id("alias/ostiary-user").send().await),
        Service::Ses => described(ses(aws).get_account().send().await),
        Service::Sqs => described(sqs(aws).get_queue_attributes().queue_url("http://queue").send().await),
        Service::SecretsManager => {
            aws.put_secret("ostiary", "{}");
            described(
                secrets_manager(aws)
                    .get_secret_value()
                    .secret_id("ostiary")
                    .send()
                    .await,
            )
        }
        Service::Logs => described(logs(aws).filter_log_events().log_group_name("none").send().await),
        Service::EventBridge => described(
            event_bridge(aws)
                .put_events()
                .entries(crate::events::entry("{}"))
                .send()
                .await,
        ),
        Service::Sns => described(sns(aws).publish().phone_number("+1").message("m").send().await),
    }
}

fn described<T, E: ProvideErrorMetadata>(outcome: Result<T, SdkError<E>>) -> Option<(String, u16)> {
    let error = outcome.err()?;
    let status = error.raw_response()?.status().as_u16();
    Some((error.code()?.to_owned(), status))
}

#[tokio::test]
async fn services_fail_with_their_own_errors() {
    let aws = start().await;
    let words = [
        (
            "dynamodb",
            "InternalServerError",
            ("ProvisionedThroughputExceededException", 400),
        ),
        ("kms", "KMSInternalException", ("ThrottlingException", 400)),
        (
            "ses",
            "InternalServiceErrorException",
            ("TooManyRequestsException", 429),
        ),
        ("sns", "InternalError", ("Throttled", 429)),
        ("secretsmanager", "InternalServiceError", ("ThrottlingException", 400)),
        ("logs", "ServiceUnavailableException", ("ThrottlingException", 400)),
        ("events", "InternalException", ("ThrottlingException", 400)),
        ("sqs", "InternalFailure", ("ThrottlingException", 400)),
    ];
    for (name, internal, (throttling, status)) in words {
        let service: Service = name.parse().unwrap();
        aws.faults().set(service, "error".parse().unwrap());
        assert_eq!(error_of(&aws, service).await, Some((internal.to_owned(), 500)));
        aws.faults().set(service, "throttle".parse().unwrap());
        assert_eq!(error_of(&aws, service).await, Some((throttling.to_owned(), status)));
        aws.faults().set(service, "off".parse().unwrap());
        assert_eq!(error_of(&aws, service).await, None);
    }
    assert!("s3".parse::<Service>().is_err() && "on".parse::<Mode>().is_err());
}

#[tokio::test]
async fn a_fault_affects_one_service() {
    let aws = start().await;
    aws.faults().set(Service::Kms, Mode::Error);
    assert_eq!(error_of(&aws, Service::DynamoDb).await, None);
    assert_eq!(aws.faults().get(Service::Kms), Mode::Error);
}

#[tokio::test]
async fn a_slow_service_does_not_answer_in_time() {
    let aws = start().await;
    aws.faults().set(Service::Kms, Mode::Slow);
    let answer = kms(&aws).describe_key().key_id("alias/ostiary-user").send();
    assert!(tokio::time::timeout(Duration::from_millis(500), answer).await.is_err());
}

#[tokio::test]
async fn a_request_whose_answer_is_lost_was_carried_out() {
    let aws = start().await;
    aws.faults().set(Service::DynamoDb, "lost".parse().unwrap());
    let put = async |client: aws_sdk_dynamodb::Client, pk: &str| {
        let value = |value: &str| AttributeValue::S(value.to_owned());
        let put = client.put_item().table_name(TABLE).item("pk", value(pk));
        put.item("sk", value("a"))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await
    };
    let error = put(dynamodb(&aws), "one").await.unwrap_err();
    assert_eq!(error.code(), Some("InternalServerError"));

    // A client that tries again finds its own write, and is answered.
    let retry = RetryConfig::standard().with_max_attempts(2);
    let config = dynamodb(&aws).config().to_builder().retry_config(retry);
    let retrying = aws_sdk_dynamodb::Client::from_conf(config.sleep_impl(TokioSleep::new()).build());
    let error = put(retrying, "two").await.unwrap_err();
    assert_eq!(error.code(), Some("ConditionalCheckFailedException"));

    aws.faults().set(Service::DynamoDb, Mode::Off);
    let items = dynamodb(&aws).scan().table_name(TABLE).send().await.unwrap();
    assert_eq!(items.count(), 2);
}

#[tokio::test]
async fn only_loopback_addresses_are_accepted() {
    let options = Options {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Options::default()
    };
    assert!(matches!(
        LocalAws::start(options).await,
        Err(StartError::NotLoopback(_))
    ));
}

#[tokio::test]
async fn the_server_stops_when_it_is_dropped() {
    let aws = start().await;
    let url = aws.endpoint_url();
    let address = url.strip_prefix("http://").unwrap();
    drop(TcpStream::connect(address).await.unwrap());
    drop(aws);
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_the_data_folder() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    std::fs::create_dir(folder.path()).unwrap();
    let aws = start_in(Some(folder.path())).await;
    aws.mailbox().clear();
    let entries: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
    assert!(entries.len() >= 3);
    for entry in entries {
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{entry:?}"
        );
    }
}
