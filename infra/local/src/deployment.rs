//! The local values of the template's parameters and resources, which are needed to enforce the policies that refer to
//! them.

use local_aws::template::Template;
use local_aws::{Deployment, identity};

use crate::settings::Settings;

/// The template that is deployed to AWS.
pub(crate) const TEMPLATE: &str = include_str!("../../../template.yaml");

pub(crate) fn of(template: &Template, settings: &Settings) -> Deployment {
    let from = settings.value("MAIL_FROM").unwrap_or_default();
    // The identity that SES has verified is no setting: it follows from the sender.
    Deployment::of(template, |variable| settings.value(variable)).with("MailIdentity", identity(&from))
}
