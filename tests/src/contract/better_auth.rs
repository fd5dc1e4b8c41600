//! Where the service departs from the Better Auth document on purpose, each line with its reason: the document is that
//! of framework 1.2, and where it and the official client disagree, the client wins.

use serde_json::{Value, json};

use super::departures::{ANY, Departures, Name};

pub(super) static BETTER_AUTH: Departures = Departures {
    rewrite,
    renamed: &[
        // Framework 1.3 renamed it; 1.2 clients still call the documented one.
        (("POST", "/request-password-reset"), ("POST", "/forget-password")),
        // The newer client asks with GET, the documented one with POST.
        (
            ("GET", "/passkey/generate-authenticate-options"),
            ("POST", "/passkey/generate-authenticate-options"),
        ),
        // The newer client refreshes a cached session with POST.
        (("POST", "/get-session"), ("GET", "/get-session")),
    ],
    // What clients of framework 1.7 can call beyond the documented 1.2.
    additional: &[
        ("POST", "/update-session"),
        // The plugin for JWTs.
        ("GET", "/token"),
        ("GET", "/jwks"),
        ("POST", "/verify-password"),
        ("GET", "/account-info"),
        // The way back from a social provider, which the document leaves out though `/sign-in/social` needs it.
        ("GET", "/callback/{provider}"),
        ("POST", "/callback/{provider}"),
        ("POST", "/is-username-available"),
        // Where the framework has programs within the server ask, ours ask from outside.
        ("POST", "/api-key/verify"),
        ("GET", "/admin/get-user"),
        ("POST", "/admin/update-user"),
        ("GET", "/organization/get-organization"),
        ("GET", "/organization/list-members"),
        ("GET", "/organization/get-active-member-role"),
        ("GET", "/organization/list-user-invitations"),
        ("POST", "/organization/create-team"),
        ("POST", "/organization/update-team"),
        ("POST", "/organization/remove-team"),
        ("GET", "/organization/list-teams"),
        ("POST", "/organization/set-active-team"),
        ("GET", "/organization/list-user-teams"),
        ("GET", "/organization/list-team-members"),
        ("POST", "/organization/add-team-member"),
        ("POST", "/organization/remove-team-member"),
    ],
    null: &[
        // "Not signed in" is no error to the client; after an error it would keep the state of before.
        ("GET", "/get-session"),
        // None is active.
        ("GET", "/organization/get-full-organization"),
        // Asked with a null id, which makes none active.
        ("POST", "/organization/set-active"),
    ],
    statuses: &[
        // The address is taken: so in every version of the framework, and applications look at it.
        (("POST", "/sign-up/email"), 422, "400"),
        // A username that breaks the rules for usernames.
        (("POST", "/sign-in/username"), 422, "400"),
        // A body that is neither JSON nor a form.
        (("POST", ANY), 415, "400"),
    ],
    // Without a session, or for what does not exist: clients look at the status alone.
    empty: &[401, 404],
};

/// The one form in which the framework writes a time. Clients make a `Date` of it, and leave text of other forms as text.
const DATE: &str = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$";

/// Schemas of 200 answers, or parts of them, where the framework has answered otherwise in every version.
const SCHEMAS: [(Name, &str, &str); 9] = [
    // With a `callbackURL`, the client is sent there.
    (
        ("POST", "/sign-in/email"),
        "/anyOf/0/properties/redirect",
        r#"{"type": "boolean"}"#,
    ),
    (
        ("POST", "/sign-in/email"),
        "/anyOf/0/properties/url",
        r#"{"type": ["string", "null"]}"#,
    ),
    // `metadata` is an object in these two; the listings have the documented string of JSON.
    (("POST", "/organization/create"), "", ORGANIZATION),
    (("POST", "/organization/update"), "", ORGANIZATION),
    // An object, as `create` documents it: the string of JSON is what the framework keeps, and no version shows it.
    (("GET", "/api-key/get"), "/properties/permissions", PERMISSIONS),
    (("GET", "/api-key/list"), "/items/properties/permissions", PERMISSIONS),
    (("POST", "/api-key/update"), "/properties/permissions", PERMISSIONS),
    // "Included unless disableSession is true".
    (("POST", "/two-factor/verify-backup-code"), "/required", r#"["user"]"#),
    // The organization that was deleted, not a bare string.
    (
        ("POST", "/organization/delete"),
        "",
        r##"{"$ref": "#/components/schemas/Organization"}"##,
    ),
];

const PERMISSIONS: &str =
    r#"{"type": ["object", "null"], "additionalProperties": {"type": "array", "items": {"type": "string"}}}"#;

const ORGANIZATION: &str = r#"{
    "type": "object",
    "required": ["id", "name", "slug", "createdAt"],
    "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "slug": {"type": "string"}, "logo": {"type": "string"},
        "createdAt": {"type": "string", "format": "date-time"}, "metadata": {"type": "object"}
    }
}"#;

fn rewrite(root: &mut Value) {
    for ((method, path), part, schema) in SCHEMAS {
        let operation = format!("/paths/{}/{}", path.replace('/', "~1"), method.to_ascii_lowercase());
        let pointer = format!("{operation}/responses/200/content/application~1json/schema{part}");
        let documented = root.pointer_mut(&pointer).expect("the document has the operation");
        *documented = serde_json::from_str(schema).expect("a schema is JSON");
    }
    read_as_the_client_does(root);
}

/// Says in the schemas what the document says in prose, or not at all.
fn read_as_the_client_does(value: &mut Value) {
    if let Value::Object(schema) = value {
        allow_null_for_optional(schema);
        if schema.get("format").is_some_and(|format| format == "date-time") {
            schema.insert("pattern".to_owned(), json!(DATE));
        }
        // A callback on this site may be a bare path (RFC 9110, 10.2.2), and the client follows it.
        if let Some(format) = schema
            .get_mut("Location")
            .and_then(|location| location.pointer_mut("/schema/format"))
        {
            *format = json!("uri-reference");
        }
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(read_as_the_client_does),
        Value::Object(members) => members.values_mut().for_each(read_as_the_client_does),
        _ => {}
    }
}

/// "Response fields that are not required and have no value are left out or null."
fn allow_null_for_optional(schema: &mut serde_json::Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_optional = |name: &str| {
        !required
            .as_array()
            .is_some_and(|names| names.iter().any(|other| other == name))
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties
            .iter_mut()
            .filter(|(name, _)| is_optional(name))
            .for_each(|(_, property)| allow_null(property));
    }
}

/// In place where the schema has a plain type, so that its messages stay short.
fn allow_null(schema: &mut Value) {
    match schema.get_mut("type") {
        None => *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] }),
        Some(Value::Array(kinds)) if kinds.contains(&Value::from("null")) => {}
        Some(Value::Array(kinds)) => kinds.push("null".into()),
        Some(kind) if kind == "null" => {}
        Some(kind) => *kind = json!([kind.take(), "null"]),
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}
