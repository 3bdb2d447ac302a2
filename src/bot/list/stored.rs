//! The stored result of an analysis, and the list that shows it.

use crate::bot::content::MessageContent;
use crate::bot::list::{self, Improvements, buttons};
use crate::bot::progress::buttons::{deeper, refresh};
use crate::bot::view::{View, can_complete, ranking};
use crate::context::Context;
use crate::crawl::cost_to_complete;
use crate::locales::Locale;
use crate::measures;
use crate::model::{
    AccountId, Analysis, AnalysisId, Crawl, Handle, ListView, MeasureName, Outcome, Ranking,
};
use crate::stores::StoreError;

/// The stored result of an analysis.
pub(crate) struct StoredResult {
    pub(crate) crawl: Crawl,
    /// Without the accounts that have opted out.
    pub(crate) ranking: Ranking,
    /// The accounts in their stored order, by whose positions buttons name them.
    pub(crate) order: Vec<AccountId>,
}

/// Returns a finished analysis with its result; `None` inside if the result is gone.
pub(crate) fn finished_analysis(
    cx: &Context,
    id: AnalysisId,
) -> Result<Option<(View, Option<StoredResult>)>, StoreError> {
    let Some(analysis) = cx.ledger.analysis(id)? else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    let Some(crawl) = view.crawl.clone() else {
        return Ok(Some((view, None)));
    };
    let Some(ranking) = ranking(cx, &crawl)? else {
        return Ok(Some((view, None)));
    };
    let order = ranking.rows.iter().map(|row| row.id.clone()).collect();
    let found = StoredResult {
        ranking: as_shown(cx, &crawl, ranking)?,
        crawl,
        order,
    };
    Ok(Some((view, Some(found))))
}

/// Returns the result of an analysis, `None` if it was not delivered or is gone.
pub(crate) fn result_of(
    cx: &Context,
    analysis: &Analysis,
) -> Result<Option<(Crawl, Ranking)>, StoreError> {
    let is_delivered = matches!(analysis.outcome, Some(Outcome::Delivered { .. }));
    let Some(crawl) = cx.ledger.crawl_of(analysis)?.filter(|_| is_delivered) else {
        return Ok(None);
    };
    let ranking = ranking(cx, &crawl)?.map(|ranking| as_shown(cx, &crawl, ranking));
    Ok(ranking.transpose()?.map(|ranking| (crawl, ranking)))
}

/// Returns a ranking without the accounts that have opted out, and with what operators have said of others.
pub(crate) fn as_shown(
    cx: &Context,
    crawl: &Crawl,
    mut ranking: Ranking,
) -> Result<Ranking, StoreError> {
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    let set_kinds = cx.ledger.set_kinds_of(&crawl.network)?;
    ranking.rows.retain(|row| !left_alone.is(&row.handle));
    ranking.rows.iter_mut().for_each(|row| set_kinds.apply(row));
    Ok(ranking)
}

impl StoredResult {
    /// Sorts by the measure at a position among all measures; `None` if there is no such measure.
    pub(crate) fn ordered_by(mut self, measure: MeasureName) -> Self {
        measures::reorder(&mut self.ranking, measures::by_name(measure));
        self
    }
}

/// Returns the list as it is sent first.
pub(crate) fn first_page(
    cx: &Context,
    locale: &Locale,
    view: &View,
    found: StoredResult,
) -> Result<MessageContent, StoreError> {
    let shown = first_view(&found);
    content(cx, locale, view, found, shown)
}

/// Returns the first page as a text of its own, without buttons.
pub(crate) fn text(cx: &Context, locale: &Locale, view: &View, found: StoredResult) -> String {
    let shown = first_view(&found);
    show(cx, locale, view, found, shown, Improvements::default()).html
}

/// Returns a view of the list.
pub(crate) fn content(
    cx: &Context,
    locale: &Locale,
    view: &View,
    found: StoredResult,
    shown: ListView,
) -> Result<MessageContent, StoreError> {
    let crawl = &found.crawl;
    let complete = can_complete(cx, crawl, shown.measure)?.then(|| {
        let cost = cost_to_complete(cx, crawl, shown.measure);
        buttons::complete(locale, view, ListView { page: 0, ..shown }, cost)
    });
    let is_old = list::age(view, &found.ranking).is_some();
    let better = Improvements {
        // One thing at a time: the other order has it all.
        deeper: deeper(locale, view).filter(|_| complete.is_none()),
        complete,
        refresh: refresh(locale, view).filter(|_| is_old),
    };
    Ok(show(cx, locale, view, found, shown, better))
}

fn first_view(found: &StoredResult) -> ListView {
    ListView {
        measure: found.ranking.measure,
        ..ListView::default()
    }
}

fn show(
    cx: &Context,
    locale: &Locale,
    view: &View,
    found: StoredResult,
    shown: ListView,
    better: Improvements,
) -> MessageContent {
    let StoredResult {
        crawl,
        ranking,
        order,
    } = found.ordered_by(shown.measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let result = (&crawl, &ranking);
    list::content(locale, view, result, &order, shown, better, &link)
}
