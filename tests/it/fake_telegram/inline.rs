//! Inline mode: Telegram's own checks of the results that a bot offers.

use teloxide::prelude::*;
use teloxide::types::{
    InlineQueryId, InlineQueryResult, InlineQueryResultArticle, InlineQueryResultsButton,
    InlineQueryResultsButtonKind, InputMessageContent, InputMessageContentText, ParseMode,
};

use crate::fake_telegram::{GROUP, api_error, fake};

fn article(id: &str, html: &str) -> InlineQueryResult {
    let text = InputMessageContentText::new(html).parse_mode(ParseMode::Html);
    let content = InputMessageContent::Text(text);
    InlineQueryResult::Article(InlineQueryResultArticle::new(id, "Title", content))
}

#[tokio::test]
async fn what_is_offered_is_chosen_and_stands_in_the_chat() {
    let (telegram, bot, ann, _) = fake().await;
    let query = telegram.types(&ann, "lu");
    let articles = [article("1", "<b>one</b>"), article("2", "two")];
    let answer = bot.answer_inline_query(InlineQueryId(query.clone()), articles);
    answer.await.unwrap();
    let offer = telegram.offer(&query).unwrap();
    assert_eq!((offer.words.as_str(), offer.articles.len()), ("lu", 2));
    let sent = telegram.chooses(&ann, GROUP, &query, "1").unwrap();
    let message = &telegram.messages(GROUP)[0];
    assert_eq!((message.id, message.text.as_str()), (sent, "one"));
    assert!(message.via_bot && !message.from_bot);
    assert!(telegram.chooses(&ann, GROUP, &query, "3").is_err());
    let updates = bot.get_updates().await.unwrap();
    assert_eq!(updates.len(), 2, "the question, and what was sent");
    assert_eq!(telegram.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn what_telegram_does_not_take_is_refused() {
    let (telegram, bot, ann, _) = fake().await;
    let query = || InlineQueryId(telegram.types(&ann, "lu"));
    let many = (0..51).map(|id| article(&id.to_string(), "x")).collect();
    for results in [
        many,
        vec![article("1", "x"), article("1", "y")],
        vec![article("", "x")],
        vec![article(&"1".repeat(65), "x")],
        vec![article("1", "<b>x")],
        vec![article("1", "")],
        vec![article("1", &"x".repeat(4_097))],
    ] {
        let before = telegram.violations().len();
        api_error(bot.answer_inline_query(query(), results).await);
        assert_eq!(telegram.violations().len(), before + 1);
    }
    for parameter in [String::new(), "a b".to_owned(), "a".repeat(65)] {
        let button = InlineQueryResultsButton {
            text: "Search".to_owned(),
            kind: InlineQueryResultsButtonKind::StartParameter(parameter),
        };
        let before = telegram.violations().len();
        let answer = bot.answer_inline_query(query(), []);
        api_error(answer.button(button).await);
        assert_eq!(telegram.violations().len(), before + 1);
    }
    // That can happen to any bot.
    let before = telegram.violations().len();
    let unknown = InlineQueryId("of long ago".to_owned());
    api_error(bot.answer_inline_query(unknown, []).await);
    assert_eq!(telegram.violations().len(), before);
}
