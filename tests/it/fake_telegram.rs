//! The fake Telegram against teloxide: everything that the product's bot does with the real one.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use lookalike::demo::telegram::{
    Event, Failure, FakeTelegram, Limits, Message, Person, transcript,
};
use teloxide::prelude::*;
use teloxide::types::{
    AllowedUpdate, BotCommand, ChatAction, InlineKeyboardButton, InlineKeyboardMarkup, InputFile,
    LinkPreviewOptions, MediaKind, MessageEntityKind, MessageId, MessageKind, ParseMode, Recipient,
    ReplyParameters, UpdateKind,
};
use teloxide::{ApiError, RequestError};

const SOON: Duration = Duration::from_secs(10);
const GROUP: i64 = -100;

async fn fake() -> (FakeTelegram, Bot, Person, ChatId) {
    let telegram = FakeTelegram::start(0).await.unwrap();
    let bot = connect(&telegram);
    let ann = Person::new(42, "Ann").named("ann").speaking("pt-BR");
    telegram.knows(&ann);
    (telegram, bot, ann, ChatId(42))
}

fn connect(telegram: &FakeTelegram) -> Bot {
    Bot::new(telegram.token()).set_api_url(telegram.url().parse().unwrap())
}

fn keyboard(labels: &[&str]) -> InlineKeyboardMarkup {
    let row = labels
        .iter()
        .map(|label| InlineKeyboardButton::callback(*label, label.to_lowercase()));
    InlineKeyboardMarkup::new([row.collect::<Vec<_>>()])
}

fn api_error<T: std::fmt::Debug>(result: Result<T, RequestError>) -> ApiError {
    match result.unwrap_err() {
        RequestError::Api(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_bot_learns_who_it_is() {
    let (telegram, bot, ..) = fake().await;
    assert_eq!(bot.get_me().await.unwrap().username(), "lookalike_bot");
    bot.delete_webhook().await.unwrap();
    let stranger = Bot::new("1:no").set_api_url(telegram.url().parse().unwrap());
    assert_eq!(api_error(stranger.get_me().await), ApiError::InvalidToken);
    assert_eq!(telegram.calls("getMe"), 1);
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

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
    // As long as a poll that was not given up would take to complain.
    tokio::time::sleep(Duration::from_millis(300)).await;
    telegram.says(&ann, "still there?");
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn messages_are_sent_edited_and_deleted() {
    let (telegram, bot, _, chat) = fake().await;
    let sent = bot
        .send_message(
            chat,
            "<b>Queued</b> &amp; <a href=\"https://example.org\">linked</a> @someone",
        )
        .parse_mode(ParseMode::Html)
        .link_preview_options(LinkPreviewOptions {
            is_disabled: true,
            url: None,
            prefer_small_media: false,
            prefer_large_media: false,
            show_above_text: false,
        })
        .reply_markup(keyboard(&["Cancel", "More"]))
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("Queued & linked @someone"));
    assert_eq!(sent.reply_markup().unwrap().inline_keyboard[0].len(), 2);
    let shown = telegram.messages(42).remove(0);
    assert!(shown.from_bot);
    assert_eq!(
        shown.links,
        [("linked".to_owned(), "https://example.org".to_owned())]
    );
    assert!(shown.html.starts_with("<b>Queued"));
    assert_eq!(shown.button("Cancel"), shown.button("cancel"));

    let edited = bot
        .edit_message_text(chat, sent.id, "Reading")
        .await
        .unwrap();
    assert!(edited.edit_date().is_some());
    let shown = telegram.messages(42).remove(0);
    assert_eq!(
        (shown.text.as_str(), shown.edits, shown.buttons.len()),
        ("Reading", 1, 0)
    );
    bot.edit_message_reply_markup(chat, sent.id)
        .reply_markup(keyboard(&["Again"]))
        .await
        .unwrap();
    bot.send_chat_action(chat, ChatAction::Typing)
        .await
        .unwrap();
    bot.delete_message(chat, sent.id).await.unwrap();
    assert_eq!(telegram.messages(42), Vec::<Message>::new());
    assert_eq!(telegram.violations(), Vec::<String>::new());

    assert_eq!(
        api_error(bot.edit_message_text(chat, sent.id, "x").await),
        ApiError::MessageToEditNotFound
    );
    assert_eq!(
        api_error(bot.delete_message(chat, MessageId(1)).await),
        ApiError::MessageToDeleteNotFound
    );
    assert_eq!(
        telegram.violations().len(),
        2,
        "{:?}",
        telegram.violations()
    );
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_refused() {
    let (telegram, bot, _, chat) = fake().await;
    let sent = bot.send_message(chat, "same").await.unwrap();
    let same = bot.edit_message_text(chat, sent.id, "same").await;
    assert_eq!(api_error(same), ApiError::MessageNotModified);
    assert_eq!(telegram.violations().len(), 1);

    // After a restart the bot cannot know.
    bot.get_me().await.unwrap();
    let same = bot.edit_message_text(chat, sent.id, "same").await;
    assert_eq!(api_error(same), ApiError::MessageNotModified);
    assert_eq!(telegram.violations().len(), 1);
}

#[tokio::test]
async fn text_is_measured_after_parsing_in_utf16() {
    let (telegram, bot, _, chat) = fake().await;
    let send = |text: String| {
        bot.send_message(chat, text)
            .parse_mode(ParseMode::Html)
            .send()
    };
    send(format!("<b>{}</b>", "🎨".repeat(2048))).await.unwrap();
    assert_eq!(
        api_error(send("🎨".repeat(2049)).await),
        ApiError::MessageIsTooLong
    );
    assert_eq!(
        api_error(send("<b> </b>".into()).await),
        ApiError::MessageTextIsEmpty
    );
    assert_eq!(
        api_error(send("<b>a".into()).await),
        ApiError::CantParseEntities(
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""
                .to_owned()
        )
    );
    assert_eq!(telegram.violations().len(), 3);
    send("a&nbsp;b".into()).await.unwrap();
    assert_eq!(telegram.violations().len(), 4);
}

#[tokio::test]
async fn documents_and_photos_are_uploaded() {
    let (telegram, bot, _, chat) = fake().await;
    let csv = "name\nalice\nbob\n";
    let sent = bot
        .send_document(chat, InputFile::memory(csv).file_name("similar.csv"))
        .caption("<b>All</b> of them")
        .parse_mode(ParseMode::Html)
        .reply_markup(keyboard(&["Again"]))
        .await
        .unwrap();
    let document = sent.document().unwrap();
    assert_eq!(document.file_name.as_deref(), Some("similar.csv"));
    assert_eq!(sent.caption(), Some("All of them"));
    bot.send_document(chat, InputFile::file_id(document.file.id.clone()))
        .await
        .unwrap();
    bot.send_document(chat, InputFile::memory(vec![0xff, 0xfe]))
        .await
        .unwrap();

    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(640_u32.to_be_bytes());
    png.extend(480_u32.to_be_bytes());
    let photo = bot
        .send_photo(chat, InputFile::memory(png).file_name("card.png"))
        .caption("Ann")
        .await
        .unwrap();
    assert_eq!(photo.photo().unwrap()[0].width, 640);
    assert_eq!(telegram.violations(), Vec::<String>::new());

    let messages = telegram.messages(42);
    let first = messages[0].document.as_ref().unwrap();
    assert_eq!(
        (first.content().as_str(), first.caption.as_str()),
        (csv, "All of them")
    );
    assert_eq!(messages[1].document.as_ref().unwrap().content(), csv);
    assert_eq!(messages[3].photo.as_ref().unwrap().file_name, "card.png");
    assert!(telegram.transcript().contains("📎 similar.csv (2 rows)"));

    telegram.set_limits(Limits::none());
    let long = bot
        .send_document(chat, InputFile::memory(csv))
        .caption("a".repeat(1025))
        .await;
    assert_eq!(
        api_error(long),
        ApiError::Unknown("Bad Request: message caption is too long".to_owned())
    );
    assert_eq!(
        api_error(bot.send_photo(chat, InputFile::memory(csv)).await),
        ApiError::ImageProcessFailed
    );
    assert_eq!(telegram.violations().len(), 2);
}

#[tokio::test]
async fn a_file_over_fifty_megabytes_is_refused() {
    let (telegram, bot, _, chat) = fake().await;
    let huge = InputFile::memory(vec![b'a'; 50 * 1024 * 1024 + 1]);
    assert_eq!(
        api_error(bot.send_document(chat, huge).await),
        ApiError::RequestEntityTooLarge
    );
    assert_eq!(telegram.violations().len(), 1);
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
async fn blocking_is_told_and_writing_undoes_it() {
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
async fn a_bot_that_is_too_fast_is_told_so() {
    let (telegram, bot, _, chat) = fake().await;
    let sent = bot.send_message(chat, "0").await.unwrap();
    for step in 1..5 {
        bot.edit_message_text(chat, sent.id, step.to_string())
            .await
            .unwrap();
    }
    let refused = bot.edit_message_text(chat, sent.id, "5").await.unwrap_err();
    assert!(matches!(refused, RequestError::RetryAfter(wait) if wait.seconds() == 1));
    assert_eq!(telegram.violations().len(), 1);
    assert_eq!(telegram.messages(42)[0].text, "4");
}

#[tokio::test]
async fn menus_and_descriptions_are_kept() {
    let (telegram, bot, ..) = fake().await;
    bot.set_my_commands([BotCommand::new("like", "Find look-alikes")])
        .await
        .unwrap();
    bot.set_my_commands([BotCommand::new("like", "Encontrar")])
        .language_code("pt")
        .await
        .unwrap();
    bot.set_my_description()
        .description("It finds")
        .language_code("en")
        .await
        .unwrap();
    bot.set_my_short_description()
        .short_description("Finds")
        .await
        .unwrap();
    assert_eq!(
        telegram.commands(),
        [("like".to_owned(), "Find look-alikes".to_owned())]
    );
    assert_eq!(telegram.commands_in("pt")[0].1, "Encontrar");
    assert_eq!(telegram.description("en").as_deref(), Some("It finds"));
    assert_eq!(telegram.short_description("").as_deref(), Some("Finds"));
    assert_eq!(telegram.violations(), Vec::<String>::new());
    api_error(bot.set_my_commands([BotCommand::new("Like", "x")]).await);
    assert_eq!(telegram.violations().len(), 1);
}

#[tokio::test]
async fn failures_come_when_asked_for() {
    let (telegram, bot, _, chat) = fake().await;
    telegram.set_limits(Limits::none());
    let send = || bot.send_message(chat, "x").send();

    telegram.fail_next("SendMessage", Failure::TooManyRequests { retry_after: 7 });
    telegram.fail_next("sendMessage", Failure::Blocked);
    assert!(matches!(send().await, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 7));
    assert_eq!(api_error(send().await), ApiError::BotBlocked);
    send().await.unwrap();

    telegram.fail_next("sendMessage", Failure::Dropped);
    assert!(matches!(send().await, Err(RequestError::Network(_))));
    assert_eq!(telegram.messages(42).len(), 1);
    telegram.fail_next("sendMessage", Failure::AcceptedThenDropped);
    assert!(matches!(send().await, Err(RequestError::Network(_))));
    let doubtful = telegram.messages(42)[1].clone();
    assert_eq!(doubtful.text, "x");
    let same = bot
        .edit_message_text(chat, MessageId(doubtful.id), "x")
        .await;
    assert_eq!(api_error(same), ApiError::MessageNotModified);

    telegram.fail_next("editMessageText", Failure::MessageToEditNotFound);
    let edit = bot
        .edit_message_text(chat, MessageId(doubtful.id), "y")
        .await;
    assert_eq!(api_error(edit), ApiError::MessageToEditNotFound);
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_held_call_waits_for_its_release() {
    let (telegram, bot, _, chat) = fake().await;
    telegram.fail_next("sendMessage", Failure::Held);
    let held = tokio::spawn(bot.send_message(chat, "late").send());
    telegram
        .until_true(SOON, "the call", |t| t.calls("sendMessage") == 1)
        .await
        .unwrap();
    assert_eq!(telegram.messages(42).len(), 0);
    telegram.release();
    held.await.unwrap().unwrap();
    assert_eq!(telegram.messages(42).len(), 1);
}

#[tokio::test]
async fn a_group_moves_to_its_new_id() {
    let (telegram, bot, ann, _) = fake().await;
    let new = -1_001_234_567_890;
    telegram.says_in_group(GROUP, &ann, "/like nasa");
    telegram.fail_next("sendMessage", Failure::Migrated { to: new });
    for _ in 0..2 {
        let refused = bot.send_message(ChatId(GROUP), "x").await.unwrap_err();
        assert!(matches!(refused, RequestError::MigrateToChatId(id) if id == ChatId(new)));
    }
    let sent = bot.send_message(ChatId(new), "x").await.unwrap();
    assert!(sent.chat.is_supergroup());
}

#[tokio::test]
async fn while_it_is_down_nothing_is_answered() {
    let (telegram, bot, ann, _) = fake().await;
    let poll = tokio::spawn(bot.get_updates().timeout(15).send());
    telegram
        .until_true(SOON, "a poll", |t| t.calls("getUpdates") == 1)
        .await
        .unwrap();
    telegram.set_down(true);
    assert!(matches!(poll.await.unwrap(), Err(RequestError::Network(_))));
    assert!(matches!(bot.get_me().await, Err(RequestError::Network(_))));
    telegram.says(&ann, "anybody there?");
    telegram.set_down(false);
    assert_eq!(bot.get_updates().await.unwrap().len(), 1);
}

#[tokio::test]
async fn it_stops_with_the_last_of_its_clones() {
    let (telegram, bot, ..) = fake().await;
    let clone = telegram.clone();
    drop(telegram);
    bot.get_me().await.unwrap();
    let port = clone.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(clone);
    assert!(matches!(bot.get_me().await, Err(RequestError::Network(_))));
    // The port is free as soon as the server's task has seen it.
    let mut again = FakeTelegram::start(port).await;
    while again.is_err() {
        tokio::task::yield_now().await;
        again = FakeTelegram::start(port).await;
    }
    bot.get_me().await.unwrap();
}

#[tokio::test]
async fn what_does_not_happen_is_explained_with_the_transcript() {
    let (telegram, _, ann, _) = fake().await;
    telegram.says(&ann, "hello?");
    let missing = telegram
        .until(42, Duration::from_millis(1), "an answer", |messages| {
            messages.iter().any(|message| message.from_bot)
        })
        .await
        .unwrap_err();
    let told = format!("{missing:?}");
    assert!(told.contains("not seen: an answer, within 1ms"), "{told}");
    assert!(told.contains("Ann │ hello?"), "{told}");
}

#[tokio::test]
async fn plain_requests_get_telegrams_answers() {
    let (telegram, ..) = fake().await;
    let client = reqwest::Client::new();
    let base = format!("{}/bot{}", telegram.url(), telegram.token());
    let unknown = client
        .get(format!("{base}/getWeather"))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
    let body: serde_json::Value = unknown.json().await.unwrap();
    assert_eq!(
        body,
        serde_json::json!({ "ok": false, "error_code": 404, "description": "Not Found" })
    );
    let sent = client
        .get(format!(
            "{base}/sendMessage?chat_id=42&text=%3Cb%3Ehi%3C/b%3E&parse_mode=HTML"
        ))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    assert_eq!(telegram.messages(42)[0].text, "hi");
    let broken = client
        .post(format!("{base}/sendMessage"))
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(telegram.violations().len(), 2);
    telegram.fail_next("getMe", Failure::ServerError);
    let failed = client.get(format!("{base}/getMe")).send().await.unwrap();
    assert_eq!(failed.status(), 502);
}

#[tokio::test]
async fn a_file_may_come_under_its_fields_own_name() {
    let (telegram, ..) = fake().await;
    let body = [
        "--line\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n42\r\n",
        "--line\r\nContent-Disposition: form-data; name=\"reply_markup\"\r\n\r\n",
        "{\"inline_keyboard\":[[{\"text\":\"Go\",\"callback_data\":\"go\"}]]}\r\n",
        "--line\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a.txt\"\r\n",
        "Content-Type: text/plain\r\n\r\nhello\r\n--line--\r\n",
    ];
    let sent = reqwest::Client::new()
        .post(format!(
            "{}/bot{}/sendDocument",
            telegram.url(),
            telegram.token()
        ))
        .header("Content-Type", "multipart/form-data; boundary=line")
        .body(body.concat())
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    let message = telegram.messages(42).remove(0);
    assert_eq!(message.document.as_ref().unwrap().content(), "hello");
    assert!(message.button("Go").is_some());
}

/// A whole bot with teloxide's dispatcher, restarted in the middle of a conversation.
#[tokio::test]
async fn a_dispatcher_runs_on_it() {
    let (telegram, _, ann, _) = fake().await;
    let mut events = telegram.events();
    for (round, word) in ["one", "two"].into_iter().enumerate() {
        telegram.says(&ann, word);
        let bot = connect(&telegram);
        let mut dispatcher = Dispatcher::builder(
            bot,
            Update::filter_message().endpoint(
                |bot: Bot, message: teloxide::types::Message| async move {
                    let MessageKind::Common(common) = &message.kind else {
                        return respond(());
                    };
                    let MediaKind::Text(text) = &common.media_kind else {
                        return respond(());
                    };
                    bot.send_message(
                        Recipient::Id(message.chat.id),
                        format!("heard {}", text.text),
                    )
                    .await?;
                    respond(())
                },
            ),
        )
        .build();
        let stop = dispatcher.shutdown_token();
        let running = tokio::spawn(async move { dispatcher.dispatch().await });
        telegram
            .until(42, SOON, "an answer", |messages| {
                messages.len() == 2 * (round + 1)
            })
            .await
            .unwrap();
        stop.shutdown().unwrap().await;
        running.await.unwrap();
    }
    assert_eq!(telegram.violations(), Vec::<String>::new());
    let mut seen = Vec::new();
    while let Ok(event) = events.try_recv() {
        assert!(matches!(event, Event::Said(_) | Event::Sent(_)));
        seen.push(event);
    }
    assert_eq!(
        transcript::render(&seen),
        "       Ann │ one\n Lookalike │ heard one\n       Ann │ two\n Lookalike │ heard two"
    );
}
