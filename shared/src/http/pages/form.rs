//! The forms of pages. A form is posted to a path of this service; its hidden fields hold the token of the link.

use minijinja::{Value, context};

use super::text::Text;
use super::view::View;

#[derive(Debug, Clone)]
pub struct Form {
    action: String,
    fields: Vec<Field>,
    /// Why the previous attempt was refused, and the field that it is about.
    error: Option<(Option<&'static str>, Text)>,
    button: Text,
    /// Whether the action cannot be undone. The button then stands out.
    is_irreversible: bool,
    alternatives: Vec<Alternative>,
}

/// A button that submits the form with a further field, whose value is `yes`.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// A line above the button.
    pub text: Option<Text>,
    pub button: Text,
    pub field: &'static str,
    /// Whether the fields of the form have to be filled in for this button, too.
    pub needs_fields: bool,
}

#[derive(Clone)]
pub struct Field {
    name: &'static str,
    kind: FieldKind,
    label: Option<Text>,
    value: String,
    hint: Option<Text>,
    is_focused: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    Hidden,
    /// A part of a name, of at most that many characters.
    Name {
        autocomplete: &'static str,
        max: usize,
    },
    Email,
    /// The address of the user who signs in, for the password manager of the browser. It cannot be changed.
    KnownEmail,
    /// Of at least that many characters.
    NewPassword {
        min: usize,
    },
    CurrentPassword,
    /// A code of the second factor.
    Code,
}

impl Form {
    pub fn new(action: impl Into<String>, button: impl Into<Text>) -> Self {
        Self {
            action: action.into(),
            fields: Vec::new(),
            error: None,
            button: button.into(),
            is_irreversible: false,
            alternatives: Vec::new(),
        }
    }

    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    #[must_use]
    pub fn hidden(self, name: &'static str, value: impl Into<String>) -> Self {
        self.field(Field {
            value: value.into(),
            ..Field::new(name, FieldKind::Hidden)
        })
    }

    #[must_use]
    pub fn refused(mut self, error: Option<Text>) -> Self {
        self.error = error.map(|text| (None, text));
        self
    }

    /// The error is about that field.
    #[must_use]
    pub fn refused_field(mut self, field: &'static str, error: Option<Text>) -> Self {
        self.error = error.map(|text| (Some(field), text));
        self
    }

    #[must_use]
    pub fn irreversible(mut self) -> Self {
        self.is_irreversible = true;
        self
    }

    #[must_use]
    pub fn alternative(mut self, alternative: Alternative) -> Self {
        self.alternatives.push(alternative);
        self
    }

    pub(super) fn has_password(&self) -> bool {
        self.fields.iter().any(Field::is_password)
    }

    /// Whether the response to the form may be a redirect to an application.
    pub(super) fn has_callback(&self) -> bool {
        self.fields.iter().any(|field| field.name == "callbackURL")
    }

    pub(super) fn context(&self, view: &View) -> Value {
        let text = |text: &Text| text.within(view);
        let wrong = self.error.as_ref().and_then(|(field, _)| *field);
        let fields: Vec<_> = self.fields.iter().map(|field| field.context(view, wrong)).collect();
        let alternatives: Vec<_> = self
            .alternatives
            .iter()
            .map(|other| {
                let Alternative {
                    text: line,
                    button,
                    field,
                    needs_fields,
                } = other;
                context!(text => line.as_ref().map(text), button => text(button), field => *field, needs_fields => *needs_fields)
            })
            .collect();
        context! {
            action => self.action.as_str(),
            fields,
            error => self.error.as_ref().map(|(_, error)| text(error)),
            button => text(&self.button),
            is_irreversible => self.is_irreversible,
            alternatives,
        }
    }
}

impl Alternative {
    pub fn new(button: impl Into<Text>, field: &'static str) -> Self {
        Self {
            text: None,
            button: button.into(),
            field,
            needs_fields: false,
        }
    }

    pub fn needing_fields(button: impl Into<Text>, field: &'static str) -> Self {
        Self {
            needs_fields: true,
            ..Self::new(button, field)
        }
    }
}

impl Field {
    const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            kind,
            label: None,
            value: String::new(),
            hint: None,
            is_focused: false,
        }
    }

    fn labelled(name: &'static str, kind: FieldKind, label: &'static str) -> Self {
        Self {
            label: Some(label.into()),
            ..Self::new(name, kind)
        }
    }

    pub fn name(name: &'static str, autocomplete: &'static str, label: &'static str, max: usize) -> Self {
        Self::labelled(name, FieldKind::Name { autocomplete, max }, label)
    }

    pub fn email(name: &'static str) -> Self {
        Self::labelled(name, FieldKind::Email, "page-field-email")
    }

    pub fn known_email(email: &str) -> Self {
        Self::labelled("account", FieldKind::KnownEmail, "page-field-email").filled(email)
    }

    pub fn new_password(min: usize, label: &'static str, hint: impl Into<Text>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..Self::labelled("newPassword", FieldKind::NewPassword { min }, label)
        }
    }

    pub fn current_password() -> Self {
        Self::labelled("password", FieldKind::CurrentPassword, "page-field-current-password")
    }

    pub fn code(hint: impl Into<Text>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..Self::labelled("code", FieldKind::Code, "page-field-code")
        }
    }

    #[must_use]
    pub fn filled(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The browser puts the cursor into the field.
    #[must_use]
    pub fn focused(mut self) -> Self {
        self.is_focused = true;
        self
    }

    fn is_password(&self) -> bool {
        matches!(self.kind, FieldKind::NewPassword { .. } | FieldKind::CurrentPassword)
    }

    fn context(&self, view: &View, wrong: Option<&str>) -> Value {
        let text = |text: &Text| text.within(view);
        let (kind, autocomplete, inputmode) = match self.kind {
            FieldKind::Hidden => ("hidden", "", None),
            FieldKind::Name { autocomplete, .. } => ("text", autocomplete, None),
            FieldKind::Email => ("email", "email", Some("email")),
            FieldKind::KnownEmail => ("email", "username", None),
            FieldKind::NewPassword { .. } => ("password", "new-password", None),
            FieldKind::CurrentPassword => ("password", "current-password", None),
            // Codes of a mail and of an app are digits; backup codes have letters.
            FieldKind::Code => ("text", "one-time-code", Some("text")),
        };
        let max = match self.kind {
            FieldKind::Name { max, .. } => Some(max),
            _ => None,
        };
        let min = match self.kind {
            FieldKind::NewPassword { min } => Some(min),
            _ => None,
        };
        context! {
            name => self.name,
            kind,
            autocomplete,
            inputmode,
            is_code => self.kind == FieldKind::Code,
            is_known => self.kind == FieldKind::KnownEmail,
            label => self.label.as_ref().map(text),
            value => self.value.as_str(),
            max,
            min,
            hint => self.hint.as_ref().map(text),
            is_wrong => wrong == Some(self.name),
            is_focused => self.is_focused,
        }
    }
}

/// Hides the value, which may be a token.
impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
