//! `auth.users` of Supabase as CSV. Two further columns, which the query in `docs/import.md` adds, have the identities at
//! providers and the secret of the authenticator app.

use jiff::Timestamp;
use serde_json::{Map, Value};
use shared::domain::{ImportSource, TotpSecret, UserStatus};
use shared::passwords::imported::read_hash;

use super::{Fields, Row, csv_records};
use crate::Misuse;
use crate::transfer::row::{Draft, FoundIdentity};

/// Entries of `auth.identities` that are no identity at a provider.
const OWN: [&str; 2] = ["email", "phone"];

pub fn read(text: &str) -> Result<Vec<Row>, Misuse> {
    let records = csv_records(text, &["id", "email", "encrypted_password", "email_confirmed_at"])?;
    let rows = records.into_iter().map(|(number, record)| match record {
        Some(record) if Fields(&record).value(&["deleted_at"]).is_some() => {
            Row::rejected(number, Fields(&record).text(&["id"]), "the user was deleted")
        }
        Some(record) => Row::new(number, ImportSource::Supabase, draft(&record)),
        None => Row::rejected(number, None, "the row has another number of fields than the header"),
    });
    Ok(rows.collect())
}

fn draft(record: &Map<String, Value>) -> Draft {
    let fields = Fields(record);
    let metadata = fields.json(&["raw_user_meta_data"]);
    let metadata = metadata.as_ref().and_then(Value::as_object).map(Fields);
    let of_metadata = |names: &[&str]| metadata?.text(names);
    let mut draft = Draft {
        id: fields.text(&["id"]),
        email: fields.text(&["email"]),
        email_verified: fields.value(&["email_confirmed_at"]).is_some(),
        name: of_metadata(&["full_name", "name"]),
        given_name: of_metadata(&["first_name", "given_name"]),
        family_name: of_metadata(&["last_name", "family_name"]),
        image: of_metadata(&["avatar_url", "picture"]),
        status: banned(fields.time(&["banned_until"])),
        password: fields.text(&["encrypted_password"]).map(|hash| read_hash(&hash)),
        created_at: fields.time(&["created_at"]),
        ..Draft::default()
    };
    let identities = fields.json(&["identities"]);
    for identity in identities.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let Some(identity) = identity.as_object().map(Fields) else {
            continue;
        };
        let provider = identity.text(&["provider"]).unwrap_or_default();
        if !OWN.contains(&provider.as_str()) {
            let subject = identity.text(&["provider_id"]).unwrap_or_default();
            draft.identities.push(FoundIdentity::new(provider, subject));
        }
    }
    if let Some(secret) = fields.text(&["totp_secret"]) {
        draft.has_second_factor = true;
        draft.totp = TotpSecret::from_base32(&secret);
        if draft.totp.is_none() {
            // Projects may encrypt the column with a key of their own.
            draft.note("the authenticator app was left out: its secret is encrypted or malformed");
        }
    }
    draft
}

fn banned(until: Option<Timestamp>) -> Option<UserStatus> {
    until.map(|until| UserStatus::Banned {
        reason: "banned at Supabase".to_owned(),
        until: Some(until),
        former: Box::new(UserStatus::Active),
    })
}
