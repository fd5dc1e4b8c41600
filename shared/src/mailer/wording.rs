//! What a mail says in one language: the texts of `languages`, in the order in which templates print them. The keys of a
//! kind begin with `mail-{kind}-`: `subject`, `lead`, `detail` (what the link does and how long it works), `button` and
//! `caution` (what to do if the reader did not cause the mail).

use super::letter::{Fact, Letter};
use crate::domain::{Brand, Language};
use crate::languages::{Argument, InvalidText};

pub(super) struct Wording {
    pub subject: String,
    pub greeting: String,
    /// The paragraphs before the code.
    pub before: Vec<String>,
    pub after: Vec<String>,
    pub button: Option<Button>,
    pub caution: Vec<String>,
}

pub(super) struct Button {
    pub label: String,
    /// What stands before the address, for clients whose buttons do not work.
    pub fallback: String,
}

/// The texts of one letter, with its facts as their values.
struct Texts<'a> {
    kind: &'static str,
    language: Language,
    values: Vec<(&'a str, Argument<'a>)>,
}

impl Wording {
    pub(super) fn new(letter: &Letter, facts: &[Fact], language: Language, brand: &Brand) -> Result<Self, InvalidText> {
        let texts = Texts::new(letter.kind(), facts, language);
        let has = |name| texts.value(name).is_some();
        let mut wording = Self {
            subject: String::new(),
            greeting: texts.named("mail-greeting", "name")?,
            before: Vec::new(),
            after: Vec::new(),
            button: None,
            caution: vec![texts.of_kind("caution")?],
        };
        match letter {
            Letter::CredentialChanged { change, .. } => {
                let key = |part: &str| format!("mail-{change}-{part}");
                wording.subject = texts.get(&key("subject"))?;
                wording.before.push(texts.get(&key("lead"))?);
            }
            Letter::ActivateAccount { .. } | Letter::AccountInvitation { .. } => {
                wording.subject = texts.of_kind("subject")?;
                let lead = format!("mail-{}-lead", texts.kind);
                wording.before.push(texts.named(&lead, "account")?);
            }
            Letter::Invitation { .. } => {
                let inviter = match texts.value("inviter") {
                    Some(name) => language.find_text("mail-invitation-inviter", &[("name", name)])?,
                    None => texts.of_kind("inviter-unnamed")?,
                };
                let organization = texts.of_kind("organization-unnamed")?;
                let role = texts
                    .value("role")
                    .map(|role| role_names(role, language))
                    .unwrap_or_default();
                let texts = texts.with("inviter", &inviter).or("organization", &organization);
                let texts = texts.with("role", &role);
                wording.subject = texts.of_kind("subject")?;
                wording.before.push(texts.of_kind("lead")?);
                for optional in ["role", "note"] {
                    if has(optional) {
                        wording.before.push(texts.of_kind(optional)?);
                    }
                }
            }
            Letter::VerifyEmail { .. }
            | Letter::ResetPassword { .. }
            | Letter::ChangeEmail { .. }
            | Letter::ApproveEmailChange { .. }
            | Letter::EmailChanged { .. }
            | Letter::PasswordChanged { .. }
            | Letter::PasswordLocked { .. }
            | Letter::DeleteUser { .. }
            | Letter::TwoFactorOtp { .. } => {
                wording.subject = texts.of_kind("subject")?;
                wording.before.push(texts.of_kind("lead")?);
            }
        }
        if has("expires_in") {
            wording.after.push(texts.of_kind("detail")?);
        }
        if has("url") {
            wording.button = Some(Button {
                label: texts.of_kind("button")?,
                fallback: texts.get("mail-link-fallback")?,
            });
        }
        if letter.is_security_notice() {
            let support = match &brand.support_email {
                Some(address) => texts
                    .with("support_email", address.as_str())
                    .get("mail-support-address")?,
                None => texts.get("mail-support")?,
            };
            wording.caution.push(support);
        }
        Ok(wording)
    }

    /// What lists of mails show beside the subject: what the reader can do, rather than the greeting.
    pub(super) fn preheader(&self) -> &str {
        self.after.first().or(self.caution.first()).map_or("", String::as_str)
    }
}

/// Roles as `admin,member`. An organization may have roles of its own, whose names are printed as they are.
fn role_names(roles: Argument<'_>, language: Language) -> String {
    let Argument::Text(roles) = roles else {
        return String::new();
    };
    let word = |role: &str| language.find_text(&format!("mail-role-{role}"), &[]);
    let roles = roles.split(',').map(str::trim);
    let words: Vec<_> = roles
        .map(|role| word(role).unwrap_or_else(|_| role.to_owned()))
        .collect();
    words.join(", ")
}

impl<'a> Texts<'a> {
    fn new(kind: &'static str, facts: &'a [Fact], language: Language) -> Self {
        let values = facts.iter().map(|(name, value)| (*name, value.into())).collect();
        Self { kind, language, values }
    }

    fn value(&self, name: &str) -> Option<Argument<'a>> {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    fn get(&self, key: &str) -> Result<String, InvalidText> {
        self.language.find_text(key, &self.values)
    }

    fn of_kind(&self, part: &str) -> Result<String, InvalidText> {
        self.get(&format!("mail-{}-{part}", self.kind))
    }

    /// The text with the value, or the one for letters without it: not every name may be printed.
    fn named(&self, key: &str, value: &str) -> Result<String, InvalidText> {
        match self.value(value) {
            Some(_) => self.get(key),
            None => self.get(&format!("{key}-unnamed")),
        }
    }

    fn with<'b>(&self, name: &'b str, value: &'b str) -> Texts<'b>
    where
        'a: 'b,
    {
        let others = self.values.iter().filter(|(known, _)| *known != name).copied();
        Texts {
            values: others.chain([(name, value.into())]).collect(),
            ..*self
        }
    }

    fn or<'b>(&self, name: &'b str, value: &'b str) -> Texts<'b>
    where
        'a: 'b,
    {
        match self.value(name) {
            Some(Argument::Text(known)) => self.with(name, known),
            _ => self.with(name, value),
        }
    }
}
