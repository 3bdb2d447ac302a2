//! One contract of the ledger's verbs, on every store.

use lookalike::ledger::{Change, Left};
use lookalike::model::{
    AccountId, ChatId, Done, Found, ListEnd, MessageId, Outcome, Outgoing, OutgoingId, PersonId,
    Refusal, Say, StageName, Status, Unreadable,
};

use crate::ledger::kit::{DAY, account_task, every_store, ids, nothing, opening};

#[tokio::test]
async fn an_analysis_passes_through_all_stages_to_its_result() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        assert_eq!(desk.crawl(id).status, Status::Verifying);
        assert_eq!(desk.verify(id, "500", "nasa").await, Left::Over);
        assert_eq!(desk.crawl(id).status, Status::Active);
        for stage in StageName::ALL.into_iter().skip(1) {
            desk.bring_to(id, stage).await;
            assert_eq!(desk.crawl(id).open, 1, "a stage begins with one task");
        }
        assert_eq!(
            desk.step(id, Done::found(Found::Delivered)).await,
            Left::Over
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
            (1, 1, 3)
        );
        assert!(desk.ledger.ranking(&crawl).unwrap().is_some());
        assert!(desk.ledger.live_crawls().unwrap().is_empty());
        let chat = ChatId(1);
        let said = [
            Say::Bubble(id),
            Say::Bubble(id),
            Say::Results(id),
            Say::Table(id),
        ];
        assert_eq!(desk.unsent(), said.map(|say| Outgoing { chat, say }));
    })
    .await;
}

#[tokio::test]
async fn an_update_is_received_and_handled_once() {
    every_store(|desk| async move {
        let update = |id: u64| (id, serde_json::json!({ "update_id": id }));
        let ledger = &desk.ledger;
        assert_eq!(ledger.last_update().unwrap(), 0);
        ledger.receive(vec![update(7), update(8)]).await.unwrap();
        ledger
            .receive(vec![update(7), update(8), update(9)])
            .await
            .unwrap();
        assert_eq!(ledger.last_update().unwrap(), 9);
        let waiting = ledger.unhandled(2).unwrap();
        assert_eq!(waiting, [update(7), update(8)], "the oldest first");
        let wish = || vec![Change::Submit(desk.wish(1, "nasa"))];
        ledger.handled(7, wish()).await.unwrap();
        ledger.handled(7, wish()).await.unwrap();
        ledger.handled(6, wish()).await.unwrap();
        assert_eq!(
            ledger.analyses_of(PersonId(1)).unwrap().len(),
            1,
            "{}: once handled, once submitted",
            desk.name
        );
        ledger.receive(vec![update(7)]).await.unwrap();
        assert_eq!(ledger.unhandled(9).unwrap(), [update(8), update(9)]);
    })
    .await;
}

#[tokio::test]
async fn updates_are_heard_after_telegram_has_numbered_them_anew() {
    every_store(|desk| async move {
        let update = |id: u64| (id, serde_json::json!({ "update_id": id }));
        let ledger = &desk.ledger;
        ledger.receive(vec![update(900_000_000)]).await.unwrap();
        ledger
            .receive(vec![update(1_000), update(1_001)])
            .await
            .unwrap();
        assert_eq!(
            ledger.last_update().unwrap(),
            1_001,
            "the poll goes on from there"
        );
        ledger.receive(vec![update(1_001)]).await.unwrap();
        let waiting = ledger.unhandled(9).unwrap();
        assert_eq!(waiting, [update(1_000), update(1_001), update(900_000_000)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_said_is_removed_once_it_is_said() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        let text = Say::Text {
            html: "hello".into(),
            buttons: Vec::new(),
            reply_to: None,
        };
        desk.ledger.say(ChatId(5), text.clone()).await.unwrap();
        let unsent = desk.ledger.unsent(OutgoingId(0), 9).unwrap();
        assert_eq!(unsent.len(), 2);
        let (bubble, behind) = (unsent[0].0, unsent[1].0);
        assert_eq!(
            desk.ledger.unsent(bubble, 9).unwrap(),
            unsent[1..],
            "those behind the first"
        );
        let message = MessageId(44);
        desk.ledger.sent(bubble, Some((id, message))).await.unwrap();
        desk.ledger.sent(bubble, Some((id, message))).await.unwrap();
        assert_eq!(desk.analysis(id).bubble, Some(message));
        assert_eq!(
            desk.unsent(),
            [Outgoing {
                chat: ChatId(5),
                say: text
            }]
        );
        desk.ledger.move_chat(ChatId(5), ChatId(6)).await.unwrap();
        desk.ledger.move_chat(ChatId(1), ChatId(2)).await.unwrap();
        assert_eq!(desk.unsent()[0].chat, ChatId(6));
        assert_eq!(desk.analysis(id).chat, ChatId(2));
        desk.ledger.sent(behind, None).await.unwrap();
        assert!(desk.unsent().is_empty());
        // A result can be sent once more, and nothing is said of what is not there.
        desk.finish(id, "500", "nasa").await;
        desk.say_all().await;
        desk.update(Change::SendResult(id)).await;
        desk.update(Change::SendResult(lookalike::model::AnalysisId(99)))
            .await;
        assert_eq!(
            desk.unsent().len(),
            2,
            "{}: the list and the file",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn two_people_share_one_crawl() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        let second = desk.submit(desk.wish(2, "NASA")).await;
        assert_eq!(desk.crawl(first).id, desk.crawl(second).id);
        desk.verify(first, "500", "nasa").await;
        let third = desk.submit(desk.wish(3, "nasa")).await;
        assert_eq!(desk.crawl(third).wanted_by, [first, second, third]);
        desk.say_all().await;
        desk.bring_to(first, StageName::Deliver).await;
        desk.step(first, Done::found(Found::Delivered)).await;
        let chats: Vec<i64> = desk.unsent().iter().map(|it| it.chat.0).collect();
        assert_eq!(chats, [1, 1, 1, 2, 2, 2, 3, 3, 3], "everybody is told all");
    })
    .await;
}

#[tokio::test]
async fn two_handles_of_one_account_become_one_crawl() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(first, "500", "nasa").await;
        let mut wish = desk.wish(2, "old_nasa");
        wish.priority = 5;
        let second = desk.submit(wish).await;
        let own = desk.crawl(second).id;
        assert_ne!(own, desk.crawl(first).id);
        assert_eq!(desk.verify(second, "500", "nasa").await, Left::Over);
        assert_eq!(desk.crawl(second).id, desk.crawl(first).id);
        assert_eq!(desk.crawl(first).priority, 5, "the higher priority counts");
        let merged = desk.ledger.crawl(own).unwrap().unwrap();
        assert_eq!(merged.status, Status::Dropped);
        let third = desk.submit(desk.wish(3, "old_nasa")).await;
        assert_eq!(
            desk.crawl(third).id,
            desk.crawl(first).id,
            "{}: the other handle is known from then on",
            desk.name
        );
        // The same once the result is there.
        desk.bring_to(first, StageName::Deliver).await;
        desk.step(first, Done::found(Found::Delivered)).await;
        let fourth = desk.submit(desk.wish(4, "new_nasa")).await;
        desk.verify(fourth, "500", "nasa").await;
        let made_at = desk.crawl(first).ended_at;
        assert!(made_at.is_some());
        assert_eq!(
            desk.analysis(fourth).outcome,
            Some(Outcome::Delivered { made_at })
        );
        assert_eq!(desk.crawl(fourth).id, desk.crawl(first).id);
    })
    .await;
}

#[tokio::test]
async fn a_fresh_result_serves_and_an_old_one_does_not() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        desk.say_all().await;
        desk.clock.advance(desk_fresh());
        let again = desk.submit(desk.wish(2, "nasa")).await;
        assert_eq!(desk.crawl(again).id, desk.crawl(first).id);
        assert!(
            desk.analysis(again).outcome.is_some(),
            "it is there at once"
        );
        assert_eq!(desk.unsent().len(), 3, "the bubble, the list and the file");
        desk.clock.advance(std::time::Duration::from_secs(1));
        let old = desk.submit(desk.wish(3, "nasa")).await;
        assert_ne!(desk.crawl(old).id, desk.crawl(first).id);
        assert_eq!(desk.crawl(old).status, Status::Verifying);
    })
    .await;
}

fn desk_fresh() -> std::time::Duration {
    crate::ledger::kit::RULES.fresh_for
}

#[tokio::test]
async fn a_refresh_crawls_anew_though_a_fresh_result_is_there() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        let mut wish = desk.wish(2, "nasa");
        wish.refresh = true;
        let second = desk.submit(wish).await;
        assert_ne!(desk.crawl(second).id, desk.crawl(first).id);
        desk.finish(second, "500", "nasa").await;
        let third = desk.submit(desk.wish(3, "nasa")).await;
        assert_eq!(
            desk.crawl(third).id,
            desk.crawl(second).id,
            "{}: from then on the new result serves",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_joins_a_look_up_is_still_a_refresh() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        let second = desk.submit(desk.wish(2, "old_nasa")).await;
        let mut wish = desk.wish(3, "old_nasa");
        wish.refresh = true;
        let third = desk.submit(wish).await;
        assert_eq!(desk.crawl(second).id, desk.crawl(third).id);
        desk.verify(third, "500", "nasa").await;
        assert_eq!(
            desk.analysis(third).outcome,
            None,
            "{}: who asked for a refresh is not given the old result",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_has_the_same_analysis_twice_or_too_many() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "a")).await;
        let again = desk.submit(desk.wish(1, "A")).await;
        let refused = |refusal| Some(Outcome::Refused(refusal));
        assert_eq!(
            desk.analysis(again).outcome,
            refused(Refusal::AlreadyRunning(first))
        );
        let mut elsewhere = desk.wish(1, "a");
        elsewhere.chat = ChatId(-7);
        let elsewhere = desk.submit(elsewhere).await;
        assert_eq!(desk.analysis(elsewhere).outcome, None, "another chat may");
        desk.submit(desk.wish(1, "b")).await;
        let fourth = desk.submit(desk.wish(1, "c")).await;
        assert_eq!(
            desk.analysis(fourth).outcome,
            refused(Refusal::TooMany { limit: 3 })
        );
        desk.cancel(1, first).await;
        let now = desk.submit(desk.wish(1, "c")).await;
        assert_eq!(desk.analysis(now).outcome, None, "there is room again");
        let other = desk.submit(desk.wish(2, "c")).await;
        assert_eq!(desk.analysis(other).outcome, None, "others are not counted");
    })
    .await;
}

#[tokio::test]
async fn a_crawl_goes_on_while_anybody_wants_it() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        let second = desk.submit(desk.wish(2, "nasa")).await;
        desk.cancel(2, first).await;
        assert_eq!(
            desk.analysis(first).outcome,
            None,
            "it is not theirs to cancel"
        );
        desk.cancel(1, first).await;
        desk.cancel(1, first).await;
        assert_eq!(desk.analysis(first).outcome, Some(Outcome::Cancelled));
        assert_eq!(desk.crawl(second).wanted_by, [second]);
        desk.verify(second, "500", "nasa").await;
        let crawl = desk.crawl(second).id;
        desk.cancel(2, second).await;
        assert_eq!(desk.crawl(second).status, Status::Dropped);
        assert_eq!(desk.lease(StageName::Followers, crawl).await, None);
        let anew = desk.submit(desk.wish(1, "nasa")).await;
        assert_ne!(desk.crawl(anew).id, crawl, "a dropped crawl is not found");
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
        desk.step(analyses[1], Done::found(Found::Delivered)).await;
        assert_eq!((status(3), status(2)), (Status::Active, Status::Queued));
        let lease = desk.take(analyses[4]).await;
        let refused = Done::found(Found::Refused(Refusal::HiddenFollowers));
        desk.ledger.complete(&lease, refused, 0).await.unwrap();
        assert_eq!(status(2), Status::Active, "a refused crawl makes room too");
        assert_eq!(desk.ledger.active_crawls().unwrap().len(), 2);
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
            .step(first, Done::found(Found::Refused(Refusal::Private)))
            .await;
        assert_eq!(left, Left::Over);
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
        let page = |ids: Vec<AccountId>, end: Option<ListEnd>| Done {
            found: Found::Followers { ids, end },
            then: opening(usize::from(end.is_none())),
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
    use lookalike::ledger::FollowerState;
    use lookalike::model::{Cursor, ListEnd, Onward};
    every_store(|desk| async move {
        let cursor = |name: &str| Some(Cursor(name.into()));
        let followers = ids(["11", "12"]);
        let page = |list: &[&str], asked: Option<Cursor>, next: Option<Cursor>| Done {
            then: match next {
                Some(_) => vec![account_task(AccountId::new("11"))],
                None => Vec::new(),
            },
            found: Found::Following {
                follower: AccountId::new("11"),
                ids: list.iter().map(|id| AccountId::new(*id)).collect(),
                asked,
                onward: next.map_or(Onward::End(ListEnd::Complete), Onward::Next),
            },
        };
        let mut analyses = Vec::new();
        for (person, account) in [(1, "500"), (2, "600")] {
            let id = desk.submit(desk.wish(person, account)).await;
            desk.verify(id, account, account).await;
            desk.bring_to(id, StageName::Subscriptions).await;
            let order = Done {
                found: Found::ReadingOrder(followers.clone()),
                then: followers.iter().cloned().map(account_task).collect(),
            };
            desk.step(id, order).await;
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
            FollowerState::Reading {
                next: cursor("p2"),
                pages: 1
            }
        );
        // The other follower's task is the next in the queue, before the follow-up.
        let private = Found::Unread {
            follower: AccountId::new("12"),
            why: Unreadable::Private,
        };
        desk.step(one, Done::found(private.clone())).await;
        desk.step(two, Done::found(private)).await;
        let (mine, theirs) = (desk.take(one).await, desk.take(two).await);
        let last = page(&["22", "23"], cursor("p2"), None);
        assert_eq!(
            desk.ledger.complete(&mine, last.clone(), 1).await.unwrap(),
            Left::Over
        );
        // The other crawl brings the same last page: it has nothing to add to, and looks again.
        assert_eq!(
            desk.ledger.complete(&theirs, last, 1).await.unwrap(),
            Left::Open(1)
        );
        assert_eq!(
            states(two),
            [
                FollowerState::Read { broken_off: false },
                FollowerState::Unreadable(Unreadable::Private)
            ]
        );
        let known = Found::Known(lookalike::model::Known {
            read: 1,
            ..Default::default()
        });
        assert_eq!(desk.step(two, Done::found(known)).await, Left::Over);
        for id in analyses {
            let crawl = desk.crawl(id);
            assert_eq!((crawl.followers.read, crawl.followers.private), (1, 1));
            let mut lists = Vec::new();
            let read = desk.ledger.lists(&crawl).unwrap();
            read.for_each(|list| lists.push(list.to_vec())).unwrap();
            assert_eq!(lists, [[21, 22, 23]], "{}", desk.name);
        }
        // What is known gets old by the clock, for crawls that begin later.
        desk.clock.advance(8 * DAY);
        let later = desk.submit(desk.wish(3, "later")).await;
        assert_eq!(
            states(later),
            [FollowerState::Unknown, FollowerState::Unknown]
        );
    })
    .await;
}

#[tokio::test]
async fn an_empty_stage_is_over_at_once() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        desk.bring_to(id, StageName::Profiles).await;
        assert_eq!(desk.step(id, nothing()).await, Left::Over);
        assert_eq!(desk.crawl(id).stage, StageName::Rank, "{}", desk.name);
    })
    .await;
}
