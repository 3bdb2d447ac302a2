//! Which accounts of a list a view of it shows.

use crate::kind::AccountKind;
use crate::model::{Kinds, ListView, SIZES, Similar};

impl ListView {
    /// Whether an account is shown. An unknown number of followers passes no limit.
    pub fn has_room_for(&self, row: &Similar) -> bool {
        let size = |place: u8| SIZES.get(usize::from(place).wrapping_sub(1));
        let followers = row.followers;
        size(self.at_least).is_none_or(|least| followers.is_some_and(|it| it >= *least))
            && size(self.at_most).is_none_or(|most| followers.is_some_and(|it| it <= *most))
            && !(self.unverified && row.verified)
            && self.kinds.has_room_for(row)
    }
}

impl Kinds {
    /// Whether an account is shown. One of which it is unclear what it is always is, so that no mistake hides it.
    pub fn has_room_for(self, row: &Similar) -> bool {
        self == Self::All || row.kind().is_none_or(|kind| self.has(kind))
    }

    /// Whether an account is shown though it is unclear whether it belongs there.
    pub fn is_in_doubt(self, row: &Similar) -> bool {
        self != Self::All && matches!(row.kind(), None | Some(AccountKind::Unofficial))
    }

    fn has(self, kind: AccountKind) -> bool {
        match kind {
            AccountKind::Person => self != Self::Organisations,
            AccountKind::Organisation | AccountKind::News => self != Self::People,
            AccountKind::Unofficial => true,
            AccountKind::Bot | AccountKind::FanPage | AccountKind::Parody | AccountKind::Memes => {
                self == Self::All
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KindTeller, ToldKind, example};

    #[test]
    fn sizes_are_borders_that_belong_to_both_sides() {
        let shown = ListView {
            at_least: 1,
            at_most: 2,
            unverified: true,
            ..ListView::default()
        };
        let of = |followers, verified| Similar {
            followers,
            verified,
            ..example::row("bob")
        };
        let sizes = [999, 1_000, 10_000, 10_001];
        let seen = sizes.map(|size| shown.has_room_for(&of(Some(size), false)));
        assert_eq!(seen, [false, true, true, false]);
        assert!(!shown.has_room_for(&of(Some(5_000), true)));
        assert!(ListView::default().has_room_for(&of(Some(0), true)));
        assert!(ListView::default().has_room_for(&of(None, true)));
        assert!(
            !shown.has_room_for(&of(None, false)),
            "it could have any size"
        );
    }

    #[test]
    fn whoever_may_belong_there_is_shown() {
        let told = |kind| Similar {
            told_kind: Some(ToldKind {
                kind,
                by: KindTeller::Network,
            }),
            ..example::row("42")
        };
        let person = told(AccountKind::Person);
        let organisation = told(AccountKind::Organisation);
        let bot = told(AccountKind::Bot);
        let unclear = example::row("42");
        let shown = |kinds: Kinds| {
            [&person, &organisation, &bot, &unclear].map(|row| kinds.has_room_for(row))
        };
        assert_eq!(shown(Kinds::All), [true; 4]);
        assert_eq!(shown(Kinds::People), [true, false, false, true]);
        assert_eq!(shown(Kinds::Organisations), [false, true, false, true]);
        assert!(Kinds::People.is_in_doubt(&unclear));
        assert!(!Kinds::People.is_in_doubt(&person));
        assert!(!Kinds::All.is_in_doubt(&unclear), "nobody asked");
    }
}
