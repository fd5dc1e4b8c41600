//! Auth0, as JSON lines: the export of users, the export of password hashes, and the schema of its import with
//! `custom_password_hash` and `mfa_factors`. Lines with the same id are one user, so that the export of users and that of
//! the hashes can be written one after the other into one file.

use serde_json::{Map, Value};
use shared::domain::{ImportSource, PasswordHash, TotpSecret, UserStatus};
use shared::passwords::imported::{
    ImportedHash, SaltPosition, ScryptCost, UnusableHash, from_base64, from_hex, read_hash,
};

use super::{Fields, Merged, NO_OBJECT, Row, json_lines};
use crate::transfer::row::{Draft, FoundIdentity};

/// The provider of users with a password, and of users with a code by mail.
const OWN: [&str; 2] = ["auth0", "email"];

pub fn read(text: &str) -> Vec<Row> {
    let (mut merged, mut rows) = (Merged::default(), Vec::new());
    for (number, line) in json_lines(text) {
        match line.as_ref().map(|line| id_of(Fields(line))) {
            Some(Some(id)) => merged.add(number, &id, line.unwrap_or_default()),
            Some(None) => rows.push(Row::rejected(number, None, "the row has no id")),
            None => rows.push(Row::rejected(number, None, NO_OBJECT)),
        }
    }
    let users = merged.objects.iter();
    rows.extend(users.map(|(number, user)| Row::new(*number, ImportSource::Auth0, draft(user))));
    rows.sort_by_key(|row| row.number);
    rows
}

/// `auth0|...`. The export of hashes has the part after the bar alone.
fn id_of(fields: Fields<'_>) -> Option<String> {
    if let Some(id) = fields.text(&["user_id"]) {
        return Some(if id.contains('|') { id } else { format!("auth0|{id}") });
    }
    let own = fields.text(&["alt_id"]);
    let own = own.or_else(|| fields.object(&["_id"])?.text(&["$oid"]));
    own.or_else(|| fields.text(&["_id"])).map(|own| format!("auth0|{own}"))
}

fn draft(user: &Map<String, Value>) -> Draft {
    let fields = Fields(user);
    let identifiers = fields
        .list(&["identifiers"])
        .iter()
        .filter_map(Value::as_object)
        .map(Fields);
    let identifier = identifiers
        .into_iter()
        .find(|found| found.text(&["type"]).as_deref() == Some("email"));
    let mut draft = Draft {
        id: id_of(fields),
        email: fields.text(&["email"]).or_else(|| identifier?.text(&["value"])),
        email_verified: match fields.value(&["email_verified"]) {
            Some(_) => fields.is_set(&["email_verified"]),
            None => identifier.is_some_and(|found| found.is_set(&["verified"])),
        },
        name: fields.text(&["name"]),
        given_name: fields.text(&["given_name"]),
        family_name: fields.text(&["family_name"]),
        image: fields.text(&["picture"]),
        username: fields.text(&["username"]),
        status: fields.is_set(&["blocked"]).then(|| UserStatus::Banned {
            reason: "blocked at Auth0".to_owned(),
            until: None,
            former: Box::new(UserStatus::Active),
        }),
        password: password_of(fields),
        has_second_factor: !fields.list(&["multifactor"]).is_empty(),
        created_at: fields.time(&["created_at"]),
        ..Draft::default()
    };
    for identity in fields
        .list(&["identities"])
        .iter()
        .filter_map(Value::as_object)
        .map(Fields)
    {
        let provider = identity.text(&["provider"]).unwrap_or_default();
        if !OWN.contains(&provider.as_str()) {
            let subject = identity.text(&["user_id"]).unwrap_or_default();
            draft.identities.push(FoundIdentity::new(provider, subject));
        }
    }
    for factor in fields
        .list(&["mfa_factors"])
        .iter()
        .filter_map(Value::as_object)
        .map(Fields)
    {
        draft.has_second_factor = true;
        if let Some(totp) = factor.object(&["totp"]) {
            draft.totp = totp
                .text(&["secret"])
                .and_then(|secret| TotpSecret::from_base32(&secret));
        }
    }
    draft
}

fn password_of(fields: Fields<'_>) -> Option<Result<PasswordHash, UnusableHash>> {
    if let Some(hash) = fields.text(&["passwordHash", "password_hash"]) {
        return Some(read_hash(&hash));
    }
    let custom = fields.object(&["custom_password_hash"])?;
    Some(custom_hash(custom).unwrap_or(Err(UnusableHash::Unknown)))
}

/// `None`: a member is missing or malformed, or the algorithm is one that is not imported.
fn custom_hash(custom: Fields<'_>) -> Option<Result<PasswordHash, UnusableHash>> {
    let hash = custom.object(&["hash"])?;
    let value = hash.text(&["value"])?;
    let encoded = |from: Fields<'_>, default: &str| {
        let value = from.text(&["value"])?;
        let encoding = from.text(&["encoding"]).unwrap_or_else(|| default.to_owned());
        match encoding.as_str() {
            "hex" => from_hex(&value),
            "base64" => from_base64(&value),
            "utf8" => Some(value.into_bytes()),
            _ => None,
        }
    };
    // Other encodings of the password itself are rare, and would have to be stored.
    let is_utf8 = custom
        .object(&["password"])
        .and_then(|password| password.text(&["encoding"]))
        .is_none_or(|encoding| encoding == "utf8");
    if !is_utf8 {
        return None;
    }
    let salt = custom.object(&["salt"]);
    let number = |name: &str, default: u64| match custom.value(&[name]) {
        Some(value) => value.as_u64(),
        None => Some(default),
    };
    match custom.text(&["algorithm"])?.as_str() {
        "bcrypt" | "argon2" | "pbkdf2" => Some(read_hash(&value)),
        "sha256" => {
            let salt = salt?;
            let position = match salt.text(&["position"]).as_deref() {
                None | Some("prefix") => SaltPosition::Prefix,
                Some("suffix") => SaltPosition::Suffix,
                Some(_) => return None,
            };
            let hash = ImportedHash::salted_sha256(position, &encoded(salt, "utf8")?, &encoded(hash, "hex")?);
            Some(hash.map(ImportedHash::into_stored))
        }
        "scrypt" => {
            let n = number("cost", 16384)?;
            if !n.is_power_of_two() {
                return None;
            }
            let cost = ScryptCost {
                log_n: u8::try_from(n.ilog2()).ok()?,
                block_size: u32::try_from(number("blockSize", 8)?).ok()?,
                parallelism: u32::try_from(number("parallelization", 1)?).ok()?,
            };
            let hash = ImportedHash::scrypt(cost, &encoded(salt?, "utf8")?, &encoded(hash, "base64")?);
            Some(hash.map(ImportedHash::into_stored))
        }
        _ => None,
    }
}
