//! Who is searched for, so that a namesake is seen at once. Pure.

use crate::bot::view::View;
use crate::locales::{Bio, Count, Locale, printable};
use crate::model::Crawl;

/// Between two things that are said of the account.
const BETWEEN: &str = " · ";

/// Returns a line with its name, network and followers; until there is a first result, another with its bio.
pub(super) fn account(locale: &Locale, view: &View, crawl: &Crawl) -> Vec<String> {
    let (who, network) = (view.who(), &view.network);
    let Some(profile) = &crawl.profile else {
        return vec![locale.about(who, network)];
    };
    let called = match printable(&profile.name).is_empty() {
        true => locale.about(who, network),
        false => locale.about_named(&profile.name, who, network),
    };
    let followers = profile.followers.map(Count);
    let followers = followers.map(|followers| locale.about_followers(followers));
    let parts: Vec<String> = [called].into_iter().chain(followers).collect();
    let mut lines = vec![parts.join(BETWEEN)];
    if crawl.reached.is_none() && !printable(&profile.bio).is_empty() {
        lines.push(locale.about_bio(Bio(&profile.bio)));
    }
    lines
}
