//! What a bot sends, edits, deletes and uploads.

use lookalike::demo::telegram::{FloodLimits, Message};
use teloxide::ApiError;
use teloxide::prelude::*;
use teloxide::types::{ChatAction, InputFile, LinkPreviewOptions, MessageId, ParseMode};

use crate::fake_telegram::{api_error, fake, keyboard};

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

    // The bot can't know that after a restart.
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

    telegram.set_limits(FloodLimits::none());
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
