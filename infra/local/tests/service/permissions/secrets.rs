//! The secret settings of a deployment: each function that serves clients may read the one secret, and the permission
//! exists only where there is one.

use std::collections::BTreeSet;

use local_aws::Grant;
use local_aws::template::Template;

use super::stage::Stage;

const ARN: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:ostiary-AbCdEf";
const ACTION: &str = "secretsmanager:GetSecretValue";

/// The functions for which `grants` of the local service have the permission.
fn permitted(stage: &Stage, grants: impl Fn(local_aws::Permissions) -> BTreeSet<Grant>) -> BTreeSet<String> {
    let all = stage.permissions().into_iter();
    let permitted =
        all.filter(|(_, permissions)| grants(permissions.clone()).iter().any(|grant| grant.action == ACTION));
    permitted.map(|(function, _)| function).collect()
}

#[tokio::test]
async fn each_function_with_routes_may_read_the_secret_and_no_other() {
    let stage = Stage::default();
    let local = stage.open(&[&format!("SECRETS_ARN={ARN}")]).await;
    let routes = Template::of_the_service().routes().expect("routes");
    let mut serving = BTreeSet::new();
    for route in routes {
        let method = if route.method == "ANY" {
            "GET"
        } else {
            route.method.as_str()
        };
        // One request that presents a secret of a proxy makes a function read.
        if serving.insert(route.function) {
            let path = route.path.replace("{proxy+}", "x").replace(['{', '}'], "");
            let _ = local
                .call(method, &path)
                .header("x-origin-verify", "presented")
                .send()
                .await;
        }
    }
    assert_eq!(permitted(&stage, |permissions| permissions.used), serving);
    assert_eq!(permitted(&stage, |permissions| permissions.granted), serving);
    assert!(permitted(&stage, |permissions| permissions.refused).is_empty());
}

#[tokio::test]
async fn without_a_secret_no_function_has_the_permission() {
    let stage = Stage::default();
    stage.open(&[]).await;
    assert!(permitted(&stage, |permissions| permissions.granted).is_empty());
}
