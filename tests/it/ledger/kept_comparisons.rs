//! Comparisons that were told: kept, shared, bounded, and gone with their results.

use lookalike::ledger::Change;
use lookalike::model::{
    Audiences, ChatId, Counted, Handle, KeptComparison, MessageId, PersonId, Place, Say, ShareId,
};

use crate::ledger::fixture::{DAY, RULES, TestLedger, every_store};
use crate::ledger::invariants::rows;

const ANN: PersonId = PersonId(1);

/// Compares two accounts whose results are there from then on.
async fn two_compared(test: &TestLedger) -> KeptComparison {
    test.compare(ANN.0, &["a", "b"]).await;
    let analyses = test.ledger.analyses_of(ANN).unwrap();
    for (analysis, account) in analyses.iter().zip(["500", "501"]) {
        test.finish(analysis.id, account, &analysis.handle.0).await;
    }
    test.send_all().await;
    let mut kept = test.ledger.comparisons_of(ANN).unwrap();
    assert_eq!(kept.len(), 1, "{}", test.name);
    kept.remove(0)
}

fn counted(missing: &str) -> Counted {
    Counted {
        audiences: Audiences {
            each: Vec::new(),
            close: Vec::new(),
        },
        missing: vec![Handle(missing.to_owned())],
    }
}

/// Returns the rows of comparisons, by their kinds.
fn left(test: &TestLedger) -> [usize; 4] {
    [b'B', b'G', b'n', b'X'].map(|kind| rows::<serde_json::Value>(test.store.as_ref(), kind).len())
}

fn share(kept: &KeptComparison) -> Change {
    Change::ShareComparison {
        comparison: kept.id,
        person: kept.person,
        share: ShareId(format!("link to {}", kept.id.0)),
    }
}

#[tokio::test]
async fn what_was_told_is_told_the_same_until_a_result_of_it_is_gone() {
    every_store(|mut test| async move {
        let kept = two_compared(&test).await;
        assert_eq!(kept.handles, ["a", "b"].map(|it| Handle(it.to_owned())));
        assert_eq!(test.ledger.counted(kept.id).unwrap(), None, "{}", test.name);
        for number in ["first", "second"] {
            let counted = test.ledger.keep_counted(kept.id, counted(number));
            counted.await.unwrap();
        }
        test.update(share(&kept)).await;
        test.reopen().await;
        let told = test.ledger.counted(kept.id).unwrap();
        assert_eq!(told, Some(counted("first")), "{}", test.name);
        test.update(Change::SendComparison(kept.id, Place::default()))
            .await;
        let said: Vec<Say> = test.unsent().into_iter().map(|it| it.say).collect();
        let is_it = |say: &Say| match say {
            Say::ComparedPicture { kept: of, .. } | Say::Compared { kept: of, .. } => {
                *of == Some(kept.id)
            }
            _ => false,
        };
        assert!(said.len() == 2 && said.iter().all(is_it), "{}", test.name);
        test.clock.advance(RULES.retention - DAY);
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(left(&test), [1; 4], "{}: its results are kept", test.name);
        test.clock.advance(2 * DAY);
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(left(&test), [0; 4], "{}: its results are gone", test.name);
        let late = test.ledger.keep_counted(kept.id, counted("late"));
        late.await.unwrap();
        assert_eq!(left(&test), [0; 4], "{}: and it with them", test.name);
    })
    .await;
}

#[tokio::test]
async fn the_oldest_of_too_many_goes_with_its_link() {
    every_store(|test| async move {
        let first = two_compared(&test).await;
        test.ledger
            .keep_counted(first.id, counted("x"))
            .await
            .unwrap();
        test.update(share(&first)).await;
        for _ in 0..29 {
            test.compare(ANN.0, &["a", "b"]).await;
        }
        assert!(test.ledger.comparison(first.id).unwrap().is_some());
        test.compare(ANN.0, &["a", "b"]).await;
        assert_eq!(left(&test), [30, 30, 0, 0], "{}", test.name);
        assert_eq!(test.ledger.comparison(first.id).unwrap(), None);
        test.checked.assert_invariants(test.name);
    })
    .await;
}

#[tokio::test]
async fn a_link_opens_a_comparison_as_one_of_the_others_own() {
    every_store(|test| async move {
        let kept = two_compared(&test).await;
        test.ledger
            .keep_counted(kept.id, counted("x"))
            .await
            .unwrap();
        let not_hers = Change::ShareComparison {
            comparison: kept.id,
            person: PersonId(2),
            share: ShareId("stolen".into()),
        };
        test.update(not_hers).await;
        let stolen = ShareId("stolen".into());
        assert_eq!(test.ledger.comparison_behind_link(&stolen).unwrap(), None);
        test.update(share(&kept)).await;
        let link = ShareId(format!("link to {}", kept.id.0));
        let behind = || test.ledger.comparison_behind_link(&link).unwrap();
        assert_eq!(behind().map(|it| it.id), Some(kept.id), "{}", test.name);
        let open = Change::OpenComparison {
            share: link.clone(),
            person: PersonId(2),
            chat: ChatId(2),
            place: Place {
                topic: None,
                question: Some(MessageId(9)),
            },
        };
        test.update(open.clone()).await;
        let theirs = test.ledger.comparisons_of(PersonId(2)).unwrap();
        let [theirs] = &theirs[..] else {
            panic!("{}: one", test.name)
        };
        assert_eq!((theirs.chat, theirs.question), (ChatId(2), MessageId(9)));
        assert!(theirs.analyses.is_empty() && theirs.shared.is_none());
        let told = test.ledger.counted(theirs.id).unwrap();
        assert_eq!(told, Some(counted("x")), "{}", test.name);
        let chats: Vec<i64> = test.send_all().await.iter().map(|it| it.chat.0).collect();
        assert_eq!(chats, [2, 2], "{}: the picture and the text", test.name);
        let unshare = Change::UnshareComparison {
            comparison: kept.id,
            person: ANN,
        };
        test.update(unshare).await;
        assert_eq!(behind(), None, "{}", test.name);
        test.update(open).await;
        assert!(test.unsent().is_empty(), "{}: nothing opens", test.name);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_leaves_no_comparison_and_no_link() {
    every_store(|test| async move {
        let kept = two_compared(&test).await;
        test.ledger
            .keep_counted(kept.id, counted("x"))
            .await
            .unwrap();
        test.update(share(&kept)).await;
        assert_eq!(left(&test), [1; 4], "{}", test.name);
        test.update(Change::Forget { person: ANN }).await;
        assert_eq!(left(&test), [0; 4], "{}", test.name);
        test.checked.assert_invariants(test.name);
    })
    .await;
}

#[tokio::test]
async fn a_group_that_gets_a_new_id_keeps_its_comparisons() {
    every_store(|test| async move {
        let kept = two_compared(&test).await;
        test.ledger
            .move_chat(kept.chat, ChatId(-100))
            .await
            .unwrap();
        let moved = test.ledger.comparison(kept.id).unwrap();
        assert_eq!(moved.map(|it| it.chat), Some(ChatId(-100)), "{}", test.name);
    })
    .await;
}
