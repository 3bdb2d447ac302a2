//! How certain a list is, in plain words. Pure.

use crate::bot::list::SHORT;
use crate::locales::{Locale, Whole};
use crate::model::{Followers, Ranking, SETTLED, Sample};
use crate::sampling::TOP;

/// This share of the readable followers is nearly all of them.
const NEARLY_ALL_PERCENT: u64 = 90;

/// Up to this share of unread followers, nothing is said about them.
const HARDLY_ANY: f64 = 0.15;

/// A larger share than this is called most.
const MOST: f64 = 0.6;

/// The smallest share that has a name is a sixth.
const SMALLEST: u64 = 6;

/// Returns how certain the first places are.
pub(super) fn certainty(locale: &Locale, ranking: &Ranking) -> Vec<String> {
    let mut sentences = Vec::new();
    let compared = Whole(ranking.rows.len() as u64);
    sentences.extend((ranking.undecided > 0).then(|| locale.among_the_looked_up(compared)));
    let unread = unread(&ranking.followers);
    sentences.extend(firmness(locale, ranking, unread));
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
    sentences
}

/// Returns how settled the first ten are, in one sentence at most.
fn firmness(locale: &Locale, ranking: &Ranking, unread: Option<u64>) -> Option<String> {
    let Sample {
        listed,
        readable,
        read,
        ..
    } = ranking.sample;
    // A short list has its own warning.
    let may_settle = ranking.undecided == 0 && ranking.rows.len() >= SHORT;
    let is_settled = may_settle && ranking.precision <= SETTLED;
    if read >= listed {
        return None;
    }
    if is_settled && read < readable {
        return Some(locale.settled());
    }
    if is_settled {
        // What many unreadable followers would change is unknown.
        return unread.is_none().then(|| locale.as_good_as_certain());
    }
    // A sample of nearly everyone is not called too small.
    if read.saturating_mul(100) >= readable.saturating_mul(NEARLY_ALL_PERCENT) {
        return None;
    }
    if ranking.sample.is_preliminary() {
        return Some(locale.preliminary());
    }
    may_settle.then(|| locale.settling())
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
pub(super) fn beyond_the_first(
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
    use crate::model::example;

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

    fn told(ranking: &Ranking) -> String {
        certainty(default(), ranking).join(" ")
    }

    const FIRST_IMPRESSION: &str = "This is a first impression: more followers may still change the order. Deeper makes it surer.";
    const SETTLING: &str = "The first ten are settling: more followers may still move a few.";
    const SETTLED_NOW: &str = "Settled: more followers would hardly bring a better ten.";
    const AS_GOOD_AS_CERTAIN: &str = "A better first ten can hardly be found.";

    #[test]
    fn a_list_goes_from_a_first_impression_to_a_settled_one() {
        let firm = SETTLED / 2.0;
        for (read, precision, expected) in [
            (200, 0.9, FIRST_IMPRESSION),
            (200, firm, SETTLED_NOW),
            (850, 0.9, ""),
            (900, 0.9, ""),
            (900, firm, AS_GOOD_AS_CERTAIN),
        ] {
            let told = told(&ranking(read, precision));
            assert_eq!(told, expected, "{read} read, {precision}");
        }
        let of_many = |precision| {
            let mut ranking = ranking(800, precision);
            ranking.sample.listed = 10_000;
            ranking.sample.readable = 9_000;
            told(&ranking)
        };
        assert_eq!(of_many(0.9), SETTLING);
        assert_eq!(of_many(firm), SETTLED_NOW);
        let mut all = ranking(1_000, 0.0);
        all.sample.readable = 1_000;
        assert_eq!(told(&all), "", "what is known of all is not doubted");
    }

    #[test]
    fn a_list_that_lacks_accounts_is_never_called_settled() {
        let looked_up = "These are the best of the 40 accounts that I looked up.";
        for (read, readable) in [(800, 9_000), (900, 900)] {
            let mut ranking = ranking(read, 0.0);
            ranking.sample.readable = readable;
            ranking.undecided = 3;
            assert_eq!(told(&ranking), looked_up);
        }
    }

    #[test]
    fn a_short_list_is_called_neither_settled_nor_certain() {
        for read in [800, 900] {
            let mut short = ranking(read, 0.0);
            short.rows.truncate(SHORT - 1);
            assert_eq!(told(&short), "");
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
        assert_eq!(doubt(100, 50), AS_GOOD_AS_CERTAIN);
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
        assert!(told_now.contains("✓ is almost surely among the first 20."));
        let counted = "I looked through the followers of one account whose place was in doubt";
        assert!(told_now.contains(counted), "{told_now}");
        ranking.reordered = true;
        assert!(!told(&ranking).contains(counted));
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
