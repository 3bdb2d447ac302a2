//! How a crawl moves from its look-up to its end, on every store.

use std::sync::Arc;

use lookalike::ledger::Completion;
use lookalike::model::{
    AccountId, ChatId, Facts, Hints, ListEnd, Outcome, Outgoing, Refusal, Say, StageName, Status,
    TaskOutput, Unreadable,
};

use crate::ledger::kit::{DAY, account_task, every_store, ids, nothing, opening, order, taken_on};

#[tokio::test]
async fn an_analysis_passes_through_all_stages_to_its_result() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        assert_eq!(desk.crawl(id).status, Status::Verifying);
        assert_eq!(desk.verify(id, "500", "nasa").await, Completion::Over);
        assert_eq!(desk.crawl(id).status, Status::Active);
        for stage in StageName::ALL.into_iter().skip(1) {
            desk.bring_to(id, stage).await;
            assert_eq!(desk.crawl(id).open, 1, "a stage begins with one task");
        }
        assert_eq!(
            desk.step(id, TaskOutput::of(Facts::Delivered)).await,
            Completion::Over
        );
        let crawl = desk.crawl(id);
        assert_eq!(crawl.status, Status::Finished);
        assert_eq!(
            desk.analysis(id).outcome,
            Some(Outcome::Delivered { made_at: None })
        );
        assert_eq!((crawl.followers.listed, crawl.followers.read), (2, 2));
        assert_eq!((crawl.candidates, crawl.profiles_done), (2, 2));
        let requests = crawl.requests;
        assert_eq!(
            (requests.verify, requests.followers, requests.subscriptions),
            (1, 1, 5)
        );
        assert!(desk.ledger.ranking(&crawl).unwrap().is_some());
        assert!(desk.ledger.live_crawls().unwrap().is_empty());
        let chat = ChatId(1);
        let said = [
            Say::Bubble(id),
            Say::Bubble(id),
            Say::Picture(id),
            Say::Results(id),
        ];
        assert_eq!(
            desk.unsent(),
            said.map(|say| Outgoing {
                chat,
                place: None,
                say
            })
        );
    })
    .await;
}

#[tokio::test]
async fn the_next_one_starts_when_there_is_room_by_priority_and_age() {
    every_store(|desk| async move {
        let mut analyses = Vec::new();
        for (person, priority) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 3)] {
            let mut wish = desk.wish(person, &format!("handle{person}"));
            wish.priority = priority;
            let id = desk.submit(wish).await;
            desk.verify(id, &format!("{person}00"), &format!("handle{person}"))
                .await;
            analyses.push(id);
        }
        let status = |index: usize| desk.crawl(analyses[index]).status;
        let place = |index: usize| {
            let crawl = desk.crawl(analyses[index]);
            desk.ledger.place_in_queue(&crawl).unwrap()
        };
        assert_eq!((status(0), status(1)), (Status::Active, Status::Active));
        assert_eq!(
            (0..5).map(place).collect::<Vec<_>>(),
            [None, None, Some(2), Some(3), Some(1)]
        );
        // Somebody of a higher priority joins the last one.
        let mut wish = desk.wish(6, "handle4");
        wish.priority = 2;
        desk.submit(wish).await;
        assert_eq!((place(2), place(3)), (Some(3), Some(2)));
        desk.cancel(1, analyses[0]).await;
        assert_eq!(status(4), Status::Active, "the one of the highest priority");
        desk.bring_to(analyses[1], StageName::Deliver).await;
        desk.step(analyses[1], TaskOutput::of(Facts::Delivered))
            .await;
        assert_eq!((status(3), status(2)), (Status::Active, Status::Queued));
        let lease = desk.take(analyses[4]).await;
        let refused = TaskOutput::of(Facts::Refused(Refusal::HiddenFollowers));
        desk.ledger.complete(&lease, refused, 0).await.unwrap();
        assert_eq!(status(2), Status::Active, "a refused crawl makes room too");
        assert_eq!(desk.ledger.active_crawls().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_line_is_read_anew_only_when_it_has_changed() {
    every_store(|desk| async move {
        for person in 1..=3 {
            let handle = format!("handle{person}");
            let id = desk.submit(desk.wish(person, &handle)).await;
            desk.verify(id, &handle, &handle).await;
        }
        let line = || desk.ledger.line().unwrap();
        let first = line();
        assert_eq!(first.len(), 1, "two are at work, one waits");
        desk.say_all().await;
        assert!(Arc::ptr_eq(&first, &line()), "{}: as it was", desk.name);
        let fourth = desk.submit(desk.wish(4, "handle4")).await;
        desk.verify(fourth, "handle4", "handle4").await;
        assert_eq!(line().len(), 2, "{}: one more", desk.name);
        desk.cancel(4, fourth).await;
        assert_eq!(line()[..], first[..], "{}: one less", desk.name);
    })
    .await;
}

#[tokio::test]
async fn everybody_who_waits_is_told_why_it_cannot_be_had() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        let second = desk.submit(desk.wish(2, "nasa")).await;
        desk.say_all().await;
        let left = desk
            .step(first, TaskOutput::of(Facts::Refused(Refusal::Private)))
            .await;
        assert_eq!(left, Completion::Over);
        for id in [first, second] {
            assert_eq!(
                desk.analysis(id).outcome,
                Some(Outcome::Refused(Refusal::Private))
            );
        }
        assert_eq!(desk.unsent().len(), 2);
        let anew = desk.submit(desk.wish(3, "nasa")).await;
        assert_eq!(desk.crawl(anew).status, Status::Verifying);
    })
    .await;
}

#[tokio::test]
async fn every_page_of_followers_counts_and_each_follower_once() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        let page = |ids: Vec<AccountId>, end: Option<ListEnd>| TaskOutput {
            facts: Facts::Followers {
                lost: 0,
                ids,
                end,
                hints: Hints::default(),
            },
            follow_ups: opening(usize::from(end.is_none())),
        };
        desk.step(id, page(ids(["3", "1", "abc"]), None)).await;
        desk.step(id, page(Vec::new(), None)).await;
        desk.step(id, page(ids(["1", "2"]), Some(ListEnd::Capped)))
            .await;
        let crawl = desk.crawl(id);
        assert_eq!(crawl.stage, StageName::Subscriptions);
        assert_eq!(
            (
                crawl.followers.pages,
                crawl.followers.listed,
                crawl.followers.end
            ),
            (2, 5, Some(ListEnd::Capped))
        );
        let followers = desk.ledger.listed_followers(&crawl).unwrap();
        let mut expected = ids(["1", "2", "3", "abc"]);
        expected.sort_unstable();
        assert_eq!(followers, expected, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_serves_every_crawl() {
    use lookalike::ledger::ListState;
    use lookalike::model::{Cursor, ListEnd, Onward};
    every_store(|desk| async move {
        let cursor = |name: &str| Some(Cursor(name.into()));
        let followers = ids(["11", "12"]);
        let page = |list: &[&str], asked: Option<Cursor>, next: Option<Cursor>| TaskOutput {
            follow_ups: match next {
                Some(_) => vec![account_task(AccountId::new("11"))],
                None => Vec::new(),
            },
            facts: Facts::Following {
                lost: 0,
                follower: AccountId::new("11"),
                ids: list.iter().map(|id| AccountId::new(*id)).collect(),
                asked,
                onward: next.map_or(Onward::End(ListEnd::Complete), Onward::Next),
                skip: false,
                profiles: Vec::new(),
            },
        };
        let mut analyses = Vec::new();
        for (person, account) in [(1, "500"), (2, "600")] {
            let id = desk.submit(desk.wish(person, account)).await;
            desk.verify(id, account, account).await;
            desk.bring_to(id, StageName::Subscriptions).await;
            desk.step(id, order(&followers)).await;
            desk.step(id, taken_on(&followers)).await;
            analyses.push(id);
        }
        let (one, two) = (analyses[0], analyses[1]);
        let states = |id| {
            let states = desk.ledger.follower_states(&desk.crawl(id), &followers);
            states.unwrap()
        };
        // Both ask for the first page; the second to come begins the reading anew.
        let (mine, theirs) = (desk.take(one).await, desk.take(two).await);
        let first = page(&["21", "22"], None, cursor("p2"));
        for lease in [mine, theirs] {
            desk.ledger
                .complete(&lease, first.clone(), 1)
                .await
                .unwrap();
        }
        assert_eq!(
            states(two)[0],
            ListState::Reading {
                next: cursor("p2"),
                pages: 1,
                ids: 2,
                counted: None,
            }
        );
        // The other follower's task is the next in the queue, before the follow-up.
        let private = Facts::Unread {
            follower: AccountId::new("12"),
            why: Unreadable::Private,
        };
        desk.step(one, TaskOutput::of(private.clone())).await;
        desk.step(two, TaskOutput::of(private)).await;
        let (mine, theirs) = (desk.take(one).await, desk.take(two).await);
        let last = page(&["22", "23"], cursor("p2"), None);
        assert_eq!(
            desk.ledger.complete(&mine, last.clone(), 1).await.unwrap(),
            Completion::Over
        );
        // The other crawl brings the same last page: it has nothing to add to, and looks again.
        assert_eq!(
            desk.ledger.complete(&theirs, last, 1).await.unwrap(),
            Completion::Open(1)
        );
        assert_eq!(
            states(two),
            [
                ListState::Read {
                    broken_off: false,
                    pages: 2,
                    ids: 3
                },
                ListState::Unreadable(Unreadable::Private)
            ]
        );
        let known = Facts::Known(lookalike::model::KnownLists {
            read: 1,
            ..Default::default()
        });
        assert_eq!(
            desk.step(two, TaskOutput::of(known)).await,
            Completion::Over
        );
        for id in analyses {
            let crawl = desk.crawl(id);
            assert_eq!((crawl.followers.read, crawl.followers.private), (1, 1));
            let mut lists = Vec::new();
            let read = desk.ledger.lists(&crawl, None).unwrap();
            read.for_each(|list| lists.push(list.to_vec())).unwrap();
            assert_eq!(lists, [[21, 22, 23]], "{}", desk.name);
        }
        // What is known gets old by the clock, for crawls that begin later.
        desk.clock.advance(8 * DAY);
        let later = desk.submit(desk.wish(3, "later")).await;
        assert_eq!(states(later), [ListState::Unknown, ListState::Unknown]);
    })
    .await;
}

#[tokio::test]
async fn an_empty_stage_is_over_at_once() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        desk.bring_to(id, StageName::Profiles).await;
        assert_eq!(desk.step(id, nothing()).await, Completion::Over);
        assert_eq!(desk.crawl(id).stage, StageName::Confirm, "{}", desk.name);
    })
    .await;
}
