//! The calls to DynamoDB, one function per kind of call: each is counted, asks for its consumed capacity, and turns the SDK's
//! errors into ours. Every read is strongly consistent; nothing scans. The futures of the SDK are some 20 kB each and stand on the
//! heap, so that every future that awaits one does not hold them.

use std::collections::HashMap;
use std::fmt::Debug;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, Delete, KeysAndAttributes, Put, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure, Update,
};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::StoreError;
use super::item::Item;
use super::keys::{Key, PARTITION, SORT};
use crate::backoff::Backoff;
use crate::entropy::{Entropy, OsEntropy};
use crate::usage::{self, Service};

#[derive(Debug, Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

/// What a conditional update led to.
#[derive(Debug)]
pub enum Updated {
    /// The item as it is now.
    New(Item),
    /// The condition failed; the item as it is, if there is one.
    Refused(Option<Item>),
}

/// The error code of a single write that meets a transaction on its item.
const TRANSACTION_CONFLICT: &str = "TransactionConflictException";

/// How often keys that DynamoDB left out of a batch are asked for again.
const BATCH_ROUNDS: usize = 4;

/// How many keys DynamoDB takes in one batch.
const BATCH: usize = 100;

impl Table {
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    pub async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        usage::record_call(Service::DynamoDb);
        let output = Box::pin(
            self.client
                .get_item()
                .table_name(&self.name)
                .set_key(Some(key.to_item()))
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await
        .map_err(|error| failure("GetItem", &error))?;
        record_reads(output.consumed_capacity.as_slice());
        Ok(output.item)
    }

    /// The items at `keys`, in their order. One round trip, unless DynamoDB leaves keys out under load.
    pub async fn get_all<const N: usize>(&self, keys: [&Key; N]) -> Result<[Option<Item>; N], StoreError> {
        let mut wanted: Vec<Item> = keys.iter().map(|key| key.to_item()).collect();
        let mut found = Vec::with_capacity(N);
        for _ in 0..BATCH_ROUNDS {
            let (items, left_out) = self.batch(wanted).await?;
            found.extend(items);
            if left_out.is_empty() {
                return Ok(keys.map(|key| take(&mut found, key)));
            }
            wanted = left_out;
        }
        Err(StoreError::Throttled)
    }

    /// The same for any number of keys: a round trip for each hundred.
    pub async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        let mut found = HashMap::with_capacity(keys.len());
        for some in keys.chunks(BATCH) {
            let mut wanted: Vec<Item> = some.iter().map(Key::to_item).collect();
            for round in 0.. {
                if round == BATCH_ROUNDS {
                    return Err(StoreError::Throttled);
                }
                let (items, left_out) = self.batch(wanted).await?;
                found.extend(items.into_iter().filter_map(|item| Some((Key::of(&item)?, item))));
                if left_out.is_empty() {
                    break;
                }
                wanted = left_out;
            }
        }
        Ok(keys.iter().map(|key| found.remove(key)).collect())
    }

    async fn batch(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>), StoreError> {
        usage::record_call(Service::DynamoDb);
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build();
        let output = Box::pin(
            self.client
                .batch_get_item()
                .request_items(&self.name, request.expect("the keys are set"))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await
        .map_err(|error| failure("BatchGetItem", &error))?;
        record_reads(output.consumed_capacity());
        let items = output
            .responses
            .and_then(|mut tables| tables.remove(&self.name))
            .unwrap_or_default();
        let left_out = output.unprocessed_keys.and_then(|mut tables| tables.remove(&self.name));
        Ok((items, left_out.map(|rest| rest.keys).unwrap_or_default()))
    }

    /// All items of a partition whose sort key starts with `prefix`, in the order of their sort keys.
    pub async fn query(&self, partition: &str, prefix: &str) -> Result<Vec<Item>, StoreError> {
        self.query_some(partition, prefix, usize::MAX).await
    }

    /// The first `count` of them.
    pub async fn query_some(&self, partition: &str, prefix: &str, count: usize) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        while items.len() < count {
            usage::record_call(Service::DynamoDb);
            let output = Box::pin(
                self.client
                    .query()
                    .table_name(&self.name)
                    .consistent_read(true)
                    .key_condition_expression("#partition = :partition AND begins_with(#sort, :prefix)")
                    .expression_attribute_names("#partition", PARTITION)
                    .expression_attribute_names("#sort", SORT)
                    .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()))
                    .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
                    .set_exclusive_start_key(start)
                    .set_limit(i32::try_from(count - items.len()).ok())
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send(),
            )
            .await
            .map_err(|error| failure("Query", &error))?;
            record_reads(output.consumed_capacity.as_slice());
            items.extend(output.items.unwrap_or_default());
            match output.last_evaluated_key {
                Some(last) => start = Some(last),
                None => break,
            }
        }
        Ok(items)
    }

    /// All entries of a partition of an index, in the order of its sort key. An index follows the table by some milliseconds.
    pub async fn query_index(&self, index: &str, partition: &str) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            usage::record_call(Service::DynamoDb);
            let output = Box::pin(
                self.client
                    .query()
                    .table_name(&self.name)
                    .index_name(index)
                    .key_condition_expression("#partition = :partition")
                    .expression_attribute_names("#partition", index)
                    .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()))
                    .set_exclusive_start_key(start)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send(),
            )
            .await
            .map_err(|error| failure("Query", &error))?;
            record_reads(output.consumed_capacity.as_slice());
            items.extend(output.items.unwrap_or_default());
            match output.last_evaluated_key {
                Some(last) => start = Some(last),
                None => return Ok(items),
            }
        }
    }

    /// One conditional update that answers with the item.
    pub async fn update(&self, update: Update) -> Result<Updated, StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = retry_contended(|| Box::pin(request.clone().send())).await;
        match result {
            Ok(output) => {
                record_writes(output.consumed_capacity.as_slice());
                Ok(Updated::New(output.attributes.unwrap_or_default()))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Updated::Refused(refused.item().cloned()))
                }
                _ => Err(failure("UpdateItem", &error)),
            },
        }
    }

    /// One conditional put; whether its condition failed.
    pub async fn put(&self, put: Put) -> Result<bool, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = retry_contended(|| Box::pin(request.clone().send())).await;
        match result {
            Ok(output) => {
                record_writes(output.consumed_capacity.as_slice());
                Ok(false)
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(true)
            }
            Err(error) => Err(failure("PutItem", &error)),
        }
    }

    /// One conditional delete; whether its condition failed.
    pub async fn delete(&self, delete: Delete) -> Result<bool, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(delete.key))
            .set_condition_expression(delete.condition_expression)
            .set_expression_attribute_names(delete.expression_attribute_names)
            .set_expression_attribute_values(delete.expression_attribute_values)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = retry_contended(|| Box::pin(request.clone().send())).await;
        match result {
            Ok(output) => {
                record_writes(output.consumed_capacity.as_slice());
                Ok(false)
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(true)
            }
            Err(error) => Err(failure("DeleteItem", &error)),
        }
    }
}

impl Table {
    /// Takes an item away and gives it to whoever was the one to do so.
    pub async fn take(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.to_item()))
            .return_values(ReturnValue::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = retry_contended(|| Box::pin(request.clone().send()))
            .await
            .map_err(|error| failure("DeleteItem", &error))?;
        record_writes(output.consumed_capacity.as_slice());
        Ok(output.attributes)
    }
}

/// Sends a single write again while a transaction holds its item: DynamoDB has rejected it, and the SDK does not try again by itself.
async fn retry_contended<T, E, F>(send: impl Fn() -> F) -> Result<T, SdkError<E>>
where
    E: ProvideErrorMetadata,
    F: Future<Output = Result<T, SdkError<E>>>,
{
    let mut backoff = Backoff::new();
    loop {
        usage::record_call(Service::DynamoDb);
        let result = send().await;
        let code = result.as_ref().err().and_then(|error| error.code());
        if code != Some(TRANSACTION_CONFLICT) || !backoff.pause().await {
            return result;
        }
    }
}

/// Tells apart what two writers write. It is not taken from the randomness of the request: a test that seeds that one expects the
/// same ids however often a write was retried.
pub fn random_id() -> String {
    let entropy: &dyn Entropy = &OsEntropy;
    URL_SAFE_NO_PAD.encode(entropy.bytes::<12>())
}

fn take(items: &mut Vec<Item>, key: &Key) -> Option<Item> {
    let at = items.iter().position(|item| key.is_of(item))?;
    Some(items.swap_remove(at))
}

pub fn record_reads(consumed: &[ConsumedCapacity]) {
    usage::record_capacity(total(consumed), 0.0);
}

pub fn record_writes(consumed: &[ConsumedCapacity]) {
    usage::record_capacity(0.0, total(consumed));
}

fn total(consumed: &[ConsumedCapacity]) -> f64 {
    consumed.iter().filter_map(|capacity| capacity.capacity_units).sum()
}

/// Whatever DynamoDB refuses that is not a failed condition, we cannot serve. It is logged here, once, where its cause is known.
pub fn failure<E, R>(operation: &'static str, error: &SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + Debug,
    R: Debug,
{
    let code = error.code().unwrap_or("none");
    tracing::error!(aws.operation = operation, aws.code = code, error = %kind(error), "DynamoDB did not answer");
    if is_throttling(code) {
        StoreError::Throttled
    } else {
        StoreError::Unavailable
    }
}

pub fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "ThrottlingError"
            | "ProvisionedThroughputExceeded"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            // Not for want of capacity, but the same to a caller: later is better.
            | TRANSACTION_CONFLICT
    )
}

/// The kind of failure and the service's own message; never the request, which holds personal data.
fn kind<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    let kind = match error {
        SdkError::ConstructionFailure(_) => "construction",
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(_) => "dispatch",
        SdkError::ResponseError(_) => "response",
        _ => "service",
    };
    format!("{kind}: {}", error.message().unwrap_or("no message"))
}
