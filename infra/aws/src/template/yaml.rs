//! Converts YAML to JSON, with the short tags of templates in their long form: `!Ref X` becomes `{"Ref": "X"}`.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

pub(super) fn parse(text: &str) -> Result<Value, serde_yaml_ng::Error> {
    into_json(serde_yaml_ng::from_str(text)?)
}

fn into_json(yaml: Yaml) -> Result<Value, serde_yaml_ng::Error> {
    match yaml {
        Yaml::Sequence(items) => items.into_iter().map(into_json).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| Ok((key_text(key)?, into_json(value)?)));
            Ok(Value::Object(
                entries.collect::<Result<Map<_, _>, serde_yaml_ng::Error>>()?,
            ))
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            Ok(json!({ name: into_json(tagged.value)? }))
        }
        plain => serde_yaml_ng::from_value(plain),
    }
}

/// JSON keys are text; `200:` in a list of responses is a number in YAML.
fn key_text(key: Yaml) -> Result<String, serde_yaml_ng::Error> {
    match key {
        Yaml::String(text) => Ok(text),
        other => Ok(serde_yaml_ng::to_string(&other)?.trim_end().to_owned()),
    }
}
