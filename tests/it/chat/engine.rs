//! What the engine would do: a look-up, some lists read, a whole crawl.

use lookalike::model::{
    AccountId, Candidate, Crawl, Facts, Handle, Hints, KnownLists, ListEnd, NewTask, Profile,
    Queue, Similar, Subject, TaskOutput,
};

use crate::chat::harness::ChatHarness;
use crate::rankings::{ranking, shortlist};

impl ChatHarness {
    /// Returns the live crawl of an account.
    pub(super) fn crawl(&self, handle: &str) -> Crawl {
        let mut crawls = self.cx.ledger.live_crawls().unwrap().into_iter();
        crawls
            .find(|crawl| crawl.handle.0 == handle)
            .unwrap_or_else(|| panic!("{handle} is not under way"))
    }

    /// Completes a task of the crawl's present stage, as a worker would.
    pub(super) async fn complete(&self, handle: &str, done: TaskOutput, spent: u64) {
        let crawl = self.crawl(handle);
        let queue = Queue {
            network: crawl.network.clone(),
            stage: crawl.stage,
        };
        let lease = self.cx.ledger.lease(&queue, crawl.id).await.unwrap();
        let lease = lease.expect("a task is ready");
        self.cx.ledger.complete(&lease, done, spent).await.unwrap();
        self.cx.notifier.progress(crawl.id);
        self.cx.ledger.wake_outbox();
    }

    pub(super) async fn verify(&self, handle: &str, followers: u64) {
        let found = Facts::Account(profile(handle, "", followers));
        self.complete(handle, TaskOutput::of(found), 2).await;
    }

    /// Brings a verified crawl to where some lists are read.
    pub(super) async fn start_reading(&self, handle: &str) {
        let followers: Vec<AccountId> = (0..1_020).map(|n| AccountId::new(n.to_string())).collect();
        let listed = Facts::Followers {
            lost: 0,
            ids: followers.clone(),
            end: Some(ListEnd::Complete),
            hints: Hints::default(),
        };
        self.complete(handle, TaskOutput::of(listed), 11).await;
        let order = TaskOutput {
            facts: Facts::ReadingOrder(followers),
            follow_ups: vec![NewTask {
                subject: Subject::Opening,
                cursor: None,
            }],
        };
        self.complete(handle, order, 0).await;
        let planned = TaskOutput {
            facts: Facts::Planned(1_020),
            follow_ups: vec![NewTask {
                subject: Subject::Slice { from: 0, to: 1_020 },
                cursor: None,
            }],
        };
        self.complete(handle, planned, 0).await;
        let some = TaskOutput {
            facts: Facts::Known(KnownLists {
                read: 412,
                ..KnownLists::default()
            }),
            follow_ups: vec![NewTask {
                subject: Subject::Slice { from: 0, to: 608 },
                cursor: None,
            }],
        };
        self.complete(handle, some, 3_300).await;
    }

    /// Reads some more lists of a crawl; this many are left to read.
    pub(super) async fn read_lists(&self, handle: &str, read: u32, left: u32) {
        let some = TaskOutput {
            facts: Facts::Known(KnownLists {
                read: read.into(),
                ..KnownLists::default()
            }),
            follow_ups: vec![NewTask {
                subject: Subject::Slice { from: 0, to: left },
                cursor: None,
            }],
        };
        self.complete(handle, some, 1).await;
    }

    /// Brings a crawl that reads lists to its end.
    pub(super) async fn finish(&self, handle: &str, rows: Vec<Similar>) {
        let rest = KnownLists {
            read: 400,
            private: 150,
            gone: 58,
            ..KnownLists::default()
        };
        self.finish_with(handle, rest, rows).await;
    }

    /// Brings a new crawl to its end. Some followers have such long lists that only a full search reads them.
    pub(super) async fn deliver_nearly_all(&self, handle: &str, rows: Vec<Similar>) {
        self.verify(handle, 1_020).await;
        self.start_reading(handle).await;
        let rest = KnownLists {
            read: 400,
            private: 150,
            skipped: 58,
            ..KnownLists::default()
        };
        self.finish_with(handle, rest, rows).await;
    }

    async fn finish_with(&self, handle: &str, rest: KnownLists, rows: Vec<Similar>) {
        let rest = Facts::Known(rest);
        self.complete(handle, TaskOutput::of(rest), 3_697).await;
        self.complete(handle, TaskOutput::of(Facts::Nothing), 0)
            .await;
        let candidates = rows.iter().map(|row| Candidate {
            id: row.id.clone(),
            shared: row.shared,
        });
        let candidates = Facts::Shortlist(shortlist(candidates.collect()));
        self.complete(handle, TaskOutput::of(candidates), 0).await;
        self.complete(handle, TaskOutput::of(Facts::Nothing), 300)
            .await;
        let ranking = ranking(&self.crawl(handle), rows, self.cx.clock.now());
        self.complete(handle, TaskOutput::of(Facts::Ranking(ranking)), 0)
            .await;
        self.complete(handle, TaskOutput::of(Facts::Delivered), 0)
            .await;
    }

    /// Brings a new crawl to its end.
    pub(super) async fn deliver(&self, handle: &str, rows: Vec<Similar>) {
        self.verify(handle, 1_020).await;
        self.start_reading(handle).await;
        self.finish(handle, rows).await;
    }
}

pub(super) fn rows(count: u64) -> Vec<Similar> {
    let row = |n: u64| Similar {
        id: AccountId::new((9_000 + n).to_string()),
        handle: Handle(format!("similar.{n}")),
        name: match n {
            2 => "<b>Bold & \"Brave\"</b>".to_owned(),
            3 => String::new(),
            4 => "=SUM(A1:A9)".to_owned(),
            _ => format!("Similar Number {n}"),
        },
        bio: String::new(),
        picture: None,
        followers: Some(3_200_000 / n),
        verified: n.is_multiple_of(5),
        told_kind: None,
        shared: 812 / n + 1,
        confirmed: None,
        calibrated: None,
        score: 0.9 / n as f64,
        sure: false,
    };
    (1..=count).map(row).collect()
}

pub(super) fn profile(handle: &str, name: &str, followers: u64) -> Profile {
    Profile {
        id: AccountId::new(format!("id-{handle}")),
        handle: Handle(handle.to_owned()),
        name: name.to_owned(),
        bio: String::new(),
        picture: None,
        followers: Some(followers),
        following: Some(10),
        private: false,
        verified: false,
        opted_out: false,
        kind: None,
    }
}
