//! One account of a list, as a call of the Bot API. Sends nothing.

use url::Url;

use crate::bot::content::MessageContent;
use crate::bot::features::result::account_text;
use crate::bot::features::result::messages::{ListedAccount, account};
use crate::bot::list;
use crate::bot::renderer::Renderer;
use crate::bot::telegram::api_call::{ApiCall, LinkButton};
use crate::context::Context;
use crate::crawl::common_followers;
use crate::locales::Locale;
use crate::model::{AnalysisId, Button, ChatId, Handle, Place, Press};
use crate::stores::StoreError;

/// The longest caption, in UTF-16 units, as Telegram counts.
const LONGEST_CAPTION: usize = 1024;

/// Returns why an account is in a list, with its picture; `None` if the list is gone.
pub(crate) async fn message(
    cx: &Context,
    renderer: &Renderer,
    locale: &Locale,
    chat: ChatId,
    own: Option<Place>,
    id: AnalysisId,
    stored: u16,
) -> Result<Option<ApiCall>, StoreError> {
    let Some(found) = account(cx, id, stored)? else {
        return Ok(None);
    };
    let ListedAccount {
        view,
        crawl,
        ranking,
        place,
    } = found;
    let Some(row) = ranking.rows.get(place) else {
        return Ok(None);
    };
    let examples = match common_followers(cx, &crawl, &row.id).await {
        // Damaged data costs no more than the examples.
        Err(error @ (StoreError::Corrupt(_) | StoreError::Io(_))) => {
            tracing::error!(crawl = crawl.id.0, %error, "nobody can be named for an example");
            Vec::new()
        }
        other => other?,
    };
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let html = account_text::message(locale, &view, &ranking, place, &examples, &link);
    let picture = match list::visible_length(&html) <= LONGEST_CAPTION {
        true => {
            let address = row.picture.clone();
            renderer.avatar(&crawl.network, address).await
        }
        false => None,
    };
    let analyse = Button {
        label: locale.button_analyse(),
        press: Press::Analyse(id, stored),
    };
    let url = link(&row.handle).and_then(|link| Url::parse(&link).ok());
    Ok(Some(ApiCall::SendAccount {
        picture,
        content: MessageContent {
            html,
            buttons: vec![analyse],
        },
        link: url.map(|url| LinkButton {
            label: locale.button_open(&view.network),
            url,
        }),
        place: view.place(chat, own),
    }))
}
