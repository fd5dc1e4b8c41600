//! Ten thousand users of each format, by hand:
//! `cargo test -p operator --test integration -- --ignored ten_thousand --nocapture`.

use std::time::Instant;

use super::{Exported, SOURCES, samples};
use crate::support::{Deployment, PASSWORD};

const USERS: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes minutes"]
async fn ten_thousand_users_of_each_format() {
    for source in SOURCES {
        let deployment = Deployment::start().await;
        let exported = Exported::new(source, &samples::export(source, USERS));
        let began = Instant::now();
        let (summary, usage) = exported.run(&deployment, false).await;
        println!(
            "{}: {} imported in {:.1} s, {} calls to DynamoDB, {} to KMS, {:.0} write units",
            source.as_str(),
            summary.imported,
            began.elapsed().as_secs_f64(),
            usage.dynamodb,
            usage.kms,
            usage.write_units,
        );
        assert_eq!(summary.imported, USERS);
        let expected = if samples::has_passwords(source) { 200 } else { 401 };
        let last = samples::person(USERS - 1).email;
        assert_eq!(deployment.sign_in(&last, "eight lanterns over Pskov").await, 401);
        assert_eq!(deployment.sign_in(&last, PASSWORD).await, expected);
    }
}
