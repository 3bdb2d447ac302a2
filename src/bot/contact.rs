//! Whom to write to, said below other texts, if the operator has named anybody.

use crate::locales::Locale;

pub(crate) fn with_contact(locale: &Locale, contact: Option<&str>, html: String) -> String {
    match contact {
        Some(contact) => format!("{html}\n\n{}", locale.contact(contact)),
        None => html,
    }
}
