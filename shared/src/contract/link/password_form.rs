//! The page on which a person chooses a password.

use axum::response::Response;

use super::super::better_auth::Failure;
use super::{LATER, Link, explained_weakness, is_transient};
use crate::domain::password::{PasswordRules, WeakPassword};
use crate::http::pages::{Field, Page, Text};
use crate::operations::Core;

#[derive(Debug, Clone, Copy)]
pub struct PasswordForm {
    /// The page's name in its path.
    pub page: &'static str,
    pub title: &'static str,
    pub rules: PasswordRules,
    /// Whether a password needs characters of all classes.
    pub needs_classes: bool,
    /// The title of the page that says that the password was not set.
    pub failed: &'static str,
    /// Whether the page offers a new mail when its link is used or expired.
    pub mails_again: bool,
}

impl PasswordForm {
    /// The page depends on the link only, and reads nothing.
    pub fn ask(&self, link: &Link) -> Response {
        link.show(&self.page(link, None))
    }

    pub fn refuse(&self, link: &Link, weak: WeakPassword) -> Response {
        link.show(&self.page(link, Some(explained_weakness(weak))))
    }

    /// After a transient failure, the user can submit the password again from this page.
    pub fn fail(&self, link: &Link, failure: Failure) -> Response {
        if is_transient(&failure) {
            link.later(self.page(link, Some(LATER.into())), failure)
        } else {
            self.fail_for_good(link, failure)
        }
    }

    /// A deployment with a captcha requires it for each mail, and the page has none.
    pub fn fail_for_good(&self, link: &Link, failure: Failure) -> Response {
        if self.mails_again && link.view.app().config.captcha.is_none() {
            link.failed_or_again(self.page, self.failed, failure)
        } else {
            link.failed(self.failed, failure)
        }
    }

    fn page(&self, link: &Link, error: Option<Text>) -> Page {
        let field = new_password(
            &link.view.app().core,
            self.rules,
            self.needs_classes,
            "page-field-new-password",
        );
        let form = link.form(self.page, "page-save-password").field(field.focused());
        Page::question(self.title).form(form.refused_field("newPassword", error))
    }
}

/// The field for a new password, with the rules that it must follow.
pub fn new_password(core: &Core, rules: PasswordRules, needs_classes: bool, label: &'static str) -> Field {
    let min = rules.min.max(core.configuration().password_min_length);
    let rules = if needs_classes {
        "page-password-rules-classes"
    } else {
        "page-password-rules"
    };
    Field::new_password(min, label, Text::of(rules).number("min", min))
}

/// The page after the change of a password by a link.
pub fn password_changed() -> Page {
    Page::success("page-password-changed-title", "page-password-changed")
}
