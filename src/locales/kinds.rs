//! What kinds of accounts are called.

use crate::kind::AccountKind;
use crate::locales::Locale;
use crate::model::Kinds;

impl Locale {
    /// Returns the name of a kind: "fan page".
    pub fn kind(&self, kind: AccountKind) -> String {
        match kind {
            AccountKind::Person => self.kind_person(),
            AccountKind::Organisation => self.kind_organisation(),
            AccountKind::Bot => self.kind_bot(),
            AccountKind::FanPage => self.kind_fan_page(),
            AccountKind::Parody => self.kind_parody(),
            AccountKind::Unofficial => self.kind_unofficial(),
            AccountKind::News => self.kind_news(),
            AccountKind::Memes => self.kind_memes(),
        }
    }

    /// Returns the kind with this name, however it is spelt; `None` if there is none.
    pub fn kind_called(&self, name: &str) -> Option<AccountKind> {
        let name = name.trim().to_lowercase();
        let called = |kind: &AccountKind| name == kind.as_str() || name == self.kind(*kind);
        AccountKind::ALL.into_iter().find(called)
    }

    /// Returns the label of a filter by kind.
    pub fn kinds(&self, kinds: Kinds) -> String {
        match kinds {
            Kinds::All => self.button_kinds_all(),
            Kinds::People => self.button_people(),
            Kinds::Organisations => self.button_organisations(),
        }
    }
}
