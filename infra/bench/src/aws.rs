//! The environment of a deployed function, on this machine: the table of `template.yaml`, KMS, and the settings that
//! name them.

use local_aws::{CreateTableError, LocalAws, StartError, template::Template, template::TemplateError};

pub const TEMPLATE: &str = include_str!("../../../template.yaml");

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("AWS cannot be imitated")]
    NotStarted(#[from] StartError),
    #[error("template.yaml cannot be read")]
    Template(#[from] TemplateError),
    #[error("the table cannot be made")]
    Table(#[from] CreateTableError),
}

/// Dropping it stops the emulated services.
#[derive(Debug)]
pub struct Aws {
    local: LocalAws,
    template: Template,
}

impl Aws {
    pub async fn start() -> Result<Self, Error> {
        Ok(Self {
            local: LocalAws::start(local_aws::Options::default()).await?,
            template: Template::parse(TEMPLATE)?,
        })
    }

    /// The environment of functions that sign in `mode`, with a table of their own.
    pub fn deploy(&self, mode: &str) -> Result<Vec<(String, String)>, Error> {
        let table = format!("bench-{mode}");
        self.local.create_table(&self.template, &table)?;
        let settings = [
            ("AWS_ENDPOINT_URL", self.local.endpoint_url()),
            ("TABLE_NAME", table),
            ("SIGNING_MODE", mode.to_owned()),
            // One session is refreshed more often here than any client may.
            ("LIMIT_REFRESH", "1000/1".to_owned()),
        ];
        Ok(settings.map(|(name, value)| (name.to_owned(), value)).into())
    }
}
