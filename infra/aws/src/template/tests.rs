use serde_json::json;

use super::*;

const TEMPLATE: &str = r#"
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Conditions:
  HasMail: !Not [!Equals [!Ref MailFrom, ""]]
Globals:
  Function:
    CodeUri: target/lambda/shared/
    Environment:
      Variables:
        TABLE_NAME: !Ref Table
        LOG: info
        RETRIES: 3
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${AWS::StackName}-table"
      BillingMode: PAY_PER_REQUEST
      KeySchema:
        - { AttributeName: pk, KeyType: HASH }
        - { AttributeName: sk, KeyType: RANGE }
      AttributeDefinitions:
        - { AttributeName: pk, AttributeType: S }
        - { AttributeName: sk, AttributeType: S }
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
      TimeToLiveSpecification: { AttributeName: ttl, Enabled: true }
  Password:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/password/
      Environment:
        Variables: { LOG: debug, KEY: !GetAtt Key.Arn, SECURE: true }
      Policies:
        - Statement: [{ Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }]
  PasswordIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Password.Arn}:live/invocations"
  Reset:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      RouteKey: "GET /api/auth/reset-password/{token}"
      Target: !Sub "integrations/${PasswordIntegration}"
  Writes:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Password
      EventSourceArn: !GetAtt Table.StreamArn
      BatchSize: 10
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":["A","B"]}}}}' }] }
  Session:
    Type: AWS::Serverless::Function
    Properties:
      MemorySize: 256
  SessionIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Session.Arn}:live/invocations"
  SessionAny:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: "ANY /v1/{proxy+}", Target: !Sub "integrations/${SessionIntegration}" }
  SessionRest:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: $default, Target: !Sub "integrations/${SessionIntegration}" }
"#;

fn template() -> Template {
    Template::parse(TEMPLATE).unwrap()
}

#[test]
fn routes_lead_through_integrations_to_functions() {
    let route = |function: &str, method: &str, path: &str| Route {
        function: function.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
    };
    let expected = [
        route("Password", "GET", "/api/auth/reset-password/{token}"),
        route("Session", "ANY", "/v1/{proxy+}"),
        route("Session", "ANY", "$default"),
    ];
    assert_eq!(template().routes().unwrap(), expected);
}

#[test]
fn a_route_that_cloudformation_computes_or_that_leads_nowhere_is_refused() {
    for (literal, other) in [
        (r#"RouteKey: "ANY /v1/{proxy+}""#, r#"RouteKey: !Sub "ANY /${Stage}/x""#),
        ("${SessionIntegration}", "${OtherIntegration}"),
        ("${Session.Arn}", "${Other.Arn}"),
    ] {
        let yaml = TEMPLATE.replace(literal, other);
        let error = Template::parse(&yaml).unwrap().routes().unwrap_err();
        assert!(
            matches!(&error, TemplateError::Route(route) if route == "SessionAny"),
            "{error}"
        );
    }
}

#[test]
fn functions_inherit_globals_and_keep_literals_only() {
    let functions = template().functions();
    let environment = |function: &Function| -> Vec<String> {
        function
            .environment
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    };
    assert_eq!(functions[0].logical_id, "Password");
    assert_eq!(functions[0].code_uri.as_deref(), Some("target/lambda/password/"));
    assert_eq!(environment(&functions[0]), ["LOG=debug", "RETRIES=3", "SECURE=true"]);
    assert_eq!(functions[1].code_uri.as_deref(), Some("target/lambda/shared/"));
    assert_eq!(environment(&functions[1]), ["LOG=info", "RETRIES=3"]);
}

#[test]
fn table_is_a_create_table_request_and_a_ttl_attribute() {
    let table = template().table("here").unwrap();
    assert_eq!(table.ttl_attribute.as_deref(), Some("ttl"));
    let expected = json!({
        "TableName": "here",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    });
    assert_eq!(table.create_table, expected);
}

#[test]
fn a_template_without_a_table_is_an_error() {
    let template = Template::parse("Resources: {}").unwrap();
    assert!(matches!(template.table("here"), Err(TemplateError::Tables(0))));
    assert!(matches!(
        Template::parse("Globals: {}"),
        Err(TemplateError::NoResources)
    ));
}

#[test]
fn a_stream_source_receives_the_records_that_pass_its_filter() {
    let record = |name: &str, sk: &str| json!({ "eventName": name, "dynamodb": { "Keys": { "sk": { "S": sk } } } });
    let sources = template().stream_sources().unwrap();
    let [source] = sources.as_slice() else {
        panic!("{sources:?}")
    };
    assert_eq!((source.function.as_str(), source.batch_size), ("Password", 10));
    assert!(source.accepts(&record("INSERT", "A")) && source.accepts(&record("INSERT", "B")));
    assert!(
        !source.accepts(&record("MODIFY", "A"))
            && !source.accepts(&record("INSERT", "C"))
            && !source.accepts(&json!({}))
    );
}

#[test]
fn a_filter_may_ask_for_a_prefix() {
    let yaml = TEMPLATE.replace(r#"["A","B"]"#, r#"["C",{"prefix":"A#"}]"#);
    let source = Template::parse(&yaml).unwrap().stream_sources().unwrap().remove(0);
    let record = |sk: &Value| json!({ "eventName": "INSERT", "dynamodb": { "Keys": { "sk": { "S": sk } } } });
    for (sk, is_accepted) in [
        (json!("A#1"), true),
        (json!("C"), true),
        (json!("A"), false),
        (json!(1), false),
    ] {
        assert_eq!(source.accepts(&record(&sk)), is_accepted, "{sk}");
    }
}

#[test]
fn an_unsupported_filter_is_refused() {
    let yaml = TEMPLATE.replace(r#"["A","B"]"#, r#"[{"suffix":"A"}]"#);
    let error = Template::parse(&yaml).unwrap().stream_sources().unwrap_err();
    assert!(matches!(error, TemplateError::EventSource(mapping) if mapping == "Writes"));
}
