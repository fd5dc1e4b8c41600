//! Why the policies of a template cannot be enforced.

use crate::template::TemplateError;

/// Why the policies of a template cannot be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("{function}: a policy must have a list of statements; a managed policy grants more than a function uses")]
    NotStatements { function: String },
    #[error("{function}: a statement must have the effect Allow, and name its actions in full")]
    Actions { function: String },
    #[error("{function}: the resource {resource} is not supported")]
    Resource { function: String, resource: String },
    #[error("{function}: the condition {condition} is not supported")]
    Condition { function: String, condition: String },
}

/// Why the policies of a template are not enforced.
#[derive(Debug, thiserror::Error)]
pub enum EnforceError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("policies are enforced already")]
    Twice,
}
