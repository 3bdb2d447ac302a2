//! The buttons below a comparison: its link, its files, the lists of its accounts. Pure.

use crate::locales::Locale;
use crate::model::{
    AnalysisId, Audience, Button, ComparedControl, ComparisonId, Counted, FileKind, Kinds, Press,
};

/// What the buttons below a comparison are about.
pub(crate) struct Below<'a> {
    /// `None` if it is not kept.
    pub(crate) kept: Option<ComparisonId>,
    pub(crate) counted: &'a Counted,
    /// The analysis of each audience, if there is one that may be looked at.
    pub(crate) analyses: &'a [Option<AnalysisId>],
    /// Of the accounts that are shown.
    pub(crate) kinds: Kinds,
}

pub(crate) fn buttons(locale: &Locale, below: &Below<'_>) -> Vec<Button> {
    let each = below.counted.audiences.each.iter().zip(below.analyses);
    let lists = (0..).zip(each).filter_map(|(place, (audience, analysis))| {
        let analysis = (*analysis)?;
        Some(list(
            locale,
            audience,
            match below.kept {
                Some(id) => Press::Compared(id, ComparedControl::List(place)),
                None => Press::Result(analysis),
            },
        ))
    });
    let own = below.kept.into_iter().flat_map(|id| {
        [
            (locale.button_share(), ComparedControl::Share),
            (locale.button_files(), ComparedControl::Files(below.kinds)),
        ]
        .map(|(label, control)| button(id, label, control))
    });
    let audiences = &below.counted.audiences;
    let of_each = audiences.each.iter().flat_map(|it| &it.own);
    let has_choice = audiences.close.iter().chain(of_each).next().is_some();
    let kinds = below.kept.filter(|_| has_choice).into_iter();
    let kinds = kinds.flat_map(|id| kinds_of(locale, id, below.kinds));
    own.chain(lists).chain(kinds).collect()
}

/// Returns the choice of kinds of accounts.
fn kinds_of(locale: &Locale, id: ComparisonId, chosen: Kinds) -> [Button; 3] {
    Kinds::EACH.map(|kinds| {
        let label = match kinds == chosen {
            true => locale.button_chosen(&locale.kinds(kinds)),
            false => locale.kinds(kinds),
        };
        button(id, label, ComparedControl::Kinds(kinds))
    })
}

/// Returns the choice of files.
pub(crate) fn files(locale: &Locale, id: ComparisonId, kinds: Kinds) -> Vec<Button> {
    let files = FileKind::SHEETS.map(|kind| {
        let label = match kind {
            FileKind::Page => locale.button_web_page(),
            FileKind::Xlsx => "Excel".to_owned(),
            FileKind::Csv => "CSV".to_owned(),
            FileKind::Json => "JSON".to_owned(),
        };
        button(id, label, ComparedControl::File(kind))
    });
    let back = button(id, locale.button_back(), ComparedControl::Back(kinds));
    files.into_iter().chain([back]).collect()
}

fn list(locale: &Locale, audience: &Audience, press: Press) -> Button {
    Button {
        label: locale.button_list(&audience.called),
        press,
    }
}

fn button(id: ComparisonId, label: String, control: ComparedControl) -> Button {
    Button {
        label,
        press: Press::Compared(id, control),
    }
}
