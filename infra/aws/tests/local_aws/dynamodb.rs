//! DynamoDB through the official client: items, transactions, capacity, expiry.

use std::{collections::HashMap, time::Duration};

use crate::common::{Folder, TABLE, TEMPLATE, dynamodb, start, start_in};
use aws_sdk_dynamodb::{
    Client,
    error::ProvideErrorMetadata as _,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, ConditionCheck, Get, KeysAndAttributes, Put, ReturnConsumedCapacity, TransactGetItem,
        TransactWriteItem, Update,
    },
};
use local_aws::{CreateTableError, template::Template};

type Item = HashMap<String, AttributeValue>;

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn key(pk: &str) -> Item {
    HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text("a"))])
}

async fn put(client: &Client, item: Item) {
    client
        .put_item()
        .table_name(TABLE)
        .set_item(Some(item))
        .send()
        .await
        .unwrap();
}

/// An item of a little less than the given size.
fn sized(pk: &str, bytes: usize) -> Item {
    let mut item = key(pk);
    item.insert("filler".to_owned(), text(&"x".repeat(bytes - 50)));
    item
}

#[tokio::test]
async fn an_item_is_read_as_it_was_put() {
    let aws = start().await;
    let client = dynamodb(&aws);
    put(&client, sized("user", 300_000)).await;
    let got = client
        .get_item()
        .table_name(TABLE)
        .set_key(Some(key("user")))
        .send()
        .await
        .unwrap();
    assert_eq!(got.item, Some(sized("user", 300_000)));
}

#[tokio::test]
async fn a_failed_condition_cancels_the_transaction_and_is_identified() {
    let aws = start().await;
    let client = dynamodb(&aws);
    put(&client, key("taken")).await;
    let create = |pk| {
        let condition = "attribute_not_exists(pk)";
        let put = Put::builder()
            .table_name(TABLE)
            .set_item(Some(key(pk)))
            .condition_expression(condition);
        TransactWriteItem::builder().put(put.build().unwrap()).build()
    };
    let request = client
        .transact_write_items()
        .transact_items(create("free"))
        .transact_items(create("taken"));
    let error = request.send().await.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(reasons) = error else {
        panic!("{error:?}");
    };
    let codes: Vec<_> = reasons
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    let free = client
        .get_item()
        .table_name(TABLE)
        .set_key(Some(key("free")))
        .send()
        .await
        .unwrap();
    assert_eq!(free.item, None);
}

#[tokio::test]
async fn reads_cost_one_unit_per_four_kilobytes_and_half_of_it_if_not_consistent() {
    let aws = start().await;
    let client = dynamodb(&aws);
    put(&client, sized("small", 1_000)).await;
    put(&client, sized("large", 9_000)).await;
    for (pk, consistent, units) in [
        ("small", true, 1.0),
        ("small", false, 0.5),
        ("large", true, 3.0),
        ("large", false, 1.5),
        ("none", true, 1.0),
    ] {
        let get = client
            .get_item()
            .table_name(TABLE)
            .set_key(Some(key(pk)))
            .consistent_read(consistent);
        let got = get
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .unwrap();
        assert_eq!(
            got.consumed_capacity.unwrap().capacity_units,
            Some(units),
            "GetItem {pk} {consistent}"
        );

        let query = client
            .query()
            .table_name(TABLE)
            .key_condition_expression("pk = :pk")
            .consistent_read(consistent);
        let query = query.expression_attribute_values(":pk", text(pk));
        let found = query
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .unwrap();
        assert_eq!(
            found.consumed_capacity.unwrap().capacity_units,
            Some(units),
            "Query {pk} {consistent}"
        );
    }
    for (consistent, units) in [(true, 4.0), (false, 2.0)] {
        let keys = KeysAndAttributes::builder()
            .keys(key("small"))
            .keys(key("large"))
            .consistent_read(consistent);
        let get = client.batch_get_item().request_items(TABLE, keys.build().unwrap());
        let got = get
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .unwrap();
        assert_eq!(
            got.consumed_capacity()[0].capacity_units,
            Some(units),
            "BatchGetItem {consistent}"
        );
    }
}

#[tokio::test]
async fn expired_items_are_deleted_by_the_sweep() {
    let aws = start().await;
    let client = dynamodb(&aws);
    let expires = |pk: &str, at: &str| {
        let mut item = key(pk);
        item.insert("ttl".to_owned(), AttributeValue::N(at.to_owned()));
        item
    };
    put(&client, expires("old", "1700000000")).await;
    put(&client, expires("young", "4000000000")).await;
    assert_eq!(aws.sweep_expired(), 1);
    let left = client.scan().table_name(TABLE).send().await.unwrap();
    assert_eq!(left.items(), [expires("young", "4000000000")]);
}

#[tokio::test]
async fn an_unknown_operation_is_refused_with_the_error_of_the_service() {
    let aws = start().await;
    let error = dynamodb(&aws).list_backups().send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownOperationException"));
}

#[tokio::test]
async fn items_are_kept_across_restarts() {
    let folder = Folder::new();
    let aws = start_in(Some(folder.path())).await;
    put(&dynamodb(&aws), key("user")).await;
    drop(aws);

    let aws = start_in(Some(folder.path())).await;
    let got = dynamodb(&aws)
        .get_item()
        .table_name(TABLE)
        .set_key(Some(key("user")))
        .send()
        .await
        .unwrap();
    assert_eq!(got.item, Some(key("user")));
}

#[tokio::test]
async fn an_existing_table_with_other_indexes_is_an_error() {
    let aws = start().await;
    let template = Template::parse(&TEMPLATE.replace("gsi1\n", "gsi2\n")).unwrap();
    let error = aws.create_table(&template, TABLE).unwrap_err();
    assert!(matches!(error, CreateTableError::Differs { .. }), "{error:?}");
}

fn update(pk: &str) -> TransactWriteItem {
    let update = Update::builder()
        .table_name(TABLE)
        .set_key(Some(key(pk)))
        .update_expression("ADD hits :one")
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
    TransactWriteItem::builder().update(update.build().unwrap()).build()
}

fn check(pk: &str) -> TransactWriteItem {
    let check = ConditionCheck::builder()
        .table_name(TABLE)
        .set_key(Some(key(pk)))
        .condition_expression("attribute_not_exists(hits)");
    TransactWriteItem::builder()
        .condition_check(check.build().unwrap())
        .build()
}

fn insert(pk: &str) -> TransactWriteItem {
    let put = Put::builder().table_name(TABLE).set_item(Some(key(pk)));
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

/// The reasons for which a transaction was canceled, in the order of its items; empty when it succeeded.
async fn transact(client: &Client, items: impl IntoIterator<Item = TransactWriteItem>) -> Vec<String> {
    let items = Some(items.into_iter().collect());
    let Err(error) = client.transact_write_items().set_transact_items(items).send().await else {
        return Vec::new();
    };
    match error.into_service_error() {
        TransactWriteItemsError::TransactionCanceledException(canceled) => {
            let reasons = canceled.cancellation_reasons.unwrap_or_default().into_iter();
            reasons.map(|reason| reason.code.unwrap()).collect()
        }
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn an_ongoing_transaction_conflicts_with_writes_of_its_items_alone() {
    let aws = start().await;
    aws.set_transaction_time(Some(Duration::from_millis(500)));
    let client = dynamodb(&aws);
    let ongoing = tokio::spawn({
        let client = client.clone();
        async move { transact(&client, [update("a"), check("b"), insert("c")]).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;

    for item in ["a", "b", "c"] {
        for write in [update(item), check(item), insert(item)] {
            let reasons = transact(&client, [check("x"), write]).await;
            assert_eq!(reasons, ["None", "TransactionConflict"], "{item}");
        }
        let conflict = Some("TransactionConflictException");
        let put = client.put_item().table_name(TABLE).set_item(Some(key(item)));
        assert_eq!(put.send().await.unwrap_err().code(), conflict);
        let delete = client.delete_item().table_name(TABLE).set_key(Some(key(item)));
        assert_eq!(delete.send().await.unwrap_err().code(), conflict);
        let update = client.update_item().table_name(TABLE).set_key(Some(key(item)));
        assert_eq!(update.send().await.unwrap_err().code(), conflict);
        let read = Get::builder().table_name(TABLE).set_key(Some(key(item))).build();
        let read = TransactGetItem::builder().get(read.unwrap()).build();
        let error = client
            .transact_get_items()
            .transact_items(read)
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("TransactionCanceledException"));
        let read = client.get_item().table_name(TABLE).set_key(Some(key(item)));
        assert_eq!(read.send().await.unwrap().item, None);
    }
    put(&client, key("d")).await;

    assert!(ongoing.await.unwrap().is_empty());
    put(&client, key("a")).await;
}

#[tokio::test]
async fn there_are_no_conflicts_unless_asked_for() {
    let aws = start().await;
    let client = dynamodb(&aws);
    let transactions = (0..32).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { transact(&client, [update("a")]).await })
    });
    for transaction in transactions.collect::<Vec<_>>() {
        assert!(transaction.await.unwrap().is_empty());
    }
}
