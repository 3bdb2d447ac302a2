//! Networks that begin or cease to charge while searches are in progress.

use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{
    Analysis, AnalysisId, Depth, Facts, NetworkName, NewAnalysis, PersonId, Say, StageName, Status,
    TaskOutput,
};

use crate::ledger::fixture::{TestLedger, every_store};

impl TestLedger {
    /// Opens the database again, with the network switched on and charging or not.
    async fn reopen_priced(&mut self, charges: bool) {
        self.reopen().await;
        let networks = [(self.network.clone(), charges)];
        self.ledger.note_prices(networks.into()).await.unwrap();
    }

    fn paid_analysis(&self, person: u64, handle: &str) -> NewAnalysis {
        NewAnalysis {
            agreed: false,
            charged: true,
            ..self.new_analysis(person, handle)
        }
    }

    async fn agree(&self, id: AnalysisId, depth: Depth) {
        let person = self.analysis(id).person;
        let analysis = id;
        self.update(Change::Agree {
            analysis,
            person,
            depth,
        })
        .await;
    }

    fn analyses_of(&self, person: u64) -> Vec<Analysis> {
        self.ledger.analyses_of(PersonId(person)).unwrap()
    }

    /// Sends the outbox; returns the analyses whose bubbles were in it.
    async fn sent_bubbles(&self) -> Vec<AnalysisId> {
        let said = self.send_all().await.into_iter();
        let bubbles = said.filter_map(|outgoing| match outgoing.say {
            Say::Bubble(id) => Some(id),
            _ => None,
        });
        let mut bubbles: Vec<AnalysisId> = bubbles.collect();
        bubbles.sort_unstable();
        bubbles
    }
}

#[tokio::test]
async fn what_is_under_way_is_asked_about_when_its_network_begins_to_charge() {
    every_store(|mut test| async move {
        test.reopen_priced(false).await;
        let mut ids = Vec::new();
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = test.submit(test.new_analysis(person, handle)).await;
            test.verify(id, &format!("{person}00"), handle).await;
            ids.push(id);
        }
        let [first, second, third] = ids[..] else {
            panic!("three of them")
        };
        test.advance_to(first, StageName::Subscriptions).await;
        assert_eq!(test.crawl(second).status, Status::Active);
        assert_eq!(test.crawl(third).status, Status::Queued);
        test.has_key(4).await;
        let own = test.submit(test.new_analysis(4, "d")).await;
        test.verify(own, "400", "d").await;
        let looked_up = test.submit(test.new_analysis(5, "e")).await;
        test.send_all().await;

        test.reopen_priced(true).await;
        let asked = [first, second, third, own];
        for id in asked {
            let crawl = test.crawl(id);
            assert_eq!(crawl.status, Status::Asking, "{}: {id:?}", test.name);
            let ready = test.ledger.ready(&test.queue(crawl.stage)).unwrap();
            assert!(ready.iter().all(|it| it.crawl != crawl.id));
            assert_eq!(crawl.spent().requests, 0, "it has cost nothing so far");
            let charged = test.analysis(id).charged;
            assert_eq!(charged, id != own, "{}: who pays", test.name);
        }
        assert_eq!(
            test.sent_bubbles().await,
            asked,
            "{}: people are told",
            test.name
        );
        assert_eq!(test.crawl(looked_up).status, Status::Verifying);
        let lease = test.take_lease(looked_up).await;
        assert!(lease.asked_by.is_some(), "somebody has to answer for it");
        let now = test.clock.now();
        test.ledger.postpone(&lease, now, false, 0).await.unwrap();
        test.verify(looked_up, "500", "e").await;
        assert_eq!(test.crawl(looked_up).status, Status::Asking);

        test.agree(first, Depth::Quick).await;
        let crawl = test.crawl(first);
        assert_eq!(crawl.stage, StageName::Subscriptions, "it goes on");
        assert_eq!((crawl.status, crawl.depth), (Status::Active, Depth::Quick));
        test.reopen_priced(true).await;
        let still = test.crawl(first);
        assert_eq!(still.status, Status::Active, "{}: once", test.name);
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_price_goes_on_by_itself_when_its_network_is_free() {
    every_store(|mut test| async move {
        test.reopen_priced(true).await;
        let asked = test.submit(test.paid_analysis(1, "a")).await;
        test.verify(asked, "100", "a").await;
        assert_eq!(test.crawl(asked).status, Status::Asking);
        let agreed = test.submit(test.paid_analysis(2, "b")).await;
        test.verify(agreed, "200", "b").await;
        test.agree(agreed, Depth::Quick).await;
        test.advance_to(agreed, StageName::Subscriptions).await;
        let deeper = NewAnalysis {
            depth: Depth::Deep,
            ..test.paid_analysis(3, "b")
        };
        let deeper = test.submit(deeper).await;
        let looked_up = test.submit(test.paid_analysis(4, "c")).await;
        test.send_all().await;

        test.reopen_priced(false).await;
        let expected = [asked, deeper, looked_up];
        assert_eq!(
            test.sent_bubbles().await,
            expected,
            "{}: people are told",
            test.name
        );
        let crawl = test.crawl(asked);
        assert_eq!(crawl.status, Status::Active, "{}", test.name);
        assert_eq!(crawl.depth, Depth::Normal, "as it was wanted");
        let crawl = test.crawl(agreed);
        assert_eq!(crawl.status, Status::Active);
        assert_eq!(crawl.depth, Depth::Deep, "the deeper wish counts");
        test.verify(looked_up, "300", "c").await;
        assert_eq!(test.crawl(looked_up).status, Status::Queued);
    })
    .await;
}

#[tokio::test]
async fn a_comparison_is_asked_about_and_goes_on_like_anything_else() {
    every_store(|mut test| async move {
        test.reopen_priced(false).await;
        test.compare(1, &["a", "b"]).await;
        for (analysis, account) in test.analyses_of(1).iter().zip(["100", "200"]) {
            test.verify(analysis.id, account, &analysis.handle.0).await;
        }
        for (charges, status) in [(true, Status::Asking), (false, Status::Active)] {
            test.reopen_priced(charges).await;
            for analysis in test.analyses_of(1) {
                let crawl = test.crawl(analysis.id);
                assert_eq!(crawl.status, status, "{}: {charges}", test.name);
            }
        }
        for analysis in test.analyses_of(1) {
            test.advance_to(analysis.id, StageName::Deliver).await;
            test.complete_next(analysis.id, TaskOutput::of(Facts::Delivered))
                .await;
        }
        let said = test.send_all().await;
        let is_told = |said: &Say| matches!(said, Say::Compared { .. });
        let expected = said.iter().filter(|it| is_told(&it.say)).count();
        assert_eq!(expected, 1, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_network_that_was_switched_off_meanwhile_is_asked_about_if_it_charges_then() {
    every_store(|mut test| async move {
        test.reopen_priced(false).await;
        let id = test.submit(test.new_analysis(1, "a")).await;
        test.verify(id, "100", "a").await;
        test.reopen().await;
        let other = [(NetworkName::new("other"), true)];
        test.ledger.note_prices(other.into()).await.unwrap();
        assert_eq!(test.crawl(id).status, Status::Active, "it is not there");
        test.reopen_priced(true).await;
        assert_eq!(test.crawl(id).status, Status::Asking, "{}", test.name);
    })
    .await;
}
