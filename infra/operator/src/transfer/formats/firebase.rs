//! The JSON file of `firebase auth:export`. The hashes are those of Firebase's scrypt, whose parameters the console of the
//! project shows as text.

use std::path::Path;

use serde_json::{Map, Value};
use shared::domain::{ImportSource, PasswordHash, UserStatus};
use shared::passwords::imported::{ImportedHash, ScryptCost, UnusableHash, from_base64};

use super::{Fields, Row};
use crate::Misuse;
use crate::transfer::row::{Draft, FoundIdentity};

/// Entries of `providerUserInfo` that are no identity at a provider.
const OWN: [&str; 2] = ["password", "phone"];

/// The parameters of a project's hashes. The signer key is a secret, so it is in a file and not an argument.
pub struct HashConfig {
    cost: ScryptCost,
    salt_separator: Vec<u8>,
    signer_key: Vec<u8>,
}

impl HashConfig {
    /// Reads the text that the console shows: `hash_config { algorithm: SCRYPT, ... }`.
    pub fn read(file: &Path) -> Result<Self, Misuse> {
        let text = std::fs::read_to_string(file).map_err(|error| Misuse::unusable(file, error))?;
        Self::parse(&text).ok_or(Misuse::Format("no hash_config of Firebase with the algorithm SCRYPT"))
    }

    fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let (_, rest) = text.split_once(name)?;
            let rest = rest.trim_start_matches(['"', ' ', ':']);
            rest.split([',', '\n', '}'])
                .next()
                .map(|value| value.trim().trim_matches('"'))
        };
        if value("algorithm")? != "SCRYPT" {
            return None;
        }
        Some(Self {
            cost: ScryptCost {
                log_n: value("mem_cost")?.parse().ok()?,
                block_size: value("rounds")?.parse().ok()?,
                parallelism: 1,
            },
            salt_separator: from_base64(value("base64_salt_separator")?)?,
            signer_key: from_base64(value("base64_signer_key")?)?,
        })
    }

    fn hash(&self, salt: &str, hash: &str) -> Result<PasswordHash, UnusableHash> {
        let (salt, hash) = from_base64(salt).zip(from_base64(hash)).ok_or(UnusableHash::Unknown)?;
        let salt = [salt.as_slice(), &self.salt_separator].concat();
        let hash = ImportedHash::firebase_scrypt(self.cost, salt, &self.signer_key, &hash)?;
        Ok(hash.into_stored())
    }
}

impl std::fmt::Debug for HashConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HashConfig")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

pub fn read(text: &str, config: Option<&HashConfig>) -> Result<Vec<Row>, Misuse> {
    let file: Value = serde_json::from_str(text).map_err(|_| Misuse::Format("no JSON file"))?;
    let users = file["users"]
        .as_array()
        .ok_or(Misuse::Format("no JSON file with a list `users`"))?;
    let rows = users.iter().enumerate().map(|(at, user)| match user.as_object() {
        Some(user) => Row::new(at + 1, ImportSource::Firebase, draft(user, config)),
        None => Row::rejected(at + 1, None, "the entry is no JSON object"),
    });
    Ok(rows.collect())
}

fn draft(user: &Map<String, Value>, config: Option<&HashConfig>) -> Draft {
    let fields = Fields(user);
    let mut draft = Draft {
        id: fields.text(&["localId"]),
        email: fields.text(&["email"]),
        email_verified: fields.is_set(&["emailVerified"]),
        name: fields.text(&["displayName"]),
        image: fields.text(&["photoUrl"]),
        status: fields.is_set(&["disabled"]).then_some(UserStatus::Suspended),
        // The export says that there are factors, and has no secrets.
        has_second_factor: !fields.list(&["mfaInfo"]).is_empty(),
        created_at: fields.time(&["createdAt"]),
        ..Draft::default()
    };
    match (fields.text(&["passwordHash"]), config) {
        (Some(hash), Some(config)) => {
            let salt = fields.text(&["salt"]).unwrap_or_default();
            draft.password = Some(config.hash(&salt, &hash));
        }
        (Some(_), None) => draft.note("imported without password: the hash parameters were not given"),
        (None, _) => {}
    }
    for identity in fields
        .list(&["providerUserInfo"])
        .iter()
        .filter_map(Value::as_object)
        .map(Fields)
    {
        let provider = identity.text(&["providerId"]).unwrap_or_default();
        if !OWN.contains(&provider.as_str()) {
            let subject = identity.text(&["rawId"]).unwrap_or_default();
            draft.identities.push(FoundIdentity::new(provider, subject));
        }
    }
    if fields.value(&["customAttributes"]).is_some() {
        draft.note("custom claims are not imported");
    }
    draft
}
