//! A list that is wanted complete in another order: its crawl continues with profiles, and reads no followers.

use lookalike::ledger::Change;
use lookalike::model::{
    AccountId, AnalysisId, Certainty, Crawl, Depth, Facts, Handle, ListView, MeasureName,
    MessageId, NewAnalysis, Outcome, PersonId, Ranking, Refusal, Say, Similar, StageName, Status,
    TaskOutput, WantedOrder,
};

use crate::ledger::fixture::{DAY, TestLedger, every_store};
use crate::rankings::ranking;

const LIST: MessageId = MessageId(70);

fn by_niche() -> WantedOrder {
    WantedOrder {
        measure: MeasureName::Niche,
        read: 2,
        message: LIST,
        shown: ListView {
            measure: MeasureName::Niche,
            ..ListView::default()
        },
    }
}

impl TestLedger {
    fn completing(&self, person: u64) -> NewAnalysis {
        NewAnalysis {
            order: Some(by_niche()),
            ..self.new_analysis(person, "nasa")
        }
    }

    /// Returns a ranking of one account that lacks three in the balanced order, and by niche unless profiles were fetched for
    /// that.
    fn ranked(&self, crawl: &Crawl, fetched: bool) -> Ranking {
        let row = Similar {
            id: AccountId::new("21"),
            handle: Handle("one".into()),
            name: String::new(),
            bio: String::new(),
            picture: None,
            followers: Some(10),
            verified: false,
            told_kind: None,
            shared: 2,
            confirmed: None,
            calibrated: None,
            score: 0.5,
            sure: false,
        };
        let certainty = |fetched| Certainty {
            undecided: if fetched { 0 } else { 3 },
            fetched,
            ..Certainty::default()
        };
        let orders = [
            (MeasureName::Niche, certainty(fetched)),
            (MeasureName::Balanced, certainty(false)),
        ];
        Ranking {
            certainty: orders.into(),
            ..ranking(crawl, vec![row], lookalike::clock::Clock::now(&*self.clock))
        }
    }

    /// Finishes a crawl with such a ranking.
    async fn finish_ranked(&self, id: AnalysisId, fetched: bool) {
        self.advance_to(id, StageName::Rank).await;
        let ranking = self.ranked(&self.crawl(id), fetched);
        self.complete_next(id, TaskOutput::of(Facts::Ranking(ranking)))
            .await;
        self.complete_next(id, TaskOutput::of(Facts::Delivered))
            .await;
    }

    /// Returns a finished search of the first person's, whose list lacks accounts by niche.
    async fn finish_lacking(&self) -> AnalysisId {
        let id = self.submit(self.new_analysis(1, "nasa")).await;
        self.verify(id, "500", "nasa").await;
        self.finish_ranked(id, false).await;
        self.send_all().await;
        id
    }

    fn orders(&self, id: AnalysisId) -> Vec<MeasureName> {
        let wanted = self.ledger.orders_wanted(&self.crawl(id)).unwrap();
        wanted.into_iter().collect()
    }
}

#[tokio::test]
async fn a_crawl_goes_on_with_profiles_alone_and_edits_the_list_that_asked() {
    every_store(|test| async move {
        let first = test.finish_lacking().await;
        let before = test.crawl(first);
        test.clock.advance(DAY);
        let id = test.submit(test.completing(2)).await;
        let crawl = test.crawl(id);
        assert_eq!((crawl.id, crawl.status), (before.id, Status::Active));
        assert_eq!(crawl.stage, StageName::Profiles, "{}", test.name);
        assert_eq!(crawl.candidate_list, before.candidate_list);
        assert_eq!(test.orders(id), [MeasureName::Niche]);
        test.send_all().await;
        test.finish_ranked(id, true).await;
        let after = test.crawl(id);
        assert_eq!(after.status, Status::Finished, "{}", test.name);
        assert_eq!(after.followers, before.followers, "nobody was read");
        let made_at = |crawl: &Crawl| crawl.reached.as_ref().map(|reached| reached.made_at);
        assert_eq!(made_at(&after), made_at(&before), "it is as old as before");
        assert_eq!(
            test.orders(id),
            [MeasureName::Niche],
            "it stays complete when it goes deeper"
        );
        let said: Vec<Say> = test.unsent().into_iter().map(|it| it.say).collect();
        let listed = Say::Listed {
            analysis: id,
            message: LIST,
            shown: by_niche().shown,
        };
        assert_eq!(said, [Say::Bubble(id), listed], "{}", test.name);
        // Others who want the same get it at once.
        let served = test.submit(test.completing(3)).await;
        let outcome = test.analysis(served).outcome;
        let at_once = matches!(outcome, Some(Outcome::Delivered { made_at: Some(_) }));
        assert!(at_once, "{}: {outcome:?}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_ranking_without_those_profiles_does_not_serve_who_asked_while_it_was_made() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(first, "500", "nasa").await;
        test.advance_to(first, StageName::Rank).await;
        let late = test.submit(test.completing(2)).await;
        test.finish_ranked(first, false).await;
        assert!(test.analysis(first).outcome.is_some(), "{}", test.name);
        assert_eq!(test.analysis(late).outcome, None, "{}", test.name);
        assert_eq!(test.crawl(late).stage, StageName::Profiles);
        test.finish_ranked(late, true).await;
        assert!(test.analysis(late).outcome.is_some(), "{}", test.name);
        assert_eq!(test.crawl(late).status, Status::Finished);
    })
    .await;
}

#[tokio::test]
async fn who_cancels_wants_no_profiles_any_more_and_leaves_the_result() {
    every_store(|test| async move {
        let first = test.finish_lacking().await;
        let before = test.crawl(first);
        let id = test.submit(test.completing(2)).await;
        test.cancel(2, id).await;
        let crawl = test.crawl(id);
        assert_eq!(crawl.status, Status::Finished, "{}", test.name);
        assert_eq!(test.orders(id), Vec::new());
        assert_eq!(
            (crawl.ranking, crawl.reached),
            (before.ranking, before.reached)
        );
        let again = test.submit(test.completing(2)).await;
        assert_eq!(test.crawl(again).stage, StageName::Profiles);
    })
    .await;
}

#[tokio::test]
async fn the_same_order_is_wanted_once_and_counts_as_a_search() {
    every_store(|test| async move {
        test.finish_lacking().await;
        let request = || NewAnalysis {
            quota: Some(1),
            ..test.completing(2)
        };
        let id = test.submit(request()).await;
        let twice = test.submit(request()).await;
        let running = Some(Outcome::Refused(Refusal::AlreadyRunning(id)));
        assert_eq!(test.analysis(twice).outcome, running, "{}", test.name);
        let another = NewAnalysis {
            order: Some(WantedOrder {
                measure: MeasureName::Balanced,
                ..by_niche()
            }),
            quota: Some(2),
            ..request()
        };
        let other = test.submit(another.clone()).await;
        assert_eq!(test.analysis(other).outcome, None, "{}", test.name);
        assert_eq!(test.orders(id), [MeasureName::Balanced, MeasureName::Niche]);
        test.cancel(2, other).await;
        let refused = test.submit(another).await;
        let outcome = test.analysis(refused).outcome;
        let is_full = matches!(outcome, Some(Outcome::Refused(Refusal::Quota { .. })));
        assert!(is_full, "{}: {outcome:?}", test.name);
    })
    .await;
}

#[tokio::test]
async fn nobody_pays_for_what_somebody_else_wants_complete() {
    every_store(|test| async move {
        let first = test.finish_lacking().await;
        let shared = test.crawl(first).id;
        test.has_key(2).await;
        let own = test.submit(test.completing(2)).await;
        test.verify(own, "500", "nasa").await;
        let crawl = test.crawl(own);
        assert_ne!(crawl.id, shared, "{}: their key pays for it", test.name);
        assert_eq!(crawl.key_of, Some(PersonId(2)), "{}", test.name);
        let theirs = test.submit(test.completing(3)).await;
        assert_eq!(test.crawl(theirs).id, shared, "{}", test.name);
        assert_eq!(test.crawl(theirs).key_of, None, "{}", test.name);
        let (network, person) = (test.network.clone(), PersonId(2));
        let paid = test.ledger.paid_today(person, &network).unwrap();
        test.finish_ranked(theirs, true).await;
        assert_eq!(test.ledger.paid_today(person, &network).unwrap(), paid);
    })
    .await;
}

#[tokio::test]
async fn what_was_agreed_to_for_profiles_is_not_spent_on_reading() {
    every_store(|test| async move {
        test.finish_lacking().await;
        // A refresh has begun, and has read nothing yet.
        let renewed = test.submit(NewAnalysis {
            refresh: true,
            ..test.new_analysis(1, "nasa")
        });
        let renewed = renewed.await;
        let charged = NewAnalysis {
            charged: true,
            ..test.completing(2)
        };
        let id = test.submit(charged).await;
        assert_eq!(test.crawl(id).id, test.crawl(renewed).id, "{}", test.name);
        assert!(!test.analysis(id).agreed, "{}", test.name);
        test.verify(renewed, "500", "nasa").await;
        test.cancel(1, renewed).await;
        assert_eq!(test.crawl(id).status, Status::Asking, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn when_an_agreed_order_is_cancelled_nothing_is_spent_on_who_has_not_agreed() {
    every_store(|test| async move {
        test.finish_lacking().await;
        let undecided = test.submit(NewAnalysis {
            order: Some(WantedOrder {
                measure: MeasureName::Balanced,
                ..by_niche()
            }),
            agreed: false,
            charged: true,
            ..test.completing(3)
        });
        let undecided = undecided.await;
        assert_eq!(test.crawl(undecided).status, Status::Asking);
        let agreed = test.submit(test.completing(2)).await;
        assert_eq!(test.crawl(undecided).status, Status::Active);
        test.cancel(2, agreed).await;
        let status = test.crawl(undecided).status;
        assert_eq!(status, Status::Asking, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn profiles_are_fetched_on_from_where_they_were_once_their_cost_is_agreed_to() {
    every_store(|test| async move {
        test.finish_lacking().await;
        let id = test.submit(test.completing(2)).await;
        let before = test.crawl(id);
        for charges in [false, true] {
            let networks = [(test.network.clone(), charges)];
            test.ledger.note_prices(networks.into()).await.unwrap();
        }
        assert_eq!(test.crawl(id).status, Status::Asking, "{}", test.name);
        test.update(Change::Agree {
            analysis: id,
            person: PersonId(2),
            depth: Depth::Normal,
        })
        .await;
        let after = test.crawl(id);
        assert_eq!(after.status, Status::Active, "{}", test.name);
        assert_eq!((after.stage, after.round), (before.stage, before.round));
        test.finish_ranked(id, true).await;
        assert_eq!(test.crawl(id).status, Status::Finished, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_left_alone_is_not_completed() {
    every_store(|test| async move {
        test.finish_lacking().await;
        let id = test.submit(test.completing(2)).await;
        let opted_out = lookalike::model::OptOut {
            network: test.network.clone(),
            handle: Handle("nasa".into()),
            by_settings: false,
        };
        test.update(Change::OptOut(opted_out)).await;
        let refused = Some(Outcome::Refused(Refusal::LeftAlone));
        assert_eq!(test.analysis(id).outcome, refused, "{}", test.name);
        let later = test.submit(test.completing(3)).await;
        assert_eq!(test.analysis(later).outcome, refused, "{}", test.name);
    })
    .await;
}
