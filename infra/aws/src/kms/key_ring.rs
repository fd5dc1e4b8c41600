//! All keys and aliases: finding the key of a request's `KeyId`, and keeping them across restarts.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    error::KmsError,
    key::{ARN_PREFIX, Key, KeySpec, State, StoredKey},
};
use crate::files;

/// The keys of a deployment, by their aliases in the template.
const INITIAL_KEYS: [(&str, KeySpec); 3] = [
    ("alias/ostiary-user", KeySpec::P256),
    ("alias/ostiary-admin", KeySpec::P256),
    ("alias/ostiary-envelope", KeySpec::Symmetric),
];

#[derive(Debug, Default)]
pub(super) struct KeyRing {
    keys: BTreeMap<Uuid, Key>,
    aliases: BTreeMap<String, Uuid>,
    file: Option<PathBuf>,
}

/// The key ring in its file.
#[derive(Serialize, Deserialize)]
struct Stored {
    keys: Vec<StoredKey>,
    aliases: BTreeMap<String, Uuid>,
}

impl KeyRing {
    /// The key ring of the data folder. A new one has the keys of [`INITIAL_KEYS`].
    pub(super) fn open(data: Option<&Path>) -> io::Result<Self> {
        let file = data.map(|folder| folder.join("kms.json"));
        let content = file.as_deref().map(files::read).transpose()?.flatten();
        let mut ring = Self {
            file,
            ..Self::default()
        };
        if let Some(content) = content {
            let stored: Stored = serde_json::from_str(&content)?;
            for stored in stored.keys {
                let key = Key::try_from(stored).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                ring.keys.insert(key.id, key);
            }
            ring.aliases = stored.aliases;
        }
        for (alias, spec) in INITIAL_KEYS {
            if !ring.aliases.contains_key(alias) {
                let mut key = Key::generate(spec, String::new());
                // The tags that template.yaml gives to them.
                key.tags.insert("ostiary-stack".to_owned(), "local".to_owned());
                if let Some(of) = ["user", "admin"].into_iter().find(|of| alias.ends_with(of)) {
                    key.tags.insert("ostiary-ring".to_owned(), of.to_owned());
                }
                let id = ring.insert(key);
                ring.aliases.insert(alias.to_owned(), id);
            }
        }
        ring.save().map_err(|error| io::Error::other(format!("{error:?}")))?;
        Ok(ring)
    }

    pub(super) fn insert(&mut self, key: Key) -> Uuid {
        let id = key.id;
        self.keys.insert(id, key);
        id
    }

    pub(super) fn has_alias(&self, alias: &str) -> bool {
        self.aliases.contains_key(alias)
    }

    pub(super) fn set_alias(&mut self, alias: &str, id: Uuid) {
        self.aliases.insert(alias.to_owned(), id);
    }

    /// By id, ARN, alias name or alias ARN, in any state.
    pub(super) fn find(&self, identifier: &str) -> Result<&Key, KmsError> {
        let id = self.resolve(identifier)?;
        self.by_id(id)
    }

    pub(super) fn find_mut(&mut self, identifier: &str) -> Result<&mut Key, KmsError> {
        let id = self.resolve(identifier)?;
        self.keys
            .get_mut(&id)
            .ok_or_else(|| KmsError::no_such_key(&format!("{ARN_PREFIX}key/{id}")))
    }

    pub(super) fn by_id(&self, id: Uuid) -> Result<&Key, KmsError> {
        self.keys
            .get(&id)
            .ok_or_else(|| KmsError::no_such_key(&format!("{ARN_PREFIX}key/{id}")))
    }

    /// Writes everything to the file, if there is one.
    pub(super) fn save(&self) -> Result<(), KmsError> {
        let Some(file) = &self.file else { return Ok(()) };
        let keys = self.keys.values().map(StoredKey::try_from).collect::<Result<_, _>>()?;
        let stored = Stored {
            keys,
            aliases: self.aliases.clone(),
        };
        let content = serde_json::to_vec_pretty(&stored).map_err(KmsError::internal)?;
        files::replace(file, &content).map_err(KmsError::internal)
    }

    fn resolve(&self, identifier: &str) -> Result<Uuid, KmsError> {
        // arn:aws:kms:REGION:ACCOUNT:RESOURCE. The region is not checked.
        let resource = match identifier.strip_prefix("arn:") {
            Some(rest) => rest.splitn(5, ':').nth(4).unwrap_or_default(),
            None => identifier,
        };
        if resource.starts_with("alias/") {
            let id = self.aliases.get(resource).copied();
            return id.ok_or_else(|| KmsError::no_such_alias(&format!("{ARN_PREFIX}{resource}")));
        }
        let id = resource.strip_prefix("key/").unwrap_or(resource);
        Uuid::parse_str(id).map_err(|_| KmsError::new("NotFoundException", format!("Invalid keyId {id}")))
    }
}

/// A key that may be used: neither disabled nor about to be deleted.
pub(super) fn usable(key: &Key) -> Result<&Key, KmsError> {
    match key.state {
        State::Enabled => Ok(key),
        State::Disabled => Err(KmsError::disabled(&key.arn())),
        State::PendingDeletion { .. } => Err(KmsError::pending_deletion(&key.arn())),
    }
}
