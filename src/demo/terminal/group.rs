//! The group of the demo: the person at the keyboard owns it, and speaks for the others in it too.

use crate::demo::telegram::{FakeTelegram, MemberStatus, Person};

/// Its id on Telegram.
pub(super) const GROUP: i64 = -1_001_000_000_001;

/// The other members.
const OTHERS: [&str; 2] = ["Ann", "Bob"];

pub(super) struct DemoGroup {
    /// The owner first.
    members: Vec<Person>,
}

impl DemoGroup {
    /// The others have the owner's language.
    pub(super) fn of(owner: &Person, telegram: &FakeTelegram) -> Self {
        telegram.appoints(GROUP, owner, MemberStatus::Owner);
        let others = OTHERS.iter().zip(owner.id + 1..).map(|(name, id)| Person {
            language_code: owner.language_code.clone(),
            ..Person::new(id, name)
        });
        let mut members = vec![owner.clone()];
        for other in others {
            telegram.appoints(GROUP, &other, MemberStatus::Member);
            members.push(other);
        }
        Self { members }
    }

    /// Returns the names of the others.
    pub(super) fn others(&self) -> String {
        OTHERS.join(" and ")
    }

    pub(super) fn members(&self) -> &[Person] {
        &self.members
    }

    pub(super) fn member(&self, name: &str) -> Option<&Person> {
        let mut members = self.members.iter();
        members.find(|member| member.first_name.eq_ignore_ascii_case(name))
    }
}
