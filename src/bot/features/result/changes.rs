//! What has changed since the previous result. Pure.

use std::time::Duration;

use crate::bot::view::View;
use crate::locales::{Day, Locale, Markup, Who, Whole};
use crate::model::{Handle, Ranking, Similar};
use crate::sampling::{Moved, changes};

/// A look that has read this many times as many followers is surer.
const MUCH_FURTHER: u64 = 2;

/// Both rankings are by the same measure. `reused`: lists younger than this were not read again, if there were any.
pub(super) fn message(
    locale: &Locale,
    view: &View,
    before: &Ranking,
    after: &Ranking,
    reused: Option<Duration>,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let changed = changes(before, after);
    let mut lines = vec![locale.changes(view.who(), Day(before.made_at))];
    if changed.is_empty() {
        lines.push(locale.nothing_has_changed());
    }
    let name = |account: &Similar| {
        let link = link(&account.handle);
        locale.name(Who {
            handle: &account.handle.0,
            link: link.as_deref(),
        })
    };
    let names = |accounts: &[&Similar]| -> String {
        let names: Vec<String> = accounts.iter().map(|account| name(account)).collect();
        names.join(", ")
    };
    let moves = |moved: &[Moved<'_>]| -> String {
        let one = |it: &Moved<'_>| {
            let (before, after) = (Whole(it.before), Whole(it.after));
            locale.moved(Markup(&name(it.account)), before, after)
        };
        let moved: Vec<String> = moved.iter().map(one).collect();
        moved.join(", ")
    };
    if !changed.new.is_empty() {
        lines.push(locale.changed_new(Markup(&names(&changed.new))));
    }
    if !changed.up.is_empty() {
        lines.push(locale.changed_up(Markup(&moves(&changed.up))));
    }
    if !changed.down.is_empty() {
        lines.push(locale.changed_down(Markup(&moves(&changed.down))));
    }
    if !changed.gone.is_empty() {
        lines.push(locale.changed_gone(Markup(&names(&changed.gone))));
    }
    if after.sample.read >= MUCH_FURTHER * before.sample.read.max(1) {
        lines.push(locale.went_further());
    }
    lines.extend(reused.map(|age| locale.lists_not_read_again(age)));
    lines.join("\n")
}
