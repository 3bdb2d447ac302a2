//! Buttons that turn pages. Pure.

use crate::locales::{Locale, Whole};
use crate::model::{Button, Press};

/// Returns buttons to the previous and the next page, and between them one to the first, or from there to the last;
/// none if there is only one page.
pub(super) fn page_buttons(
    locale: &Locale,
    page: u16,
    pages: u16,
    press: impl Fn(u16) -> Press,
) -> Vec<Button> {
    if pages <= 1 {
        return Vec::new();
    }
    let to = |page: u16, label: String| Button {
        label,
        press: press(page),
    };
    let before = page.checked_sub(1).map(|page| to(page, "‹".into()));
    let behind = Some(page + 1).filter(|page| *page < pages);
    let behind = behind.map(|page| to(page, "›".into()));
    let number = |number: u16| Whole(u64::from(number));
    let here = locale.button_page(number(page + 1), number(pages));
    let here = to(if page == 0 { pages - 1 } else { 0 }, here);
    before.into_iter().chain([here]).chain(behind).collect()
}
