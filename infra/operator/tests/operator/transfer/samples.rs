//! Generated exports: the same people in the format of each system. Every third user has not verified the address, every
//! fifth has an identity at Google, every seventh an authenticator app where the format has its secret.

use std::fmt::Write as _;

use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shared::domain::ImportSource;

/// Hashes of the password of all users, computed with OpenSSL and with crypt(3).
const BETTER_AUTH: &str = "00112233445566778899aabbccddeeff:b6cfa1f9e2c849eb725c512c2161182d146aef54a7e8d3d24a6b217f0280b8b4\
    c3b2e31902204ff9ffc07fff22778cf86a0234b1873273b0346f8f5b539dc39e";
pub const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu1neo3cI6TBHmxGLbzS8JpQqCJwBUj0m";
const BCRYPT_2A: &str = "$2a$10$abcdefghijklmnopqrstuuiuT9hrhtlmabTuDcv.MJt6OLZYmzKL6";
const FIREBASE: &str = "SfTizJiK+f7uBlStsVz4SVfM46KCiTofDibbPuDGfc1kMcZw7e7ZVRj+PiIUZ0A8QrMwS2armHwznklmRtlxsA==";
const FIREBASE_SALT: &str = "42xEC+ixf3L2lw==";
pub const FIREBASE_CONFIG: &str = "hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
";
const PBKDF2: &str = "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0$RV2RhPbANs+cheLgahnvhfhyMKaqp3UondyG17yQV/0";
const PBKDF2_SHA512: &str = "$pbkdf2-sha512$i=1000,l=64$c2FsdHNhbHRzYWx0$\
    KUoIE05GrYRiBeMtLEk+ISBwNEMPZjBOxC43OpOVPYqBYbyNLn3HFf9eGodfqqDjUbc2blQY7CeWw/zlVRHLGw";
const SHA256: [&str; 2] = [
    "b7c842b1748ac70252cfcf6dbcac910daea978cd509fa9a113e0c370ee323cbc",
    "cc0fe2d74931abfa80cac54feece88a80cda645fe0fc093cab68b69de5283cc4",
];
const SCRYPT: &str = "xtIcXasbnxu2ufoyiNLZuB0VGrQjdqelvublCIf2JkqqCzH0qLpXWlYl7iz+UREZgn8hG3o0aOklHjVm8P83HQ==";
/// Of the password, with the cost of the tests.
const ARGON2: &str = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$a4CHTwpo8t7Cwd8JZ/bGf1jcRmLKjt5OkWIlaSmj1k8";

pub const TOTP: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub const BETTER_AUTH_SECRET: &str = "better-auth-secret-of-the-tests";

/// What is expected of a user.
#[derive(Debug)]
pub struct Person {
    pub email: String,
    pub is_verified: bool,
    pub google: Option<String>,
    pub has_totp: bool,
}

pub fn person(number: usize) -> Person {
    Person {
        email: format!("user{number}@example.com"),
        is_verified: !number.is_multiple_of(3),
        google: number.is_multiple_of(5).then(|| format!("1000{number}")),
        has_totp: number.is_multiple_of(7),
    }
}

/// A UUID, as systems with UUIDs would have it.
pub fn uuid(number: usize) -> String {
    format!("0191c9f0-7a3b-7c11-8d52-{number:012x}")
}

/// The file, and whether the format has password hashes and authenticator secrets.
pub fn export(source: ImportSource, users: usize) -> String {
    match source {
        ImportSource::BetterAuth => better_auth(users),
        ImportSource::Cognito => cognito(users),
        ImportSource::Auth0 => auth0(users),
        ImportSource::Firebase => firebase(users),
        ImportSource::Supabase => supabase(users),
        ImportSource::Ostiary => ostiary(users),
    }
}

pub fn has_passwords(source: ImportSource) -> bool {
    source != ImportSource::Cognito
}

pub fn has_identities(source: ImportSource) -> bool {
    source != ImportSource::Cognito
}

pub fn has_totp(source: ImportSource) -> bool {
    !matches!(source, ImportSource::Cognito | ImportSource::Firebase)
}

/// The key of the app, as the service computes codes with it. Better Auth uses the letters themselves.
pub fn totp_key(source: ImportSource) -> Vec<u8> {
    match source {
        ImportSource::BetterAuth => TOTP.as_bytes().to_vec(),
        _ => b"12345678901234567890".to_vec(),
    }
}

fn lines(values: impl IntoIterator<Item = Value>) -> String {
    let lines: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
    lines.join("\n")
}

fn better_auth(users: usize) -> String {
    let rows = (0..users).flat_map(|number| {
        let Person { email, is_verified, google, has_totp } = person(number);
        let id = format!("ba{number:030}");
        let user = json!({"id": id, "name": "Ada Lovelace", "email": email, "emailVerified": is_verified,
            "createdAt": "2024-01-31T12:00:00.000Z", "twoFactorEnabled": has_totp, "username": format!("ada_{number}")});
        let account = |provider: &str, account: &str, password: Option<&str>| {
            let row = json!({"id": format!("{provider}{number}"), "userId": id, "providerId": provider,
                "accountId": account, "password": password});
            json!({"table": "account", "row": row})
        };
        let mut rows = vec![account("credential", &id, Some(BETTER_AUTH)), json!({"table": "user", "row": user})];
        rows.extend(google.map(|subject| account("google", &subject, None)));
        if has_totp {
            let row = json!({"id": format!("tf{number}"), "userId": id, "secret": sealed(TOTP), "backupCodes": "x"});
            rows.push(json!({"table": "twoFactor", "row": row}));
        }
        rows
    });
    lines(rows)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string grows");
        text
    })
}

fn sealed(secret: &str) -> String {
    let cipher = XChaCha20Poly1305::new(&Key::from(<[u8; 32]>::from(Sha256::digest(BETTER_AUTH_SECRET))));
    let nonce = [7; 24];
    let ciphertext = cipher
        .encrypt(&XNonce::from(nonce), secret.as_bytes())
        .expect("a ciphertext");
    let sealed = [&nonce[..], &ciphertext].concat();
    hex(&sealed)
}

fn cognito(users: usize) -> String {
    let mut file = "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,\
        email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,\
        cognito:mfa_enabled,cognito:username\n"
        .to_owned();
    for number in 0..users {
        let Person { email, is_verified, .. } = person(number);
        let id = uuid(number);
        writeln!(
            file,
            "\"Lovelace, Ada\",Ada,Lovelace,,,,,https://example.com/{number}.png,,{email},{is_verified},,,,,,false,,,false,{id}"
        )
        .expect("a string grows");
    }
    file
}

fn auth0(users: usize) -> String {
    let rows = (0..users).flat_map(|number| {
        let Person {
            email,
            is_verified,
            google,
            has_totp,
        } = person(number);
        let own = format!("{number:024x}");
        let mut user = json!({"user_id": format!("auth0|{own}"), "email": email, "email_verified": is_verified,
            "given_name": "Ada", "family_name": "Lovelace", "created_at": "2024-01-31T12:00:00.000Z",
            "identities": [{"user_id": own, "provider": "auth0", "connection": "Username-Password-Authentication",
                "isSocial": false}]});
        if let Some(subject) = google {
            let social = json!({"provider": "google-oauth2", "user_id": subject, "isSocial": true});
            user["identities"].as_array_mut().expect("a list").push(social);
        }
        if has_totp {
            user["mfa_factors"] = json!([{"totp": {"secret": TOTP}}]);
        }
        // Each way of exporting a hash in turn; the first is the export of hashes, as a line of its own.
        let salted = |at: usize, position: &str| {
            json!({"algorithm": "sha256", "hash": {"value": SHA256[at], "encoding": "hex"},
                "salt": {"value": "pepper-salt", "encoding": "utf8", "position": position}})
        };
        let hash = match number % 7 {
            0 => None,
            1 => Some(json!({"algorithm": "argon2", "hash": {"value": ARGON2, "encoding": "utf8"}})),
            2 => Some(json!({"algorithm": "pbkdf2", "hash": {"value": PBKDF2, "encoding": "utf8"}})),
            3 => Some(json!({"algorithm": "pbkdf2", "hash": {"value": PBKDF2_SHA512, "encoding": "utf8"}})),
            4 => Some(salted(0, "prefix")),
            5 => Some(salted(1, "suffix")),
            _ => Some(
                json!({"algorithm": "scrypt", "hash": {"value": SCRYPT, "encoding": "base64"},
                "salt": {"value": "saltsaltsalt"}, "keylen": 64, "cost": 1024, "blockSize": 8, "parallelization": 1}),
            ),
        };
        match hash {
            Some(hash) => {
                user["custom_password_hash"] = hash;
                vec![user]
            }
            None => vec![
                user,
                json!({"_id": {"$oid": own}, "email_verified": is_verified, "email": email, "passwordHash": BCRYPT,
                    "password_set_date": {"$date": "2019-12-06T18:36:12.412Z"}, "tenant": "example",
                    "connection": "Username-Password-Authentication", "_tmp_is_unique": true}),
            ],
        }
    });
    lines(rows)
}

fn firebase(users: usize) -> String {
    let users = (0..users).map(|number| {
        let Person {
            email,
            is_verified,
            google,
            ..
        } = person(number);
        let mut providers = vec![json!({"providerId": "password", "rawId": email, "email": email})];
        providers.extend(google.map(|subject| json!({"providerId": "google.com", "rawId": subject, "email": email})));
        json!({"localId": format!("{number:028}"), "email": email, "emailVerified": is_verified,
            "passwordHash": FIREBASE, "salt": FIREBASE_SALT, "displayName": "Ada Lovelace",
            "createdAt": "1706702400000", "lastSignedInAt": "1706702400000", "providerUserInfo": providers})
    });
    json!({"users": users.collect::<Vec<_>>()}).to_string()
}

fn supabase(users: usize) -> String {
    let mut file = "instance_id,id,aud,role,email,encrypted_password,email_confirmed_at,created_at,raw_user_meta_data,\
        banned_until,deleted_at,identities,totp_secret\n"
        .to_owned();
    let quoted = |value: &Value| format!("\"{}\"", value.to_string().replace('"', "\"\""));
    for number in 0..users {
        let Person {
            email,
            is_verified,
            google,
            has_totp,
        } = person(number);
        let confirmed = if is_verified { "2024-01-31 12:00:00.123+00" } else { "" };
        let metadata = quoted(&json!({"full_name": "Ada Lovelace", "avatar_url": "https://example.com/a.png"}));
        let mut identities = vec![json!({"provider": "email", "provider_id": uuid(number)})];
        identities.extend(google.map(|subject| json!({"provider": "google", "provider_id": subject})));
        let identities = quoted(&json!(identities));
        let totp = if has_totp { TOTP } else { "" };
        let id = uuid(number);
        writeln!(
            file,
            "00000000-0000-0000-0000-000000000000,{id},authenticated,authenticated,{email},{BCRYPT_2A},{confirmed},\
             2024-01-31 12:00:00+00,{metadata},,,{identities},{totp}"
        )
        .expect("a string grows");
    }
    file
}

fn ostiary(users: usize) -> String {
    let rows = (0..users).map(|number| {
        let Person { email, is_verified, google, has_totp } = person(number);
        let identities = google.map(|subject| json!({"provider": "google", "subject": subject}));
        let mut row = json!({"id": uuid(number), "email": email, "emailVerified": is_verified, "name": "Ada Lovelace",
            "status": {"state": "active"}, "passwordHash": ARGON2, "identities": identities.into_iter().collect::<Vec<_>>(),
            "twoFactorEnabled": has_totp, "createdAt": "2024-01-31T12:00:00Z"});
        if has_totp {
            row["totpSecret"] = json!(TOTP);
        }
        row
    });
    lines(rows)
}
