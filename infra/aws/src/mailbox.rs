//! The mail that SES accepted.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::files;

/// A mail as SES accepted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The message id in the response to the sender.
    pub id: String,
    pub at: Timestamp,
    /// All recipients: To, then Cc, then Bcc.
    pub to: Vec<String>,
    pub from: String,
    pub subject: String,
    pub text: Option<String>,
    pub html: Option<String>,
    /// Further headers of the request.
    pub headers: Vec<(String, String)>,
    pub tags: Vec<(String, String)>,
    pub configuration_set: Option<String>,
}

/// All mail since the start, or since the data folder was created.
#[derive(Debug, Default)]
pub struct Mailbox {
    mails: Mutex<Vec<Mail>>,
    file: Option<PathBuf>,
}

impl Mailbox {
    pub(crate) fn open(data: Option<&Path>) -> io::Result<Self> {
        let Some(file) = data.map(|folder| folder.join("mails.jsonl")) else {
            return Ok(Self::default());
        };
        let lines = files::read_lines(&file)?;
        let mails = lines
            .iter()
            .map(|line| serde_json::from_str(line))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            mails: Mutex::new(mails),
            file: Some(file),
        })
    }

    /// The newest mail is last.
    pub fn list(&self) -> Vec<Mail> {
        self.mails().clone()
    }

    pub fn get(&self, id: &str) -> Option<Mail> {
        self.mails().iter().find(|mail| mail.id == id).cloned()
    }

    pub fn clear(&self) {
        let mut mails = self.mails();
        mails.clear();
        self.write_to_file(|file| files::replace(file, b""));
    }

    pub(crate) fn deliver(&self, mail: Mail) {
        let mut mails = self.mails();
        self.write_to_file(|file| files::append_line(file, &serde_json::to_string(&mail)?));
        mails.push(mail);
    }

    /// The mail is in memory in any case, so a failed write is only logged.
    fn write_to_file(&self, write: impl FnOnce(&Path) -> io::Result<()>) {
        if let Some(Err(error)) = self.file.as_deref().map(write) {
            tracing::error!(%error, "the mailbox cannot be written to the data folder");
        }
    }

    fn mails(&self) -> MutexGuard<'_, Vec<Mail>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
