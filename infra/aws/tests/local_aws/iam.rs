//! What a function is denied, as the official clients report it.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::{error::ProvideErrorMetadata, types::AttributeValue};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use local_aws::{Deployment, LocalAws, identity, template::Template};

use crate::common::{self, TABLE};

const KEY: &str = "alias/ostiary-envelope";
const FUNCTION: &str = "
  Mailer:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { TABLE_NAME: !Ref Table, KEY: !GetAtt Key.Arn, SET: !Ref MailConfiguration } }
      Policies:
        - Version: '2012-10-17'
          Statement:
            - Effect: Allow
              Action: [dynamodb:GetItem, dynamodb:PutItem]
              Resource: !GetAtt Table.Arn
              Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'USER#*' } }
            - Effect: Allow
              Action: kms:Encrypt
              Resource: !GetAtt Key.Arn
              Condition: { StringEquals: { 'kms:EncryptionContext:purpose': sealing } }
            - Effect: Allow
              Action: ses:SendEmail
              Resource:
                - !Sub 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}'
                - !Sub 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${MailConfiguration}'
";

async fn start() -> LocalAws {
    let aws = common::start().await;
    let template = Template::parse(&[common::TEMPLATE, FUNCTION].concat()).unwrap();
    let variable = |name: &str| match name {
        "TABLE_NAME" => Some(TABLE.to_owned()),
        "KEY" => Some(KEY.to_owned()),
        "SET" => Some("set".to_owned()),
        _ => None,
    };
    let from = "Ostiary <no-reply@example.com>";
    let deployment = Deployment::of(&template, variable).with("MailIdentity", identity(from));
    aws.enforce(&template, deployment).unwrap();
    aws
}

fn mailer() -> Credentials {
    Credentials::new("Mailer", "local", None, None, "local")
}

fn dynamodb(aws: &LocalAws) -> aws_sdk_dynamodb::Client {
    let config = common::dynamodb(aws).config().to_builder();
    aws_sdk_dynamodb::Client::from_conf(config.credentials_provider(mailer()).build())
}

fn kms(aws: &LocalAws) -> aws_sdk_kms::Client {
    let config = common::kms(aws).config().to_builder();
    aws_sdk_kms::Client::from_conf(config.credentials_provider(mailer()).build())
}

fn ses(aws: &LocalAws) -> aws_sdk_sesv2::Client {
    let config = common::ses(aws).config().to_builder();
    aws_sdk_sesv2::Client::from_conf(config.credentials_provider(mailer()).build())
}

async fn get(client: &aws_sdk_dynamodb::Client, partition: &str) -> Result<(), (String, String)> {
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let get = client.get_item().table_name(TABLE).key("pk", key(partition));
    match get.key("sk", key("PROFILE")).send().await {
        Ok(_) => Ok(()),
        Err(error) => Err((
            error.code().unwrap_or_default().to_owned(),
            error.message().unwrap_or_default().to_owned(),
        )),
    }
}

#[tokio::test]
async fn a_function_reads_only_the_partitions_that_it_is_granted() {
    let aws = start().await;
    get(&dynamodb(&aws), "USER#1").await.unwrap();
    let (code, message) = get(&dynamodb(&aws), "CREDENTIAL#1").await.unwrap_err();
    assert_eq!(code, "AccessDeniedException");
    assert!(
        message.contains(
            "assumed-role/Mailer is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:"
        ),
        "{message}"
    );
    assert!(dynamodb(&aws).scan().table_name(TABLE).send().await.is_err());
    let permissions = &aws.permissions()["Mailer"];
    let refused: Vec<_> = permissions.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "dynamodb:GetItem on Table.Arn of CREDENTIAL#*",
            "dynamodb:Scan on Table.Arn"
        ]
    );
}

#[tokio::test]
async fn a_caller_that_is_no_function_may_do_anything() {
    let aws = start().await;
    get(&common::dynamodb(&aws), "CREDENTIAL#1").await.unwrap();
    assert!(common::start().await.permissions().is_empty());
}

#[tokio::test]
async fn a_function_encrypts_only_for_its_purpose() {
    let aws = start().await;
    let encrypt = |purpose: &str| {
        let request = kms(&aws).encrypt().key_id(KEY).plaintext(Blob::new("secret"));
        request.encryption_context("purpose", purpose).send()
    };
    let sealed = encrypt("sealing").await.unwrap().ciphertext_blob.unwrap();
    let error = encrypt("signing").await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    let decrypt = kms(&aws)
        .decrypt()
        .ciphertext_blob(sealed)
        .encryption_context("purpose", "sealing");
    assert_eq!(decrypt.send().await.unwrap_err().code(), Some("AccessDeniedException"));
    let refused: Vec<_> = aws.permissions()["Mailer"]
        .refused
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        refused,
        [
            "kms:Decrypt on Key.Arn of aws:ResourceTag/ostiary-stack=local, purpose=sealing",
            "kms:Encrypt on Key.Arn of aws:ResourceTag/ostiary-stack=local, purpose=signing"
        ]
    );
}

#[tokio::test]
async fn a_function_sends_only_as_the_identity_that_it_is_granted() {
    let aws = start().await;
    let text = |text: &str| Content::builder().data(text).build().unwrap();
    let send = |from: &str, set: &str| {
        let body = Body::builder().text(text("body")).build();
        let message = Message::builder().subject(text("subject")).body(body).build();
        let request = ses(&aws)
            .send_email()
            .from_email_address(from)
            .configuration_set_name(set);
        let request = request.destination(Destination::builder().to_addresses("ada@example.org").build());
        request.content(EmailContent::builder().simple(message).build()).send()
    };
    send("Ostiary <no-reply@example.com>", "set").await.unwrap();
    for (from, set) in [("no-reply@example.org", "set"), ("no-reply@example.com", "other")] {
        let error = send(from, set).await.unwrap_err();
        assert_eq!(error.code(), Some("AccessDeniedException"), "{from} {set}");
    }
    assert_eq!(aws.mailbox().list().len(), 1);
}
