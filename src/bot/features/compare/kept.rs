//! A comparison that is kept, as it may be shown now.

use crate::context::Context;
use crate::model::{Analysis, AnalysisId, Compared, Counted, KeptComparison, NetworkName};
use crate::stores::StoreError;

/// Returns what a comparison tells; `None` if it is gone, or was not counted yet.
pub(crate) fn counted(cx: &Context, kept: &KeptComparison) -> Result<Option<Counted>, StoreError> {
    let counted = cx.ledger.counted(kept.id)?;
    let shown = counted.map(|counted| as_shown(cx, &kept.network, counted));
    Ok(shown.transpose()?.flatten())
}

/// Returns a comparison without the accounts that have opted out, and with what operators have said of others. `None` if
/// one of those compared has opted out: then nothing of it is shown.
pub(super) fn as_shown(
    cx: &Context,
    network: &NetworkName,
    mut counted: Counted,
) -> Result<Option<Counted>, StoreError> {
    let left_alone = cx.ledger.left_alone(network)?;
    let set_kinds = cx.ledger.set_kinds_of(network)?;
    let audiences = &mut counted.audiences;
    let mut owners = audiences.each.iter();
    if owners.any(|it| left_alone.is(&it.handle) || left_alone.is(&it.own_name)) {
        return Ok(None);
    }
    let is_shown = |it: &Compared| !left_alone.is(&it.account.handle);
    let apply = |it: &mut Compared| set_kinds.apply(&mut it.account);
    audiences.close.retain(is_shown);
    audiences.close.iter_mut().for_each(apply);
    for audience in &mut audiences.each {
        audience.own.retain(is_shown);
        audience.own.iter_mut().for_each(apply);
    }
    Ok(Some(counted))
}

/// Returns the analysis of each audience, as far as its asker has one.
pub(crate) fn analyses(
    cx: &Context,
    kept: &KeptComparison,
    counted: &Counted,
) -> Result<Vec<Option<AnalysisId>>, StoreError> {
    let own = kept.analyses.iter().map(|id| cx.ledger.analysis(*id));
    let own: Vec<Analysis> = own
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let of = |crawl| own.iter().find(|analysis| analysis.crawl == Some(crawl));
    let each = counted.audiences.each.iter();
    Ok(each
        .map(|audience| of(audience.crawl).map(|analysis| analysis.id))
        .collect())
}
