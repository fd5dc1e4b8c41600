//! What the template's parameters and resources are here, so that the policies that speak of them can be enforced.

use local_aws::template::Template;
use local_aws::{Deployment, identity};

use crate::settings::Settings;

pub(crate) fn of(template: &Template, settings: &Settings) -> Deployment {
    let from = settings.value("MAIL_FROM").unwrap_or_default();
    // What SES has verified stands in no setting: it follows from the sender.
    Deployment::of(template, |variable| settings.value(variable)).with("MailIdentity", identity(&from))
}
