//! A local AWS of its own for each test, and the official clients for it.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use aws_credential_types::Credentials;
use aws_smithy_http_client::Builder;
use local_aws::{LocalAws, Options, template::Template};

pub const TABLE: &str = "ostiary";

pub const TEMPLATE: &str = "
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema:
        - { AttributeName: pk, KeyType: HASH }
        - { AttributeName: sk, KeyType: RANGE }
      AttributeDefinitions:
        - { AttributeName: pk, AttributeType: S }
        - { AttributeName: sk, AttributeType: S }
        - { AttributeName: gsi1pk, AttributeType: S }
      GlobalSecondaryIndexes:
        - IndexName: gsi1
          KeySchema: [{ AttributeName: gsi1pk, KeyType: HASH }, { AttributeName: sk, KeyType: RANGE }]
          Projection: { ProjectionType: ALL }
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
      TimeToLiveSpecification: { AttributeName: ttl, Enabled: true }
";

/// In memory, with the table.
pub async fn start() -> LocalAws {
    start_in(None).await
}

pub async fn start_in(data: Option<PathBuf>) -> LocalAws {
    let aws = LocalAws::start(Options {
        data,
        ..Options::default()
    })
    .await
    .unwrap();
    aws.create_table(&Template::parse(TEMPLATE).unwrap(), TABLE).unwrap();
    aws
}

macro_rules! client {
    ($name:ident, $sdk:ident) => {
        pub fn $name(aws: &LocalAws) -> $sdk::Client {
            let config = $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::latest())
                .region($sdk::config::Region::new("us-east-1"))
                .credentials_provider(Credentials::new("local", "local", None, None, "local"))
                .endpoint_url(aws.endpoint_url())
                .retry_config($sdk::config::retry::RetryConfig::disabled())
                .http_client(Builder::new().build_http())
                .build();
            $sdk::Client::from_conf(config)
        }
    };
}

client!(dynamodb, aws_sdk_dynamodb);
client!(event_bridge, aws_sdk_eventbridge);
client!(kms, aws_sdk_kms);
client!(logs, aws_sdk_cloudwatchlogs);
client!(secrets_manager, aws_sdk_secretsmanager);
client!(ses, aws_sdk_sesv2);
client!(sns, aws_sdk_sns);
client!(sqs, aws_sdk_sqs);

/// A folder that is deleted when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("local-aws-{}-{number}", std::process::id())))
    }

    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
