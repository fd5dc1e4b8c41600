//! A contract file as a table: operation, status, headers, content. References within the file are followed here; the
//! schemas stay as they are until `schema.rs` compiles them.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::Operation;
use super::schema::{Mismatch, Schema};

#[derive(Debug)]
pub(super) struct Document {
    base: String,
    pub entries: Vec<Entry>,
}

/// An operation and what it may answer, by the status as the file spells it.
#[derive(Debug)]
pub(super) struct Entry {
    pub operation: Operation,
    /// Its path without the base path.
    pub template: String,
    pub answers: BTreeMap<String, Answer>,
}

#[derive(Debug)]
pub(super) struct Answer {
    headers: Vec<Header>,
    /// By media type.
    pub content: BTreeMap<String, Schema>,
}

#[derive(Debug)]
struct Header {
    name: String,
    required: bool,
    schema: Schema,
}

impl Document {
    pub fn new(root: &Value) -> Self {
        let base = text(&root["servers"][0], "url");
        let reader = Reader {
            root,
            components: Arc::new(root["components"].clone()),
        };
        let mut entries = Vec::new();
        for (path, item) in members(&root["paths"]) {
            for (method, operation) in members(item) {
                entries.push(reader.entry(&base, path, method, operation));
            }
        }
        Self { base, entries }
    }

    /// A path without the base path, as the file spells it; `None` for a path elsewhere.
    pub fn relative<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(&self.base)
    }

    /// The operation whose template fits best: `/users/bulk` rather than `/users/{id}`.
    pub fn find(&self, method: &str, relative: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.operation.method.eq_ignore_ascii_case(method))
            .filter(|entry| fits(&entry.template, relative))
            .min_by_key(|entry| entry.template.matches('{').count())
    }
}

/// Whether a path is one of a template: a `{parameter}` stands for one segment that is not empty.
pub(super) fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(expected, segment)| {
            if expected.starts_with('{') {
                !segment.is_empty()
            } else {
                *expected == segment
            }
        })
}

impl Answer {
    /// Each documented header has the documented form, and each required one is there.
    pub fn check_headers(&self, headers: &HeaderMap) -> Result<(), Mismatch> {
        for Header { name, required, schema } in &self.headers {
            let Some(value) = headers.get(name) else {
                if *required {
                    return Err(Mismatch::at(name, "the header is missing"));
                }
                continue;
            };
            let value = value
                .to_str()
                .map_err(|_| Mismatch::at(name, "the header is not text"))?;
            let as_text = schema.check(&Value::from(value));
            let fits = match value.parse::<i64>() {
                Ok(number) => as_text.or_else(|_| schema.check(&Value::from(number))),
                Err(_) => as_text,
            };
            fits.map_err(|mismatch| Mismatch::at(name, &mismatch.problem))?;
        }
        Ok(())
    }

    /// A body that is there, against the schema of its media type.
    pub fn check_body(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<(), Mismatch> {
        if self.content.is_empty() {
            // RFC 9110, 15.3.5: a 204 has no content. Other answers without a documented body may have one.
            return if status == 204 {
                Err(Mismatch::whole("a 204 has a body"))
            } else {
                Ok(())
            };
        }
        let sent = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some(schema) = self.content.get(&essence) else {
            let documented: Vec<_> = self.content.keys().map(String::as_str).collect();
            let problem = format!("{sent:?} where {} is documented", documented.join(" or "));
            return Err(Mismatch::at("Content-Type", &problem));
        };
        let value = if essence == "application/json" {
            serde_json::from_slice(body).map_err(|error| Mismatch::whole(&format!("the body is not JSON: {error}")))?
        } else {
            Value::from(String::from_utf8_lossy(body))
        };
        schema.check(&value)
    }
}

/// Reads the parts of one file into the table.
struct Reader<'a> {
    root: &'a Value,
    components: Arc<Value>,
}

impl Reader<'_> {
    fn entry(&self, base: &str, template: &str, method: &str, operation: &Value) -> Entry {
        let answers = members(&operation["responses"])
            .map(|(status, answer)| (status.clone(), self.answer(self.resolve(answer))))
            .collect();
        let operation = Operation {
            method: method.to_ascii_uppercase(),
            path: format!("{base}{template}"),
            operation_id: text(operation, "operationId"),
            summary: text(operation, "summary"),
            capability: text(operation, "x-capability"),
            principal: text(operation, "x-principal"),
        };
        Entry {
            operation,
            template: template.to_owned(),
            answers,
        }
    }

    fn answer(&self, answer: &Value) -> Answer {
        let headers = members(&answer["headers"])
            .map(|(name, header)| {
                let header = self.resolve(header);
                let required = header["required"].as_bool().unwrap_or(false);
                Header {
                    name: name.clone(),
                    required,
                    schema: self.schema(&header["schema"]),
                }
            })
            .collect();
        let content = members(&answer["content"])
            .map(|(media, content)| (media.clone(), self.schema(&content["schema"])))
            .collect();
        Answer { headers, content }
    }

    fn schema(&self, source: &Value) -> Schema {
        Schema::new(source.clone(), Arc::clone(&self.components))
    }

    fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => self.resolve(self.root.pointer(pointer).expect("a reference leads somewhere")),
            None => value,
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
