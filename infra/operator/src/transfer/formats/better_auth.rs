//! The tables of Better Auth as JSON lines: `{"table": "user", "row": {...}}`, in any order. A user's accounts and second
//! factor are joined to the row of the user.

use std::collections::HashMap;

use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use shared::domain::{ImportSource, TotpSecret, UserStatus};
use shared::passwords::imported::{from_hex, read_better_auth_hash, read_hash};

use super::{Fields, NO_OBJECT, Row, json_lines};
use crate::transfer::row::{Draft, FoundIdentity};

/// The name of the provider in the row that holds a password.
const CREDENTIAL: &str = "credential";

#[derive(Debug, Default)]
struct Tables {
    users: Vec<(usize, Map<String, Value>)>,
    accounts: HashMap<String, Vec<Map<String, Value>>>,
    second_factors: HashMap<String, Map<String, Value>>,
    rejected: Vec<Row>,
}

pub fn read(text: &str, secret: Option<&str>) -> Vec<Row> {
    let mut tables = Tables::default();
    for (number, line) in json_lines(text) {
        if let Err(reason) = tables.add(number, line) {
            tables.rejected.push(Row::rejected(number, None, reason));
        }
    }
    let users = tables.users.iter();
    let rows = users.map(|(number, user)| Row::new(*number, ImportSource::BetterAuth, tables.draft(user, secret)));
    let mut rows: Vec<_> = rows.collect();
    rows.extend(tables.rejected);
    rows.sort_by_key(|row| row.number);
    rows
}

impl Tables {
    fn add(&mut self, number: usize, line: Option<Map<String, Value>>) -> Result<(), &'static str> {
        let mut line = line.ok_or(NO_OBJECT)?;
        let Some(Value::Object(row)) = line.remove("row") else {
            return Err("the line has no object `row`");
        };
        let owner = Fields(&row).text(&["userId", "user_id"]);
        match line.get("table").and_then(Value::as_str) {
            Some("user") => self.users.push((number, row)),
            Some("account") => {
                let owner = owner.ok_or("the account has no userId")?;
                self.accounts.entry(owner).or_default().push(row);
            }
            Some("twoFactor" | "two_factor") => {
                self.second_factors
                    .insert(owner.ok_or("the second factor has no userId")?, row);
            }
            _ => return Err("`table` is neither user, account nor twoFactor"),
        }
        Ok(())
    }

    fn draft(&self, user: &Map<String, Value>, secret: Option<&str>) -> Draft {
        let fields = Fields(user);
        let mut draft = Draft {
            id: fields.text(&["id"]),
            email: fields.text(&["email"]),
            email_verified: fields.is_set(&["emailVerified", "email_verified"]),
            name: fields.text(&["name"]),
            image: fields.text(&["image"]),
            username: fields.text(&["username"]),
            display_username: fields.text(&["displayUsername", "display_username"]),
            status: fields.is_set(&["banned"]).then(|| banned(fields)),
            has_second_factor: fields.is_set(&["twoFactorEnabled", "two_factor_enabled"]),
            created_at: fields.time(&["createdAt", "created_at"]),
            ..Draft::default()
        };
        let id = draft.id.clone().unwrap_or_default();
        for account in self.accounts.get(&id).into_iter().flatten() {
            add_account(&mut draft, Fields(account));
        }
        if draft.has_second_factor
            && let Some(factor) = self.second_factors.get(&id)
        {
            match secret.and_then(|secret| totp_secret(Fields(factor), secret)) {
                Some(totp) => draft.totp = Some(totp),
                None => {
                    draft.note("the authenticator app was left out: BETTER_AUTH_SECRET does not decrypt its secret");
                }
            }
        }
        if fields.text(&["role"]).is_some_and(|role| role != "user") {
            draft.note("roles are not imported");
        }
        draft
    }
}

fn banned(fields: Fields<'_>) -> UserStatus {
    UserStatus::Banned {
        reason: fields.text(&["banReason", "ban_reason"]).unwrap_or_default(),
        until: fields.time(&["banExpires", "ban_expires"]),
        former: Box::new(UserStatus::Active),
    }
}

fn add_account(draft: &mut Draft, account: Fields<'_>) {
    let Some(provider) = account.text(&["providerId", "provider_id"]) else {
        return draft.note("an account without providerId was left out");
    };
    if provider != CREDENTIAL {
        let subject = account.text(&["accountId", "account_id"]).unwrap_or_default();
        return draft.identities.push(FoundIdentity::new(provider, subject));
    }
    // A deployment may have replaced the hash function.
    let hash = account.text(&["password"]);
    draft.password = hash.map(|hash| read_better_auth_hash(&hash).or_else(|_| read_hash(&hash)));
}

/// The secret is encrypted with XChaCha20-Poly1305 under the SHA-256 of Better Auth's secret, with the nonce before the
/// ciphertext, in hexadecimal; `$ba$VERSION$` precedes it where secrets are versioned. The key of the app is the text
/// itself.
fn totp_secret(factor: Fields<'_>, secret: &str) -> Option<TotpSecret> {
    let text = factor.text(&["secret"])?;
    let sealed = text.strip_prefix("$ba$").and_then(|rest| rest.split_once('$'));
    let sealed = from_hex(sealed.map_or(text.as_str(), |(_, sealed)| sealed))?;
    let (nonce, ciphertext) = sealed.split_first_chunk::<24>()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(<[u8; 32]>::from(Sha256::digest(secret))));
    let opened = cipher.decrypt(&XNonce::from(*nonce), ciphertext).ok()?;
    TotpSecret::from_bytes(&opened)
}
