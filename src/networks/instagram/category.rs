//! What a category that an account has chosen says of it. There are some 1,500, by language; only English ones, whose
//! words leave no doubt, are read. That an account is one of a business says nothing: single people have them.

use crate::kind::AccountKind;

/// A creator's account, by `account_type`: of one person, whatever its category.
const CREATOR: u64 = 3;

/// Returns what an account is; `None` if its category does not say.
pub(super) fn kind(category: &str, account_type: Option<u64>) -> Option<AccountKind> {
    let category = category.to_lowercase();
    let lines = include_str!("categories.txt").lines();
    let mut table = lines.filter_map(|line| line.split_once(": "));
    let says = |kind: &str, word: &str| match kind {
        "person" => category == word,
        // "Coffee Shop", "Grocery store", "Italian Restaurant"; of "Musician/band" the last is no such word.
        _ => category.rsplit([' ', '/']).next() == Some(word),
    };
    let (kind, _) = table.find(|(kind, word)| says(kind, word))?;
    let kind: AccountKind = kind.parse().ok()?;
    (kind == AccountKind::Person || account_type != Some(CREATOR)).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_counts_where_it_leaves_no_doubt() {
        let kind = |category| kind(category, Some(2));
        for category in ["Photographer", "Public figure", "digital creator"] {
            assert_eq!(kind(category), Some(AccountKind::Person), "{category}");
        }
        for category in [
            "Coffee Shop",
            "Brand",
            "Non-Governmental Organization (NGO)",
        ] {
            let expected = (!category.ends_with(')')).then_some(AccountKind::Organisation);
            assert_eq!(kind(category), expected, "{category}");
        }
        for category in ["", "Musician/band", "Product/service ideas", "Community"] {
            assert_eq!(kind(category), None, "{category}");
        }
        assert_eq!(super::kind("Restaurant", Some(CREATOR)), None);
        assert_eq!(
            super::kind("Restaurant", None),
            Some(AccountKind::Organisation)
        );
    }
}
