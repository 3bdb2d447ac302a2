//! The message of a search that has ended. Pure.

use crate::bot::contact::with_contact;
use crate::bot::content::MessageContent;
use crate::bot::progress::buttons::{again, deeper, deeper_there, elsewhere};
use crate::bot::progress::{not_found, suggested, text};
use crate::bot::view::{View, depth_name, took};
use crate::locales::{About, Locale, Whole};
use crate::model::{Cost, Outcome, Refusal};

pub(super) fn ended(locale: &Locale, view: &View, outcome: &Outcome) -> MessageContent {
    let plain = |html| MessageContent {
        html,
        buttons: Vec::new(),
    };
    match outcome {
        Outcome::Cancelled => MessageContent {
            html: locale.cancelled(view.who()),
            buttons: again(locale, view).into_iter().collect(),
        },
        Outcome::Overruled => plain(locale.overruled(view.who())),
        Outcome::Refused(refusal) => MessageContent {
            html: refused(locale, view, refusal),
            buttons: not_found::buttons(locale, view)
                .into_iter()
                .chain(elsewhere(locale, view))
                .chain(deeper_there(locale, view))
                .collect(),
        },
        Outcome::Delivered { .. } => {
            let Some(crawl) = &view.crawl else {
                return plain(locale.result_is_gone(view.who()));
            };
            if view.analysis.order.is_some() {
                return MessageContent {
                    html: with_cost(locale, view, locale.completed(view.who())),
                    buttons: deeper(locale, view).into_iter().collect(),
                };
            }
            plain(with_cost(
                locale,
                view,
                locale.done(view.who(), took(crawl)),
            ))
        }
    }
}

/// Adds what the search has cost, if anything.
fn with_cost(locale: &Locale, view: &View, html: String) -> String {
    match &view.quote {
        Some(quote) if quote.spent > Cost(0) => {
            format!("{html} {}", locale.cost_in_all(About(quote.spent)))
        }
        _ => html,
    }
}

fn refused(locale: &Locale, view: &View, refusal: &Refusal) -> String {
    let (who, network) = (view.who(), view.network.as_str());
    match refusal {
        Refusal::NoSuchAccount => not_found::text(locale, view),
        Refusal::Suspended => locale.suspended(who, network),
        Refusal::Deactivated => locale.deactivated(who, network),
        Refusal::OptedOut => locale.opted_out(who, network),
        Refusal::Private => locale.private(who),
        Refusal::NoFollowers => locale.no_followers(who),
        Refusal::HiddenFollowers => locale.hidden_followers(who, network),
        Refusal::ShutOut => locale.shut_out(who),
        Refusal::NothingReadable => locale.nothing_readable(who),
        Refusal::NothingShared => locale.nothing_shared(who),
        Refusal::NoAnswer => locale.no_answer(who, network),
        Refusal::NoSuchServer => locale.no_such_server(who),
        Refusal::ServerSilent => locale.server_lost(who),
        Refusal::ForeignServer => locale.foreign_server(who, network),
        Refusal::ServersSpent => locale.servers_spent(who, network),
        Refusal::Lost => locale.lost(who),
        Refusal::Quota { limit, again_at } => {
            let left = (*again_at - view.now).to_std().unwrap_or_default();
            locale.quota(who, Whole((*limit).into()), left)
        }
        Refusal::TooDear { cost, most } => {
            let mut lines = vec![locale.too_dear(who, network, About(*cost), *most)];
            lines.extend(suggested(locale, view));
            lines.join("\n")
        }
        Refusal::LookUps { again_at } => {
            let left = (*again_at - view.now).to_std().unwrap_or_default();
            locale.looked_up_enough(who, network, left)
        }
        Refusal::KeyGone => locale.key_gone(who, network),
        Refusal::Draining => locale.draining(who),
        Refusal::LeftAlone => with_contact(locale, view.contact.as_deref(), locale.left_alone(who)),
        Refusal::TooMany { limit } => locale.too_many(who, Whole((*limit).into())),
        Refusal::AlreadyRunning(_) | Refusal::TakenDeeper(_) => {
            let mut lines = vec![match refusal {
                Refusal::TakenDeeper(_) => {
                    locale.taken_deeper(who, &depth_name(locale, view.analysis.depth))
                }
                _ => locale.already_running(who),
            }];
            lines.extend(view.other.as_ref().map(|other| text(locale, other)));
            lines.join("\n")
        }
    }
}
