//! What a message shows is kept while it is of use, and no longer than its owner wants.

use std::time::Duration;

use lookalike::ledger::Change;
use lookalike::model::{ChatId, MessageId, OutgoingId, PersonId, Say, Scope};

use crate::ledger::fixture::{TestLedger, every_store};

const GROUP: ChatId = ChatId(-100);
const LIST: MessageId = MessageId(44);
const WATCHES: MessageId = MessageId(45);

async fn shows(test: &TestLedger, chat: ChatId, message: MessageId, scope: Scope) {
    let text = Say::Text {
        html: "hello".into(),
        buttons: Vec::new(),
        reply_to: None,
    };
    test.ledger.say(chat, text).await.unwrap();
    let unsent = test.ledger.unsent(OutgoingId(0), 99).unwrap();
    let (id, _) = unsent.last().unwrap();
    let ledger = &test.ledger;
    ledger.sent_to_show(*id, message, scope).await.unwrap();
}

#[tokio::test]
async fn what_a_message_shows_is_known_until_it_ages() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        shows(&test, GROUP, LIST, Scope::List(id)).await;
        let unsent = test.unsent();
        assert_eq!(unsent.len(), 1, "{}: the bubble alone", test.name);
        let shown = |message| test.ledger.shown_by(GROUP, message).unwrap();
        assert_eq!(shown(LIST), Some(Scope::List(id)));
        assert_eq!(shown(WATCHES), None);
        let elsewhere = test.ledger.shown_by(ChatId(-101), LIST).unwrap();
        assert_eq!(elsewhere, None, "another chat has its own numbers");
        test.clock.advance(Duration::from_secs(29 * 86_400));
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(shown(LIST), Some(Scope::List(id)), "{}", test.name);
        test.clock.advance(Duration::from_secs(2 * 86_400));
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(shown(LIST), None);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_is_in_no_message() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        let other = test.submit(test.new_analysis(2, "nasa")).await;
        shows(&test, GROUP, LIST, Scope::List(id)).await;
        shows(&test, GROUP, WATCHES, Scope::Watches(PersonId(1))).await;
        shows(&test, ChatId(1), LIST, Scope::Together).await;
        let others = MessageId(46);
        shows(&test, GROUP, others, Scope::List(other)).await;
        let person = PersonId(1);
        test.update(Change::Forget { person }).await;
        for (chat, message) in [(GROUP, LIST), (GROUP, WATCHES), (ChatId(1), LIST)] {
            assert_eq!(test.ledger.shown_by(chat, message).unwrap(), None);
        }
        let kept = test.ledger.shown_by(GROUP, others).unwrap();
        assert_eq!(kept, Some(Scope::List(other)), "another's stays");
    })
    .await;
}
