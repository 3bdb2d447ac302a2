//! How a crawl passes through its stages, on every store.

use std::sync::Arc;

use lookalike::ledger::Completion;
use lookalike::model::{
    AccountId, ChatId, Facts, Hints, ListEnd, Outcome, Outgoing, Refusal, Say, StageName, Status,
    TaskOutput, Unreadable,
};

use crate::ledger::fixture::{
    DAY, account_task, every_store, ids, nothing, opening, order, planned,
};

#[tokio::test]
async fn an_analysis_passes_through_all_stages_to_its_result() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        assert_eq!(test.crawl(id).status, Status::Verifying);
        assert_eq!(test.verify(id, "500", "nasa").await, Completion::Over);
        assert_eq!(test.crawl(id).status, Status::Active);
        for stage in StageName::ALL.into_iter().skip(1) {
            test.advance_to(id, stage).await;
            assert_eq!(test.crawl(id).open, 1, "a stage begins with one task");
        }
        assert_eq!(
            test.complete_next(id, TaskOutput::of(Facts::Delivered))
                .await,
            Completion::Over
        );
        let crawl = test.crawl(id);
        assert_eq!(crawl.status, Status::Finished);
        assert_eq!(
            test.analysis(id).outcome,
            Some(Outcome::Delivered { made_at: None })
        );
        assert_eq!((crawl.followers.listed, crawl.followers.read), (2, 2));
        assert_eq!((crawl.candidates, crawl.profiles_done), (2, 2));
        let requests = crawl.requests;
        assert_eq!(
            (requests.verify, requests.followers, requests.subscriptions),
            (1, 1, 5)
        );
        assert!(test.ledger.ranking(&crawl).unwrap().is_some());
        assert!(test.ledger.live_crawls().unwrap().is_empty());
        let chat = ChatId(1);
        let said = [
            Say::Bubble(id),
            Say::Picture(id),
            Say::Results(id),
            Say::Bubble(id),
        ];
        assert_eq!(
            test.unsent(),
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
    every_store(|test| async move {
        let mut analyses = Vec::new();
        for (person, priority) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 3)] {
            let mut request = test.new_analysis(person, &format!("handle{person}"));
            request.priority = priority;
            let id = test.submit(request).await;
            test.verify(id, &format!("{person}00"), &format!("handle{person}"))
                .await;
            analyses.push(id);
        }
        let status = |index: usize| test.crawl(analyses[index]).status;
        let place = |index: usize| {
            let crawl = test.crawl(analyses[index]);
            test.ledger.place_in_queue(&crawl).unwrap()
        };
        assert_eq!((status(0), status(1)), (Status::Active, Status::Active));
        assert_eq!(
            (0..5).map(place).collect::<Vec<_>>(),
            [None, None, Some(2), Some(3), Some(1)]
        );
        // A person with a higher priority joins the last one.
        let mut request = test.new_analysis(6, "handle4");
        request.priority = 2;
        test.submit(request).await;
        assert_eq!((place(2), place(3)), (Some(3), Some(2)));
        test.cancel(1, analyses[0]).await;
        assert_eq!(status(4), Status::Active, "the one of the highest priority");
        test.advance_to(analyses[1], StageName::Deliver).await;
        test.complete_next(analyses[1], TaskOutput::of(Facts::Delivered))
            .await;
        assert_eq!((status(3), status(2)), (Status::Active, Status::Queued));
        let lease = test.take_lease(analyses[4]).await;
        let refused = TaskOutput::of(Facts::Refused(Refusal::HiddenFollowers));
        test.ledger.complete(&lease, refused, 0).await.unwrap();
        assert_eq!(status(2), Status::Active, "a refused crawl makes room too");
        assert_eq!(test.ledger.active_crawls().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_line_is_read_again_only_when_it_has_changed() {
    every_store(|test| async move {
        for person in 1..=3 {
            let handle = format!("handle{person}");
            let id = test.submit(test.new_analysis(person, &handle)).await;
            test.verify(id, &handle, &handle).await;
        }
        let line = || test.ledger.line().unwrap();
        let first = line();
        assert_eq!(first.len(), 1, "two are at work, one waits");
        test.send_all().await;
        assert!(Arc::ptr_eq(&first, &line()), "{}: as it was", test.name);
        let fourth = test.submit(test.new_analysis(4, "handle4")).await;
        test.verify(fourth, "handle4", "handle4").await;
        assert_eq!(line().len(), 2, "{}: one more", test.name);
        test.cancel(4, fourth).await;
        assert_eq!(line()[..], first[..], "{}: one less", test.name);
    })
    .await;
}

#[tokio::test]
async fn everybody_who_waits_is_told_why_there_is_no_result() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        let second = test.submit(test.new_analysis(2, "nasa")).await;
        test.send_all().await;
        let left = test
            .complete_next(first, TaskOutput::of(Facts::Refused(Refusal::Private)))
            .await;
        assert_eq!(left, Completion::Over);
        for id in [first, second] {
            assert_eq!(
                test.analysis(id).outcome,
                Some(Outcome::Refused(Refusal::Private))
            );
        }
        assert_eq!(test.unsent().len(), 2);
        let renewed = test.submit(test.new_analysis(3, "nasa")).await;
        assert_eq!(test.crawl(renewed).status, Status::Verifying);
    })
    .await;
}

#[tokio::test]
async fn every_page_of_followers_counts_and_each_follower_once() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        let page = |ids: Vec<AccountId>, end: Option<ListEnd>| TaskOutput {
            facts: Facts::Followers {
                lost: 0,
                ids,
                end,
                hints: Hints::default(),
            },
            follow_ups: opening(usize::from(end.is_none())),
        };
        test.complete_next(id, page(ids(["3", "1", "abc"]), None))
            .await;
        test.complete_next(id, page(Vec::new(), None)).await;
        test.complete_next(id, page(ids(["1", "2"]), Some(ListEnd::Capped)))
            .await;
        let crawl = test.crawl(id);
        assert_eq!(crawl.stage, StageName::Subscriptions);
        assert_eq!(
            (
                crawl.followers.pages,
                crawl.followers.listed,
                crawl.followers.end
            ),
            (2, 5, Some(ListEnd::Capped))
        );
        let followers = test.ledger.listed_followers(&crawl).unwrap();
        let mut expected = ids(["1", "2", "3", "abc"]);
        expected.sort_unstable();
        assert_eq!(followers, expected, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_serves_every_crawl() {
    use lookalike::ledger::ListState;
    use lookalike::model::{Cursor, ListEnd, Onward};
    every_store(|test| async move {
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
            let id = test.submit(test.new_analysis(person, account)).await;
            test.verify(id, account, account).await;
            test.advance_to(id, StageName::Subscriptions).await;
            test.complete_next(id, order(&followers)).await;
            test.complete_next(id, planned(&followers)).await;
            analyses.push(id);
        }
        let (one, two) = (analyses[0], analyses[1]);
        let states = |id| {
            let states = test.ledger.follower_states(&test.crawl(id), &followers);
            states.unwrap()
        };
        // Both request the first page; the second one to come starts the reading again.
        let (mine, theirs) = (test.take_lease(one).await, test.take_lease(two).await);
        let first = page(&["21", "22"], None, cursor("p2"));
        for lease in [mine, theirs] {
            test.ledger
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
        test.complete_next(one, TaskOutput::of(private.clone()))
            .await;
        test.complete_next(two, TaskOutput::of(private)).await;
        let (mine, theirs) = (test.take_lease(one).await, test.take_lease(two).await);
        let last = page(&["22", "23"], cursor("p2"), None);
        assert_eq!(
            test.ledger.complete(&mine, last.clone(), 1).await.unwrap(),
            Completion::Over
        );
        // The other crawl brings the same last page: there is nothing to add it to, so it looks again.
        assert_eq!(
            test.ledger.complete(&theirs, last, 1).await.unwrap(),
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
            test.complete_next(two, TaskOutput::of(known)).await,
            Completion::Over
        );
        for id in analyses {
            let crawl = test.crawl(id);
            assert_eq!((crawl.followers.read, crawl.followers.private), (1, 1));
            let mut lists = Vec::new();
            let read = test.ledger.lists(&crawl, None).unwrap();
            read.for_each(|list| lists.push(list.to_vec())).unwrap();
            assert_eq!(lists, [[21, 22, 23]], "{}", test.name);
        }
        // What is known ages by the clock, for crawls that begin later.
        test.clock.advance(8 * DAY);
        let later = test.submit(test.new_analysis(3, "later")).await;
        assert_eq!(states(later), [ListState::Unknown, ListState::Unknown]);
    })
    .await;
}

#[tokio::test]
async fn an_empty_stage_is_over_at_once() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        test.advance_to(id, StageName::Profiles).await;
        assert_eq!(test.complete_next(id, nothing()).await, Completion::Over);
        assert_eq!(test.crawl(id).stage, StageName::Confirm, "{}", test.name);
    })
    .await;
}
