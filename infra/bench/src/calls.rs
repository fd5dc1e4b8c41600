//! The number of AWS calls per request, from the local service's `GET /_local/calls.json`: counts by route, since the
//! start of the service. The parser relies only on the route and the numbers under it, so counts may be added to the
//! document, or be nested, without a change here.

use serde_json::Value;
use std::collections::BTreeMap;

/// The numbers under one route, by their path within its entry.
#[derive(Debug, Default, PartialEq)]
pub struct Counts(BTreeMap<String, f64>);

impl Counts {
    /// The route is found by its path, as a key (`"GET /api/auth/get-session": ..`) or within an entry
    /// (`{"route": "GET /api/auth/get-session", ..}`).
    pub fn of(document: &Value, path: &str) -> Self {
        let mut counts = Self::default();
        counts.collect(document, path, None);
        counts
    }

    /// `name` is the current path within the route's entry, `None` outside of it.
    fn collect(&mut self, value: &Value, path: &str, name: Option<&str>) {
        match value {
            Value::Number(number) => {
                if let (Some(name), Some(number)) = (name, number.as_f64()) {
                    let name = if name.is_empty() { "calls" } else { name };
                    *self.0.entry(name.to_owned()).or_default() += number;
                }
            }
            Value::Object(fields) => {
                let names_route = |value: &Value| value.as_str().is_some_and(|text| text.ends_with(path));
                let name = name.or_else(|| fields.values().any(names_route).then_some(""));
                for (key, value) in fields {
                    match name {
                        None if key.ends_with(path) => self.collect(value, path, Some("")),
                        None => self.collect(value, path, None),
                        Some("") => self.collect(value, path, Some(key)),
                        Some(name) => self.collect(value, path, Some(&format!("{name}.{key}"))),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, path, name)),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }

    /// The calls per request of the `requests` requests between `before` and this: `dynamodb.GetItem 1.00, rcu 2.00`.
    /// Values under `last` are no sums, and are omitted.
    pub fn per_request(&self, before: &Self, requests: u32) -> String {
        let sums = self.0.iter().filter(|(name, _)| !name.starts_with("last."));
        let grown = sums.filter_map(|(name, count)| {
            let each = (count - before.0.get(name).unwrap_or(&0.0)) / f64::from(requests);
            (each > 0.0).then(|| format!("{name} {each:.2}"))
        });
        grown.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PATH: &str = "/api/auth/get-session";

    fn counts(document: &Value) -> Vec<(String, f64)> {
        Counts::of(document, PATH).0.into_iter().collect()
    }

    #[test]
    fn a_plain_count_by_route() {
        let document = json!({ "GET /api/auth/get-session": 7, "POST /api/auth/sign-in/email": 9 });
        assert_eq!(counts(&document), [("calls".to_owned(), 7.0)]);
    }

    #[test]
    fn nested_counts_keep_their_names() {
        let document = json!({ "since": 5, "routes": { "GET /api/auth/get-session": {
            "requests": 2, "calls": { "GetItem": 4 }, "capacity": { "read": 1.5 }, "note": "x" } } });
        let expected = [("calls.GetItem", 4.0), ("capacity.read", 1.5), ("requests", 2.0)];
        assert_eq!(
            counts(&document),
            expected.map(|(name, count)| (name.to_owned(), count))
        );
    }

    #[test]
    fn a_list_of_entries() {
        let document = json!([
            { "route": "GET /api/auth/get-session", "calls": 3 },
            { "route": "POST /api/auth/sign-in/email", "calls": 8 },
        ]);
        assert_eq!(counts(&document), [("calls".to_owned(), 3.0)]);
    }

    #[test]
    fn growth_is_divided_by_the_requests() {
        let before = Counts::of(&json!({ PATH: { "GetItem": 10, "PutItem": 4 } }), PATH);
        let after = json!({ PATH: { "GetItem": 30, "PutItem": 4, "Query": 5, "last": { "GetItem": 1 } } });
        let after = Counts::of(&after, PATH);
        assert_eq!(after.per_request(&before, 20), "GetItem 1.00, Query 0.25");
        assert_eq!(after.per_request(&after, 20), "");
    }
}
