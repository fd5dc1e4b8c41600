//! The result of one check: one line, with what to do about it.

use std::fmt;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub status: Status,
    pub finding: String,
    /// `None` if there is nothing to do.
    pub action: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Ok,
    /// The service works, and something should be done.
    Warning,
    /// A part of the service does not work, or will not.
    Failed,
}

impl Finding {
    pub(super) fn ok(check: &'static str, finding: impl Into<String>) -> Self {
        Self {
            check,
            status: Status::Ok,
            finding: finding.into(),
            action: None,
        }
    }

    pub(super) fn warning(check: &'static str, finding: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            check,
            status: Status::Warning,
            finding: finding.into(),
            action: Some(action.into()),
        }
    }

    pub(super) fn failed(check: &'static str, finding: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            status: Status::Failed,
            ..Self::warning(check, finding, action)
        }
    }

    /// AWS did not answer the question. A missing permission of the operator is no fault of the deployment.
    pub(super) fn unanswered<E, R>(check: &'static str, permission: &str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        match code {
            Some(code) if code.starts_with("AccessDenied") || code.starts_with("AuthorizationError") => Self::warning(
                check,
                "not checked, because the credentials lack a permission",
                format!("grant {permission} to who runs the doctor"),
            ),
            Some(code) => Self::failed(check, format!("AWS refuses to answer: {code}"), "run the doctor again"),
            None => Self::failed(check, reason(error), "run the doctor again"),
        }
    }
}

/// Why there is no answer. The error itself says no more than that in its first line, and too much in its others.
fn reason<E, R>(error: &SdkError<E, R>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "AWS does not answer in time",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "AWS does not answer in time",
        SdkError::DispatchFailure(_) => "AWS cannot be reached",
        SdkError::ConstructionFailure(_) => "the question to AWS cannot be asked: a setting is wrong",
        _ => "AWS gives an answer that cannot be read",
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<7}  {:<18}  {}", self.status, self.check, self.finding)?;
        match &self.action {
            Some(action) => writeln!(f, ": {action}"),
            None => writeln!(f),
        }
    }
}
