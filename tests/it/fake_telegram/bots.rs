//! The bot's identity and its descriptions; plain requests, and a whole bot.

use lookalike::demo::telegram::{CallFailure, Event, transcript};
use teloxide::ApiError;
use teloxide::prelude::*;
use teloxide::types::{BotCommand, MediaKind, MessageKind, Recipient};

use crate::fake_telegram::{SOON, api_error, connect, fake};

#[tokio::test]
async fn the_bot_learns_who_it_is() {
    let (telegram, bot, ..) = fake().await;
    assert_eq!(bot.get_me().await.unwrap().username(), "lookalike_bot");
    bot.delete_webhook().await.unwrap();
    let other_bot = Bot::new("1:no").set_api_url(telegram.url().parse().unwrap());
    assert_eq!(api_error(other_bot.get_me().await), ApiError::InvalidToken);
    assert_eq!(telegram.calls("getMe"), 1);
    assert_eq!(telegram.violations(), Vec::<String>::new());
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
    telegram.fail_next("getMe", CallFailure::ServerError);
    let failed = client.get(format!("{base}/getMe")).send().await.unwrap();
    assert_eq!(failed.status(), 502);
}

/// A whole bot with teloxide's dispatcher, restarted during a conversation.
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
