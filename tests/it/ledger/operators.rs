//! What the ledger keeps for operators, and of people whom they turn away.

use lookalike::clock::Clock;
use lookalike::model::{
    ChatId, Failing, Mode, NetworkName, OptOut, Outcome, Outgoing, OutgoingId, PersonId, Refusal,
    Say, Status,
};
use lookalike::{ledger::Change, model::Handle};

use crate::ledger::fixture::every_store;

const OLGA: ChatId = ChatId(601);

#[tokio::test]
async fn a_full_disk_is_told_once_over_restarts_and_once_when_it_is_over() {
    every_store(|mut test| async move {
        let unsent =
            |ledger: &lookalike::ledger::Ledger| ledger.unsent(OutgoingId(0), 99).unwrap().len();
        for (free, over, messages) in [
            (9, true, 0),
            (1, false, 1),
            (2, false, 1),
            (9, true, 2),
            (9, true, 2),
        ] {
            let failing = Failing::Disk { free };
            test.ledger.warn(failing, over, vec![OLGA]).await.unwrap();
            test.reopen().await;
            assert_eq!(
                unsent(&test.ledger),
                messages,
                "{}: {free}, {over}",
                test.name
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_mode_holds_over_restarts() {
    every_store(|mut test| async move {
        assert_eq!(test.ledger.mode().unwrap().mode, Mode::Runs);
        test.update(Change::SetMode(Mode::Paused)).await;
        test.reopen().await;
        let mode_change = test.ledger.mode().unwrap();
        assert_eq!(
            (mode_change.mode, mode_change.since),
            (Mode::Paused, test.clock.now())
        );
    })
    .await;
}

#[tokio::test]
async fn strangers_are_told_once_a_day_and_nothing_is_kept_of_them() {
    every_store(|test| async move {
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
        let messages = || test.ledger.unsent(OutgoingId(0), 99).unwrap().len();
        let hours = |hours: u64| std::time::Duration::from_secs(hours * 3_600);
        for (wait, expected) in [(0, 1), (1, 1), (10, 1), (1, 2)] {
            test.clock.advance(hours(wait));
            test.update(turn_away()).await;
            assert_eq!(messages(), expected, "{}: {wait} h later", test.name);
        }
        test.send_all().await;
        let person = PersonId(77);
        test.update(Change::Forget { person }).await;
        test.update(turn_away()).await;
        assert_eq!(messages(), 0, "{}: his wish is no reason", test.name);
        assert_eq!(
            test.rows_naming(person),
            Vec::<String>::new(),
            "{}",
            test.name
        );
        test.clock.advance(hours(24));
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(test.quota_rows(), 0, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_search_that_is_under_way_ends_when_its_account_is_to_be_left_alone() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "Nasa")).await;
        test.verify(id, "7", "nasa").await;
        let other = test.submit(test.new_analysis(1, "esa")).await;
        test.update(Change::OptOut(OptOut {
            network: NetworkName::new("test"),
            handle: Handle("NASA".into()),
            by_settings: false,
        }))
        .await;
        let refused = Some(Outcome::Refused(Refusal::LeftAlone));
        assert_eq!(test.analysis(id).outcome, refused, "{}", test.name);
        assert_eq!(test.crawl(other).status, Status::Verifying, "{}", test.name);
        let again = test.submit(test.new_analysis(2, "nasa")).await;
        assert_eq!(test.analysis(again).outcome, refused, "{}", test.name);
        // Without the setting it is like any other account.
        let listed = vec![(NetworkName::new("test"), Handle("esa".into()))];
        test.ledger.opt_out_by_settings(listed).await.unwrap();
        assert_eq!(test.analysis(other).outcome, refused, "{}", test.name);
        // But one opted out by an operator's command stays so, with or without the setting.
        let both = vec![(NetworkName::new("test"), Handle("nasa".into()))];
        test.ledger.opt_out_by_settings(both).await.unwrap();
        test.ledger.opt_out_by_settings(Vec::new()).await.unwrap();
        let left_alone = test.ledger.left_alone(&test.network).unwrap();
        let is = |handle: &str| left_alone.is(&Handle(handle.into()));
        assert!(is("nasa") && !is("esa"), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_quota_counts_what_has_cost_something_on_this_day() {
    every_store(|mut test| async move {
        let request = |test: &crate::ledger::fixture::TestLedger, handle: &str| {
            lookalike::model::NewAnalysis {
                quota: Some(2),
                ..test.new_analysis(1, handle)
            }
        };
        let first = test.submit(request(&test, "a")).await;
        // A repeated request is refused and not counted.
        test.submit(request(&test, "a")).await;
        test.clock.advance(std::time::Duration::from_secs(3_600));
        let second = test.submit(request(&test, "b")).await;
        test.cancel(1, first).await;
        test.cancel(1, second).await;
        test.reopen().await;
        let third = test.submit(request(&test, "c")).await;
        let again_at = "2026-03-02T00:00:00Z".parse().unwrap();
        let quota = Refusal::Quota { limit: 2, again_at };
        let outcome = Some(Outcome::Refused(quota));
        assert_eq!(test.analysis(third).outcome, outcome, "{}", test.name);
        test.clock
            .advance(std::time::Duration::from_secs(11 * 3_600));
        let fourth = test.submit(request(&test, "d")).await;
        assert_eq!(test.analysis(fourth).outcome, None, "{}", test.name);
    })
    .await;
}
