//! How certain a list is, in plain words. Pure.

use crate::bot::list::Improvements;
use crate::locales::{Locale, Whole};
use crate::model::{Followers, Ranking, SETTLED, Sample};
use crate::sampling::{REPORTED, TOP};

/// Shorter lists need a warning.
const SHORT: usize = 20;

/// Up to this share of unread followers, nothing is said about them.
const HARDLY_ANY: f64 = 0.15;

/// A larger share than this is called most.
const MOST: f64 = 0.6;

/// The smallest share that has a name is a sixth.
const SMALLEST: u64 = 6;

/// Returns how sure the first places are, in one line, with the button that helps if there is one.
pub(super) fn how_sure(locale: &Locale, ranking: &Ranking, better: &Improvements) -> String {
    let Sample { listed, read, .. } = ranking.sample;
    let compared = ranking.rows.len();
    let is_settled = ranking.precision <= SETTLED;
    let (line, press) = match () {
        () if ranking.undecided > 0 => (
            locale.among_the_looked_up(Whole(compared as u64)),
            better.complete.is_some().then(|| locale.press_complete()),
        ),
        () if compared < SHORT => (locale.short_list(Whole(compared as u64)), None),
        () if read >= listed => (locale.settled_by_all(Whole(read)), None),
        () if is_settled => (locale.settled(), None),
        () => (
            how_sure_so_far(locale, ranking),
            better.deeper.is_some().then(|| locale.press_deeper()),
        ),
    };
    [line]
        .into_iter()
        .chain(press)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns how sure the first places of a list are that still grows.
pub(super) fn how_sure_so_far(locale: &Locale, ranking: &Ranking) -> String {
    match ranking.sample.is_preliminary() {
        true => locale.first_impression(),
        false => locale.settling(),
    }
}

/// Returns what else is to be known of the certainty of a list that goes on to place `last`; not all `candidates` may
/// have been looked up.
pub(super) fn doubts(
    locale: &Locale,
    ranking: &Ranking,
    candidates: u32,
    last: u64,
) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(beyond_the_first(locale, ranking, candidates, last));
    let unread = unread(&ranking.followers);
    sentences.extend(unread.map(|one_in| locale.may_follow_others(Whole(one_in))));
    if ranking.is_sample() && ranking.rows.iter().any(|row| row.sure) {
        sentences.push(locale.sure(Whole(TOP as u64)));
    }
    let confirmed = ranking.rows.iter().filter(|row| row.confirmed.is_some());
    match confirmed.count() {
        0 => {}
        // Other places were in doubt in another order.
        _ if ranking.reordered => {}
        count => sentences.push(locale.confirmed(Whole(count as u64))),
    }
    sentences.extend(precision(locale, ranking));
    sentences
}

/// Returns how much the first rows may fall short; `None` if they are exact or it is unknown.
fn precision(locale: &Locale, ranking: &Ranking) -> Option<String> {
    // Rounded up: they fall short by no more than stated.
    let percent = (100.0 * ranking.precision).ceil() as u64;
    let says = ranking.rows.len() > REPORTED && (1..100).contains(&percent);
    says.then(|| locale.precision(Whole(REPORTED as u64), Whole(percent)))
}

/// Returns one in how many of the tried followers stayed unread, 1 for most of them; `None` if hardly any.
fn unread(followers: &Followers) -> Option<u64> {
    let tried = followers.settled();
    let unread = tried.saturating_sub(followers.read) as f64 / tried.max(1) as f64;
    let one_in = match unread > MOST {
        true => 1,
        false => (1.0 / unread).round() as u64,
    };
    (unread > HARDLY_ANY).then_some(one_in.min(SMALLEST))
}

/// Returns a note on the places after the first [`TOP`] if the list goes on to `last` and not all `candidates` were
/// looked up.
fn beyond_the_first(
    locale: &Locale,
    ranking: &Ranking,
    candidates: u32,
    last: u64,
) -> Option<String> {
    let is_complete = u64::from(candidates) <= ranking.rows.len() as u64;
    // A list that lacks accounts in its first places has that note already.
    let is_news = ranking.undecided == 0 && !is_complete && last > TOP as u64;
    is_news.then(|| locale.beyond_the_first(Whole(TOP as u64 + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::default;
    use crate::model::{Button, Press, example};

    /// Of 1,000 followers, every tenth of them private, this many are read.
    fn ranking(read: u64, precision: f64) -> Ranking {
        let rows = (1..=40).map(|number| example::row(&format!("bob{number}")));
        let mut ranking = example::ranking(rows.collect(), 1_000, 900, read);
        ranking.followers = Followers {
            listed: 1_000,
            read,
            private: read / 9,
            ..Followers::default()
        };
        ranking.precision = precision;
        ranking
    }

    fn line(ranking: &Ranking) -> String {
        how_sure(default(), ranking, &Improvements::default())
    }

    fn told(ranking: &Ranking) -> String {
        doubts(default(), ranking, 40, 10).join(" ")
    }

    const FIRST_IMPRESSION: &str = "<b>First impression</b>: the order may still change.";
    const SETTLING: &str = "<b>Settling</b>: a few of the first ten may still change.";
    const SETTLED_NOW: &str = "<b>Settled</b>: reading more would hardly change the first ten.";

    #[test]
    fn a_list_goes_from_a_first_impression_to_a_settled_one() {
        let firm = SETTLED / 2.0;
        for (read, precision, expected) in [
            (200, 0.9, FIRST_IMPRESSION),
            (200, firm, SETTLED_NOW),
            (800, 0.9, SETTLING),
            (900, 0.9, SETTLING),
            (900, firm, SETTLED_NOW),
        ] {
            let mut ranking = ranking(read, precision);
            if read == 800 {
                (ranking.sample.listed, ranking.sample.readable) = (10_000, 9_000);
            }
            assert_eq!(line(&ranking), expected, "{read} read, {precision}");
        }
        let mut all = ranking(1_000, 0.0);
        all.sample.readable = 1_000;
        assert_eq!(line(&all), "<b>Settled</b>: all 1,000 followers were read.");
    }

    #[test]
    fn the_line_names_what_to_press_where_that_helps() {
        let deeper = "Press “Deeper” to make it firmer.";
        let button = Button {
            label: "Better".to_owned(),
            press: Press::CancelAll,
        };
        let better = Improvements {
            deeper: Some(button.clone()),
            complete: Some(button),
            refresh: None,
        };
        let line = |ranking: &Ranking| how_sure(default(), ranking, &better);
        assert!(line(&ranking(200, 0.9)).ends_with(deeper));
        assert_eq!(line(&ranking(200, 0.0)), SETTLED_NOW);
        let mut lacking = ranking(200, 0.9);
        lacking.undecided = 3;
        let complete = "Press “Look up the rest too” for the others.";
        assert!(line(&lacking).ends_with(complete));
    }

    #[test]
    fn a_list_that_lacks_accounts_is_never_called_settled() {
        for (read, readable) in [(800, 9_000), (900, 900)] {
            let mut ranking = ranking(read, 0.0);
            ranking.sample.readable = readable;
            ranking.undecided = 3;
            assert!(line(&ranking).starts_with("<b>Not all are in yet</b>: these are the best"));
        }
    }

    #[test]
    fn a_short_list_is_called_neither_settled_nor_certain() {
        for read in [800, 900] {
            let mut short = ranking(read, 0.0);
            short.rows.truncate(SHORT - 1);
            assert!(line(&short).starts_with("<b>A short list</b>: only 19 accounts"));
        }
    }

    #[test]
    fn who_went_unread_is_a_doubt_where_they_are_many() {
        let doubt = |private, skipped| {
            let mut ranking = ranking(600, 0.0);
            ranking.sample.readable = 600;
            ranking.followers.read = 1_000 - private - skipped;
            ranking.followers.private = private;
            ranking.followers.skipped = skipped;
            told(&ranking)
        };
        assert_eq!(doubt(100, 50), "");
        for (private, skipped, part) in [
            (100, 60, "About a sixth"),
            (200, 0, "About a fifth"),
            (200, 60, "About a quarter"),
            (200, 150, "About a third"),
            (550, 0, "About half"),
            (300, 400, "Most"),
            (1_000, 0, "Most"),
        ] {
            let rest = "of the followers I tried went unread; they may follow other accounts.";
            assert_eq!(doubt(private, skipped), format!("{part} {rest}"));
        }
        assert_eq!(unread(&Followers::default()), None);
    }

    #[test]
    fn marks_and_counts_are_explained_where_there_are_any() {
        let mut ranking = ranking(200, SETTLED);
        ranking.rows[0].sure = true;
        ranking.rows[30].confirmed = Some(100);
        let told_now = told(&ranking);
        assert!(told_now.contains("✓ is very likely in the top 20."));
        let counted = "I double-checked one close call against its full follower list.";
        assert!(told_now.contains(counted), "{told_now}");
        ranking.reordered = true;
        assert!(!told(&ranking).contains(counted));
    }

    #[test]
    fn how_much_the_first_places_may_lack_is_said_where_it_is_known_and_not_nothing() {
        let said = |precision, rows: usize| {
            let mut ranking = ranking(200, precision);
            ranking.rows.truncate(rows);
            super::precision(default(), &ranking)
        };
        let at_most = |percent| {
            Some(format!(
                "With 95% certainty the first 10 together score at most {percent}% less than the best 10 there are."
            ))
        };
        assert_eq!(said(0.25, 30), at_most(25));
        assert_eq!(said(0.001, 30), at_most(1));
        assert_eq!(said(0.0, 30), None);
        assert_eq!(said(1.0, 30), None);
        assert_eq!(said(0.25, 10), None, "there are no others");
    }

    #[test]
    fn places_beyond_the_first_are_of_those_that_were_looked_up() {
        let mut ranking = ranking(200, 0.9);
        let told = |ranking: &Ranking, candidates, last| {
            beyond_the_first(default(), ranking, candidates, last)
        };
        let expected =
            "From place 21 on, this is the order of those I looked up; others could belong there.";
        assert_eq!(told(&ranking, 300, 30).as_deref(), Some(expected));
        assert_eq!(told(&ranking, 300, 20), None);
        assert_eq!(told(&ranking, 40, 30), None, "all of them were looked up");
        ranking.undecided = 1;
        assert_eq!(told(&ranking, 300, 30), None, "that is said of all places");
    }
}
