//! The permissions that a request to DynamoDB needs: the action, the table or index, and the partitions.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::iam::{Access, arn};

const LEADING_KEYS: &str = "dynamodb:LeadingKeys";
const ATTRIBUTES: &str = "dynamodb:Attributes";
const SELECT: &str = "dynamodb:Select";

/// The partitions that an action accesses in a table; `None` for an action without partitions.
type Touched = BTreeMap<(String, String), Option<Vec<String>>>;

/// `hash` is the partition key attribute of the table; for an index, the partitions are its own.
///
/// A transaction needs the permissions of the actions in it. AWS does not document whether IAM evaluates the items one
/// by one, or all keys of an action at once as in a batch. Here it is at once, which is stricter: what is allowed here
/// is allowed there either way.
pub(crate) fn required_access(operation: &str, body: &Value, hash: &str) -> Vec<Access> {
    let mut touched = Touched::new();
    match operation {
        "GetItem" | "UpdateItem" | "DeleteItem" => touch(&mut touched, operation, body, &body["Key"][hash]),
        "PutItem" => touch(&mut touched, operation, body, &body["Item"][hash]),
        "Query" => touch(&mut touched, operation, body, partition_of_query(body, hash)),
        "BatchGetItem" => {
            for (table, request) in body["RequestItems"].as_object().into_iter().flatten() {
                for key in request["Keys"].as_array().into_iter().flatten() {
                    add(&mut touched, operation, table, &key[hash]);
                }
            }
        }
        "TransactGetItems" | "TransactWriteItems" => {
            for item in body["TransactItems"].as_array().into_iter().flatten() {
                for (part, request) in item.as_object().into_iter().flatten() {
                    let key = if part == "Put" {
                        &request["Item"]
                    } else {
                        &request["Key"]
                    };
                    touch(&mut touched, action_of(part), request, &key[hash]);
                }
            }
        }
        other => {
            let table = body["TableName"].as_str().unwrap_or("*");
            touched.insert((other.to_owned(), table.to_owned()), None);
        }
    }
    let required = touched.into_iter().map(access);
    if operation == "Scan" {
        return required.map(|access| with_attributes(access, body)).collect();
    }
    required.collect()
}

/// The attributes that a scan returns, by which a policy can restrict it. AWS compares those of a filter, too; here they
/// are among those that are returned.
fn with_attributes(access: Access, body: &Value) -> Access {
    let Some(select) = body["Select"].as_str() else {
        return access;
    };
    let projected = body["ProjectionExpression"].as_str().unwrap_or_default();
    let names = projected.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names = names.map(|name| {
        body["ExpressionAttributeNames"][name]
            .as_str()
            .unwrap_or(name)
            .to_owned()
    });
    access.with(ATTRIBUTES, names).with(SELECT, [select.to_owned()])
}

/// The action of a part of a transaction.
fn action_of(part: &str) -> &str {
    match part {
        "Get" => "GetItem",
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        "Delete" => "DeleteItem",
        "ConditionCheck" => "ConditionCheckItem",
        other => other,
    }
}

fn touch(touched: &mut Touched, action: &str, request: &Value, key: &Value) {
    let table = request["TableName"].as_str().unwrap_or_default();
    match request["IndexName"].as_str() {
        Some(index) => add(touched, action, &format!("{table}/index/{index}"), key),
        None => add(touched, action, table, key),
    }
}

/// A malformed key becomes an empty one, which no policy grants.
fn add(touched: &mut Touched, action: &str, table: &str, key: &Value) {
    let partition = key["S"].as_str().unwrap_or_default().to_owned();
    let partitions = touched.entry((action.to_owned(), table.to_owned())).or_default();
    partitions.get_or_insert_default().push(partition);
}

fn access(((action, table), partitions): ((String, String), Option<Vec<String>>)) -> Access {
    let resource = if table.starts_with("arn:") {
        table
    } else {
        arn("dynamodb", &format!("table/{table}"))
    };
    let access = Access::new(format!("dynamodb:{action}"), resource);
    match partitions {
        Some(partitions) => access.with(LEADING_KEYS, partitions),
        None => access,
    }
}

/// The partition key in a key condition: `#partition = :partition AND ...`. In an index it is another attribute.
fn partition_of_query<'b>(body: &'b Value, hash: &str) -> &'b Value {
    let is_index = body["IndexName"].is_string();
    let condition = body["KeyConditionExpression"].as_str().unwrap_or_default();
    let comparisons = condition.split(" AND ").filter_map(|part| part.split_once('='));
    for (left, right) in comparisons.map(|(left, right)| (left.trim(), right.trim())) {
        let name = body["ExpressionAttributeNames"][left].as_str().unwrap_or(left);
        if name == hash || is_index {
            return &body["ExpressionAttributeValues"][right];
        }
    }
    &Value::Null
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn required_for(operation: &str, body: &Value) -> Vec<(String, Option<Vec<String>>)> {
        let required = required_access(operation, body, "pk").into_iter();
        required
            .map(|access| {
                assert_eq!(access.resource, "arn:aws:dynamodb:us-east-1:000000000000:table/t");
                let partitions = access.context.get(LEADING_KEYS).cloned();
                (access.action, partitions)
            })
            .collect()
    }

    fn expected(action: &str, partitions: &[&str]) -> (String, Option<Vec<String>>) {
        let partitions = partitions.iter().map(|partition| (*partition).to_owned());
        (format!("dynamodb:{action}"), Some(partitions.collect()))
    }

    #[test]
    fn a_batch_asks_for_all_its_keys_at_once() {
        let keys =
            json!([{ "pk": { "S": "USER#1" }, "sk": { "S": "A" } }, { "pk": { "S": "EMAIL#a" }, "sk": { "S": "B" } }]);
        let body = json!({ "RequestItems": { "t": { "Keys": keys } } });
        assert_eq!(
            required_for("BatchGetItem", &body),
            [expected("BatchGetItem", &["USER#1", "EMAIL#a"])]
        );
    }

    #[test]
    fn a_transaction_asks_for_the_actions_in_it() {
        let key = |partition: &str| json!({ "pk": { "S": partition }, "sk": { "S": "A" } });
        let body = json!({ "TransactItems": [
            { "Put": { "TableName": "t", "Item": key("USER#1") } },
            { "Update": { "TableName": "t", "Key": key("EMAIL#a") } },
            { "Delete": { "TableName": "t", "Key": key("USER#2") } },
            { "ConditionCheck": { "TableName": "t", "Key": key("USER#3") } },
            { "Put": { "TableName": "t", "Item": key("OUTBOX#1") } },
        ] });
        let expected = [
            expected("ConditionCheckItem", &["USER#3"]),
            expected("DeleteItem", &["USER#2"]),
            expected("PutItem", &["USER#1", "OUTBOX#1"]),
            expected("UpdateItem", &["EMAIL#a"]),
        ];
        assert_eq!(required_for("TransactWriteItems", &body), expected);
    }

    #[test]
    fn a_query_asks_for_the_partition_of_its_key_condition() {
        let query = |condition: &str| {
            json!({
                "TableName": "t",
                "KeyConditionExpression": condition,
                "ExpressionAttributeNames": { "#p": "pk", "#s": "sk" },
                "ExpressionAttributeValues": { ":p": { "S": "USER#1" }, ":s": { "S": "A" } },
            })
        };
        for condition in ["#p = :p AND begins_with(#s, :s)", "#s = :s AND pk = :p", "pk=:p"] {
            assert_eq!(
                required_for("Query", &query(condition)),
                [expected("Query", &["USER#1"])],
                "{condition}"
            );
        }
        // A condition in another form must not be allowed.
        assert_eq!(required_for("Query", &query("(#p = :p)")), [expected("Query", &[""])]);
    }

    #[test]
    fn an_index_is_a_resource_of_its_own() {
        let body = json!({
            "TableName": "t",
            "IndexName": "i",
            "KeyConditionExpression": "kind = :kind",
            "ExpressionAttributeValues": { ":kind": { "S": "user" } },
        });
        let required = required_access("Query", &body, "pk");
        assert_eq!(
            required[0].resource,
            "arn:aws:dynamodb:us-east-1:000000000000:table/t/index/i"
        );
        assert_eq!(required[0].context[LEADING_KEYS], ["user"]);
    }

    #[test]
    fn a_scan_has_no_partition() {
        let body = json!({ "TableName": "t" });
        assert_eq!(required_for("Scan", &body), [("dynamodb:Scan".to_owned(), None)]);
    }

    #[test]
    fn a_scan_asks_for_the_attributes_that_it_returns() {
        let body = json!({
            "TableName": "t",
            "Select": "SPECIFIC_ATTRIBUTES",
            "ProjectionExpression": "#p, sk",
            "ExpressionAttributeNames": { "#p": "pk" },
        });
        let context = required_access("Scan", &body, "pk").remove(0).context;
        assert_eq!(context[ATTRIBUTES], ["pk", "sk"]);
        assert_eq!(context[SELECT], ["SPECIFIC_ATTRIBUTES"]);
    }
}
