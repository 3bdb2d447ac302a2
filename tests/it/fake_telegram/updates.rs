//! Updates: kept until they are confirmed, given to one poll at a time, and only of the wanted kinds.

use lookalike::demo::telegram::Person;
use teloxide::ApiError;
use teloxide::prelude::*;
use teloxide::types::{AllowedUpdate, MessageEntityKind, MessageId, ReplyParameters, UpdateKind};

use crate::fake_telegram::{GROUP, SOON, api_error, connect, fake, keyboard};

#[tokio::test]
async fn what_a_person_says_arrives_until_it_is_confirmed() {
    let (telegram, bot, ann, chat) = fake().await;
    let id = telegram.says(&ann, "/like@lookalike_bot @nasa https://example.org/x");
    let updates = bot.get_updates().timeout(5).await.unwrap();
    let again = connect(&telegram).get_updates().timeout(5).await.unwrap();
    assert_eq!(updates, again);
    let UpdateKind::Message(message) = &updates[0].kind else {
        panic!("{updates:?}");
    };
    assert_eq!((message.id, message.chat.id), (MessageId(id), chat));
    let from = message.from.as_ref().unwrap();
    assert_eq!(from.language_code.as_deref(), Some("pt-BR"));
    let kinds: Vec<_> = message
        .entities()
        .unwrap()
        .iter()
        .map(|e| e.kind.clone())
        .collect();
    assert_eq!(
        kinds,
        [
            MessageEntityKind::BotCommand,
            MessageEntityKind::Mention,
            MessageEntityKind::Url
        ]
    );
    let offset = updates[0].id.as_offset();
    assert_eq!(
        bot.get_updates().offset(offset).timeout(0).await.unwrap(),
        []
    );
    assert_eq!(telegram.unconfirmed(), 0);
}

#[tokio::test]
async fn a_long_poll_wakes_up_and_a_second_one_ends_the_first() {
    let (telegram, bot, ann, _) = fake().await;
    let first = tokio::spawn(bot.get_updates().timeout(15).send());
    telegram
        .until_true(SOON, "a poll", |t| t.calls("getUpdates") == 1)
        .await
        .unwrap();
    let second = tokio::spawn(connect(&telegram).get_updates().timeout(15).send());
    assert_eq!(
        api_error(first.await.unwrap()),
        ApiError::TerminatedByOtherGetUpdates
    );
    telegram.says(&ann, "hello");
    assert_eq!(second.await.unwrap().unwrap().len(), 1);
    assert_eq!(telegram.violations().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_was_given_up_is_no_conflict() {
    let (telegram, bot, ann, _) = fake().await;
    for round in 1..=20 {
        let poll = tokio::spawn(bot.get_updates().timeout(15).send());
        telegram
            .until_true(SOON, "a poll", |t| t.calls("getUpdates") == 2 * round - 1)
            .await
            .unwrap();
        poll.abort();
        let next = connect(&telegram).get_updates().timeout(0).await.unwrap();
        assert_eq!(next, []);
    }
    // Longer than an active poll would take to object.
    assert_eq!(bot.get_updates().timeout(1).await.unwrap(), []);
    telegram.says(&ann, "still there?");
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn unwanted_updates_are_not_sent() {
    let (telegram, bot, ann, _) = fake().await;
    bot.get_updates()
        .timeout(0)
        .allowed_updates([AllowedUpdate::Message])
        .await
        .unwrap();
    telegram.user_blocks_bot(42);
    telegram.says(&ann, "back");
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
}

#[tokio::test]
async fn buttons_are_pressed_and_answered() {
    let (telegram, bot, ann, chat) = fake().await;
    let sent = bot
        .send_message(chat, "Queued")
        .reply_markup(keyboard(&["Cancel"]))
        .await
        .unwrap();
    telegram.presses(&ann, sent.id.0, "Nothing").unwrap_err();
    telegram
        .presses(&Person::new(43, "Bob"), sent.id.0, "Cancel")
        .unwrap_err();
    let id = telegram.presses(&ann, sent.id.0, "Cancel").unwrap();
    assert_eq!(telegram.unanswered().len(), 1);
    let updates = bot.get_updates().timeout(5).await.unwrap();
    let UpdateKind::CallbackQuery(query) = updates[0].kind.clone() else {
        panic!("{updates:?}");
    };
    assert_eq!(query.data.as_deref(), Some("cancel"));
    assert_eq!(query.regular_message().unwrap().text(), Some("Queued"));
    bot.answer_callback_query(query.id)
        .text("Stopping")
        .await
        .unwrap();
    assert_eq!(telegram.unanswered(), Vec::<String>::new());
    assert_eq!(telegram.answer(&id).as_deref(), Some("Stopping"));

    bot.edit_message_reply_markup(chat, sent.id).await.unwrap();
    telegram.presses(&ann, sent.id.0, "Cancel").unwrap_err();
    telegram.presses_stale(&ann, sent.id.0, "Cancel").unwrap();
    assert_eq!(telegram.violations(), Vec::<String>::new());
    let long = bot
        .answer_callback_query("x".to_owned().into())
        .text("a".repeat(201))
        .await;
    api_error(long);
    assert_eq!(telegram.violations().len(), 1);
}

#[tokio::test]
async fn groups_have_privacy_mode() {
    let (telegram, bot, ann, _) = fake().await;
    telegram.says_in_group(GROUP, &ann, "what a day");
    telegram.says_in_group(GROUP, &ann, "/like@other_bot nasa");
    let command = telegram.says_in_group(GROUP, &ann, "/like nasa");
    telegram.says_in_group(GROUP, &ann, "hi @lookalike_bot");
    let sent = bot
        .send_message(ChatId(GROUP), "Queued")
        .reply_parameters(ReplyParameters::new(MessageId(command)))
        .await
        .unwrap();
    assert_eq!(sent.reply_to_message().unwrap().text(), Some("/like nasa"));
    telegram.replies(&ann, sent.id.0, "thanks");
    let updates = bot.get_updates().await.unwrap();
    let texts: Vec<_> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) => message.text().unwrap().to_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["/like nasa", "hi @lookalike_bot", "thanks"]);

    telegram.user_blocks_bot(GROUP);
    assert_eq!(
        api_error(bot.send_message(ChatId(GROUP), "x").await),
        ApiError::Unknown("Forbidden: bot was kicked from the group chat".to_owned())
    );
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn blocking_is_reported_and_writing_undoes_it() {
    let (telegram, bot, ann, chat) = fake().await;
    telegram.user_blocks_bot(42);
    assert_eq!(
        api_error(bot.send_message(chat, "x").await),
        ApiError::BotBlocked
    );
    assert_eq!(
        api_error(bot.send_message(ChatId(7), "x").await),
        ApiError::ChatNotFound
    );
    telegram.says(&ann, "/start");
    bot.send_message(chat, "x").await.unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::MyChatMember(change) = &updates[0].kind else {
        panic!("{updates:?}");
    };
    assert!(change.new_chat_member.is_banned());
    assert_eq!(updates.len(), 3);
    assert_eq!(telegram.violations(), Vec::<String>::new());
}
