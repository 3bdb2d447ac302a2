//! A list that is wanted complete in another order: its crawl goes on where profiles are fetched, and reads nobody.

use lookalike::ledger::Change;
use lookalike::model::{
    AccountId, AnalysisId, Certainty, Crawl, Facts, Handle, ListView, MeasureName, MessageId,
    NewAnalysis, Outcome, PersonId, Ranking, Refusal, Say, Similar, StageName, Status, TaskOutput,
    WantedOrder,
};

use crate::ledger::kit::{DAY, Desk, every_store};
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

impl Desk {
    fn completes(&self, person: u64) -> NewAnalysis {
        NewAnalysis {
            order: Some(by_niche()),
            ..self.wish(person, "nasa")
        }
    }

    /// A ranking of one account, that lacks three by big names, and by niche unless profiles were fetched for that.
    fn ranked(&self, crawl: &Crawl, fetched: bool) -> Ranking {
        let row = Similar {
            id: AccountId::new("21"),
            handle: Handle("one".into()),
            name: String::new(),
            bio: String::new(),
            picture: None,
            followers: Some(10),
            verified: false,
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
            (MeasureName::BigNames, certainty(false)),
        ];
        Ranking {
            certainty: orders.into(),
            ..ranking(crawl, vec![row], lookalike::clock::Clock::now(&*self.clock))
        }
    }

    /// Brings a crawl to its end, with such a ranking.
    async fn ends(&self, id: AnalysisId, fetched: bool) {
        self.bring_to(id, StageName::Rank).await;
        let ranking = self.ranked(&self.crawl(id), fetched);
        self.step(id, TaskOutput::of(Facts::Ranking(ranking))).await;
        self.step(id, TaskOutput::of(Facts::Delivered)).await;
    }

    /// A finished search of the first person's whose list lacks accounts by niche.
    async fn lacking(&self) -> AnalysisId {
        let id = self.submit(self.wish(1, "nasa")).await;
        self.verify(id, "500", "nasa").await;
        self.ends(id, false).await;
        self.say_all().await;
        id
    }

    fn orders(&self, id: AnalysisId) -> Vec<MeasureName> {
        let wanted = self.ledger.orders_wanted(&self.crawl(id)).unwrap();
        wanted.into_iter().collect()
    }
}

#[tokio::test]
async fn a_crawl_goes_on_with_profiles_alone_and_edits_the_list_that_asked() {
    every_store(|desk| async move {
        let first = desk.lacking().await;
        let before = desk.crawl(first);
        desk.clock.advance(DAY);
        let id = desk.submit(desk.completes(2)).await;
        let crawl = desk.crawl(id);
        assert_eq!((crawl.id, crawl.status), (before.id, Status::Active));
        assert_eq!(crawl.stage, StageName::Profiles, "{}", desk.name);
        assert_eq!(crawl.candidate_list, before.candidate_list);
        assert_eq!(desk.orders(id), [MeasureName::Niche]);
        desk.say_all().await;
        desk.ends(id, true).await;
        let after = desk.crawl(id);
        assert_eq!(after.status, Status::Finished, "{}", desk.name);
        assert_eq!(after.followers, before.followers, "nobody was read");
        let made_at = |crawl: &Crawl| crawl.reached.as_ref().map(|reached| reached.made_at);
        assert_eq!(made_at(&after), made_at(&before), "it is as old as before");
        assert_eq!(
            desk.orders(id),
            [MeasureName::Niche],
            "it stays complete when it goes deeper"
        );
        let said: Vec<Say> = desk.unsent().into_iter().map(|it| it.say).collect();
        let listed = Say::Listed {
            analysis: id,
            message: LIST,
            shown: by_niche().shown,
        };
        assert_eq!(said, [Say::Bubble(id), listed], "{}", desk.name);
        // Who wants the same from then on has it at once.
        let served = desk.submit(desk.completes(3)).await;
        let outcome = desk.analysis(served).outcome;
        let at_once = matches!(outcome, Some(Outcome::Delivered { made_at: Some(_) }));
        assert!(at_once, "{}: {outcome:?}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_ranking_without_those_profiles_does_not_serve_who_asked_while_it_was_made() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(first, "500", "nasa").await;
        desk.bring_to(first, StageName::Rank).await;
        let late = desk.submit(desk.completes(2)).await;
        desk.ends(first, false).await;
        assert!(desk.analysis(first).outcome.is_some(), "{}", desk.name);
        assert_eq!(desk.analysis(late).outcome, None, "{}", desk.name);
        assert_eq!(desk.crawl(late).stage, StageName::Profiles);
        desk.ends(late, true).await;
        assert!(desk.analysis(late).outcome.is_some(), "{}", desk.name);
        assert_eq!(desk.crawl(late).status, Status::Finished);
    })
    .await;
}

#[tokio::test]
async fn who_cancels_wants_no_profiles_any_more_and_leaves_the_result() {
    every_store(|desk| async move {
        let first = desk.lacking().await;
        let before = desk.crawl(first);
        let id = desk.submit(desk.completes(2)).await;
        desk.cancel(2, id).await;
        let crawl = desk.crawl(id);
        assert_eq!(crawl.status, Status::Finished, "{}", desk.name);
        assert_eq!(desk.orders(id), Vec::new());
        assert_eq!(
            (crawl.ranking, crawl.reached),
            (before.ranking, before.reached)
        );
        let again = desk.submit(desk.completes(2)).await;
        assert_eq!(desk.crawl(again).stage, StageName::Profiles);
    })
    .await;
}

#[tokio::test]
async fn the_same_order_is_wanted_once_and_counts_as_a_search() {
    every_store(|desk| async move {
        desk.lacking().await;
        let wish = || NewAnalysis {
            quota: Some(1),
            ..desk.completes(2)
        };
        let id = desk.submit(wish()).await;
        let twice = desk.submit(wish()).await;
        let running = Some(Outcome::Refused(Refusal::AlreadyRunning(id)));
        assert_eq!(desk.analysis(twice).outcome, running, "{}", desk.name);
        let another = NewAnalysis {
            order: Some(WantedOrder {
                measure: MeasureName::BigNames,
                ..by_niche()
            }),
            quota: Some(2),
            ..wish()
        };
        let other = desk.submit(another.clone()).await;
        assert_eq!(desk.analysis(other).outcome, None, "{}", desk.name);
        assert_eq!(desk.orders(id), [MeasureName::BigNames, MeasureName::Niche]);
        desk.cancel(2, other).await;
        let refused = desk.submit(another).await;
        let outcome = desk.analysis(refused).outcome;
        let is_full = matches!(outcome, Some(Outcome::Refused(Refusal::Quota { .. })));
        assert!(is_full, "{}: {outcome:?}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn nobody_pays_for_what_somebody_else_wants_complete() {
    every_store(|desk| async move {
        let first = desk.lacking().await;
        let shared = desk.crawl(first).id;
        desk.has_key(2).await;
        let own = desk.submit(desk.completes(2)).await;
        desk.verify(own, "500", "nasa").await;
        let crawl = desk.crawl(own);
        assert_ne!(crawl.id, shared, "{}: their key pays for it", desk.name);
        assert_eq!(crawl.key_of, Some(PersonId(2)), "{}", desk.name);
        let theirs = desk.submit(desk.completes(3)).await;
        assert_eq!(desk.crawl(theirs).id, shared, "{}", desk.name);
        assert_eq!(desk.crawl(theirs).key_of, None, "{}", desk.name);
        let (network, person) = (desk.network.clone(), PersonId(2));
        let paid = desk.ledger.paid_today(person, &network).unwrap();
        desk.ends(theirs, true).await;
        assert_eq!(desk.ledger.paid_today(person, &network).unwrap(), paid);
    })
    .await;
}

#[tokio::test]
async fn what_was_agreed_to_for_profiles_is_not_spent_on_reading() {
    every_store(|desk| async move {
        desk.lacking().await;
        // Somebody has it looked at anew: nothing is read of that yet.
        let anew = desk.submit(NewAnalysis {
            refresh: true,
            ..desk.wish(1, "nasa")
        });
        let anew = anew.await;
        let charged = NewAnalysis {
            charged: true,
            ..desk.completes(2)
        };
        let id = desk.submit(charged).await;
        assert_eq!(desk.crawl(id).id, desk.crawl(anew).id, "{}", desk.name);
        assert!(!desk.analysis(id).agreed, "{}", desk.name);
        desk.verify(anew, "500", "nasa").await;
        desk.cancel(1, anew).await;
        assert_eq!(desk.crawl(id).status, Status::Asking, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_left_alone_is_not_completed() {
    every_store(|desk| async move {
        desk.lacking().await;
        let id = desk.submit(desk.completes(2)).await;
        let opted_out = lookalike::model::OptOut {
            network: desk.network.clone(),
            handle: Handle("nasa".into()),
            by_settings: false,
        };
        desk.update(Change::OptOut(opted_out)).await;
        let refused = Some(Outcome::Refused(Refusal::LeftAlone));
        assert_eq!(desk.analysis(id).outcome, refused, "{}", desk.name);
        let later = desk.submit(desk.completes(3)).await;
        assert_eq!(desk.analysis(later).outcome, refused, "{}", desk.name);
    })
    .await;
}
