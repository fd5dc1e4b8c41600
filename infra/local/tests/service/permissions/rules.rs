//! What holds for the policies of all functions.

use local_aws::template::Template;

use super::TOLD;
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
            TOLD.contains(&function.as_str()),
            "{function} has no story: nothing shows that its policies grant what it needs and no more"
        );
    }
    for told in TOLD {
        assert!(
            functions.iter().any(|function| function == told),
            "template.yaml has no {told}"
        );
    }
}

/// `ForAllValues` is content with a request without partitions, such as a scan. So nothing may be granted that is not about partitions;
/// an index may be queried, and nothing else.
#[tokio::test]
async fn the_table_is_touched_in_named_partitions_only() {
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
        for grant in tables {
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

/// Nothing but the function that makes keys can make one, or put it where tokens are verified with.
#[tokio::test]
async fn keys_are_made_by_one_function() {
    let stage = Stage::default();
    stage.open(&[]).await;
    for (function, permissions) in stage.permissions() {
        let makes_keys = permissions.granted.iter().any(|grant| {
            let of_ring = grant
                .scope
                .as_deref()
                .is_some_and(|scope| scope.starts_with("KEY_RING#"));
            grant.action.starts_with("kms:GenerateDataKeyPair") || of_ring && grant.action != "dynamodb:GetItem"
        });
        assert_eq!(makes_keys, function == "KeysFunction", "{function}");
    }
}

/// Functions that read mail events or send mail have no access to credentials.
#[tokio::test]
async fn passwords_are_in_reach_of_those_who_check_them_only() {
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
