//! What the ledger keeps for those who run the bot, and of those they turn away.

use lookalike::clock::Clock;
use lookalike::model::{
    ChatId, Failing, Mode, NetworkName, OptOut, Outcome, Outgoing, OutgoingId, PersonId, Refusal,
    Say, Status,
};
use lookalike::{ledger::Change, model::Handle};

use crate::ledger::kit::every_store;

const OLGA: ChatId = ChatId(601);

#[tokio::test]
async fn a_full_disk_is_told_once_over_restarts_and_once_when_it_is_over() {
    every_store(|mut desk| async move {
        let unsent =
            |ledger: &lookalike::ledger::Ledger| ledger.unsent(OutgoingId(0), 99).unwrap().len();
        for (free, over, told) in [
            (9, true, 0),
            (1, false, 1),
            (2, false, 1),
            (9, true, 2),
            (9, true, 2),
        ] {
            let failing = Failing::Disk { free };
            desk.ledger.warn(failing, over, vec![OLGA]).await.unwrap();
            desk.reopen().await;
            assert_eq!(unsent(&desk.ledger), told, "{}: {free}, {over}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_mode_holds_over_restarts() {
    every_store(|mut desk| async move {
        assert_eq!(desk.ledger.mode().unwrap().mode, Mode::Runs);
        desk.update(Change::SetMode(Mode::Paused)).await;
        desk.reopen().await;
        let mode_change = desk.ledger.mode().unwrap();
        assert_eq!(
            (mode_change.mode, mode_change.since),
            (Mode::Paused, desk.clock.now())
        );
    })
    .await;
}

#[tokio::test]
async fn a_stranger_is_told_once_a_day_and_nothing_is_left_of_him() {
    every_store(|desk| async move {
        let turn_away = || Change::TurnAway {
            person: PersonId(77),
            sentence: Outgoing {
                chat: ChatId(77),
                place: None,
                say: Say::Answer {
                    callback: String::new(),
                    text: None,
                },
            },
        };
        let told = || desk.ledger.unsent(OutgoingId(0), 99).unwrap().len();
        let hours = |hours: u64| std::time::Duration::from_secs(hours * 3_600);
        for (wait, expected) in [(0, 1), (1, 1), (10, 1), (1, 2)] {
            desk.clock.advance(hours(wait));
            desk.update(turn_away()).await;
            assert_eq!(told(), expected, "{}: {wait} h later", desk.name);
        }
        desk.say_all().await;
        let person = PersonId(77);
        desk.update(Change::Forget { person }).await;
        desk.update(turn_away()).await;
        assert_eq!(told(), 0, "{}: his wish is no reason", desk.name);
        assert_eq!(desk.telling(person), Vec::<String>::new(), "{}", desk.name);
        desk.clock.advance(hours(24));
        desk.ledger.drop_aged().await.unwrap();
        assert_eq!(desk.counted(), 0, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_search_that_is_under_way_ends_when_its_account_is_to_be_left_alone() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "Nasa")).await;
        desk.verify(id, "7", "nasa").await;
        let other = desk.submit(desk.wish(1, "esa")).await;
        desk.update(Change::OptOut(OptOut {
            network: NetworkName::new("test"),
            handle: Handle("NASA".into()),
            by_settings: false,
        }))
        .await;
        let refused = Some(Outcome::Refused(Refusal::LeftAlone));
        assert_eq!(desk.analysis(id).outcome, refused, "{}", desk.name);
        assert_eq!(desk.crawl(other).status, Status::Verifying, "{}", desk.name);
        let again = desk.submit(desk.wish(2, "nasa")).await;
        assert_eq!(desk.analysis(again).outcome, refused, "{}", desk.name);
        // What stands in the settings no longer is like any other.
        let listed = vec![(NetworkName::new("test"), Handle("esa".into()))];
        desk.ledger.opt_out_by_settings(listed).await.unwrap();
        assert_eq!(desk.analysis(other).outcome, refused, "{}", desk.name);
        // But what an operator has said by a command holds, whether it stands in the settings too or not.
        let both = vec![(NetworkName::new("test"), Handle("nasa".into()))];
        desk.ledger.opt_out_by_settings(both).await.unwrap();
        desk.ledger.opt_out_by_settings(Vec::new()).await.unwrap();
        let left_alone = desk.ledger.left_alone(&desk.network).unwrap();
        let is = |handle: &str| left_alone.is(&Handle(handle.into()));
        assert!(is("nasa") && !is("esa"), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_quota_counts_what_has_cost_something_on_this_day() {
    every_store(|mut desk| async move {
        let wish = |desk: &crate::ledger::kit::Desk, handle: &str| lookalike::model::NewAnalysis {
            quota: Some(2),
            ..desk.wish(1, handle)
        };
        let first = desk.submit(wish(&desk, "a")).await;
        // The same again is refused, and counts for nothing.
        desk.submit(wish(&desk, "a")).await;
        desk.clock.advance(std::time::Duration::from_secs(3_600));
        let second = desk.submit(wish(&desk, "b")).await;
        desk.cancel(1, first).await;
        desk.cancel(1, second).await;
        desk.reopen().await;
        let third = desk.submit(wish(&desk, "c")).await;
        let again_at = "2026-03-02T00:00:00Z".parse().unwrap();
        let quota = Refusal::Quota { limit: 2, again_at };
        let outcome = Some(Outcome::Refused(quota));
        assert_eq!(desk.analysis(third).outcome, outcome, "{}", desk.name);
        desk.clock
            .advance(std::time::Duration::from_secs(11 * 3_600));
        let fourth = desk.submit(wish(&desk, "d")).await;
        assert_eq!(desk.analysis(fourth).outcome, None, "{}", desk.name);
    })
    .await;
}
