//! Choosing the template of a mail. The order is: the record in the language of the recipient, the built-in template in
//! that language, the record in the default language (`default_language`), the built-in template in English.

use crate::domain::{Language, MailTemplate};
use crate::mailer::has_built_in;
use crate::operations::prelude::*;
use crate::store::StoreError;
use crate::usage;

impl Core {
    /// `None`: the built-in template makes the mail. One call reads all candidates, so that the next mail is made by the
    /// record that an administrator has just saved.
    pub(super) async fn choose_template(
        &self,
        kind: &str,
        language: Option<Language>,
    ) -> Result<Option<MailTemplate>, Interruption> {
        let default = self.configuration().default_language;
        let wanted = language.unwrap_or(default);
        let mut names = vec![MailTemplate::key(kind, wanted)];
        if wanted != default && !has_built_in(wanted) {
            names.push(MailTemplate::key(kind, default));
        }
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
