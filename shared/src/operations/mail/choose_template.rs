//! Choosing the template of a mail: the record of administrators in the language of the mail, else the built-in template
//! in that language. `deliver_mail` chooses the language.

use crate::domain::{Language, MailTemplate};
use crate::operations::prelude::*;
use crate::store::StoreError;
use crate::usage;

impl Core {
    /// `None`: the built-in template makes the mail. The record is read for each mail, so that the next one is made by what
    /// an administrator has just saved.
    pub(super) async fn choose_template(
        &self,
        kind: &str,
        language: Language,
    ) -> Result<Option<MailTemplate>, Interruption> {
        let names = [MailTemplate::key(kind, language)];
        match self.store.find_entries_by_name::<MailTemplate>(&names).await {
            Ok(found) => {
                let mut found = found.into_iter().flatten().map(|entry| entry.value);
                Ok(found.find(|template| template.is_active))
            }
            // A record that cannot be read is no reason to lose a mail.
            Err(StoreError::Corrupt(error)) => {
                usage::record_failed_template();
                tracing::error!(mail.kind = kind, %error, "a template of administrators cannot be read, and is ignored");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}
