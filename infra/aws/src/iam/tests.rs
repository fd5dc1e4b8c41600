use std::collections::BTreeSet;

use serde_json::json;

use super::*;

const TEMPLATE: &str = r#"
Parameters:
  Curious: { Type: String, Default: "off" }
Conditions:
  IsCurious: !Not [!Condition IsIncurious]
  IsIncurious: !Or [!Equals [!Ref Curious, "off"], !Equals [!Ref Curious, ""]]
Globals:
  Function:
    Environment: { Variables: { TABLE: !Ref Table, KEY: !GetAtt Key.Arn, CURIOUS: !Ref Curious, LOG: debug } }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: [{ AttributeName: pk, KeyType: HASH }, { AttributeName: sk, KeyType: RANGE }]
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: dynamodb:BatchGetItem
              Resource: !GetAtt Table.Arn
              Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["USER#*", "RATE#sign-in#*"] } }
            - Effect: Allow
              Action: [kms:Encrypt, kms:Decrypt]
              Resource: !GetAtt Key.Arn
              Condition: { StringEquals: { "kms:EncryptionContext:purpose": sealing, "kms:EncryptionContext:ring": [a, b] } }
            - Effect: Allow
              Action: ses:SendEmail
              Resource: !Sub "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}"
            - Effect: Allow
              Action: dynamodb:Query
              Resource: !Sub "${Table.Arn}/index/i"
            - Effect: Allow
              Action: dynamodb:Scan
              Resource: !GetAtt Table.Arn
              Condition:
                "ForAllValues:StringLike": { "dynamodb:Attributes": [pk, !If [IsCurious, sk, !Ref AWS::NoValue]] }
                StringEquals: { "dynamodb:Select": SPECIFIC_ATTRIBUTES }
            - Effect: Allow
              Action: sqs:SendMessage
              Resource: !GetAtt Queue.Arn
            - !If
              - IsCurious
              - { Effect: Allow, Action: ses:GetAccount, Resource: "*" }
              - !Ref AWS::NoValue
  Idler:
    Type: AWS::Serverless::Function
    Properties: {}
"#;

fn resolved(curious: Option<&str>) -> Resolved {
    let template = Template::parse(TEMPLATE).unwrap();
    let variable = |name: &str| match name {
        "TABLE" => Some("here".to_owned()),
        "KEY" => Some("alias/key".to_owned()),
        "CURIOUS" => curious.map(str::to_owned),
        _ => None,
    };
    let deployment = Deployment::of(&template, variable).with("MailIdentity", "example.com");
    Resolved::new(&template, deployment, |alias| {
        (alias == "alias/key").then(|| arn("kms", "key/1"))
    })
}

fn iam() -> Iam {
    Iam::new(&Template::parse(TEMPLATE).unwrap(), &resolved(None)).unwrap()
}

fn reading(partitions: &[&str]) -> Access {
    let partitions = partitions.iter().map(|partition| (*partition).to_owned());
    Access::new("dynamodb:BatchGetItem", arn("dynamodb", "table/here")).with("dynamodb:LeadingKeys", partitions)
}

fn decrypting(context: &[(&str, &str)]) -> Access {
    let access = Access::new("kms:Decrypt", arn("kms", "key/1"));
    context.iter().fold(access, |access, (name, value)| {
        access.with(format!("kms:EncryptionContext:{name}"), [(*value).to_owned()])
    })
}

fn may(iam: &Iam, access: Access) -> bool {
    iam.authorize("Reader", &[access]).is_ok()
}

#[test]
fn every_partition_must_be_granted() {
    let iam = iam();
    assert!(may(&iam, reading(&["USER#1", "RATE#sign-in#192.0.2.1", "USER#2"])));
    assert!(!may(&iam, reading(&["USER#1", "CREDENTIAL#1"])));
    assert!(!may(&iam, reading(&["RATE#sign-up#192.0.2.1"])));
    assert!(!may(&iam, reading(&["A-USER#1"])));
    assert!(!may(&iam, reading(&[""])));
    // As in IAM, where the operator holds for no value; therefore no policy may grant an action without partitions.
    assert!(may(&iam, reading(&[])));
}

#[test]
fn only_the_action_on_the_resource_is_granted() {
    let iam = iam();
    let of = |access: Access, action: &str, resource: &str| Access {
        action: action.to_owned(),
        resource: resource.to_owned(),
        ..access
    };
    let (table, action) = (arn("dynamodb", "table/here"), "dynamodb:BatchGetItem");
    assert!(may(&iam, of(reading(&["USER#1"]), action, &table)));
    assert!(!may(&iam, of(reading(&["USER#1"]), "dynamodb:GetItem", &table)));
    assert!(!may(
        &iam,
        of(reading(&["USER#1"]), action, &format!("{table}/index/i"))
    ));
    assert!(iam.authorize("Idler", &[reading(&["USER#1"])]).is_err());
}

#[test]
fn the_encryption_context_must_be_the_one_that_is_granted() {
    let iam = iam();
    assert!(may(&iam, decrypting(&[("purpose", "sealing"), ("ring", "b")])));
    assert!(!may(&iam, decrypting(&[("purpose", "sealing"), ("ring", "c")])));
    assert!(!may(&iam, decrypting(&[("purpose", "sealing")])));
    assert!(!may(&iam, decrypting(&[])));
}

#[test]
fn a_scan_may_be_granted_for_some_attributes() {
    let scanning = |attributes: &[&str], select: Option<&str>| {
        let access = Access::new("dynamodb:Scan", arn("dynamodb", "table/here"));
        let attributes = attributes.iter().map(|name| (*name).to_owned());
        let access = access.with("dynamodb:Attributes", attributes);
        select.into_iter().fold(access, |access, select| {
            access.with("dynamodb:Select", [select.to_owned()])
        })
    };
    let (one, other) = (
        iam(),
        Iam::new(&Template::parse(TEMPLATE).unwrap(), &resolved(Some("on"))).unwrap(),
    );
    let some = Some("SPECIFIC_ATTRIBUTES");
    assert!(may(&one, scanning(&["pk"], some)));
    assert!(!may(&one, scanning(&["pk", "sk"], some)) && may(&other, scanning(&["pk", "sk"], some)));
    assert!(!may(&other, scanning(&["pk", "hash"], some)));
    // Without attributes, `ForAllValues` holds.
    assert!(!may(&other, scanning(&[], Some("ALL_ATTRIBUTES"))) && !may(&other, scanning(&[], None)));
}

#[test]
fn references_resolve_to_local_resources() {
    let iam = iam();
    let sending = |domain| Access::new("ses:SendEmail", arn("ses", &format!("identity/{domain}")));
    assert!(may(&iam, sending("example.com")));
    assert!(!may(&iam, sending("example.org")));
    let querying = |index| Access::new("dynamodb:Query", arn("dynamodb", &format!("table/here/index/{index}")));
    assert!(may(&iam, querying("i")));
    assert!(!may(&iam, querying("j")));
    assert!(!may(&iam, Access::new("sqs:SendMessage", arn("sqs", "queue"))));
    let curious = Access::new("ses:GetAccount", "*");
    assert!(!may(&iam, curious.clone()));
    let template = Template::parse(TEMPLATE).unwrap();
    assert!(may(&Iam::new(&template, &resolved(Some("on"))).unwrap(), curious));
}

#[test]
fn used_and_denied_grants_are_recorded_without_ids() {
    let iam = iam();
    let _ = iam.authorize("Reader", &[reading(&["USER#1"])]);
    let _ = iam.authorize("Reader", &[reading(&["USER#1", "CREDENTIAL#1"])]);
    let _ = iam.authorize("Reader", &[decrypting(&[("purpose", "opening")])]);
    let _ = iam.authorize("Reader", &[decrypting(&[("purpose", "sealing"), ("ring", "b")])]);
    let permissions = iam.permissions().remove("Reader").unwrap();
    let shown = |grants: &BTreeSet<Grant>| grants.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        shown(&permissions.granted),
        [
            "dynamodb:BatchGetItem on Table.Arn of RATE#sign-in#*",
            "dynamodb:BatchGetItem on Table.Arn of USER#*",
            "dynamodb:Query on ${Table.Arn}/index/i",
            "dynamodb:Scan on Table.Arn of pk",
            "kms:Decrypt on Key.Arn of purpose=sealing, ring=a",
            "kms:Decrypt on Key.Arn of purpose=sealing, ring=b",
            "kms:Encrypt on Key.Arn of purpose=sealing, ring=a",
            "kms:Encrypt on Key.Arn of purpose=sealing, ring=b",
            "ses:SendEmail on identity/${MailIdentity}",
            "sqs:SendMessage on Queue.Arn",
        ]
    );
    assert_eq!(
        shown(&permissions.used),
        [
            "dynamodb:BatchGetItem on Table.Arn of USER#*",
            "kms:Decrypt on Key.Arn of purpose=sealing, ring=b"
        ]
    );
    assert_eq!(
        shown(&permissions.refused),
        [
            "dynamodb:BatchGetItem on Table.Arn of CREDENTIAL#*",
            "kms:Decrypt on Key.Arn of purpose=opening",
        ]
    );
}

#[test]
fn the_access_key_names_the_function() {
    let headers = |key: &str| {
        let line = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260131/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0"
        );
        HeaderMap::from_iter([(header::AUTHORIZATION, line.parse().unwrap())])
    };
    assert_eq!(iam().function(&headers("Reader")), Some("Reader"));
    assert_eq!(iam().function(&headers("local")), None);
    assert_eq!(iam().function(&HeaderMap::new()), None);
}

#[test]
fn unsupported_statements_are_refused() {
    let refusal = |from: &str, to: &str| {
        assert!(TEMPLATE.contains(from), "{from}");
        let template = Template::parse(&TEMPLATE.replace(from, to)).unwrap();
        Iam::new(&template, &resolved(None)).unwrap_err().to_string()
    };
    let function = |refusal: String| {
        assert!(refusal.starts_with("Reader: "), "{refusal}");
        refusal
    };
    assert!(function(refusal("Action: dynamodb:BatchGetItem", "Action: dynamodb:*")).contains("in full"));
    assert!(
        function(refusal(
            "- Effect: Allow\n              Action: ses",
            "- Effect: Deny\n              Action: ses"
        ))
        .contains("Allow")
    );
    assert!(function(refusal("ForAllValues:StringLike", "StringNotLike")).contains("StringNotLike"));
    assert!(function(refusal("StringEquals", "Bool")).contains("Bool"));
    assert!(function(refusal("!GetAtt Table.Arn", "!ImportValue table")).contains("ImportValue"));
    let managed = TEMPLATE.replace("Properties: {}", "Properties: { Policies: [AmazonDynamoDBFullAccess] }");
    let error = Iam::new(&Template::parse(&managed).unwrap(), &resolved(None)).unwrap_err();
    assert!(error.to_string().starts_with("Idler: "), "{error}");
}

#[test]
fn patterns_match_any_text_and_any_character() {
    let like = |patterns: serde_json::Value, text: &str| {
        let template = TEMPLATE.replace("[\"USER#*\", \"RATE#sign-in#*\"]", &patterns.to_string());
        let iam = Iam::new(&Template::parse(&template).unwrap(), &resolved(None)).unwrap();
        may(&iam, reading(&[text]))
    };
    assert!(like(json!(["*"]), "") && like(json!(["*"]), "any"));
    assert!(like(json!(["A*C"]), "ABC") && like(json!(["A*C"]), "AC") && !like(json!(["A*C"]), "ABCD"));
    assert!(like(json!(["A?C"]), "AüC") && !like(json!(["A?C"]), "AC"));
    assert!(like(json!(["ABC"]), "ABC") && !like(json!(["ABC"]), "AB") && !like(json!(["ABC"]), "ABCD"));
}
