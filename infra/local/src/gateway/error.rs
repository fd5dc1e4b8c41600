//! Why the routes of `template.yaml` cannot be served.

use local_aws::template::TemplateError;

#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{0} of template.yaml has routes and no code that serves HTTP")]
    NoRouter(String),
    #[error("template.yaml has two routes {0}")]
    Twice(String),
    #[error("template.yaml has a route {key} that is ambiguous or malformed: {reason}")]
    Unclear { key: String, reason: String },
}
