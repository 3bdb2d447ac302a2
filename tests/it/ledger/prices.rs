//! Networks that charge from now on, or no longer, while searches are under way.

use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{
    Analysis, AnalysisId, Depth, Facts, NetworkName, NewAnalysis, PersonId, Say, StageName, Status,
    TaskOutput,
};

use crate::ledger::kit::{Desk, every_store};

impl Desk {
    /// A process begins that has the network switched on, where it charges or not.
    async fn starts(&mut self, charges: bool) {
        self.reopen().await;
        let networks = [(self.network.clone(), charges)];
        self.ledger.note_prices(networks.into()).await.unwrap();
    }

    fn paid(&self, person: u64, handle: &str) -> NewAnalysis {
        NewAnalysis {
            agreed: false,
            charged: true,
            ..self.wish(person, handle)
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

    fn of(&self, person: u64) -> Vec<Analysis> {
        self.ledger.analyses_of(PersonId(person)).unwrap()
    }

    /// Whose bubbles are to be shown anew.
    async fn bubbles(&self) -> Vec<AnalysisId> {
        let said = self.say_all().await.into_iter();
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
    every_store(|mut desk| async move {
        desk.starts(false).await;
        let mut ids = Vec::new();
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.verify(id, &format!("{person}00"), handle).await;
            ids.push(id);
        }
        let [first, second, third] = ids[..] else {
            panic!("three of them")
        };
        desk.bring_to(first, StageName::Subscriptions).await;
        assert_eq!(desk.crawl(second).status, Status::Active);
        assert_eq!(desk.crawl(third).status, Status::Queued);
        desk.has_key(4).await;
        let own = desk.submit(desk.wish(4, "d")).await;
        desk.verify(own, "400", "d").await;
        let looked_up = desk.submit(desk.wish(5, "e")).await;
        desk.say_all().await;

        desk.starts(true).await;
        let asked = [first, second, third, own];
        for id in asked {
            let crawl = desk.crawl(id);
            assert_eq!(crawl.status, Status::Asking, "{}: {id:?}", desk.name);
            let ready = desk.ledger.ready(&desk.queue(crawl.stage)).unwrap();
            assert!(ready.iter().all(|it| it.crawl != crawl.id));
            assert_eq!(crawl.spent().requests, 0, "it has cost nothing so far");
            let charged = desk.analysis(id).charged;
            assert_eq!(charged, id != own, "{}: who pays", desk.name);
        }
        assert_eq!(
            desk.bubbles().await,
            asked,
            "{}: people are told",
            desk.name
        );
        assert_eq!(desk.crawl(looked_up).status, Status::Verifying);
        let lease = desk.take(looked_up).await;
        assert!(lease.asked_by.is_some(), "somebody has to answer for it");
        let now = desk.clock.now();
        desk.ledger.postpone(&lease, now, false, 0).await.unwrap();
        desk.verify(looked_up, "500", "e").await;
        assert_eq!(desk.crawl(looked_up).status, Status::Asking);

        desk.agree(first, Depth::Quick).await;
        let crawl = desk.crawl(first);
        assert_eq!(crawl.stage, StageName::Subscriptions, "it goes on");
        assert_eq!((crawl.status, crawl.depth), (Status::Active, Depth::Quick));
        desk.starts(true).await;
        let still = desk.crawl(first);
        assert_eq!(still.status, Status::Active, "{}: once", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_price_goes_on_by_itself_when_its_network_is_free() {
    every_store(|mut desk| async move {
        desk.starts(true).await;
        let asked = desk.submit(desk.paid(1, "a")).await;
        desk.verify(asked, "100", "a").await;
        assert_eq!(desk.crawl(asked).status, Status::Asking);
        let agreed = desk.submit(desk.paid(2, "b")).await;
        desk.verify(agreed, "200", "b").await;
        desk.agree(agreed, Depth::Quick).await;
        desk.bring_to(agreed, StageName::Subscriptions).await;
        let deeper = NewAnalysis {
            depth: Depth::Deep,
            ..desk.paid(3, "b")
        };
        let deeper = desk.submit(deeper).await;
        let looked_up = desk.submit(desk.paid(4, "c")).await;
        desk.say_all().await;

        desk.starts(false).await;
        let told = [asked, deeper, looked_up];
        assert_eq!(desk.bubbles().await, told, "{}: people are told", desk.name);
        let crawl = desk.crawl(asked);
        assert_eq!(crawl.status, Status::Active, "{}", desk.name);
        assert_eq!(crawl.depth, Depth::Normal, "as it was wanted");
        let crawl = desk.crawl(agreed);
        assert_eq!(crawl.status, Status::Active);
        assert_eq!(crawl.depth, Depth::Deep, "the deeper wish counts");
        desk.verify(looked_up, "300", "c").await;
        assert_eq!(desk.crawl(looked_up).status, Status::Queued);
    })
    .await;
}

#[tokio::test]
async fn a_comparison_is_asked_about_and_goes_on_like_anything_else() {
    every_store(|mut desk| async move {
        desk.starts(false).await;
        desk.compare(1, &["a", "b"]).await;
        for (analysis, account) in desk.of(1).iter().zip(["100", "200"]) {
            desk.verify(analysis.id, account, &analysis.handle.0).await;
        }
        for (charges, status) in [(true, Status::Asking), (false, Status::Active)] {
            desk.starts(charges).await;
            for analysis in desk.of(1) {
                let crawl = desk.crawl(analysis.id);
                assert_eq!(crawl.status, status, "{}: {charges}", desk.name);
            }
        }
        for analysis in desk.of(1) {
            desk.bring_to(analysis.id, StageName::Deliver).await;
            desk.step(analysis.id, TaskOutput::of(Facts::Delivered))
                .await;
        }
        let said = desk.say_all().await;
        let is_told = |said: &Say| matches!(said, Say::Compared { .. });
        let told = said.iter().filter(|it| is_told(&it.say)).count();
        assert_eq!(told, 1, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_network_that_was_switched_off_meanwhile_is_asked_about_if_it_charges_then() {
    every_store(|mut desk| async move {
        desk.starts(false).await;
        let id = desk.submit(desk.wish(1, "a")).await;
        desk.verify(id, "100", "a").await;
        desk.reopen().await;
        let other = [(NetworkName::new("other"), true)];
        desk.ledger.note_prices(other.into()).await.unwrap();
        assert_eq!(desk.crawl(id).status, Status::Active, "it is not there");
        desk.starts(true).await;
        assert_eq!(desk.crawl(id).status, Status::Asking, "{}", desk.name);
    })
    .await;
}
