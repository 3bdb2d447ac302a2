//! Updates from chats and messages to them, on every store.

use lookalike::ledger::Change;
use lookalike::model::{AnalysisId, ChatId, MessageId, Outgoing, OutgoingId, PersonId, Place, Say};

use crate::ledger::fixture::every_store;

#[tokio::test]
async fn an_update_is_received_and_handled_once() {
    every_store(|test| async move {
        let update = |id: u64| (id, serde_json::json!({ "update_id": id }));
        let ledger = &test.ledger;
        assert_eq!(ledger.last_update().unwrap(), 0);
        ledger.receive(vec![update(7), update(8)]).await.unwrap();
        ledger
            .receive(vec![update(7), update(8), update(9)])
            .await
            .unwrap();
        assert_eq!(ledger.last_update().unwrap(), 9);
        let waiting = ledger.unhandled(2).unwrap();
        assert_eq!(waiting, [update(7), update(8)], "the oldest first");
        let request = || vec![Change::Submit(test.new_analysis(1, "nasa"))];
        ledger.handled(7, request()).await.unwrap();
        ledger.handled(7, request()).await.unwrap();
        ledger.handled(6, request()).await.unwrap();
        assert_eq!(
            ledger.analyses_of(PersonId(1)).unwrap().len(),
            1,
            "{}: once handled, once submitted",
            test.name
        );
        ledger.receive(vec![update(7)]).await.unwrap();
        assert_eq!(ledger.unhandled(9).unwrap(), [update(8), update(9)]);
    })
    .await;
}

#[tokio::test]
async fn updates_are_received_after_telegram_has_renumbered_them() {
    every_store(|test| async move {
        let update = |id: u64| (id, serde_json::json!({ "update_id": id }));
        let ledger = &test.ledger;
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
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        let text = Say::Text {
            html: "hello".into(),
            buttons: Vec::new(),
            reply_to: None,
        };
        test.ledger.say(ChatId(5), text.clone()).await.unwrap();
        let unsent = test.ledger.unsent(OutgoingId(0), 9).unwrap();
        assert_eq!(unsent.len(), 2);
        let (bubble, behind) = (unsent[0].0, unsent[1].0);
        assert_eq!(
            test.ledger.unsent(bubble, 9).unwrap(),
            unsent[1..],
            "those behind the first"
        );
        let message = MessageId(44);
        test.ledger.sent(bubble, Some((id, message))).await.unwrap();
        test.ledger.sent(bubble, Some((id, message))).await.unwrap();
        assert_eq!(test.analysis(id).bubble, Some(message));
        assert_eq!(
            test.unsent(),
            [Outgoing {
                chat: ChatId(5),
                place: None,
                say: text
            }]
        );
        test.ledger.move_chat(ChatId(5), ChatId(6)).await.unwrap();
        test.ledger.move_chat(ChatId(1), ChatId(2)).await.unwrap();
        assert_eq!(test.unsent()[0].chat, ChatId(6));
        assert_eq!(test.analysis(id).chat, ChatId(2));
        test.ledger.sent(behind, None).await.unwrap();
        assert!(test.unsent().is_empty());
        // A result can be sent again; a missing one is ignored.
        test.finish(id, "500", "nasa").await;
        test.send_all().await;
        test.update(Change::SendResult(id, Place::default())).await;
        test.update(Change::SendResult(AnalysisId(99), Place::default()))
            .await;
        assert_eq!(
            test.unsent().len(),
            1,
            "{}: the list, whose picture was seen",
            test.name
        );
    })
    .await;
}
