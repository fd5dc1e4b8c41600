//! The calls to DynamoDB, one function per kind of call: each is counted, requests its consumed capacity, and converts
//! the SDK's errors to ours. Every read by key is strongly consistent, and nothing scans but the operator's list of
//! events. The SDK's futures have some 20 kB each and are boxed, so that the futures that await them stay small.

use std::collections::HashMap;
use std::fmt::Debug;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, Delete, KeysAndAttributes, Put, ReturnConsumedCapacity, ReturnValue, Select,
    TransactWriteItem, Update,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::StoreError;
use super::condition::{absent, is_not};
use super::item::{Item, Record, from_item, parse, text};
use super::keys::{Key, PARTITION, SORT};
use super::write::{Retries, Write};
use crate::backoff::Backoff;
use crate::entropy::{Entropy, OsEntropy};
use crate::usage::{self, Service};

#[derive(Debug, Clone)]
pub struct Table {
    client: Client,
    name: String,
}

/// The keys by which a query finds items.
#[derive(Debug, Clone, Copy)]
pub enum Keys {
    Table,
    /// An index, whose partition key has its name, and the attribute of its sort key.
    Index(&'static str, &'static str),
}

/// What one query reads of a partition.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    pub keys: Keys,
    pub partition: &'a str,
    /// Empty: any sort key.
    pub prefix: &'a str,
    pub descending: bool,
    pub limit: Option<usize>,
}

impl Keys {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Table => (PARTITION, SORT),
            Self::Index(index, sort) => (index, sort),
        }
    }
}

impl<'a> Page<'a> {
    /// The whole partition.
    pub fn of(keys: Keys, partition: &'a str) -> Self {
        Self {
            keys,
            partition,
            prefix: "",
            descending: false,
            limit: None,
        }
    }
}

/// The result of a single write.
#[derive(Debug)]
pub enum Written {
    /// The item after an update.
    Done(Item),
    /// The condition failed; the current item, if there is one.
    Refused(Option<Item>),
}

/// The write of a transaction that was rejected, and its current item, if there is one.
#[derive(Debug)]
pub struct Refusal {
    pub write: usize,
    pub item: Option<Item>,
}

/// The attribute with the id of the last single write of an item.
const WRITE_ID: &str = "write_id";

/// The error code of a single write that conflicts with a transaction on its item.
const TRANSACTION_CONFLICT: &str = "TransactionConflictException";

/// How often keys that DynamoDB left out of a batch are requested again.
const BATCH_ROUNDS: usize = 4;

/// How many keys DynamoDB accepts in one batch.
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

    /// The item in the domain's terms.
    pub async fn find<R: Record, T: From<R>>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        Ok(parse::<R, T>(self.get(key).await?)?)
    }

    /// All items of a partition whose sort key starts with `prefix`, in the order of their sort keys, in the domain's
    /// terms.
    pub async fn list<R: Record, T: From<R>>(&self, partition: &str, prefix: &str) -> Result<Vec<T>, StoreError> {
        let items = self.query(partition, prefix).await?.into_iter();
        items.map(|item| Ok(from_item::<R>(item)?.into())).collect()
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

    /// The same for any number of keys: one round trip for each hundred.
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

    /// The first `count` items.
    pub async fn query_some(&self, partition: &str, prefix: &str, count: usize) -> Result<Vec<Item>, StoreError> {
        let all = Page {
            prefix,
            ..Page::of(Keys::Table, partition)
        };
        self.query_up_to(all, count).await
    }

    /// The first `count` items of what the query reads, in as many calls as it takes.
    pub async fn query_up_to(&self, page: Page<'_>, count: usize) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        while items.len() < count {
            let limit = Some(count - items.len()).filter(|limit| i32::try_from(*limit).is_ok());
            let (more, last) = self.query_page(Page { limit, ..page }, start).await?;
            items.extend(more);
            match last {
                Some(last) => start = Some(last),
                None => break,
            }
        }
        Ok(items)
    }

    /// All entries of a partition of an index, in the order of its sort key. An index follows the table with a delay of
    /// some milliseconds.
    pub async fn query_index(&self, index: &'static str, partition: &str) -> Result<Vec<Item>, StoreError> {
        let all = Page::of(Keys::Index(index, PARTITION), partition);
        self.query_up_to(all, usize::MAX).await
    }

    /// One call: the items of a partition from `start` on, and where the next ones begin.
    pub async fn query_page(
        &self,
        page: Page<'_>,
        start: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        usage::record_call(Service::DynamoDb);
        let (partition, sort) = page.keys.names();
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .expression_attribute_names("#partition", partition)
            .expression_attribute_values(":partition", AttributeValue::S(page.partition.to_owned()))
            .scan_index_forward(!page.descending)
            .set_limit(page.limit.and_then(|limit| i32::try_from(limit).ok()))
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        request = match page.keys {
            Keys::Table => request.consistent_read(true),
            Keys::Index(index, _) => request.index_name(index),
        };
        request = if page.prefix.is_empty() {
            request.key_condition_expression("#partition = :partition")
        } else {
            request
                .key_condition_expression("#partition = :partition AND begins_with(#sort, :prefix)")
                .expression_attribute_names("#sort", sort)
                .expression_attribute_values(":prefix", AttributeValue::S(page.prefix.to_owned()))
        };
        let output = Box::pin(request.send())
            .await
            .map_err(|error| failure("Query", &error))?;
        record_reads(output.consumed_capacity.as_slice());
        Ok((output.items.unwrap_or_default(), output.last_evaluated_key))
    }

    /// The keys of all items whose partition starts with `prefix`: one call for each megabyte of the whole table. It
    /// names the attributes that it reads, because the policy of the operator's function permits no others.
    pub async fn scan_keys(&self, prefix: &str) -> Result<Vec<Key>, StoreError> {
        let request = self
            .client
            .scan()
            .table_name(&self.name)
            .select(Select::SpecificAttributes)
            .projection_expression("#partition, #sort")
            .filter_expression("begins_with(#partition, :prefix)")
            .expression_attribute_names("#partition", PARTITION)
            .expression_attribute_names("#sort", SORT)
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            usage::record_call(Service::DynamoDb);
            let page = request.clone().set_exclusive_start_key(start);
            let output = Box::pin(page.send()).await.map_err(|error| failure("Scan", &error))?;
            record_reads(output.consumed_capacity.as_slice());
            found.extend(output.items.unwrap_or_default().iter().filter_map(Key::of));
            start = output.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }

    /// One write on its own. If DynamoDB carries out a request and its response is lost, the SDK repeats the request.
    /// The write stores an id of its own in the item, so that the repetition is recognized and has no second effect: it
    /// is rejected, and the item that is returned with the rejection has the id.
    pub async fn write(&self, write: Write) -> Result<Written, StoreError> {
        let id = random_id();
        let item = match write.retries() {
            Retries::Harmless => write.into_transact_item(&self.name),
            Retries::Recognizable => mark(write, &id).into_transact_item(&self.name),
            Retries::Unrecognizable => {
                let refusal = self.write_all(vec![write]).await?;
                return Ok(refusal.map_or_else(|| Written::Done(Item::new()), |refusal| Written::Refused(refusal.item)));
            }
        };
        let written = match item {
            TransactWriteItem { put: Some(put), .. } => self.put(put).await?,
            TransactWriteItem {
                update: Some(update), ..
            } => self.update(update).await?,
            TransactWriteItem {
                delete: Some(delete), ..
            } => self.delete(delete).await?,
            // This arm is unreachable: a check is a transaction, above.
            _ => Written::Refused(None),
        };
        Ok(match written {
            Written::Refused(Some(item)) if item.get(WRITE_ID) == Some(&text(&id)) => Written::Done(item),
            written => written,
        })
    }

    async fn put(&self, put: Put) -> Result<Written, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(put.table_name)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .set_return_values_on_condition_check_failure(put.return_values_on_condition_check_failure)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        match retry_contended(|| Box::pin(request.clone().send())).await {
            Ok(output) => Ok(done(output.consumed_capacity.as_slice(), None)),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Written::Refused(refused.item().cloned()))
                }
                _ => Err(failure("PutItem", &error)),
            },
        }
    }

    async fn update(&self, update: Update) -> Result<Written, StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(update.table_name)
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .return_values(ReturnValue::AllNew)
            .set_return_values_on_condition_check_failure(update.return_values_on_condition_check_failure)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        match retry_contended(|| Box::pin(request.clone().send())).await {
            Ok(output) => Ok(done(output.consumed_capacity.as_slice(), output.attributes)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Written::Refused(refused.item().cloned()))
                }
                _ => Err(failure("UpdateItem", &error)),
            },
        }
    }

    /// The call has no condition: a deletion with one is a transaction.
    async fn delete(&self, delete: Delete) -> Result<Written, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(delete.table_name)
            .set_key(Some(delete.key))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = retry_contended(|| Box::pin(request.clone().send())).await;
        let output = output.map_err(|error| failure("DeleteItem", &error))?;
        Ok(done(output.consumed_capacity.as_slice(), None))
    }

    /// Writes all or nothing, and returns the refusal if a condition failed. All attempts use one token, by which
    /// DynamoDB recognizes a transaction that it has carried out (for ten minutes).
    pub async fn write_all(&self, writes: Vec<Write>) -> Result<Option<Refusal>, StoreError> {
        let writes = writes.into_iter();
        let request = self
            .client
            .transact_write_items()
            .client_request_token(random_id())
            .set_transact_items(Some(writes.map(|write| write.into_transact_item(&self.name)).collect()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut backoff = Backoff::new();
        loop {
            usage::record_call(Service::DynamoDb);
            let error = match Box::pin(request.clone().send()).await {
                Ok(output) => {
                    record_writes(output.consumed_capacity());
                    return Ok(None);
                }
                Err(error) => error,
            };
            let reasons = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    canceled.cancellation_reasons()
                }
                _ => &[],
            };
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code().unwrap_or("None")).collect();
            match why_canceled(&codes) {
                Some(Cancellation::Refused(failed)) => {
                    let item = reasons.get(failed).and_then(|reason| reason.item.clone());
                    return Ok(Some(Refusal { write: failed, item }));
                }
                Some(Cancellation::Contended) => {}
                None => return Err(failure("TransactWriteItems", &error)),
            }
            if !backoff.pause().await {
                return Err(StoreError::Throttled);
            }
        }
    }
}

/// The reason for which DynamoDB canceled a transaction.
#[derive(Debug, PartialEq)]
enum Cancellation {
    /// The condition of this write failed.
    Refused(usize),
    /// Another transaction held an item, or the table is throttled.
    Contended,
}

/// `None`: a reason that a retry cannot resolve.
fn why_canceled(codes: &[&str]) -> Option<Cancellation> {
    let failed = codes.iter().position(|code| *code == "ConditionalCheckFailed");
    let is_contended = |code: &&str| *code == "TransactionConflict" || is_throttling(code);
    failed
        .map(Cancellation::Refused)
        .or_else(|| codes.iter().any(is_contended).then_some(Cancellation::Contended))
}

/// A repetition of a marked write finds the mark, unless another write came between the two: then it is carried out
/// again, if its condition still holds.
fn mark(write: Write, id: &str) -> Write {
    write
        .set(WRITE_ID, text(id))
        .when(absent(WRITE_ID).or(is_not(WRITE_ID, text(id))))
}

fn done(consumed: &[ConsumedCapacity], item: Option<Item>) -> Written {
    record_writes(consumed);
    Written::Done(item.unwrap_or_default())
}

/// Sends a single write again while a transaction holds its item: DynamoDB has rejected it, and the SDK does not retry
/// it.
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

/// An id that distinguishes the writes of two writers. It does not come from the randomness of the request: a test that
/// seeds that one expects the same ids however often a write was retried.
fn random_id() -> String {
    let entropy: &dyn Entropy = &OsEntropy;
    URL_SAFE_NO_PAD.encode(entropy.bytes::<12>())
}

fn take(items: &mut Vec<Item>, key: &Key) -> Option<Item> {
    let at = items.iter().position(|item| key.is_of(item))?;
    Some(items.swap_remove(at))
}

fn record_reads(consumed: &[ConsumedCapacity]) {
    usage::record_capacity(total(consumed), 0.0);
}

fn record_writes(consumed: &[ConsumedCapacity]) {
    usage::record_capacity(0.0, total(consumed));
}

fn total(consumed: &[ConsumedCapacity]) -> f64 {
    consumed.iter().filter_map(|capacity| capacity.capacity_units).sum()
}

/// Logs an error that is not a failed condition, here only, where its cause is known.
fn failure<E, R>(operation: &'static str, error: &SdkError<E, R>) -> StoreError
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

fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "ThrottlingError"
            | "ProvisionedThroughputExceeded"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            // The cause is not missing capacity, but the caller's response is the same: retry later.
            | TRANSACTION_CONFLICT
    )
}

/// The kind of failure and the service's own message, but never the request, which contains personal data.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failed_condition_is_reported() {
        for (codes, failed) in [
            (["None", "ConditionalCheckFailed"], 1),
            (["ConditionalCheckFailed", "ConditionalCheckFailed"], 0),
            (["TransactionConflict", "ConditionalCheckFailed"], 1),
        ] {
            assert_eq!(why_canceled(&codes), Some(Cancellation::Refused(failed)), "{codes:?}");
        }
    }

    #[test]
    fn a_conflict_between_transactions_is_no_failed_condition() {
        let codes = ["None", "TransactionConflict"];
        assert_eq!(why_canceled(&codes), Some(Cancellation::Contended));
        assert_eq!(why_canceled(&["None", "ValidationError"]), None);
        assert_eq!(why_canceled(&[]), None);
    }
}
