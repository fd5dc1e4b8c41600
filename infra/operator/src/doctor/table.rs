//! The table: it is there, its stream wakes the function that sends mail, expired items go, and it can be restored.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{
    IndexStatus, PointInTimeRecoveryStatus, StreamViewType, TableDescription, TableStatus, TimeToLiveStatus,
};

use super::{Deployment, Finding};

const TABLE: &str = "table";
const INDEXES: &str = "indexes";
const STREAM: &str = "stream";
const EXPIRY: &str = "expiry";
const RECOVERY: &str = "recovery";
const PROTECTION: &str = "protection";

/// The indexes of `template.yaml`.
const EXPECTED_INDEXES: [&str; 2] = ["directory", "listing"];

pub(super) async fn check(deployment: &Deployment<'_>) -> Vec<Finding> {
    let client = Client::new(deployment.sdk);
    let name = &deployment.config.table_name;
    let described = match client.describe_table().table_name(name).send().await {
        Ok(described) => described,
        Err(error)
            if error
                .as_service_error()
                .is_some_and(DescribeTableError::is_resource_not_found_exception) =>
        {
            let found = format!("there is no table {name} in this Region");
            let action = "set TABLE_NAME to the stack's output TableName, and AWS_REGION to its Region";
            return vec![Finding::failed(TABLE, found, action)];
        }
        Err(error) => return vec![Finding::unanswered(TABLE, "dynamodb:DescribeTable", &error)],
    };
    let mut findings = described
        .table()
        .map(|table| of_description(name, table))
        .unwrap_or_default();
    findings.push(expiry(&client, name).await);
    findings.push(recovery(&client, name).await);
    findings
}

fn of_description(name: &str, table: &TableDescription) -> Vec<Finding> {
    let status = match table.table_status() {
        Some(TableStatus::Active) => Finding::ok(TABLE, format!("{name} is active")),
        other => Finding::failed(
            TABLE,
            format!("{name} is {}", other.map_or("in no state", TableStatus::as_str)),
            "wait until it is ACTIVE",
        ),
    };
    let is_ready = |wanted: &&&str| {
        let mut indexes = table.global_secondary_indexes().iter();
        indexes.any(|index| index.index_name() == Some(wanted) && index.index_status() == Some(&IndexStatus::Active))
    };
    let missing: Vec<&str> = EXPECTED_INDEXES
        .iter()
        .filter(|name| !is_ready(name))
        .copied()
        .collect();
    let indexes = if missing.is_empty() {
        Finding::ok(INDEXES, "all are active")
    } else {
        Finding::failed(
            INDEXES,
            format!("{} is not active", missing.join(" and ")),
            "wait until CloudFormation has made it; lists of administrators and retries of mail need it",
        )
    };
    let stream = table.stream_specification().filter(|stream| stream.stream_enabled());
    let stream = match stream.and_then(|stream| stream.stream_view_type()) {
        Some(StreamViewType::KeysOnly) => Finding::ok(STREAM, "wakes the function that sends mail"),
        Some(other) => Finding::warning(
            STREAM,
            format!(
                "has the view type {}, which puts hashes of passwords and tokens into it",
                other.as_str()
            ),
            "turn it off and on again as KEYS_ONLY, and deploy with the new label",
        ),
        None => Finding::failed(
            STREAM,
            "is off, so mail leaves ten minutes late",
            "turn it on as KEYS_ONLY, and deploy with its label as ExistingTableStream (docs/operations.md, restore)",
        ),
    };
    let protection = if table.deletion_protection_enabled() == Some(true) {
        Finding::ok(PROTECTION, "the table cannot be deleted by mistake")
    } else {
        Finding::warning(
            PROTECTION,
            "anyone with the permission can delete the table by mistake",
            "deploy with DeletionProtection=true, or `aws dynamodb update-table --deletion-protection-enabled`",
        )
    };
    vec![status, indexes, stream, protection]
}

async fn expiry(client: &Client, name: &str) -> Finding {
    let described = match client.describe_time_to_live().table_name(name).send().await {
        Ok(described) => described,
        Err(error) => return Finding::unanswered(EXPIRY, "dynamodb:DescribeTimeToLive", &error),
    };
    let description = described.time_to_live_description();
    let is_on = description.is_some_and(|ttl| {
        let is_enabled = matches!(
            ttl.time_to_live_status(),
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
        );
        is_enabled && ttl.attribute_name() == Some("ttl")
    });
    if is_on {
        Finding::ok(EXPIRY, "expired items are deleted")
    } else {
        Finding::failed(
            EXPIRY,
            "expired items stay, and the table grows without end",
            "aws dynamodb update-time-to-live --time-to-live-specification Enabled=true,AttributeName=ttl",
        )
    }
}

async fn recovery(client: &Client, name: &str) -> Finding {
    let described = match client.describe_continuous_backups().table_name(name).send().await {
        Ok(described) => described,
        Err(error) => return Finding::unanswered(RECOVERY, "dynamodb:DescribeContinuousBackups", &error),
    };
    let backups = described.continuous_backups_description();
    let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description());
    match recovery.and_then(|recovery| recovery.point_in_time_recovery_status()) {
        Some(PointInTimeRecoveryStatus::Enabled) => {
            Finding::ok(RECOVERY, "every second of the last 35 days can be restored")
        }
        _ => Finding::failed(
            RECOVERY,
            "the table cannot be restored to a point in time",
            "aws dynamodb update-continuous-backups --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        ),
    }
}
