//! Rules for the policies of all functions.

use local_aws::Grant;
use local_aws::template::Template;

use super::COVERED;
use super::stage::Stage;

#[test]
fn every_function_has_a_story() {
    let template = Template::of_the_service();
    let functions: Vec<_> = template
        .functions()
        .into_iter()
        .map(|function| function.logical_id)
        .collect();
    for function in &functions {
        assert!(
            COVERED.contains(&function.as_str()),
            "{function} has no story: nothing shows that its policies grant what it needs and no more"
        );
    }
    for covered in COVERED {
        assert!(
            functions.iter().any(|function| function == covered),
            "template.yaml has no {covered}"
        );
    }
}

/// `ForAllValues` holds for a request without partitions, such as a scan. So only actions with partitions may be
/// granted; of an index, only a query.
#[tokio::test]
async fn the_table_is_accessed_in_named_partitions_only() {
    const KEYED: [&str; 7] = [
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
    ];
    let stage = Stage::default();
    stage.open(&[]).await;
    for (function, permissions) in stage.permissions() {
        let grants = permissions.granted.iter();
        let (indexes, tables): (Vec<_>, Vec<_>) = grants
            .filter(|grant| grant.action.starts_with("dynamodb:") && !grant.resource.ends_with("StreamArn"))
            .partition(|grant| grant.resource.contains("/index/"));
        assert!(
            indexes.iter().all(|grant| grant.action == "dynamodb:Query"),
            "{indexes:?}"
        );
        // The operator finds the events that were given up by the keys of all items, and the policy requires that the
        // scan names its attributes.
        let is_scan_of_keys = |grant: &&&Grant| {
            let scope = grant.scope.as_deref().unwrap_or_default();
            function == "OperatorFunction" && grant.action == "dynamodb:Scan" && ["pk", "sk"].contains(&scope)
        };
        for grant in tables.iter().filter(|grant| !is_scan_of_keys(grant)) {
            let partition = grant.scope.as_deref().unwrap_or_default();
            let is_named = partition
                .split('#')
                .next()
                .is_some_and(|kind| !kind.is_empty() && !kind.contains(['*', '?']));
            let is_keyed = KEYED.contains(&grant.action.as_str());
            assert!(is_named && is_keyed && partition.contains('#'), "{function}: {grant}");
        }
    }
}

/// Only the function of keys, and the one of the operator, may create a key or write to the key ring that tokens are
/// verified with.
#[tokio::test]
async fn keys_are_created_by_two_functions() {
    let stage = Stage::default();
    stage.open(&[]).await;
    for (function, permissions) in stage.permissions() {
        let makes_keys = permissions.granted.iter().any(|grant| {
            let of_ring = grant
                .scope
                .as_deref()
                .is_some_and(|scope| scope.starts_with("KEY_RING#"));
            let reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem"];
            let creates = ["kms:CreateKey", "kms:GenerateDataKeyPairWithoutPlaintext"];
            creates.contains(&grant.action.as_str()) || of_ring && !reads.contains(&grant.action.as_str())
        });
        let may = ["KeysFunction", "OperatorFunction"].contains(&function.as_str());
        assert_eq!(makes_keys, may, "{function}");
    }
}

/// Functions that read mail events or send mail have no access to credentials.
#[tokio::test]
async fn credentials_are_accessible_only_to_functions_that_verify_them() {
    let stage = Stage::default();
    stage.open(&[]).await;
    for function in [
        "HealthFunction",
        "KeysFunction",
        "MailEventsFunction",
        "MailOutboxFunction",
    ] {
        let granted = &stage.permissions()[function].granted;
        let of_credentials = |scope: &String| scope.starts_with("CREDENTIAL#");
        assert!(
            !granted
                .iter()
                .any(|grant| grant.scope.as_ref().is_some_and(of_credentials))
        );
        assert!(!granted.iter().any(|grant| grant.action == "kms:Sign"));
    }
}
